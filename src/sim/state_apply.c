/* SPDX-License-Identifier: Apache-2.0 */
/* state_apply.c - operations on a state: makes the plan of a matrix and lets the threads run it chunk by chunk.
 * All pieces of a plan are applied to a chunk while it is in the cache. On a density matrix a matrix acts on the row
 * bits and its conjugate on the column bits; for one bit without controls both happen in one pass, unless that would
 * be a dense 4 x 4 matrix inside blocks, which costs more than two passes. */
#include "circuit/gate.h"
#include "sim/plan.h"

#include <stdlib.h>
#include <string.h>

/* PART_BLOCKS: 32 KiB, what the nearest cache holds while several pieces go over it. */
enum { SMALL_TARGETS = 3, PART_BLOCKS = 512 };

typedef struct plan_job {
    const kt_plan *plan;
    const kt_kernels *kernels;
    double *amps;
} plan_job;

static void run_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    const plan_job *job = ctx;
    (void)chunk;
    uint64_t part = end - begin;
    if (job->plan->piece_count > 1) {
        part = PART_BLOCKS / job->plan->group_blocks;
        part = part < KT_LANES ? KT_LANES : part;
    }
    for (; begin < end; begin += part)
        kt_plan_run(job->plan, job->kernels, job->amps, begin, end - begin < part ? end : begin + part);
}

static void run_plan(kt_state *state, const kt_plan *plan)
{
    plan_job job = { plan, state->kernels, state->amps };
    uint64_t grain = KT_CHUNK_BLOCKS / plan->group_blocks;
    kt_state_each(state, plan->groups, grain < KT_LANES ? KT_LANES : grain, plan->groups * plan->group_blocks,
                  run_chunk, &job);
}

void kt_state_small_bit_op(kt_state *state, const kt_bit_op *op)
{
    kt_plan_small small;
    const kt_plan_room room = { small.pieces, small.coefs, small.offsets, small.matrix };
    kt_plan plan;
    kt_plan_make(&plan, &room, op, state->blocks);
    run_plan(state, &plan);
}

int kt_state_bit_op(kt_state *state, const kt_bit_op *op, kt_error *err)
{
    if (op->k <= KT_PLAN_SMALL_BITS) {
        kt_state_small_bit_op(state, op);
        return 0;
    }
    const size_t size = (size_t)1 << op->k;
    const size_t bytes = 2 * size * sizeof(kt_coef) + size * (sizeof(kt_piece) + sizeof(uint64_t)) +
                         size * size * sizeof(kt_complex) + sizeof(kt_coef);
    char *memory = malloc(bytes);
    if (!memory)
        return kt_fail_nomem(err, bytes, "a gate's plan");
    kt_plan_room room;
    room.coefs = (kt_coef *)(memory + (-(uintptr_t)memory & (sizeof(kt_coef) / 2 - 1)));
    room.matrix = (kt_complex *)(room.coefs + 2 * size);
    room.offsets = (uint64_t *)(room.matrix + size * size);
    room.pieces = (kt_piece *)(room.offsets + size);
    kt_plan plan;
    kt_plan_make(&plan, &room, op, state->blocks);
    run_plan(state, &plan);
    free(memory);
    return 0;
}

/* a (x) conj(b) for 2 x 2 matrices, the first factor most significant. */
static void with_conjugate(const kt_complex *m, kt_complex *out)
{
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 4; column++) {
            const kt_complex a = m[(row >> 1) * 2 + (column >> 1)], b = m[(row & 1) * 2 + (column & 1)];
            out[row * 4 + column] = (kt_complex){ a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im };
        }
    }
}

static void shift_bits(kt_bit_op *op, int by)
{
    for (int i = 0; i < op->k; i++)
        op->bits[i] += (uint32_t)by;
    op->control_mask <<= by;
    op->control_value <<= by;
}

/* M on the rows, then conj(M) on the columns. */
static int apply_both_sides(kt_state *state, const kt_bit_op *op, kt_error *err)
{
    const size_t numbers = (size_t)1 << 2 * op->k;
    kt_complex small[1 << 2 * SMALL_TARGETS];
    kt_complex *conjugate = op->k <= SMALL_TARGETS ? small : malloc(numbers * sizeof *conjugate);
    if (!conjugate)
        return kt_fail_nomem(err, numbers * sizeof *conjugate, "a gate's matrix");
    for (size_t i = 0; i < numbers; i++)
        conjugate[i] = (kt_complex){ op->matrix[i].re, -op->matrix[i].im };
    kt_bit_op rows = *op, columns = *op;
    shift_bits(&rows, state->qubits);
    columns.matrix = conjugate;
    int rc = kt_state_bit_op(state, &rows, err);
    if (rc == 0)
        rc = kt_state_bit_op(state, &columns, err);
    if (conjugate != small)
        free(conjugate);
    return rc;
}

static bool is_dense(const kt_complex m[4])
{
    return kt_norm2(m[1]) != 0 && kt_norm2(m[0]) != 0;
}

static int apply(kt_state *state, const kt_bit_op *op, kt_error *err)
{
    if (!state->density)
        return kt_state_bit_op(state, op, err);
    if (op->k == 0 && op->control_mask == 0) /* a phase of everything: no density matrix shows it */
        return 0;
    if (op->k == 1 && op->control_mask == 0 && (op->bits[0] >= KT_LANE_BITS || !is_dense(op->matrix))) {
        kt_complex both[16];
        with_conjugate(op->matrix, both);
        kt_state_superoperator(state, both, 1, op->bits);
        return 0;
    }
    return apply_both_sides(state, op, err);
}

static int make_bit_op(kt_bit_op *op, const kt_complex *matrix, int k, const uint32_t *positions, kt_error *err)
{
    if (k < 0 || k > KT_PLAN_MOST_BITS)
        return kt_fail(err, KT_E_LIMIT, "a gate on %d qubits is over the limit of %d", k, KT_PLAN_MOST_BITS);
    *op = (kt_bit_op){ .matrix = matrix, .k = k };
    for (int i = 0; i < k; i++)
        op->bits[i] = positions[i];
    return 0;
}

int kt_state_apply_matrix(kt_state *state, const kt_complex *matrix, int k, const uint32_t *positions, int controls,
                          const uint32_t *control_positions, uint64_t control_states, kt_error *err)
{
    kt_bit_op op;
    const int rc = make_bit_op(&op, matrix, k, positions, err);
    if (rc < 0)
        return rc;
    for (int i = 0; i < controls; i++) {
        op.control_mask |= (uint64_t)1 << control_positions[i];
        op.control_value |= (control_states >> i & 1) << control_positions[i];
    }
    return apply(state, &op, err);
}

int kt_state_apply_left(kt_state *state, const kt_complex *matrix, int k, const uint32_t *positions, kt_error *err)
{
    kt_bit_op op;
    const int rc = make_bit_op(&op, matrix, k, positions, err);
    if (rc < 0)
        return rc;
    if (state->density)
        shift_bits(&op, state->qubits);
    return kt_state_bit_op(state, &op, err);
}

int kt_state_apply(kt_state *state, const kt_op *op, const uint32_t *positions, kt_error *err)
{
    const int controls = op->control_count, k = (int)op->qubit_count - controls;
    if (k > KT_PLAN_MOST_BITS)
        return kt_fail(err, KT_E_LIMIT, "a gate on %d qubits is over the limit of %d", k, KT_PLAN_MOST_BITS);
    const size_t numbers = (size_t)1 << 2 * k;
    kt_complex small[1 << 2 * SMALL_TARGETS];
    kt_complex *matrix = k <= SMALL_TARGETS ? small : malloc(numbers * sizeof *matrix);
    if (!matrix)
        return kt_fail_nomem(err, numbers * sizeof *matrix, "a gate's matrix");
    int rc = kt_op_matrix(op, matrix, err);
    if (rc == 0)
        rc =
            kt_state_apply_matrix(state, matrix, k, positions + controls, controls, positions, op->control_states, err);
    if (matrix != small)
        free(matrix);
    return rc;
}

void kt_state_superoperator(kt_state *state, const kt_complex *matrix, int k, const uint32_t *positions)
{
    kt_bit_op op = { .matrix = matrix, .k = 2 * k };
    for (int i = 0; i < k; i++) {
        op.bits[i] = positions[i] + (uint32_t)state->qubits;
        op.bits[k + i] = positions[i];
    }
    kt_state_small_bit_op(state, &op);
}

/* A 2 x 2 matrix that needs no memory: never fails. */
static void apply_one(kt_state *state, const kt_complex matrix[4], uint32_t position)
{
    kt_bit_op op = { .matrix = matrix, .k = 1, .bits = { position } };
    if (!state->density) {
        kt_state_small_bit_op(state, &op);
        return;
    }
    kt_complex both[16];
    with_conjugate(matrix, both);
    kt_state_superoperator(state, both, 1, op.bits);
}

void kt_state_collapse(kt_state *state, uint32_t position, int outcome, double probability)
{
    kt_complex matrix[4] = { 0 };
    if (!state->density) {
        matrix[outcome ? 3 : 0].re = 1 / __builtin_sqrt(probability);
        apply_one(state, matrix, position);
        return;
    }
    kt_complex both[16] = { 0 };
    both[outcome ? 15 : 0].re = 1 / probability;
    kt_state_superoperator(state, both, 1, &position);
}

void kt_state_flip(kt_state *state, uint32_t position)
{
    static const kt_complex x[4] = { { 0, 0 }, { 1, 0 }, { 1, 0 }, { 0, 0 } };
    apply_one(state, x, position);
}
