/* SPDX-License-Identifier: Apache-2.0 */
/* state.c - the memory of a state: making, copying, growing (see state.h).
 * A big state is a mapping of its own, aligned to 2 MiB so that the system can back it by huge pages (about 20 % faster
 * passes, simulation.md); its pages are zero when first touched, by whichever thread touches them. A small one is
 * plain zeroed memory. Either way only the one amplitude that is not zero is written. */
#include "sim/state_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20, MAPPED_FROM = 4 << 20, MOST_BITS = 59 };

uint64_t kt_state_bytes(int qubits, bool density)
{
    const int64_t bits = density ? 2 * (int64_t)qubits : qubits;
    if (bits < 0 || bits > MOST_BITS)
        return UINT64_MAX;
    return sizeof(kt_complex) << bits;
}

/* Sets amps, allocation and mapped_bytes: zeroed memory for `blocks` blocks. */
static int take_memory(kt_state *state, kt_error *err)
{
    const uint64_t bytes = state->blocks * KT_BLOCK_DOUBLES * sizeof(double);
    char *raw;
    uintptr_t align;
    if (bytes < MAPPED_FROM) {
        align = ALIGNMENT;
        state->mapped_bytes = 0;
        raw = calloc(1, (size_t)bytes + ALIGNMENT);
        if (!raw)
            return kt_fail_nomem(err, (size_t)bytes, "a quantum state");
    } else {
        align = HUGE_PAGE;
        state->mapped_bytes = (size_t)bytes + HUGE_PAGE;
        raw = mmap(NULL, state->mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (raw == MAP_FAILED)
            return kt_fail_nomem(err, (size_t)bytes, "a quantum state");
        /* Advice only: where huge pages are off, small ones serve. */
        (void)madvise(raw, state->mapped_bytes, MADV_HUGEPAGE);
    }
    state->allocation = raw;
    state->amps = (double *)(raw + (-(uintptr_t)raw & (align - 1)));
    return 0;
}

static void give_memory(kt_state *state)
{
    if (state->mapped_bytes)
        munmap(state->allocation, state->mapped_bytes);
    else
        free(state->allocation);
}

static uint64_t blocks_of(uint64_t count)
{
    return count < KT_LANES ? 1 : count / KT_LANES;
}

static int new_zero(int qubits, bool density, kt_pool *pool, kt_state **out, kt_error *err)
{
    const uint64_t bytes = kt_state_bytes(qubits, density);
    if (bytes == UINT64_MAX)
        return kt_fail(err, KT_E_NOMEM, "a %s of %d qubits can't be addressed", density ? "density matrix" : "state",
                       qubits);
    kt_state *state = calloc(1, sizeof *state);
    if (!state)
        return kt_fail_nomem(err, sizeof *state, "a quantum state");
    state->qubits = qubits;
    state->density = density;
    state->count = bytes / sizeof(kt_complex);
    state->blocks = blocks_of(state->count);
    state->pool = pool;
    state->kernels = pool ? kt_pool_kernels(pool) : kt_kernels_best();
    const int rc = take_memory(state, err);
    if (rc < 0) {
        free(state);
        return rc;
    }
    *out = state;
    return 0;
}

int kt_state_new(int qubits, bool density, kt_pool *pool, kt_state **out, kt_error *err)
{
    kt_state *state = NULL;
    const int rc = new_zero(qubits, density, pool, &state, err);
    if (rc < 0)
        return rc;
    state->amps[0] = 1;
    *out = state;
    return 0;
}

void kt_state_free(kt_state *state)
{
    if (!state)
        return;
    give_memory(state);
    free(state);
}

typedef struct copy_job {
    double *to;
    const double *from;
} copy_job;

static void copy_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    const copy_job *job = ctx;
    (void)chunk;
    memcpy(job->to + begin * KT_BLOCK_DOUBLES, job->from + begin * KT_BLOCK_DOUBLES,
           (size_t)(end - begin) * KT_BLOCK_DOUBLES * sizeof(double));
}

int kt_state_assign(kt_state *to, const kt_state *from)
{
    copy_job job = { to->amps, from->amps };
    kt_state_each(to, from->blocks, KT_CHUNK_BLOCKS, from->blocks, copy_chunk, &job);
    return 0;
}

int kt_state_copy(const kt_state *state, kt_state **out, kt_error *err)
{
    kt_state *copy = NULL;
    const int rc = new_zero(state->qubits, state->density, state->pool, &copy, err);
    if (rc < 0)
        return rc;
    copy->kernels = state->kernels;
    kt_state_assign(copy, state);
    *out = copy;
    return 0;
}

int kt_state_grow(kt_state *state, kt_error *err)
{
    kt_state *grown = NULL;
    const int rc = new_zero(state->qubits + 1, state->density, state->pool, &grown, err);
    if (rc < 0)
        return rc;
    /* A density matrix gets longer rows; a state vector is one row. */
    const uint64_t row = (uint64_t)1 << state->qubits;
    const uint64_t rows = state->density ? row : 1;
    for (uint64_t i = 0; i < rows; i++)
        memcpy(grown->amps + 2 * i * 2 * row, state->amps + 2 * i * row, (size_t)row * sizeof(kt_complex));
    grown->kernels = state->kernels;
    give_memory(state);
    *state = *grown;
    free(grown);
    return 0;
}

int kt_state_qubits(const kt_state *state)
{
    return state->qubits;
}

bool kt_state_is_density(const kt_state *state)
{
    return state->density;
}

kt_pool *kt_state_pool(const kt_state *state)
{
    return state->pool;
}

kt_complex *kt_state_data(kt_state *state)
{
    return (kt_complex *)state->amps;
}

const kt_complex *kt_state_data_const(const kt_state *state)
{
    return (const kt_complex *)state->amps;
}

void kt_state_use_kernels(kt_state *state, const kt_kernels *kernels)
{
    state->kernels = kernels;
}

uint64_t kt_state_grain(uint64_t items, uint64_t least)
{
    const uint64_t grain = items / KT_MOST_CHUNKS;
    return grain > least ? grain : least;
}

void kt_state_each(const kt_state *state, uint64_t items, uint64_t grain, uint64_t blocks, kt_pool_body *body,
                   void *ctx)
{
    kt_pool_each(blocks >= KT_THREADED_BLOCKS ? state->pool : NULL, items, grain, body, ctx);
}
