/* SPDX-License-Identifier: Apache-2.0 */
/* error_test.c - messages stay whole and readable, whatever is put into them. */
#include "base/error.h"

#include "tests/unit.h"
#include <errno.h>
#include <string.h>

TEST(error, fail_returns_the_code_and_fills_the_error)
{
    kt_error err = { .sys = 7 };
    assert_int_equal(kt_fail(&err, KT_E_BUDGET, "needs $%s", "5.00"), KT_E_BUDGET);
    assert_int_equal(err.code, KT_E_BUDGET);
    assert_int_equal(err.sys, 0);
    assert_string_equal(err.message, "needs $5.00");
}

TEST(error, everything_takes_a_null_error)
{
    assert_int_equal(kt_fail(NULL, KT_E_INVALID, "x"), KT_E_INVALID);
    assert_int_equal(kt_fail_sys(NULL, KT_E_IO, ENOENT, "x"), KT_E_IO);
    assert_int_equal(kt_wrap(NULL, KT_E_IO, "x"), KT_E_IO);
    assert_int_equal(kt_fail_nomem(NULL, 5, "x"), KT_E_NOMEM);
    kt_error_clear(NULL);
}

TEST(error, fail_sys_keeps_errno_and_adds_its_text)
{
    kt_error err = { 0 };
    kt_fail_sys(&err, KT_E_IO, ENOENT, "can't open '%s'", "a.qasm");
    assert_int_equal(err.sys, ENOENT);
    assert_string_equal(err.message, "can't open 'a.qasm': No such file or directory");
}

TEST(error, wrap_puts_the_outermost_context_first_and_keeps_the_code)
{
    kt_error err = { 0 };
    kt_fail_sys(&err, KT_E_IO, EACCES, "inner");
    assert_int_equal(kt_wrap(&err, KT_E_IO, "outer %d", 1), KT_E_IO);
    assert_int_equal(err.sys, EACCES);
    assert_string_equal(err.message, "outer 1: inner: Permission denied");
}

TEST(error, a_message_may_be_made_from_the_message_it_replaces)
{
    kt_error err = { 0 };
    kt_fail(&err, KT_E_IO, "first");
    kt_fail(&err, KT_E_IO, "second after %s", err.message);
    assert_string_equal(err.message, "second after first");
}

TEST(error, a_long_message_is_cut_at_a_whole_character_and_ends_in_dots)
{
    char text[1024];
    for (size_t shift = 0; shift < 4; shift++) {
        kt_error err = { 0 };
        memset(text, 'a', shift);
        for (size_t i = shift; i + 2 < sizeof(text); i += 2)
            memcpy(text + i, "\xC3\xA4", 3);
        kt_fail(&err, KT_E_INVALID, "%s", text);
        const size_t length = strlen(err.message);
        assert_in_range(length, sizeof(err.message) - 6, sizeof(err.message) - 1);
        assert_string_equal(err.message + length - 3, "...");
        assert_int_equal((length - 3 - shift) % 2, 0);
        kt_wrap(&err, KT_E_INVALID, "once more");
        assert_string_equal(err.message + strlen(err.message) - 3, "...");
    }
}

TEST(error, nomem_says_how_much_was_wanted_for_what)
{
    kt_error err = { 0 };
    assert_int_equal(kt_fail_nomem(&err, 4096, "a buffer"), KT_E_NOMEM);
    assert_string_equal(err.message, "out of memory (4096 bytes for a buffer)");
    kt_error_clear(&err);
    assert_int_equal(err.code, KT_OK);
    assert_string_equal(err.message, "");
}

static const struct {
    int code, exit, http, retry;
    const char *text;
} codes[] = {
    { KT_OK, 0, 200, 0, "done" },
    { KT_E_NOMEM, 7, 503, 0, "out of memory" },
    { KT_E_NOT_FOUND, 3, 404, 0, "not found" },
    { KT_E_THROTTLED, 5, 429, 1, "too many requests" },
    { KT_E_CANCELLED, 6, 499, 0, "cancelled" },
    { 99, 7, 500, 0, "unknown error" },
    { -1000, 7, 500, 0, "unknown error" },
};

TEST(error, the_table_of_codes_gives_exit_http_and_retry)
{
    for (size_t i = 0; i < KT_COUNT(codes); i++) {
        assert_int_equal(kt_code_exit(codes[i].code), codes[i].exit);
        assert_int_equal(kt_code_http(codes[i].code), codes[i].http);
        assert_int_equal(kt_code_retry(codes[i].code), codes[i].retry);
        assert_string_equal(kt_code_text(codes[i].code), codes[i].text);
    }
}
