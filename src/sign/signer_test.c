/* SPDX-License-Identifier: Apache-2.0 */
/* signer_test.c - what the signer makes is what AWS's own client made of the same request, step by step, and what the
 * verifier takes. */
#include "sign/signer.h"

#include "base/file.h"
#include "base/json.h"

#include "tests/unit.h"
#include <string.h>

enum { HEADERS_MOST = 16 };

typedef struct vector {
    const kt_json *json;
    kt_sign_header headers[HEADERS_MOST];
    kt_sign_request request;
    kt_sign_order order;
} vector;

static kt_view member(const kt_json *json, const char *key)
{
    const kt_json *value = json_object_get(json, key);
    return (kt_view){ json_string_value(value), json_string_length(value) };
}

/* The case as a caller would ask for it: the request as it was sent, its signature still in it. */
static void vector_read(vector *v, const kt_json *json)
{
    const kt_json *request = json_object_get(json, "request"), *headers = json_object_get(request, "headers");
    const kt_view target = member(request, "target");
    const char *mark = memchr(target.data, '?', target.length);
    const size_t path_length = mark == NULL ? target.length : (size_t)(mark - target.data);
    const bool is_query = kt_view_is(member(json, "style"), "query");
    *v = (vector){ .json = json };
    v->request = (kt_sign_request){ .method = member(request, "method"),
                                    .path = { target.data, path_length },
                                    .headers = v->headers,
                                    .header_count = json_array_size(headers),
                                    .payload_hash = member(json, "payload_hash") };
    if (mark != NULL)
        v->request.query = (kt_view){ mark + 1, target.length - path_length - 1 };
    assert_true(v->request.header_count <= HEADERS_MOST);
    for (size_t i = 0; i < v->request.header_count; i++) {
        const kt_json *pair = json_array_get(headers, i), *name = json_array_get(pair, 0),
                      *value = json_array_get(pair, 1);
        v->headers[i] = (kt_sign_header){ { json_string_value(name), json_string_length(name) },
                                          { json_string_value(value), json_string_length(value) } };
    }
    v->order = (kt_sign_order){ .style = is_query ? KT_SIGN_QUERY : KT_SIGN_HEADER,
                                .keys = { member(json, "access_key"), member(json, "secret_key"),
                                          member(json, "session_token") },
                                .region = member(json, "region"),
                                .service = member(json, "service"),
                                .expires_s = json_integer_value(json_object_get(json, "expires")) };
    assert_int_equal(kt_sign_date_parse(member(json, "date"), &v->order.signed_at_ns, NULL), 0);
}

static kt_json *vectors_open(void)
{
    KT_BUF_OWN text;
    kt_json *vectors = NULL;
    kt_buf_init(&text, 0);
    assert_int_equal(kt_file_read(KETCH_TESTS_DIR "/data/sigv4_vectors.json", 1 << 20, &text, NULL), 0);
    assert_int_equal(kt_json_parse(kt_buf_view(&text), &vectors, NULL), 0);
    return vectors;
}

static void assert_text(kt_view text, const kt_json *json, const char *key)
{
    const kt_view expected = member(json, key);
    if (!kt_view_equal(text, expected))
        fail_msg("%s, %s:\n%.*s\ninstead of\n%.*s", json_string_value(json_object_get(json, "name")), key,
                 KT_VIEW_ARG(text), KT_VIEW_ARG(expected));
}

TEST(signer, signs_every_vector_as_aws_does)
{
    kt_json *vectors = vectors_open(), *json;
    size_t index;
    json_array_foreach(json_object_get(vectors, "cases"), index, json)
    {
        vector v;
        kt_signed made;
        kt_error err = { 0 };
        kt_arena *arena = kt_arena_new(0);
        vector_read(&v, json);
        if (kt_sign_make(&v.request, &v.order, arena, &made, &err) < 0)
            fail_msg("%s: %s", json_string_value(json_object_get(json, "name")), err.message);
        assert_text(made.signed_headers, json, "signed_headers");
        assert_text(made.canonical_request, json, "canonical_request");
        assert_text(made.string_to_sign, json, "string_to_sign");
        assert_text(made.signature, json, "signature");
        kt_arena_free(arena);
    }
    assert_int_equal(index, 58);
    kt_json_free(vectors);
}

/* ---- one small request ---- */

static const kt_sign_header host_only[] = { { { "Host", 4 }, { "example.com", 11 } } };

static kt_sign_request small_request(void)
{
    return (kt_sign_request){ .method = kt_view_of("GET"),
                              .path = kt_view_of("/a"),
                              .query = kt_view_of("b=1"),
                              .headers = host_only,
                              .header_count = 1,
                              .payload_hash = kt_view_of("UNSIGNED-PAYLOAD") };
}

static kt_sign_order small_order(kt_sign_style style)
{
    return (kt_sign_order){ .style = style,
                            .keys = { kt_view_of("AKID"), kt_view_of("secret"), kt_view_of("token/+=") },
                            .region = kt_view_of("eu-north-1"),
                            .service = kt_view_of("braket"),
                            .signed_at_ns = 1773500966000000000,
                            .expires_s = 60 };
}

/* What is sent is what a server reads and takes, whichever way it was signed. */
TEST(signer, what_it_adds_to_a_request_verifies)
{
    static const struct {
        kt_sign_style style;
        bool token_after, keep_path, with_body_header;
    } rows[] = {
        { KT_SIGN_HEADER, false, false, false }, { KT_SIGN_HEADER, true, false, true },
        { KT_SIGN_QUERY, false, false, false },  { KT_SIGN_QUERY, false, true, false },
        { KT_SIGN_HEADER, false, true, true },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_arena *arena = kt_arena_new(0);
        kt_sign_header headers[8];
        kt_signed made;
        kt_sign_claim claim;
        kt_sign_request request = small_request();
        kt_sign_order order = small_order(rows[i].style);
        order.token_after = rows[i].token_after;
        order.keep_path = rows[i].keep_path;
        order.with_body_header = rows[i].with_body_header;
        assert_int_equal(kt_sign_make(&request, &order, arena, &made, NULL), 0);
        headers[0] = host_only[0];
        for (size_t n = 0; n < made.added_count; n++)
            headers[n + 1] = made.added[n];
        request.headers = headers;
        request.header_count = made.added_count + 1;
        request.query = made.query;
        assert_int_equal(kt_sign_claim_read(&request, arena, &claim, NULL), 0);
        assert_int_equal(claim.style, rows[i].style);
        assert_true(kt_view_is(claim.security_token, "token/+="));
        assert_int_equal(kt_sign_verify(&request, &claim, order.keys.secret, NULL, NULL, NULL), 0);
        kt_arena_free(arena);
    }
}

TEST(signer, refuses_what_can_not_be_signed_and_says_what_is_missing)
{
    static const struct {
        const char *missing, *message;
    } rows[] = {
        { "key", "it has no access key" },
        { "secret", "it has no secret key" },
        { "region", "it has no region" },
        { "service", "it has no service" },
        { "hash", "it has no hash of" },
        { "host", "it has no Host header" },
        { "life", "lives 1 to 604800 seconds, not 604801" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_arena *arena = kt_arena_new(0);
        kt_signed made = { .added_count = 77 };
        kt_error err = { 0 };
        kt_sign_request request = small_request();
        kt_sign_order order = small_order(KT_SIGN_QUERY);
        const kt_view missing = kt_view_of(rows[i].missing), none = { 0 };
        order.keys.access_key = kt_view_is(missing, "key") ? none : order.keys.access_key;
        order.keys.secret = kt_view_is(missing, "secret") ? none : order.keys.secret;
        order.region = kt_view_is(missing, "region") ? none : order.region;
        order.service = kt_view_is(missing, "service") ? none : order.service;
        order.expires_s = kt_view_is(missing, "life") ? KT_SIGN_EXPIRES_MOST_S + 1 : order.expires_s;
        request.payload_hash = kt_view_is(missing, "hash") ? none : request.payload_hash;
        request.header_count = kt_view_is(missing, "host") ? 0 : 1;
        assert_int_equal(kt_sign_make(&request, &order, arena, &made, &err), KT_E_INVALID);
        assert_non_null(strstr(err.message, rows[i].message));
        assert_int_equal(made.added_count, 77);
        kt_arena_free(arena);
    }
}
