/* SPDX-License-Identifier: Apache-2.0 */
/* view_test.c - comparing, trimming and hashing text, and the edges of UTF-8. */
#include "base/view.h"

#include "tests/unit.h"

static kt_view view(const char *text)
{
    return kt_view_of(text);
}

TEST(view, compares_as_bytes_with_the_shorter_first)
{
    assert_true(kt_view_equal(view("abc"), view("abc")));
    assert_false(kt_view_equal(view("abc"), view("abd")));
    assert_false(kt_view_equal(view("abc"), view("ab")));
    assert_true(kt_view_equal(view(NULL), view("")));
    assert_true(kt_view_is(view("x"), "x"));
    assert_true(kt_view_starts(view("pragma braket"), "pragma"));
    assert_false(kt_view_starts(view("pr"), "pragma"));
    assert_true(kt_view_starts(view(NULL), ""));
    assert_true(kt_view_compare(view("a"), view("b")) < 0);
    assert_true(kt_view_compare(view("ab"), view("a")) > 0);
    assert_int_equal(kt_view_compare(view("ab"), view("ab")), 0);
    assert_true(kt_view_compare(view("\x7F"), view("\x80")) < 0);
}

TEST(view, trims_ascii_white_space_only)
{
    assert_true(kt_view_is(kt_view_trim(view(" \t\r\n\v\f a b \n")), "a b"));
    assert_int_equal(kt_view_trim(view("  \n ")).length, 0);
    assert_true(kt_view_is(kt_view_trim(view("\xC2\xA0x")), "\xC2\xA0x"));
}

TEST(view, hashes_differ_by_content_length_and_seed)
{
    assert_true(kt_view_hash(view("q0"), 1) == kt_view_hash(view("q0"), 1));
    assert_true(kt_view_hash(view("q0"), 1) != kt_view_hash(view("q1"), 1));
    assert_true(kt_view_hash(view("q0"), 1) != kt_view_hash(view("q0"), 2));
    assert_true(kt_view_hash((kt_view){ "\0", 1 }, 1) != kt_view_hash((kt_view){ "\0\0", 2 }, 1));
    assert_true(kt_view_hash(view("a long name of a register"), 0) !=
                kt_view_hash(view("a long name of a registeR"), 0));
}

static const struct {
    const char *bytes;
    int32_t first;
    size_t used;
} sequences[] = {
    { "A", 'A', 1 },
    { "\xC3\xA4", 0xE4, 2 },
    { "\xE2\x88\x82", 0x2202, 3 },
    { "\xF0\x9F\x98\x80", 0x1F600, 4 },
    { "\xF4\x8F\xBF\xBF", 0x10FFFF, 4 },
    { "\xF4\x90\x80\x80", -1, 1 }, /* above U+10FFFF */
    { "\xC0\x80", -1, 1 },         /* longer than needed */
    { "\xE0\x80\x80", -1, 1 },
    { "\xED\xA0\x80", -1, 1 }, /* a surrogate */
    { "\x80", -1, 1 },         /* a continuation alone */
    { "\xC3", -1, 1 },         /* cut off */
    { "\xC3(", -1, 1 },
    { "\xFF", -1, 1 },
};

TEST(view, utf8_reads_whole_characters_and_steps_over_malformed_bytes_one_by_one)
{
    for (size_t i = 0; i < KT_COUNT(sequences); i++) {
        size_t offset = 0;
        assert_int_equal(kt_utf8_next(view(sequences[i].bytes), &offset), sequences[i].first);
        assert_int_equal(offset, sequences[i].used);
    }
    assert_int_equal(kt_utf8_count(view("a\xC3\xA4\xE2\x88\x82\xFF")), 4);
    assert_int_equal(kt_utf8_count(view("")), 0);
}
