/* SPDX-License-Identifier: Apache-2.0 */
/* build.c - the public calls that build a circuit: argument forms of C turned into operations and wanted results. */
#include "circuit/check.h"
#include "circuit/circuit.h"
#include "circuit/gate.h"
#include "circuit/linalg.h"

#include <stdlib.h>
#include <string.h>

/* As Braket: how far a matrix may be from unitary, a channel from complete. */
#define MATRIX_TOLERANCE 1e-5

/* Copies qubit numbers given as int; negative ones are refused here, too large ones by the circuit. */
static int take_qubits(const char *what, int count, const int *qubits, uint32_t *out, kt_error *err)
{
    if (count > 0 && qubits == NULL)
        return kt_fail(err, KT_E_INVALID, "%s: %d qubits are needed, none are given", what, count);
    for (int k = 0; k < count; k++) {
        if (qubits[k] < 0)
            return kt_fail(err, KT_E_INVALID, "%s: qubit %d does not exist; qubits are counted from 0", what,
                           qubits[k]);
        out[k] = (uint32_t)qubits[k];
    }
    return 0;
}

/* Angles with their free parameters, which are added to the circuit as they come. */
static int take_angles(kt_circuit *c, const char *what, size_t count, const kt_angle_arg *args, kt_angle *angles,
                       kt_angle_term *terms, kt_error *err)
{
    if (count > 0 && args == NULL)
        return kt_fail(err, KT_E_INVALID, "%s: %zu angles are needed, none are given", what, count);
    for (size_t k = 0; k < count; k++) {
        angles[k] = (kt_angle){ .value = args[k].value };
        if (args[k].parameter == NULL)
            continue;
        int index = kt_circuit_add_parameter(c, args[k].parameter, err);
        if (index < 0)
            return index;
        terms[k] = (kt_angle_term){ (uint32_t)index, args[k].factor };
        angles[k].term_count = 1;
        angles[k].terms = &terms[k];
    }
    return 0;
}

static int take_controls(const kt_gate_spec *spec, const char *what, uint32_t *qubits, uint64_t *states, kt_error *err)
{
    if (spec->control_count < 0 || spec->control_count > KT_CONTROLS_MOST)
        return kt_fail(err, KT_E_INVALID, "%s with %d control qubits; 0 to %d are taken", what, spec->control_count,
                       KT_CONTROLS_MOST);
    *states = 0;
    for (int k = 0; k < spec->control_count; k++) {
        int state = spec->control_states == NULL ? 1 : spec->control_states[k];
        if (state != 0 && state != 1)
            return kt_fail(err, KT_E_INVALID, "%s: control state %d is %d; it must be 0 or 1", what, k, state);
        *states |= (uint64_t)state << k;
    }
    return take_qubits(what, spec->control_count, spec->controls, qubits, err);
}

int kt_circuit_gate_spec(kt_circuit *circuit, const kt_gate_spec *spec, kt_error *err)
{
    if ((int)spec->gate < 0 || spec->gate >= KT_GATE_COUNT)
        return kt_fail(err, KT_E_INVALID, "gate number %d does not exist; ketch/gates.def lists them", (int)spec->gate);
    const kt_gate_row *row = &kt_gate_rows[spec->gate];
    uint32_t qubits[KT_CONTROLS_MOST + 3];
    kt_angle angles[KT_ANGLES_MOST];
    kt_angle_term terms[KT_ANGLES_MOST];
    uint64_t states = 0;
    size_t parameters = (size_t)kt_circuit_parameter_count(circuit);
    int rc = take_controls(spec, row->name, qubits, &states, err);
    if (rc == 0)
        rc = take_qubits(row->name, row->qubit_count, spec->qubits, qubits + spec->control_count, err);
    if (rc == 0)
        rc = take_angles(circuit, row->name, row->angle_count, spec->angles, angles, terms, err);
    if (rc == 0) {
        const kt_op op = { .kind = KT_OP_GATE,
                           .gate = (uint8_t)spec->gate,
                           .control_count = (uint8_t)spec->control_count,
                           .control_states = states,
                           .qubit_count = (uint32_t)(spec->control_count + row->qubit_count),
                           .qubits = qubits,
                           .angle_count = row->angle_count,
                           .angles = angles,
                           .power = spec->power };
        rc = kt_circuit_add_op(circuit, &op, err);
    }
    if (rc < 0)
        kt_circuit_drop_parameters(circuit, parameters);
    return rc;
}

int kt_circuit_gate(kt_circuit *circuit, kt_gate gate, const int *qubits, const kt_angle_arg *angles, kt_error *err)
{
    const kt_gate_spec spec = { .gate = gate, .qubits = qubits, .angles = angles, .power = 1 };
    return kt_circuit_gate_spec(circuit, &spec, err);
}

/* The short forms name a fixed number of qubits and angles; a gate of another shape would read past them. */
static int check_shape(kt_gate gate, int qubits, int angles, kt_error *err)
{
    if ((int)gate < 0 || gate >= KT_GATE_COUNT)
        return kt_fail(err, KT_E_INVALID, "gate number %d does not exist; ketch/gates.def lists them", (int)gate);
    const kt_gate_row *row = &kt_gate_rows[gate];
    if (row->qubit_count == qubits && row->angle_count == angles)
        return 0;
    return kt_fail(err, KT_E_INVALID, "%s has %d qubits and %d angles, not %d and %d; use kt_circuit_gate", row->name,
                   row->qubit_count, row->angle_count, qubits, angles);
}

int kt_circuit_gate1(kt_circuit *circuit, kt_gate gate, int qubit, kt_error *err)
{
    int rc = check_shape(gate, 1, 0, err);
    return rc < 0 ? rc : kt_circuit_gate(circuit, gate, &qubit, NULL, err);
}

int kt_circuit_gate2(kt_circuit *circuit, kt_gate gate, int first, int second, kt_error *err)
{
    const int qubits[] = { first, second };
    int rc = check_shape(gate, 2, 0, err);
    return rc < 0 ? rc : kt_circuit_gate(circuit, gate, qubits, NULL, err);
}

int kt_circuit_rotate(kt_circuit *circuit, kt_gate gate, int qubit, kt_angle_arg angle, kt_error *err)
{
    int rc = check_shape(gate, 1, 1, err);
    return rc < 0 ? rc : kt_circuit_gate(circuit, gate, &qubit, &angle, err);
}

int kt_circuit_unitary(kt_circuit *circuit, int k, const int *qubits, const kt_complex *matrix, kt_error *err)
{
    uint32_t targets[KT_UNITARY_QUBITS_MOST];
    if (k < 1 || k > KT_UNITARY_QUBITS_MOST)
        return kt_fail(err, KT_E_INVALID, "a unitary of %d qubits; 1 to %d are taken", k, KT_UNITARY_QUBITS_MOST);
    int rc = take_qubits("unitary", k, qubits, targets, err);
    if (rc < 0)
        return rc;
    if (matrix == NULL || !kt_mat_is_unitary((size_t)1 << k, matrix, MATRIX_TOLERANCE))
        return kt_fail(err, KT_E_INVALID, "the matrix on %d qubits is not unitary (within %g)", k, MATRIX_TOLERANCE);
    const kt_op op = { .kind = KT_OP_UNITARY,
                       .qubit_count = (uint32_t)k,
                       .qubits = targets,
                       .matrix = matrix,
                       .matrix_count = 1,
                       .power = 1 };
    return kt_circuit_add_op(circuit, &op, err);
}

int kt_circuit_noise(kt_circuit *circuit, kt_noise noise, const int *qubits, const double *parameters, kt_error *err)
{
    uint32_t targets[2];
    kt_angle angles[KT_ANGLES_MOST];
    if ((int)noise < 0 || noise >= KT_NOISE_COUNT)
        return kt_fail(err, KT_E_INVALID, "noise number %d does not exist; ketch/noise.def lists them", (int)noise);
    const kt_noise_row *row = &kt_noise_rows[noise];
    int rc = take_qubits(row->name, row->qubit_count, qubits, targets, err);
    if (rc < 0)
        return rc;
    if (parameters == NULL)
        return kt_fail(err, KT_E_INVALID, "%s: %d parameters are needed, none are given", row->name,
                       row->parameter_count);
    for (int k = 0; k < row->parameter_count; k++)
        angles[k] = (kt_angle){ .value = parameters[k] };
    const kt_op op = { .kind = KT_OP_NOISE,
                       .gate = (uint8_t)noise,
                       .qubit_count = row->qubit_count,
                       .qubits = targets,
                       .angle_count = row->parameter_count,
                       .angles = angles,
                       .power = 1 };
    return kt_circuit_add_op(circuit, &op, err);
}

int kt_circuit_kraus(kt_circuit *circuit, int k, const int *qubits, int count, const kt_complex *matrices,
                     kt_error *err)
{
    uint32_t targets[2];
    if (k < 1 || k > 2)
        return kt_fail(err, KT_E_INVALID, "kraus operators on %d qubits; 1 or 2 are taken", k);
    if (count < 1 || count > 1 << (2 * k) || matrices == NULL)
        return kt_fail(err, KT_E_INVALID, "%d kraus operators on %d qubit%s; 1 to %d are taken", count, k,
                       k == 1 ? "" : "s", 1 << (2 * k));
    int rc = take_qubits("kraus", k, qubits, targets, err);
    if (rc < 0)
        return rc;
    if (!kt_mat_is_complete((size_t)1 << k, matrices, (size_t)count, MATRIX_TOLERANCE))
        return kt_fail(err, KT_E_INVALID,
                       "the kraus operators are no channel: the sum of K^dagger K is not the identity (within %g)",
                       MATRIX_TOLERANCE);
    const kt_op op = { .kind = KT_OP_KRAUS,
                       .qubit_count = (uint32_t)k,
                       .qubits = targets,
                       .matrix = matrices,
                       .matrix_count = (uint32_t)count,
                       .power = 1 };
    return kt_circuit_add_op(circuit, &op, err);
}

int kt_circuit_measure(kt_circuit *circuit, int qubit, int bit, kt_error *err)
{
    uint32_t target;
    int rc = take_qubits("measure", 1, &qubit, &target, err);
    if (rc < 0)
        return rc;
    if (bit < 0)
        return kt_fail(err, KT_E_INVALID, "measure: bit %d does not exist; bits are counted from 0", bit);
    const kt_op op = {
        .kind = KT_OP_MEASURE, .qubit_count = 1, .qubits = &target, .cell = (kt_cell)(unsigned)bit, .power = 1
    };
    return kt_circuit_add_op(circuit, &op, err);
}

int kt_circuit_reset(kt_circuit *circuit, int qubit, kt_error *err)
{
    uint32_t target;
    int rc = take_qubits("reset", 1, &qubit, &target, err);
    const kt_op op = { .kind = KT_OP_RESET, .qubit_count = 1, .qubits = &target, .power = 1 };
    return rc < 0 ? rc : kt_circuit_add_op(circuit, &op, err);
}

static void kt_indexes_free(uint32_t *indexes)
{
    free(indexes);
}
typedef uint32_t kt_indexes;
KT_DEFINE_FREEP(kt_indexes)

/* The qubits of a call that takes any number of them. */
static int new_qubits(const char *what, int count, const int *qubits, uint32_t **out, kt_error *err)
{
    if (count < 0 || count > KT_QUBITS_MOST)
        return kt_fail(err, KT_E_INVALID, "%s of %d qubits; 0 to %d are taken", what, count, KT_QUBITS_MOST);
    KT_OWN(kt_indexes) *copy = malloc(((size_t)count + 1) * sizeof *copy);
    if (copy == NULL)
        return kt_fail_nomem(err, ((size_t)count + 1) * sizeof *copy, "a list of qubits");
    int rc = take_qubits(what, count, qubits, copy, err);
    if (rc == 0)
        *out = KT_GIVE(copy);
    return rc;
}

static int every_qubit(uint32_t count, uint32_t **out, kt_error *err)
{
    uint32_t *list = malloc(((size_t)count + 1) * sizeof *list);
    if (list == NULL)
        return kt_fail_nomem(err, ((size_t)count + 1) * sizeof *list, "a list of qubits");
    for (uint32_t k = 0; k < count; k++)
        list[k] = k;
    *out = list;
    return 0;
}

int kt_circuit_barrier(kt_circuit *circuit, int count, const int *qubits, kt_error *err)
{
    KT_OWN(kt_indexes) *targets = NULL;
    uint32_t all = (uint32_t)kt_circuit_qubit_count(circuit);
    int rc = count == 0 ? every_qubit(all, &targets, err) : new_qubits("barrier", count, qubits, &targets, err);
    if (rc < 0)
        return rc;
    const kt_op op = {
        .kind = KT_OP_BARRIER, .qubit_count = count == 0 ? all : (uint32_t)count, .qubits = targets, .power = 1
    };
    return kt_circuit_add_op(circuit, &op, err);
}

static int want_targets(kt_circuit *circuit, kt_result_type type, const char *what, int count, const int *qubits,
                        kt_error *err)
{
    KT_OWN(kt_indexes) *targets = NULL;
    int rc = new_qubits(what, count, qubits, &targets, err);
    if (rc < 0)
        return rc;
    const kt_want want = {
        .type = (uint8_t)type, .all_qubits = count == 0, .target_count = (uint32_t)count, .targets = targets
    };
    return kt_circuit_add_want(circuit, &want, err);
}

int kt_circuit_want_state_vector(kt_circuit *circuit, kt_error *err)
{
    return kt_circuit_add_want(circuit, &(kt_want){ .type = KT_RESULT_STATE_VECTOR }, err);
}

int kt_circuit_want_density_matrix(kt_circuit *circuit, int count, const int *qubits, kt_error *err)
{
    return want_targets(circuit, KT_RESULT_DENSITY_MATRIX, "density_matrix", count, qubits, err);
}

int kt_circuit_want_probability(kt_circuit *circuit, int count, const int *qubits, kt_error *err)
{
    return want_targets(circuit, KT_RESULT_PROBABILITY, "probability", count, qubits, err);
}

int kt_circuit_want_amplitude(kt_circuit *circuit, const char *bits, kt_error *err)
{
    return kt_circuit_add_want(circuit, &(kt_want){ .type = KT_RESULT_AMPLITUDE, .state_count = 1, .states = &bits },
                               err);
}

/* An observable in the circuit's own form, on the heap until it has been copied into the circuit. */
typedef struct kt_observable {
    kt_term *terms;
    kt_factor *factors;
    uint32_t *qubits;
} kt_observable;

static void observable_fini(kt_observable *o)
{
    free(o->terms);
    free(o->factors);
    free(o->qubits);
}

enum { FACTOR_QUBITS_MOST = KT_COUNT(((kt_factor_arg *)0)->qubits) };

static int take_factor(const char *what, const kt_factor_arg *arg, uint32_t *qubits, kt_factor *out, kt_error *err)
{
    if ((int)arg->kind < 0 || arg->kind > KT_OBS_HERMITIAN)
        return kt_fail(err, KT_E_INVALID, "%s: observable number %d does not exist", what, (int)arg->kind);
    if (arg->qubit_count < 1 || arg->qubit_count > FACTOR_QUBITS_MOST)
        return kt_fail(err, KT_E_INVALID, "%s: a factor of the observable acts on %d qubits; 1 to %d are taken", what,
                       arg->qubit_count, FACTOR_QUBITS_MOST);
    *out = (kt_factor){ .kind = (uint8_t)arg->kind,
                        .qubit_count = (uint32_t)arg->qubit_count,
                        .qubits = qubits,
                        .matrix = arg->kind == KT_OBS_HERMITIAN ? arg->matrix : NULL };
    return take_qubits(what, arg->qubit_count, arg->qubits, qubits, err);
}

static int count_factors(const char *what, int terms, const kt_term_arg *sum, size_t *count, kt_error *err)
{
    *count = 0;
    if (terms < 1 || sum == NULL)
        return kt_fail(err, KT_E_INVALID, "%s of %d terms; it takes at least one", what, terms);
    for (int k = 0; k < terms; k++) {
        if (sum[k].factor_count < 1 || sum[k].factors == NULL)
            return kt_fail(err, KT_E_INVALID, "%s: an observable of %d factors; it must have at least one", what,
                           sum[k].factor_count);
        *count += (size_t)sum[k].factor_count;
    }
    return 0;
}

static int take_sum(const char *what, int terms, const kt_term_arg *sum, kt_observable *o, kt_error *err)
{
    size_t count, next = 0;
    int rc = count_factors(what, terms, sum, &count, err);
    if (rc < 0)
        return rc;
    o->terms = calloc((size_t)terms, sizeof *o->terms);
    o->factors = calloc(count, sizeof *o->factors);
    o->qubits = calloc(count, FACTOR_QUBITS_MOST * sizeof *o->qubits);
    if (o->terms == NULL || o->factors == NULL || o->qubits == NULL)
        return kt_fail_nomem(err, count * sizeof *o->factors, "an observable");
    for (int k = 0; k < terms; k++) {
        o->terms[k] = (kt_term){ sum[k].coefficient, (uint32_t)sum[k].factor_count, o->factors + next };
        for (int j = 0; j < sum[k].factor_count && rc == 0; j++, next++)
            rc = take_factor(what, &sum[k].factors[j], o->qubits + next * FACTOR_QUBITS_MOST, &o->factors[next], err);
    }
    return rc;
}

static int want_observable(kt_circuit *circuit, kt_want *want, const char *what, int terms, const kt_term_arg *sum,
                           kt_error *err)
{
    __attribute__((cleanup(observable_fini))) kt_observable observable = { 0 };
    int rc = take_sum(what, terms, sum, &observable, err);
    if (rc < 0)
        return rc;
    want->term_count = (uint32_t)terms;
    want->terms = observable.terms;
    return kt_circuit_add_want(circuit, want, err);
}

int kt_circuit_want_expectation(kt_circuit *circuit, int terms, const kt_term_arg *sum, kt_error *err)
{
    return want_observable(circuit, &(kt_want){ .type = KT_RESULT_EXPECTATION }, "expectation", terms, sum, err);
}

int kt_circuit_want_variance(kt_circuit *circuit, const kt_term_arg *term, kt_error *err)
{
    return want_observable(circuit, &(kt_want){ .type = KT_RESULT_VARIANCE }, "variance", 1, term, err);
}

int kt_circuit_want_sample(kt_circuit *circuit, const kt_term_arg *term, kt_error *err)
{
    return want_observable(circuit, &(kt_want){ .type = KT_RESULT_SAMPLE }, "sample", 1, term, err);
}

int kt_circuit_want_gradient(kt_circuit *circuit, int terms, const kt_term_arg *sum, int count,
                             const char *const *parameters, kt_error *err)
{
    kt_want want = { .type = KT_RESULT_ADJOINT_GRADIENT, .all_qubits = count == 0 };
    if (count < 0 || (count > 0 && parameters == NULL))
        return kt_fail(err, KT_E_INVALID, "adjoint_gradient by %d parameters; name them, or give 0 for all", count);
    KT_OWN(kt_indexes) *indexes = malloc(((size_t)count + 1) * sizeof *indexes);
    if (indexes == NULL)
        return kt_fail_nomem(err, ((size_t)count + 1) * sizeof *indexes, "a list of parameters");
    size_t known = (size_t)kt_circuit_parameter_count(circuit);
    int rc = 0;
    for (int k = 0; k < count && rc >= 0; k++) {
        rc = kt_circuit_add_parameter(circuit, parameters[k], err);
        indexes[k] = rc < 0 ? 0 : (uint32_t)rc;
    }
    want.parameter_count = (uint32_t)count;
    want.parameters = indexes;
    if (rc >= 0)
        rc = want_observable(circuit, &want, "adjoint_gradient", terms, sum, err);
    if (rc < 0)
        kt_circuit_drop_parameters(circuit, known);
    return rc;
}

void kt_text_free(char *text)
{
    free(text);
}
