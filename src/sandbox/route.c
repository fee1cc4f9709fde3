/* SPDX-License-Identifier: Apache-2.0 */
/* route.c - which service a request is for, and what it must pass before its handler sees it: the signature first, then
 * what the world has in store, then its body. A signed request says its service in the scope; others are told by Host
 * and path. Paths are split before they are decoded: an ARN is one segment. */
#include "sandbox/route.h"

#include "sandbox/auth.h"
#include "sandbox/braket.h"
#include "sandbox/s3.h"
#include "sandbox/sandbox_priv.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    /* An action of 5 MB is a string inside JSON, where each quote and newline of it may take two bytes. */
    BRAKET_BODY_MOST = 12 << 20,
    BODY_MOST = 1 << 20,
};

/* ---- which service ---- */

static const struct {
    const char *name; /* in a credential scope */
    kt_service service;
} scopes[] = {
    { "braket", KT_SERVICE_BRAKET }, { "s3", KT_SERVICE_S3 },   { "s3express", KT_SERVICE_S3 },
    { "sts", KT_SERVICE_STS },       { "iam", KT_SERVICE_IAM }, { "ecr", KT_SERVICE_ECR },
};

kt_service kt_route_service(kt_view name)
{
    for (size_t i = 0; i < KT_COUNT(scopes); i++)
        if (kt_view_is(name, scopes[i].name))
            return scopes[i].service;
    return KT_SERVICE_UNKNOWN;
}

static const char *find(kt_view text, const char *part)
{
    return text.data == NULL ? NULL : memmem(text.data, text.length, part, strlen(part));
}

static bool starts_any_case(kt_view text, const char *prefix)
{
    const size_t length = strlen(prefix);
    return text.length >= length && strncasecmp(text.data, prefix, length) == 0;
}

/* What follows "Credential=" is KEY/DATE/REGION/SERVICE/aws4_request, with the slashes as they are or as %2F. */
static bool read_scope_service(kt_view text, const char *mark, const char *slash, kt_view *out)
{
    const char *at = find(text, mark);
    if (at == NULL)
        return false;
    const char *end = text.data + text.length;
    at += strlen(mark);
    for (int i = 0; i < 3; i++) {
        at = memmem(at, (size_t)(end - at), slash, strlen(slash));
        if (at == NULL)
            return false;
        at += strlen(slash);
    }
    const char *stop = memmem(at, (size_t)(end - at), slash, strlen(slash));
    if (stop == NULL)
        return false;
    *out = (kt_view){ at, (size_t)(stop - at) };
    return true;
}

static kt_service guess_by_host(kt_view host)
{
    static const struct {
        const char *prefix;
        kt_service service;
    } hosts[] = {
        { "braket.", KT_SERVICE_BRAKET }, { "braket-fips.", KT_SERVICE_BRAKET },
        { "s3.", KT_SERVICE_S3 },         { "s3-", KT_SERVICE_S3 },
        { "sts.", KT_SERVICE_STS },       { "iam.", KT_SERVICE_IAM },
        { "api.ecr.", KT_SERVICE_ECR },   { "pricing.", KT_SERVICE_PRICES },
    };
    for (size_t i = 0; i < KT_COUNT(hosts); i++)
        if (starts_any_case(host, hosts[i].prefix))
            return hosts[i].service;
    return kt_s3_host_bucket(host).length > 0 ? KT_SERVICE_S3 : KT_SERVICE_UNKNOWN;
}

static bool is_braket_path(kt_view path)
{
    static const char *const firsts[] = { "quantum-task", "quantum-tasks", "device",         "devices",        "tags",
                                          "job",          "jobs",          "spending-limit", "spending-limits" };
    if (path.length < 2)
        return false;
    const char *slash = memchr(path.data + 1, '/', path.length - 1);
    const kt_view first = { path.data + 1, slash == NULL ? path.length - 1 : (size_t)(slash - path.data - 1) };
    for (size_t i = 0; i < KT_COUNT(firsts); i++)
        if (kt_view_is(first, firsts[i]))
            return true;
    return false;
}

kt_service kt_route_guess(const kt_http_request *request)
{
    const kt_view path = request->path;
    if (kt_view_starts(path, "/_sandbox/") || kt_view_is(path, "/_sandbox"))
        return KT_SERVICE_ADMIN;
    const kt_service by_host = guess_by_host(kt_http_header_get(request, "Host"));
    if (by_host != KT_SERVICE_UNKNOWN)
        return by_host;
    if (kt_view_starts(path, "/offers/"))
        return KT_SERVICE_PRICES;
    if (find(kt_http_header_get(request, "X-Amz-Target"), "ContainerRegistry") != NULL)
        return KT_SERVICE_ECR;
    if (kt_view_is(request->method, "POST") && kt_view_is(path, "/") &&
        starts_any_case(kt_http_header_get(request, "Content-Type"), "application/x-www-form-urlencoded"))
        return find(request->body, "2010-05-08") != NULL ? KT_SERVICE_IAM : KT_SERVICE_STS;
    return is_braket_path(path) ? KT_SERVICE_BRAKET : KT_SERVICE_S3;
}

static kt_service service_of_head(const kt_http_request *head)
{
    kt_view name;
    const kt_service guess = kt_route_guess(head);
    if (guess == KT_SERVICE_ADMIN)
        return guess;
    if (read_scope_service(kt_http_header_get(head, "Authorization"), "Credential=", "/", &name) ||
        read_scope_service(head->query, "X-Amz-Credential=", "%2F", &name))
        return kt_route_service(name);
    return guess;
}

uint64_t kt_route_body_most(void *ctx, const kt_http_request *head)
{
    (void)ctx;
    switch (service_of_head(head)) {
    case KT_SERVICE_S3: return kt_s3_body_most(head);
    case KT_SERVICE_BRAKET: return BRAKET_BODY_MOST;
    default: return BODY_MOST;
    }
}

/* ---- taking a request apart ---- */

/* The path's pieces, each decoded once. False: an escape is broken. */
static bool split_path(kt_call *call)
{
    const char *at = call->request->path.data, *end = at + call->request->path.length;
    at += at < end && *at == '/';
    while (at < end && call->segment_count < KT_PATH_SEGMENTS_MOST) {
        const char *stop = memchr(at, '/', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        kt_view piece = { at, (size_t)(stop - at) };
        if (memchr(at, '%', piece.length) != NULL) {
            KT_BUF_OWN decoded;
            kt_buf_init(&decoded, 0);
            const int rc = kt_uri_decode(piece, false, &decoded, NULL);
            if (rc == KT_E_NOMEM)
                kt_arena_fail(call->arena);
            if (rc < 0)
                return false;
            piece.data = kt_arena_strndup(call->arena, decoded.data, decoded.length);
            piece.length = piece.data == NULL ? 0 : decoded.length;
        }
        call->segments[call->segment_count++] = piece;
        at = stop + 1;
    }
    return true;
}

static const char *keep_name(kt_call *call, kt_view name)
{
    return name.data == NULL ? NULL : kt_arena_strndup(call->arena, name.data, name.length);
}

static const char *operation_of(kt_call *call)
{
    const kt_view target = kt_http_header_get(call->request, "X-Amz-Target");
    const char *dot = target.data == NULL ? NULL : memchr(target.data, '.', target.length);
    switch (call->service) {
    case KT_SERVICE_BRAKET: return kt_braket_operation(call);
    case KT_SERVICE_S3: return kt_s3_operation(call);
    case KT_SERVICE_STS:
    case KT_SERVICE_IAM: return keep_name(call, kt_call_form(call, "Action"));
    case KT_SERVICE_ECR:
        return dot == NULL ? NULL
                           : keep_name(call, (kt_view){ dot + 1, (size_t)(target.data + target.length - dot - 1) });
    default: return NULL;
    }
}

/* Handlers but S3's want the body in memory; a large one was put into a file. */
static bool load_body(kt_call *call)
{
    const kt_http_request *given = call->request;
    if (call->service == KT_SERVICE_S3 || given->body_fd < 0)
        return true;
    kt_http_request *own = kt_arena_copy(call->arena, given, sizeof(*given));
    char *bytes = kt_arena_alloc(call->arena, given->body_bytes);
    if (own == NULL || bytes == NULL)
        return false;
    for (uint64_t have = 0; have < given->body_bytes;) {
        const ssize_t got = pread(given->body_fd, bytes + have, given->body_bytes - have, (off_t)have);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        have += got > 0 ? (uint64_t)got : 0;
    }
    own->body = (kt_view){ bytes, given->body_bytes };
    own->body_fd = -1; /* the exchange closes it */
    call->request = own;
    return true;
}

bool kt_route_parse_body(kt_call *call)
{
    kt_error err = { 0 };
    if (call->request->body.length == 0)
        return true;
    const int rc = kt_json_parse(call->request->body, &call->body, &err);
    if (rc == KT_E_NOMEM) {
        kt_call_failed(call, &err);
        return false;
    }
    if (rc < 0 || !json_is_object(call->body)) {
        kt_call_error(call, 400, "SerializationException", "%s", rc < 0 ? err.message : "a JSON object is expected");
        return false;
    }
    return true;
}

/* ---- the way to the handler ---- */

static void handle_unknown(kt_call *call)
{
    kt_call_error(call, 501, "NotImplemented",
                  "the sandbox does not have this service; it has braket, s3, sts, iam (roles) and ecr (images)");
}

static const struct {
    void (*handle)(kt_call *call);
    bool is_signed, is_json;
} services[] = {
    [KT_SERVICE_BRAKET] = { kt_braket_handle, true, true }, [KT_SERVICE_S3] = { kt_s3_handle, true, false },
    [KT_SERVICE_STS] = { kt_sts_handle, true, false },      [KT_SERVICE_IAM] = { kt_iam_handle, true, false },
    [KT_SERVICE_ECR] = { kt_ecr_handle, true, true },       [KT_SERVICE_PRICES] = { kt_prices_handle, false, false },
    [KT_SERVICE_ADMIN] = { kt_admin_handle, false, false }, [KT_SERVICE_UNKNOWN] = { handle_unknown, true, false },
};

static void refuse_large_body(kt_call *call)
{
    if (call->service == KT_SERVICE_S3)
        kt_call_error(call, 400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    else
        kt_call_error(call, 413, "RequestEntityTooLargeException", "Request size exceeds the limit of %llu bytes",
                      (unsigned long long)kt_route_body_most(NULL, call->request));
}

static bool is_query_service(const kt_call *call)
{
    return call->service == KT_SERVICE_STS || call->service == KT_SERVICE_IAM;
}

static void refuse_path(kt_call *call)
{
    if (call->service == KT_SERVICE_S3)
        kt_call_error(call, 400, "InvalidURI", "Couldn't parse the specified URI.");
    else
        kt_call_error(call, 400, is_query_service(call) ? "ValidationError" : "ValidationException",
                      "the path holds a broken percent escape");
}

static kt_call *make_call(kt_sandbox *sandbox, kt_http_exchange *exchange)
{
    kt_arena *arena = kt_http_exchange_arena(exchange);
    kt_call *call = KT_ARENA_NEW(arena, kt_call);
    char *id = kt_arena_alloc(arena, 37);
    if (call == NULL || id == NULL)
        return NULL;
    kt_world_uuid(sandbox->world, id);
    call->sandbox = sandbox;
    call->exchange = exchange;
    call->request = kt_http_exchange_request(exchange);
    call->arena = arena;
    call->region = "us-east-1";
    call->account = sandbox->account;
    call->request_id = id;
    call->service = kt_route_guess(call->request);
    return call;
}

void kt_route_handle(void *ctx, kt_http_exchange *exchange)
{
    kt_sandbox *sandbox = ctx;
    kt_auth_claim claim = { 0 };
    kt_call *call = make_call(sandbox, exchange);
    if (call == NULL) {
        kt_http_answer(exchange, &(kt_http_reply){ .status = 503 });
        return;
    }
    const bool is_admin = call->service == KT_SERVICE_ADMIN;
    if (!is_admin && kt_auth_read(sandbox->auth, call, &claim) < 0) {
        kt_call_error(call, 503, "ServiceUnavailable", "out of memory");
        return;
    }
    if (call->request->body_too_large) {
        refuse_large_body(call);
        return;
    }
    if (call->request->body_error != 0) {
        kt_error err = { 0 };
        kt_fail_sys(&err, KT_E_IO, call->request->body_error, "a body of %llu bytes or more can't be kept in %s",
                    (unsigned long long)call->request->body_bytes, sandbox->state_dir);
        kt_call_failed(call, &err);
        return;
    }
    if (!load_body(call)) {
        kt_call_error(call, 503, "ServiceUnavailable", "the request's body can't be read");
        return;
    }
    const bool path_is_right = split_path(call);
    call->operation = operation_of(call);
    if (services[call->service].is_signed && !kt_auth_check(sandbox->auth, call, &claim))
        return;
    if (!path_is_right) {
        refuse_path(call);
        return;
    }
    if (kt_world_admit(sandbox->world, call) == KT_VERDICT_ANSWERED)
        return;
    if (services[call->service].is_json && !kt_route_parse_body(call))
        return;
    services[call->service].handle(call);
}
