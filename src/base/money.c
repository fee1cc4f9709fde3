/* SPDX-License-Identifier: Apache-2.0 */
/* money.c - micro-US-dollars from and to text; sums and products that would overflow are refused. */
#include "base/money.h"

#include <stdio.h>
#include <string.h>

enum { MUSD_DIGITS = 6 };
#define MUSD_PER_USD ((int64_t)1000000)

static int refuse(kt_view text, kt_error *err)
{
    return kt_fail(err, KT_E_INVALID,
                   "'%.*s' is no amount of money; expected one such as 5, $0.30 or 0.00145 USD, "
                   "with at most six decimals",
                   text.length > 80 ? 80 : (int)text.length, text.data == NULL ? "" : text.data);
}

/* The number alone: without "$" in front or "USD" behind. */
static kt_view strip_currency(kt_view text)
{
    text = kt_view_trim(text);
    if (kt_view_starts(text, "$")) {
        text.data++;
        text.length--;
    } else if (text.length > 3 && memcmp(text.data + text.length - 3, "USD", 3) == 0) {
        text.length -= 3;
    }
    return kt_view_trim(text);
}

int kt_money_parse(kt_view text, int64_t *out_musd, kt_error *err)
{
    const kt_view number = strip_currency(text);
    int64_t amount = 0;
    int decimals = -1; /* digits behind the point; -1: no point yet */
    size_t digits = 0;
    for (size_t i = 0; i < number.length; i++) {
        const char c = number.data[i];
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || decimals == MUSD_DIGITS || __builtin_mul_overflow(amount, 10, &amount) ||
            __builtin_add_overflow(amount, c - '0', &amount))
            return refuse(text, err);
        digits++;
        decimals += decimals >= 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < MUSD_DIGITS; i++)
        if (__builtin_mul_overflow(amount, 10, &amount))
            return refuse(text, err);
    if (digits == 0)
        return refuse(text, err);
    *out_musd = amount;
    return 0;
}

void kt_money_text(int64_t amount_musd, char *text, size_t bytes)
{
    const bool negative = amount_musd < 0;
    const uint64_t amount = negative ? 0 - (uint64_t)amount_musd : (uint64_t)amount_musd;
    const uint64_t whole = amount / (uint64_t)MUSD_PER_USD, part = amount % (uint64_t)MUSD_PER_USD;
    snprintf(text, bytes, "%s%llu.%06llu", negative ? "-" : "", (unsigned long long)whole, (unsigned long long)part);
    size_t length = strlen(text);
    for (int dropped = 0; dropped < MUSD_DIGITS - 2 && text[length - 1] == '0'; dropped++)
        text[--length] = '\0';
}

static int overflow(kt_error *err)
{
    return kt_fail(err, KT_E_LIMIT, "an amount of money is larger than the limit of 9223372036854.775807 USD");
}

int kt_money_add(int64_t a_musd, int64_t b_musd, int64_t *out_musd, kt_error *err)
{
    int64_t sum;
    if (__builtin_add_overflow(a_musd, b_musd, &sum))
        return overflow(err);
    *out_musd = sum;
    return 0;
}

int kt_money_times(int64_t unit_musd, int64_t count, int64_t *out_musd, kt_error *err)
{
    int64_t product;
    if (__builtin_mul_overflow(unit_musd, count, &product))
        return overflow(err);
    *out_musd = product;
    return 0;
}
