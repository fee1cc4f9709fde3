/* SPDX-License-Identifier: Apache-2.0 */
/* thread.c - a new thread's signal mask is its maker's, so the maker blocks everything for that moment. */
#include "base/thread.h"

void kt_signals_block(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
}

void kt_signals_restore(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

int kt_thread_start(pthread_t *out, const pthread_attr_t *attributes, void *(*run)(void *arg), void *arg)
{
    sigset_t before;
    kt_signals_block(&before);
    const int code = pthread_create(out, attributes, run, arg);
    kt_signals_restore(&before);
    return code;
}
