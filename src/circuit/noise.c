/* SPDX-License-Identifier: Apache-2.0 */
/* noise.c - the Kraus operators of every noise channel. */
#include "circuit/complex.h"
#include "circuit/gate.h"

#include <assert.h>
#include <string.h>

/* The Pauli matrices in the order I, X, Y, Z, row-major. */
static const kt_complex paulis[4][4] = {
    { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 } },
    { { 0, 0 }, { 1, 0 }, { 1, 0 }, { 0, 0 } },
    { { 0, 0 }, { 0, -1 }, { 0, 1 }, { 0, 0 } },
    { { 1, 0 }, { 0, 0 }, { 0, 0 }, { -1, 0 } },
};
enum { PAULI_I, PAULI_X, PAULI_Y, PAULI_Z };

/* Adds sqrt(weight) P to the list of 2 x 2 operators. */
static int add_pauli(kt_complex *out, int count, int pauli, double weight)
{
    for (size_t k = 0; k < 4; k++)
        out[(size_t)count * 4 + k] = kt_c_scale(sqrt(weight), paulis[pauli][k]);
    return count + 1;
}

/* Adds sqrt(weight) P @ Q to the list of 4 x 4 operators. */
static int add_pauli_pair(kt_complex *out, int count, int first, int second, double weight)
{
    kt_complex *m = out + (size_t)count * 16;
    for (size_t row = 0; row < 4; row++) {
        for (size_t col = 0; col < 4; col++) {
            kt_complex high = paulis[first][(row >> 1) * 2 + (col >> 1)];
            kt_complex low = paulis[second][(row & 1) * 2 + (col & 1)];
            m[row * 4 + col] = kt_c_scale(sqrt(weight), kt_c_mul(high, low));
        }
    }
    return count + 1;
}

/* Adds the real matrix [[a, b], [c, d]]. */
static int add_real(kt_complex *out, int count, double a, double b, double c, double d)
{
    const kt_complex m[4] = { { a, 0 }, { b, 0 }, { c, 0 }, { d, 0 } };
    memcpy(out + (size_t)count * 4, m, sizeof m);
    return count + 1;
}

static int bit_flip(const double *p, kt_complex *out)
{
    return add_pauli(out, add_pauli(out, 0, PAULI_I, 1 - p[0]), PAULI_X, p[0]);
}

static int phase_flip(const double *p, kt_complex *out)
{
    return add_pauli(out, add_pauli(out, 0, PAULI_I, 1 - p[0]), PAULI_Z, p[0]);
}

static int pauli_channel(const double *p, kt_complex *out)
{
    double rest = 1 - (p[0] + p[1] + p[2]);
    int count = add_pauli(out, 0, PAULI_I, rest > 0 ? rest : 0); /* rounding may leave -1e-17 */
    count = add_pauli(out, count, PAULI_X, p[0]);
    count = add_pauli(out, count, PAULI_Y, p[1]);
    return add_pauli(out, count, PAULI_Z, p[2]);
}

static int depolarizing(const double *p, kt_complex *out)
{
    int count = add_pauli(out, 0, PAULI_I, 1 - p[0]);
    for (int pauli = PAULI_X; pauli <= PAULI_Z; pauli++)
        count = add_pauli(out, count, pauli, p[0] / 3);
    return count;
}

static int two_qubit_depolarizing(const double *p, kt_complex *out)
{
    int count = 0;
    for (int first = PAULI_I; first <= PAULI_Z; first++) {
        for (int second = PAULI_I; second <= PAULI_Z; second++)
            count = add_pauli_pair(out, count, first, second, count == 0 ? 1 - p[0] : p[0] / 15);
    }
    return count;
}

static int two_qubit_dephasing(const double *p, kt_complex *out)
{
    int count = add_pauli_pair(out, 0, PAULI_I, PAULI_I, 1 - p[0]);
    count = add_pauli_pair(out, count, PAULI_I, PAULI_Z, p[0] / 3);
    count = add_pauli_pair(out, count, PAULI_Z, PAULI_I, p[0] / 3);
    return add_pauli_pair(out, count, PAULI_Z, PAULI_Z, p[0] / 3);
}

static int amplitude_damping(const double *p, kt_complex *out)
{
    return add_real(out, add_real(out, 0, 1, 0, 0, sqrt(1 - p[0])), 0, sqrt(p[0]), 0, 0);
}

static int generalized_amplitude_damping(const double *p, kt_complex *out)
{
    double gamma = p[0], down = sqrt(p[1]), up = sqrt(1 - p[1]);
    int count = add_real(out, 0, down, 0, 0, down * sqrt(1 - gamma));
    count = add_real(out, count, 0, down * sqrt(gamma), 0, 0);
    count = add_real(out, count, up * sqrt(1 - gamma), 0, 0, up);
    return add_real(out, count, 0, 0, up * sqrt(gamma), 0);
}

static int phase_damping(const double *p, kt_complex *out)
{
    return add_real(out, add_real(out, 0, 1, 0, 0, sqrt(1 - p[0])), 0, 0, 0, sqrt(p[0]));
}

static int (*const channels[])(const double *parameters, kt_complex *out) = {
    [KT_NOISE_BIT_FLIP] = bit_flip,
    [KT_NOISE_PHASE_FLIP] = phase_flip,
    [KT_NOISE_PAULI_CHANNEL] = pauli_channel,
    [KT_NOISE_DEPOLARIZING] = depolarizing,
    [KT_NOISE_TWO_QUBIT_DEPOLARIZING] = two_qubit_depolarizing,
    [KT_NOISE_TWO_QUBIT_DEPHASING] = two_qubit_dephasing,
    [KT_NOISE_AMPLITUDE_DAMPING] = amplitude_damping,
    [KT_NOISE_GENERALIZED_AMPLITUDE_DAMPING] = generalized_amplitude_damping,
    [KT_NOISE_PHASE_DAMPING] = phase_damping,
};
static_assert(KT_COUNT(channels) == KT_NOISE_COUNT, "a noise channel lacks its Kraus operators");

int kt_noise_check(kt_noise noise, const double *parameters, kt_error *err)
{
    const kt_noise_row *row = &kt_noise_rows[noise];
    double sum = 0;
    for (int k = 0; k < row->parameter_count; k++) {
        if (!(parameters[k] >= 0 && parameters[k] <= 1)) /* nan fails too */
            return kt_fail(err, KT_E_INVALID, "%s: parameter %d is %g; it must lie between 0 and 1", row->name, k + 1,
                           parameters[k]);
        sum += parameters[k];
    }
    if (noise == KT_NOISE_PAULI_CHANNEL && sum > 1 + 1e-12)
        return kt_fail(err, KT_E_INVALID, "%s: the three probabilities add up to %.12g; at most 1 is possible",
                       row->name, sum);
    return 0;
}

int kt_op_kraus(const kt_op *op, kt_complex out[16 * 16], kt_error *err)
{
    if (op->kind == KT_OP_NOISE) {
        double parameters[KT_ANGLES_MOST] = { 0 };
        for (size_t k = 0; k < op->angle_count; k++)
            parameters[k] = op->angles[k].value;
        int rc = kt_noise_check(op->gate, parameters, err);
        return rc < 0 ? rc : channels[op->gate](parameters, out);
    }
    assert(op->kind == KT_OP_KRAUS);
    size_t numbers = (size_t)1 << (2 * op->qubit_count);
    if (op->qubit_count > 2 || op->matrix_count > 16)
        return kt_fail(err, KT_E_LIMIT, "kraus: %u operators on %u qubits; at most 16 operators on 2 qubits are taken",
                       op->matrix_count, op->qubit_count);
    memcpy(out, op->matrix, op->matrix_count * numbers * sizeof *out);
    return (int)op->matrix_count;
}
