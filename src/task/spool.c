/* SPDX-License-Identifier: Apache-2.0 */
/* spool.c - O_TMPFILE where the file system has it, else a named file that is unlinked at once. */
#include "task/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int kt_spool_open(kt_spool *spool, kt_error *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 && snprintf(path, sizeof(path), "%s/ketch-XXXXXX", folder) < (int)sizeof(path)) {
        file = mkostemp(path, O_CLOEXEC);
        if (file >= 0)
            unlink(path);
    }
    if (file < 0)
        return kt_fail_sys(err, KT_E_IO, errno, "can't make a file for a result in %s; TMPDIR names another folder",
                           folder);
    *spool = (kt_spool){ .is_open = true, .file = file };
    return 0;
}

int kt_spool_read(kt_spool *spool, uint64_t bytes, kt_view *out, kt_error *err)
{
    void *map = bytes == 0 ? NULL : mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, spool->file, 0);
    if (map == MAP_FAILED)
        return kt_fail_sys(err, KT_E_NOMEM, errno, "can't map a result of %llu bytes", (unsigned long long)bytes);
    close(spool->file);
    *spool = (kt_spool){ .map = map, .mapped_bytes = bytes };
    *out = kt_spool_view(spool);
    return 0;
}

kt_view kt_spool_view(const kt_spool *spool)
{
    return (kt_view){ spool->map == NULL ? "" : spool->map, spool->mapped_bytes };
}

void kt_spool_close(kt_spool *spool)
{
    if (spool->is_open)
        close(spool->file);
    if (spool->map != NULL)
        munmap(spool->map, spool->mapped_bytes);
    *spool = (kt_spool){ 0 };
}
