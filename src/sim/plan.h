/* SPDX-License-Identifier: Apache-2.0 */
/* plan.h - from a matrix on some bits to the least work on memory.
 * A matrix falls into components: sets of basis patterns that it mixes with one another. A diagonal has components of
 * one pattern (a scale, or nothing when the factor is 1), x, cnot, swap, xx, xy, damping and most noise have pairs, a
 * dense two-qubit gate has one of four. Each component becomes one piece for one kernel and touches only its own
 * amplitudes; a control is the same thing seen from the bits: it is fixed in the walk. Patterns that lie in the same
 * blocks share a piece, their coefficients lane by lane. */
#ifndef KT_SIM_PLAN_H
#define KT_SIM_PLAN_H

#include "sim/state_priv.h"

enum { KT_PLAN_SMALL_BITS = 4, KT_PLAN_MOST_BITS = 10 };

typedef enum kt_piece_kind {
    KT_PIECE_SCALE,
    KT_PIECE_PAIR,
    KT_PIECE_EXCHANGE,
    KT_PIECE_LONE,
    KT_PIECE_QUAD,
    KT_PIECE_GATHER
} kt_piece_kind;

typedef struct kt_piece {
    uint8_t kind, lane_xor, variant;
    uint64_t slot, step; /* first block, and from it to the second, relative to a group's base */
    kt_coef *coefs;
    size_t size; /* QUAD, GATHER: patterns, their offsets (blocks; amplitudes) and matrix */
    uint64_t *offsets;
    const kt_complex *matrix;
} kt_piece;

typedef struct kt_plan {
    uint64_t mask, base;           /* of the walk over blocks */
    uint64_t amp_mask, amp_base;   /* of the walk over amplitudes */
    int amp_shift;                 /* a group of blocks is 2^amp_shift groups of amplitudes */
    uint64_t groups, group_blocks; /* how many, and how many blocks each touches at most */
    bool far;                      /* see kt_walk */
    size_t piece_count;
    kt_piece *pieces;
} kt_plan;

/* Room for a plan of k bits: k <= KT_PLAN_SMALL_BITS fits kt_plan_small. */
typedef struct kt_plan_small {
    kt_piece pieces[16];
    kt_coef coefs[32];
    uint64_t offsets[16];
    kt_complex matrix[256];
} kt_plan_small;

typedef struct kt_plan_room {
    kt_piece *pieces;
    kt_coef *coefs;
    uint64_t *offsets;
    kt_complex *matrix;
} kt_plan_room;

/* plan lives as long as room and op->matrix. */
void kt_plan_make(kt_plan *plan, const kt_plan_room *room, const kt_bit_op *op, uint64_t blocks);
/* Applies pieces to groups [begin, end). */
void kt_plan_run(const kt_plan *plan, const kt_kernels *kernels, double *amps, uint64_t begin, uint64_t end);

#endif
