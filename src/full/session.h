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
    size_t waiting; /* for answers */
} kt_session;

/* Free with kt_session_close, after a failure too; the session stays where it is meanwhile. */
int kt_session_open(kt_session *session, const kt_session_options *options, kt_error *err);
/* What a session that pays for something needs, too. It starts a thread: signals are taken care of before. state_dir
 * NULL: the store's default. */
int kt_session_open_store(kt_session *session, const char *state_dir, kt_error *err);
/* What came of a call. */
typedef struct kt_answer {
    kt_session *session;
    int rc, status;
    kt_error error;
    char code[64];    /* AWS's name of the error; "" */
    kt_json *members; /* NULL: none */
    uint64_t body_bytes;
} kt_answer;
/* Begins a call; the answer is filled by kt_session_wait, which runs the loop until every call begun is answered. A
 * call that can't begin is answered at once. What input borrows stays until then; free with kt_answer_fini. */
void kt_session_send(kt_session *session, const kt_aws_input *input, kt_answer *answer);
void kt_session_wait(kt_session *session);
void kt_answer_fini(kt_answer *answer);
void kt_session_close(kt_session *session);
#define KT_SESSION_OWN __attribute__((cleanup(kt_session_close))) kt_session

#endif
