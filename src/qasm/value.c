/* SPDX-License-Identifier: Apache-2.0 */
/* value.c - reading values: whether there is one, as a number, as a truth, as text. */
#include "qasm/value.h"

#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {
    [KT_VALUE_NONE] = "nothing",      [KT_VALUE_BOOL] = "a bool",         [KT_VALUE_INT] = "an int",
    [KT_VALUE_UINT] = "a uint",       [KT_VALUE_FLOAT] = "a float",       [KT_VALUE_ANGLE] = "an angle",
    [KT_VALUE_COMPLEX] = "a complex", [KT_VALUE_DURATION] = "a duration", [KT_VALUE_BITS] = "a bit register",
    [KT_VALUE_ARRAY] = "an array",    [KT_VALUE_QUBITS] = "qubits",
};

const char *kt_value_kind_text(const kt_value *v, char *text, size_t bytes)
{
    if (v->kind == KT_VALUE_BOOL && v->is_bit)
        snprintf(text, bytes, "a bit");
    else if (v->kind == KT_VALUE_BITS)
        snprintf(text, bytes, "a bit register of %" PRIu32, v->bits->count);
    else if (v->kind == KT_VALUE_ARRAY)
        snprintf(text, bytes, "an array of %" PRIu64 " elements", v->array->dims[0]);
    else
        snprintf(text, bytes, "%s", kind_names[v->kind]);
    return text;
}

const char *kt_int_text(kt_int i, char *text, size_t bytes)
{
    __extension__ typedef unsigned __int128 kt_uint;
    char digits[48];
    size_t at = sizeof(digits);
    kt_uint rest = i < 0 ? (kt_uint)0 - (kt_uint)i : (kt_uint)i;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    if (i < 0)
        digits[--at] = '-';
    snprintf(text, bytes, "%s", digits + at);
    return text;
}

/* Whether every bit has a value. */
static int bits_check(const kt_bits *b, kt_error *err)
{
    const uint64_t *set = b->planes + b->words;
    for (uint32_t w = 0; w < b->words; w++) {
        const uint32_t left = b->count - w * 64;
        const uint64_t all = left >= 64 ? UINT64_MAX : ((uint64_t)1 << left) - 1;
        if ((set[w] & all) != all)
            return kt_fail(err, KT_E_INVALID, "bit %d of it was never given a value",
                           (int)(w * 64) + __builtin_ctzll(~set[w] & all));
    }
    return 0;
}

bool kt_value_is_unknown(const kt_value *v)
{
    bool unknown = v->unknown;
    for (uint32_t w = 0; v->kind == KT_VALUE_BITS && w < v->bits->words; w++)
        unknown |= v->bits->planes[2 * (size_t)v->bits->words + w] != 0;
    return unknown;
}

int kt_value_check(const kt_value *v, kt_error *err)
{
    if (v->unset)
        return kt_fail(err, KT_E_INVALID, "it was never given a value");
    int rc = v->kind == KT_VALUE_BITS ? bits_check(v->bits, err) : 0;
    if (rc == 0 && kt_value_is_unknown(v))
        return kt_fail(err, KT_E_DYNAMIC, "a measured value decides");
    return rc;
}

double kt_value_number(const kt_value *v)
{
    return kt_value_is_integer(v) ? (double)v->integer : v->number;
}

kt_complex kt_value_complex(const kt_value *v)
{
    return v->kind == KT_VALUE_COMPLEX ? v->complex : (kt_complex){ kt_value_number(v), 0 };
}

static bool bits_any(const kt_bits *b)
{
    for (uint32_t w = 0; w < b->words; w++)
        if (b->planes[w] != 0)
            return true;
    return false;
}

int kt_value_truth(const kt_value *v, bool *out, kt_error *err)
{
    char text[64];
    int rc = kt_value_check(v, err);
    if (rc < 0)
        return rc;
    if (kt_value_is_integer(v))
        *out = v->integer != 0;
    else if (v->kind == KT_VALUE_BITS)
        *out = bits_any(v->bits);
    else if (kt_value_is_real(v) || v->kind == KT_VALUE_DURATION)
        *out = v->number != 0;
    else if (v->kind == KT_VALUE_COMPLEX)
        *out = v->complex.re != 0 || v->complex.im != 0;
    else
        return kt_fail(err, KT_E_INVALID, "%s is neither true nor false", kt_value_kind_text(v, text, sizeof(text)));
    return 0;
}

int kt_value_whole(const kt_value *v, const char *what, int64_t *out, kt_error *err)
{
    char text[64];
    int rc = kt_value_check(v, err);
    if (rc < 0)
        return rc;
    if (kt_value_is_integer(v)) {
        if (v->integer > INT64_MAX || v->integer < INT64_MIN)
            return kt_fail(err, KT_E_INVALID, "%s is out of range: %s", what,
                           kt_int_text(v->integer, text, sizeof(text)));
        *out = (int64_t)v->integer;
        return 0;
    }
    if (v->kind == KT_VALUE_FLOAT && floor(v->number) == v->number && fabs(v->number) < 9e15) {
        *out = (int64_t)v->number;
        return 0;
    }
    if (kt_value_is_real(v))
        return kt_fail(err, KT_E_INVALID, "%s must be a whole number, not %.17g", what, v->number);
    return kt_fail(err, KT_E_INVALID, "%s must be a whole number, not %s", what,
                   kt_value_kind_text(v, text, sizeof(text)));
}

static int number_json(double number, kt_buf *out)
{
    char text[32];
    if (!isfinite(number))
        return kt_buf_adds(out, "null");
    return kt_buf_add(out, text, kt_double_text(number, text, sizeof(text)));
}

static int array_json(const kt_array *a, uint32_t dim, size_t *cell, kt_buf *out, kt_error *err)
{
    int rc = kt_buf_addc(out, '[');
    for (uint64_t i = 0; i < a->dims[dim] && rc == 0; i++) {
        if (i > 0)
            rc = kt_buf_adds(out, ", ");
        if (rc == 0 && dim + 1 < a->rank) {
            rc = array_json(a, dim + 1, cell, out, err);
        } else if (rc == 0) {
            const kt_value v = kt_array_get(a, (*cell)++);
            rc = kt_value_json(&v, out, err);
        }
    }
    return rc == 0 ? kt_buf_addc(out, ']') : rc;
}

/* "0110"; a bit without a value is 0, as a register that nobody wrote to reads on a device. */
static int bits_json(const kt_bits *b, kt_buf *out)
{
    int rc = kt_buf_addc(out, '"');
    for (uint32_t i = 0; i < b->count && rc == 0; i++)
        rc = kt_buf_addc(out, kt_bits_plane(b, 0, i) ? '1' : '0');
    return rc == 0 ? kt_buf_addc(out, '"') : rc;
}

int kt_value_json(const kt_value *v, kt_buf *out, kt_error *err)
{
    char text[48];
    size_t cell = 0;
    if (v->unset)
        return kt_buf_adds(out, "null");
    switch ((kt_value_kind)v->kind) {
    case KT_VALUE_BOOL: return kt_buf_adds(out, v->is_bit ? (v->integer ? "1" : "0") : v->integer ? "true" : "false");
    case KT_VALUE_INT:
    case KT_VALUE_UINT: return kt_buf_adds(out, kt_int_text(v->integer, text, sizeof(text)));
    case KT_VALUE_FLOAT:
    case KT_VALUE_ANGLE: return number_json(v->number, out);
    case KT_VALUE_DURATION: return number_json(v->number / 1e9, out); /* in seconds */
    case KT_VALUE_COMPLEX: {
        int rc = kt_buf_addc(out, '[');
        rc = rc == 0 ? number_json(v->complex.re, out) : rc;
        rc = rc == 0 ? kt_buf_adds(out, ", ") : rc;
        rc = rc == 0 ? number_json(v->complex.im, out) : rc;
        return rc == 0 ? kt_buf_addc(out, ']') : rc;
    }
    case KT_VALUE_BITS: return bits_json(v->bits, out);
    case KT_VALUE_ARRAY: return array_json(v->array, 0, &cell, out, err);
    default: return kt_buf_adds(out, "null");
    }
}
