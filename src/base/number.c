/* SPDX-License-Identifier: Apache-2.0 */
/* number.c - doubles as text and back, the same in every locale.
 * Shortest form: of all decimals nearer to the number than to its neighbours, one with the fewest digits. Numbers of a
 * usual size, such as amplitudes, are done in 128-bit integers, exactly; others by trying digits from few to many. Laid
 * out as Python's repr does (plain from 0.0001 to 16 digits, else with an exponent of at least two digits), a whole
 * number without ".0". */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* newlocale, strtod_l */
#endif
#include "base/json.h"
#include "base/text.h"

#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NUMBER = 400, MOST_DIGITS = 17 };

/* The "C" locale; glibc and musl hand out a constant for it, so nothing is allocated and nothing to be freed. */
static double c_strtod(const char *text)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0)
        return strtod(text, NULL);
    const double value = strtod_l(text, NULL, c);
    freelocale(c);
    return value;
}

/* A positive number's decimal digits without trailing zeros: 0.digits * 10^point. */
typedef struct decimal {
    char digits[24];
    int count, point;
} decimal;

/* value rounded to `count` digits. Whatever stands between the digits is the locale's decimal point. */
static decimal round_to(double value, int count)
{
    char text[64];
    decimal d = { .count = 0 };
    snprintf(text, sizeof(text), "%.*e", count - 1, value);
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            d.digits[d.count++] = *at;
    d.point = atoi(at + 1) + 1;
    while (d.count > 1 && d.digits[d.count - 1] == '0')
        d.count--;
    return d;
}

static bool reads_back(const decimal *d, double value)
{
    char text[64];
    snprintf(text, sizeof(text), "%.*se%d", d->count, d->digits, d->point - d->count);
    return c_strtod(text) == value;
}

/* The next larger decimal of `count` digits; not for 99...9. */
static decimal next_up(decimal d, int count)
{
    while (d.count < count)
        d.digits[d.count++] = '0';
    while (d.digits[d.count - 1] == '9' && d.count > 1)
        d.count--;
    d.digits[d.count - 1]++;
    return d;
}

static decimal by_trying(double value)
{
    /* 15 digits always survive the way through a normal double, so fewer need no search of their own. */
    for (int count = value < 0x1p-1022 ? 1 : 15;; count++) {
        decimal d = round_to(value, count);
        if (reads_back(&d, value) || count == MOST_DIGITS)
            return d;
        /* Above a power of two there is more room than below it: there the farther neighbour may be the right one. */
        d = next_up(d, count);
        if (d.digits[0] <= '9' && reads_back(&d, value))
            return d;
    }
}

/* whole * 10^zeros, without trailing zeros. */
static decimal from_whole(uint64_t whole, int zeros)
{
    decimal d = { .count = 0 };
    char text[24];
    while (whole % 10 == 0) {
        whole /= 10;
        zeros++;
    }
    d.count = snprintf(text, sizeof(text), "%llu", (unsigned long long)whole);
    memcpy(d.digits, text, (size_t)d.count);
    d.point = d.count + zeros;
    return d;
}

/* Of the whole numbers from low to high the one with the most zeros at its end that is nearest to middle; up: at no
 * zeros, the one above middle is nearer. */
static decimal roundest(uint64_t low, uint64_t high, uint64_t middle, bool up, int scale)
{
    uint64_t step = 1;
    int j = 0;
    while (high / (step * 10) * (step * 10) >= low) {
        step *= 10;
        j++;
    }
    const uint64_t rest = middle % step;
    uint64_t nearest = middle / step + (step == 1 ? up : 2 * rest >= step);
    nearest += nearest * step < low;
    nearest -= nearest * step > high;
    return from_whole(nearest, j - scale);
}

/* value = m * 2^e is scaled by 10^scale to 17 digits or so. What reads back as value lies between (2m - 1) and
 * (2m + 1), in halves of its last bit; the borders belong to it when m is even. False: out of the range of this way. */
static bool in_integers(double value, decimal *out)
{
    enum { MOST_SCALE = 31 }; /* (2m + 1) * 5^31 < 2^127 */
    int exponent;
    const uint64_t m = (uint64_t)(frexp(value, &exponent) * 0x1p53);
    exponent -= 53;
    if (exponent > 0 || value < 1e-14 || m == (uint64_t)1 << 52)
        return false;
    int scale = 17;
    for (double bound = 1; value >= bound; bound *= 10)
        scale--;
    for (double bound = 0.1; value < bound; bound /= 10)
        scale++;
    if (scale > MOST_SCALE || scale < 0)
        return false;
    __uint128_t five = 1;
    for (int i = 0; i < scale; i++)
        five *= 5;
    const int shift = 1 - exponent - scale; /* 10^scale is 5^scale * 2^scale */
    const __uint128_t below = (__uint128_t)(2 * m - 1) * five, above = (__uint128_t)(2 * m + 1) * five;
    const __uint128_t exact = (__uint128_t)(2 * m) * five, part = ((__uint128_t)1 << shift) - 1;
    uint64_t low = (uint64_t)(below >> shift), high = (uint64_t)(above >> shift);
    const bool inclusive = m % 2 == 0;
    low += (below & part) != 0 || !inclusive;
    high -= (above & part) == 0 && !inclusive;
    const uint64_t middle = (uint64_t)(exact >> shift);
    const __uint128_t rest = (exact & part) + (middle & 1); /* half to even */
    *out = roundest(low, high, middle, shift > 0 && rest > (part >> 1) + 1, scale);
    return true;
}

static decimal shortest(double value)
{
    decimal d;
    return in_integers(value, &d) ? d : by_trying(value);
}

static size_t lay_out(const decimal *d, char *text)
{
    size_t length = 0;
    if (d->point > 16 || d->point < -3) {
        text[length++] = d->digits[0];
        if (d->count > 1) {
            text[length++] = '.';
            memcpy(text + length, d->digits + 1, (size_t)d->count - 1);
            length += (size_t)d->count - 1;
        }
        return length + (size_t)snprintf(text + length, 8, "e%c%02d", d->point > 0 ? '+' : '-', abs(d->point - 1));
    }
    if (d->point <= 0)
        text[length++] = '0';
    for (int i = 0; i < d->point; i++)
        text[length++] = i < d->count ? d->digits[i] : '0';
    if (d->count > d->point)
        text[length++] = '.';
    for (int i = d->point; i < 0; i++)
        text[length++] = '0';
    for (int i = d->point > 0 ? d->point : 0; i < d->count; i++)
        text[length++] = d->digits[i];
    text[length] = '\0';
    return length;
}

size_t kt_double_text(double value, char *text, size_t bytes)
{
    assert(bytes >= 32);
    (void)bytes;
    if (isnan(value) || isinf(value)) {
        strcpy(text, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return strlen(text);
    }
    size_t sign = 0;
    if (signbit(value))
        text[sign++] = '-';
    value = fabs(value);
    if (value == 0) {
        strcpy(text + sign, "0");
        return sign + 1;
    }
    const decimal d = shortest(value);
    return sign + lay_out(&d, text + sign);
}

static size_t skip_digits(const char *text, size_t *at)
{
    const size_t start = *at;
    while (text[*at] >= '0' && text[*at] <= '9')
        ++*at;
    return *at - start;
}

/* [+-] digits [. digits] [e [+-] digits], with a digit before or behind the point. */
static bool is_decimal_number(const char *text)
{
    size_t at = text[0] == '+' || text[0] == '-';
    size_t digits = skip_digits(text, &at);
    if (text[at] == '.') {
        at++;
        digits += skip_digits(text, &at);
    }
    if (digits == 0)
        return false;
    if (text[at] == 'e' || text[at] == 'E') {
        at++;
        at += text[at] == '+' || text[at] == '-';
        if (skip_digits(text, &at) == 0)
            return false;
    }
    return text[at] == '\0';
}

int kt_parse_double(kt_view text, double *out, kt_error *err)
{
    char copy[LONGEST_NUMBER + 1];
    if (text.length > LONGEST_NUMBER)
        return kt_fail(err, KT_E_INVALID, "a number of %zu characters is longer than the limit of %d", text.length,
                       LONGEST_NUMBER);
    if (text.length > 0)
        memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    if (memchr(copy, '\0', text.length) != NULL || !is_decimal_number(copy))
        return kt_fail(err, KT_E_INVALID, "'%s' is not a number; expected one such as 0.5 or -1e-3", copy);
    const double value = c_strtod(copy);
    if (isinf(value))
        return kt_fail(err, KT_E_INVALID, "'%s' is too large for a number; the limit is about 1.8e308", copy);
    *out = value;
    return 0;
}
