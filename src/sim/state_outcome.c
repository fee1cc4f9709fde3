/* SPDX-License-Identifier: Apache-2.0 */
/* state_outcome.c - measuring: probabilities of outcomes, samples, reduced density matrices.
 * Work is cut by basis index into chunks of 2^14 amplitudes (or by outcome), never by the number of threads. */
#include "sim/state_priv.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_BITS = 14, SLICE_BITS = 6, MOST_REDUCED = 12 };

/* |a|^2 of a basis state, or a density matrix's diagonal, where rounding may leave a trace below zero. */
static double probability_at(const kt_state *state, uint64_t index)
{
    const kt_complex *data = kt_state_data_const(state);
    if (!state->density)
        return kt_norm2(data[index]);
    const double p = data[index * (((uint64_t)1 << state->qubits) + 1)].re;
    return p > 0 ? p : 0;
}

static double sum_of_range(const kt_state *state, uint64_t begin, uint64_t end)
{
    static const double ones[KT_LANES] = { 1, 1, 1, 1 };
    double total = 0;
    if (!state->density && end - begin >= KT_LANES) {
        const kt_walk walk = { .begin = begin / KT_LANES, .end = end / KT_LANES };
        return state->kernels->norm(state->amps, &walk, ones);
    }
    for (uint64_t i = begin; i < end; i++)
        total += probability_at(state, i);
    return total;
}

/* The bits of index at the positions, the first one highest. */
static uint64_t outcome_of(uint64_t index, int k, const uint32_t *positions)
{
    uint64_t outcome = 0;
    for (int i = 0; i < k; i++)
        outcome = outcome << 1 | (index >> positions[i] & 1);
    return outcome;
}

/* value's bits (lowest first) laid on the set bits of mask (lowest first). */
static uint64_t deposit(uint64_t value, uint64_t mask)
{
    uint64_t out = 0;
    for (; mask; mask &= mask - 1, value >>= 1)
        if (value & 1)
            out |= mask & -mask;
    return out;
}

static uint64_t position_mask(int k, const uint32_t *positions)
{
    uint64_t mask = 0;
    for (int i = 0; i < k; i++)
        mask |= (uint64_t)1 << positions[i];
    return mask;
}

/* Probabilities. The amplitudes of a chunk are added into a small histogram over the measured bits below CHUNK_BITS;
 * a task owns one value of the measured bits above and one slice of the values of the unmeasured bits above. Tasks of
 * different slices write to different arrays, which are added in order at the end. */
typedef struct probability_job {
    const kt_state *state;
    int k;
    const uint32_t *positions;
    uint64_t chunk_size, low_mask, high_mask;
    uint64_t bin_count, rest_count; /* values of measured low bits; of unmeasured high bits in one slice */
    int high_bits;
    const uint16_t *bin;     /* [chunk_size] */
    const uint64_t *outcome; /* [bin_count]: outcome bits of a bin */
    double *out;             /* [slices][2^k] */
} probability_job;

static void probability_task(const probability_job *job, uint64_t task)
{
    double bins[1 << CHUNK_BITS];
    const uint64_t measured = deposit(task & (((uint64_t)1 << job->high_bits) - 1), job->high_mask);
    const uint64_t slice = task >> job->high_bits;
    double *out = job->out + (slice << job->k) + outcome_of(measured, job->k, job->positions);
    for (uint64_t rest = slice * job->rest_count; rest < (slice + 1) * job->rest_count; rest++) {
        const uint64_t base = (kt_spread(rest, job->high_mask >> CHUNK_BITS) << CHUNK_BITS) | measured;
        if (job->bin_count == 1) {
            bins[0] = sum_of_range(job->state, base, base + job->chunk_size);
        } else {
            memset(bins, 0, (size_t)job->bin_count * sizeof *bins);
            for (uint64_t i = 0; i < job->chunk_size; i++)
                bins[job->bin[i]] += probability_at(job->state, base + i);
        }
        for (uint64_t i = 0; i < job->bin_count; i++)
            out[job->outcome[i]] += bins[i];
    }
}

static void probability_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    (void)chunk;
    for (uint64_t task = begin; task < end; task++)
        probability_task(ctx, task);
}

static void run_probability(probability_job *job, int slice_bits, double *out)
{
    const uint64_t tasks = (uint64_t)1 << (job->high_bits + slice_bits);
    kt_state_each(job->state, tasks, 1, job->state->blocks, probability_chunk, job);
    if (slice_bits == 0)
        return;
    const uint64_t outcomes = (uint64_t)1 << job->k;
    for (uint64_t i = 0; i < outcomes; i++) {
        double sum = 0;
        for (uint64_t slice = 0; slice < (uint64_t)1 << slice_bits; slice++)
            sum += job->out[(slice << job->k) + i];
        out[i] = sum;
    }
}

int kt_state_probabilities(const kt_state *state, int k, const uint32_t *positions, double *out, kt_error *err)
{
    const int n = state->qubits, low = n < CHUNK_BITS ? n : CHUNK_BITS;
    const uint64_t mask = position_mask(k, positions);
    probability_job job = { .state = state, .k = k, .positions = positions, .chunk_size = (uint64_t)1 << low };
    job.low_mask = mask & (job.chunk_size - 1);
    job.high_mask = mask & ~(job.chunk_size - 1);
    job.high_bits = __builtin_popcountll(job.high_mask);
    job.bin_count = (uint64_t)1 << __builtin_popcountll(job.low_mask);
    const int rest_bits = n - low - job.high_bits;
    int slice_bits = job.high_bits < SLICE_BITS ? SLICE_BITS - job.high_bits : 0;
    if (slice_bits > rest_bits)
        slice_bits = rest_bits;
    job.rest_count = (uint64_t)1 << (rest_bits - slice_bits);

    const size_t outcomes = (size_t)1 << k;
    const size_t table_bytes = (size_t)job.bin_count * sizeof(uint64_t) + (size_t)job.chunk_size * sizeof(uint16_t);
    uint64_t *outcome = malloc(table_bytes);
    if (!outcome)
        return kt_fail_nomem(err, table_bytes, "probabilities");
    double *slices = slice_bits ? calloc(outcomes << slice_bits, sizeof *slices) : out;
    if (!slices) {
        free(outcome);
        return kt_fail_nomem(err, (outcomes << slice_bits) * sizeof *slices, "probabilities");
    }
    uint16_t *bin = (uint16_t *)(outcome + job.bin_count);
    for (uint64_t i = 0; i < job.bin_count; i++) {
        const uint64_t index = deposit(i, job.low_mask);
        outcome[i] = outcome_of(index, k, positions);
        bin[index] = (uint16_t)i;
    }
    /* An index's bin is that of its measured bits. */
    for (uint64_t i = 0; i < job.chunk_size; i++)
        bin[i] = bin[i & job.low_mask];
    job.outcome = outcome;
    job.bin = bin;
    job.out = slices;
    if (!slice_bits)
        memset(out, 0, outcomes * sizeof *out);
    run_probability(&job, slice_bits, out);
    if (slices != out)
        free(slices);
    free(outcome);
    return 0;
}

/* Sampling: the sum of each chunk, then for each chunk that is hit a walk with the running sum. */
typedef struct sample_job {
    const kt_state *state;
    int k;
    const uint32_t *positions;
    double *reach; /* sum of all probabilities before a chunk; one more at the end: the total */
    size_t *first; /* first uniform that falls into a chunk; one more at the end: count */
    const double *uniforms;
    uint64_t *outcomes;
} sample_job;

static void sum_of_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    const sample_job *job = ctx;
    job->reach[chunk] = sum_of_range(job->state, begin, end);
}

/* The basis state of a uniform is the first whose running sum exceeds it. The running sum may end a rounding short of
 * the chunk's: what is left over belongs to the last basis state that is possible at all. */
static void search_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    const sample_job *job = ctx;
    size_t i = job->first[chunk];
    const size_t stop = job->first[chunk + 1];
    const uint64_t chunks = (((uint64_t)1 << job->state->qubits) + (1 << CHUNK_BITS) - 1) >> CHUNK_BITS;
    const double total = job->reach[chunks];
    double sum = job->reach[chunk];
    uint64_t last = begin;
    for (uint64_t index = begin; index < end && i < stop; index++) {
        const double p = probability_at(job->state, index);
        if (p <= 0)
            continue;
        last = index;
        sum += p;
        for (; i < stop && job->uniforms[i] * total < sum; i++)
            job->outcomes[i] = outcome_of(index, job->k, job->positions);
    }
    for (; i < stop; i++)
        job->outcomes[i] = outcome_of(last, job->k, job->positions);
}

/* Turns sums of chunks into the sums before them and finds which uniforms fall where. A chunk without any probability
 * gets none; rounding at the end goes to the last chunk that has some. */
static void deal_uniforms(sample_job *job, uint64_t chunks, size_t count)
{
    double before = 0;
    uint64_t last = 0;
    for (uint64_t c = 0; c < chunks; c++) {
        const double sum = job->reach[c];
        if (sum > 0)
            last = c;
        job->reach[c] = before;
        before += sum;
    }
    job->reach[chunks] = before;
    size_t i = 0;
    for (uint64_t c = 0; c < chunks; c++) {
        job->first[c] = i;
        while (i < count && c <= last && (c == last || job->uniforms[i] * before < job->reach[c + 1]))
            i++;
    }
    job->first[chunks] = count;
}

int kt_state_sample(const kt_state *state, int k, const uint32_t *positions, size_t count, const double *uniforms,
                    uint64_t *outcomes, kt_error *err)
{
    const uint64_t size = (uint64_t)1 << state->qubits, grain = (uint64_t)1 << CHUNK_BITS;
    const uint64_t chunks = (size + grain - 1) / grain;
    const size_t bytes = (size_t)(chunks + 1) * (sizeof(double) + sizeof(size_t));
    double *reach = malloc(bytes);
    if (!reach)
        return kt_fail_nomem(err, bytes, "samples");
    sample_job job = { .state = state,
                       .k = k,
                       .positions = positions,
                       .reach = reach,
                       .first = (size_t *)(reach + chunks + 1),
                       .uniforms = uniforms,
                       .outcomes = outcomes };
    kt_state_each(state, size, grain, state->blocks, sum_of_chunk, &job);
    deal_uniforms(&job, chunks, count);
    kt_state_each(state, size, grain, state->blocks, search_chunk, &job);
    free(reach);
    return 0;
}

/* Reduced density matrix: row r of the answer is a task of its own. */
typedef struct reduced_job {
    const kt_state *state;
    uint64_t mask, rest_count;
    size_t size;
    const uint64_t *offsets; /* basis index of each row's bits */
    kt_complex *out;
} reduced_job;

enum { PART = 1 << 12 };

/* Adds a[row, rest] conj(a[column, rest]) over a part of the rest to sums[column], column <= row. */
static void add_products(const reduced_job *job, size_t row, uint64_t begin, uint64_t end, kt_complex *sums)
{
    const kt_complex *a = kt_state_data_const(job->state);
    uint64_t index = kt_spread(begin, job->mask);
    for (uint64_t rest = begin; rest < end; rest++, index = kt_walk_next(index, job->mask, 1)) {
        const kt_complex x = a[index + job->offsets[row]];
        for (size_t column = 0; column <= row; column++) {
            const kt_complex y = a[index + job->offsets[column]];
            sums[column].re += x.re * y.re + x.im * y.im;
            sums[column].im += x.im * y.re - x.re * y.im;
        }
    }
}

static void add_entries(const reduced_job *job, size_t row, uint64_t begin, uint64_t end, kt_complex *sums)
{
    const kt_complex *rho = kt_state_data_const(job->state);
    const uint64_t size = (uint64_t)1 << job->state->qubits;
    uint64_t index = kt_spread(begin, job->mask);
    for (uint64_t rest = begin; rest < end; rest++, index = kt_walk_next(index, job->mask, 1)) {
        for (size_t column = 0; column <= row; column++) {
            const kt_complex x = rho[(index + job->offsets[row]) * size + index + job->offsets[column]];
            sums[column].re += x.re;
            sums[column].im += x.im;
        }
    }
}

static void reduced_row(const reduced_job *job, size_t row)
{
    kt_complex sums[1 << MOST_REDUCED];
    kt_complex *out = job->out + row * job->size;
    for (uint64_t part = 0; part < job->rest_count; part += PART) {
        const uint64_t end = job->rest_count - part < PART ? job->rest_count : part + PART;
        memset(sums, 0, (row + 1) * sizeof *sums);
        if (job->state->density)
            add_entries(job, row, part, end, sums);
        else
            add_products(job, row, part, end, sums);
        for (size_t column = 0; column <= row; column++) {
            out[column].re += sums[column].re;
            out[column].im += sums[column].im;
        }
    }
    for (size_t column = 0; column < row; column++)
        job->out[column * job->size + row] = (kt_complex){ out[column].re, -out[column].im };
}

static void reduced_chunk(void *ctx, uint64_t begin, uint64_t end, uint64_t chunk)
{
    (void)chunk;
    for (uint64_t row = begin; row < end; row++)
        reduced_row(ctx, (size_t)row);
}

int kt_state_reduced(const kt_state *state, int k, const uint32_t *positions, kt_complex *out, kt_error *err)
{
    if (k > MOST_REDUCED)
        return kt_fail(err, KT_E_LIMIT, "a reduced density matrix of %d qubits is over the limit of %d", k,
                       MOST_REDUCED);
    const size_t size = (size_t)1 << k;
    uint64_t *offsets = malloc(size * sizeof *offsets);
    if (!offsets)
        return kt_fail_nomem(err, size * sizeof *offsets, "a reduced density matrix");
    for (size_t i = 0; i < size; i++) {
        offsets[i] = 0;
        for (int j = 0; j < k; j++)
            offsets[i] |= (uint64_t)(i >> (k - 1 - j) & 1) << positions[j];
    }
    memset(out, 0, size * size * sizeof *out);
    reduced_job job = { .state = state,
                        .mask = position_mask(k, positions),
                        .rest_count = (uint64_t)1 << (state->qubits - k),
                        .size = size,
                        .offsets = offsets,
                        .out = out };
    kt_state_each(state, size, 1, state->blocks, reduced_chunk, &job);
    free(offsets);
    return 0;
}
