/* SPDX-License-Identifier: Apache-2.0 */
/* watch.c - progress and cancelling. The one flag that a signal handler sets is the only global state of the program:
 * a handler has nothing else to reach. */
#include "cli/watch.h"

#include "base/buf.h"
#include <string.h>

static const int64_t silent_ns = 1000000000;

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* A signal that the parent told us to ignore (nohup, a shell's background job) stays ignored. */
static void catch_signal(int number, struct sigaction *old)
{
    struct sigaction action = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    sigaction(number, NULL, old);
    if (old->sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void kt_watch_begin(kt_watch *watch, kt_cli *cli, const kt_clock *clock)
{
    *watch = (kt_watch){ .cli = cli, .clock = clock, .begin_ns = clock->monotonic_ns(clock->ctx) };
    interrupted = 0;
    catch_signal(SIGINT, &watch->old_interrupt);
    catch_signal(SIGTERM, &watch->old_terminate);
}

void kt_watch_end(kt_watch *watch)
{
    sigaction(SIGINT, &watch->old_interrupt, NULL);
    sigaction(SIGTERM, &watch->old_terminate, NULL);
    if (watch->shown)
        fputs("\r\033[K", watch->cli->err);
    fflush(watch->cli->err);
    watch->shown = false;
}

void kt_watch_bar(kt_buf *out, double done, int64_t elapsed_ns, const kt_cli *cli)
{
    enum { MOST_CELLS = 40, OTHER_COLUMNS = 40 };
    const double part = done < 0 ? 0 : done > 1 ? 1 : done;
    const int room = cli->width - OTHER_COLUMNS, cells = room > MOST_CELLS ? MOST_CELLS : room;
    kt_buf_adds(out, "simulating  ");
    if (cells > 4) {
        const size_t full = (size_t)(part * cells);
        kt_buf_fill(out, cli->unicode ? "█" : "#", full);
        kt_buf_fill(out, cli->unicode ? "░" : "-", (size_t)cells - full);
        kt_buf_adds(out, "  ");
    }
    kt_buf_addf(out, "%3.0f %%", part * 100);
    /* An estimate from the first hundredth would jump about. */
    if (part > 0.01) {
        char left[32];
        kt_duration_text((int64_t)((double)elapsed_ns * (1 - part) / part / 1e9) * 1000000000, left, sizeof(left));
        char *hundredths = strstr(left, ".00 s");
        if (hundredths != NULL)
            strcpy(hundredths, " s");
        kt_buf_addf(out, "  %s left", strcmp(left, "0 ns") == 0 ? "0 s" : left);
    }
}

int kt_watch_progress(void *ctx, double done)
{
    kt_watch *watch = ctx;
    const int64_t elapsed_ns = watch->clock->monotonic_ns(watch->clock->ctx) - watch->begin_ns;
    if (!interrupted && watch->cli->err_terminal && elapsed_ns >= silent_ns) {
        KT_BUF_OWN bar;
        kt_buf_init(&bar, 0);
        kt_watch_bar(&bar, done, elapsed_ns, watch->cli);
        if (bar.failed == 0)
            fprintf(watch->cli->err, "\r%s\033[K", bar.data);
        fflush(watch->cli->err);
        watch->shown = true;
    }
    return interrupted;
}
