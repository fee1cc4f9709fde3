/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_files.c - the state folder of a sandbox, which one process at a time may have. */
#include "sandbox/sandbox_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes the folder and those above it. What is made is for its owner alone: there are secrets in it. */
static int make_folders(const char *path, kt_error *err)
{
    KT_BUF_OWN part;
    kt_buf_init(&part, 4096);
    if (path[0] == '\0')
        return kt_fail(err, KT_E_INVALID, "the state folder has no name");
    for (const char *end = path; *end != '\0';) {
        end = strchrnul(end + 1, '/');
        kt_buf_clear(&part);
        kt_buf_add(&part, path, (size_t)(end - path));
        if (kt_buf_check(&part, err, "the state folder's name") < 0)
            return err == NULL ? KT_E_LIMIT : (int)err->code;
        if (mkdir(part.data, 0700) < 0 && errno != EEXIST)
            return kt_fail_sys(err, KT_E_IO, errno, "can't make the state folder '%s'", part.data);
    }
    struct stat about;
    if (stat(path, &about) < 0 || !S_ISDIR(about.st_mode))
        return kt_fail(err, KT_E_INVALID, "the state '%s' is not a folder", path);
    return 0;
}

static int tell_holder(int fd, const char *state_dir, kt_error *err)
{
    char pid[16] = "";
    const ssize_t got = pread(fd, pid, sizeof(pid) - 1, 0);
    pid[got > 0 ? got : 0] = '\0';
    pid[strcspn(pid, "\n")] = '\0';
    kt_fail(err, KT_E_INVALID,
            "the state folder '%s' is in use by another sandbox (process %s); end that one or give another folder "
            "with --state",
            state_dir, pid[0] == '\0' ? "unknown" : pid);
    if (err != NULL)
        err->sys = EWOULDBLOCK;
    return KT_E_INVALID;
}

int kt_state_lock(const char *state_dir, int *lock_fd, kt_error *err)
{
    KT_BUF_OWN path;
    kt_buf_init(&path, 4096);
    int rc = make_folders(state_dir, err);
    if (rc < 0)
        return rc;
    kt_buf_addf(&path, "%s/lock", state_dir);
    rc = kt_buf_check(&path, err, "the state folder's name");
    if (rc < 0)
        return rc;
    const int fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return kt_fail_sys(err, KT_E_IO, errno, "can't open '%s'", path.data);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        rc = errno == EWOULDBLOCK ? tell_holder(fd, state_dir, err)
                                  : kt_fail_sys(err, KT_E_IO, errno, "can't lock '%s'", path.data);
        close(fd);
        return rc;
    }
    /* The number is only for the message above; the lock itself ends with the process, however it ends. */
    if (ftruncate(fd, 0) == 0)
        dprintf(fd, "%ld\n", (long)getpid());
    *lock_fd = fd;
    return 0;
}
