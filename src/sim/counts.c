/* SPDX-License-Identifier: Apache-2.0 */
/* counts.c - probability, expectation, variance and sample from counted outcomes. See counts.h.
 * Amazon's simulator hands over rows and lets the SDK do the same arithmetic. */
#include "sim/counts.h"

#include "sim/observable.h"

#include <stdlib.h>

enum { POLL_EVERY = 1 << 16, PROBABILITY_MOST_QUBITS = 48 };

/* One factor made ready: eigenvalues by the bits at `shift` of a frame, first = most significant. */
typedef struct ready_factor {
    uint32_t qubit_count;
    uint32_t shift[KT_FACTOR_MOST_QUBITS];
    double *values;
} ready_factor;

typedef struct ready_term {
    double coefficient;
    uint32_t factor_count;
    ready_factor *factors;
} ready_term;

/* Where in a frame the qubit's bit stands. Every qubit of a want is in the frame. */
static uint32_t shift_of(const kt_counts *c, uint32_t qubit)
{
    uint32_t low = 0, high = c->frame_count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->frame[middle] < qubit)
            low = middle + 1;
        else
            high = middle;
    }
    return c->frame_count - 1 - low;
}

static size_t bits_at(uint64_t frame, uint32_t count, const uint32_t *shift)
{
    size_t index = 0;
    for (uint32_t i = 0; i < count; i++)
        index = index << 1 | (frame >> shift[i] & 1);
    return index;
}

static int make_factor(const kt_counts *c, const kt_factor *f, const uint32_t *qubits, uint32_t qubit_count,
                       kt_arena *arena, ready_factor *out, kt_error *err)
{
    out->qubit_count = qubit_count;
    out->values = KT_ARENA_ARRAY(arena, double, (size_t)1 << qubit_count);
    if (out->values == NULL)
        return kt_fail_nomem(err, sizeof(double) << qubit_count, "an observable");
    for (uint32_t i = 0; i < qubit_count; i++)
        out->shift[i] = shift_of(c, qubits[i]);
    return c->values != NULL ? c->values(f, out->values, err) : kt_factor_eigenvalues(f, out->values, err);
}

/* The want's terms, with `qubit` in place of what "all" leaves open. */
static int make_terms(const kt_counts *c, const kt_want *want, const uint32_t *qubit, kt_arena *arena, ready_term **out,
                      kt_error *err)
{
    ready_term *terms = KT_ARENA_ARRAY(arena, ready_term, want->term_count);
    int rc = terms == NULL ? kt_fail_nomem(err, want->term_count * sizeof *terms, "an observable") : 0;
    for (uint32_t t = 0; rc == 0 && t < want->term_count; t++) {
        const kt_term *term = &want->terms[t];
        ready_factor *factors = KT_ARENA_ARRAY(arena, ready_factor, term->factor_count);
        if (factors == NULL)
            return kt_fail_nomem(err, term->factor_count * sizeof *factors, "an observable");
        terms[t] = (ready_term){ term->coefficient, term->factor_count, factors };
        for (uint32_t f = 0; rc == 0 && f < term->factor_count; f++) {
            const kt_factor *factor = &term->factors[f];
            const uint32_t *qubits = want->all_qubits ? qubit : factor->qubits;
            uint32_t count = want->all_qubits ? 1 : factor->qubit_count;
            rc = make_factor(c, factor, qubits, count, arena, &factors[f], err);
        }
    }
    *out = terms;
    return rc;
}

/* What the observable showed in one shot. */
static double value_of(uint32_t term_count, const ready_term *terms, uint64_t frame)
{
    double sum = 0;
    for (uint32_t t = 0; t < term_count; t++) {
        double product = terms[t].coefficient;
        for (uint32_t f = 0; f < terms[t].factor_count; f++) {
            const ready_factor *factor = &terms[t].factors[f];
            product *= factor->values[bits_at(frame, factor->qubit_count, factor->shift)];
        }
        sum += product;
    }
    return sum;
}

static double mean_of(const kt_counts *c, uint32_t term_count, const ready_term *terms)
{
    double sum = 0;
    for (size_t i = 0; i < c->tally->count; i++)
        sum += (double)c->tally->rows[i].times * value_of(term_count, terms, c->tally->rows[i].frame);
    return sum / (double)c->shots;
}

static double variance_of(const kt_counts *c, uint32_t term_count, const ready_term *terms)
{
    double mean = mean_of(c, term_count, terms), sum = 0;
    for (size_t i = 0; i < c->tally->count; i++) {
        double off = value_of(term_count, terms, c->tally->rows[i].frame) - mean;
        sum += (double)c->tally->rows[i].times * off * off;
    }
    return sum / (double)c->shots;
}

/* One number (sample: one a shot) for one observable. */
static int fill(const kt_counts *c, const kt_want *want, const uint32_t *qubit, double *out, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    if (arena == NULL)
        return kt_fail_nomem(err, 0, "an observable");
    ready_term *terms = NULL;
    int rc = make_terms(c, want, qubit, arena, &terms, err);
    if (rc < 0)
        return rc;
    if (want->type == KT_RESULT_EXPECTATION) {
        out[0] = mean_of(c, want->term_count, terms);
    } else if (want->type == KT_RESULT_VARIANCE) {
        out[0] = variance_of(c, want->term_count, terms);
    } else {
        for (uint64_t shot = 0; rc == 0 && shot < c->shots; shot++) {
            if (shot % POLL_EVERY == POLL_EVERY - 1)
                rc = c->poll(c->poll_ctx, err);
            const kt_tally_row *row = kt_tally_at(c->tally, kt_shot_rank(c->seed, c->shots, shot));
            out[shot] = value_of(want->term_count, terms, row->frame);
        }
    }
    return rc;
}

static int probability(const kt_counts *c, const kt_want *want, double **out, size_t *count, kt_error *err)
{
    uint32_t k = want->all_qubits ? c->all_count : want->target_count;
    const uint32_t *targets = want->all_qubits ? c->all : want->targets;
    uint32_t shift[64];
    if (k > PROBABILITY_MOST_QUBITS)
        return kt_fail(err, KT_E_CAPACITY, "the probabilities of %u qubits are 2^%u numbers: name fewer targets", k, k);
    for (uint32_t i = 0; i < k; i++)
        shift[i] = shift_of(c, targets[i]);
    size_t size = (size_t)1 << k;
    double *p = calloc(size, sizeof *p);
    if (p == NULL)
        return kt_fail_nomem(err, size * sizeof *p, "probabilities");
    for (size_t i = 0; i < c->tally->count; i++)
        p[bits_at(c->tally->rows[i].frame, k, shift)] += (double)c->tally->rows[i].times;
    for (size_t i = 0; i < size; i++)
        p[i] /= (double)c->shots;
    *out = p;
    *count = size;
    return 0;
}

int kt_counts_value(const kt_counts *c, const kt_want *want, double **out, size_t *count, kt_error *err)
{
    if (want->type == KT_RESULT_PROBABILITY)
        return probability(c, want, out, count, err);
    size_t each = want->type == KT_RESULT_SAMPLE ? (size_t)c->shots : 1;
    size_t many = want->all_qubits ? c->all_count : 1;
    double *numbers = malloc((each * many + 1) * sizeof *numbers);
    if (numbers == NULL)
        return kt_fail_nomem(err, each * many * sizeof *numbers, "a result's numbers");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < many; i++)
        rc = fill(c, want, want->all_qubits ? &c->all[i] : NULL, numbers + i * each, err);
    if (rc < 0) {
        free(numbers);
        return rc;
    }
    *out = numbers;
    *count = each * many;
    return 0;
}
