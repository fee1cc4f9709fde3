/* SPDX-License-Identifier: Apache-2.0 */
/* object_file.c - the files under state_dir/objects: made, linked, synced, removed. */
#include "sandbox/object_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = (KT_OBJECT_FILE_BYTES - 1) / 2 };

int kt_object_path(const char *state_dir, const char *name, char *path, size_t bytes, kt_error *err)
{
    const int length = snprintf(path, bytes, "%s/objects/%s", state_dir, name);
    if (length < 0 || (size_t)length >= bytes)
        return kt_fail(err, KT_E_LIMIT, "the path of the state folder is longer than %zu bytes", bytes - 64);
    return 0;
}

/* Chance of the machine, not of the scenario: a name must be new under every seed. */
static int new_name(char name[KT_OBJECT_FILE_BYTES], kt_error *err)
{
    uint8_t random[NAME_BYTES];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return kt_fail_sys(err, KT_E_IO, errno, "can't make a file name");
    kt_hex(random, sizeof random, name);
    return 0;
}

int kt_object_create(const char *state_dir, char name[KT_OBJECT_FILE_BYTES], int *fd, kt_error *err)
{
    char path[PATH_MAX], made[KT_OBJECT_FILE_BYTES];
    int rc = new_name(made, err);
    if (rc == 0)
        rc = kt_object_path(state_dir, made, path, sizeof path, err);
    if (rc < 0)
        return rc;
    const int opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (opened < 0)
        return kt_fail_sys(err, KT_E_IO, errno, "can't make '%s'", path);
    memcpy(name, made, sizeof made);
    *fd = opened;
    return 0;
}

int kt_object_link(const char *state_dir, const char *from_path, char name[KT_OBJECT_FILE_BYTES], kt_error *err)
{
    char path[PATH_MAX], made[KT_OBJECT_FILE_BYTES];
    int rc = new_name(made, err);
    if (rc == 0)
        rc = kt_object_path(state_dir, made, path, sizeof path, err);
    if (rc < 0)
        return rc;
    if (linkat(AT_FDCWD, from_path, AT_FDCWD, path, AT_SYMLINK_FOLLOW) < 0)
        return kt_fail_sys(err, KT_E_UNSUPPORTED, errno, "can't link '%s'", path);
    memcpy(name, made, sizeof made);
    return 0;
}

int kt_object_open(const char *state_dir, const char *name, int *fd, kt_error *err)
{
    char path[PATH_MAX];
    const int rc = kt_object_path(state_dir, name, path, sizeof path, err);
    if (rc < 0)
        return rc;
    const int opened = open(path, O_RDONLY | O_CLOEXEC);
    if (opened < 0)
        return kt_fail_sys(err, errno == ENOENT ? KT_E_NOT_FOUND : KT_E_IO, errno, "can't open '%s'", path);
    *fd = opened;
    return 0;
}

void kt_object_remove(const char *state_dir, const char *name)
{
    char path[PATH_MAX];
    if (name[0] != '\0' && kt_object_path(state_dir, name, path, sizeof path, NULL) == 0)
        unlink(path);
}

static int sync_path(const char *path, int flags, kt_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    const bool is_synced = fd >= 0 && fsync(fd) == 0;
    const int sys = errno;
    if (fd >= 0)
        close(fd);
    return is_synced ? 0 : kt_fail_sys(err, KT_E_IO, sys, "can't sync '%s'", path);
}

int kt_object_sync(const char *state_dir, const char *name, kt_error *err)
{
    char path[PATH_MAX];
    int rc = kt_object_path(state_dir, name, path, sizeof path, err);
    if (rc == 0)
        rc = sync_path(path, 0, err);
    if (rc == 0)
        rc = kt_object_path(state_dir, "", path, sizeof path, err);
    return rc < 0 ? rc : sync_path(path, O_DIRECTORY, err);
}

int kt_object_write_all(int fd, kt_view bytes, kt_error *err)
{
    while (bytes.length > 0) {
        const ssize_t written = write(fd, bytes.data, bytes.length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return kt_fail_sys(err, KT_E_IO, errno, "can't write an object's file");
        bytes = (kt_view){ bytes.data + written, bytes.length - (size_t)written };
    }
    return 0;
}

int kt_object_close(int fd, int rc, kt_error *err)
{
    const bool is_closed = close(fd) == 0;
    return rc < 0 || is_closed ? rc : kt_fail_sys(err, KT_E_IO, errno, "can't write an object's file");
}
