/* SPDX-License-Identifier: Apache-2.0 */
/* text_test.c - the nearest name is the one a person meant; sizes and counts are read and shown. */
#include "base/text.h"

#include "tests/unit.h"
#include <string.h>

static const struct {
    const char *a, *b;
    size_t limit, distance;
} distances[] = {
    { "cnot", "cnot", 3, 0 }, { "", "", 3, 0 },           { "cnto", "cnot", 3, 1 },
    { "cno", "cnot", 3, 1 },  { "xnot", "cnot", 3, 1 },   { "kitten", "sitting", 5, 3 },
    { "CNOT", "cnot", 3, 2 }, { "Rx", "rx", 3, 1 },       { "abc", "xyz", 3, 3 },
    { "abc", "xyz", 1, 2 },   { "a", "abcdefgh", 3, 4 },  { "ab", "ba", 0, 1 },
    { "", "abc", 3, 3 },      { "theta", "tehta", 1, 1 },
};

TEST(text, distance_counts_edits_and_transpositions_up_to_its_limit)
{
    for (size_t i = 0; i < KT_COUNT(distances); i++) {
        const kt_view a = kt_view_of(distances[i].a), b = kt_view_of(distances[i].b);
        assert_int_equal(kt_text_distance(a, b, distances[i].limit), distances[i].distance);
        assert_int_equal(kt_text_distance(b, a, distances[i].limit), distances[i].distance);
    }
}

TEST(text, very_long_names_are_not_measured)
{
    char a[5000], b[5000];
    memset(a, 'a', sizeof(a));
    memset(b, 'a', sizeof(b));
    assert_int_equal(kt_text_distance((kt_view){ a, 5000 }, (kt_view){ b, 5000 }, 3), 0);
    b[17] = 'b';
    assert_int_equal(kt_text_distance((kt_view){ a, 5000 }, (kt_view){ b, 5000 }, 3), 4);
}

static const struct {
    const char *wanted, *hint;
} hints[] = {
    { "cnott", " (did you mean 'cnot'?)" },
    { "phaseshfit", " (did you mean 'phaseshift'?)" },
    { "H", " (did you mean 'h'?)" },
    { "RX", " (did you mean 'rx'?)" },
    { "measurement", "" },
    { "q", "" },
    { "", "" },
};

TEST(text, the_hint_names_the_nearest_candidate_or_nothing)
{
    static const char *const candidates[] = { "h", "rx", "cnot", "ccnot", "phaseshift", "swap" };
    for (size_t i = 0; i < KT_COUNT(hints); i++) {
        kt_nearest nearest;
        char hint[96];
        kt_nearest_init(&nearest, kt_view_of(hints[i].wanted));
        for (size_t c = 0; c < KT_COUNT(candidates); c++)
            kt_nearest_offer(&nearest, kt_view_of(candidates[c]));
        kt_nearest_hint(&nearest, hint, sizeof(hint));
        assert_string_equal(hint, hints[i].hint);
    }
}

static const struct {
    double bytes;
    const char *text;
} sizes[] = {
    { 0, "0 B" },
    { 512, "512 B" },
    { 1023, "1023 B" },
    { 1024, "1.0 KiB" },
    { 17179869184.0, "16.0 GiB" },
    { 1048575, "1.0 MiB" },
    { 0x1p60, "1.0 EiB" },
    { 0x1p74, "16.0 ZiB" },
    { 1e30, "1e+30 bytes" },
};

TEST(text, sizes_have_the_unit_that_suits_them)
{
    for (size_t i = 0; i < KT_COUNT(sizes); i++) {
        char text[24];
        kt_size_text(sizes[i].bytes, text, sizeof(text));
        assert_string_equal(text, sizes[i].text);
    }
}

static const struct {
    const char *text;
    uint64_t least, most, value;
    const char *error;
} counts[] = {
    { "0", 0, 10, 0, NULL },
    { "18446744073709551615", 0, UINT64_MAX, UINT64_MAX, NULL },
    { "0007", 0, 10, 7, NULL },
    { "18446744073709551616", 0, UINT64_MAX, 0, "out of range" },
    { "11", 0, 10, 0, "'11' is out of range; expected a whole number from 0 to 10" },
    { "0", 1, 10, 0, "expected a whole number from 1 to 10" },
    { "-1", 0, 10, 0, "'-1' is no whole number" },
    { "1.5", 0, 10, 0, "no whole number" },
    { "", 0, 10, 0, "no whole number" },
    { "1 ", 0, 10, 0, "no whole number" },
    { "99999999999999999999999x", 0, 10, 0, "no whole number" },
};

TEST(text, counts_are_read_whole_and_in_range)
{
    for (size_t i = 0; i < KT_COUNT(counts); i++) {
        uint64_t value = 77;
        kt_error err = { 0 };
        const int rc = kt_parse_uint(kt_view_of(counts[i].text), counts[i].least, counts[i].most, &value, &err);
        assert_int_equal(rc, counts[i].error == NULL ? 0 : KT_E_INVALID);
        assert_true(value == (counts[i].error == NULL ? counts[i].value : 77));
        if (counts[i].error != NULL)
            assert_non_null(strstr(err.message, counts[i].error));
    }
}
