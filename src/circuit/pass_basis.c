/* SPDX-License-Identifier: Apache-2.0 */
/* pass_basis.c - measuring observables: rotations that turn each of them into Z.
 * One run measures every qubit in one basis, so two wanted results must agree where they meet. As in Amazon's
 * simulator: identity factors agree with everything; a factor agrees with an earlier one on any of its qubits only when
 * both have the same qubits in the same order, the same kind and, when Hermitian, equal matrices; probability takes the
 * qubits as they are measured. */
#include "circuit/linalg.h"
#include "circuit/pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A factor that was asked for, on its qubits. */
typedef struct basis {
    kt_factor factor;
    const kt_want *want;
} basis;

typedef struct plan {
    const kt_circuit *circuit;
    kt_arena *arena;
    basis **of_qubit;      /* NULL: nothing yet */
    uint32_t *every_qubit; /* 0, 1, 2, ... */
    basis **ordered;       /* in order of first appearance; at most one a qubit */
    size_t count;
} plan;

static bool has_observable(const kt_want *want)
{
    return want->type == KT_RESULT_EXPECTATION || want->type == KT_RESULT_VARIANCE || want->type == KT_RESULT_SAMPLE;
}

static bool same_qubits(const kt_factor *a, const kt_factor *b)
{
    return a->qubit_count == b->qubit_count && memcmp(a->qubits, b->qubits, a->qubit_count * sizeof *a->qubits) == 0;
}

/* Equal as far as numpy's allclose can tell, which the reference asks. */
static bool same_matrix(const kt_factor *a, const kt_factor *b)
{
    size_t numbers = (size_t)1 << (2 * a->qubit_count);
    for (size_t k = 0; a->matrix != b->matrix && k < numbers; k++) {
        double size = hypot(b->matrix[k].re, b->matrix[k].im);
        if (!(hypot(a->matrix[k].re - b->matrix[k].re, a->matrix[k].im - b->matrix[k].im) <= 1e-8 + 1e-5 * size))
            return false;
    }
    return true;
}

/* " in line 7", or nothing for a circuit built from C. */
static const char *place(const plan *p, kt_source source)
{
    const char *text = source.line == 0 ? "" : kt_arena_printf(p->arena, " in line %u", source.line);
    return text == NULL ? "" : text;
}

static int conflict(const plan *p, const basis *earlier, const basis *later, uint32_t qubit, kt_error *err)
{
    static const char *const words[] = { "i", "x", "y", "z", "h", "hermitian" };
    uint32_t label = kt_circuit_label(p->circuit, qubit);
    const char *first = place(p, earlier->want->source), *second = place(p, later->want->source);
    if (!same_qubits(&earlier->factor, &later->factor))
        return kt_fail(err, KT_E_INVALID,
                       "qubit part of incompatible results targets: qubit %u is part of %u measured together%s and of "
                       "%u%s in another grouping or order; ask for them in separate runs, or with shots=0",
                       label, earlier->factor.qubit_count, first, later->factor.qubit_count, second);
    return kt_fail(
        err, KT_E_INVALID,
        "conflicting result types applied to a single qubit: qubit %u is to be measured in %s%s and in %s%s%s; "
        "ask for them in separate runs, or with shots=0",
        label, words[earlier->factor.kind], first, earlier->factor.kind == later->factor.kind ? "another " : "",
        words[later->factor.kind], second);
}

static int add_factor(plan *p, const kt_want *want, const kt_factor *factor, kt_error *err)
{
    if (factor->kind == KT_OBS_I)
        return 0;
    const basis asked = { .factor = *factor, .want = want };
    bool known = false;
    for (size_t k = 0; k < factor->qubit_count; k++) {
        const basis *earlier = p->of_qubit[factor->qubits[k]];
        if (earlier == NULL)
            continue;
        if (!same_qubits(&earlier->factor, factor) || earlier->factor.kind != factor->kind ||
            (factor->kind == KT_OBS_HERMITIAN && !same_matrix(&earlier->factor, factor)))
            return conflict(p, earlier, &asked, factor->qubits[k], err);
        known = true;
    }
    if (known)
        return 0;
    basis *kept = kt_arena_copy(p->arena, &asked, sizeof asked);
    if (kept == NULL)
        return kt_fail_nomem(err, sizeof asked, "a measured basis");
    for (size_t k = 0; k < factor->qubit_count; k++)
        p->of_qubit[factor->qubits[k]] = kept;
    p->ordered[p->count++] = kept;
    return 0;
}

static int add_to_every_qubit(plan *p, const kt_want *want, kt_error *err)
{
    for (uint32_t q = 0; q < (uint32_t)kt_circuit_qubit_count(p->circuit); q++) {
        kt_factor factor = want->terms[0].factors[0];
        factor.qubit_count = 1;
        factor.qubits = &p->every_qubit[q];
        int rc = add_factor(p, want, &factor, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int add_want(plan *p, const kt_want *want, kt_error *err)
{
    if (!has_observable(want))
        return 0;
    if (want->all_qubits)
        return add_to_every_qubit(p, want, err);
    for (size_t k = 0; k < want->term_count; k++) {
        for (size_t j = 0; j < want->terms[k].factor_count; j++) {
            int rc = add_factor(p, want, &want->terms[k].factors[j], err);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

static int rotate_gate(kt_circuit *out, kt_gate gate, const basis *b, const kt_angle *angle, kt_error *err)
{
    const kt_op op = { .kind = KT_OP_GATE,
                       .gate = (uint8_t)gate,
                       .qubit_count = 1,
                       .qubits = b->factor.qubits,
                       .angle_count = angle == NULL ? 0 : 1,
                       .angles = angle,
                       .power = 1,
                       .source = b->want->source };
    return kt_circuit_add_op(out, &op, err);
}

/* The adjoint of the eigenvectors: eigenvalue number k, ascending, is then measured as the bits of k. */
static int rotate_hermitian(plan *p, kt_circuit *out, const basis *b, kt_error *err)
{
    size_t n = (size_t)1 << b->factor.qubit_count;
    double *values = KT_ARENA_ARRAY(p->arena, double, n);
    kt_complex *vectors = KT_ARENA_ARRAY(p->arena, kt_complex, 2 * n * n);
    if (values == NULL || vectors == NULL)
        return kt_fail_nomem(err, 2 * n * n * sizeof *vectors, "eigenvectors of an observable");
    int rc = kt_mat_eigen_hermitian(n, b->factor.matrix, values, vectors, err);
    if (rc < 0)
        return rc;
    kt_mat_adjoint(n, vectors, vectors + n * n);
    const kt_op op = { .kind = KT_OP_UNITARY,
                       .qubit_count = b->factor.qubit_count,
                       .qubits = b->factor.qubits,
                       .matrix = vectors + n * n,
                       .matrix_count = 1,
                       .power = 1,
                       .source = b->want->source };
    return kt_circuit_add_op(out, &op, err);
}

static int rotate(plan *p, kt_circuit *out, const basis *b, kt_error *err)
{
    static const kt_angle eighth_back = { .value = -M_PI / 4 };
    int rc;
    switch (b->factor.kind) {
    case KT_OBS_X: return rotate_gate(out, KT_GATE_H, b, NULL, err);
    case KT_OBS_Y:
        rc = rotate_gate(out, KT_GATE_SI, b, NULL, err);
        return rc < 0 ? rc : rotate_gate(out, KT_GATE_H, b, NULL, err);
    case KT_OBS_H: return rotate_gate(out, KT_GATE_RY, b, &eighth_back, err);
    case KT_OBS_HERMITIAN: return rotate_hermitian(p, out, b, err);
    default: return 0;
    }
}

static int add_ops(const kt_circuit *from, bool measures, bool others, kt_circuit *out, kt_error *err)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(from, &count);
    for (size_t k = 0; k < count; k++) {
        if (!(ops[k].kind == KT_OP_MEASURE ? measures : others))
            continue;
        int rc = kt_circuit_add_op(out, &ops[k], err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Operations, rotations, wants. Measurements that nothing follows move behind the rotations, so that they show the
 * rotated basis; others stay where they act. */
static int write_circuit(plan *p, kt_circuit *out, kt_error *err)
{
    kt_circuit_facts facts;
    size_t want_count;
    const kt_want *wants = kt_circuit_wants(p->circuit, &want_count);
    int rc = kt_pass_facts(p->circuit, &facts, err);
    bool moves = rc == 0 && facts.terminal_measurements;
    if (rc == 0)
        rc = add_ops(p->circuit, !moves, true, out, err);
    for (size_t k = 0; rc == 0 && k < p->count; k++)
        rc = rotate(p, out, p->ordered[k], err);
    if (rc == 0 && moves)
        rc = add_ops(p->circuit, true, false, out, err);
    for (size_t k = 0; rc >= 0 && k < want_count; k++)
        rc = kt_circuit_add_want(out, &wants[k], err);
    return rc < 0 ? rc : 0;
}

int kt_pass_measure_basis(const kt_circuit *c, kt_circuit **out, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    KT_OWN(kt_circuit) *rotated = NULL;
    size_t want_count, qubits = (size_t)kt_circuit_qubit_count(c) + 1;
    const kt_want *wants = kt_circuit_wants(c, &want_count);
    plan p = { .circuit = c, .arena = arena };
    if (arena != NULL) {
        p.of_qubit = KT_ARENA_ARRAY(arena, basis *, qubits);
        p.ordered = KT_ARENA_ARRAY(arena, basis *, qubits);
        p.every_qubit = KT_ARENA_ARRAY(arena, uint32_t, qubits);
    }
    if (arena == NULL || kt_arena_failed(arena))
        return kt_fail_nomem(err, qubits * sizeof(basis *), "measured bases");
    for (uint32_t q = 0; q < qubits; q++)
        p.every_qubit[q] = q;
    int rc = 0;
    for (size_t k = 0; rc == 0 && k < want_count; k++)
        rc = add_want(&p, &wants[k], err);
    if (rc == 0)
        rc = kt_circuit_new_like(c, &rotated, err);
    if (rc == 0)
        rc = write_circuit(&p, rotated, err);
    if (rc == 0)
        *out = KT_GIVE(rotated);
    return rc;
}
