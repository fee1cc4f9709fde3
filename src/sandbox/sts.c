/* SPDX-License-Identifier: Apache-2.0 */
/* sts.c - the Security Token Service, as far as clients of Braket use it: who am I, and temporary keys. Roles need not
 * exist, but must be of the sandbox's account: there is no other that could trust it. */
#include "sandbox/query.h"
#include "sandbox/s3_xml.h"
#include "sandbox/sandbox_priv.h"

#include <string.h>

enum {
    ASSUME_LEAST_S = 900,
    ASSUME_MOST_S = 43200,
    ASSUME_DEFAULT_S = 3600,
    CHAINED_MOST_S = 3600,
    SESSION_MOST_S = 129600,
    SESSION_DEFAULT_S = 43200
};

static void get_caller_identity(kt_call *call);
static void assume_role(kt_call *call);
static void get_session_token(kt_call *call);

static const kt_query_action actions[] = {
    { "GetCallerIdentity", get_caller_identity },
    { "AssumeRole", assume_role },
    { "GetSessionToken", get_session_token },
};
static const kt_query_service sts = { "2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/", actions,
                                      KT_COUNT(actions) };

void kt_sts_handle(kt_call *call)
{
    kt_query_handle(call, &sts);
}

/* ---- who ---- */

/* The name behind the nth '/' of an ARN: of "arn:aws:sts::1:assumed-role/Role/me" Role, then me. */
static const char *arn_part(const char *arn, int nth)
{
    for (; nth > 0 && arn != NULL; nth--) {
        arn = strchr(arn, '/');
        arn = arn == NULL ? NULL : arn + 1;
    }
    return arn;
}

static const char *caller_arn(const kt_call *call)
{
    const kt_auth_key *key =
        call->access_key == NULL ? NULL : kt_auth_find(call->sandbox->auth, kt_view_of(call->access_key));
    if (key != NULL)
        return key->arn;
    const char *arn = kt_arena_printf(call->arena, "arn:aws:iam::%s:user/sandbox", call->account);
    return arn == NULL ? "arn:aws:iam::000000000000:user/sandbox" : arn;
}

static bool is_assumed(const char *arn)
{
    return strstr(arn, ":assumed-role/") != NULL;
}

/* "AIDA..." of a user, "AROA...:session" of an assumed role. */
static void add_user_id(kt_buf *out, const char *name, const char *arn)
{
    char id[22];
    const char *role = arn_part(arn, 1), *session = arn_part(arn, 2);
    if (!is_assumed(arn) || role == NULL || session == NULL) {
        kt_auth_unique_id("AIDA", arn, id);
        kt_xml_strz(out, name, id);
        return;
    }
    KT_BUF_OWN text;
    kt_buf_init(&text, 256);
    kt_buf_add(&text, role, (size_t)(session - role - 1));
    kt_auth_unique_id("AROA", kt_buf_view(&text).data, id);
    kt_buf_clear(&text);
    kt_buf_addf(&text, "%s:%s", id, session);
    kt_xml_text(out, name, kt_buf_view(&text));
}

static void get_caller_identity(kt_call *call)
{
    KT_BUF_OWN body;
    const char *arn = caller_arn(call);
    kt_buf_init(&body, 0);
    kt_query_begin(&sts, call, &body);
    kt_xml_strz(&body, "Arn", arn);
    add_user_id(&body, "UserId", arn);
    kt_xml_strz(&body, "Account", call->account);
    kt_query_answer(call, &body);
}

/* ---- temporary keys ---- */

static void add_credentials(kt_buf *out, const kt_auth_key *key)
{
    kt_xml_open(out, "Credentials");
    kt_xml_strz(out, "AccessKeyId", key->access_key);
    kt_xml_strz(out, "SecretAccessKey", key->secret);
    kt_xml_strz(out, "SessionToken", key->token);
    kt_xml_time(out, "Expiration", key->expires_ns);
    kt_xml_close(out, "Credentials");
}

static void granted(void *ctx, const kt_auth_key *key, const kt_error *err)
{
    kt_call *call = ctx;
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    if (key == NULL) {
        kt_call_failed(call, err);
        return;
    }
    kt_query_begin(&sts, call, &body);
    if (is_assumed(key->arn)) {
        kt_xml_open(&body, "AssumedRoleUser");
        add_user_id(&body, "AssumedRoleId", key->arn);
        kt_xml_strz(&body, "Arn", key->arn);
        kt_xml_close(&body, "AssumedRoleUser");
    }
    add_credentials(&body, key);
    kt_query_answer(call, &body);
}

static void grant(kt_call *call, int64_t duration_s, const char *arn)
{
    kt_error err = { 0 };
    const kt_grant order = { .duration_s = duration_s, .arn = arn, .done = granted, .ctx = call };
    const int rc = kt_auth_grant(call->sandbox->auth, &order, &err);
    if (rc == KT_E_LIMIT)
        kt_call_error(call, 400, "Throttling", "Rate exceeded: %s", err.message);
    else if (rc < 0)
        kt_call_failed(call, &err);
}

/* The role's name, without its path, of an ARN "arn:aws:iam::{account}:role/{path}{name}"; data NULL: it is none. */
static kt_view role_name(kt_view arn, kt_view *account)
{
    static const char start[] = "arn:aws:iam::";
    const kt_view none = { 0 };
    const size_t length = sizeof(start) - 1, role_at = length + 12;
    if (!kt_view_starts(arn, start) || arn.length <= role_at + 6 || memcmp(arn.data + role_at, ":role/", 6) != 0)
        return none;
    *account = (kt_view){ arn.data + length, 12 };
    for (size_t i = 0; i < account->length; i++)
        if (account->data[i] < '0' || account->data[i] > '9')
            return none;
    const char *slash = memrchr(arn.data, '/', arn.length);
    const kt_view name = { slash + 1, (size_t)(arn.data + arn.length - slash - 1) };
    return name.length == 0 || name.length > 64 ? none : name;
}

static void assume(kt_call *call, kt_view role, kt_view session, int64_t duration_s)
{
    const char *caller = caller_arn(call);
    kt_view account = { 0 };
    const kt_view name = role_name(role, &account);
    if (name.data == NULL) {
        kt_call_error(call, 400, "ValidationError", "%.*s is invalid", KT_VIEW_ARG(role));
        return;
    }
    if (is_assumed(caller) && duration_s > CHAINED_MOST_S) {
        kt_call_error(call, 400, "ValidationError",
                      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
                      "chaining");
        return;
    }
    if (!kt_view_is(account, call->account)) {
        kt_call_error(call, 403, "AccessDenied",
                      "User: %s is not authorized to perform: sts:AssumeRole on resource: %.*s", caller,
                      KT_VIEW_ARG(role));
        return;
    }
    const char *arn = kt_arena_printf(call->arena, "arn:aws:sts::%s:assumed-role/%.*s/%.*s", call->account,
                                      KT_VIEW_ARG(name), KT_VIEW_ARG(session));
    if (arn == NULL)
        kt_call_error(call, 503, "ServiceUnavailable", "out of memory");
    else
        grant(call, duration_s, arn);
}

static void assume_role(kt_call *call)
{
    kt_query_check check;
    kt_query_check_init(&check, call);
    const kt_view role = kt_query_take_text(
        &check, &(kt_query_text){ "RoleArn", "roleArn", .is_required = true, .least = 20, .most = 2048 });
    const kt_view session = kt_query_take_text(
        &check, &(kt_query_text){ "RoleSessionName", "roleSessionName", .is_required = true, .least = 2, .most = 64,
                                  .letters = "+=,.@-", .pattern = "[\\w+=,.@-]*" });
    kt_query_take_text(&check, &(kt_query_text){ "ExternalId", "externalId", .least = 2, .most = 1224,
                                                 .letters = "+=,.@:/-", .pattern = "[\\w+=,.@:\\/-]*" });
    const int64_t duration_s = kt_query_take_int(&check, "DurationSeconds", "durationSeconds", ASSUME_LEAST_S,
                                                 ASSUME_MOST_S, ASSUME_DEFAULT_S);
    if (kt_query_checked(&check))
        assume(call, role, session, duration_s);
}

static void get_session_token(kt_call *call)
{
    kt_query_check check;
    const char *caller = caller_arn(call);
    kt_query_check_init(&check, call);
    const int64_t duration_s = kt_query_take_int(&check, "DurationSeconds", "durationSeconds", ASSUME_LEAST_S,
                                                 SESSION_MOST_S, SESSION_DEFAULT_S);
    if (!kt_query_checked(&check))
        return;
    if (is_assumed(caller)) {
        kt_call_error(call, 403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
        return;
    }
    grant(call, duration_s, caller);
}
