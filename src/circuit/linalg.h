/* SPDX-License-Identifier: Apache-2.0 */
/* linalg.h - small dense complex matrices (up to 1024 square), row-major. */
#ifndef KT_CIRCUIT_LINALG_H
#define KT_CIRCUIT_LINALG_H

#include "base/error.h"
#include <ketch/circuit.h>

#define KT_POWER_MOST 9007199254740992.0 /* 2^53: above it, doubles skip integers */

void kt_mat_mul(size_t n, const kt_complex *a, const kt_complex *b, kt_complex *out); /* out = a b */
void kt_mat_adjoint(size_t n, const kt_complex *a, kt_complex *out);
bool kt_mat_is_unitary(size_t n, const kt_complex *a, double tolerance);   /* max |a a^dagger - 1| */
bool kt_mat_is_hermitian(size_t n, const kt_complex *a, double tolerance); /* max |a - a^dagger| */
/* max |sum of K^dagger K - 1| over `count` matrices, one after another: a channel keeps probability. */
bool kt_mat_is_complete(size_t n, const kt_complex *matrices, size_t count, double tolerance);
/* Eigenvalues ascending and eigenvectors as columns of a Hermitian matrix (complex Jacobi). */
int kt_mat_eigen_hermitian(size_t n, const kt_complex *a, double *values, kt_complex *vectors, kt_error *err);
/* Eigenvalues and an orthonormal eigenbasis (columns) of a unitary (or any normal) matrix. */
int kt_mat_eigen_normal(size_t n, const kt_complex *a, kt_complex *values, kt_complex *vectors, kt_error *err);
/* a^power of a unitary a, with the principal branch of each eigenvalue (arg in (-pi, pi]; an eigenvalue that is -1 but
 * for rounding has arg pi); integers by multiplication. |power| <= 2^53. */
int kt_mat_power(size_t n, const kt_complex *a, double power, kt_complex *out, kt_error *err);
/* d(a^power) when a unitary a changes by `slope`, through the eigenbasis of a. */
int kt_mat_power_derivative(size_t n, const kt_complex *a, const kt_complex *slope, double power, kt_complex *out,
                            kt_error *err);

#endif
