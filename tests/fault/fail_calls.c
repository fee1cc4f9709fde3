/* SPDX-License-Identifier: Apache-2.0 */
/* fail_calls.c - a library for LD_PRELOAD that stands between a program and the C library's system calls and lets some
 * of them fail, as the plan says: a file, named in KETCH_FAIL_CALLS, that is mapped here and by the test that writes
 * it (tests/sandbox/failing.py). Only calls on regular files and sockets are meant, what a disk or a network can spoil;
 * the event descriptors by which a program wakes itself always work. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* The order is that of CALLS in failing.py. */
enum { OPEN, READ, WRITE, SYNC, TRUNCATE, MMAP, LINK, UNLINK, CLOSE, ACCEPT, RECV, SEND, CALL_COUNT };

typedef struct plan {
    _Atomic int32_t call;               /* which is to fail; -1: none */
    _Atomic int32_t error;              /* what errno it leaves */
    _Atomic int32_t skip, times;        /* so many work first, so many fail then */
    _Atomic int32_t struck;             /* how many have failed */
    _Atomic int32_t shorten;            /* instead of failing, WRITE takes one byte only */
    _Atomic int32_t counts[CALL_COUNT]; /* how many of each there were */
} plan;

static plan *the_plan;

__attribute__((constructor)) static void map_plan(void)
{
    const char *path = getenv("KETCH_FAIL_CALLS");
    const int fd = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    void *mapped = (void *)syscall(SYS_mmap, NULL, sizeof(plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped != MAP_FAILED)
        the_plan = mapped;
    syscall(SYS_close, fd);
}

/* Whether this call of that kind is among those that the plan spoils. */
static bool is_struck(int call)
{
    if (the_plan == NULL)
        return false;
    atomic_fetch_add(&the_plan->counts[call], 1);
    if (atomic_load(&the_plan->call) != call)
        return false;
    if (atomic_fetch_sub(&the_plan->skip, 1) > 0 || atomic_fetch_sub(&the_plan->times, 1) <= 0)
        return false;
    atomic_fetch_add(&the_plan->struck, 1);
    errno = atomic_load(&the_plan->error);
    return true;
}

static bool is_meant(int fd)
{
    const int before = errno;
    struct stat about;
    const bool meant = fstat(fd, &about) == 0 && (S_ISREG(about.st_mode) || S_ISSOCK(about.st_mode));
    errno = before;
    return meant;
}

static bool fails(int call, int fd)
{
    return the_plan != NULL && is_meant(fd) && is_struck(call);
}

static bool is_shortened(void)
{
    return atomic_load(&the_plan->shorten) != 0;
}

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

/* Calls on a descriptor that do nothing when they fail. */
#define PASS(call, type, name, parameters, arguments)                                                                  \
    type name parameters                                                                                               \
    {                                                                                                                  \
        static __typeof__(&name) real;                                                                                 \
        if (real == NULL)                                                                                              \
            real = REAL(name);                                                                                         \
        return fails(call, fd) ? -1 : real arguments;                                                                  \
    }

PASS(READ, ssize_t, read, (int fd, void *to, size_t bytes), (fd, to, bytes))
PASS(READ, ssize_t, pread, (int fd, void *to, size_t bytes, off_t at), (fd, to, bytes, at))
PASS(READ, ssize_t, pread64, (int fd, void *to, size_t bytes, off64_t at), (fd, to, bytes, at))
PASS(WRITE, ssize_t, writev, (int fd, const struct iovec *from, int count), (fd, from, count))
PASS(SYNC, int, fsync, (int fd), (fd))
PASS(SYNC, int, fdatasync, (int fd), (fd))
PASS(TRUNCATE, int, ftruncate, (int fd, off_t bytes), (fd, bytes))
PASS(TRUNCATE, int, ftruncate64, (int fd, off64_t bytes), (fd, bytes))
PASS(ACCEPT, int, accept4, (int fd, struct sockaddr *from, socklen_t *bytes, int flags), (fd, from, bytes, flags))
PASS(ACCEPT, int, accept, (int fd, struct sockaddr *from, socklen_t *bytes), (fd, from, bytes))
PASS(RECV, ssize_t, recv, (int fd, void *to, size_t bytes, int flags), (fd, to, bytes, flags))
PASS(SEND, ssize_t, sendmsg, (int fd, const struct msghdr *what, int flags), (fd, what, flags))
PASS(SEND, ssize_t, sendfile, (int fd, int from, off_t *at, size_t bytes), (fd, from, at, bytes))
PASS(SEND, ssize_t, sendfile64, (int fd, int from, off64_t *at, size_t bytes), (fd, from, at, bytes))

/* Calls that take bytes: a full disk or a slow peer may take some of them. */
#define TAKE(call, name, parameters, arguments)                                                                        \
    ssize_t name parameters                                                                                            \
    {                                                                                                                  \
        static __typeof__(&name) real;                                                                                 \
        if (real == NULL)                                                                                              \
            real = REAL(name);                                                                                         \
        if (fails(call, fd)) {                                                                                         \
            if (!is_shortened() || bytes == 0)                                                                         \
                return -1;                                                                                             \
            bytes = 1;                                                                                                 \
        }                                                                                                              \
        return real arguments;                                                                                         \
    }

TAKE(WRITE, write, (int fd, const void *from, size_t bytes), (fd, from, bytes))
TAKE(WRITE, pwrite, (int fd, const void *from, size_t bytes, off_t at), (fd, from, bytes, at))
TAKE(WRITE, pwrite64, (int fd, const void *from, size_t bytes, off64_t at), (fd, from, bytes, at))
TAKE(SEND, send, (int fd, const void *from, size_t bytes, int flags), (fd, from, bytes, flags))

/* A close that reports an error has closed all the same, as on Linux. */
int close(int fd)
{
    static __typeof__(&close) real;
    if (real == NULL)
        real = REAL(close);
    const bool struck = fails(CLOSE, fd);
    const int error = errno, rc = real(fd);
    if (struck)
        errno = error;
    return struck ? -1 : rc;
}

/* A file that is there or may be made; not what lies under /proc and /sys. */
static bool path_fails(int call, const char *path)
{
    static const char *const ours[] = { "/proc/", "/sys/", "/dev/" };
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (__builtin_strncmp(path, ours[i], __builtin_strlen(ours[i])) == 0)
            return false;
    return is_struck(call);
}

#define OPENS(name)                                                                                                    \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        static __typeof__(&name) real;                                                                                 \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        const mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;                         \
        va_end(more);                                                                                                  \
        if (real == NULL)                                                                                              \
            real = REAL(name);                                                                                         \
        return path_fails(OPEN, path) ? -1 : real(path, flags, mode);                                                  \
    }

OPENS(open)
OPENS(open64)

int unlink(const char *path)
{
    return path_fails(UNLINK, path) ? -1 : (int)syscall(SYS_unlink, path);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    return is_struck(LINK) ? -1 : (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}

#define MAPS(name, offset_type)                                                                                        \
    void *name(void *at, size_t bytes, int protection, int flags, int fd, offset_type offset)                          \
    {                                                                                                                  \
        static __typeof__(&name) real;                                                                                 \
        if (real == NULL)                                                                                              \
            real = REAL(name);                                                                                         \
        return fd >= 0 && fails(MMAP, fd) ? MAP_FAILED : real(at, bytes, protection, flags, fd, offset);               \
    }

MAPS(mmap, off_t)
MAPS(mmap64, off64_t)
