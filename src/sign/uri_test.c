/* SPDX-License-Identifier: Apache-2.0 */
/* uri_test.c - percent-encoding, and back. */
#include "sign/sigv4.h"

#include "tests/unit.h"

TEST(uri, every_byte_comes_back_from_its_encoding)
{
    char bytes[255];
    KT_BUF_OWN encoded, decoded;
    kt_buf_init(&encoded, 0);
    kt_buf_init(&decoded, 0);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i + 1);
    const kt_view all = { bytes, sizeof(bytes) };
    assert_int_equal(kt_uri_encode(all, false, &encoded), 0);
    assert_int_equal(encoded.length, 66 + 3 * (255 - 66));
    assert_int_equal(kt_uri_decode(kt_buf_view(&encoded), false, &decoded, NULL), 0);
    assert_true(kt_view_equal(kt_buf_view(&decoded), all));
}

TEST(uri, slashes_are_kept_when_asked)
{
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    kt_uri_encode(kt_view_of("a/b c~"), true, &out);
    assert_string_equal(out.data, "a/b%20c~");
    kt_buf_clear(&out);
    kt_uri_encode(kt_view_of("a/b"), false, &out);
    assert_string_equal(out.data, "a%2Fb");
    kt_buf_clear(&out);
    kt_uri_encode(kt_view_of(""), false, &out);
    assert_string_equal(out.data, "");
}

TEST(uri, decoding_takes_both_cases_and_refuses_what_is_broken)
{
    static const struct {
        const char *text;
        bool plus;
        const char *expect; /* NULL: refused */
    } rows[] = {
        { "a%2Fb%2f", false, "a/b/" }, { "a+b", false, "a+b" }, { "a+b%2B", true, "a b+" }, { "", true, "" },
        { "%", false, NULL },          { "%2", false, NULL },   { "%2g", false, NULL },     { "a%00b", false, NULL },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        KT_BUF_OWN out;
        kt_buf_init(&out, 0);
        const int rc = kt_uri_decode(kt_view_of(rows[i].text), rows[i].plus, &out, NULL);
        assert_int_equal(rc, rows[i].expect == NULL ? KT_E_SYNTAX : 0);
        if (rc == 0)
            assert_string_equal(out.data, rows[i].expect);
    }
}

TEST(uri, a_buffer_that_is_full_is_an_error)
{
    KT_BUF_OWN out;
    kt_buf_init(&out, 4);
    assert_int_equal(kt_uri_decode(kt_view_of("12345"), false, &out, NULL), KT_E_LIMIT);
    kt_buf_clear(&out);
    assert_int_equal(kt_uri_encode(kt_view_of("a b"), false, &out), KT_E_LIMIT);
}
