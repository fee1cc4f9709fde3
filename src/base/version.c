/* SPDX-License-Identifier: Apache-2.0 */
/* version.c - the version that was compiled in, which a header of another version can't know. */
#include <ketch/version.h>

const char *kt_version(void)
{
    return KETCH_VERSION;
}
