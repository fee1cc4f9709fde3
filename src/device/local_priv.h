/* SPDX-License-Identifier: Apache-2.0 */
/* local_priv.h - one run on a local device: what local.c, which settles it, and local_play.c share. */
#ifndef KT_DEVICE_LOCAL_PRIV_H
#define KT_DEVICE_LOCAL_PRIV_H

#include "qasm/program.h"
#include "sim/run.h"
#include <ketch/run.h>

typedef enum kt_local_choice { KT_LOCAL_EITHER, KT_LOCAL_SV, KT_LOCAL_DM } kt_local_choice;

/* One run, its options settled. */
typedef struct kt_local {
    kt_run_options given;
    kt_local_choice device;
    kt_sim_options sim;
    int64_t started_wall_ns, started_ns;
    int64_t ticked_ns; /* when progress was last told */
    double done;
} kt_local;

typedef struct kt_local_program {
    kt_local *run;
    const kt_program *program;
    kt_play *play;
    kt_diagnostics *diags; /* of the last play */
    bool saw_noise;
} kt_local_program;

/* Settles sim.shots; exact_only: something is wanted that only an exact run has. */
void kt_local_settle_shots(kt_local *r, bool exact_only);
/* Puts what a refusal says among the diagnostics, unless there is something already or `at` is nowhere. */
void kt_local_point_at(const kt_local_program *p, kt_source at, const kt_error *err);
/* Runs a program branch by branch. known: what every branch does at least; refused when that does not fit. */
int kt_local_play(kt_local_program *p, const kt_circuit *known, kt_result **out, kt_error *err);

#endif
