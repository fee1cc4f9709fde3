/* SPDX-License-Identifier: Apache-2.0 */
/* cast.c - fitting a value to a declared type. Integers wrap around in a declared width (two's complement), floats
 * round to it, angles are kept in [0, 2 pi) and, with a width, at the nearest multiple of 2 pi / 2^width. */
#include "qasm/value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define TWO_PI 6.283185307179586476925286766559

const char *kt_shape_type_text(const kt_shape_type *type, char *text, size_t bytes)
{
    static const char *const names[] = {
        [KT_VALUE_BOOL] = "bool",         [KT_VALUE_INT] = "int",     [KT_VALUE_UINT] = "uint",
        [KT_VALUE_FLOAT] = "float",       [KT_VALUE_ANGLE] = "angle", [KT_VALUE_COMPLEX] = "complex",
        [KT_VALUE_DURATION] = "duration", [KT_VALUE_BITS] = "bit"
    };
    const char *name = type->is_bit ? "bit" : names[type->kind];
    if (type->width != 0)
        snprintf(text, bytes, "%s[%" PRIu32 "]", name, type->width);
    else
        snprintf(text, bytes, "%s", name);
    return text;
}

static int refuse(const kt_shape_type *type, const kt_value *v, kt_error *err)
{
    char wanted[32], found[64];
    return kt_fail(err, KT_E_INVALID, "%s cannot become %s", kt_value_kind_text(v, found, sizeof(found)),
                   kt_shape_type_text(type, wanted, sizeof(wanted)));
}

static kt_int wrap(kt_int i, uint32_t width, bool is_signed)
{
    const kt_int highest = (kt_int)1 << (width - 1);
    const kt_int mask = highest | (highest - 1);
    const kt_int kept = i & mask;
    return is_signed && (kept & highest) != 0 ? kept | ~mask : kept;
}

/* Any scalar or register as a whole number, fractions cut off. */
static int whole_of(const kt_shape_type *type, const kt_value *v, kt_int *out, kt_error *err)
{
    if (kt_value_is_integer(v)) {
        *out = v->integer;
        return 0;
    }
    if (v->kind == KT_VALUE_BITS)
        return kt_bits_to_int(v, type->low_first, type->kind == KT_VALUE_INT, out, err);
    if (v->kind == KT_VALUE_ANGLE && v->width != 0 && type->kind != KT_VALUE_INT) {
        *out = (kt_int)llround(v->number / TWO_PI * ldexp(1, (int)v->width));
        return 0;
    }
    if (!kt_value_is_real(v))
        return refuse(type, v, err);
    if (!isfinite(v->number) || fabs(v->number) >= 0x1p126)
        return kt_fail(err, KT_E_INVALID, "%g does not fit an integer", v->number);
    *out = (kt_int)v->number;
    return 0;
}

static int cast_integer(const kt_shape_type *type, const kt_value *v, kt_value *out, kt_error *err)
{
    kt_int i = 0;
    char text[48];
    int rc = whole_of(type, v, &i, err);
    if (rc < 0)
        return rc;
    if (type->width != 0)
        i = wrap(i, type->width, type->kind == KT_VALUE_INT);
    else if (type->kind == KT_VALUE_UINT && i < 0)
        return kt_fail(err, KT_E_INVALID, "a uint cannot hold the negative number %s",
                       kt_int_text(i, text, sizeof(text)));
    *out = (kt_value){ .kind = type->kind, .width = type->width, .integer = i };
    return 0;
}

/* Rounds to half precision (11 bits, exponents -14 to 15), ties to even. */
static double round_half(double x)
{
    if (x == 0 || !isfinite(x))
        return x;
    int exponent = 0;
    frexp(x, &exponent);
    const int lowest = exponent - 11 < -24 ? -24 : exponent - 11;
    const double rounded = ldexp(nearbyint(ldexp(x, -lowest)), lowest);
    return fabs(rounded) > 65504 ? copysign(HUGE_VAL, x) : rounded;
}

static int cast_float(const kt_shape_type *type, const kt_value *v, kt_value *out, kt_error *err)
{
    if (!kt_value_is_real(v))
        return refuse(type, v, err);
    double number = kt_value_number(v);
    if (type->width == 32)
        number = (double)(float)number;
    else if (type->width == 16)
        number = round_half(number);
    *out = (kt_value){ .kind = KT_VALUE_FLOAT, .width = type->width, .number = number, .tangent = v->tangent };
    return 0;
}

static int cast_angle(const kt_shape_type *type, const kt_value *v, kt_value *out, kt_error *err)
{
    double number;
    if (v->kind == KT_VALUE_BITS && type->width == v->bits->count) {
        kt_int steps = 0;
        int rc = kt_bits_to_int(v, type->low_first, false, &steps, err);
        if (rc < 0)
            return rc;
        number = ldexp((double)steps, -(int)type->width) * TWO_PI;
    } else if (kt_value_is_real(v)) {
        number = kt_value_number(v);
    } else {
        return refuse(type, v, err);
    }
    if (!isfinite(number))
        return kt_fail(err, KT_E_INVALID, "%g is no angle", number);
    number = fmod(number, TWO_PI);
    if (number < 0)
        number += TWO_PI;
    if (type->width != 0 && type->width <= 52)
        number = ldexp(fmod(nearbyint(ldexp(number / TWO_PI, (int)type->width)), ldexp(1, (int)type->width)),
                       -(int)type->width) *
                 TWO_PI;
    *out = (kt_value){ .kind = KT_VALUE_ANGLE, .width = type->width, .number = number, .tangent = v->tangent };
    return 0;
}

static int cast_register(kt_memory *m, const kt_shape_type *type, const kt_value *v, kt_value *out, kt_error *err)
{
    if (v->kind == KT_VALUE_BITS) {
        if (v->bits->count != type->width)
            return kt_fail(err, KT_E_INVALID, "%" PRIu32 " bits do not fit a bit register of %" PRIu32, v->bits->count,
                           type->width);
        *out = *v;
        return 0;
    }
    if (v->kind == KT_VALUE_BOOL && type->width == 1) {
        kt_bits *b = kt_bits_take(m, 1);
        if (b == NULL)
            return kt_memory_fail(m, err, "a bit register");
        kt_bits_set(b, 0, v);
        *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = b };
        return 0;
    }
    if (v->kind == KT_VALUE_ANGLE && v->width == type->width)
        return kt_bits_of_int(m, (kt_int)llround(v->number / TWO_PI * ldexp(1, (int)v->width)), type->width,
                              type->low_first, out, err);
    if (kt_value_is_integer(v))
        return kt_bits_of_int(m, v->integer, type->width, type->low_first, out, err);
    return refuse(type, v, err);
}

int kt_value_cast(kt_memory *m, const kt_shape_type *type, const kt_value *v, kt_value *out, kt_error *err)
{
    int rc = 0;
    bool truth = false;
    if (type->kind == KT_VALUE_BITS && v->kind == KT_VALUE_BITS)
        return cast_register(m, type, v, out, err); /* unknown and unset bits move along */
    const bool one_bit = type->is_bit && type->kind == KT_VALUE_BOOL;
    if (one_bit && v->kind == KT_VALUE_BOOL) {
        *out = *v;
        out->is_bit = true;
        return 0;
    }
    if (one_bit && v->kind == KT_VALUE_BITS && v->bits->count == 1) {
        *out = kt_bits_get(v->bits, 0);
        return 0;
    }
    if (!(type->kind == KT_VALUE_BITS && v->kind == KT_VALUE_BOOL) && (rc = kt_value_check(v, err)) < 0)
        return rc;
    switch ((kt_value_kind)type->kind) {
    case KT_VALUE_BOOL:
        rc = kt_value_truth(v, &truth, err);
        if (rc == 0)
            *out = (kt_value){ .kind = KT_VALUE_BOOL, .is_bit = type->is_bit, .integer = truth };
        return rc;
    case KT_VALUE_INT:
    case KT_VALUE_UINT: return cast_integer(type, v, out, err);
    case KT_VALUE_FLOAT: return cast_float(type, v, out, err);
    case KT_VALUE_ANGLE: return cast_angle(type, v, out, err);
    case KT_VALUE_COMPLEX:
        if (v->kind != KT_VALUE_COMPLEX && !kt_value_is_real(v))
            return refuse(type, v, err);
        *out = (kt_value){ .kind = KT_VALUE_COMPLEX, .complex = kt_value_complex(v) };
        return 0;
    case KT_VALUE_DURATION:
        if (v->kind != KT_VALUE_DURATION)
            return refuse(type, v, err);
        *out = *v;
        return 0;
    case KT_VALUE_BITS: return cast_register(m, type, v, out, err);
    default: return refuse(type, v, err);
    }
}
