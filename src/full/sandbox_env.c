/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_env.c - which variables lead boto3, the Amazon Braket SDK and other clients of AWS to a sandbox, and which
 * would lead them astray: another session's token, a role to assume first, an endpoint for one service alone, a proxy.
 */
#include "full/sandbox_env.h"

#include "base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VARIABLES_MOST = 16 };
#define REGION "us-east-1"

const char *const kt_sandbox_env_unset[] = {
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_ENDPOINT_URL_BRAKET",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_ECR",
    "BRAKET_ENDPOINT",
    NULL,
};

static bool has_proxy(void)
{
    static const char *const names[] = { "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY" };
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return true;
    }
    return false;
}

/* A proxy can't reach this machine's loopback, so it is gone around. */
static const char *around_proxies(kt_arena *arena, const char *name)
{
    const char *given = getenv(name);
    const bool has = given != NULL && given[0] != '\0';
    return kt_arena_printf(arena, "%s=%s%s127.0.0.1,localhost,::1", name, has ? given : "", has ? "," : "");
}

const char *const *kt_sandbox_env(const kt_sandbox_place *place, kt_arena *arena)
{
    const char **env = KT_ARENA_ARRAY(arena, const char *, VARIABLES_MOST);
    size_t count = 0;
    if (env == NULL)
        return NULL;
    env[count++] = kt_arena_printf(arena, "AWS_ENDPOINT_URL=%s", place->url);
    env[count++] = kt_arena_printf(arena, "AWS_ACCESS_KEY_ID=%s", place->access_key);
    env[count++] = kt_arena_printf(arena, "AWS_SECRET_ACCESS_KEY=%s", place->secret_key);
    if (place->session_token != NULL)
        env[count++] = kt_arena_printf(arena, "AWS_SESSION_TOKEN=%s", place->session_token);
    env[count++] = "AWS_DEFAULT_REGION=" REGION;
    env[count++] = "AWS_REGION=" REGION;
    env[count++] = "AWS_EC2_METADATA_DISABLED=true";
    env[count++] =
        kt_arena_printf(arena, "BRAKET_PRICE_OFFERS_URL=%s/offers/v1.0/aws/AmazonBraket/current/index.csv", place->url);
    if (place->admin_token != NULL)
        env[count++] = kt_arena_printf(arena, "KETCH_SANDBOX_TOKEN=%s", place->admin_token);
    if (place->pid != 0)
        env[count++] = kt_arena_printf(arena, "KETCH_SANDBOX_PID=%ld", place->pid);
    if (has_proxy()) {
        env[count++] = around_proxies(arena, "NO_PROXY");
        env[count++] = around_proxies(arena, "no_proxy");
    }
    return kt_arena_failed(arena) ? NULL : env;
}

static bool needs_quotes(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+,@%";
    return text[0] == '\0' || text[strspn(text, plain)] != '\0';
}

static void add_quoted(kt_buf *out, const char *text)
{
    if (!needs_quotes(text)) {
        kt_buf_adds(out, text);
        return;
    }
    kt_buf_addc(out, '\'');
    for (; *text != '\0'; text++)
        if (*text == '\'')
            kt_buf_adds(out, "'\\''");
        else
            kt_buf_addc(out, *text);
    kt_buf_addc(out, '\'');
}

void kt_sandbox_env_print(const char *const *env, kt_buf *out)
{
    kt_buf_adds(out, "unset");
    for (const char *const *name = kt_sandbox_env_unset; *name != NULL; name++)
        kt_buf_addf(out, " %s", *name);
    kt_buf_addc(out, '\n');
    for (; *env != NULL; env++) {
        const size_t name_bytes = strcspn(*env, "=");
        kt_buf_adds(out, "export ");
        kt_buf_add(out, *env, name_bytes + 1);
        add_quoted(out, *env + name_bytes + 1);
        kt_buf_addc(out, '\n');
    }
}

/* ---- as JSON ---- */

static void write_text(kt_jw *w, const char *name, kt_view value)
{
    kt_jw_key(w, name);
    if (value.data == NULL)
        kt_jw_null(w);
    else
        kt_jw_string(w, value);
}

static void write_key(kt_jw *w, kt_view id, kt_view secret, kt_view token)
{
    kt_jw_object(w);
    write_text(w, "access_key_id", id);
    write_text(w, "secret_access_key", secret);
    write_text(w, "session_token", token);
    kt_jw_close(w);
}

/* Up to the next colon; what is left begins behind it, data NULL when there is none. */
static kt_view cut(kt_view *rest)
{
    const char *colon = rest->data == NULL ? NULL : memchr(rest->data, ':', rest->length);
    const kt_view part = { rest->data, colon == NULL ? rest->length : (size_t)(colon - rest->data) };
    *rest = colon == NULL ? (kt_view){ NULL, 0 } : (kt_view){ colon + 1, rest->length - part.length - 1 };
    return part;
}

static void write_keys(kt_jw *w, const kt_sandbox_place *place)
{
    kt_jw_key(w, "keys");
    kt_jw_array(w);
    if (place->key_count == 0)
        write_key(w, kt_view_of(place->access_key), kt_view_of(place->secret_key), (kt_view){ NULL, 0 });
    for (size_t i = 0; i < place->key_count; i++) {
        kt_view rest = kt_view_of(place->keys[i]);
        const kt_view id = cut(&rest), secret = cut(&rest);
        write_key(w, id, secret, rest.length == 0 ? (kt_view){ NULL, 0 } : rest);
    }
    kt_jw_close(w);
}

static void write_variables(kt_jw *w, const char *const *env)
{
    kt_jw_key(w, "exports");
    kt_jw_object(w);
    for (; *env != NULL; env++) {
        const size_t name_bytes = strcspn(*env, "=");
        char name[64];
        snprintf(name, sizeof(name), "%.*s", (int)name_bytes, *env);
        kt_jw_key(w, name);
        kt_jw_strz(w, *env + name_bytes + 1);
    }
    kt_jw_close(w);
    kt_jw_key(w, "unset");
    kt_jw_array(w);
    for (const char *const *name = kt_sandbox_env_unset; *name != NULL; name++)
        kt_jw_strz(w, *name);
    kt_jw_close(w);
}

int kt_sandbox_env_json(const kt_sandbox_place *place, const char *const *env, kt_buf *out, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(out), 0);
    kt_jw_object(&w);
    write_text(&w, "endpoint", kt_view_of(place->url));
    write_text(&w, "region", kt_view_of(REGION));
    write_text(&w, "account", kt_view_of(place->account));
    write_keys(&w, place);
    write_variables(&w, env);
    write_text(&w, "state", kt_view_of(place->state_dir));
    kt_jw_key(&w, "pid");
    kt_jw_int(&w, place->pid);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}
