/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - refuses what has no place in a circuit, with the value, the limit and what would be right. */
#include "circuit/check.h"

#include "circuit/gate.h"
#include "circuit/linalg.h"

#include <math.h>
#include <string.h>

static int bad_index(const char *what, uint32_t qubit, uint32_t qubit_count, kt_error *err)
{
    if (qubit_count == 0)
        return kt_fail(err, KT_E_INVALID, "%s: qubit %u does not exist; the circuit has no qubits", what, qubit);
    return kt_fail(err, KT_E_INVALID, "%s: qubit %u does not exist; the circuit has qubits 0 to %u", what, qubit,
                   qubit_count - 1);
}

/* Few qubits: every pair is compared. */
static int check_distinct(const char *what, const uint32_t *qubits, size_t count, kt_error *err)
{
    for (size_t k = 1; k < count; k++) {
        for (size_t j = 0; j < k; j++) {
            if (qubits[j] == qubits[k])
                return kt_fail(err, KT_E_INVALID, "%s: qubit %u is named twice; its qubits must be distinct", what,
                               qubits[k]);
        }
    }
    return 0;
}

/* Any number of qubits: a bit for each. Marks them in `seen` (KT_QUBITS_MOST + 1 bits). */
static int check_targets(const char *what, const uint32_t *qubits, size_t count, uint32_t qubit_count, uint8_t *seen,
                         kt_error *err)
{
    for (size_t k = 0; k < count; k++) {
        uint32_t q = qubits[k];
        if (q >= qubit_count)
            return bad_index(what, q, qubit_count, err);
        uint8_t bit = (uint8_t)(1u << (q & 7));
        if (seen[q >> 3] & bit)
            return kt_fail(err, KT_E_INVALID, "%s: qubit %u is named twice; its qubits must be distinct", what, q);
        seen[q >> 3] |= bit;
    }
    return 0;
}

static int check_angles(const kt_op *op, size_t expected, size_t parameter_count, kt_error *err)
{
    const char *what = kt_op_name(op);
    if (op->angle_count != expected)
        return kt_fail(err, KT_E_INVALID, "%s takes %zu angle%s, not %d", what, expected, expected == 1 ? "" : "s",
                       op->angle_count);
    for (size_t k = 0; k < expected; k++) {
        const kt_angle *angle = &op->angles[k];
        if (!isfinite(angle->value))
            return kt_fail(err, KT_E_INVALID, "%s: angle %zu is %g; it must be a finite number", what, k + 1,
                           angle->value);
        for (size_t j = 0; j < angle->term_count; j++) {
            if (angle->terms[j].parameter >= parameter_count)
                return kt_fail(err, KT_E_INVALID, "%s: angle %zu names parameter number %u; the circuit has %zu", what,
                               k + 1, angle->terms[j].parameter, parameter_count);
            if (!isfinite(angle->terms[j].factor))
                return kt_fail(err, KT_E_INVALID, "%s: angle %zu has the factor %g; it must be a finite number", what,
                               k + 1, angle->terms[j].factor);
        }
    }
    return 0;
}

static int check_count(const kt_op *op, uint32_t targets, uint32_t least, uint32_t most, kt_error *err)
{
    if (targets >= least && targets <= most)
        return 0;
    if (least == most)
        return kt_fail(err, KT_E_INVALID, "%s acts on %u qubit%s, not %u", kt_op_name(op), least, least == 1 ? "" : "s",
                       targets);
    return kt_fail(err, KT_E_INVALID, "%s acts on %u to %u qubits, not %u", kt_op_name(op), least, most, targets);
}

static int check_power(const kt_op *op, kt_error *err)
{
    if (fabs(op->power) <= KT_POWER_MOST) /* nan fails */
        return 0;
    return kt_fail(err, KT_E_INVALID, "%s: its power is %g; it must lie between -2^53 and 2^53", kt_op_name(op),
                   op->power);
}

static int check_gate(const kt_op *op, uint32_t targets, size_t parameter_count, kt_error *err)
{
    if (op->gate >= KT_GATE_COUNT)
        return kt_fail(err, KT_E_INVALID, "gate number %d does not exist; ketch/gates.def lists them", op->gate);
    const kt_gate_row *row = &kt_gate_rows[op->gate];
    int rc = check_count(op, targets, row->qubit_count, row->qubit_count, err);
    if (rc == 0)
        rc = check_angles(op, row->angle_count, parameter_count, err);
    return rc < 0 ? rc : check_power(op, err);
}

static int check_noise(const kt_op *op, uint32_t targets, kt_error *err)
{
    if (op->gate >= KT_NOISE_COUNT)
        return kt_fail(err, KT_E_INVALID, "noise number %d does not exist; ketch/noise.def lists them", op->gate);
    const kt_noise_row *row = &kt_noise_rows[op->gate];
    int rc = check_count(op, targets, row->qubit_count, row->qubit_count, err);
    if (rc == 0)
        rc = check_angles(op, row->parameter_count, 0, err);
    if (rc < 0)
        return rc;
    double parameters[KT_ANGLES_MOST];
    for (size_t k = 0; k < op->angle_count; k++)
        parameters[k] = op->angles[k].value;
    return kt_noise_check(op->gate, parameters, err);
}

static int check_matrices(const kt_op *op, uint32_t targets, kt_error *err)
{
    bool is_kraus = op->kind == KT_OP_KRAUS;
    int rc = check_count(op, targets, 1, is_kraus ? 2 : KT_UNITARY_QUBITS_MOST, err);
    if (rc < 0)
        return rc;
    uint32_t most = is_kraus ? 16 : 1;
    if (op->matrix == NULL || op->matrix_count > most || (is_kraus && op->matrix_count == 0))
        return kt_fail(err, KT_E_INVALID, "%s has %u matrices; it must have 1%s", kt_op_name(op),
                       op->matrix == NULL ? 0 : op->matrix_count, is_kraus ? " to 16" : "");
    return is_kraus ? 0 : check_power(op, err);
}

static int check_kind(const kt_op *op, uint32_t targets, size_t parameter_count, kt_error *err)
{
    switch (op->kind) {
    case KT_OP_GATE: return check_gate(op, targets, parameter_count, err);
    case KT_OP_NOISE: return check_noise(op, targets, err);
    case KT_OP_UNITARY:
    case KT_OP_KRAUS: return check_matrices(op, targets, err);
    case KT_OP_MEASURE:
    case KT_OP_RESET: return check_count(op, targets, 1, 1, err);
    case KT_OP_DELAY: return check_angles(op, 1, 0, err);
    case KT_OP_VERBATIM_BEGIN:
    case KT_OP_VERBATIM_END: return check_count(op, targets, 0, 0, err);
    case KT_OP_BARRIER: return 0;
    default: return kt_fail(err, KT_E_INVALID, "operation kind %d does not exist", op->kind);
    }
}

int kt_check_op(const kt_op *op, uint32_t qubit_count, size_t parameter_count, kt_error *err)
{
    bool takes_controls = op->kind == KT_OP_GATE || op->kind == KT_OP_UNITARY;
    if (op->control_count > (takes_controls ? KT_CONTROLS_MOST : 0))
        return kt_fail(err, KT_E_LIMIT, "%s has %d control qubits; at most %d are taken", kt_op_name(op),
                       op->control_count, takes_controls ? KT_CONTROLS_MOST : 0);
    if (op->control_count > op->qubit_count)
        return kt_fail(err, KT_E_INVALID, "%s has %d control qubits but only %u qubits in all", kt_op_name(op),
                       op->control_count, op->qubit_count);
    int rc = check_kind(op, op->qubit_count - op->control_count, parameter_count, err);
    if (rc < 0)
        return rc;
    for (size_t k = 0; k < op->qubit_count; k++) {
        if (op->qubits[k] >= qubit_count)
            return bad_index(kt_op_name(op), op->qubits[k], qubit_count, err);
    }
    if (op->kind == KT_OP_BARRIER || op->kind == KT_OP_DELAY)
        return 0;
    return check_distinct(kt_op_name(op), op->qubits, op->qubit_count, err);
}

static int check_hermitian(const char *what, const kt_factor *factor, kt_error *err)
{
    size_t qubits = factor->qubit_count > 0 ? factor->qubit_count : 1;
    size_t n = (size_t)1 << qubits;
    double largest = 0;
    if (factor->matrix == NULL)
        return kt_fail(err, KT_E_INVALID, "%s: a hermitian factor has no matrix", what);
    for (size_t k = 0; k < n * n; k++) {
        if (!isfinite(factor->matrix[k].re) || !isfinite(factor->matrix[k].im))
            return kt_fail(err, KT_E_INVALID, "%s: the hermitian matrix has an entry that is not finite", what);
        largest = fmax(largest, fmax(fabs(factor->matrix[k].re), fabs(factor->matrix[k].im)));
    }
    if (!kt_mat_is_hermitian(n, factor->matrix, 1e-8 + 1e-5 * largest))
        return kt_fail(err, KT_E_INVALID, "%s: its matrix is not hermitian; it must equal its conjugate transpose",
                       what);
    return 0;
}

static int check_factor(const char *what, const kt_factor *factor, bool all_qubits, kt_error *err)
{
    uint32_t most = factor->kind == KT_OBS_HERMITIAN ? KT_HERMITIAN_QUBITS_MOST : 1;
    if (factor->kind > KT_OBS_HERMITIAN)
        return kt_fail(err, KT_E_INVALID, "%s: observable number %d does not exist", what, factor->kind);
    if (factor->qubit_count > most)
        return kt_fail(err, KT_E_LIMIT, "%s: a factor of the observable acts on %u qubits; at most %u are taken", what,
                       factor->qubit_count, most);
    if ((factor->qubit_count == 0) != all_qubits)
        return kt_fail(err, KT_E_INVALID, "%s: a factor of the observable names %s", what,
                       all_qubits ? "qubits, but every qubit is meant" : "no qubit");
    return factor->kind == KT_OBS_HERMITIAN ? check_hermitian(what, factor, err) : 0;
}

static int check_term(const char *what, const kt_term *term, bool all_qubits, uint32_t qubit_count, kt_error *err)
{
    uint8_t seen[(KT_QUBITS_MOST + 1) / 8];
    memset(seen, 0, sizeof seen);
    if (!isfinite(term->coefficient))
        return kt_fail(err, KT_E_INVALID, "%s: a coefficient is %g; it must be a finite number", what,
                       term->coefficient);
    if (term->factor_count == 0 || (all_qubits && term->factor_count > 1))
        return kt_fail(err, KT_E_INVALID, "%s: an observable of %u factors; it must have %s", what, term->factor_count,
                       all_qubits ? "exactly one on all qubits" : "at least one");
    for (size_t k = 0; k < term->factor_count; k++) {
        const kt_factor *factor = &term->factors[k];
        int rc = check_factor(what, factor, all_qubits, err);
        if (rc == 0)
            rc = check_targets(what, factor->qubits, factor->qubit_count, qubit_count, seen, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int check_terms(const kt_want *want, const char *what, uint32_t qubit_count, kt_error *err)
{
    bool sums = want->type == KT_RESULT_EXPECTATION || want->type == KT_RESULT_ADJOINT_GRADIENT;
    bool all_qubits = want->all_qubits && want->type != KT_RESULT_ADJOINT_GRADIENT;
    if (want->term_count == 0 || (want->term_count > 1 && (!sums || all_qubits)))
        return kt_fail(err, KT_E_INVALID, "%s of %u terms; it takes %s", what, want->term_count,
                       sums && !all_qubits ? "at least one" : "one");
    for (size_t k = 0; k < want->term_count; k++) {
        int rc = check_term(what, &want->terms[k], all_qubits, qubit_count, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int check_states(const kt_want *want, kt_error *err)
{
    if (want->state_count == 0)
        return kt_fail(err, KT_E_INVALID, "amplitude names no state; give bit strings such as \"01\"");
    for (size_t k = 0; k < want->state_count; k++) {
        const char *state = want->states[k];
        if (state == NULL || state[0] == '\0' || strspn(state, "01") != strlen(state))
            return kt_fail(err, KT_E_INVALID, "amplitude of the state \"%s\"; a state is a string of 0 and 1",
                           state == NULL ? "" : state);
    }
    return 0;
}

int kt_check_want(const kt_want *want, uint32_t qubit_count, size_t parameter_count, kt_error *err)
{
    static const struct {
        const char *name;
        bool targets, terms;
    } rows[KT_RESULT_TYPE_COUNT] = {
        [KT_RESULT_STATE_VECTOR] = { "state_vector", false, false },
        [KT_RESULT_AMPLITUDE] = { "amplitude", false, false },
        [KT_RESULT_PROBABILITY] = { "probability", true, false },
        [KT_RESULT_EXPECTATION] = { "expectation", false, true },
        [KT_RESULT_VARIANCE] = { "variance", false, true },
        [KT_RESULT_SAMPLE] = { "sample", false, true },
        [KT_RESULT_DENSITY_MATRIX] = { "density_matrix", true, false },
        [KT_RESULT_ADJOINT_GRADIENT] = { "adjoint_gradient", false, true },
    };
    if (want->type >= KT_RESULT_TYPE_COUNT)
        return kt_fail(err, KT_E_INVALID, "result type number %d does not exist", want->type);
    const char *what = rows[want->type].name;
    for (size_t k = 0; k < want->parameter_count; k++) {
        if (want->parameters[k] >= parameter_count)
            return kt_fail(err, KT_E_INVALID, "%s names parameter number %u; the circuit has %zu", what,
                           want->parameters[k], parameter_count);
    }
    if (want->type == KT_RESULT_AMPLITUDE)
        return check_states(want, err);
    if (rows[want->type].terms)
        return check_terms(want, what, qubit_count, err);
    if (!rows[want->type].targets)
        return 0;
    if ((want->target_count == 0) != want->all_qubits)
        return kt_fail(err, KT_E_INVALID, "%s of %u qubits; name at least one, or all", what, want->target_count);
    uint8_t seen[(KT_QUBITS_MOST + 1) / 8];
    memset(seen, 0, sizeof seen);
    return check_targets(what, want->targets, want->target_count, qubit_count, seen, err);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

int kt_check_parameter_name(kt_view name, kt_error *err)
{
    bool right = name.length > 0 && is_letter(name.data[0]);
    for (size_t k = 0; k < name.length; k++)
        right = right && (is_letter(name.data[k]) || (name.data[k] >= '0' && name.data[k] <= '9'));
    if (right)
        return 0;
    return kt_fail(err, KT_E_INVALID, "'%.*s' can't name a parameter; a name is letters, digits and _, such as theta_1",
                   KT_VIEW_ARG(name));
}
