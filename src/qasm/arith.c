/* SPDX-License-Identifier: Apache-2.0 */
/* arith.c - operators on values: chooses the kind in which two operands are computed (bool < int < float < complex,
 * registers and durations for themselves), and integer arithmetic. As Braket's simulator, which follows Python:
 * integer division rounds down and % takes the sign of the divisor; ** with a negative power gives a float. */
#include "qasm/parse.h"
#include "qasm/value.h"

#include <inttypes.h>
#include <math.h>

static bool is_comparison(kt_operator op)
{
    return op >= KT_OPR_LT && op <= KT_OPR_NE;
}

static int refuse(kt_operator op, const kt_value *a, const kt_value *b, kt_error *err)
{
    char x[64], y[64];
    return kt_fail(err, KT_E_INVALID, "operator %s does not take %s and %s", kt_operator_text(op),
                   kt_value_kind_text(a, x, sizeof(x)), kt_value_kind_text(b, y, sizeof(y)));
}

static int overflow(kt_operator op, kt_error *err)
{
    return kt_fail(err, KT_E_LIMIT, "the result of %s does not fit an integer of %d bits", kt_operator_text(op),
                   KT_WIDTH_MOST);
}

static int int_divide(kt_operator op, kt_int a, kt_int b, kt_int *out, kt_error *err)
{
    if (b == 0)
        return kt_fail(err, KT_E_INVALID, op == KT_OPR_DIV ? "division by zero" : "%% by zero");
    kt_int quotient = a / b, rest = a % b;
    if (rest != 0 && (rest < 0) != (b < 0)) {
        quotient--;
        rest += b;
    }
    *out = op == KT_OPR_DIV ? quotient : rest;
    return 0;
}

static int int_power(kt_int base, kt_int power, kt_int *out, kt_error *err)
{
    kt_int result = 1;
    bool base_too_large = false;
    while (power > 0) {
        if ((power & 1) != 0 && (base_too_large || __builtin_mul_overflow(result, base, &result)))
            return overflow(KT_OPR_POW, err);
        power >>= 1;
        if (power > 0)
            base_too_large |= __builtin_mul_overflow(base, base, &base);
    }
    *out = result;
    return 0;
}

static int int_shift(kt_operator op, kt_int a, kt_int by, kt_int *out, kt_error *err)
{
    if (by < 0)
        return kt_fail(err, KT_E_INVALID, "a shift must not be negative");
    if (op == KT_OPR_SHR) {
        *out = a >> (by < KT_WIDTH_MOST ? by : KT_WIDTH_MOST);
        return 0;
    }
    if (a == 0) {
        *out = 0;
        return 0;
    }
    if (by >= KT_WIDTH_MOST - 1)
        return overflow(op, err);
    /* Unsigned, since a negative number must not be shifted left in C. */
    __extension__ typedef unsigned __int128 bits;
    const kt_int shifted = (kt_int)((bits)a << by);
    if (shifted >> by != a)
        return overflow(op, err);
    *out = shifted;
    return 0;
}

/* What the result of a bitwise operator is: a bool from two bools, a uint[n] keeps its width. */
static kt_value bitwise_result(kt_operator op, const kt_value *a, const kt_value *b, kt_int i)
{
    const bool shifts = op == KT_OPR_SHL || op == KT_OPR_SHR;
    if (a->kind == KT_VALUE_BOOL && b->kind == KT_VALUE_BOOL && !shifts)
        return kt_value_bool(i != 0);
    if (a->kind == KT_VALUE_UINT && a->width != 0 && (shifts || b->kind == KT_VALUE_UINT))
        return (kt_value){ .kind = KT_VALUE_UINT, .width = a->width, .integer = i & (((kt_int)1 << a->width) - 1) };
    return kt_value_int(i);
}

static int int_binary(kt_operator op, const kt_value *a, const kt_value *b, kt_value *out, kt_error *err)
{
    const kt_int x = a->integer, y = b->integer;
    kt_int i = 0;
    int rc = 0;
    switch (op) {
    case KT_OPR_ADD: rc = __builtin_add_overflow(x, y, &i) ? overflow(op, err) : 0; break;
    case KT_OPR_SUB: rc = __builtin_sub_overflow(x, y, &i) ? overflow(op, err) : 0; break;
    case KT_OPR_MUL: rc = __builtin_mul_overflow(x, y, &i) ? overflow(op, err) : 0; break;
    case KT_OPR_DIV:
    case KT_OPR_MOD: rc = int_divide(op, x, y, &i, err); break;
    case KT_OPR_POW: rc = int_power(x, y, &i, err); break;
    case KT_OPR_LT: *out = kt_value_bool(x < y); return 0;
    case KT_OPR_LE: *out = kt_value_bool(x <= y); return 0;
    case KT_OPR_GT: *out = kt_value_bool(x > y); return 0;
    case KT_OPR_GE: *out = kt_value_bool(x >= y); return 0;
    case KT_OPR_EQ: *out = kt_value_bool(x == y); return 0;
    case KT_OPR_NE: *out = kt_value_bool(x != y); return 0;
    case KT_OPR_BITAND: *out = bitwise_result(op, a, b, x & y); return 0;
    case KT_OPR_BITOR: *out = bitwise_result(op, a, b, x | y); return 0;
    case KT_OPR_BITXOR: *out = bitwise_result(op, a, b, x ^ y); return 0;
    case KT_OPR_SHL:
        if (a->kind == KT_VALUE_UINT && a->width != 0 && y >= a->width) {
            *out = bitwise_result(op, a, b, 0);
            return 0;
        }
        rc = int_shift(
            op,
            a->kind == KT_VALUE_UINT && a->width != 0 && y >= 0 ? x & (((kt_int)1 << ((kt_int)a->width - y)) - 1) : x,
            y, &i, err);
        if (rc == 0)
            *out = bitwise_result(op, a, b, i);
        return rc;
    case KT_OPR_SHR:
        rc = int_shift(op, x, y, &i, err);
        if (rc == 0)
            *out = bitwise_result(op, a, b, i);
        return rc;
    default: return refuse(op, a, b, err);
    }
    if (rc == 0)
        *out = kt_value_int(i);
    return rc;
}

static int duration_binary(kt_operator op, const kt_value *a, const kt_value *b, kt_value *out, kt_error *err)
{
    const bool both = a->kind == b->kind;
    if ((!both && !kt_value_is_real(a) && !kt_value_is_real(b)) || (both && (op == KT_OPR_MUL || op == KT_OPR_POW)) ||
        (!both && op != KT_OPR_MUL && op != KT_OPR_DIV) || (op == KT_OPR_DIV && a->kind != KT_VALUE_DURATION))
        return refuse(op, a, b, err);
    const kt_value x = kt_value_float(kt_value_number(a)), y = kt_value_float(kt_value_number(b));
    int rc = kt_real_binary(NULL, op, &x, &y, out, err);
    if (rc == 0 && !is_comparison(op) && !(both && op == KT_OPR_DIV))
        out->kind = KT_VALUE_DURATION;
    return rc;
}

/* The bits of an angle with a width move; what leaves at the top is a full turn. */
static int shift_angle(const kt_arith *how, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out,
                       kt_error *err)
{
    const kt_shape_type steps_type = { .kind = KT_VALUE_UINT, .width = a->width };
    const kt_shape_type bits_type = { .kind = KT_VALUE_BITS, .width = a->width };
    const kt_shape_type angle_type = { .kind = KT_VALUE_ANGLE, .width = a->width };
    kt_value steps, bits;
    int rc = kt_value_cast(how->memory, &steps_type, a, &steps, err);
    if (rc == 0)
        rc = kt_value_binary(how, op, &steps, b, &steps, err);
    if (rc == 0)
        rc = kt_value_cast(how->memory, &bits_type, &steps, &bits, err);
    return rc < 0 ? rc : kt_value_cast(how->memory, &angle_type, &bits, out, err);
}

/* A register beside a number is that number. */
static int mixed_with_bits(const kt_arith *how, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out,
                           kt_error *err)
{
    const kt_value *reg = a->kind == KT_VALUE_BITS ? a : b, *other = reg == a ? b : a;
    if (!kt_value_is_integer(other))
        return refuse(op, a, b, err);
    kt_value number = kt_value_int(0);
    int rc = kt_bits_to_int(reg, how->low_first, false, &number.integer, err);
    if (rc < 0)
        return rc;
    return kt_value_binary(how, op, reg == a ? &number : a, reg == b ? &number : b, out, err);
}

static int logical(kt_operator op, const kt_value *a, const kt_value *b, kt_value *out, kt_error *err)
{
    bool x = false, y = false;
    int rc = kt_value_truth(a, &x, err);
    if (rc == 0)
        rc = kt_value_truth(b, &y, err);
    if (rc == 0)
        *out = kt_value_bool(op == KT_OPR_AND ? x && y : x || y);
    return rc;
}

int kt_value_binary(const kt_arith *how, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out,
                    kt_error *err)
{
    int rc = kt_value_check(a, err);
    if (rc == 0)
        rc = kt_value_check(b, err);
    if (rc < 0)
        return rc;
    if (how->real_division && op == KT_OPR_BITXOR)
        op = KT_OPR_POW;
    const bool ints = kt_value_is_integer(a) && kt_value_is_integer(b);
    if (op == KT_OPR_AND || op == KT_OPR_OR)
        return logical(op, a, b, out, err);
    if (ints && !(op == KT_OPR_POW && b->integer < 0) && !(op == KT_OPR_DIV && how->real_division))
        return int_binary(op, a, b, out, err);
    if (a->kind == KT_VALUE_ANGLE && a->width != 0 && (op == KT_OPR_SHL || op == KT_OPR_SHR))
        return shift_angle(how, op, a, b, out, err);
    if (kt_value_is_real(a) && kt_value_is_real(b))
        return op >= KT_OPR_SHL && !is_comparison(op) ? refuse(op, a, b, err)
                                                      : kt_real_binary(how->memory, op, a, b, out, err);
    if (a->kind == KT_VALUE_BITS && (op == KT_OPR_SHL || op == KT_OPR_SHR))
        return kt_bits_binary(how, op, a, b, out, err);
    if (a->kind == KT_VALUE_BITS && b->kind == KT_VALUE_BITS) {
        if (op >= KT_OPR_POW && op <= KT_OPR_SUB)
            return refuse(op, a, b, err);
        return kt_bits_binary(how, op, a, b, out, err);
    }
    if (a->kind == KT_VALUE_BITS || b->kind == KT_VALUE_BITS)
        return mixed_with_bits(how, op, a, b, out, err);
    if (a->kind == KT_VALUE_DURATION || b->kind == KT_VALUE_DURATION)
        return duration_binary(op, a, b, out, err);
    if ((a->kind == KT_VALUE_COMPLEX || kt_value_is_real(a)) && (b->kind == KT_VALUE_COMPLEX || kt_value_is_real(b)))
        return kt_complex_binary(op, a, b, out, err);
    return refuse(op, a, b, err);
}

static int bits_not(kt_memory *m, const kt_value *a, kt_value *out, kt_error *err)
{
    kt_bits *b = kt_bits_take(m, a->bits->count);
    if (b == NULL)
        return kt_memory_fail(m, err, "a bit register");
    for (uint32_t i = 0; i < b->count; i++) {
        const kt_value bit = kt_value_bool(!kt_bits_plane(a->bits, 0, i));
        kt_bits_set(b, i, &bit);
    }
    *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = b };
    return 0;
}

static int negate(const kt_arith *how, const kt_value *a, kt_value *out, kt_error *err)
{
    if (kt_value_is_integer(a)) {
        *out = kt_value_int(0);
        return __builtin_sub_overflow((kt_int)0, a->integer, &out->integer) ? overflow(KT_OPR_NEG, err) : 0;
    }
    if (a->kind == KT_VALUE_COMPLEX) {
        *out = *a;
        out->complex = (kt_complex){ -a->complex.re, -a->complex.im };
        return 0;
    }
    const kt_tangent *tangent = NULL;
    int rc = a->tangent == NULL ? 0 : kt_tangent_mix(how->memory, a->tangent, -1, NULL, 0, &tangent, err);
    if (rc < 0)
        return rc;
    *out = *a;
    out->kind = a->kind == KT_VALUE_ANGLE ? KT_VALUE_FLOAT : a->kind;
    out->width = 0;
    out->number = -a->number;
    out->tangent = tangent;
    return 0;
}

int kt_value_unary(const kt_arith *how, kt_operator op, const kt_value *a, kt_value *out, kt_error *err)
{
    char text[64];
    bool truth = false;
    int rc = kt_value_check(a, err);
    if (rc < 0)
        return rc;
    if (op == KT_OPR_NOT) {
        rc = kt_value_truth(a, &truth, err);
        if (rc == 0)
            *out = kt_value_bool(!truth);
        return rc;
    }
    if (op == KT_OPR_NEG && (kt_value_is_real(a) || a->kind == KT_VALUE_COMPLEX || a->kind == KT_VALUE_DURATION))
        return negate(how, a, out, err);
    if (op == KT_OPR_BITNOT && a->kind == KT_VALUE_BITS)
        return bits_not(how->memory, a, out, err);
    if (op == KT_OPR_BITNOT && a->kind == KT_VALUE_BOOL) {
        *out = kt_value_bool(a->integer == 0);
        return 0;
    }
    if (op == KT_OPR_BITNOT && kt_value_is_integer(a)) {
        *out = bitwise_result(KT_OPR_SHR, a, a, ~a->integer);
        return 0;
    }
    return kt_fail(err, KT_E_INVALID, "operator %s does not take %s", kt_operator_text(op),
                   kt_value_kind_text(a, text, sizeof(text)));
}
