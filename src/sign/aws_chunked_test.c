/* SPDX-License-Identifier: Apache-2.0 */
/* aws_chunked_test.c - AWS's worked examples of chunked uploads, whole, byte by byte, and damaged. */
#include "sign/aws_chunked.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

typedef struct sink {
    kt_buf data, trailers;
} sink;

static int take_data(void *ctx, kt_view bytes, __attribute__((unused)) kt_error *err)
{
    sink *s = ctx;
    return kt_buf_add(&s->data, bytes.data, bytes.length);
}

static int take_trailer(void *ctx, kt_view name, kt_view value, __attribute__((unused)) kt_error *err)
{
    sink *s = ctx;
    return kt_buf_addf(&s->trailers, "%.*s=%.*s;", KT_VIEW_ARG(name), KT_VIEW_ARG(value));
}

static void sink_free(sink *s)
{
    kt_buf_fini(&s->data);
    kt_buf_fini(&s->trailers);
}

static int decode(const kt_aws_chunked_options *options, kt_view body, size_t step, sink *s)
{
    kt_aws_chunked_options o = *options;
    KT_OWN(kt_aws_chunked) *c = NULL;
    *s = (sink){ 0 };
    o.data = take_data;
    o.trailer = take_trailer;
    o.ctx = s;
    assert_int_equal(kt_aws_chunked_new(&o, &c, NULL), 0);
    int rc = 0;
    for (size_t at = 0; at < body.length && rc == 0; at += step)
        rc =
            kt_aws_chunked_put(c, (kt_view){ body.data + at, body.length - at < step ? body.length - at : step }, NULL);
    const int ended = kt_aws_chunked_end(c, NULL);
    assert_true(rc == 0 || ended == rc);
    return ended;
}

/* The examples of AWS's pages: 66560 times 'a' in two chunks, to examplebucket, at 2013-05-24. */
static kt_aws_chunked_options example(bool has_trailer)
{
    kt_aws_chunked_options o = { .is_signed = true,
                                 .has_trailer = has_trailer,
                                 .decoded_bytes = 66560,
                                 .amz_date = kt_view_of("20130524T000000Z"),
                                 .scope = { kt_view_of("20130524"), kt_view_of("us-east-1"), kt_view_of("s3") } };
    o.seed_signature = kt_view_of(has_trailer ? "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
                                              : "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    kt_sign_key(kt_view_of(SECRET), &o.scope, o.signing_key);
    return o;
}

static void add_example(kt_buf *out, bool has_trailer)
{
    kt_buf_addf(out, "10000;chunk-signature=%s\r\n",
                has_trailer ? "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"
                            : "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
    kt_buf_fill(out, "a", 65536);
    kt_buf_addf(out, "\r\n400;chunk-signature=%s\r\n",
                has_trailer ? "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"
                            : "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
    kt_buf_fill(out, "a", 1024);
    kt_buf_addf(out, "\r\n0;chunk-signature=%s\r\n",
                has_trailer ? "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"
                            : "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    if (has_trailer)
        kt_buf_adds(out, "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
                         "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n");
    kt_buf_adds(out, "\r\n");
}

TEST(aws_chunked, the_documented_signed_examples_are_taken_in_pieces_of_any_size)
{
    static const size_t steps[] = { 1, 2, 3, 7, 1000, 65536, 1 << 20 };
    for (int has_trailer = 0; has_trailer <= 1; has_trailer++) {
        const kt_aws_chunked_options o = example(has_trailer);
        KT_BUF_OWN body;
        kt_buf_init(&body, 0);
        add_example(&body, has_trailer);
        for (size_t i = 0; i < KT_COUNT(steps); i++) {
            sink s;
            assert_int_equal(decode(&o, kt_buf_view(&body), steps[i], &s), 0);
            assert_int_equal(s.data.length, 66560);
            assert_string_equal(kt_buf_view(&s.trailers).data, has_trailer ? "x-amz-checksum-crc32c=sOO8/Q==;" : "");
            sink_free(&s);
        }
    }
}

TEST(aws_chunked, a_changed_bit_in_a_signed_body_is_noticed)
{
    const kt_aws_chunked_options o = example(true);
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    add_example(&body, true);
    for (size_t at = 0; at < body.length; at = at == 100 ? 65500 : at == 65700 ? body.length - 400 : at + 1)
        for (int bit = 0; bit < 8; bit++) {
            sink s;
            body.data[at] = (char)(body.data[at] ^ (1 << bit));
            assert_true(decode(&o, kt_buf_view(&body), body.length, &s) < 0);
            body.data[at] = (char)(body.data[at] ^ (1 << bit));
            sink_free(&s);
        }
}

TEST(aws_chunked, every_cut_is_noticed)
{
    const kt_aws_chunked_options o = example(true);
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    add_example(&body, true);
    for (size_t length = 0; length < body.length; length = length == 200 ? body.length - 500 : length + 1) {
        sink s;
        assert_int_equal(decode(&o, (kt_view){ body.data, length }, 4096, &s), KT_E_SYNTAX);
        sink_free(&s);
    }
}

TEST(aws_chunked, unsigned_bodies_are_taken_or_refused_as_they_deserve)
{
    static const struct {
        const char *body;
        uint64_t bytes;
        bool has_trailer;
        int expect;
        const char *data, *trailers;
    } rows[] = {
        { "c\r\nhello braket\r\n0\r\nx-amz-checksum-crc32:jSZ4uA==\r\n\r\n", 12, true, 0, "hello braket",
          "x-amz-checksum-crc32=jSZ4uA==;" },
        { "2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", 3, false, 0, "abc", "" },
        { "0\r\n\r\n", 0, true, 0, "", "" },
        { "00000003\r\nabc\r\n0\r\na: 1 \r\nb:2\r\n\r\n", 3, true, 0, "abc", "a=1;b=2;" },
        { "3\r\nabc\r\n0\r\na:1\r\n\r\n", 3, false, KT_E_SYNTAX, NULL, NULL },
        { "3\r\nabc\r\n0\r\nnonsense\r\n\r\n", 3, true, KT_E_SYNTAX, NULL, NULL },
        { "3\r\nabc\r\n0\r\n:v\r\n\r\n", 3, true, KT_E_SYNTAX, NULL, NULL },
        { "3\r\nabcd\r\n0\r\n\r\n", 3, false, KT_E_SYNTAX, NULL, NULL },
        { "3\r\nab\r\n0\r\n\r\n", 3, false, KT_E_SYNTAX, NULL, NULL },
        { "3\r\nabc\r\n0\r\n\r\n", 4, false, KT_E_SYNTAX, NULL, NULL },
        { "3\r\nabc\r\n0\r\n\r\n", 2, false, KT_E_SYNTAX, NULL, NULL },
        { "3\r\nabc\r\n0\r\n\r\nx", 3, false, KT_E_SYNTAX, NULL, NULL },
        { "3\nabc\n0\n\n", 3, false, KT_E_SYNTAX, NULL, NULL },
        { "\r\n", 0, false, KT_E_SYNTAX, NULL, NULL },
        { "g\r\n", 1, false, KT_E_SYNTAX, NULL, NULL },
        { "-1\r\n", 1, false, KT_E_SYNTAX, NULL, NULL },
        { "11111111111111111\r\n", 1, false, KT_E_SYNTAX, NULL, NULL },
        { "ffffffffffffffff\r\n", UINT64_MAX, false, KT_E_LIMIT, NULL, NULL },
        { "1000001\r\n", UINT64_MAX, false, KT_E_LIMIT, NULL, NULL },
        { "", 0, false, KT_E_SYNTAX, NULL, NULL },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        for (size_t step = 1; step <= 64; step += 63) {
            const kt_aws_chunked_options o = { .decoded_bytes = rows[i].bytes, .has_trailer = rows[i].has_trailer };
            sink s;
            assert_int_equal(decode(&o, kt_view_of(rows[i].body), step, &s), rows[i].expect);
            if (rows[i].expect == 0) {
                assert_string_equal(kt_buf_view(&s.data).data, rows[i].data);
                assert_string_equal(kt_buf_view(&s.trailers).data, rows[i].trailers);
            }
            sink_free(&s);
        }
}

TEST(aws_chunked, long_lines_and_many_trailers_are_refused)
{
    KT_BUF_OWN body;
    sink s;
    const kt_aws_chunked_options o = { .has_trailer = true };
    kt_buf_init(&body, 0);
    kt_buf_fill(&body, "0", 3000);
    assert_int_equal(decode(&o, kt_buf_view(&body), 1, &s), KT_E_LIMIT);
    sink_free(&s);
    kt_buf_clear(&body);
    kt_buf_adds(&body, "0\r\n");
    kt_buf_fill(&body, "a:1\r\n", 17);
    assert_int_equal(decode(&o, kt_buf_view(&body), 1, &s), KT_E_LIMIT);
    sink_free(&s);
}

static int refuse(__attribute__((unused)) void *ctx, __attribute__((unused)) kt_view bytes, kt_error *err)
{
    return kt_fail(err, KT_E_IO, "the disk is full");
}

TEST(aws_chunked, a_failure_of_the_taker_ends_it_for_good)
{
    KT_OWN(kt_aws_chunked) *c = NULL;
    kt_error err = { 0 };
    const kt_aws_chunked_options o = { .decoded_bytes = 1, .data = refuse };
    assert_int_equal(kt_aws_chunked_new(&o, &c, &err), 0);
    assert_int_equal(kt_aws_chunked_put(c, kt_view_of("1\r\na\r\n"), &err), KT_E_IO);
    assert_string_equal(err.message, "the disk is full");
    assert_int_equal(kt_aws_chunked_put(c, kt_view_of("0\r\n\r\n"), &err), KT_E_IO);
    assert_int_equal(kt_aws_chunked_end(c, &err), KT_E_IO);
    const kt_aws_chunked_options bad = { .is_signed = true };
    assert_int_equal(kt_aws_chunked_new(&bad, &c, &err), KT_E_INVALID);
}
