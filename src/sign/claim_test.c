/* SPDX-License-Identifier: Apache-2.0 */
/* claim_test.c - what a client claims is read from header or query; what is missing is named in AWS's words. */
#include "sign/sigv4.h"

#include "tests/unit.h"
#include <string.h>

#define CREDENTIAL "AKIAIOSFODNN7EXAMPLE/20260314/us-east-1/braket/aws4_request"
#define DIGITS "e3f2c29d8547d3bc048f8a69ea95998ed86c5d3ea1ce021dd96db75dfbbfd9ad"
#define GOOD "AWS4-HMAC-SHA256 Credential=" CREDENTIAL ", SignedHeaders=host;x-amz-date, Signature=" DIGITS

typedef struct given {
    const char *authorization, *date_name, *date, *query;
} given;

static int read_claim(const given *g, kt_arena *arena, kt_sign_claim *out, kt_error *err)
{
    kt_sign_header headers[4];
    size_t count = 0;
    headers[count++] = (kt_sign_header){ kt_view_of("Host"), kt_view_of("localhost") };
    if (g->authorization != NULL)
        headers[count++] = (kt_sign_header){ kt_view_of("authorization"), kt_view_of(g->authorization) };
    if (g->date != NULL)
        headers[count++] = (kt_sign_header){ kt_view_of(g->date_name), kt_view_of(g->date) };
    const kt_sign_request request = { .method = kt_view_of("GET"),
                                      .path = kt_view_of("/"),
                                      .query = kt_view_of(g->query),
                                      .headers = headers,
                                      .header_count = count };
    return kt_sign_claim_read(&request, arena, out, err);
}

TEST(claim, a_header_is_taken_apart)
{
    kt_sign_claim claim;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const given g = { GOOD, "X-Amz-Date", "20260314T150926Z", NULL };
    assert_int_equal(read_claim(&g, arena, &claim, NULL), 0);
    assert_int_equal(claim.style, KT_SIGN_HEADER);
    assert_true(kt_view_is(claim.credential, CREDENTIAL));
    assert_true(kt_view_is(claim.access_key, "AKIAIOSFODNN7EXAMPLE"));
    assert_true(kt_view_is(claim.scope.date, "20260314"));
    assert_true(kt_view_is(claim.scope.region, "us-east-1"));
    assert_true(kt_view_is(claim.scope.service, "braket"));
    assert_true(kt_view_is(claim.signed_headers, "host;x-amz-date"));
    assert_true(kt_view_is(claim.signature, DIGITS));
    assert_int_equal(claim.signed_at_ns / 1000000000, 1773500966);
    assert_null(claim.security_token.data);
}

TEST(claim, the_parts_may_stand_in_any_order_and_close_together)
{
    kt_sign_claim claim;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const given g = { "AWS4-HMAC-SHA256 Signature=" DIGITS ",SignedHeaders=host,Credential=" CREDENTIAL, "X-Amz-Date",
                      "20260314T150926Z", "x=1" };
    assert_int_equal(read_claim(&g, arena, &claim, NULL), 0);
    assert_true(kt_view_is(claim.signed_headers, "host"));
}

TEST(claim, the_date_header_of_http_counts_where_there_is_no_other)
{
    kt_sign_claim claim;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const given g = { GOOD, "Date", "Sat, 14 Mar 2026 15:09:26 GMT", NULL };
    assert_int_equal(read_claim(&g, arena, &claim, NULL), 0);
    assert_true(kt_view_is(claim.amz_date, "20260314T150926Z"));
    const given bad = { GOOD, "Date", "Sat, 34 Mar 2026 15:09:26 GMT", NULL };
    assert_int_equal(read_claim(&bad, arena, &claim, NULL), KT_E_SYNTAX);
}

TEST(claim, a_request_without_any_is_not_signed)
{
    kt_sign_claim claim;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const given g = { .query = "X-Amz-Date=1&a=b" };
    assert_int_equal(read_claim(&g, arena, &claim, NULL), KT_E_NOT_FOUND);
    assert_int_equal(claim.style, KT_SIGN_NONE);
}

#define PRESIGNED(credential, expires)                                                                                 \
    "a=1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" credential                                                \
    "&X-Amz-Date=20260314T150926Z&X-Amz-Expires=" expires                                                              \
    "&X-Amz-SignedHeaders=host%3Bx-a&X-Amz-Security-Token=a%2Bb%2F%3D&X-Amz-Signature=" DIGITS
#define QUERY_CREDENTIAL "AKIAIOSFODNN7EXAMPLE%2F20260314%2Fus-east-1%2Fs3%2Faws4_request"

TEST(claim, a_presigned_query_is_decoded)
{
    kt_sign_claim claim;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const given g = { .query = PRESIGNED(QUERY_CREDENTIAL, "604800") };
    assert_int_equal(read_claim(&g, arena, &claim, NULL), 0);
    assert_int_equal(claim.style, KT_SIGN_QUERY);
    assert_int_equal(claim.expires_s, KT_SIGN_EXPIRES_MOST_S);
    assert_true(kt_view_is(claim.scope.service, "s3"));
    assert_true(kt_view_is(claim.signed_headers, "host;x-a"));
    assert_true(kt_view_is(claim.security_token, "a+b/="));
}

TEST(claim, what_is_wrong_is_said_in_aws_s_words)
{
    static const struct {
        given g;
        int code;
        const char *words;
    } rows[] = {
        { { GOOD, NULL, NULL, NULL }, KT_E_SYNTAX, "requires existence of either a 'X-Amz-Date' or a 'Date' header." },
        { { "Basic QQ==", "X-Amz-Date", "20260314T150926Z", NULL }, KT_E_SYNTAX, "requires 'Credential' parameter." },
        { { "AWS4-HMAC-SHA256", "X-Amz-Date", "20260314T150926Z", NULL }, KT_E_SYNTAX, "requires 'Signature' param" },
        { { "", "X-Amz-Date", "20260314T150926Z", NULL }, KT_E_SYNTAX, "requires 'SignedHeaders' parameter" },
        { { "AWS4-HMAC-SHA256 Credential=" CREDENTIAL ", SignedHeaders=host", "X-Amz-Date", "20260314T150926Z", NULL },
          KT_E_SYNTAX,
          "Authorization header requires 'Signature' parameter. Authorization=" },
        { { GOOD ", Extra", "X-Amz-Date", "20260314T150926Z", NULL }, KT_E_SYNTAX, "'Extra' not a valid key=value" },
        { { GOOD ", Signature=1", "X-Amz-Date", "20260314T150926Z", NULL }, KT_E_SYNTAX, "'Signature=1' not a valid" },
        { { "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=1", "X-Amz-Date", "20260314T150926Z",
            NULL },
          KT_E_SYNTAX,
          "exactly 5 slash-delimited elements" },
        { { GOOD, "X-Amz-Date", "2026-03-14", NULL }, KT_E_SYNTAX, "ISO-8601 'basic format'. Got '2026-03-14'" },
        { { GOOD, "X-Amz-Date", "20260315T000000Z", NULL },
          KT_E_INVALID,
          "HTTP: '20260314' != '20260315', from '20260315T000000Z'." },
        { { GOOD, "X-Amz-Date", "20260314T150926Z", "X-Amz-Signature=1" }, KT_E_SYNTAX, "Only one auth mechanism" },
        { { .query = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }, KT_E_SYNTAX, "requires the X-Amz-Algorithm, X-Amz-Cred" },
        { { .query = PRESIGNED(QUERY_CREDENTIAL, "604801") }, KT_E_SYNTAX, "must be less than a week" },
        { { .query = PRESIGNED(QUERY_CREDENTIAL, "99999999999999999999999999") }, KT_E_SYNTAX, "less than a week" },
        { { .query = PRESIGNED(QUERY_CREDENTIAL, "-1") }, KT_E_SYNTAX, "non-negative" },
        { { .query = PRESIGNED(QUERY_CREDENTIAL, "1h") }, KT_E_SYNTAX, "should be a number" },
        { { .query = PRESIGNED("AKIA", "1") }, KT_E_SYNTAX, "Credential is mal-formed" },
        { { .query = PRESIGNED("AKIA%2", "1") }, KT_E_SYNTAX, "a broken percent escape" },
    };
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_sign_claim claim;
        kt_error err = { 0 };
        assert_int_equal(read_claim(&rows[i].g, arena, &claim, &err), rows[i].code);
        if (strstr(err.message, rows[i].words) == NULL)
            fail_msg("row %zu: %s", i, err.message);
    }
}

TEST(sign_date, texts_and_times_go_both_ways)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: refused */
    } rows[] = {
        { "19700101T000000Z", 0 },
        { "20240229T235959Z", 1709251199 },
        { "20260314T150926Z", 1773500966 },
        { "20230229T000000Z", -1 },
        { "20261301T000000Z", -1 },
        { "20260001T000000Z", -1 },
        { "20260100T000000Z", -1 },
        { "20260101T240000Z", -1 },
        { "20260101T006000Z", -1 },
        { "20260101T000060Z", -1 },
        { "19691231T235959Z", -1 },
        { "22010101T000000Z", -1 },
        { "20260314t150926Z", -1 },
        { "20260314T150926", -1 },
        { "20260314T150926ZZ", -1 },
        { "2026031 T150926Z", -1 },
        { "", -1 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        int64_t ns = 7;
        char text[17];
        const int rc = kt_sign_date_parse(kt_view_of(rows[i].text), &ns, NULL);
        assert_int_equal(rc, rows[i].seconds < 0 ? KT_E_SYNTAX : 0);
        assert_int_equal(ns, rows[i].seconds < 0 ? 7 : rows[i].seconds * 1000000000);
        if (rc == 0) {
            kt_sign_date_text(ns, text);
            assert_string_equal(text, rows[i].text);
        }
    }
}
