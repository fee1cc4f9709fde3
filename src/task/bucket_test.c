/* SPDX-License-Identifier: Apache-2.0 */
/* bucket_test.c - places in S3 as a person writes them. */
#include "task/bucket.h"

#include "tests/unit.h"
#include <string.h>

TEST(bucket, takes_a_place_apart)
{
    static const struct {
        const char *text, *bucket, *prefix;
    } cases[] = {
        { "s3://my-bucket", "my-bucket", "tasks" },
        { "s3://my-bucket/", "my-bucket", "tasks" },
        { "s3://b.u.c/one/two", "b.u.c", "one/two" },
        { "s3://abc//x/", "abc", "x" },
        { "s3://012/a b", "012", "a b" },
    };
    kt_error err;
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        kt_bucket_place place;
        assert_int_equal(kt_bucket_parse(cases[i].text, &place, &err), 0);
        assert_string_equal(place.bucket, cases[i].bucket);
        assert_string_equal(place.prefix, cases[i].prefix);
    }
}

TEST(bucket, refuses_what_s3_would_refuse)
{
    static const char *const texts[] = {
        "",
        "my-bucket",
        "https://my-bucket",
        "s3://",
        "s3://ab",
        "s3://Abc",
        "s3://a_b",
        "s3://-abc",
        "s3://abc-/x",
        "s3://a..b/x",
        "s3://a b",
        "s3:///x",
        "s3://a123456789012345678901234567890123456789012345678901234567890123",
    };
    for (size_t i = 0; i < KT_COUNT(texts); i++) {
        kt_bucket_place place = { .bucket = "untouched" };
        kt_error err;
        assert_int_equal(kt_bucket_parse(texts[i], &place, &err), KT_E_INVALID);
        assert_string_equal(place.bucket, "untouched");
        assert_non_null(strstr(err.message, "expected"));
    }
}

TEST(bucket, a_prefix_has_a_limit)
{
    char text[1200] = "s3://abc/";
    kt_bucket_place place;
    kt_error err;
    memset(text + strlen(text), 'x', 1024);
    assert_int_equal(kt_bucket_parse(text, &place, &err), 0);
    assert_int_equal(strlen(place.prefix), 1024);
    text[strlen(text)] = 'x';
    assert_int_equal(kt_bucket_parse(text, &place, &err), KT_E_INVALID);
}
