/* SPDX-License-Identifier: Apache-2.0 */
/* keys_sts.c - keys of a role: assumed with other keys, or for a token that somebody else signed. */
#include "aws/credentials_priv.h"

#include "base/file.h"
#include <stdio.h>
#include <string.h>

enum { CODE_BYTES = 16, TOKEN_BYTES_MOST = 64 << 10 };

static const kt_key_names names = { "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration" };

static void on_answer(void *ctx, const kt_aws_exchange_result *result)
{
    kt_key_fetch *fetch = ctx;
    kt_credentials keys;
    fetch->exchange = NULL;
    if (result->rc < 0) {
        fetch->error = result->error;
        kt_wrap(&fetch->error, result->rc, "%s", fetch->plan->about);
        kt_key_fetch_failed(fetch, result->rc);
        return;
    }
    const int rc = kt_key_read(fetch, json_object_get(result->members, "Credentials"), &names, &keys);
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
    else
        kt_key_fetch_found(fetch, &keys);
}

static const char *region_of(const kt_key_fetch *fetch)
{
    const char *region = fetch->options->settings->region;
    return region == NULL ? "us-east-1" : region;
}

/* A role that wants a second factor needs a person. */
static int ask_code(kt_key_fetch *fetch, const kt_key_role *role, char code[CODE_BYTES])
{
    const kt_credential_options *o = fetch->options;
    if (o->ask_mfa == NULL)
        return kt_fail(
            &fetch->error, KT_E_INVALID,
            "the role %s (profile %s) wants a code of the MFA device %s, and there is no terminal to ask on; "
            "run it on one, or give temporary keys in AWS_ACCESS_KEY_ID and the like",
            role->arn, role->profile, role->mfa_serial);
    return o->ask_mfa(o->ctx, role->mfa_serial, code, CODE_BYTES, &fetch->error);
}

static const char *session_name(const kt_key_fetch *fetch, const kt_key_role *role, char text[64])
{
    const kt_clock *clock = fetch->options->clock;
    if (role->session_name != NULL)
        return role->session_name;
    snprintf(text, 64, "ketch-session-%lld", (long long)(clock->wall_ns(clock->ctx) / 1000000000));
    return text;
}

int kt_key_start_role(kt_key_fetch *fetch, const kt_key_role *role)
{
    char code[CODE_BYTES] = "", name[64];
    const int rc = role->mfa_serial == NULL ? 0 : ask_code(fetch, role, code);
    if (rc < 0)
        return rc;
    KT_OWN(kt_json) *members = json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "RoleArn", role->arn, "RoleSessionName",
                                         session_name(fetch, role, name), "ExternalId", role->external_id,
                                         "SerialNumber", role->mfa_serial, "TokenCode", code[0] == '\0' ? NULL : code);
    if (members == NULL ||
        (role->duration_s > 0 && json_object_set_new(members, "DurationSeconds", json_integer(role->duration_s)) < 0))
        return kt_fail_nomem(&fetch->error, 0, "credentials");
    return kt_key_exchange(fetch, &kt_aws_sts, "AssumeRole", region_of(fetch), members, true, on_answer);
}

/* The token is read anew each time: who writes it replaces it before it expires. */
int kt_key_start_web_identity(kt_key_fetch *fetch)
{
    const kt_key_role *role = &fetch->plan->web;
    KT_BUF_OWN token;
    char name[64];
    kt_buf_init(&token, 0);
    const int rc = kt_file_read(role->token_file, TOKEN_BYTES_MOST, &token, &fetch->error);
    if (rc < 0)
        return kt_wrap(&fetch->error, rc, "%s", fetch->plan->about);
    const kt_view text = kt_view_trim(kt_buf_view(&token));
    KT_OWN(kt_json) *members = json_pack("{s:s, s:s, s:s%}", "RoleArn", role->arn, "RoleSessionName",
                                         session_name(fetch, role, name), "WebIdentityToken", text.data, text.length);
    if (members == NULL)
        return kt_fail(&fetch->error, KT_E_INVALID, "%s: the token in %s is no text", fetch->plan->about,
                       role->token_file);
    return kt_key_exchange(fetch, &kt_aws_sts, "AssumeRoleWithWebIdentity", region_of(fetch), members, false,
                           on_answer);
}
