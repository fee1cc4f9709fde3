/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.c - puts an operation's request together, signs it, sends it, and reads what comes back. */
#include "aws/exchange.h"

#include "aws/retry.h"
#include "sign/digest.h"
#include "sign/signer.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct kt_aws_exchange {
    kt_aws_exchange_order order; /* what it points to is used before start returns, but for the body */
    kt_arena *arena;
    kt_aws_request request;
    kt_http_call *call;
    void (*done)(void *ctx, const kt_aws_exchange_result *result);
    void *ctx;
};

static void exchange_free(kt_aws_exchange *x)
{
    if (x == NULL)
        return;
    kt_aws_request_fini(&x->request);
    kt_arena_free(x->arena);
    free(x);
}

/* ---- out ---- */

/* Over TLS an object need not be hashed: the connection keeps it whole, and reading a large file twice costs
 * more than it gives. */
static int payload_hash(const kt_aws_exchange *x, char hash[KT_SHA256_HEX + 1], kt_view *out, kt_error *err)
{
    const kt_aws_exchange_order *o = &x->order;
    const bool has_object = o->body.length > 0 || o->body_bytes > 0;
    *out = (kt_view){ hash, KT_SHA256_HEX };
    if (has_object && strcmp(x->request.scheme, "https") == 0) {
        *out = kt_view_of("UNSIGNED-PAYLOAD");
        return 0;
    }
    if (o->body.length == 0 && o->body_bytes > 0)
        return kt_sha256_file_hex(o->body_file, o->body_offset, o->body_bytes, hash, err);
    const kt_view body = has_object ? o->body : kt_buf_view(&x->request.body);
    kt_sha256_hex(body.data, body.length, hash);
    return 0;
}

static void add_header(kt_aws_request *request, kt_view name, kt_view value)
{
    request->headers[request->header_count++] = (kt_http_header){ name, value };
}

/* The request's headers as the signer wants them, the host with them. */
static size_t headers_to_sign(const kt_aws_request *request, kt_sign_header *out)
{
    size_t count = 0;
    out[count++] = (kt_sign_header){ kt_view_of("host"), kt_view_of(request->host) };
    for (size_t i = 0; i < request->header_count; i++)
        out[count++] = (kt_sign_header){ request->headers[i].name, request->headers[i].value };
    return count;
}

static int sign(kt_aws_exchange *x, kt_error *err)
{
    const kt_aws_exchange_order *o = &x->order;
    kt_sign_header headers[KT_AWS_HEADERS_MOST + 1];
    char hash[KT_SHA256_HEX + 1];
    kt_signed made;
    kt_view payload;
    int rc = payload_hash(x, hash, &payload, err);
    if (rc < 0)
        return rc;
    const kt_sign_request request = { .method = kt_view_of(x->request.method),
                                      .path = kt_view_of(x->request.path),
                                      .query = kt_view_of(x->request.query),
                                      .headers = headers,
                                      .header_count = headers_to_sign(&x->request, headers),
                                      .payload_hash = payload };
    const kt_sign_order order = { .style = KT_SIGN_HEADER,
                                  .keys = { kt_view_of(o->credentials->access_key),
                                            kt_view_of(o->credentials->secret_key),
                                            kt_view_of(o->credentials->session_token) },
                                  .region = kt_view_of(o->endpoint->region),
                                  .service = kt_view_of(o->service->signing_name),
                                  .signed_at_ns = o->now_ns,
                                  .with_body_header = o->service->protocol == KT_AWS_REST_XML };
    rc = kt_sign_make(&request, &order, x->arena, &made, err);
    for (size_t i = 0; i < made.added_count && rc == 0; i++) {
        kt_view value = made.added[i].value; /* the hash lies on this stack, the token is the caller's */
        value.data = kt_arena_strndup(x->arena, value.data, value.length);
        if (value.data == NULL)
            return kt_fail_nomem(err, value.length, "a signature");
        add_header(&x->request, made.added[i].name, value);
    }
    return rc;
}

static int prepare(kt_aws_exchange *x, kt_error *err)
{
    const kt_aws_exchange_order *o = &x->order;
    int rc = kt_aws_request_make(o->service, o->operation, o->endpoint, o->members, x->arena, &x->request, err);
    if (rc < 0)
        return rc;
    if (x->request.header_count + KT_SIGN_ADDED_MOST + o->unsigned_count > KT_AWS_HEADERS_MOST)
        return kt_fail(err, KT_E_LIMIT, "more than %d headers", (int)KT_AWS_HEADERS_MOST);
    if (o->credentials != NULL && !o->operation->unsigned_call)
        rc = sign(x, err);
    for (size_t i = 0; i < o->unsigned_count && rc == 0; i++)
        add_header(&x->request, o->unsigned_headers[i].name, o->unsigned_headers[i].value);
    return rc;
}

/* ---- back ---- */

/* Some errors show what was sent (S3's SignatureDoesNotMatch does). Whole or, at the end, cut off. */
static void hide(char *message, kt_view secret)
{
    enum { CUT_LEAST = 4 };
    for (size_t i = 0; message[i] != '\0'; i++) {
        size_t same = 0;
        while (same < secret.length && message[i + same] != '\0' && message[i + same] == secret.data[same])
            same++;
        if (same > 0 && (same == secret.length || (message[i + same] == '\0' && same >= CUT_LEAST)))
            memset(message + i, '*', same);
    }
}

static void hide_what_was_sent(const kt_aws_request *request, kt_aws_fault *fault)
{
    static const char *const names[] = { "x-amz-security-token", "x-amz-sso_bearer_token" };
    for (size_t i = 0; i < request->header_count; i++)
        for (size_t n = 0; n < KT_COUNT(names); n++)
            if (request->headers[i].name.length == strlen(names[n]) &&
                strncasecmp(request->headers[i].name.data, names[n], strlen(names[n])) == 0)
                hide(fault->message, request->headers[i].value);
}

/* What a failure is for whoever asked: the codes that callers branch on, and "refused by AWS" for the rest. */
static kt_code code_of(int status, kt_view code)
{
    if (kt_aws_failure_of(status, code) == KT_AWS_THROTTLED)
        return KT_E_THROTTLED;
    return status == 404 ? KT_E_NOT_FOUND : KT_E_AWS;
}

static void read_fault(const kt_aws_exchange *x, const kt_http_response *response, kt_aws_exchange_result *result)
{
    kt_aws_fault *fault = &result->fault;
    hide_what_was_sent(&x->request, fault);
    result->rc = kt_fail(&result->error, code_of(response->status, kt_view_of(fault->code)), "%s: %s%s%s",
                         x->order.operation->name, fault->code, fault->message[0] == '\0' ? "" : ": ", fault->message);
    result->error.sys = response->status;
}

static void read_response(const kt_aws_exchange *x, const kt_http_response *response, kt_aws_exchange_result *result)
{
    bool is_fault = response->status / 100 != 2;
    if (response->rc < 0) {
        result->rc = response->rc;
        result->error = *response->error;
        kt_wrap(&result->error, response->rc, "%s", x->order.operation->name);
        return;
    }
    if (is_fault)
        kt_aws_fault_read(x->order.service, response->status, kt_http_response_header(response, "x-amzn-errortype"),
                          response->body, &result->fault);
    else if (!x->order.operation->raw_answer)
        result->rc = kt_aws_answer_read(x->order.service, x->order.operation, response->body, &result->members,
                                        &is_fault, &result->fault, &result->error);
    if (result->rc == 0 && is_fault)
        read_fault(x, response, result);
}

static void on_response(void *ctx, const kt_http_response *response)
{
    kt_aws_exchange *x = ctx;
    kt_aws_exchange_result result = { .response = response };
    read_response(x, response, &result);
    x->done(x->ctx, &result);
    kt_json_free(result.members);
    exchange_free(x);
}

/* ---- start ---- */

static int send_request(kt_aws_exchange *x, kt_error *err)
{
    const kt_aws_exchange_order *o = &x->order;
    const kt_aws_request *r = &x->request;
    const char *url = kt_arena_printf(x->arena, "%s://%s%s%s%s", r->scheme, r->host, r->path,
                                      r->query[0] == '\0' ? "" : "?", r->query);
    if (url == NULL)
        return kt_fail_nomem(err, strlen(r->path), "a URL");
    const kt_http_send send = { .method = r->method,
                                .url = url,
                                .headers = r->headers,
                                .header_count = r->header_count,
                                .body = r->body.length > 0 ? kt_buf_view(&r->body) : o->body,
                                .body_file = o->body_file,
                                .body_offset = o->body_offset,
                                .body_bytes = o->body_bytes,
                                .to_file = o->to_file,
                                .answer_file = o->answer_file,
                                .answer_offset = o->answer_offset,
                                .answer_bytes_most = o->answer_bytes_most,
                                .patience = o->patience,
                                .new_connection = o->never_twice,
                                .done = on_response,
                                .ctx = x };
    return kt_http_client_send(o->client, &send, &x->call, err);
}

int kt_aws_exchange_start(const kt_aws_exchange_order *order,
                          void (*done)(void *ctx, const kt_aws_exchange_result *result), void *ctx,
                          kt_aws_exchange **out, kt_error *err)
{
    kt_aws_exchange *x = calloc(1, sizeof(*x));
    if (x == NULL)
        return kt_fail_nomem(err, sizeof(*x), "a request");
    *x = (kt_aws_exchange){ .order = *order, .arena = kt_arena_new(0), .done = done, .ctx = ctx };
    int rc = x->arena == NULL ? kt_fail_nomem(err, 0, "a request") : prepare(x, err);
    if (rc == 0)
        rc = send_request(x, err);
    if (rc < 0) {
        exchange_free(x);
        return rc;
    }
    if (out != NULL)
        *out = x;
    return 0;
}

void kt_aws_exchange_cancel(kt_aws_exchange *exchange)
{
    kt_http_client_cancel(exchange->call);
}
