/* SPDX-License-Identifier: Apache-2.0 */
/* counts.h - the values of wanted results when there are shots: computed from what was measured, after the rotation
 * of each qubit into its observable's basis, so that they agree with the rows of the result. */
#ifndef KT_SIM_COUNTS_H
#define KT_SIM_COUNTS_H

#include "sim/tally.h"

typedef struct kt_counts {
    const kt_tally *tally; /* finished */
    uint64_t shots, seed;
    const uint32_t *frame; /* qubits whose bits a row's frame holds, ascending; the first most significant */
    uint32_t frame_count;
    const uint32_t *all; /* the qubits that "all" means, in order */
    uint32_t all_count;
    int (*poll)(void *ctx, kt_error *err); /* asked now and then whether to go on */
    void *poll_ctx;
    /* The values of a factor by its qubits' bits; NULL: those of kt_factor_eigenvalues, for a state that was turned by
     * kt_pass_measure_basis. */
    int (*values)(const kt_factor *factor, double *out, kt_error *err);
} kt_counts;

/* The numbers of one want: probability, expectation, variance, sample. *out is to be freed. */
int kt_counts_value(const kt_counts *counts, const kt_want *want, double **out, size_t *count, kt_error *err);

#endif
