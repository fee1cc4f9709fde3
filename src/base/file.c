/* SPDX-License-Identifier: Apache-2.0 */
/* file.c - reading and writing whole files. A written file is made under a name of its own in the same folder, synced
 * and renamed over the old one, so whoever reads the path sees the old bytes or the new ones and nothing between. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_CLOEXEC and realpath with NULL in every libc */
#endif
#include "base/file.h"

#include "base/rng.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024, WRITE_BYTES = 64 * 1024 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define FD_OWN __attribute__((cleanup(close_fd))) int

/* What the system says no with when the path is the mistake; all else is ours or the machine's: KT_E_IO. */
static const struct {
    int sys;
    kt_code code;
} path_mistakes[] = {
    { ENOENT, KT_E_NOT_FOUND }, { ENOTDIR, KT_E_NOT_FOUND }, { ENAMETOOLONG, KT_E_INVALID }, { ELOOP, KT_E_INVALID },
    { EACCES, KT_E_INVALID },   { EPERM, KT_E_INVALID },     { EROFS, KT_E_INVALID },        { EISDIR, KT_E_INVALID },
    { ETXTBSY, KT_E_INVALID },  { ENXIO, KT_E_INVALID },     { ENODEV, KT_E_INVALID },       { ENOMEM, KT_E_NOMEM },
};

/* A path as messages show it: a long one cut at a whole character, so that the reason behind it is still seen. */
typedef struct shown {
    char text[256];
} shown;

static shown show(const char *path)
{
    static const char dots[] = "...";
    shown made;
    size_t length = strlen(path);
    if (length < sizeof(made.text)) {
        memcpy(made.text, path, length + 1);
        return made;
    }
    length = sizeof(made.text) - sizeof(dots);
    while (length > 0 && ((unsigned char)path[length] & 0xC0u) == 0x80u)
        length--;
    memcpy(made.text, path, length);
    memcpy(made.text + length, dots, sizeof(dots));
    return made;
}

/* "can't VERB 'PATH': reason" with the code that the reason has. */
static int fail_path(kt_error *err, int sys, const char *verb, const char *path)
{
    kt_code code = KT_E_IO;
    for (size_t i = 0; i < KT_COUNT(path_mistakes); i++)
        if (path_mistakes[i].sys == sys)
            code = path_mistakes[i].code;
    return kt_fail_sys(err, code, sys, "can't %s '%s'", verb, show(path).text);
}

static int open_to_read(const char *path, int more_flags, int *out, kt_error *err)
{
    /* Standard input is duplicated, so that every path ends in the same close. */
    const bool is_stdin = strcmp(path, "-") == 0;
    const int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC | more_flags);
    if (fd >= 0) {
        *out = fd;
        return 0;
    }
    if (is_stdin)
        return kt_fail_sys(err, KT_E_IO, errno, "can't read standard input");
    return fail_path(err, errno, "open", path);
}

static int over_limit(const char *name, const char *size, size_t limit_bytes, kt_error *err)
{
    return kt_fail(err, KT_E_LIMIT, "'%s' has %s bytes, which is over the limit of %zu", show(name).text, size,
                   limit_bytes);
}

static int check_kind(int fd, const char *name, size_t limit_bytes, kt_error *err)
{
    struct stat about;
    if (fstat(fd, &about) < 0)
        return fail_path(err, errno, "read", name);
    if (S_ISDIR(about.st_mode))
        return kt_fail(err, KT_E_INVALID, "'%s' is a folder; expected a file", show(name).text);
    if (S_ISREG(about.st_mode) && (uint64_t)about.st_size > limit_bytes) {
        char size[32];
        snprintf(size, sizeof(size), "%lld", (long long)about.st_size);
        return over_limit(name, size, limit_bytes, err);
    }
    return 0;
}

static int read_all(int fd, const char *name, size_t limit_bytes, kt_buf *buf, kt_error *err)
{
    char part[READ_BYTES];
    for (size_t total = 0;;) {
        const ssize_t got = read(fd, part, sizeof(part));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_path(err, errno, "read", name);
        if (got == 0)
            return 0;
        total += (size_t)got;
        if (total > limit_bytes)
            return over_limit(name, "more", limit_bytes, err);
        if (kt_buf_add(buf, part, (size_t)got) < 0)
            return kt_buf_check(buf, err, name);
    }
}

int kt_file_read_regular(const char *path, size_t limit_bytes, kt_buf *buf, kt_error *err)
{
    FD_OWN fd = -1;
    struct stat about;
    /* O_NONBLOCK: opening a pipe without a writer must not wait either. */
    int rc = open_to_read(path, O_NONBLOCK, &fd, err);
    if (rc == 0)
        rc = check_kind(fd, path, limit_bytes, err);
    if (rc == 0 && (fstat(fd, &about) < 0 || !S_ISREG(about.st_mode)))
        rc = kt_fail(err, KT_E_INVALID, "'%s' is no regular file", show(path).text);
    if (rc == 0)
        rc = read_all(fd, path, limit_bytes, buf, err);
    return rc;
}

int kt_file_read(const char *path, size_t limit_bytes, kt_buf *buf, kt_error *err)
{
    FD_OWN fd = -1;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    int rc = open_to_read(path, 0, &fd, err);
    if (rc == 0)
        rc = check_kind(fd, name, limit_bytes, err);
    if (rc == 0)
        rc = read_all(fd, name, limit_bytes, buf, err);
    return rc;
}

struct kt_file_out {
    int fd;
    char *path;      /* where it shall appear, symbolic links followed */
    char *temporary; /* NULL: written in place */
    size_t used;
    char pending[WRITE_BYTES];
};

static void file_out_release(kt_file_out *file)
{
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file->temporary);
    free(file);
}

/* The path behind symbolic links, so that a link stays a link and its target is replaced. */
static int resolve(kt_file_out *file, const char *path, kt_error *err)
{
    file->path = realpath(path, NULL);
    if (file->path == NULL && errno == ENOENT)
        file->path = strdup(path);
    if (file->path != NULL)
        return 0;
    return errno == ENOMEM ? kt_fail_nomem(err, strlen(path), "a path") : fail_path(err, errno, "write", path);
}

static int open_in_place(kt_file_out *file, kt_error *err)
{
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
    return file->fd >= 0 ? 0 : fail_path(err, errno, "write", file->path);
}

/* A new file beside the path, with the rights of the one it will replace. Its name does not grow with the path's, which
 * may be as long as the system allows. */
static int open_beside(kt_file_out *file, const struct stat *old, kt_error *err)
{
    uint64_t number;
    const char *slash = strrchr(file->path, '/');
    const int folder = slash == NULL ? 0 : (int)(slash + 1 - file->path);
    const size_t bytes = (size_t)folder + sizeof(".ketch.0123456789abcdef.tmp");
    file->temporary = malloc(bytes);
    if (file->temporary == NULL)
        return kt_fail_nomem(err, bytes, "a path");
    do {
        const int rc = kt_rng_system_seed(&number, err);
        if (rc < 0)
            return rc;
        snprintf(file->temporary, bytes, "%.*s.ketch.%016llx.tmp", folder, file->path, (unsigned long long)number);
        file->fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (file->fd < 0 && errno == EEXIST);
    if (file->fd >= 0 && (old == NULL || fchmod(file->fd, old->st_mode & 07777) == 0))
        return 0;
    const int rc = fail_path(err, errno, "write", file->path);
    if (file->fd >= 0)
        unlink(file->temporary);
    return rc;
}

int kt_file_out_open(const char *path, kt_file_out **out, kt_error *err)
{
    if (path[0] == '\0')
        return kt_fail(err, KT_E_INVALID,
                       "can't write to a file without a name; expected a path, or - for standard "
                       "output");
    kt_file_out *file = calloc(1, sizeof(*file));
    if (file == NULL)
        return kt_fail_nomem(err, sizeof(*file), "an output file");
    file->fd = -1;
    int rc = resolve(file, path, err);
    if (rc == 0) {
        struct stat old;
        const bool exists = stat(file->path, &old) == 0;
        if (exists && S_ISDIR(old.st_mode))
            rc = kt_fail(err, KT_E_INVALID, "can't write '%s': it is a folder; expected a file", show(path).text);
        else if (exists && !S_ISREG(old.st_mode))
            rc = open_in_place(file, err);
        else
            rc = open_beside(file, exists ? &old : NULL, err);
    }
    if (rc < 0) {
        file_out_release(file);
        return rc;
    }
    *out = file;
    return 0;
}

static int write_all(kt_file_out *file, const char *data, size_t length, kt_error *err)
{
    while (length > 0) {
        const ssize_t written = write(file->fd, data, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail_path(err, errno, "write", file->path);
        data += written;
        length -= (size_t)written;
    }
    return 0;
}

static int flush(kt_file_out *file, kt_error *err)
{
    const size_t length = file->used;
    file->used = 0;
    return write_all(file, file->pending, length, err);
}

int kt_file_out_write(void *file_out, const void *data, size_t length, kt_error *err)
{
    kt_file_out *file = file_out;
    int rc = 0;
    if (length > sizeof(file->pending) - file->used)
        rc = flush(file, err);
    if (rc == 0 && length > sizeof(file->pending))
        return write_all(file, data, length, err);
    if (rc == 0 && length > 0) {
        memcpy(file->pending + file->used, data, length);
        file->used += length;
    }
    return rc;
}

/* A pipe or terminal can't be synced, and says so with EINVAL. */
static int sync_and_close(kt_file_out *file, kt_error *err)
{
    const bool synced = fsync(file->fd) == 0 || (file->temporary == NULL && errno == EINVAL);
    const int reason = synced ? 0 : errno;
    const bool closed = close(file->fd) == 0;
    file->fd = -1;
    if (!synced || !closed)
        return fail_path(err, synced ? errno : reason, "write", file->path);
    return 0;
}

int kt_file_out_commit(kt_file_out *take_file, kt_error *err)
{
    kt_file_out *file = take_file;
    int rc = flush(file, err);
    if (rc == 0)
        rc = sync_and_close(file, err);
    if (rc == 0 && file->temporary != NULL && rename(file->temporary, file->path) < 0)
        rc = fail_path(err, errno, "replace", file->path);
    if (rc < 0 && file->temporary != NULL)
        unlink(file->temporary);
    file_out_release(file);
    return rc;
}

void kt_file_out_abandon(kt_file_out *take_file)
{
    if (take_file == NULL)
        return;
    if (take_file->temporary != NULL)
        unlink(take_file->temporary);
    file_out_release(take_file);
}

int kt_file_write(const char *path, kt_view data, kt_error *err)
{
    kt_file_out *file = NULL;
    int rc = kt_file_out_open(path, &file, err);
    if (rc < 0)
        return rc;
    rc = kt_file_out_write(file, data.data, data.length, err);
    if (rc < 0) {
        kt_file_out_abandon(file);
        return rc;
    }
    return kt_file_out_commit(file, err);
}
