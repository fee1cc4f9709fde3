/* SPDX-License-Identifier: Apache-2.0 */
/* real.c - arithmetic on real and complex numbers. A real result carries its derivatives by the program's inputs,
 * made by the chain rule from those of its operands; without any there, nothing is spent on them. */
#include "qasm/parse.h"
#include "qasm/value.h"

#include <complex.h>
#include <math.h>
#include <string.h>

#undef complex /* the word is the name of a member here */
typedef double _Complex native_complex;

int kt_tangent_of_input(kt_memory *m, uint32_t parameter, const kt_tangent **out, kt_error *err)
{
    kt_tangent *t = kt_memory_take_tangent(m, sizeof(*t) + sizeof(kt_angle_term));
    if (t == NULL)
        return kt_memory_fail(m, err, "a derivative");
    t->count = 1;
    t->terms[0] = (kt_angle_term){ parameter, 1 };
    *out = t;
    return 0;
}

int kt_tangent_mix(kt_memory *m, const kt_tangent *a, double fa, const kt_tangent *b, double fb, const kt_tangent **out,
                   kt_error *err)
{
    const uint32_t na = a == NULL ? 0 : a->count, nb = b == NULL ? 0 : b->count;
    if (na + nb == 0) {
        *out = NULL;
        return 0;
    }
    kt_tangent *t = kt_memory_take_tangent(m, sizeof(*t) + ((size_t)na + nb) * sizeof(kt_angle_term));
    if (t == NULL)
        return kt_memory_fail(m, err, "a derivative");
    uint32_t i = 0, k = 0, n = 0;
    while (i < na || k < nb) {
        kt_angle_term term;
        if (k >= nb || (i < na && a->terms[i].parameter < b->terms[k].parameter)) {
            term = (kt_angle_term){ a->terms[i].parameter, fa * a->terms[i].factor };
            i++;
        } else if (i >= na || b->terms[k].parameter < a->terms[i].parameter) {
            term = (kt_angle_term){ b->terms[k].parameter, fb * b->terms[k].factor };
            k++;
        } else {
            term = (kt_angle_term){ a->terms[i].parameter, fa * a->terms[i].factor + fb * b->terms[k].factor };
            i++;
            k++;
        }
        t->terms[n++] = term;
    }
    t->count = n;
    *out = t;
    return 0;
}

/* x to the y, and d/dx and d/dy of it. */
static double power(double x, double y, double *dx, double *dy)
{
    const double value = pow(x, y);
    *dx = y == 0 ? 0 : y * pow(x, y - 1);
    *dy = x > 0 ? value * log(x) : 0;
    return value;
}

int kt_real_binary(kt_memory *m, kt_operator op, const kt_value *a, const kt_value *b, kt_value *out, kt_error *err)
{
    const double x = kt_value_number(a), y = kt_value_number(b);
    double value, dx = 1, dy = 1;
    switch (op) {
    case KT_OPR_ADD: value = x + y; break;
    case KT_OPR_SUB: value = x - y, dy = -1; break;
    case KT_OPR_MUL: value = x * y, dx = y, dy = x; break;
    case KT_OPR_DIV:
        if (y == 0)
            return kt_fail(err, KT_E_INVALID, "division by zero");
        value = x / y, dx = 1 / y, dy = -x / (y * y);
        break;
    case KT_OPR_MOD:
        if (y == 0)
            return kt_fail(err, KT_E_INVALID, "%% by zero");
        value = fmod(x, y);
        if (value != 0 && (value < 0) != (y < 0))
            value += y;
        dy = -floor(x / y);
        break;
    case KT_OPR_POW:
        if (x == 0 && y < 0)
            return kt_fail(err, KT_E_INVALID, "0 to the power %g: division by zero", y);
        value = power(x, y, &dx, &dy);
        if (isnan(value) && !isnan(x) && !isnan(y))
            return kt_fail(err, KT_E_INVALID, "%g to the power %g is not a real number", x, y);
        break;
    case KT_OPR_LT: *out = kt_value_bool(x < y); return 0;
    case KT_OPR_LE: *out = kt_value_bool(x <= y); return 0;
    case KT_OPR_GT: *out = kt_value_bool(x > y); return 0;
    case KT_OPR_GE: *out = kt_value_bool(x >= y); return 0;
    case KT_OPR_EQ: *out = kt_value_bool(x == y); return 0;
    case KT_OPR_NE: *out = kt_value_bool(x != y); return 0;
    default: return kt_fail(err, KT_E_INVALID, "operator %s does not take floats", kt_operator_text(op));
    }
    const kt_tangent *tangent = NULL;
    if (a->tangent != NULL || b->tangent != NULL) {
        int rc = kt_tangent_mix(m, a->tangent, dx, b->tangent, dy, &tangent, err);
        if (rc < 0)
            return rc;
    }
    *out = (kt_value){ .kind = KT_VALUE_FLOAT, .number = value, .tangent = tangent };
    return 0;
}

static native_complex native(kt_complex c)
{
    native_complex made;
    memcpy(&made, &c, sizeof(made)); /* CMPLX is not everywhere */
    return made;
}

static kt_complex complex_power(kt_complex base, const kt_value *power)
{
    const kt_complex e = kt_value_complex(power);
    if (e.im == 0 && e.re == floor(e.re) && fabs(e.re) <= 64) {
        native_complex product = 1;
        for (int k = 0; k < (int)fabs(e.re); k++)
            product *= native(base);
        if (e.re < 0)
            product = 1 / product;
        return (kt_complex){ creal(product), cimag(product) };
    }
    const native_complex value = cpow(native(base), native(e));
    return (kt_complex){ creal(value), cimag(value) };
}

int kt_complex_binary(kt_operator op, const kt_value *a, const kt_value *b, kt_value *out, kt_error *err)
{
    const kt_complex x = kt_value_complex(a), y = kt_value_complex(b);
    const double size = y.re * y.re + y.im * y.im;
    kt_complex c;
    switch (op) {
    case KT_OPR_ADD: c = (kt_complex){ x.re + y.re, x.im + y.im }; break;
    case KT_OPR_SUB: c = (kt_complex){ x.re - y.re, x.im - y.im }; break;
    case KT_OPR_MUL: c = (kt_complex){ x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re }; break;
    case KT_OPR_DIV:
        if (size == 0)
            return kt_fail(err, KT_E_INVALID, "division by zero");
        c = (kt_complex){ (x.re * y.re + x.im * y.im) / size, (x.im * y.re - x.re * y.im) / size };
        break;
    case KT_OPR_POW: c = complex_power(x, b); break;
    case KT_OPR_EQ: *out = kt_value_bool(x.re == y.re && x.im == y.im); return 0;
    case KT_OPR_NE: *out = kt_value_bool(x.re != y.re || x.im != y.im); return 0;
    default: return kt_fail(err, KT_E_INVALID, "operator %s does not take complex numbers", kt_operator_text(op));
    }
    *out = (kt_value){ .kind = KT_VALUE_COMPLEX, .complex = c };
    return 0;
}
