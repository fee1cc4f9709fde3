/* SPDX-License-Identifier: Apache-2.0 */
/* observe_basis.c - observables as turns of single qubits, written in the gates that a device has. Matrices of several
 * qubits go out only when no gate between qubits is needed: diagonal ones and Kronecker products. */
#include "braket/observe_priv.h"

#include "circuit/linalg.h"
#include "sim/observable.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-10, NO_ANGLE = 1e-14;

/* ---- matrices ---- */

static double size_of(kt_complex c)
{
    return hypot(c.re, c.im);
}

static kt_complex times(kt_complex a, kt_complex b)
{
    return (kt_complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

static kt_complex over(kt_complex a, kt_complex b)
{
    const double n = b.re * b.re + b.im * b.im;
    const kt_complex up = times(a, (kt_complex){ b.re, -b.im });
    return (kt_complex){ up.re / n, up.im / n };
}

static bool is_diagonal(size_t n, const kt_complex *m)
{
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++)
            if (r != c && size_of(m[r * n + c]) > 0)
                return false;
    return true;
}

static size_t largest(size_t n, const kt_complex *m)
{
    size_t most = 0;
    for (size_t i = 1; i < n * n; i++)
        if (size_of(m[i]) > size_of(m[most]))
            most = i;
    return most;
}

/* m = a (x) b with a of one qubit, both Hermitian, through the block with the largest number. false: it is none. */
static bool split(size_t n, const kt_complex *m, kt_complex a[4], kt_complex *b)
{
    const size_t half = n / 2, most = largest(n, m), row = most / n, column = most % n;
    const size_t r = row % half, c = column % half;
    const kt_complex *block = m + row / half * half * n + column / half * half;
    const kt_complex pair = times(block[r * n + c], block[c * n + r]);
    const double angle = atan2(pair.im, pair.re) / 2; /* a Hermitian b has b[r][c] b[c][r] >= 0: this is its phase */
    const kt_complex phase = { cos(angle), -sin(angle) };
    const double limit = TOLERANCE * (size_of(m[most]) + 1e-300);
    for (size_t i = 0; i < half * half; i++)
        b[i] = times(block[i / half * n + i % half], phase);
    for (size_t i = 0; i < 4; i++)
        a[i] = over(m[(i / 2 * half + r) * n + i % 2 * half + c], b[r * half + c]);
    for (size_t i = 0; i < n * n; i++) {
        const size_t y = i / n, x = i % n;
        const kt_complex made = times(a[y / half * 2 + x / half], b[y % half * half + x % half]);
        if (hypot(made.re - m[i].re, made.im - m[i].im) > limit)
            return false;
    }
    return kt_mat_is_hermitian(2, a, 1e-8) && kt_mat_is_hermitian(half, b, 1e-8 * (1 + size_of(m[most])));
}

static int one_qubit(const kt_complex *m, double *values, kt_turn *turn, kt_error *err)
{
    kt_complex v[4];
    const int rc = kt_mat_eigen_hermitian(2, m, values, v, err);
    if (rc < 0)
        return rc;
    turn->theta = 2 * atan2(size_of(v[2]), size_of(v[0]));
    turn->phi = atan2(v[2].im, v[2].re) - atan2(v[0].im, v[0].re);
    return 0;
}

static int reduce(uint32_t k, const kt_complex *m, double *values, kt_turn *turns, kt_error *err)
{
    const size_t n = (size_t)1 << k, half = n / 2;
    if (is_diagonal(n, m)) {
        for (size_t i = 0; i < n; i++)
            values[i] = m[i * n + i].re;
        memset(turns, 0, k * sizeof(*turns));
        return 0;
    }
    if (k == 1)
        return one_qubit(m, values, turns, err);
    kt_complex a[4] = { 0 }, *b = calloc(half * half, sizeof(*b));
    double first[2] = { 0 }, *rest = calloc(half, sizeof(*rest));
    int rc = b == NULL || rest == NULL ? kt_fail_nomem(err, half * half * sizeof(*b), "an observable") : 0;
    if (rc == 0 && !split(n, m, a, b))
        rc = kt_fail(err, KT_E_UNSUPPORTED,
                     "a Hermitian matrix of %u qubits is measured only when it is diagonal or a Kronecker product of "
                     "one-qubit matrices; write it as a sum of Pauli products",
                     k);
    if (rc == 0)
        rc = reduce(1, a, first, turns, err);
    if (rc == 0)
        rc = reduce(k - 1, b, rest, turns + 1, err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        values[i] = first[i / half] * rest[i % half];
    free(b);
    free(rest);
    return rc;
}

int kt_observe_factor(const kt_factor *factor, double *values, kt_turn *turns, kt_error *err)
{
    static const kt_turn pauli[] = { [KT_OBS_X] = { M_PI / 2, 0 },
                                     [KT_OBS_Y] = { M_PI / 2, M_PI / 2 },
                                     [KT_OBS_Z] = { 0, 0 },
                                     [KT_OBS_H] = { M_PI / 4, 0 } };
    if (factor->kind == KT_OBS_HERMITIAN)
        return reduce(factor->qubit_count, factor->matrix, values, turns, err);
    turns[0] = factor->kind == KT_OBS_I ? (kt_turn){ 0, 0 } : pauli[factor->kind];
    return kt_factor_eigenvalues(factor, values, err);
}

/* ---- gates ---- */

static void put(kt_buf *out, const char *gate, double first, double second, const char *qubit)
{
    char a[32], b[32];
    kt_double_text(first, a, sizeof(a));
    kt_double_text(second, b, sizeof(b));
    if (strcmp(gate, "prx") == 0)
        kt_buf_addf(out, "%s(%s, %s) %s; ", gate, a, b, qubit);
    else if (fabs(first) > NO_ANGLE || strncmp(gate, "gpi", 3) == 0)
        kt_buf_addf(out, "%s(%s) %s; ", gate, a, qubit);
}

/* The ways to do it; the last rotation about Z is left out, for measuring does not see it. */
static void by_h(kt_turn t, const char *q, kt_buf *out)
{
    if (t.phi != 0)
        kt_buf_addf(out, "si %s; ", q);
    kt_buf_addf(out, "h %s; ", q);
}

static void by_ry(kt_turn t, const char *q, kt_buf *out)
{
    put(out, "rz", -t.phi, 0, q);
    put(out, "ry", -t.theta, 0, q);
}

static void by_prx(kt_turn t, const char *q, kt_buf *out)
{
    put(out, "prx", t.theta, t.phi - M_PI / 2, q);
}

/* Devices whose native rx has quarter turns only do the rest by rz. */
static void by_rx(kt_turn t, const char *q, kt_buf *out)
{
    put(out, "rz", -t.phi, 0, q);
    put(out, "rx", M_PI / 2, 0, q);
    put(out, "rz", M_PI - t.theta, 0, q);
    put(out, "rx", M_PI / 2, 0, q);
}

/* The first quarter turn brings the state onto the equator, the second to the pole. */
static void by_gpi2(kt_turn t, const char *q, kt_buf *out)
{
    put(out, "gpi2", t.phi, 0, q);
    put(out, "gpi2", t.phi + t.theta - M_PI, 0, q);
}

static bool is_pauli(kt_turn t)
{
    return t.theta == M_PI / 2 && (t.phi == 0 || t.phi == M_PI / 2);
}

int kt_observe_turn(kt_turn turn, const kt_json *gates, const char *qubit, kt_buf *out, kt_error *err)
{
    static const struct {
        const char *first, *second;
        bool pauli_only;
        void (*write)(kt_turn t, const char *q, kt_buf *out);
    } ways[] = { { "h", "si", true, by_h },
                 { "ry", "rz", false, by_ry },
                 { "prx", "prx", false, by_prx },
                 { "rx", "rz", false, by_rx },
                 { "gpi2", "gpi2", false, by_gpi2 } };
    if (fabs(turn.theta) <= NO_ANGLE)
        return 0;
    for (size_t i = 0; i < KT_COUNT(ways); i++) {
        if (ways[i].pauli_only && !is_pauli(turn))
            continue;
        if (json_is_array(gates) &&
            (!kt_json_has_text(gates, ways[i].first) || !kt_json_has_text(gates, ways[i].second)))
            continue;
        ways[i].write(turn, qubit, out);
        return kt_buf_check(out, err, "a program");
    }
    return kt_fail(err, KT_E_UNSUPPORTED, "the device has no gates to turn %s into the basis of an observable", qubit);
}
