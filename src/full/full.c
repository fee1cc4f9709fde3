/* SPDX-License-Identifier: Apache-2.0 */
/* full.c - what libketch says about itself. The library holds everything beyond circuits and the simulator; `ketch`
 * opens it for the commands that need it. */
#include <ketch/full.h>
#include <ketch/version.h>

/* Two libraries of different versions side by side would trust private symbols that have changed. */
const char *kt_full_version(void)
{
    return KETCH_VERSION;
}
