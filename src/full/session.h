/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - what a command that works on Braket stands on: a loop, a client of AWS, the store and the guard. */
#ifndef KT_FULL_SESSION_H
#define KT_FULL_SESSION_H

#include "aws/call.h"
#include "guard/permit.h"
#include "store/store.h"
#include <uv.h>

typedef struct kt_session_options {
    const char *region, *profile, *endpoint_url; /* NULL: AWS's own settings */
} kt_session_options;

typedef struct kt_session {
    uv_loop_t loop;
    uv_async_t stored; /* the store's writer has something to deliver */
    kt_aws *aws;
    kt_store *store; /* NULL until kt_session_open_store, as the guard */
    kt_guard *guard;
    kt_log log;
    bool has_loop, has_async;
} kt_session;

/* Free with kt_session_close, after a failure too; the session stays where it is meanwhile. */
int kt_session_open(kt_session *session, const kt_session_options *options, kt_error *err);
/* What a session that pays for something needs, too. It starts a thread: signals are taken care of before. state_dir
 * NULL: the store's default. */
int kt_session_open_store(kt_session *session, const char *state_dir, kt_error *err);
void kt_session_close(kt_session *session);
#define KT_SESSION_OWN __attribute__((cleanup(kt_session_close))) kt_session

#endif
