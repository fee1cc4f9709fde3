/* SPDX-License-Identifier: Apache-2.0 */
/* state_priv.h - what the files of the state share: its inside, and how a matrix becomes work on bits.
 * A BIT is a bit of the vector's index: for a state vector the positions themselves, for a density matrix column
 * bits 0 .. n-1 and row bits n .. 2n-1. */
#ifndef KT_SIM_STATE_PRIV_H
#define KT_SIM_STATE_PRIV_H

#include "sim/kernels/kernels.h"
#include "sim/state.h"

struct kt_state {
    int qubits;
    bool density;
    uint64_t count;   /* amplitudes: 2^n or 4^n */
    uint64_t blocks;  /* of four amplitudes; at least one, filled with zeros */
    double *amps;     /* aligned to 64 bytes */
    void *allocation; /* what to free; for a mapping also how long it is, else 0 */
    size_t mapped_bytes;
    kt_pool *pool;
    const kt_kernels *kernels;
};

/* A matrix on k bits (first = most significant) where control bits have the given values. */
typedef struct kt_bit_op {
    const kt_complex *matrix;
    int k;
    uint32_t bits[10];
    uint64_t control_mask, control_value;
} kt_bit_op;
int kt_state_bit_op(kt_state *state, const kt_bit_op *op, kt_error *err);
/* The same for k <= 4 and the whole matrix dense or not: needs no memory and can't fail. */
void kt_state_small_bit_op(kt_state *state, const kt_bit_op *op);

/* A 4^k x 4^k matrix on a density matrix's (rows of positions, columns of positions): rho -> sum K rho K^dagger.
 * k = 1 or 2; row and column index: (row bits, column bits), rows most significant. */
void kt_state_superoperator(kt_state *state, const kt_complex *matrix, int k, const uint32_t *positions);

/* Chunks: as many items as a chunk should have so that there are at most KT_MOST_CHUNKS; depends on the size only. */
enum { KT_CHUNK_BLOCKS = 1 << 12, KT_MOST_CHUNKS = 1024, KT_THREADED_BLOCKS = 1 << 13 };
uint64_t kt_state_grain(uint64_t items, uint64_t least);
/* Calls body over [0, items) in chunks of grain; on the caller alone when `blocks` says that the work is small. */
void kt_state_each(const kt_state *state, uint64_t items, uint64_t grain, uint64_t blocks, kt_pool_body *body,
                   void *ctx);

/* Another row of kernels than the best one; for tests and measurements. */
void kt_state_use_kernels(kt_state *state, const kt_kernels *kernels);

static inline double kt_norm2(kt_complex a)
{
    return a.re * a.re + a.im * a.im;
}

#endif
