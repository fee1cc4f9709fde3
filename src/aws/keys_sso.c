/* SPDX-License-Identifier: Apache-2.0 */
/* keys_sso.c - keys for a role from IAM Identity Center: the access token that 'aws sso login' left in its cache, made
 * new when it grows old and can be, then the portal. */
#include "aws/credentials_priv.h"

#include "base/file.h"
#include "sign/digest.h"
#include <stdlib.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)
enum { CACHE_BYTES_MOST = 256 << 10, RENEW_S = 15 * 60 };

static const kt_key_names names = { "accessKeyId", "secretAccessKey", "sessionToken", "expiration" };

/* ~/.aws/sso/cache/{SHA-1 of the session's name, or of the start URL}.json */
static const char *cache_path(kt_key_fetch *fetch)
{
    const char *home = kt_key_variable(fetch, "HOME");
    const char *key = fetch->plan->sso.session != NULL ? fetch->plan->sso.session : fetch->plan->sso.start_url;
    char name[KT_SHA1_HEX + 1];
    kt_sha1_hex(key, strlen(key), name);
    return kt_arena_printf(fetch->arena, "%s/.aws/sso/cache/%s.json", home == NULL ? "" : home, name);
}

static const char *member(const kt_json *token, const char *name)
{
    const char *text = json_string_value(json_object_get(token, name));
    return text == NULL || text[0] == '\0' ? NULL : text;
}

static int fail_login(kt_key_fetch *fetch, const char *why)
{
    return kt_fail(&fetch->error, KT_E_AWS, "%s: %s; 'aws sso login --profile %s' helps", fetch->plan->about, why,
                   fetch->options->settings->profile);
}

static int read_cache(kt_key_fetch *fetch, const char *path, kt_json **out)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    if (path == NULL)
        return kt_fail_nomem(&fetch->error, 0, "credentials");
    int rc = kt_file_read(path, CACHE_BYTES_MOST, &text, &fetch->error);
    if (rc == KT_E_NOT_FOUND)
        return fail_login(fetch, "nobody has logged in");
    if (rc < 0)
        return kt_wrap(&fetch->error, rc, "%s", fetch->plan->about);
    rc = kt_json_parse(kt_buf_view(&text), out, NULL);
    return rc < 0 || member(*out, "accessToken") == NULL ? fail_login(fetch, "the login's token can't be read") : 0;
}

/* How long the token is good for. */
static int64_t seconds_left(const kt_key_fetch *fetch, const kt_json *token)
{
    const char *text = member(token, "expiresAt");
    const kt_clock *clock = fetch->options->clock;
    int64_t at_ns = 0;
    if (text == NULL || kt_time_parse(kt_view_of(text), &at_ns, NULL) < 0)
        return -1;
    return (at_ns - clock->wall_ns(clock->ctx)) / SECOND_NS;
}

/* ---- the portal ---- */

static void on_role(void *ctx, const kt_aws_exchange_result *result)
{
    kt_key_fetch *fetch = ctx;
    kt_credentials keys;
    fetch->exchange = NULL;
    int rc = result->rc;
    if (rc < 0) {
        fetch->error = result->error;
        kt_wrap(&fetch->error, rc, "%s", fetch->plan->about);
    } else {
        rc = kt_key_read(fetch, json_object_get(result->members, "roleCredentials"), &names, &keys);
    }
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
    else
        kt_key_fetch_found(fetch, &keys);
}

static int ask_portal(kt_key_fetch *fetch, const char *access_token)
{
    KT_OWN(kt_json) *members = json_pack("{s:s, s:s, s:s}", "roleName", fetch->plan->sso.role, "accountId",
                                         fetch->plan->sso.account, "accessToken", access_token);
    if (members == NULL)
        return kt_fail_nomem(&fetch->error, 0, "credentials");
    return kt_key_exchange(fetch, &kt_aws_sso, "GetRoleCredentials", fetch->plan->sso.region, members, false, on_role);
}

/* ---- a token made new ---- */

/* What came goes into the cache, for the AWS command line too; a cache that can't be written is no harm. */
static void keep_token(kt_key_fetch *fetch, kt_json *token, const kt_json *made)
{
    const kt_clock *clock = fetch->options->clock;
    char expires[32];
    const int64_t life_s = json_integer_value(json_object_get(made, "expiresIn"));
    KT_OWN(kt_json) *text = NULL;
    if (kt_time_text(clock->wall_ns(clock->ctx) + life_s * SECOND_NS, expires, sizeof(expires), NULL) < 0)
        return;
    json_object_set(token, "accessToken", json_object_get(made, "accessToken"));
    if (member(made, "refreshToken") != NULL)
        json_object_set(token, "refreshToken", json_object_get(made, "refreshToken"));
    text = json_string(expires);
    json_object_set(token, "expiresAt", text);
    char *dump = json_dumps(token, JSON_INDENT(2));
    const char *path = cache_path(fetch);
    if (dump != NULL && path != NULL && kt_file_write(path, kt_view_of(dump), NULL) < 0)
        kt_logf(fetch->options->log, KT_LOG_WARN, "can't write %s", path);
    free(dump);
}

static void on_token(void *ctx, const kt_aws_exchange_result *result)
{
    kt_key_fetch *fetch = ctx;
    KT_OWN(kt_json) *token = NULL;
    fetch->exchange = NULL;
    int rc = read_cache(fetch, cache_path(fetch), &token);
    if (rc == 0 && result->rc == KT_E_CANCELLED) {
        fetch->error = result->error;
        rc = result->rc;
    } else if (rc == 0 && result->rc == 0 && member(result->members, "accessToken") != NULL) {
        keep_token(fetch, token, result->members);
    } else if (rc == 0 && seconds_left(fetch, token) <= 0) {
        rc = fail_login(fetch, "the login has expired and could not be renewed");
    }
    if (rc == 0)
        rc = ask_portal(fetch, member(token, "accessToken"));
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
}

static int renew(kt_key_fetch *fetch, const kt_json *token)
{
    KT_OWN(kt_json) *members = json_pack("{s:s, s:s, s:s, s:s}", "clientId", member(token, "clientId"), "clientSecret",
                                         member(token, "clientSecret"), "grantType", "refresh_token", "refreshToken",
                                         member(token, "refreshToken"));
    if (members == NULL)
        return kt_fail_nomem(&fetch->error, 0, "credentials");
    return kt_key_exchange(fetch, &kt_aws_sso_oidc, "CreateToken", fetch->plan->sso.region, members, false, on_token);
}

int kt_key_start_sso(kt_key_fetch *fetch)
{
    KT_OWN(kt_json) *token = NULL;
    const int rc = read_cache(fetch, cache_path(fetch), &token);
    if (rc < 0)
        return rc;
    const int64_t left_s = seconds_left(fetch, token);
    const bool can_renew = member(token, "refreshToken") != NULL && member(token, "clientId") != NULL &&
                           member(token, "clientSecret") != NULL;
    if (left_s < RENEW_S && can_renew)
        return renew(fetch, token);
    return left_s <= 0 ? fail_login(fetch, "the login has expired") : ask_portal(fetch, member(token, "accessToken"));
}
