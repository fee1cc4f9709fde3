/* SPDX-License-Identifier: Apache-2.0 */
/* buf_test.c - a buffer grows, keeps its NUL, keeps to its ceiling, and remembers failure. */
#include "base/buf.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

TEST(buf, what_is_added_stands_there_with_a_nul_behind_it)
{
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 0);
    assert_null(buf.data);
    assert_string_equal(kt_buf_view(&buf).data, "");
    kt_buf_adds(&buf, "one");
    kt_buf_addc(&buf, ' ');
    kt_buf_addf(&buf, "%d", 2);
    kt_buf_add(&buf, " three", 6);
    kt_buf_fill(&buf, "ab", 2);
    kt_buf_fill(&buf, "x", 0);
    assert_string_equal(buf.data, "one 2 threeabab");
    assert_int_equal(buf.length, 15);
    assert_int_equal(kt_buf_check(&buf, NULL, "it"), 0);
}

TEST(buf, many_small_and_one_large_append_give_the_same_bytes)
{
    KT_BUF_OWN small, large;
    char text[5000];
    memset(text, 'z', sizeof(text));
    kt_buf_init(&small, 0);
    kt_buf_init(&large, 0);
    for (size_t i = 0; i < sizeof(text); i++)
        kt_buf_addc(&small, 'z');
    kt_buf_add(&large, text, sizeof(text));
    assert_true(kt_view_equal(kt_buf_view(&small), kt_buf_view(&large)));
}

TEST(buf, the_ceiling_may_be_reached_but_not_passed_and_failure_is_remembered)
{
    KT_BUF_OWN buf;
    kt_error err = { 0 };
    kt_buf_init(&buf, 4);
    assert_int_equal(kt_buf_adds(&buf, "1234"), 0);
    assert_int_equal(kt_buf_addc(&buf, '5'), KT_E_LIMIT);
    assert_int_equal(kt_buf_adds(&buf, ""), KT_E_LIMIT);
    assert_string_equal(buf.data, "1234");
    assert_int_equal(kt_buf_check(&buf, &err, "the list"), KT_E_LIMIT);
    assert_string_equal(err.message, "the list is larger than its limit of 4 bytes");
    assert_null(kt_buf_take(&buf));
    kt_buf_clear(&buf);
    assert_int_equal(kt_buf_addf(&buf, "%s", "abcd"), 0);
    assert_int_equal(kt_buf_addf(&buf, "%s", "e"), KT_E_LIMIT);
}

TEST(buf, sizes_that_overflow_are_refused_without_touching_memory)
{
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 0);
    assert_int_equal(kt_buf_fill(&buf, "abc", SIZE_MAX / 2), KT_E_LIMIT);
    kt_buf_clear(&buf);
    assert_int_equal(kt_buf_fill(&buf, "a", SIZE_MAX - 1), KT_E_LIMIT);
    assert_null(buf.data);
}

TEST(buf, take_moves_the_bytes_out_and_leaves_an_empty_buffer)
{
    KT_BUF_OWN buf;
    kt_buf_init(&buf, 100);
    char *empty = kt_buf_take(&buf);
    assert_string_equal(empty, "");
    free(empty);
    kt_buf_adds(&buf, "text");
    char *text = kt_buf_take(&buf);
    assert_string_equal(text, "text");
    assert_int_equal(buf.length, 0);
    assert_int_equal(buf.ceiling_bytes, 100);
    free(text);
}
