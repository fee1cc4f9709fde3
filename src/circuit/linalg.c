/* SPDX-License-Identifier: Apache-2.0 */
/* linalg.c - products, eigenbases and powers of small complex matrices.
 * Eigenbases come from Jacobi rotations: each turns one plane so that as much as possible of the matrix moves onto its
 * diagonal. The rotation is that of Cardoso and Souloumiac, "Jacobi angles for simultaneous diagonalization" (SIAM
 * J. Matrix Anal. Appl. 17, 1996), which serves Hermitian and normal matrices alike, repeated eigenvalues included. */
#include "circuit/linalg.h"

#include "circuit/complex.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS_MOST = 100 };

static void kt_complex_free(kt_complex *numbers)
{
    free(numbers);
}
KT_DEFINE_FREEP(kt_complex)

static kt_complex *new_numbers(size_t count, kt_error *err)
{
    kt_complex *numbers = calloc(count, sizeof *numbers);
    if (numbers == NULL)
        kt_fail_nomem(err, count * sizeof *numbers, "a matrix");
    return numbers;
}

void kt_mat_mul(size_t n, const kt_complex *a, const kt_complex *b, kt_complex *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            kt_complex factor = a[i * n + k];
            if (factor.re == 0 && factor.im == 0)
                continue;
            for (size_t j = 0; j < n; j++)
                out[i * n + j] = kt_c_add(out[i * n + j], kt_c_mul(factor, b[k * n + j]));
        }
    }
}

void kt_mat_adjoint(size_t n, const kt_complex *a, kt_complex *out)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            out[j * n + i] = kt_c_conj(a[i * n + j]);
    }
}

static void set_identity(size_t n, kt_complex *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i * n + i].re = 1;
}

bool kt_mat_is_unitary(size_t n, const kt_complex *a, double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            kt_complex sum = kt_c(i == j ? -1 : 0, 0);
            for (size_t k = 0; k < n; k++)
                sum = kt_c_add(sum, kt_c_mul(a[i * n + k], kt_c_conj(a[j * n + k])));
            if (!(sqrt(kt_c_abs2(sum)) <= tolerance)) /* nan is not unitary */
                return false;
        }
    }
    return true;
}

bool kt_mat_is_hermitian(size_t n, const kt_complex *a, double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            kt_complex difference = kt_c_sub(a[i * n + j], kt_c_conj(a[j * n + i]));
            if (!(sqrt(kt_c_abs2(difference)) <= tolerance))
                return false;
        }
    }
    return true;
}

bool kt_mat_is_complete(size_t n, const kt_complex *matrices, size_t count, double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            kt_complex sum = kt_c(i == j ? -1 : 0, 0);
            for (size_t k = 0; k < count * n; k++) /* row k of all matrices stacked */
                sum = kt_c_add(sum, kt_c_mul(kt_c_conj(matrices[k * n + i]), matrices[k * n + j]));
            if (!(sqrt(kt_c_abs2(sum)) <= tolerance))
                return false;
        }
    }
    return true;
}

/* A rotation of the plane (p, q): [[c, -conj(s)], [s, c]]. */
typedef struct plane {
    size_t p, q;
    double c;
    kt_complex s;
} plane;

/* Chooses the rotation that moves most of the plane onto the diagonal: with h = (a_pp - a_qq, a_pq + a_qp,
 * i (a_qp - a_pq)), it follows from the axis that maximises |axis . h|, a vector in the plane of Re h and Im h. */
static bool choose_rotation(size_t n, const kt_complex *a, double negligible, plane *r)
{
    kt_complex pp = a[r->p * n + r->p], qq = a[r->q * n + r->q];
    kt_complex pq = a[r->p * n + r->q], qp = a[r->q * n + r->p];
    if (kt_c_abs2(pq) + kt_c_abs2(qp) <= negligible * negligible)
        return false;
    const double u[3] = { pp.re - qq.re, pq.re + qp.re, pq.im - qp.im };
    const double w[3] = { pp.im - qq.im, pq.im + qp.im, qp.re - pq.re };
    double uu = u[0] * u[0] + u[1] * u[1] + u[2] * u[2];
    double ww = w[0] * w[0] + w[1] * w[1] + w[2] * w[2];
    double uw = u[0] * w[0] + u[1] * w[1] + u[2] * w[2];
    double angle = atan2(2 * uw, uu - ww) / 2;
    double axis[3], length = 0;
    for (size_t k = 0; k < 3; k++) {
        axis[k] = cos(angle) * u[k] + sin(angle) * w[k];
        length += axis[k] * axis[k];
    }
    length = axis[0] < 0 ? -sqrt(length) : sqrt(length);
    if (length == 0)
        return false;
    r->c = sqrt(0.5 + axis[0] / length / 2);
    r->s = kt_c(axis[1] / length / 2 / r->c, -axis[2] / length / 2 / r->c);
    return true;
}

/* m = m R on columns p and q. */
static void rotate_columns(size_t n, kt_complex *m, const plane *r)
{
    for (size_t k = 0; k < n; k++) {
        kt_complex left = m[k * n + r->p], right = m[k * n + r->q];
        m[k * n + r->p] = kt_c_add(kt_c_scale(r->c, left), kt_c_mul(r->s, right));
        m[k * n + r->q] = kt_c_sub(kt_c_scale(r->c, right), kt_c_mul(kt_c_conj(r->s), left));
    }
}

/* m = R^dagger m on rows p and q. */
static void rotate_rows(size_t n, kt_complex *m, const plane *r)
{
    for (size_t k = 0; k < n; k++) {
        kt_complex upper = m[r->p * n + k], lower = m[r->q * n + k];
        m[r->p * n + k] = kt_c_add(kt_c_scale(r->c, upper), kt_c_mul(kt_c_conj(r->s), lower));
        m[r->q * n + k] = kt_c_sub(kt_c_scale(r->c, lower), kt_c_mul(r->s, upper));
    }
}

static double largest_entry(size_t n, const kt_complex *a)
{
    double largest = 0;
    for (size_t k = 0; k < n * n; k++)
        largest = fmax(largest, sqrt(kt_c_abs2(a[k])));
    return largest;
}

/* Turns `work` into a diagonal matrix and collects the rotations in `vectors`. */
static int diagonalise(size_t n, kt_complex *work, kt_complex *vectors, kt_error *err)
{
    double negligible = 4e-15 * largest_entry(n, work);
    set_identity(n, vectors);
    for (int sweep = 0; sweep < SWEEPS_MOST; sweep++) {
        bool turned = false;
        for (size_t p = 0; p + 1 < n; p++) {
            for (size_t q = p + 1; q < n; q++) {
                plane r = { .p = p, .q = q };
                if (!choose_rotation(n, work, negligible, &r))
                    continue;
                rotate_rows(n, work, &r);
                rotate_columns(n, work, &r);
                rotate_columns(n, vectors, &r);
                turned = true;
            }
        }
        if (!turned)
            return 0;
    }
    return kt_fail(err, KT_E_INVALID,
                   "a matrix of %zu rows has no orthonormal eigenbasis; it must be Hermitian or unitary", n);
}

int kt_mat_eigen_normal(size_t n, const kt_complex *a, kt_complex *values, kt_complex *vectors, kt_error *err)
{
    KT_OWN(kt_complex) *work = new_numbers(2 * n * n, err);
    if (work == NULL)
        return KT_E_NOMEM;
    kt_complex *basis = work + n * n;
    memcpy(work, a, n * n * sizeof *work);
    int rc = diagonalise(n, work, basis, err);
    if (rc < 0)
        return rc;
    memcpy(vectors, basis, n * n * sizeof *vectors);
    for (size_t k = 0; k < n; k++)
        values[k] = work[k * n + k];
    return 0;
}

int kt_mat_eigen_hermitian(size_t n, const kt_complex *a, double *values, kt_complex *vectors, kt_error *err)
{
    KT_OWN(kt_complex) *work = new_numbers(n + n * n, err);
    if (work == NULL)
        return KT_E_NOMEM;
    kt_complex *basis = work + n;
    int rc = kt_mat_eigen_normal(n, a, work, basis, err);
    if (rc < 0)
        return rc;
    for (size_t k = 0; k < n; k++) { /* selection: the least of what is left comes to place k */
        size_t least = 0;
        for (size_t j = 1; j < n; j++)
            least = work[j].re < work[least].re ? j : least;
        values[k] = work[least].re;
        work[least].re = INFINITY;
        for (size_t row = 0; row < n; row++)
            vectors[row * n + k] = basis[row * n + least];
    }
    return 0;
}

/* a^times by repeated squaring; room holds 2 n^2 numbers. */
static void power_by_squaring(size_t n, const kt_complex *a, uint64_t times, kt_complex *room, kt_complex *out)
{
    kt_complex *square = room, *product = room + n * n;
    memcpy(square, a, n * n * sizeof *a);
    set_identity(n, out);
    while (times > 0) {
        if (times & 1) {
            kt_mat_mul(n, out, square, product);
            memcpy(out, product, n * n * sizeof *out);
        }
        times >>= 1;
        if (times > 0) {
            kt_mat_mul(n, square, square, product);
            memcpy(square, product, n * n * sizeof *square);
        }
    }
}

/* The principal power of an eigenvalue. `slack`: how far from -1 rounding may have taken it. */
static kt_complex value_power(kt_complex value, double power, double slack)
{
    double length = sqrt(kt_c_abs2(value));
    double angle = value.re < 0 && fabs(value.im) <= slack ? M_PI : atan2(value.im, value.re);
    return kt_c_scale(pow(length, power), kt_c_turn(power * angle));
}

static bool is_diagonal(size_t n, const kt_complex *a)
{
    for (size_t k = 0; k < n * n; k++) {
        if (k / n != k % n && (a[k].re != 0 || a[k].im != 0))
            return false;
    }
    return true;
}

/* The eigenvalues and eigenvectors of a; exactly, when it is diagonal. Returns the slack of the values in *slack. */
static int unitary_eigen(size_t n, const kt_complex *a, kt_complex *values, kt_complex *vectors, double *slack,
                         kt_error *err)
{
    *slack = 1e-12;
    if (!is_diagonal(n, a))
        return kt_mat_eigen_normal(n, a, values, vectors, err);
    *slack = 0;
    set_identity(n, vectors);
    for (size_t k = 0; k < n; k++)
        values[k] = a[k * n + k];
    return 0;
}

/* out = vectors middle vectors^dagger; room holds n^2 numbers. */
static void from_eigenbasis(size_t n, const kt_complex *vectors, const kt_complex *middle, kt_complex *room,
                            kt_complex *out)
{
    memset(out, 0, n * n * sizeof *out);
    kt_mat_mul(n, vectors, middle, room);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            for (size_t k = 0; k < n; k++)
                out[i * n + j] = kt_c_add(out[i * n + j], kt_c_mul(room[i * n + k], kt_c_conj(vectors[j * n + k])));
        }
    }
}

static int check_power(double power, kt_error *err)
{
    if (fabs(power) <= KT_POWER_MOST) /* nan fails */
        return 0;
    return kt_fail(err, KT_E_INVALID, "a gate's power is %g; it must lie between -2^53 and 2^53", power);
}

int kt_mat_power(size_t n, const kt_complex *a, double power, kt_complex *out, kt_error *err)
{
    int rc = check_power(power, err);
    if (rc < 0)
        return rc;
    if (power == 1) {
        memcpy(out, a, n * n * sizeof *out);
        return 0;
    }
    if (power == -1) {
        kt_mat_adjoint(n, a, out);
        return 0;
    }
    KT_OWN(kt_complex) *room = new_numbers(3 * n * n + n, err);
    if (room == NULL)
        return KT_E_NOMEM;
    kt_complex *second = room + n * n, *third = second + n * n, *values = third + n * n;
    if (power == floor(power)) {
        if (power < 0)
            kt_mat_adjoint(n, a, third);
        power_by_squaring(n, power < 0 ? third : a, (uint64_t)fabs(power), room, out);
        return 0;
    }
    double slack;
    rc = unitary_eigen(n, a, values, room, &slack, err);
    if (rc < 0)
        return rc;
    for (size_t k = 0; k < n; k++)
        second[k * n + k] = value_power(values[k], power, slack);
    from_eigenbasis(n, room, second, third, out);
    return 0;
}

/* The divided difference of z^power between two eigenvalues, its derivative where they coincide. */
static kt_complex divided_difference(kt_complex a, kt_complex b, double power, double slack)
{
    kt_complex gap = kt_c_sub(a, b);
    double length2 = kt_c_abs2(gap);
    if (length2 < 1e-16) /* eigenvalues have length 1: 1/a is conj(a) */
        return kt_c_scale(power, kt_c_mul(value_power(a, power, slack), kt_c_conj(a)));
    kt_complex rise = kt_c_sub(value_power(a, power, slack), value_power(b, power, slack));
    return kt_c_scale(1 / length2, kt_c_mul(rise, kt_c_conj(gap)));
}

int kt_mat_power_derivative(size_t n, const kt_complex *a, const kt_complex *slope, double power, kt_complex *out,
                            kt_error *err)
{
    int rc = check_power(power, err);
    if (rc < 0)
        return rc;
    KT_OWN(kt_complex) *vectors = new_numbers(4 * n * n + n, err);
    if (vectors == NULL)
        return KT_E_NOMEM;
    kt_complex *adjoint = vectors + n * n, *inner = adjoint + n * n, *room = inner + n * n, *values = room + n * n;
    double slack;
    rc = unitary_eigen(n, a, values, vectors, &slack, err);
    if (rc < 0)
        return rc;
    kt_mat_adjoint(n, vectors, adjoint);
    kt_mat_mul(n, adjoint, slope, room);
    kt_mat_mul(n, room, vectors, inner);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            inner[i * n + j] = kt_c_mul(inner[i * n + j], divided_difference(values[i], values[j], power, slack));
    }
    from_eigenbasis(n, vectors, inner, room, out);
    return 0;
}
