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

typedef struct kt_sampling {
    const kt_state *state;
    int k; /* at most 63 */
    const uint32_t *positions;
    uint64_t shots;
    uint64_t outcomes_most; /* distinct ones that there is room for; 0: any number. More: KT_E_CAPACITY */
    int (*poll)(void *ctx, kt_error *err); /* asked now and then whether to go on; may be NULL */
    void *poll_ctx;
} kt_sampling;

/* Distinct outcomes of the measurements, ascending, with how often each was seen; *out is to be freed. The same rng
 * gives the same outcomes for any number of threads. */
int kt_sample_state(const kt_sampling *s, kt_rng *rng, kt_seen **out, size_t *count, kt_error *err);

/* `count` independent uniform numbers in [0, 1), ascending. */
void kt_sample_uniforms(kt_rng *rng, size_t count, double *out);

#endif
