/* SPDX-License-Identifier: Apache-2.0 */
/* thread.h - threads that leave signals alone: what a signal means is the business of the thread that waits for it. */
#ifndef KT_BASE_THREAD_H
#define KT_BASE_THREAD_H

#include "base/base.h"

#include <pthread.h>
#include <signal.h>

/* As pthread_create, in a thread that blocks every signal. attributes may be NULL. Returns 0 or an errno. */
int kt_thread_start(pthread_t *out, const pthread_attr_t *attributes, void *(*run)(void *arg), void *arg);

/* For threads that a library starts: they block what their maker blocks. *before is for kt_signals_restore. */
void kt_signals_block(sigset_t *before);
void kt_signals_restore(const sigset_t *before);

#endif
