/* SPDX-License-Identifier: Apache-2.0 */
/* watch.h - what happens while a run goes on: a progress bar on the terminal, Ctrl-C. */
#ifndef KT_CLI_WATCH_H
#define KT_CLI_WATCH_H

#include "base/clock.h"
#include "cli/cli.h"
#include <signal.h>

typedef struct kt_watch {
    kt_cli *cli;
    const kt_clock *clock;
    int64_t begin_ns;
    bool shown; /* a bar stands on the terminal */
    struct sigaction old_interrupt, old_terminate;
} kt_watch;

/* Between _begin and _end, Ctrl-C and SIGTERM make kt_watch_progress cancel; a second one ends the program. */
void kt_watch_begin(kt_watch *watch, kt_cli *cli, const kt_clock *clock);
void kt_watch_end(kt_watch *watch); /* takes the bar away */
/* Fits kt_run_options.progress; ctx is the kt_watch. Shows the bar after a second, on a terminal only. */
int kt_watch_progress(void *watch, double done);
/* "simulating  ███▌      34 %  12 s left", as wide as the terminal at most. */
void kt_watch_bar(kt_buf *out, double done, int64_t elapsed_ns, const kt_cli *cli);

#endif
