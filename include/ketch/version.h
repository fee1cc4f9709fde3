/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/version.h - which Ketch this is. */
#ifndef KETCH_VERSION_H
#define KETCH_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#define KETCH_VERSION_MAJOR 0
#define KETCH_VERSION_MINOR 1
#define KETCH_VERSION_PATCH 0
#define KETCH_VERSION "0.1.0"

/* The version of the library that is loaded, such as "0.1.0". */
const char *kt_version(void);

#ifdef __cplusplus
}
#endif
#endif
