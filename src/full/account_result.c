/* SPDX-License-Identifier: Apache-2.0 */
/* account_result.c - `ketch result ARN`: how a task or job stands, and what came of it, whoever submitted it. */
#include "full/account.h"

#include "base/error.h"
#include "full/run_report.h"
#include "task/spool.h"
#include <stdio.h>
#include <string.h>

#define RESULT_BYTES_MOST (UINT64_C(512) << 20)
#define AGAIN_NS INT64_C(200000000)
enum { TRIES_MOST = 4 };

typedef struct result {
    kt_account account;
    const char *arn;
    char region[32];
    kt_answer task;
    kt_spool spool, first; /* an object on its way; results.json */
    kt_view raw;
    kt_task_result *parsed;
} result;

/* One object of the task's folder into r->spool. */
static int get_object(result *r, const char *path, kt_view *out, kt_error *err)
{
    char key[2048];
    kt_answer answer;
    if (snprintf(key, sizeof(key), "%s/%s", kt_account_text(r->task.members, "outputS3Directory"), path) >=
        (int)sizeof(key))
        return kt_fail(err, KT_E_LIMIT, "the key of the result is longer than %zu bytes", sizeof(key));
    KT_OWN(kt_json) *members =
        json_pack("{ss, ss}", "Bucket", kt_account_text(r->task.members, "outputS3Bucket"), "Key", key);
    int rc = members == NULL ? kt_fail_nomem(err, 0, "a request") : kt_spool_open(&r->spool, err);
    if (rc < 0)
        return rc;
    const kt_aws_input input = { .service = &kt_aws_s3,
                                 .operation = kt_aws_operation_find(&kt_aws_s3, "GetObject"),
                                 .region = r->region,
                                 .members = members,
                                 .to_file = true,
                                 .answer_file = r->spool.file,
                                 .answer_bytes_most = RESULT_BYTES_MOST };
    kt_session_send(&r->account.session, &input, &answer);
    kt_session_wait(&r->account.session);
    rc = answer.rc;
    if (rc < 0 && err != NULL)
        *err = answer.error;
    if (rc == 0)
        rc = kt_spool_read(&r->spool, answer.body_bytes, out, err);
    kt_answer_fini(&answer);
    return rc < 0 ? kt_wrap(err, rc, "s3://%s/%s", kt_account_text(r->task.members, "outputS3Bucket"), key) : 0;
}

static int fetch_once(result *r, kt_error *err)
{
    const json_int_t shots = json_integer_value(json_object_get(r->task.members, "shots"));
    int rc = get_object(r, "results.json", &r->raw, err);
    r->first = r->spool;
    r->spool = (kt_spool){ 0 };
    if (rc == 0)
        rc = kt_task_result_new(r->raw, shots, &r->parsed, err);
    while (rc == 0 && kt_task_result_missing(r->parsed).count > 0) {
        const char *path = kt_task_result_missing(r->parsed).paths[0];
        kt_view part = { NULL, 0 };
        rc = get_object(r, path, &part, err);
        if (rc == 0)
            rc = kt_task_result_add_part(r->parsed, path, part, err);
        kt_spool_close(&r->spool);
    }
    return rc;
}

static bool may_pass(int rc)
{
    static const kt_code codes[] = { KT_E_NOT_FOUND, KT_E_NETWORK, KT_E_SYNTAX, KT_E_INVALID };
    for (size_t i = 0; i < KT_COUNT(codes); i++)
        if (rc == (int)codes[i])
            return true;
    return false;
}

/* A result may appear a little later than its task is done, and may break off on its way. */
static int fetch(result *r, kt_error *err)
{
    int rc = fetch_once(r, err);
    for (int64_t tries = 1; tries < TRIES_MOST && may_pass(rc); tries++) {
        kt_task_result_free(KT_GIVE(r->parsed));
        kt_spool_close(&r->spool);
        kt_spool_close(&r->first);
        kt_account_pause(&r->account, tries * AGAIN_NS);
        rc = fetch_once(r, err);
    }
    return rc;
}

static int ask(result *r, kt_account_kind kind, kt_error *err)
{
    const bool is_task = kind == KT_ACCOUNT_TASK;
    KT_OWN(kt_json) *members =
        is_task ? json_pack("{ss, s[s]}", "quantumTaskArn", r->arn, "additionalAttributeNames", "QueueInfo")
                : json_pack("{ss, s[s]}", "jobArn", r->arn, "additionalAttributeNames", "QueueInfo");
    if (members == NULL)
        return kt_fail_nomem(err, 0, "a request");
    const kt_aws_input input = { .service = &kt_aws_braket,
                                 .operation =
                                     kt_aws_operation_find(&kt_aws_braket, is_task ? "GetQuantumTask" : "GetJob"),
                                 .region = r->region,
                                 .members = members };
    kt_session_send(&r->account.session, &input, &r->task);
    kt_session_wait(&r->account.session);
    if (r->task.rc < 0 && err != NULL)
        *err = r->task.error;
    return r->task.rc;
}

/* ---- without a result ---- */

static int write_state(const result *r, kt_error *err)
{
    const kt_account_args *args = r->account.args;
    kt_jw w;
    kt_jw_init(&w, args->out, 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "arn");
    kt_jw_strz(&w, r->arn);
    kt_jw_key(&w, "state");
    char state[16] = "";
    for (size_t i = 0; i < sizeof(state) - 1 && kt_account_text(r->task.members, "status")[i] != '\0'; i++)
        state[i] = (char)(kt_account_text(r->task.members, "status")[i] | 0x20);
    kt_jw_strz(&w, state);
    kt_jw_key(&w, "error");
    kt_jw_strz(&w, json_string_value(json_object_get(r->task.members, "failureReason")));
    kt_jw_key(&w, "queue_position");
    kt_jw_strz(&w, json_string_value(json_object_get(json_object_get(r->task.members, "queueInfo"), "position")));
    kt_jw_key(&w, "output");
    const char *output =
        json_string_value(json_object_get(json_object_get(r->task.members, "outputDataConfig"), "s3Path"));
    kt_jw_strz(&w, output);
    kt_jw_key(&w, "results");
    kt_jw_array(&w);
    kt_jw_close(&w);
    if (r->parsed != NULL) { /* what a program set that failed has left */
        kt_jw_key(&w, "braket");
        kt_jw_value(&w, kt_task_result_json(r->parsed));
    }
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

static int say_state(const result *r, kt_account_kind kind, kt_error *err)
{
    const char *status = kt_account_text(r->task.members, "status");
    const char *position = kt_account_text(json_object_get(r->task.members, "queueInfo"), "position");
    const char *reason = kt_account_text(r->task.members, "failureReason");
    const char *output = kt_account_text(json_object_get(r->task.members, "outputDataConfig"), "s3Path");
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_buf_addf(&text, "%s %s", kind == KT_ACCOUNT_TASK ? "task" : "job", status);
    if (position[0] != '\0' && strcmp(status, "QUEUED") == 0)
        kt_buf_addf(&text, ", %s in the queue", position);
    if (reason[0] != '\0')
        kt_buf_addf(&text, ": %s", reason);
    kt_buf_addc(&text, '\n');
    if (output[0] != '\0' && strcmp(status, "COMPLETED") == 0)
        kt_buf_addf(&text, "its results are in %s\n", output);
    kt_buf_addf(&text, "%s\n", r->arn);
    return kt_account_put(&r->account, &text, err);
}

/* ---- the command ---- */

static const struct {
    const char *status;
    int exit;
} ends[] = { { "COMPLETED", 0 }, { "CANCELLED", 6 }, { "CANCELLING", 6 } };

static int exit_of(const char *status)
{
    for (size_t i = 0; i < KT_COUNT(ends); i++)
        if (strcmp(ends[i].status, status) == 0)
            return ends[i].exit;
    return 1; /* failed, or not yet at its end */
}

static bool is_set(const result *r)
{
    return strstr(kt_account_text(json_object_get(r->task.members, "actionMetadata"), "actionType"), "program_set") !=
           NULL;
}

static int show(result *r, kt_account_kind kind, kt_error *err)
{
    const kt_account_args *args = r->account.args;
    const kt_run_args run = { .format = args->format, .out = args->out, .show = args->show, .ctx = args->ctx };
    const char *status = kt_account_text(r->task.members, "status");
    const int exit = exit_of(status);
    /* A program set that failed may have left some results, and may not. */
    const bool may_have = kind == KT_ACCOUNT_TASK && (exit == 0 || (strcmp(status, "FAILED") == 0 && is_set(r)));
    int rc = may_have ? fetch(r, err) : 0;
    if (rc < 0 && exit == 0)
        return rc;
    if (rc < 0)
        kt_task_result_free(KT_GIVE(r->parsed));
    if (r->parsed == NULL && args->format == KT_RUN_BRAKET)
        return kt_fail(err, exit == 6 ? KT_E_CANCELLED : KT_E_FAILED, "%s is %s and has no result of Braket's", r->arn,
                       status);
    if (r->parsed != NULL && (exit == 0 || args->format != KT_RUN_JSON))
        rc = kt_run_report_task(&run, r->arn, r->parsed, r->raw, err);
    else
        rc = args->format == KT_RUN_JSON ? write_state(r, err) : say_state(r, kind, err);
    if (r->parsed != NULL && exit != 0 && args->format != KT_RUN_JSON)
        fprintf(stderr, "ketch: task %s: %s\n", status, kt_account_text(r->task.members, "failureReason"));
    return rc < 0 ? rc : exit;
}

int kt_cmd_result(const kt_account_args *args, kt_error *err)
{
    result r = { .arn = args->names[0] };
    kt_account_kind kind = KT_ACCOUNT_TASK;
    int rc = kt_account_arn(r.arn, &kind, r.region, err);
    if (rc < 0)
        return rc;
    rc = kt_account_open(&r.account, args, err);
    if (rc == 0)
        rc = ask(&r, kind, err);
    if (rc == 0)
        rc = show(&r, kind, err);
    kt_task_result_free(r.parsed);
    kt_spool_close(&r.spool);
    kt_spool_close(&r.first);
    kt_answer_fini(&r.task);
    kt_account_close(&r.account);
    return rc;
}
