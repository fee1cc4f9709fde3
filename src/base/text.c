/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - the nearest name, sizes for people, and whole-string parsing of counts (numbers with a point: number.c). */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Names longer than this are told apart, not measured. */
enum { LONGEST_NAME = 64 };

/* Costs are counted in half steps, so that a letter of the wrong case is a lesser slip than a wrong letter. */
enum { HALF = 1, WHOLE = 2 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t cost_of(char a, char b)
{
    return a == b ? 0 : lower(a) == lower(b) ? HALF : WHOLE;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t kt_text_distance(kt_view a, kt_view b, size_t limit)
{
    if (kt_view_equal(a, b))
        return 0;
    const size_t gap = a.length > b.length ? a.length - b.length : b.length - a.length;
    if (a.length > LONGEST_NAME || b.length > LONGEST_NAME || gap > limit)
        return limit + 1;
    size_t rows[3][LONGEST_NAME + 1]; /* row i of the table of prefixes is rows[i % 3] */
    for (size_t j = 0; j <= b.length; j++)
        rows[0][j] = j * WHOLE;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3], *above2 = rows[(i + 1) % 3];
        size_t nearest = row[0] = i * WHOLE;
        for (size_t j = 1; j <= b.length; j++) {
            const size_t change = above[j - 1] + cost_of(a.data[i - 1], b.data[j - 1]);
            row[j] = least(change, least(above[j], row[j - 1]) + WHOLE);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                row[j] = least(row[j], above2[j - 2] + WHOLE);
            nearest = least(nearest, row[j]);
        }
        /* A transposition looks two rows back and adds a step: the next row may be lower than this one by that. */
        if (nearest > (limit + 1) * WHOLE)
            return limit + 1;
    }
    return least((rows[a.length % 3][b.length] + HALF) / WHOLE, limit + 1);
}

/* A name that shares no letter with what was written is no suggestion, however short both are; "H" and "h" share. */
static bool differ_in_case_only(kt_view a, kt_view b)
{
    bool same = a.length == b.length;
    for (size_t i = 0; i < a.length && same; i++)
        same = lower(a.data[i]) == lower(b.data[i]);
    return same;
}

void kt_nearest_init(kt_nearest *nearest, kt_view wanted)
{
    *nearest = (kt_nearest){ .wanted = wanted, .distance = 2 + wanted.length / 4 };
}

void kt_nearest_offer(kt_nearest *nearest, kt_view candidate)
{
    const size_t distance = kt_text_distance(nearest->wanted, candidate, nearest->distance - 1);
    if (distance >= nearest->distance ||
        (distance >= candidate.length && !differ_in_case_only(nearest->wanted, candidate)))
        return;
    nearest->text = candidate;
    nearest->distance = distance;
}

void kt_nearest_hint(const kt_nearest *nearest, char *text, size_t bytes)
{
    text[0] = '\0';
    if (nearest->text.data != NULL)
        snprintf(text, bytes, " (did you mean '%.*s'?)", KT_VIEW_ARG(nearest->text));
}

void kt_size_text(double bytes, char *text, size_t text_bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB" };
    size_t unit = 0;
    double amount = bytes;
    while (amount >= 1023.95 && unit < KT_COUNT(units) - 1) {
        amount /= 1024;
        unit++;
    }
    if (amount >= 1023.95)
        snprintf(text, text_bytes, "%.3g bytes", bytes);
    else
        snprintf(text, text_bytes, unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
}

int kt_parse_uint(kt_view text, uint64_t least_value, uint64_t most_value, uint64_t *out, kt_error *err)
{
    uint64_t value = 0;
    bool fits = text.length > 0, digits = text.length > 0;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.data[i];
        digits = digits && c >= '0' && c <= '9';
        fits = fits && digits && !__builtin_mul_overflow(value, 10u, &value) &&
               !__builtin_add_overflow(value, (uint64_t)(c - '0'), &value);
    }
    if (!fits || value < least_value || value > most_value)
        return kt_fail(err, KT_E_INVALID, "'%.*s' is %s; expected a whole number from %llu to %llu",
                       text.length > 80 ? 80 : (int)text.length, text.data == NULL ? "" : text.data,
                       digits ? "out of range" : "no whole number", (unsigned long long)least_value,
                       (unsigned long long)most_value);
    *out = value;
    return 0;
}
