/* SPDX-License-Identifier: Apache-2.0 */
/* builtin.c - builtin constants and functions, one row each. A function of one real number is given with its
 * derivative, so that derivatives by inputs go through it. */
#include "qasm/builtin.h"

#include <complex.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#undef complex /* the word is the name of a member here */
typedef double _Complex native_complex;

static const struct {
    const char *name;
    double value;
} constants[] = {
    { "pi", 3.141592653589793238462643383279503 },    { "\xcf\x80", 3.141592653589793238462643383279503 },
    { "tau", 6.283185307179586476925286766559006 },   { "\xcf\x84", 6.283185307179586476925286766559006 },
    { "euler", 2.718281828459045235360287471352662 }, { "\xe2\x84\x87", 2.718281828459045235360287471352662 },
};

int kt_builtin_constant_find(kt_view name)
{
    for (size_t i = 0; i < KT_COUNT(constants); i++)
        if (kt_view_is(name, constants[i].name))
            return (int)i;
    return -1;
}

double kt_builtin_constant(int index)
{
    return constants[index].value;
}

static double slope_arccos(double x)
{
    return -1 / sqrt(1 - x * x);
}
static double slope_arcsin(double x)
{
    return 1 / sqrt(1 - x * x);
}
static double slope_arctan(double x)
{
    return 1 / (1 + x * x);
}
static double slope_cos(double x)
{
    return -sin(x);
}
static double slope_log(double x)
{
    return 1 / x;
}
static double slope_sqrt(double x)
{
    return 0.5 / sqrt(x);
}
static double slope_tan(double x)
{
    return 1 + tan(x) * tan(x);
}
static double slope_flat(double x)
{
    (void)x;
    return 0;
}

typedef int special_call(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err);

static special_call call_mod, call_popcount, call_pow, call_rotl, call_rotr, call_sizeof, call_real, call_imag,
    call_abs;

typedef struct function_row {
    const char *name;
    uint8_t least, most;
    bool whole; /* the result is an integer */
    double (*real)(double);
    double (*slope)(double);
    native_complex (*on_complex)(native_complex);
    special_call *special;
} function_row;

static const function_row functions[] = {
    { "arccos", 1, 1, false, acos, slope_arccos, NULL, NULL },
    { "arcsin", 1, 1, false, asin, slope_arcsin, NULL, NULL },
    { "arctan", 1, 1, false, atan, slope_arctan, NULL, NULL },
    { "ceiling", 1, 1, true, ceil, slope_flat, NULL, NULL },
    { "cos", 1, 1, false, cos, slope_cos, ccos, NULL },
    { "exp", 1, 1, false, exp, exp, cexp, NULL },
    { "floor", 1, 1, true, floor, slope_flat, NULL, NULL },
    { "log", 1, 1, false, log, slope_log, clog, NULL },
    { "ln", 1, 1, false, log, slope_log, clog, NULL },
    { "sin", 1, 1, false, sin, cos, csin, NULL },
    { "sqrt", 1, 1, false, sqrt, slope_sqrt, csqrt, NULL },
    { "tan", 1, 1, false, tan, slope_tan, ctan, NULL },
    { "acos", 1, 1, false, acos, slope_arccos, NULL, NULL },
    { "asin", 1, 1, false, asin, slope_arcsin, NULL, NULL },
    { "atan", 1, 1, false, atan, slope_arctan, NULL, NULL },
    { "abs", 1, 1, false, NULL, NULL, NULL, call_abs },
    { "imag", 1, 1, false, NULL, NULL, NULL, call_imag },
    { "mod", 2, 2, false, NULL, NULL, NULL, call_mod },
    { "popcount", 1, 1, false, NULL, NULL, NULL, call_popcount },
    { "pow", 2, 2, false, NULL, NULL, NULL, call_pow },
    { "real", 1, 1, false, NULL, NULL, NULL, call_real },
    { "rotl", 2, 2, false, NULL, NULL, NULL, call_rotl },
    { "rotr", 2, 2, false, NULL, NULL, NULL, call_rotr },
    { "sizeof", 1, 2, false, NULL, NULL, NULL, call_sizeof },
};

int kt_builtin_function_find(kt_view name)
{
    for (size_t i = 0; i < KT_COUNT(functions); i++)
        if (kt_view_is(name, functions[i].name))
            return (int)i;
    return -1;
}

const char *kt_builtin_function_name(int index)
{
    return functions[index].name;
}

void kt_builtin_arity(int index, uint32_t *least, uint32_t *most)
{
    *least = functions[index].least;
    *most = functions[index].most;
}

void kt_builtin_offer(kt_nearest *nearest)
{
    for (size_t i = 0; i < KT_COUNT(functions); i++)
        kt_nearest_offer(nearest, kt_view_of(functions[i].name));
    for (size_t i = 0; i < KT_COUNT(constants); i++)
        kt_nearest_offer(nearest, kt_view_of(constants[i].name));
}

static int refuse(const char *name, const kt_value *v, kt_error *err)
{
    char text[64];
    return kt_fail(err, KT_E_INVALID, "%s does not take %s", name, kt_value_kind_text(v, text, sizeof(text)));
}

static int call_mod(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    (void)count;
    return kt_value_binary(how, KT_OPR_MOD, &v[0], &v[1], out, err);
}

static int call_pow(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    (void)count;
    return kt_value_binary(how, KT_OPR_POW, &v[0], &v[1], out, err);
}

static int call_popcount(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    kt_int ones = 0;
    (void)how;
    (void)count;
    if (v->kind == KT_VALUE_BITS) {
        for (uint32_t i = 0; i < v->bits->count; i++)
            ones += kt_bits_plane(v->bits, 0, i);
    } else if (kt_value_is_integer(v) && (v->integer >= 0 || v->width != 0)) {
        const uint32_t width = v->integer >= 0 ? KT_WIDTH_MOST : v->width;
        for (uint32_t i = 0; i < width; i++)
            ones += v->integer >> i & 1;
    } else {
        return refuse("popcount", v, err);
    }
    *out = kt_value_int(ones);
    return 0;
}

/* Rotates towards the most significant bit by `by`. */
static int rotate(const kt_arith *how, const char *name, const kt_value *v, int direction, kt_value *out, kt_error *err)
{
    int64_t by = 0;
    kt_value bits = *v;
    const bool is_register = v->kind == KT_VALUE_BITS;
    const uint32_t count = is_register ? v->bits->count : v->width;
    int rc = kt_value_whole(&v[1], "a rotation", &by, err);
    if (rc < 0)
        return rc;
    if (!is_register && !(kt_value_is_integer(v) && v->width != 0))
        return refuse(name, v, err);
    if (!is_register && (rc = kt_bits_of_int(how->memory, v->integer, count, false, &bits, err)) < 0)
        return rc;
    kt_bits *turned = kt_bits_take(how->memory, count);
    if (turned == NULL)
        return kt_memory_fail(how->memory, err, "a rotated register");
    const bool down = is_register && how->low_first;
    const int64_t step = (by % (int64_t)count + (int64_t)count) % (int64_t)count * (down ? -direction : direction);
    for (int64_t i = 0; i < (int64_t)count; i++) {
        const kt_value bit =
            kt_bits_get(bits.bits, (uint32_t)(((i + step) % (int64_t)count + (int64_t)count) % (int64_t)count));
        kt_bits_set(turned, (uint32_t)i, &bit);
    }
    const kt_value turned_value = { .kind = KT_VALUE_BITS, .bits = turned };
    if (is_register) {
        *out = turned_value;
        return 0;
    }
    const kt_shape_type back = { .kind = v->kind, .width = v->width };
    return kt_value_cast(how->memory, &back, &turned_value, out, err);
}

static int call_rotl(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    (void)count;
    return rotate(how, "rotl", v, 1, out, err);
}

static int call_rotr(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    (void)count;
    return rotate(how, "rotr", v, -1, out, err);
}

static int call_sizeof(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    int64_t dim = 0;
    int rc = count < 2 ? 0 : kt_value_whole(&v[1], "a dimension", &dim, err);
    (void)how;
    if (rc < 0)
        return rc;
    const int64_t rank = v->kind == KT_VALUE_ARRAY ? v->array->rank : 1;
    if (v->kind != KT_VALUE_ARRAY && v->kind != KT_VALUE_BITS && v->kind != KT_VALUE_QUBITS)
        return refuse("sizeof", v, err);
    if (dim < 0 || dim >= rank)
        return kt_fail(err, KT_E_INVALID, "dimension %" PRId64 " of an array with %" PRId64 " dimension%s", dim, rank,
                       rank == 1 ? "" : "s");
    *out = kt_value_int(v->kind == KT_VALUE_ARRAY  ? (kt_int)v->array->dims[dim]
                        : v->kind == KT_VALUE_BITS ? (kt_int)v->bits->count
                                                   : (kt_int)v->width);
    return 0;
}

static int call_real(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    (void)how;
    (void)count;
    if (v->kind != KT_VALUE_COMPLEX && !kt_value_is_real(v))
        return refuse("real", v, err);
    *out = kt_value_float(kt_value_complex(v).re);
    return 0;
}

static int call_imag(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    (void)how;
    (void)count;
    if (v->kind != KT_VALUE_COMPLEX && !kt_value_is_real(v))
        return refuse("imag", v, err);
    *out = kt_value_float(kt_value_complex(v).im);
    return 0;
}

static int call_abs(const kt_arith *how, const kt_value *v, uint32_t count, kt_value *out, kt_error *err)
{
    (void)count;
    if (v->kind == KT_VALUE_COMPLEX) {
        *out = kt_value_float(hypot(v->complex.re, v->complex.im));
        return 0;
    }
    if (!kt_value_is_real(v))
        return refuse("abs", v, err);
    if (kt_value_number(v) < 0)
        return kt_value_unary(how, KT_OPR_NEG, v, out, err);
    *out = *v;
    return 0;
}

static int call_row(const function_row *row, const kt_arith *how, const kt_value *v, kt_value *out, kt_error *err)
{
    if (v->kind == KT_VALUE_COMPLEX && row->on_complex != NULL) {
        native_complex x;
        memcpy(&x, &v->complex, sizeof(x));
        const native_complex c = row->on_complex(x);
        *out = (kt_value){ .kind = KT_VALUE_COMPLEX, .complex = { creal(c), cimag(c) } };
        return 0;
    }
    if (!kt_value_is_real(v))
        return refuse(row->name, v, err);
    const double x = kt_value_number(v), y = row->real(x);
    if (isnan(y) || (isinf(y) && !isinf(x)))
        return kt_fail(err, KT_E_INVALID, "%s(%.17g) is not a real number", row->name, x);
    if (row->whole && fabs(y) < 0x1p126) {
        *out = kt_value_int((kt_int)y);
        return 0;
    }
    const kt_tangent *tangent = NULL;
    if (v->tangent != NULL) {
        int rc = kt_tangent_mix(how->memory, v->tangent, row->slope(x), NULL, 0, &tangent, err);
        if (rc < 0)
            return rc;
    }
    *out = (kt_value){ .kind = KT_VALUE_FLOAT, .number = y, .tangent = tangent };
    return 0;
}

int kt_builtin_call(int index, const kt_arith *how, const kt_value *arguments, uint32_t count, kt_value *out,
                    kt_error *err)
{
    const function_row *row = &functions[index];
    const bool looks_at_values = row->special != call_sizeof;
    for (uint32_t i = 0; i < count && looks_at_values; i++) {
        int rc = kt_value_check(&arguments[i], err);
        if (rc < 0)
            return rc;
    }
    if (row->special != NULL)
        return row->special(how, arguments, count, out, err);
    return call_row(row, how, arguments, out, err);
}
