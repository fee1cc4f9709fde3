/* SPDX-License-Identifier: Apache-2.0 */
/* keys_http.c - keys from an address beside the program: a container's agent, or EC2's instance metadata, version 2
 * with its token, version 1 where the token is not known. Both are asked without a proxy and with little patience. */
#include "aws/credentials_priv.h"

#include "base/file.h"
#include <stdio.h>
#include <string.h>

enum {
    ANSWER_BYTES_MOST = 64 << 10,
    TOKEN_BYTES_MOST = 16 << 10,
    CONTAINER_MS = 2000,
    CONTAINER_TRIES = 3,
    CONTAINER_WAIT_MS = 1000,
    INSTANCE_MS = 1000,
};

static const kt_key_names names = { "AccessKeyId", "SecretAccessKey", "Token", "Expiration" };

static int ask(kt_key_fetch *fetch, const char *method, const char *url, const kt_http_header *header, int64_t wait_ms,
               void (*done)(void *ctx, const kt_http_response *response))
{
    const kt_http_send send = { .method = method,
                                .url = url,
                                .headers = header,
                                .header_count = header != NULL && header->value.length > 0 ? 1 : 0,
                                .answer_bytes_most = ANSWER_BYTES_MOST,
                                .patience = { .connect_ms = wait_ms, .first_byte_ms = wait_ms, .stall_ms = wait_ms },
                                .without_proxy = true,
                                .done = done,
                                .ctx = fetch };
    return url == NULL ? kt_fail_nomem(&fetch->error, 0, "credentials")
                       : kt_http_client_send(fetch->options->client, &send, &fetch->call, &fetch->error);
}

/* The document with the keys, read and handed on. */
static void take_document(kt_key_fetch *fetch, kt_view body)
{
    KT_OWN(kt_json) *document = NULL;
    kt_credentials keys;
    int rc = kt_json_parse(body, &document, &fetch->error);
    if (rc < 0)
        kt_wrap(&fetch->error, rc, "%s", fetch->plan->about);
    else
        rc = kt_key_read(fetch, document, &names, &keys);
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
    else
        kt_key_fetch_found(fetch, &keys);
}

/* Why an answer is none: an error's words, or its status. */
static int tell_no_answer(kt_key_fetch *fetch, const kt_http_response *response, const char *what)
{
    if (response->rc < 0) {
        fetch->error = *response->error;
        return kt_wrap(&fetch->error, response->rc, "%s", what);
    }
    return kt_fail(&fetch->error, KT_E_AWS, "%s answered with status %d", what, response->status);
}

/* ---- containers ---- */

static const char *const safe_hosts[] = { "localhost",     "127.0.0.1",      "[::1]",
                                          "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]" };

/* Keys are not fetched in the clear from just anywhere. */
static int check_address(kt_key_fetch *fetch)
{
    const char *url = fetch->plan->endpoint;
    const kt_view text = kt_view_of(url);
    if (kt_view_starts(text, "https://"))
        return 0;
    if (kt_view_starts(text, "http://")) {
        const char *host = url + strlen("http://");
        const size_t whole = strcspn(host, "/?#");
        const size_t length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
        for (size_t i = 0; i < KT_COUNT(safe_hosts); i++)
            if (length <= whole && kt_view_is((kt_view){ host, length }, safe_hosts[i]))
                return 0;
    }
    return kt_fail(
        &fetch->error, KT_E_INVALID,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is '%.100s'; expected https://, or http:// on this machine or at "
        "a container agent's address",
        url);
}

static int read_authorization(kt_key_fetch *fetch, kt_buf *out)
{
    const char *file = kt_key_variable(fetch, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *token = kt_key_variable(fetch, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (file != NULL) {
        const int rc = kt_file_read(file, TOKEN_BYTES_MOST, out, &fetch->error);
        if (rc < 0)
            return kt_wrap(&fetch->error, rc, "%s", fetch->plan->about);
    } else if (token != NULL) {
        kt_buf_adds(out, token);
    }
    for (size_t i = 0; i < out->length; i++)
        if (out->data[i] == '\r' || out->data[i] == '\n')
            return kt_fail(&fetch->error, KT_E_INVALID, "%s: the authorization token holds a line end",
                           fetch->plan->about);
    return 0;
}

static void on_container(void *ctx, const kt_http_response *response);

static int ask_container(kt_key_fetch *fetch)
{
    KT_BUF_OWN token;
    kt_buf_init(&token, 0);
    const int rc = read_authorization(fetch, &token);
    if (rc < 0)
        return rc;
    const kt_http_header header = { { "Authorization", 13 }, kt_buf_view(&token) };
    return ask(fetch, "GET", fetch->plan->endpoint, &header, CONTAINER_MS, on_container);
}

static void on_wait_over(uv_timer_t *timer)
{
    kt_key_fetch *fetch = timer->data;
    const int rc = ask_container(fetch);
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
}

static void on_container(void *ctx, const kt_http_response *response)
{
    kt_key_fetch *fetch = ctx;
    fetch->call = NULL;
    if (response->rc == 0 && response->status == 200) {
        take_document(fetch, response->body);
        return;
    }
    const int rc = tell_no_answer(fetch, response, fetch->plan->about);
    if (rc == KT_E_CANCELLED || ++fetch->tries >= CONTAINER_TRIES) {
        kt_key_fetch_failed(fetch, rc);
        return;
    }
    fetch->timer->data = fetch;
    uv_timer_start(fetch->timer, on_wait_over, CONTAINER_WAIT_MS, 0);
    uv_ref((uv_handle_t *)fetch->timer);
}

int kt_key_start_container(kt_key_fetch *fetch)
{
    const int rc = check_address(fetch);
    return rc < 0 ? rc : ask_container(fetch);
}

/* ---- instance metadata: a token, the role's name, the role's keys ---- */

static const char *instance_url(const kt_key_fetch *fetch, const char *path, const char *more)
{
    const char *endpoint = fetch->plan->endpoint;
    size_t length = strlen(endpoint);
    while (length > 0 && endpoint[length - 1] == '/')
        length--;
    return kt_arena_printf(fetch->arena, "%.*s/latest/%s%s", (int)length, endpoint, path, more);
}

static int ask_instance(kt_key_fetch *fetch, const char *role,
                        void (*done)(void *ctx, const kt_http_response *response))
{
    const kt_http_header header = { { "X-aws-ec2-metadata-token", 24 }, kt_view_of(fetch->token) };
    return ask(fetch, "GET", instance_url(fetch, "meta-data/iam/security-credentials/", role), &header, INSTANCE_MS,
               done);
}

static void on_keys(void *ctx, const kt_http_response *response)
{
    kt_key_fetch *fetch = ctx;
    fetch->call = NULL;
    if (response->rc == 0 && response->status == 200)
        take_document(fetch, response->body);
    else
        kt_key_fetch_failed(fetch, tell_no_answer(fetch, response, fetch->plan->about));
}

/* The first line is the role. */
static void on_role(void *ctx, const kt_http_response *response)
{
    kt_key_fetch *fetch = ctx;
    fetch->call = NULL;
    if (response->rc < 0 || response->status != 200) {
        kt_key_fetch_failed(fetch, tell_no_answer(fetch, response, "EC2 instance metadata, for a role"));
        return;
    }
    const kt_view body = response->body;
    size_t length = 0;
    while (length < body.length && body.data[length] > ' ' && body.data[length] < 0x7f)
        length++;
    const char *role = kt_arena_strndup(fetch->arena, body.data, length);
    int rc = length == 0 ? kt_fail(&fetch->error, KT_E_NOT_FOUND, "this EC2 instance has no role") : 0;
    if (rc == 0)
        rc = role == NULL ? kt_fail_nomem(&fetch->error, length, "credentials") : ask_instance(fetch, role, on_keys);
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
}

static bool version_1_will_do(const kt_key_fetch *fetch, const kt_http_response *response)
{
    const char *disabled = kt_key_variable(fetch, "AWS_EC2_METADATA_V1_DISABLED");
    const bool is_unknown = response->status == 403 || response->status == 404 || response->status == 405;
    return response->rc == 0 && is_unknown && (disabled == NULL || strcmp(disabled, "true") != 0);
}

/* Nothing at that address is the common case on a laptop: what is said then is about all the sources. */
static int tell_no_instance(kt_key_fetch *fetch)
{
    return kt_fail(&fetch->error, KT_E_NOT_FOUND,
                   "no AWS credentials: none in the environment (AWS_ACCESS_KEY_ID), none in the profile %s, no "
                   "container, and this is no EC2 instance with a role; 'aws configure' sets them up",
                   fetch->options->settings->profile);
}

static void on_token(void *ctx, const kt_http_response *response)
{
    kt_key_fetch *fetch = ctx;
    int rc = 0;
    fetch->call = NULL;
    if (response->rc == 0 && response->status == 200) {
        const kt_view token = kt_view_trim(response->body);
        fetch->token = kt_arena_strndup(fetch->arena, token.data == NULL ? "" : token.data, token.length);
        if (fetch->token == NULL || strpbrk(fetch->token, "\r\n") != NULL)
            rc = kt_fail(&fetch->error, KT_E_AWS, "EC2 instance metadata gave a token that is none");
    } else if (!version_1_will_do(fetch, response)) {
        rc = response->rc == KT_E_CANCELLED ? response->rc : tell_no_instance(fetch);
    }
    if (rc == 0)
        rc = ask_instance(fetch, "", on_role);
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
}

int kt_key_start_instance(kt_key_fetch *fetch)
{
    const kt_http_header header = { { "X-aws-ec2-metadata-token-ttl-seconds", 36 }, { "21600", 5 } };
    return ask(fetch, "PUT", instance_url(fetch, "api/token", ""), &header, INSTANCE_MS, on_token);
}
