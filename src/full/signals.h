/* SPDX-License-Identifier: Apache-2.0 */
/* signals.h - signals as events of the loop, with who sent them: the terminal sends to the whole foreground group, so a
 * child has got those already. */
#ifndef KT_FULL_SIGNALS_H
#define KT_FULL_SIGNALS_H

#include "base/error.h"

#include <signal.h>
#include <uv.h>

typedef struct kt_signals kt_signals;

/* Blocks SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 for this thread and those it starts later, but for those
 * that are ignored, and hands them to `arrived`. Call it before anything starts a thread. */
int kt_signals_new(uv_loop_t *loop, void (*arrived)(void *ctx, int number, bool from_terminal), void *ctx,
                   kt_signals **out, kt_error *err);
/* They do again what they did before: mostly, end the process. NULL is fine. Frees itself when its handle is closed. */
void kt_signals_close(kt_signals *signals);

#endif
