/* SPDX-License-Identifier: Apache-2.0 */
/* signer.c - which headers and parameters take part in a signature, and where it is put. Headers that machines between
 * us and the service may change are never signed; what a service wants signed always is.
 * Source: the AWS documentation of Signature Version 4; the rules of AWS's own clients where it is silent. */
#include "sign/signer.h"

#include "sign/sign_priv.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_BYTES_MOST = 1 << 20, HEADERS_MOST = 1000 };

/* Sorted by nothing: the list is short. */
static const char *const never_signed[] = {
    "authorization",
    "baggage",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
};

/* The parameters of a query that carry a signature; an earlier one is replaced. */
static const char *const query_names[] = {
    "X-Amz-Algorithm",     "X-Amz-Credential",     "X-Amz-Date",      "X-Amz-Expires",
    "X-Amz-SignedHeaders", "X-Amz-Security-Token", "X-Amz-Signature",
};

static bool is_one_of(kt_view name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (kt_sign_name_equal(name, kt_view_of(names[i])))
            return true;
    return false;
}

bool kt_sign_sets_header(const kt_sign_order *order, kt_view name)
{
    static const char *const set[] = { "authorization", "x-amz-date", "x-amz-security-token" };
    return is_one_of(name, set, KT_COUNT(set)) ||
           (order->with_body_header && kt_sign_name_equal(name, kt_view_of("x-amz-content-sha256")));
}

/* ---- what is at hand while one request is signed ---- */

typedef struct signing {
    const kt_sign_request *request;
    const kt_sign_order *order;
    kt_arena *arena;
    kt_signed *out;
    kt_sign_header *headers; /* those that are signed */
    size_t header_count;
    char amz_date[KT_SIGN_DATE_LENGTH + 1];
    kt_view credential;
} signing;

static kt_view keep(const signing *s, const kt_buf *text)
{
    return (kt_view){ kt_arena_strndup(s->arena, text->data == NULL ? "" : text->data, text->length), text->length };
}

static kt_sign_scope scope_of(const signing *s)
{
    return (kt_sign_scope){ .date = { s->amz_date, 8 }, .region = s->order->region, .service = s->order->service };
}

static int check_order(const kt_sign_request *request, const kt_sign_order *order, kt_error *err)
{
    const struct {
        kt_view value;
        const char *name;
    } wanted[] = { { order->keys.access_key, "access key" },
                   { order->keys.secret, "secret key" },
                   { order->region, "region" },
                   { order->service, "service" },
                   { request->payload_hash, "hash of the body" } };
    for (size_t i = 0; i < KT_COUNT(wanted); i++)
        if (wanted[i].value.length == 0)
            return kt_fail(err, KT_E_INVALID, "a request can't be signed: it has no %s", wanted[i].name);
    if (kt_sign_header_find(request, "host") == NULL)
        return kt_fail(err, KT_E_INVALID, "a request can't be signed: it has no Host header");
    if (request->header_count > HEADERS_MOST)
        return kt_fail(err, KT_E_LIMIT, "%zu headers to sign, above the limit of %d", request->header_count,
                       HEADERS_MOST);
    if (order->style == KT_SIGN_QUERY && (order->expires_s < 1 || order->expires_s > KT_SIGN_EXPIRES_MOST_S))
        return kt_fail(err, KT_E_INVALID, "a signature in a query lives 1 to %d seconds, not %lld",
                       (int)KT_SIGN_EXPIRES_MOST_S, (long long)order->expires_s);
    return 0;
}

/* ---- headers ---- */

static void add_own_header(signing *s, const char *name, kt_view value)
{
    s->out->added[s->out->added_count++] = (kt_sign_header){ kt_view_of(name), value };
}

static bool token_is_signed(const signing *s)
{
    return s->order->keys.session_token.length > 0 && !s->order->token_after;
}

static void add_own_headers(signing *s)
{
    if (s->order->style != KT_SIGN_HEADER)
        return;
    if (s->order->with_body_header)
        add_own_header(s, "x-amz-content-sha256", s->request->payload_hash);
    add_own_header(s, "x-amz-date", (kt_view){ s->amz_date, KT_SIGN_DATE_LENGTH });
    if (token_is_signed(s))
        add_own_header(s, "x-amz-security-token", s->order->keys.session_token);
}

/* The request's headers that count, and then our own. */
static int gather_headers(signing *s, kt_error *err)
{
    const size_t most = s->request->header_count + KT_SIGN_ADDED_MOST;
    s->headers = KT_ARENA_ARRAY(s->arena, kt_sign_header, most);
    if (s->headers == NULL)
        return kt_fail_nomem(err, most * sizeof(*s->headers), "headers");
    for (size_t i = 0; i < s->request->header_count; i++) {
        const kt_sign_header *header = &s->request->headers[i];
        if (!is_one_of(header->name, never_signed, KT_COUNT(never_signed)) &&
            !kt_sign_sets_header(s->order, header->name))
            s->headers[s->header_count++] = *header;
    }
    add_own_headers(s);
    for (size_t i = 0; i < s->out->added_count; i++)
        s->headers[s->header_count++] = s->out->added[i];
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return kt_view_compare(*(const kt_view *)a, *(const kt_view *)b);
}

static kt_view lower_copy(kt_arena *arena, kt_view name)
{
    char *copy = kt_arena_strndup(arena, name.data, name.length);
    for (size_t i = 0; copy != NULL && i < name.length; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + ('a' - 'A'));
    return (kt_view){ copy, copy == NULL ? 0 : name.length };
}

/* "host;x-amz-date": each name once. */
static int list_headers(signing *s, kt_error *err)
{
    KT_BUF_OWN list;
    kt_buf_init(&list, STEP_BYTES_MOST);
    kt_view *names = KT_ARENA_ARRAY(s->arena, kt_view, s->header_count);
    if (names == NULL)
        return kt_fail_nomem(err, s->header_count * sizeof(*names), "names of headers");
    for (size_t i = 0; i < s->header_count; i++)
        names[i] = lower_copy(s->arena, s->headers[i].name);
    qsort(names, s->header_count, sizeof(*names), compare_names);
    for (size_t i = 0; i < s->header_count; i++) {
        if (i > 0 && kt_view_equal(names[i], names[i - 1]))
            continue;
        if (list.length > 0)
            kt_buf_addc(&list, ';');
        kt_buf_add(&list, names[i].data, names[i].length);
    }
    s->out->signed_headers = keep(s, &list);
    return kt_buf_check(&list, err, "a list of headers");
}

/* ---- the query ---- */

static void add_parameter(kt_buf *query, const char *name, kt_view value)
{
    if (query->length > 0)
        kt_buf_addc(query, '&');
    kt_buf_adds(query, name);
    kt_buf_addc(query, '=');
    kt_uri_encode(value, false, query);
}

/* The request's own parameters, without those of an earlier signature. */
static void add_own_parameters(kt_view from, kt_buf *query)
{
    kt_view rest = from, pair;
    while (from.length > 0 && kt_sign_split(&rest, '&', &pair)) {
        kt_view value = pair, name;
        kt_sign_split(&value, '=', &name);
        if (is_one_of(name, query_names, KT_COUNT(query_names)))
            continue;
        if (query->length > 0)
            kt_buf_addc(query, '&');
        kt_buf_add(query, pair.data, pair.length);
    }
}

static int make_query(signing *s, kt_error *err)
{
    s->out->query = s->request->query;
    if (s->order->style != KT_SIGN_QUERY)
        return 0;
    KT_BUF_OWN query;
    char expires[24];
    kt_buf_init(&query, STEP_BYTES_MOST);
    snprintf(expires, sizeof(expires), "%lld", (long long)s->order->expires_s);
    add_own_parameters(s->request->query, &query);
    add_parameter(&query, "X-Amz-Algorithm", kt_view_of(KT_SIGN_ALGORITHM));
    add_parameter(&query, "X-Amz-Credential", s->credential);
    add_parameter(&query, "X-Amz-Date", (kt_view){ s->amz_date, KT_SIGN_DATE_LENGTH });
    add_parameter(&query, "X-Amz-Expires", kt_view_of(expires));
    if (token_is_signed(s))
        add_parameter(&query, "X-Amz-Security-Token", s->order->keys.session_token);
    add_parameter(&query, "X-Amz-SignedHeaders", s->out->signed_headers);
    s->out->query = keep(s, &query);
    return kt_buf_check(&query, err, "a query");
}

/* ---- the signature ---- */

static int make_credential(signing *s, kt_error *err)
{
    const kt_sign_scope scope = scope_of(s);
    const char *text =
        kt_arena_printf(s->arena, "%.*s/%.*s/%.*s/%.*s/" KT_SIGN_TERMINATOR, KT_VIEW_ARG(s->order->keys.access_key),
                        KT_VIEW_ARG(scope.date), KT_VIEW_ARG(scope.region), KT_VIEW_ARG(scope.service));
    if (text == NULL)
        return kt_fail_nomem(err, 64, "a credential");
    s->credential = kt_view_of(text);
    return 0;
}

static int make_signature(signing *s, kt_error *err)
{
    KT_BUF_OWN canonical;
    KT_BUF_OWN string;
    kt_buf_init(&canonical, STEP_BYTES_MOST);
    kt_buf_init(&string, STEP_BYTES_MOST);
    const kt_sign_scope scope = scope_of(s);
    const kt_canonical_options options = { .signed_headers = s->out->signed_headers,
                                           .service = s->order->service,
                                           .without_default_port = true,
                                           .keep_path = s->order->keep_path };
    kt_sign_request request = *s->request;
    request.headers = s->headers;
    request.header_count = s->header_count;
    request.query = s->out->query;
    int rc = kt_sign_canonical_with(&request, &options, &canonical, err);
    if (rc == 0)
        rc = kt_sign_string((kt_view){ s->amz_date, KT_SIGN_DATE_LENGTH }, &scope, kt_buf_view(&canonical), &string,
                            err);
    if (rc < 0)
        return rc;
    uint8_t key[KT_SHA256_BYTES];
    char signature[KT_SHA256_HEX + 1];
    kt_sign_key(s->order->keys.secret, &scope, key);
    kt_sign_signature(key, kt_buf_view(&string), signature);
    OPENSSL_cleanse(key, sizeof(key));
    s->out->canonical_request = keep(s, &canonical);
    s->out->string_to_sign = keep(s, &string);
    s->out->signature = (kt_view){ kt_arena_strndup(s->arena, signature, KT_SHA256_HEX), KT_SHA256_HEX };
    return 0;
}

static int place_in_header(signing *s, kt_error *err)
{
    const char *text = kt_arena_printf(
        s->arena, KT_SIGN_ALGORITHM " Credential=%.*s, SignedHeaders=%.*s, Signature=%.*s", KT_VIEW_ARG(s->credential),
        KT_VIEW_ARG(s->out->signed_headers), KT_VIEW_ARG(s->out->signature));
    if (text == NULL)
        return kt_fail_nomem(err, 256, "a signature");
    for (size_t i = 0; i < s->out->added_count; i++) /* the date lies in a struct that is about to end */
        if (s->out->added[i].value.data == s->amz_date)
            s->out->added[i].value.data = kt_arena_strndup(s->arena, s->amz_date, KT_SIGN_DATE_LENGTH);
    if (s->order->keys.session_token.length > 0 && s->order->token_after)
        add_own_header(s, "x-amz-security-token", s->order->keys.session_token);
    add_own_header(s, "authorization", kt_view_of(text));
    return 0;
}

static int place_in_query(signing *s, kt_error *err)
{
    KT_BUF_OWN query;
    kt_buf_init(&query, STEP_BYTES_MOST);
    kt_buf_add(&query, s->out->query.data, s->out->query.length);
    if (s->order->keys.session_token.length > 0 && s->order->token_after)
        add_parameter(&query, "X-Amz-Security-Token", s->order->keys.session_token);
    add_parameter(&query, "X-Amz-Signature", s->out->signature);
    s->out->query = keep(s, &query);
    return kt_buf_check(&query, err, "a signed query");
}

int kt_sign_make(const kt_sign_request *request, const kt_sign_order *order, kt_arena *arena, kt_signed *out,
                 kt_error *err)
{
    kt_signed made = { 0 };
    signing s = { .request = request, .order = order, .arena = arena, .out = &made };
    int rc = check_order(request, order, err);
    if (rc < 0)
        return rc;
    kt_sign_date_text(order->signed_at_ns, s.amz_date);
    rc = make_credential(&s, err);
    if (rc == 0)
        rc = gather_headers(&s, err);
    if (rc == 0)
        rc = list_headers(&s, err);
    if (rc == 0)
        rc = make_query(&s, err);
    if (rc == 0)
        rc = make_signature(&s, err);
    if (rc == 0)
        rc = order->style == KT_SIGN_QUERY ? place_in_query(&s, err) : place_in_header(&s, err);
    if (rc == 0 && kt_arena_failed(arena))
        rc = kt_fail_nomem(err, 0, "a signature");
    if (rc == 0)
        *out = made;
    return rc;
}
