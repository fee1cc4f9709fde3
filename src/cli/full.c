/* SPDX-License-Identifier: Apache-2.0 */
/* full.c - opens libketch, which lies beside libketch-core: in a build tree, when installed, and wherever a package is
 * unpacked. Never by its bare name: what the system finds under that could be of another build. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr */
#endif
#include "cli/full.h"

#include "base/buf.h"
#include <dlfcn.h>
#include <ketch/version.h>
#include <string.h>
#include <unistd.h>

#define TEXT(x) #x
#define FILE_NAME(major) "libketch.so." TEXT(major)

/* The folder of the code that this process runs kt_version from. */
static int find_beside_core(kt_buf *path, kt_error *err)
{
    static const char name[] = FILE_NAME(KETCH_VERSION_MAJOR);
    Dl_info core = { 0 };
    void *symbol = dlsym(RTLD_DEFAULT, "kt_version");
    const char *slash = NULL;
    if (symbol != NULL && dladdr(symbol, &core) != 0)
        slash = strrchr(core.dli_fname, '/');
    if (slash != NULL)
        kt_buf_add(path, core.dli_fname, (size_t)(slash + 1 - core.dli_fname));
    kt_buf_adds(path, name);
    return kt_buf_check(path, err, "a path");
}

int kt_full_find(const kt_full *full, const char *symbol, void *function, kt_error *err)
{
    void *address = dlsym(full->handle, symbol);
    if (address == NULL)
        return kt_fail(err, KT_E_INTERNAL, "libketch has no %s, which this command needs", symbol);
    memcpy(function, &address, sizeof(address)); /* ISO C has no cast from object to function pointer */
    return 0;
}

static int check_version(void *handle, const char *path, kt_full *out, kt_error *err)
{
    kt_full opened = { .handle = handle };
    const int found = kt_full_find(&opened, "kt_full_version", &opened.version, NULL);
    const char *version = found < 0 ? "(unknown)" : opened.version();
    if (strcmp(version, KETCH_VERSION) != 0)
        return kt_fail(err, KT_E_UNSUPPORTED, "%s is of version %s and this program of %s; both must be the same", path,
                       version, KETCH_VERSION);
    *out = opened;
    return 0;
}

int kt_full_open(kt_full *full, kt_error *err)
{
    KT_BUF_OWN path;
    kt_buf_init(&path, 0);
    int rc = find_beside_core(&path, err);
    if (rc < 0)
        return rc;
    void *handle = dlopen(path.data, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL && access(path.data, F_OK) == 0) /* too little memory, too many files, a damaged file */
        return kt_fail(err, KT_E_IO, "can't open libketch, which this command needs: %s", dlerror());
    if (handle == NULL)
        return kt_fail(err, KT_E_NOT_FOUND,
                       "can't open libketch, which this command needs (%s); it is installed together with ketch, so "
                       "installing ketch again mends this",
                       dlerror());
    rc = check_version(handle, path.data, full, err);
    if (rc < 0)
        dlclose(handle);
    return rc;
}

int kt_full_open_for(kt_full *full, const char *symbol, void *function, kt_error *err)
{
    const int rc = kt_full_open(full, err);
    return rc < 0 ? rc : kt_full_find(full, symbol, function, err);
}

void kt_full_close(kt_full *full)
{
    if (full->handle != NULL)
        dlclose(full->handle);
    *full = (kt_full){ 0 };
}
