/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - opens and closes in order: the store's thread wakes the loop, so it ends before the loop does. */
#include "full/session.h"

#include "full/ask_mfa.h"
#include <stdio.h>

static void on_stored(uv_async_t *async)
{
    kt_session *s = async->data;
    if (s->store != NULL)
        kt_store_deliver(s->store);
}

static void wake(void *ctx)
{
    kt_session *s = ctx;
    uv_async_send(&s->stored);
}

int kt_session_open(kt_session *session, const kt_session_options *options, kt_error *err)
{
    *session = (kt_session){ 0 };
    kt_log_to_stderr(&session->log, KT_LOG_WARN);
    int rc = uv_loop_init(&session->loop);
    if (rc < 0)
        return kt_fail_sys(err, KT_E_IO, -rc, "can't make an event loop");
    session->has_loop = true;
    const kt_aws_options aws = {
        .loop = &session->loop,
        .choice = { .profile = options->profile, .region = options->region, .endpoint_url = options->endpoint_url },
        .log = &session->log,
        .ask_mfa = kt_can_ask_mfa() ? kt_ask_mfa : NULL,
    };
    return kt_aws_new(&aws, &session->aws, err);
}

int kt_session_open_store(kt_session *session, const char *state_dir, kt_error *err)
{
    const kt_clock *clock = kt_clock_system();
    int rc = uv_async_init(&session->loop, &session->stored, on_stored);
    if (rc < 0)
        return kt_fail_sys(err, KT_E_IO, -rc, "can't watch the store");
    session->has_async = true;
    session->stored.data = session;
    rc = kt_store_open(state_dir, wake, session, &session->store, err);
    if (rc < 0)
        return rc;
    const kt_guard_options guard = { .store = session->store, .clock = clock };
    return kt_guard_new(&guard, &session->guard, err);
}

static void on_answer(void *ctx, const kt_aws_output *output)
{
    kt_answer *answer = ctx;
    answer->rc = output->rc;
    answer->status = output->status;
    answer->body_bytes = output->body_bytes;
    answer->members = json_incref((kt_json *)output->members);
    if (output->rc < 0)
        answer->error = *output->error;
    snprintf(answer->code, sizeof(answer->code), "%s", output->code);
    answer->session->waiting--;
}

void kt_session_send(kt_session *session, const kt_aws_input *input, kt_answer *answer)
{
    *answer = (kt_answer){ .session = session };
    answer->rc = kt_aws_send(session->aws, input, on_answer, answer, NULL, &answer->error);
    if (answer->rc == 0)
        session->waiting++;
}

void kt_session_wait(kt_session *session)
{
    while (session->waiting > 0)
        uv_run(&session->loop, UV_RUN_ONCE);
}

void kt_answer_fini(kt_answer *answer)
{
    kt_json_free(KT_GIVE(answer->members));
}

void kt_session_close(kt_session *session)
{
    kt_store_free(session->store); /* what it delivers now may still use the guard */
    session->store = NULL;
    kt_guard_free(session->guard);
    kt_aws_close(session->aws);
    if (session->has_async)
        uv_close((uv_handle_t *)&session->stored, NULL);
    if (session->has_loop) {
        uv_run(&session->loop, UV_RUN_DEFAULT);
        uv_loop_close(&session->loop);
    }
}
