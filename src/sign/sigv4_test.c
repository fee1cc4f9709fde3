/* SPDX-License-Identifier: Apache-2.0 */
/* sigv4_test.c - requests signed by AWS's own client verify, step by step; with any bit of them changed they do not. */
#include "base/file.h"
#include "base/json.h"
#include "sign/sigv4.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

enum { HEADERS_MOST = 16 };

/* One case, its request in memory that may be written to. */
typedef struct wire {
    const char *name, *service, *payload_hash;
    kt_view method, target, body, secret;
    kt_sign_header headers[HEADERS_MOST];
    size_t header_count;
    const kt_json *json;
} wire;

static kt_json *vectors;
static kt_arena *arena;

static kt_view copy(const kt_json *text)
{
    const size_t length = json_string_length(text);
    return (kt_view){ kt_arena_strndup(arena, json_string_value(text), length), length };
}

static const char *text_of(const kt_json *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    assert_non_null(text);
    return text;
}

static void wire_read(wire *w, const kt_json *json)
{
    const kt_json *request = json_object_get(json, "request"), *headers = json_object_get(request, "headers");
    *w = (wire){ .name = text_of(json, "name"),
                 .service = text_of(json, "service"),
                 .payload_hash = text_of(json, "payload_hash"),
                 .method = copy(json_object_get(request, "method")),
                 .target = copy(json_object_get(request, "target")),
                 .body = copy(json_object_get(request, "body")),
                 .secret = copy(json_object_get(json, "secret_key")),
                 .header_count = json_array_size(headers),
                 .json = json };
    assert_true(w->header_count <= HEADERS_MOST);
    for (size_t i = 0; i < w->header_count; i++) {
        const kt_json *pair = json_array_get(headers, i);
        w->headers[i] = (kt_sign_header){ copy(json_array_get(pair, 0)), copy(json_array_get(pair, 1)) };
    }
}

static void vectors_open(void)
{
    KT_BUF_OWN text;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    assert_int_equal(kt_file_read(KETCH_TESTS_DIR "/data/sigv4_vectors.json", 1 << 20, &text, &err), 0);
    assert_int_equal(kt_json_parse(kt_buf_view(&text), &vectors, &err), 0);
    arena = kt_arena_new(0);
    assert_non_null(arena);
}

static void vectors_close(void)
{
    kt_json_free(vectors);
    kt_arena_free(arena);
}

/* The request as a server has it: the target split, the hash of a body that is signed computed. */
static kt_sign_request request_of(const wire *w, char hash[KT_SHA256_HEX + 1])
{
    const char *mark = memchr(w->target.data, '?', w->target.length);
    const size_t path_length = mark == NULL ? w->target.length : (size_t)(mark - w->target.data);
    kt_sign_request r = { .method = w->method,
                          .path = { w->target.data, path_length },
                          .headers = w->headers,
                          .header_count = w->header_count,
                          .payload_hash = kt_view_of(w->payload_hash) };
    if (mark != NULL)
        r.query = (kt_view){ mark + 1, w->target.length - path_length - 1 };
    if (r.payload_hash.length == KT_SHA256_HEX) {
        kt_sha256_hex(w->body.data, w->body.length, hash);
        r.payload_hash = (kt_view){ hash, KT_SHA256_HEX };
    }
    return r;
}

/* As a server does it, which takes no target that does not begin with a slash, and looks the secret up by the access
 * key that is claimed. */
static int verify(const wire *w, kt_buf *canonical, kt_buf *string_to_sign)
{
    char hash[KT_SHA256_HEX + 1];
    const kt_sign_request request = request_of(w, hash);
    kt_sign_claim claim;
    kt_arena *scratch = kt_arena_new(0);
    int rc = w->target.length > 0 && w->target.data[0] != '/' ? KT_E_SYNTAX
                                                              : kt_sign_claim_read(&request, scratch, &claim, NULL);
    if (rc == 0 && !kt_view_is(claim.access_key, text_of(w->json, "access_key")))
        rc = KT_E_NOT_FOUND;
    if (rc == 0)
        rc = kt_sign_verify(&request, &claim, w->secret, canonical, string_to_sign, NULL);
    kt_arena_free(scratch);
    return rc;
}

TEST(sigv4, every_vector_verifies_and_its_steps_are_as_recorded)
{
    size_t index;
    kt_json *json;
    KT_BUF_OWN canonical, string_to_sign;
    kt_buf_init(&canonical, 0);
    kt_buf_init(&string_to_sign, 0);
    vectors_open();
    assert_int_equal(json_array_size(json_object_get(vectors, "cases")), 58);
    json_array_foreach(json_object_get(vectors, "cases"), index, json)
    {
        wire w;
        wire_read(&w, json);
        const int rc = verify(&w, &canonical, &string_to_sign);
        if (rc != 0)
            print_message("%s\n%s\n%s\n", w.name, kt_buf_view(&canonical).data, kt_buf_view(&string_to_sign).data);
        assert_int_equal(rc, 0);
        assert_string_equal(canonical.data, text_of(json, "canonical_request"));
        assert_string_equal(string_to_sign.data, text_of(json, "string_to_sign"));
    }
    vectors_close();
}

TEST(sigv4, every_vector_can_be_made_from_its_parts)
{
    size_t index;
    kt_json *json;
    vectors_open();
    json_array_foreach(json_object_get(vectors, "cases"), index, json)
    {
        wire w;
        char hash[KT_SHA256_HEX + 1], signature[KT_SHA256_HEX + 1], date[17];
        uint8_t key[KT_SHA256_BYTES];
        int64_t at_ns;
        KT_BUF_OWN canonical, string_to_sign;
        kt_buf_init(&canonical, 0);
        kt_buf_init(&string_to_sign, 0);
        wire_read(&w, json);
        const kt_sign_request request = request_of(&w, hash);
        assert_int_equal(kt_sign_date_parse(kt_view_of(text_of(json, "date")), &at_ns, NULL), 0);
        kt_sign_date_text(at_ns, date);
        const kt_sign_scope scope = { { date, 8 }, kt_view_of(text_of(json, "region")), kt_view_of(w.service) };
        assert_int_equal(kt_sign_canonical(&request, kt_view_of(text_of(json, "signed_headers")), scope.service, true,
                                           &canonical, NULL),
                         0);
        assert_string_equal(canonical.data, text_of(json, "canonical_request"));
        assert_int_equal(kt_sign_string(kt_view_of(date), &scope, kt_buf_view(&canonical), &string_to_sign, NULL), 0);
        kt_sign_key(w.secret, &scope, key);
        kt_sign_signature(key, kt_buf_view(&string_to_sign), signature);
        assert_string_equal(signature, text_of(json, "signature"));
    }
    vectors_close();
}

/* Which changes leave a request the same: the case of a header's name and of the host, and those that the removal of
 * dot segments takes back. */
static bool is_same_request(const wire *w, const kt_sign_header *header, bool in_name, char before, char after)
{
    const bool is_case = (before ^ after) == 0x20 && ((before | 0x20) >= 'a' && (before | 0x20) <= 'z');
    if (header != NULL)
        return is_case && (in_name || kt_view_is(header->name, "Host"));
    return strcmp(w->name, "raw_path_normalise") == 0 && !in_name;
}

static bool is_signed(const wire *w, const kt_sign_header *header)
{
    return kt_view_is(header->name, "Authorization") ||
           kt_sign_is_listed(kt_view_of(text_of(w->json, "signed_headers")), header->name);
}

/* Changes each bit of `text`, and changes it back. */
static size_t flip_each(const wire *w, kt_view text, const kt_sign_header *header, bool in_name)
{
    size_t count = 0;
    char *bytes = (char *)text.data;
    for (size_t bit = 0; bit < text.length * 8; bit++) {
        const char before = bytes[bit / 8];
        bytes[bit / 8] = (char)(before ^ (1 << bit % 8));
        const bool is_good = verify(w, NULL, NULL) == 0;
        if (is_good && !is_same_request(w, header, in_name, before, bytes[bit / 8]))
            fail_msg("%s: bit %zu of '%.*s' does not matter", w->name, bit, KT_VIEW_ARG(text));
        bytes[bit / 8] = before;
        count++;
    }
    return count;
}

TEST(sigv4, one_changed_bit_anywhere_does_not_verify)
{
    size_t index, count = 0;
    kt_json *json;
    vectors_open();
    json_array_foreach(json_object_get(vectors, "cases"), index, json)
    {
        wire w;
        wire_read(&w, json);
        count += flip_each(&w, w.method, NULL, true);
        count += flip_each(&w, w.target, NULL, false);
        count += flip_each(&w, w.secret, NULL, true);
        if (strlen(w.payload_hash) == KT_SHA256_HEX)
            count += flip_each(&w, w.body, NULL, true);
        for (size_t i = 0; i < w.header_count; i++) {
            if (!is_signed(&w, &w.headers[i]))
                continue;
            count += flip_each(&w, w.headers[i].name, &w.headers[i], true);
            count += flip_each(&w, w.headers[i].value, &w.headers[i], false);
        }
        assert_int_equal(verify(&w, NULL, NULL), 0);
    }
    assert_true(count > 200000);
    vectors_close();
}

TEST(sigv4, a_signing_key_is_derived_in_the_documented_steps)
{
    uint8_t key[KT_SHA256_BYTES];
    char hex[2 * KT_SHA256_BYTES + 1];
    vectors_open();
    const kt_json *steps = json_object_get(vectors, "signing_key");
    const kt_sign_scope scope = { kt_view_of(text_of(steps, "date")), kt_view_of(text_of(steps, "region")),
                                  kt_view_of(text_of(steps, "service")) };
    kt_sign_key(kt_view_of(text_of(steps, "secret_key")), &scope, key);
    kt_hex(key, sizeof(key), hex);
    assert_string_equal(hex, text_of(steps, "k_signing"));
    vectors_close();
}

/* A GET of path and query with one header, all signed. */
static void assert_canonical(const char *service, const char *path, const char *query, const char *expect)
{
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    const kt_sign_header header = { kt_view_of("Host"), kt_view_of("H") };
    const kt_sign_request request = { kt_view_of("GET"), kt_view_of(path), kt_view_of(query), &header, 1,
                                      kt_view_of("X") };
    assert_int_equal(kt_sign_canonical(&request, kt_view_of("host"), kt_view_of(service), false, &out, NULL), 0);
    KT_BUF_OWN whole;
    kt_buf_init(&whole, 0);
    kt_buf_addf(&whole, "GET\n%s\nhost:h\n\nhost\nX", expect);
    assert_string_equal(out.data, whole.data);
}

TEST(canonical, paths_are_normalised_and_encoded_twice_but_for_s3)
{
    static const struct {
        const char *service, *path, *expect;
    } rows[] = {
        { "braket", "", "/\n" },
        { "braket", "/", "/\n" },
        { "braket", "//", "/\n" },
        { "braket", "/a/..", "/\n" },
        { "braket", "/a/../", "/\n" },
        { "braket", "/../../a", "/a\n" },
        { "braket", "/a/.", "/a\n" },
        { "braket", "/a//b/", "/a/b/\n" },
        { "braket", "/a%2Fb/..%2Fc", "/a%252Fb/..%252Fc\n" },
        { "braket", "/\xc3\xbc:~", "/%C3%BC%3A~\n" },
        { "s3", "", "/\n" },
        { "s3", "//a/../b/./", "//a/../b/./\n" },
        { "s3", "/a%20b", "/a%20b\n" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        assert_canonical(rows[i].service, rows[i].path, "", rows[i].expect);
}

TEST(canonical, queries_are_sorted_by_name_then_value_and_what_was_left_bare_is_encoded)
{
    static const struct {
        const char *query, *expect;
    } rows[] = {
        { "uploads", "/\nuploads=" },
        { "b&a", "/\na=&b=" },
        { "a=2&a=1&a", "/\na=&a=1&a=2" },
        { "a-b=1&a%20c=2&a=3&aa=4", "/\na=3&a%20c=2&a-b=1&aa=4" },
        { "p=a/b:c", "/\np=a%2Fb%3Ac" },
        { "p=a+b%2B", "/\np=a%20b%2B" },
        { "p=a=b", "/\np=a%3Db" },
        { "p=%zz%4", "/\np=%25zz%254" },
        { "p=%2f", "/\np=%2f" },
        { "=v", "/\n=v" },
        { "%F0=1&a=2&Z=3", "/\n%F0=1&Z=3&a=2" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        assert_canonical("s3", "/", rows[i].query, rows[i].expect);
}

TEST(canonical, forty_parameters_are_sorted_and_more_than_a_thousand_refused)
{
    KT_BUF_OWN query, out;
    kt_error err = { 0 };
    kt_buf_init(&query, 0);
    kt_buf_init(&out, 0);
    for (int i = 39; i >= 0; i--)
        kt_buf_addf(&query, "%sk%02d=%d", i == 39 ? "" : "&", i, i);
    kt_sign_request request = { kt_view_of("GET"), kt_view_of("/"), kt_buf_view(&query), NULL, 0, kt_view_of("X") };
    assert_int_equal(kt_sign_canonical(&request, kt_view_of("host"), kt_view_of("s3"), false, &out, NULL), 0);
    assert_true(kt_view_starts(kt_buf_view(&out), "GET\n/\nk00=0&k01=1&k02=2&"));
    kt_buf_clear(&query);
    kt_buf_fill(&query, "&", 1000);
    request.query = kt_buf_view(&query);
    assert_int_equal(kt_sign_canonical(&request, kt_view_of("host"), kt_view_of("s3"), false, &out, &err), KT_E_LIMIT);
}

TEST(canonical, headers_are_folded_joined_and_a_missing_one_is_empty)
{
    static const kt_sign_header headers[] = {
        { { "X-A", 3 }, { "  a \t b  ", 9 } },        { { "other", 5 }, { "no", 2 } }, { { "x-a", 3 }, { "c", 1 } },
        { { "HOST", 4 }, { " LocalHost:8080", 15 } }, { { "X-B", 3 }, { "", 0 } },
    };
    const kt_sign_request request = { kt_view_of("PUT"), kt_view_of("/"),   { 0 },
                                      headers,           KT_COUNT(headers), kt_view_of("UNSIGNED-PAYLOAD") };
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    const kt_view names = kt_view_of("gone;host;x-a;x-b");
    assert_int_equal(kt_sign_canonical(&request, names, kt_view_of("sts"), false, &out, NULL), 0);
    assert_string_equal(out.data, "PUT\n/\n\ngone:\nhost:localhost:8080\nx-a:a b,c\nx-b:\n\ngone;host;x-a;x-b\n"
                                  "UNSIGNED-PAYLOAD");
    kt_buf_clear(&out);
    out.ceiling_bytes = 16;
    assert_int_equal(kt_sign_canonical(&request, names, kt_view_of("sts"), false, &out, NULL), KT_E_LIMIT);
}

TEST(sigv4, a_host_with_a_default_port_verifies_signed_with_it_or_without)
{
    static const struct {
        const char *sent, *was_signed;
        int expect;
    } rows[] = {
        { "x.local:443", "x.local", 0 },
        { "x.local:443", "x.local:443", 0 },
        { "x.local:80", "x.local", 0 },
        { "x.local:8443", "x.local", KT_E_INVALID },
        { "x.local", "x.local:80", KT_E_INVALID },
    };
    const kt_sign_scope scope = { kt_view_of("20260314"), kt_view_of("us-east-1"), kt_view_of("braket") };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        KT_BUF_OWN canonical, string;
        char signature[KT_SHA256_HEX + 1];
        uint8_t key[KT_SHA256_BYTES];
        kt_buf_init(&canonical, 0);
        kt_buf_init(&string, 0);
        kt_sign_header host = { kt_view_of("host"), kt_view_of(rows[i].was_signed) };
        const kt_sign_request request = { kt_view_of("GET"), kt_view_of("/"), { 0 }, &host, 1, kt_view_of("X") };
        kt_sign_claim claim = { .style = KT_SIGN_HEADER,
                                .scope = scope,
                                .signed_headers = kt_view_of("host"),
                                .amz_date = kt_view_of("20260314T000000Z") };
        assert_int_equal(kt_sign_canonical(&request, claim.signed_headers, scope.service, false, &canonical, NULL), 0);
        assert_int_equal(kt_sign_string(claim.amz_date, &scope, kt_buf_view(&canonical), &string, NULL), 0);
        kt_sign_key(kt_view_of("secret"), &scope, key);
        kt_sign_signature(key, kt_buf_view(&string), signature);
        claim.signature = kt_view_of(signature);
        host.value = kt_view_of(rows[i].sent);
        assert_int_equal(kt_sign_verify(&request, &claim, kt_view_of("secret"), NULL, NULL, NULL), rows[i].expect);
    }
}
