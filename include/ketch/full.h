/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/full.h - libketch, which holds all of Ketch; libketch-core has only circuits, OpenQASM and the simulator. */
#ifndef KETCH_FULL_H
#define KETCH_FULL_H

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the libketch that is loaded, such as "0.1.0"; it works with a libketch-core of the same version
 * only. */
const char *kt_full_version(void);

#ifdef __cplusplus
}
#endif
#endif
