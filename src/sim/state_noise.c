/* SPDX-License-Identifier: Apache-2.0 */
/* state_noise.c - noise on a density matrix, each channel in one pass.
 * A channel is a superoperator on (row bits, column bits) of its qubits. The named ones are written in closed form, so
 * that what is zero is exactly zero and the plan finds the few pairs and scales that are left; Kraus operators are
 * summed. Pattern of one qubit: 0 = rho00, 1 = rho01, 2 = rho10, 3 = rho11 (row bit first). */
#include "circuit/gate.h"
#include "sim/state_priv.h"

#include <math.h>

enum { STAY_0 = 0, FALL = 3, RISE = 12, STAY_1 = 15, KEEP_01 = 5, KEEP_10 = 10, TURN_01 = 6, TURN_10 = 9 };

/* One qubit: how populations move and what becomes of the coherences. */
typedef struct one_qubit {
    double stay_0, fall, rise, stay_1; /* 0 -> 0, 1 -> 0, 0 -> 1, 1 -> 1 */
    double keep, turn;                 /* of rho01: rho01 * keep + rho10 * turn */
} one_qubit;

static void apply_one_qubit(kt_state *state, const one_qubit *c, uint32_t position)
{
    kt_complex m[16] = { 0 };
    m[STAY_0].re = c->stay_0;
    m[FALL].re = c->fall;
    m[RISE].re = c->rise;
    m[STAY_1].re = c->stay_1;
    m[KEEP_01].re = m[KEEP_10].re = c->keep;
    m[TURN_01].re = m[TURN_10].re = c->turn;
    kt_state_superoperator(state, m, 1, &position);
}

static one_qubit pauli(double x, double y, double z)
{
    const double i = 1 - x - y - z;
    return (one_qubit){ i + z, x + y, x + y, i + z, i - z, x - y };
}

static one_qubit one_qubit_channel(const kt_op *op)
{
    double p[3] = { 0 };
    for (int i = 0; i < op->angle_count && i < 3; i++)
        p[i] = op->angles[i].value;
    switch ((kt_noise)op->gate) {
    case KT_NOISE_BIT_FLIP: return pauli(p[0], 0, 0);
    case KT_NOISE_PHASE_FLIP: return pauli(0, 0, p[0]);
    case KT_NOISE_PAULI_CHANNEL: return pauli(p[0], p[1], p[2]);
    case KT_NOISE_DEPOLARIZING: return pauli(p[0] / 3, p[0] / 3, p[0] / 3);
    case KT_NOISE_AMPLITUDE_DAMPING: return (one_qubit){ 1, p[0], 0, 1 - p[0], sqrt(1 - p[0]), 0 };
    case KT_NOISE_GENERALIZED_AMPLITUDE_DAMPING: /* p[0]: damping, p[1]: probability of falling */
        return (one_qubit){ p[1] + (1 - p[1]) * (1 - p[0]), p[1] * p[0],    (1 - p[1]) * p[0],
                            p[1] * (1 - p[0]) + (1 - p[1]), sqrt(1 - p[0]), 0 };
    case KT_NOISE_PHASE_DAMPING:
    default: return (one_qubit){ 1, 0, 0, 1, sqrt(1 - p[0]), 0 };
    }
}

/* Every entry of rho scaled by `keep`, except that populations (row == column) are also mixed: each gets `mix` of every
 * one; populations themselves are scaled by `stay`. Pattern: 4 * row + column. */
static void apply_two_qubit(kt_state *state, double stay, double mix, double keep, const uint32_t *positions)
{
    kt_complex m[256] = { 0 };
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 4; column++) {
            const int from = 4 * row + column;
            m[from * 16 + from].re = row == column ? stay : keep;
        }
        for (int other = 0; other < 4; other++)
            m[5 * row * 16 + 5 * other].re += mix;
    }
    kt_state_superoperator(state, m, 2, positions);
}

/* Sum of K (x) conj(K). */
static void apply_kraus(kt_state *state, const kt_op *op, int k, const uint32_t *positions)
{
    const size_t n = (size_t)1 << k;
    kt_complex sum[256] = { 0 };
    for (size_t i = 0; i < op->matrix_count; i++) {
        const kt_complex *kraus = op->matrix + i * n * n;
        for (size_t row = 0; row < n * n; row++) {
            for (size_t column = 0; column < n * n; column++) {
                const kt_complex a = kraus[row / n * n + column / n], b = kraus[row % n * n + column % n];
                kt_complex *to = &sum[row * n * n + column];
                to->re += a.re * b.re + a.im * b.im;
                to->im += a.im * b.re - a.re * b.im;
            }
        }
    }
    kt_state_superoperator(state, sum, k, positions);
}

int kt_state_noise(kt_state *state, const kt_op *op, const uint32_t *positions, kt_error *err)
{
    if (!state->density)
        return kt_fail(err, KT_E_UNSUPPORTED, "noise needs a density matrix, this is a state vector; use local:dm");
    if (op->kind == KT_OP_KRAUS) {
        if (op->qubit_count < 1 || op->qubit_count > 2)
            return kt_fail(err, KT_E_LIMIT, "Kraus operators on %u qubits; 1 or 2 are possible", op->qubit_count);
        apply_kraus(state, op, (int)op->qubit_count, positions);
        return 0;
    }
    const double p = op->angles[0].value;
    switch ((kt_noise)op->gate) {
    case KT_NOISE_TWO_QUBIT_DEPOLARIZING:
        apply_two_qubit(state, 1 - 16 * p / 15, 4 * p / 15, 1 - 16 * p / 15, positions);
        return 0;
    case KT_NOISE_TWO_QUBIT_DEPHASING: apply_two_qubit(state, 1, 0, 1 - 4 * p / 3, positions); return 0;
    default: {
        const one_qubit channel = one_qubit_channel(op);
        apply_one_qubit(state, &channel, positions[0]);
        return 0;
    }
    }
}

static int density_only(const kt_state *state, const char *what, kt_error *err)
{
    if (state->density)
        return 0;
    return kt_fail(err, KT_E_UNSUPPORTED, "%s without branching needs a density matrix, this is a state vector", what);
}

int kt_state_reset(kt_state *state, uint32_t position, kt_error *err)
{
    const int rc = density_only(state, "reset", err);
    if (rc == 0)
        apply_one_qubit(state, &(one_qubit){ .stay_0 = 1, .fall = 1 }, position);
    return rc;
}

int kt_state_dephase(kt_state *state, uint32_t position, kt_error *err)
{
    const int rc = density_only(state, "an unread measurement", err);
    if (rc == 0)
        apply_one_qubit(state, &(one_qubit){ .stay_0 = 1, .stay_1 = 1 }, position);
    return rc;
}
