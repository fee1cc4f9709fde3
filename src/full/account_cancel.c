/* SPDX-License-Identifier: Apache-2.0 */
/* account_cancel.c - `ketch cancel ARN...`: tasks and jobs, all at once. What the service has only taken note of is
 * looked at until it is so, or for as long as the caller waits. */
#include "full/account.h"

#include "base/error.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_NS INT64_C(250000000)

typedef enum outcome { REQUESTED, CONFIRMED, TOO_LATE, FAILED } outcome;
static const char *const outcome_texts[] = {
    [REQUESTED] = "requested", [CONFIRMED] = "confirmed", [TOO_LATE] = "too late", [FAILED] = "failed"
};

typedef struct target {
    const char *arn;
    kt_account_kind kind;
    char region[32];
    kt_json *members;
    kt_answer answer;
    outcome outcome;
    char status[16];
    kt_error error;
} target;

typedef struct cancel {
    kt_account account;
    target *targets;
    size_t count;
} cancel;

static void send_call(cancel *c, target *t, const char *of_task, const char *of_job)
{
    const kt_aws_input input = { .service = &kt_aws_braket,
                                 .operation = kt_aws_operation_find(&kt_aws_braket,
                                                                    t->kind == KT_ACCOUNT_TASK ? of_task : of_job),
                                 .region = t->region,
                                 .members = t->members };
    kt_session_send(&c->account.session, &input, &t->answer);
}

static int make_members(target *t, kt_error *err)
{
    t->members = json_pack("{ss}", t->kind == KT_ACCOUNT_TASK ? "quantumTaskArn" : "jobArn", t->arn);
    return t->members == NULL ? kt_fail_nomem(err, 0, "a request") : 0;
}

/* ---- what the service says ---- */

static void look_at(target *t, const char *status)
{
    snprintf(t->status, sizeof(t->status), "%s", status);
    if (strcmp(status, "CANCELLED") == 0)
        t->outcome = CONFIRMED;
    else if (strcmp(status, "COMPLETED") == 0 || strcmp(status, "FAILED") == 0)
        t->outcome = TOO_LATE;
}

/* 409: it is at its end; how, the next look tells. */
static void take_answer(target *t)
{
    t->outcome = REQUESTED;
    if (t->answer.rc == 0) {
        look_at(t, kt_account_text(t->answer.members, "cancellationStatus"));
    } else if (t->answer.status == 409) {
        t->outcome = REQUESTED;
    } else {
        t->outcome = FAILED;
        t->error = t->answer.error;
    }
    kt_answer_fini(&t->answer);
}

static void take_look(target *t)
{
    if (t->answer.rc == 0)
        look_at(t, kt_account_text(t->answer.members, "status"));
    kt_answer_fini(&t->answer);
}

static bool any_requested(const cancel *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->targets[i].outcome == REQUESTED)
            return true;
    return false;
}

/* At least one look, for those that were refused. */
static void confirm(cancel *c)
{
    const kt_clock *clock = kt_clock_system();
    const int64_t until_ns = clock->monotonic_ns(clock->ctx) + c->account.args->wait_s * 1000000000;
    while (any_requested(c)) {
        for (size_t i = 0; i < c->count; i++)
            if (c->targets[i].outcome == REQUESTED)
                send_call(c, &c->targets[i], "GetQuantumTask", "GetJob");
        kt_session_wait(&c->account.session);
        for (size_t i = 0; i < c->count; i++)
            if (c->targets[i].outcome == REQUESTED)
                take_look(&c->targets[i]);
        if (clock->monotonic_ns(clock->ctx) >= until_ns || !any_requested(c))
            break;
        kt_account_pause(&c->account, LOOK_NS);
    }
}

static int go(cancel *c, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < c->count && rc == 0; i++)
        rc = make_members(&c->targets[i], err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < c->count; i++)
        send_call(c, &c->targets[i], "CancelQuantumTask", "CancelJob");
    kt_session_wait(&c->account.session);
    for (size_t i = 0; i < c->count; i++)
        take_answer(&c->targets[i]);
    confirm(c);
    return 0;
}

/* ---- what is told ---- */

static int write_json(const cancel *c, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, c->account.args->out, 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "cancelled");
    kt_jw_array(&w);
    for (size_t i = 0; i < c->count; i++) {
        const target *t = &c->targets[i];
        kt_jw_object(&w);
        kt_jw_key(&w, "arn");
        kt_jw_strz(&w, t->arn);
        kt_jw_key(&w, "cancellation");
        kt_jw_strz(&w, outcome_texts[t->outcome]);
        kt_jw_key(&w, "status");
        kt_jw_strz(&w, t->status[0] == '\0' ? NULL : t->status);
        kt_jw_key(&w, "error");
        kt_jw_strz(&w, t->outcome == FAILED ? t->error.message : NULL);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

static int write_text(const cancel *c, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    for (size_t i = 0; i < c->count; i++) {
        const target *t = &c->targets[i];
        if (t->outcome == FAILED)
            fprintf(stderr, "ketch: error: %s: %s\n", t->arn, t->error.message);
        else if (t->outcome == TOO_LATE)
            kt_buf_addf(&text, "too late (%s)  %s\n", t->status, t->arn);
        else
            kt_buf_addf(&text, "%s  %s\n", outcome_texts[t->outcome], t->arn);
    }
    return kt_account_put(&c->account, &text, err);
}

/* The first that is not as it was asked for. */
static int exit_status(const cancel *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const target *t = &c->targets[i];
        if (t->outcome == FAILED)
            return kt_code_exit(t->error.code);
        if (t->outcome == TOO_LATE)
            return 1;
    }
    return 0;
}

int kt_cmd_cancel(const kt_account_args *args, kt_error *err)
{
    cancel c = { .count = args->name_count, .targets = calloc(args->name_count, sizeof(*c.targets)) };
    int rc = c.targets == NULL ? kt_fail_nomem(err, args->name_count * sizeof(*c.targets), "ARNs") : 0;
    for (size_t i = 0; i < c.count && rc == 0; i++) {
        c.targets[i].arn = args->names[i];
        rc = kt_account_arn(args->names[i], &c.targets[i].kind, c.targets[i].region, err);
    }
    if (rc == 0) {
        rc = kt_account_open(&c.account, args, err);
        if (rc == 0)
            rc = go(&c, err);
        if (rc == 0)
            rc = args->format == KT_RUN_JSON ? write_json(&c, err) : write_text(&c, err);
        if (rc == 0)
            rc = exit_status(&c);
        kt_account_close(&c.account);
    }
    for (size_t i = 0; c.targets != NULL && i < c.count; i++)
        kt_json_free(c.targets[i].members);
    free(c.targets);
    return rc;
}
