/* SPDX-License-Identifier: Apache-2.0 */
/* signals.c - a signalfd watched by the loop. libuv's own signals do not tell who sent them. */
#include "full/signals.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct kt_signals {
    uv_poll_t poll;
    int fd;
    sigset_t before;
    void (*arrived)(void *ctx, int number, bool from_terminal);
    void *ctx;
};

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    kt_signals *signals = poll->data;
    struct signalfd_siginfo info;
    while (!uv_is_closing((uv_handle_t *)poll) && read(signals->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        signals->arrived(signals->ctx, (int)info.ssi_signo, info.ssi_code == SI_KERNEL);
}

static void choose(sigset_t *set)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };
    sigemptyset(set);
    for (size_t i = 0; i < KT_COUNT(numbers); i++) {
        struct sigaction action;
        if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(set, numbers[i]);
    }
}

int kt_signals_new(uv_loop_t *loop, void (*arrived)(void *ctx, int number, bool from_terminal), void *ctx,
                   kt_signals **out, kt_error *err)
{
    sigset_t set;
    kt_signals *signals = calloc(1, sizeof(*signals));
    if (signals == NULL)
        return kt_fail_nomem(err, sizeof(*signals), "signals");
    choose(&set);
    signals->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    const int rc = signals->fd < 0 ? -errno : uv_poll_init(loop, &signals->poll, signals->fd);
    if (rc < 0) {
        if (signals->fd >= 0)
            close(signals->fd);
        free(signals);
        return kt_fail(err, KT_E_IO, "can't watch for signals: %s", uv_strerror(rc));
    }
    pthread_sigmask(SIG_BLOCK, &set, &signals->before);
    signals->arrived = arrived;
    signals->ctx = ctx;
    signals->poll.data = signals;
    uv_poll_start(&signals->poll, UV_READABLE, on_readable);
    uv_unref((uv_handle_t *)&signals->poll); /* to wait for signals alone keeps no loop alive */
    *out = signals;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    kt_signals *signals = handle->data;
    close(signals->fd);
    free(signals);
}

void kt_signals_close(kt_signals *signals)
{
    if (signals == NULL)
        return;
    pthread_sigmask(SIG_SETMASK, &signals->before, NULL);
    uv_close((uv_handle_t *)&signals->poll, on_closed);
}
