/* SPDX-License-Identifier: Apache-2.0 */
/* sample.h - measuring positions of a state many times at once. */
#ifndef KT_SIM_SAMPLE_H
#define KT_SIM_SAMPLE_H

#include "base/rng.h"
#include "sim/state.h"

typedef struct kt_seen {
    uint64_t outcome; /* first position = most significant bit */
    uint64_t times;
} kt_seen;

/* Distinct outcomes of `shots` measurements of k (<= 63) positions, ascending, with how often each was seen; *out is to
 * be freed. The same rng gives the same outcomes for any number of threads. */
int kt_sample_state(const kt_state *state, int k, const uint32_t *positions, uint64_t shots, kt_rng *rng,
                    kt_seen **out, size_t *count, kt_error *err);

/* `count` independent uniform numbers in [0, 1), ascending. */
void kt_sample_uniforms(kt_rng *rng, size_t count, double *out);

#endif
