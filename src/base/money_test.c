/* SPDX-License-Identifier: Apache-2.0 */
/* money_test.c - money is exact or refused. */
#include "base/money.h"

#include "tests/unit.h"
#include <string.h>

static const struct {
    const char *text;
    int64_t musd; /* -1: refused */
} amounts[] = {
    { "5", 5000000 },
    { "5 USD", 5000000 },
    { "5USD", 5000000 },
    { "$0.30", 300000 },
    { " $ 0.30 ", 300000 },
    { "0.00145", 1450 },
    { ".5", 500000 },
    { "5.", 5000000 },
    { "0.000001", 1 },
    { "9223372036854.775807", INT64_MAX },
    { "9223372036854.775808", -1 },
    { "0.0000001", -1 },
    { "-1", -1 },
    { "", -1 },
    { ".", -1 },
    { "$", -1 },
    { "USD", -1 },
    { "1.2.3", -1 },
    { "1e3", -1 },
    { "5 EUR", -1 },
    { "1,000", -1 },
};

TEST(money, amounts_are_read_to_the_micro_dollar_or_refused)
{
    for (size_t i = 0; i < KT_COUNT(amounts); i++) {
        int64_t musd = -7;
        kt_error err = { 0 };
        const int rc = kt_money_parse(kt_view_of(amounts[i].text), &musd, &err);
        assert_int_equal(rc, amounts[i].musd < 0 ? KT_E_INVALID : 0);
        assert_true(musd == (amounts[i].musd < 0 ? -7 : amounts[i].musd));
        if (rc < 0)
            assert_non_null(strstr(err.message, "is no amount of money"));
    }
    int64_t musd;
    assert_int_equal(kt_money_parse(kt_view_of(NULL), &musd, NULL), KT_E_INVALID);
}

static const struct {
    int64_t musd;
    const char *text;
} texts[] = {
    { 0, "0.00" },
    { 300000, "0.30" },
    { 1234560000, "1234.56" },
    { 145, "0.000145" },
    { 1500, "0.0015" },
    { -300000, "-0.30" },
    { INT64_MAX, "9223372036854.775807" },
    { INT64_MIN, "-9223372036854.775808" },
};

TEST(money, text_has_two_decimals_or_as_many_as_it_needs)
{
    for (size_t i = 0; i < KT_COUNT(texts); i++) {
        char text[32];
        kt_money_text(texts[i].musd, text, sizeof(text));
        assert_string_equal(text, texts[i].text);
    }
}

TEST(money, sums_and_products_that_overflow_are_refused)
{
    int64_t out = -7;
    kt_error err = { 0 };
    assert_int_equal(kt_money_add(INT64_MAX, 1, &out, &err), KT_E_LIMIT);
    assert_int_equal(kt_money_times(INT64_MAX / 2, 3, &out, &err), KT_E_LIMIT);
    assert_true(out == -7);
    assert_int_equal(kt_money_add(2, 3, &out, &err), 0);
    assert_true(out == 5);
    assert_int_equal(kt_money_times(1450, 1000, &out, &err), 0);
    assert_true(out == 1450000);
}
