/* SPDX-License-Identifier: Apache-2.0 */
/* bits.c - bit registers: strings of bits that also know which bits have a value and which outcomes are not known. */
#include "qasm/value.h"

#include <inttypes.h>
#include <string.h>

enum { VALUE, SET, UNKNOWN, PLANES };

static size_t bits_bytes(uint32_t count)
{
    return sizeof(kt_bits) + PLANES * (((size_t)count + 63) / 64) * sizeof(uint64_t);
}

kt_bits *kt_bits_take(kt_memory *m, uint32_t count)
{
    kt_bits *b = kt_memory_take(m, bits_bytes(count));
    if (b == NULL)
        return NULL;
    memset(b, 0, bits_bytes(count));
    b->count = count;
    b->words = (count + 63) / 64;
    return b;
}

kt_bits *kt_bits_own(kt_memory *m, uint32_t count)
{
    kt_bits *b = kt_memory_own(m, bits_bytes(count));
    if (b == NULL)
        return NULL;
    b->count = count;
    b->words = (count + 63) / 64;
    return b;
}

void kt_bits_copy(kt_bits *to, const kt_bits *from)
{
    memcpy(to->planes, from->planes, PLANES * (size_t)from->words * sizeof(uint64_t));
}

kt_value kt_bits_get(const kt_bits *b, uint32_t i)
{
    return (kt_value){ .kind = KT_VALUE_BOOL,
                       .is_bit = true,
                       .unset = !kt_bits_plane(b, SET, i),
                       .unknown = kt_bits_plane(b, UNKNOWN, i),
                       .integer = kt_bits_plane(b, VALUE, i) };
}

void kt_bits_set(kt_bits *b, uint32_t i, const kt_value *bit)
{
    kt_bits_mark(b, VALUE, i, bit->integer != 0);
    kt_bits_mark(b, SET, i, !bit->unset);
    kt_bits_mark(b, UNKNOWN, i, bit->unknown);
}

int kt_bits_parse(kt_memory *m, kt_view text, kt_value *out, kt_error *err)
{
    kt_bits *b = kt_bits_take(m, (uint32_t)text.length);
    if (b == NULL)
        return kt_memory_fail(m, err, "a bit string");
    for (uint32_t i = 0; i < b->count; i++) {
        const kt_value bit = kt_value_bool(text.data[i] == '1');
        kt_bits_set(b, i, &bit);
    }
    *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = b };
    return 0;
}

/* The bit of weight 2^power. */
static uint32_t place_of(uint32_t count, uint32_t power, bool low_first)
{
    return low_first ? power : count - 1 - power;
}

int kt_bits_to_int(const kt_value *v, bool low_first, bool is_signed, kt_int *out, kt_error *err)
{
    const kt_bits *b = v->bits;
    int rc = kt_value_check(v, err);
    if (rc < 0)
        return rc;
    kt_int sum = 0;
    const bool negative =
        is_signed && b->count > 0 && kt_bits_plane(b, VALUE, place_of(b->count, b->count - 1, low_first));
    for (uint32_t k = 0; k < b->count; k++) {
        const bool bit = kt_bits_plane(b, VALUE, place_of(b->count, k, low_first));
        if (k < KT_WIDTH_MOST)
            sum |= (kt_int)(bit != negative) << k;
        else if (bit != negative)
            return kt_fail(err, KT_E_LIMIT, "a register of %" PRIu32 " bits does not fit an integer of %d bits",
                           b->count, KT_WIDTH_MOST);
    }
    *out = negative ? -1 - sum : sum;
    return 0;
}

int kt_bits_of_int(kt_memory *m, kt_int i, uint32_t count, bool low_first, kt_value *out, kt_error *err)
{
    kt_bits *b = kt_bits_take(m, count);
    if (b == NULL)
        return kt_memory_fail(m, err, "a bit register");
    for (uint32_t k = 0; k < count; k++) {
        const kt_value bit = kt_value_bool(i >> (k < KT_WIDTH_MOST ? k : KT_WIDTH_MOST) & 1);
        kt_bits_set(b, place_of(count, k, low_first), &bit);
    }
    *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = b };
    return 0;
}

/* -1, 0, 1 as the strings compare; a shorter one that is the beginning of the other is less. */
static int bits_compare(const kt_bits *a, const kt_bits *b)
{
    const uint32_t shorter = a->count < b->count ? a->count : b->count;
    for (uint32_t i = 0; i < shorter; i++) {
        const int difference = kt_bits_plane(a, VALUE, i) - kt_bits_plane(b, VALUE, i);
        if (difference != 0)
            return difference;
    }
    return a->count < b->count ? -1 : a->count > b->count;
}

static bool holds(kt_operator op, int order)
{
    switch (op) {
    case KT_OPR_LT: return order < 0;
    case KT_OPR_LE: return order <= 0;
    case KT_OPR_GT: return order > 0;
    case KT_OPR_GE: return order >= 0;
    case KT_OPR_EQ: return order == 0;
    default: return order != 0;
    }
}

/* Moves bits towards index 0 by `by` (negative: away from it); zeros come in. */
static int bits_shift(kt_memory *m, const kt_bits *a, int64_t by, kt_value *out, kt_error *err)
{
    kt_bits *b = kt_bits_take(m, a->count);
    if (b == NULL)
        return kt_memory_fail(m, err, "a shifted register");
    for (int64_t i = 0; i < (int64_t)a->count; i++) {
        const int64_t from = i + by;
        const kt_value bit =
            kt_value_bool(from >= 0 && from < (int64_t)a->count && kt_bits_plane(a, VALUE, (uint32_t)from));
        kt_bits_set(b, (uint32_t)i, &bit);
    }
    *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = b };
    return 0;
}

static int bits_logic(kt_memory *m, kt_operator op, const kt_bits *a, const kt_bits *b, kt_value *out, kt_error *err)
{
    if (a->count != b->count)
        return kt_fail(err, KT_E_INVALID, "registers of different length: %" PRIu32 " and %" PRIu32 " bits", a->count,
                       b->count);
    kt_bits *c = kt_bits_take(m, a->count);
    if (c == NULL)
        return kt_memory_fail(m, err, "a bit register");
    kt_bits_copy(c, a);
    for (uint32_t w = 0; w < a->words; w++) {
        const uint64_t x = a->planes[w], y = b->planes[w];
        c->planes[w] = op == KT_OPR_BITAND ? x & y : op == KT_OPR_BITOR ? x | y : x ^ y;
    }
    *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = c };
    return 0;
}

int kt_bits_binary(const kt_arith *how, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out,
                   kt_error *err)
{
    if (op == KT_OPR_SHL || op == KT_OPR_SHR) {
        int64_t by = 0;
        int rc = kt_value_whole(b, "a shift", &by, err);
        if (rc < 0)
            return rc;
        if (by < 0)
            return kt_fail(err, KT_E_INVALID, "a shift must not be negative, found %" PRId64, by);
        if (by > UINT32_MAX)
            by = UINT32_MAX;
        return bits_shift(how->memory, a->bits, (op == KT_OPR_SHL) != how->low_first ? by : -by, out, err);
    }
    if (op == KT_OPR_BITAND || op == KT_OPR_BITOR || op == KT_OPR_BITXOR)
        return bits_logic(how->memory, op, a->bits, b->bits, out, err);
    *out = kt_value_bool(holds(op, bits_compare(a->bits, b->bits)));
    return 0;
}
