/* SPDX-License-Identifier: Apache-2.0 */
/* runner_priv.h - one order while it is computed: what runner.c, run_program.c and program_set.c share. */
#ifndef KT_SANDBOX_RUNNER_PRIV_H
#define KT_SANDBOX_RUNNER_PRIV_H

#include "circuit/result.h"
#include "sandbox/action.h"
#include "sandbox/noisy.h"
#include "sandbox/runner.h"

typedef struct kt_work {
    struct kt_work *next;
    kt_runner *runner;
    kt_run_order order; /* its texts lie in `arena` */
    kt_arena *arena;
    kt_run_outcome outcome;
    kt_result_object *objects; /* bodies and suffixes malloc'ed */
    size_t object_count, object_capacity;
    int64_t spent_ns;   /* simulating */
    bool keeps_objects; /* its results count although the task failed */
} kt_work;

/* Whole milliseconds of a simulation, at least one: clients take a duration of 0 for none, and then nothing is charged.
 */
static inline int64_t kt_spent_ms(int64_t spent_ns)
{
    return spent_ns <= 1000000 ? 1 : (spent_ns + 999999) / 1000000;
}

/* Adds an object of the result; takes the body, even on failure. */
int kt_work_add(kt_work *work, kt_buf *take_body, kt_error *err, const char *suffix_format, ...) KT_PRINTF(4, 5);
/* Computes one execution of a compiled program. Adds to spent_ns. */
int kt_work_execute(kt_work *work, const kt_compiled *compiled, const kt_inputs *inputs, uint64_t shots, uint64_t seed,
                    kt_result **out, kt_error *err);
/* Non-zero once the runner is closing: for progress callbacks. */
int kt_work_stops(void *work, double done);

int kt_run_single(kt_work *work, const kt_action *action, kt_error *err);
int kt_run_program_set(kt_work *work, const kt_action *action, kt_error *err);
int kt_run_analog(kt_work *work, kt_error *err);

/* Whether an analog program is well formed for the device; KT_E_INVALID with words for the client. */
int kt_analog_check(const kt_action_question *question, const kt_action *action, kt_error *err);

#endif
