/* SPDX-License-Identifier: Apache-2.0 */
/* complex.h - arithmetic on kt_complex, so that no file needs <complex.h> and its library calls. */
#ifndef KT_CIRCUIT_COMPLEX_H
#define KT_CIRCUIT_COMPLEX_H

#include <ketch/circuit.h>
#include <math.h>

static inline kt_complex kt_c(double re, double im)
{
    return (kt_complex){ re, im };
}

static inline kt_complex kt_c_add(kt_complex a, kt_complex b)
{
    return (kt_complex){ a.re + b.re, a.im + b.im };
}

static inline kt_complex kt_c_sub(kt_complex a, kt_complex b)
{
    return (kt_complex){ a.re - b.re, a.im - b.im };
}

static inline kt_complex kt_c_mul(kt_complex a, kt_complex b)
{
    return (kt_complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

static inline kt_complex kt_c_scale(double factor, kt_complex a)
{
    return (kt_complex){ factor * a.re, factor * a.im };
}

static inline kt_complex kt_c_conj(kt_complex a)
{
    return (kt_complex){ a.re, -a.im };
}

/* e^(i angle) */
static inline kt_complex kt_c_turn(double angle)
{
    return (kt_complex){ cos(angle), sin(angle) };
}

static inline double kt_c_abs2(kt_complex a)
{
    return a.re * a.re + a.im * a.im;
}

#endif
