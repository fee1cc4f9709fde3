/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.c - `ketch doctor`: starts each check when what it needs is there, bounds it by a time, and ends when the last
 * has ended. Nothing here costs money. */
#include "full/doctor.h"

#include "aws/retry.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECT_MS = 4000,
    TRY_MS = 10000,
    LOCAL_MS = 10000,
    ANSWER_MS = 15000,
    KEYS_MS = 90000 /* a credential_process has a minute, a person as long */
};

#define HERE "this machine"
#define AWS "Amazon Web Services"
static const kt_check_row rows[] = {
    [KT_CHECK_PROGRAM] = { "program", HERE, 0, LOCAL_MS, kt_check_program },
    [KT_CHECK_STATE] = { "state", HERE, 0, LOCAL_MS, kt_check_state },
    [KT_CHECK_DISK] = { "disk", HERE, 0, LOCAL_MS, kt_check_disk },
    [KT_CHECK_MEMORY] = { "memory", HERE, 0, LOCAL_MS, kt_check_memory },
    [KT_CHECK_SETTINGS] = { "settings", AWS, 0, LOCAL_MS, kt_check_settings },
    [KT_CHECK_REGION] = { "region", AWS, KT_NEEDS(SETTINGS), LOCAL_MS, kt_check_region },
    [KT_CHECK_ENDPOINT] = { "endpoint", AWS, KT_NEEDS(REGION), ANSWER_MS, kt_check_endpoint },
    [KT_CHECK_CLOCK] = { "clock", AWS, KT_NEEDS(ENDPOINT), LOCAL_MS, kt_check_clock },
    [KT_CHECK_CREDENTIALS] = { "credentials", AWS, KT_NEEDS(SETTINGS), KEYS_MS, kt_check_credentials },
    [KT_CHECK_IDENTITY] = { "identity", AWS, KT_NEEDS(REGION) | KT_NEEDS(CREDENTIALS), ANSWER_MS, kt_check_identity },
    [KT_CHECK_DEVICES] = { "devices", AWS, KT_NEEDS(ENDPOINT) | KT_NEEDS(IDENTITY), ANSWER_MS, kt_check_devices },
    [KT_CHECK_SIMULATOR] = { "simulator", AWS, KT_NEEDS(ENDPOINT) | KT_NEEDS(IDENTITY), ANSWER_MS, kt_check_simulator },
    [KT_CHECK_BUCKET] = { "bucket", AWS, KT_NEEDS(IDENTITY), ANSWER_MS, kt_check_bucket },
    [KT_CHECK_WRITING] = { "writing", AWS, KT_NEEDS(BUCKET), ANSWER_MS, kt_check_writing },
    [KT_CHECK_PUBLIC] = { "public access", AWS, KT_NEEDS(BUCKET), ANSWER_MS, kt_check_public },
    [KT_CHECK_SERVICE_ROLE] = { "service role", AWS, KT_NEEDS(IDENTITY), ANSWER_MS, kt_check_service_role },
    [KT_CHECK_JOB_ROLE] = { "job role", AWS, KT_NEEDS(IDENTITY), ANSWER_MS, kt_check_job_role },
    [KT_CHECK_QUOTAS] = { "quotas", AWS, KT_NEEDS(SETTINGS), LOCAL_MS, kt_check_quotas },
};

/* ---- order ---- */

static void on_late(uv_timer_t *timer)
{
    kt_check *check = timer->data;
    kt_check_mend(check, "try again; behind a proxy set HTTPS_PROXY, and NO_PROXY for what needs none");
    kt_check_end(check, KT_CHECK_WRONG, "no answer within %lld s", (long long)(check->row->patience_ms / 1000));
}

/* The first of those it needs that did not end well; KT_CHECKS: none. *waits: one has not ended. */
static size_t missing(const kt_check *check, bool *waits)
{
    const kt_check *all = check->doctor->checks;
    *waits = false;
    for (size_t i = 0; i < KT_CHECKS; i++) {
        if ((check->row->needs >> i & 1) == 0)
            continue;
        *waits = *waits || !all[i].is_done;
        if (all[i].is_done && (all[i].status == KT_CHECK_WRONG || all[i].status == KT_CHECK_SKIPPED))
            return i;
    }
    return KT_CHECKS;
}

static void begin(kt_check *check)
{
    kt_doctor *d = check->doctor;
    bool waits;
    const size_t lacks = missing(check, &waits);
    if (lacks == KT_CHECKS && waits)
        return;
    check->is_started = true;
    if (lacks != KT_CHECKS) {
        check->because = d->checks[lacks].status == KT_CHECK_WRONG ? lacks : d->checks[lacks].because;
        kt_check_end(check, KT_CHECK_SKIPPED, "see %s", d->checks[check->because].row->name);
        return;
    }
    if (d->session.has_loop) {
        uv_timer_init(&d->session.loop, &check->timer);
        check->timer.data = check;
        check->has_timer = true;
        uv_timer_start(&check->timer, on_late, (uint64_t)check->row->patience_ms, 0);
    }
    check->row->start(check);
}

/* Needs stand above what needs them, so one walk down starts all that can be started now. */
static void advance(kt_doctor *d)
{
    size_t done = 0;
    if (d->is_advancing)
        return;
    d->is_advancing = true;
    for (size_t i = 0; i < KT_CHECKS; i++) {
        if (!d->checks[i].is_started)
            begin(&d->checks[i]);
        done += d->checks[i].is_done;
    }
    d->is_advancing = false;
    kt_doctor_show(d);
    if (done == KT_CHECKS && d->session.has_loop)
        uv_stop(&d->session.loop);
}

/* ---- ends ---- */

/* One line without control characters: some of it is a server's words, and it goes to a terminal. */
static void set_text(char *text, size_t bytes, const char *format, va_list arguments)
{
    vsnprintf(text, bytes, format, arguments);
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
}

void kt_check_end(kt_check *check, kt_check_status status, const char *format, ...)
{
    va_list arguments;
    if (check->is_done)
        return;
    va_start(arguments, format);
    set_text(check->found, sizeof(check->found), format, arguments);
    va_end(arguments);
    check->status = status;
    if (check->mend[0] == '\0' && (status == KT_CHECK_WRONG || status == KT_CHECK_WARNING))
        kt_check_mend(check, "try again; doc/aws.md says what each check asks for");
    check->is_done = true;
    if (check->has_timer)
        uv_timer_stop(&check->timer);
    advance(check->doctor);
}

void kt_check_mend(kt_check *check, const char *format, ...)
{
    va_list arguments;
    if (check->is_done)
        return;
    va_start(arguments, format);
    set_text(check->mend, sizeof(check->mend), format, arguments);
    va_end(arguments);
}

void kt_check_end_error(kt_check *check, const kt_error *err)
{
    kt_check_end(check, KT_CHECK_WRONG, "%s", err->message);
}

/* ---- what AWS says no with ---- */

bool kt_check_is_denied(const kt_aws_output *output)
{
    return strncmp(output->code, "AccessDenied", 12) == 0 || strcmp(output->code, "UnauthorizedOperation") == 0 ||
           strcmp(output->code, "AuthorizationError") == 0;
}

/* The name in "arn:aws:iam::1:user/path/NAME" or "arn:aws:sts::1:assumed-role/NAME/session". */
void kt_check_mend_policy(kt_check *check, const char *policy)
{
    const char *arn = check->doctor->arn, *user = strstr(arn, ":user/"), *role = strstr(arn, ":assumed-role/");
    const char *kind = user != NULL ? "user" : "role", *name = user != NULL ? strrchr(arn, '/') + 1 : "NAME";
    int length = (int)strlen(name);
    if (user == NULL && role != NULL) {
        name = role + strlen(":assumed-role/");
        length = (int)strcspn(name, "/");
    }
    kt_check_mend(check, "aws iam attach-%s-policy --%s-name %.*s --policy-arn arn:aws:iam::aws:policy/%s", kind, kind,
                  length, name, policy);
}

static const struct {
    const char *code, *found, *mend;
} refusals[] = {
    { "InvalidClientTokenId", "AWS doesn't know the access key",
      "'aws configure' stores another one; a sandbox tells its own when it starts" },
    { "UnrecognizedClientException", "AWS doesn't know the access key",
      "'aws configure' stores another one; a sandbox tells its own when it starts" },
    { "InvalidAccessKeyId", "AWS doesn't know the access key",
      "'aws configure' stores another one; a sandbox tells its own when it starts" },
    { "SignatureDoesNotMatch", "the secret key does not belong to the access key",
      "'aws configure' stores both again; 'ketch debug sign' shows each step of a signature" },
    { "InvalidSignatureException", "the secret key does not belong to the access key",
      "'aws configure' stores both again; 'ketch debug sign' shows each step of a signature" },
    { "ExpiredToken", "the session has expired", "log in again: 'aws sso login', or what gave you the session token" },
    { "ExpiredTokenException", "the session has expired",
      "log in again: 'aws sso login', or what gave you the session token" },
    { "RegionDisabledException", "STS is not enabled for this account in this region",
      "enable the region in the account settings, or choose another with --region" },
    { "OptInRequired", "the account has not signed up for the service",
      "finish the sign-up: https://console.aws.amazon.com/braket" },
};

void kt_check_end_refused(kt_check *check, const kt_aws_output *output, const char *mend)
{
    for (size_t i = 0; i < KT_COUNT(refusals); i++)
        if (strcmp(output->code, refusals[i].code) == 0) {
            kt_check_mend(check, "%s", refusals[i].mend);
            kt_check_end(check, KT_CHECK_WRONG, "%s (%s)", refusals[i].found, output->code);
            return;
        }
    if (output->rc == KT_E_NETWORK)
        kt_check_mend(check, "look at the network and, if one is needed, the proxy: HTTPS_PROXY, NO_PROXY");
    else if (mend != NULL)
        kt_check_mend(check, "%s", mend);
    kt_check_end(check, KT_CHECK_WRONG, "%s", output->error->message);
}

/* ---- calls ---- */

typedef struct question {
    kt_check *check;
    kt_check_answered *answered;
    size_t index;
    kt_json *members;
} question;

static void on_answer(void *ctx, const kt_aws_output *output)
{
    question *q = ctx;
    if (!q->check->is_done)
        q->answered(q->check, output, q->index);
    kt_json_free(q->members);
    free(q);
}

void kt_check_send(kt_check *check, const kt_check_call *call)
{
    kt_error error = { 0 };
    question *q = call->take_members == NULL ? NULL : malloc(sizeof(*q));
    int rc = q == NULL ? kt_fail_nomem(&error, sizeof(*q), "a question to AWS") : 0;
    if (rc == 0) {
        *q = (question){ check, call->answered, call->index, call->take_members };
        const kt_aws_input input = { .service = call->service,
                                     .operation = kt_aws_operation_find(call->service, call->operation),
                                     .region = call->region != NULL ? call->region : check->doctor->region,
                                     .members = call->take_members,
                                     .body = call->body,
                                     .patience = { .connect_ms = CONNECT_MS, .whole_ms = TRY_MS } };
        rc = kt_aws_send(check->doctor->session.aws, &input, on_answer, q, NULL, &error);
    }
    if (rc < 0) {
        kt_json_free(call->take_members);
        free(q);
        kt_check_mend(check, "change that setting; doc/aws.md lists all that are read");
        kt_check_end_error(check, &error);
    }
}

/* ---- the command ---- */

/* What is left when the loop ends: calls of checks that were late. Their callbacks come while the session closes. */
static void close_all(kt_doctor *d)
{
    for (size_t i = 0; i < KT_CHECKS; i++)
        if (d->checks[i].has_timer)
            uv_close((uv_handle_t *)&d->checks[i].timer, NULL);
    kt_http_client_close(d->http);
    kt_session_close(&d->session);
    kt_arena_free(d->arena);
}

static int open_all(kt_doctor *d, kt_error *err)
{
    const kt_doctor_args *args = d->args;
    const kt_session_options options = { .region = args->region,
                                         .profile = args->profile,
                                         .endpoint_url = args->endpoint_url };
    kt_bucket_place place;
    int rc = args->s3 == NULL ? 0 : kt_bucket_parse(args->s3, &place, err);
    if (rc < 0)
        return rc;
    d->arena = kt_arena_new(0);
    if (d->arena == NULL)
        return kt_fail_nomem(err, 0, "the checks");
    rc = kt_session_open(&d->session, &options, &d->opening);
    d->has_aws = rc == 0;
    d->session.log.level = KT_LOG_ERROR; /* what it would warn of is what the checks say */
    if (rc == KT_E_NOMEM || !d->session.has_loop) {
        if (err != NULL)
            *err = d->opening;
        return rc;
    }
    const kt_http_client_options http = {
        .user_agent = "ketch",
        .ca_bundle = d->has_aws ? kt_aws_settings_in_use(d->session.aws)->ca_bundle : NULL,
    };
    return kt_http_client_new(&d->session.loop, &http, &d->http, err);
}

int kt_cmd_doctor(const kt_doctor_args *args, kt_error *err)
{
    kt_doctor *d = calloc(1, sizeof(*d));
    if (d == NULL)
        return kt_fail_nomem(err, sizeof(*d), "the checks");
    d->args = args;
    for (size_t i = 0; i < KT_CHECKS; i++)
        d->checks[i] = (kt_check){ .doctor = d, .row = &rows[i] };
    int rc = open_all(d, err);
    if (rc == 0) {
        advance(d);
        uv_run(&d->session.loop, UV_RUN_DEFAULT);
        rc = kt_doctor_report(d, err);
    }
    close_all(d);
    free(d);
    return rc;
}
