/* SPDX-License-Identifier: Apache-2.0 */
/* full.c - opens libketch by its bare name: the program's RUNPATH names the folders where it may lie ($ORIGIN and the
 * library folder), so it is never taken from the working directory. */
#include "cli/full.h"

#include <dlfcn.h>
#include <ketch/version.h>
#include <string.h>

#define TEXT(x) #x
#define SONAME(major) "libketch.so." TEXT(major)

int kt_full_open(kt_full *full, kt_error *err)
{
    static const char name[] = SONAME(KETCH_VERSION_MAJOR);
    kt_full opened = { .handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) };
    if (opened.handle == NULL)
        return kt_fail(err, KT_E_NOT_FOUND,
                       "can't open libketch, which this command needs (%s); it is installed "
                       "together with ketch, so installing ketch again mends this",
                       dlerror());
    void *symbol = dlsym(opened.handle, "kt_full_version");
    memcpy(&opened.version, &symbol, sizeof(symbol)); /* ISO C has no cast from object to function pointer */
    if (symbol == NULL || strcmp(opened.version(), KETCH_VERSION) != 0) {
        const int rc =
            kt_fail(err, KT_E_UNSUPPORTED, "%s is of version %s and this program of %s; both must be the same", name,
                    symbol == NULL ? "(unknown)" : opened.version(), KETCH_VERSION);
        dlclose(opened.handle);
        return rc;
    }
    *full = opened;
    return 0;
}

void kt_full_close(kt_full *full)
{
    if (full->handle != NULL)
        dlclose(full->handle);
    *full = (kt_full){ 0 };
}
