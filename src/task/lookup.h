/* SPDX-License-Identifier: Apache-2.0 */
/* lookup.h - from a device's name to the device: an ARN is asked for directly, a short name is looked for in every
 * region at once, a rule chooses among all that fit. On the loop of the kt_aws. */
#ifndef KT_TASK_LOOKUP_H
#define KT_TASK_LOOKUP_H

#include "aws/call.h"
#include "braket/target.h"

typedef struct kt_found {
    kt_target *target; /* the receiver's */
    char region[32];   /* where to submit */
    int64_t queue;     /* tasks in its normal queue; -1: not said */
} kt_found;

typedef struct kt_lookup_options {
    const char *name; /* an ARN, a short name or a rule; copied */
    int64_t shots;    /* for `cheapest`; KT_SHOTS_DEFAULT is taken as 1000 */
    const kt_clock *clock;
    const kt_log *log; /* NULL: none; a region that fails is a warning unless all do */
} kt_lookup_options;

/* rc 0 and found, or a negative code: KT_E_NOT_FOUND lists the nearest names, or says what no device has.
 * Exactly once, from the loop. */
typedef void kt_looked_up(void *ctx, int rc, kt_found *take_found, const kt_error *err);
/* KT_E_INVALID for a name that is none, or a local one. `done` is not called when this fails. */
int kt_lookup(kt_aws *aws, const kt_lookup_options *options, kt_looked_up *done, void *ctx, kt_error *err);

/* The tasks in the normal queue, from GetDevice's answer; -1: not said. */
int64_t kt_lookup_queue(const kt_json *answer);

#endif
