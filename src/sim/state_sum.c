/* SPDX-License-Identifier: Apache-2.0 */
/* state_sum.c - single numbers out of a state: norm, probability of a bit, parity, Pauli expectation, inner product.
 * Chunks have borders that depend on the size only; in a chunk, parts of fixed length are added one after another with
 * compensation, then the chunks in their order: the same bits for any number of threads. */
#include "sim/state_priv.h"

/* Compensated (Neumaier) sum. */
typedef struct sum {
    double value, lost;
} sum;

static void add(sum *s, double x)
{
    const double total = s->value + x;
    s->lost += __builtin_fabs(s->value) >= __builtin_fabs(x) ? (s->value - total) + x : (x - total) + s->value;
    s->value = total;
}

/* What is summed over the walk: squares when kernel is NULL, else the bilinear kernel's terms. */
typedef struct sum_job {
    const kt_state *state;
    kt_walk walk;
    uint64_t x_mask, z_mask;
    const double *weights;
    int lane_xor, crossed;
    bool squares;
    double partial[KT_MOST_CHUNKS];
} sum_job;

static void sum_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    sum_job *job = ctx;
    const kt_kernels *kernels = job->state->kernels;
    sum total = { 0, 0 };
    for (uint64_t part = begin; part < end; part += KT_CHUNK_BLOCKS) {
        const uint64_t stop = end - part < KT_CHUNK_BLOCKS ? end : part + KT_CHUNK_BLOCKS;
        const kt_walk walk = { job->walk.mask, job->walk.base, part, stop, false };
        add(&total, job->squares ? kernels->norm(job->state->amps, &walk, job->weights)
                                 : kernels->bilinear[job->lane_xor][job->crossed](job->state->amps, &walk, job->x_mask,
                                                                                  job->z_mask, job->weights));
    }
    job->partial[chunk] = total.value + total.lost;
}

static double run_sum(sum_job *job)
{
    const uint64_t groups = job->state->blocks >> __builtin_popcountll(job->walk.mask);
    const uint64_t grain = kt_state_grain(groups, KT_CHUNK_BLOCKS);
    kt_state_each(job->state, groups, grain, groups, sum_chunk, job);
    sum total = { 0, 0 };
    for (uint64_t chunk = 0; chunk * grain < groups; chunk++)
        add(&total, job->partial[chunk]);
    return total.value + total.lost;
}

static bool odd(uint64_t bits)
{
    return __builtin_parityll(bits) != 0;
}

/* Sum over the diagonal of a density matrix of +-Re rho[i][i ^ x] (or of the imaginary parts). */
static double density_sum(const kt_state *state, uint64_t x_mask, uint64_t z_mask, bool imaginary)
{
    const uint64_t size = (uint64_t)1 << state->qubits;
    const kt_complex *rho = kt_state_data_const(state);
    sum total = { 0, 0 };
    for (uint64_t i = 0; i < size; i++) {
        const kt_complex entry = rho[i * size + (i ^ x_mask)];
        const double value = imaginary ? entry.im : entry.re;
        add(&total, odd(i & z_mask) ? -value : value);
    }
    return total.value + total.lost;
}

double kt_state_norm(const kt_state *state)
{
    if (state->density)
        return density_sum(state, 0, 0, false);
    static const double ones[KT_LANES] = { 1, 1, 1, 1 };
    sum_job job = { .state = state, .weights = ones, .squares = true };
    return run_sum(&job);
}

double kt_state_probability_one(const kt_state *state, uint32_t position)
{
    if (state->density) {
        const uint64_t size = (uint64_t)1 << state->qubits;
        sum total = { 0, 0 };
        for (uint64_t i = 0; i < size; i++)
            if (i >> position & 1)
                add(&total, kt_state_data_const(state)[i * (size + 1)].re);
        return total.value + total.lost;
    }
    double weights[KT_LANES];
    for (unsigned lane = 0; lane < KT_LANES; lane++)
        weights[lane] = position >= KT_LANE_BITS || (lane >> position & 1);
    sum_job job = { .state = state, .weights = weights, .squares = true };
    if (position >= KT_LANE_BITS)
        job.walk.mask = job.walk.base = (uint64_t)1 << (position - KT_LANE_BITS);
    return run_sum(&job);
}

/* P|i> = c(i) |i ^ x> with c(i) = i^y (-1)^popcount(i & z) and y the number of Ys; <P> = sum conj(a[i ^ x]) c(i) a[i].
 * The terms of i and i ^ x are conjugates: twice the real part of those with the highest bit of x at 0, when x reaches
 * beyond the lanes. For even y the real part is +-Re(conj(a[i ^ x]) a[i]), for odd y it is -+Im. */
double kt_state_pauli_expectation(const kt_state *state, uint64_t x_mask, uint64_t z_mask)
{
    const int y = __builtin_popcountll(x_mask & z_mask);
    const bool crossed = y & 1;
    if (state->density) {
        /* tr(rho P) = sum c(i) rho[i][i ^ x] */
        const double value = density_sum(state, x_mask, z_mask, crossed);
        return (crossed ? ((y >> 1) & 1) == 0 : ((y >> 1) & 1)) ? -value : value;
    }
    const double turn = (crossed ? ((y >> 1) & 1) == 0 : ((y >> 1) & 1)) ? -1 : 1;
    double weights[KT_BLOCK_DOUBLES];
    for (unsigned i = 0; i < KT_BLOCK_DOUBLES; i++) {
        weights[i] = odd((i >> 1) & z_mask) ? -turn : turn;
        if (crossed && (i & 1) == 0) /* re(i) * im(i ^ x) counts negative in Im(conj(a[i ^ x]) a[i]) */
            weights[i] = -weights[i];
    }
    sum_job job = { .state = state,
                    .x_mask = x_mask >> KT_LANE_BITS,
                    .z_mask = z_mask >> KT_LANE_BITS,
                    .weights = weights,
                    .lane_xor = (int)(x_mask & (KT_LANES - 1)),
                    .crossed = crossed };
    if (job.x_mask == 0)
        return run_sum(&job);
    job.walk.mask = (uint64_t)1 << (63 - __builtin_clzll(job.x_mask));
    return 2 * run_sum(&job);
}

typedef struct inner_job {
    const kt_state *a, *b;
    double re[KT_MOST_CHUNKS], im[KT_MOST_CHUNKS];
} inner_job;

static void inner_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    inner_job *job = ctx;
    sum re = { 0, 0 }, im = { 0, 0 };
    for (uint64_t part = begin; part < end; part += KT_CHUNK_BLOCKS) {
        const uint64_t stop = end - part < KT_CHUNK_BLOCKS ? end : part + KT_CHUNK_BLOCKS;
        const kt_complex value = job->a->kernels->inner(job->a->amps, job->b->amps, part, stop);
        add(&re, value.re);
        add(&im, value.im);
    }
    job->re[chunk] = re.value + re.lost;
    job->im[chunk] = im.value + im.lost;
}

kt_complex kt_state_inner(const kt_state *a, const kt_state *b)
{
    inner_job job = { .a = a, .b = b };
    const uint64_t grain = kt_state_grain(a->blocks, KT_CHUNK_BLOCKS);
    kt_state_each(a, a->blocks, grain, a->blocks, inner_chunk, &job);
    sum re = { 0, 0 }, im = { 0, 0 };
    for (uint64_t chunk = 0; chunk * grain < a->blocks; chunk++) {
        add(&re, job.re[chunk]);
        add(&im, job.im[chunk]);
    }
    return (kt_complex){ re.value + re.lost, im.value + im.lost };
}
