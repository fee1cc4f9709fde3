/* SPDX-License-Identifier: Apache-2.0 */
/* number_test.c - doubles survive the way through text, in the shortest form, in any locale. */
#include "base/json.h"
#include "base/rng.h"
#include "base/text.h"

#include "tests/unit.h"
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The texts are those of Python's repr, but for ".0". */
static const struct {
    double value;
    const char *text;
} numbers[] = {
    { 0, "0" },
    { -0.0, "-0" },
    { 1, "1" },
    { -1.5, "-1.5" },
    { 0.1, "0.1" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1.0 / 3, "0.3333333333333333" },
    { 2.0 / 3, "0.6666666666666666" },
    { M_SQRT1_2, "0.7071067811865476" },
    { M_PI, "3.141592653589793" },
    { 100, "100" },
    { 123456789012345678.0, "1.2345678901234568e+17" },
    { 1e15, "1000000000000000" },
    { 1e16, "1e+16" },
    { 9007199254740991.0, "9007199254740991" },
    { 9007199254740993.0, "9007199254740992" },
    { 0.0001, "0.0001" },
    { 0.00001, "1e-05" },
    { 1e-9, "1e-09" },
    { 1.5e-14, "1.5e-14" },
    { 1e22, "1e+22" },
    { 1e23, "1e+23" },
    { 5e-324, "5e-324" },
    { 2.2250738585072014e-308, "2.2250738585072014e-308" },
    { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { 0x1p-97, "6.310887241768095e-30" }, /* a power of two: more room above than below */
    { 0x1p896, "5.282945311356653e+269" },
    { 0.5, "0.5" },
    { 0.25, "0.25" },
    { 5e-9, "5e-09" },
    { INFINITY, "inf" },
    { -INFINITY, "-inf" },
    { NAN, "nan" },
};

TEST(number, text_is_the_shortest_that_reads_back)
{
    for (size_t i = 0; i < KT_COUNT(numbers); i++) {
        char text[32];
        assert_int_equal(kt_double_text(numbers[i].value, text, sizeof(text)), strlen(numbers[i].text));
        assert_string_equal(text, numbers[i].text);
    }
}

static double any_double(kt_rng *rng, int kind)
{
    const uint64_t bits = kt_rng_next(rng);
    double value;
    switch (kind) {
    case 0: /* any bits at all */ memcpy(&value, &bits, sizeof(value)); return isfinite(value) ? value : 1;
    case 1: /* amplitudes */ return kt_rng_uniform(rng) - 0.5;
    case 2: /* small ones */ return ldexp(kt_rng_uniform(rng), -(int)(bits % 60));
    case 3: /* a few decimals */ return (double)(bits % 1000000) / 1000;
    default: /* around powers of two */ return nextafter(ldexp(1, (int)(bits % 200) - 100), bits >> 63 ? 0 : INFINITY);
    }
}

TEST(number, every_double_survives_the_way_through_text)
{
    kt_rng rng;
    kt_rng_seed(&rng, 20261123);
    for (int i = 0; i < 100000; i++) {
        const double value = any_double(&rng, i % 5);
        char text[32];
        kt_double_text(value, text, sizeof(text));
        assert_true(strlen(text) <= 24);
        const double back = strtod(text, NULL);
        assert_memory_equal(&back, &value, sizeof(value));
    }
}

TEST(number, no_shorter_text_reads_back)
{
    kt_rng rng;
    kt_rng_seed(&rng, 5);
    for (int i = 0; i < 20000; i++) {
        const double value = any_double(&rng, 1 + i % 4);
        char text[32], shorter[64];
        kt_double_text(value, text, sizeof(text));
        int digits = 0;
        for (const char *at = text; *at != '\0' && *at != 'e'; at++)
            digits += *at >= '1' || (*at == '0' && digits > 0);
        if (digits < 2 || text[strlen(text) - 1] == '0')
            continue; /* trailing zeros are no digits of precision */
        snprintf(shorter, sizeof(shorter), "%.*e", digits - 2, value);
        assert_true(strtod(shorter, NULL) != value);
    }
}

TEST(number, a_locale_with_a_decimal_comma_changes_nothing)
{
    char text[32];
    double value = 0;
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL)
        return; /* no such locale here: nothing to be shown */
    kt_double_text(1.5e-20, text, sizeof(text));
    const int rc = kt_parse_double(kt_view_of("0.25"), &value, NULL);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(text, "1.5e-20");
    assert_int_equal(rc, 0);
    assert_true(value == 0.25);
}

static const struct {
    const char *text;
    double value;
    const char *error; /* a part of the message */
} parsed[] = {
    { "0.5", 0.5, NULL },
    { "+1.", 1, NULL },
    { ".5", 0.5, NULL },
    { "-1e-3", -0.001, NULL },
    { "1E+2", 100, NULL },
    { "1e-999", 0, NULL },
    { "", 0, "is not a number" },
    { ".", 0, "is not a number" },
    { "1e", 0, "is not a number" },
    { "1.5x", 0, "'1.5x' is not a number" },
    { " 1", 0, "is not a number" },
    { "0x10", 0, "is not a number" },
    { "inf", 0, "is not a number" },
    { "nan", 0, "is not a number" },
    { "1,5", 0, "is not a number" },
    { "1e999", 0, "too large" },
};

TEST(number, parsing_takes_decimal_numbers_and_nothing_else)
{
    for (size_t i = 0; i < KT_COUNT(parsed); i++) {
        double value = -7;
        kt_error err = { 0 };
        const int rc = kt_parse_double(kt_view_of(parsed[i].text), &value, &err);
        assert_int_equal(rc, parsed[i].error == NULL ? 0 : KT_E_INVALID);
        assert_true(value == (parsed[i].error == NULL ? parsed[i].value : -7));
        if (parsed[i].error != NULL)
            assert_non_null(strstr(err.message, parsed[i].error));
    }
    char digits[1000];
    double value;
    memset(digits, '1', sizeof(digits));
    assert_int_equal(kt_parse_double((kt_view){ digits, sizeof(digits) }, &value, NULL), KT_E_INVALID);
    assert_int_equal(kt_parse_double((kt_view){ "1\0002", 3 }, &value, NULL), KT_E_INVALID);
    assert_int_equal(kt_parse_double((kt_view){ NULL, 0 }, &value, NULL), KT_E_INVALID);
}
