/* SPDX-License-Identifier: Apache-2.0 */
/* run_plan.h - what a run is to do: its executions, and the tasks that they go out as. It is in the store, as JSON,
 * before the first task is asked for, so that another process can go on with it: which tasks there are to be, with
 * which actions, and which execution each result is of. */
#ifndef KT_FULL_RUN_PLAN_H
#define KT_FULL_RUN_PLAN_H

#include "base/run_args.h"
#include "task/batch.h"
#include "task/lookup.h"
#include "task/pack.h"

typedef struct kt_run_plan kt_run_plan;

/* Checks every program against the device, with its inputs, and packs them. args->diagnostics is filled. */
int kt_run_plan_make(const kt_run_args *args, const kt_found *found, kt_run_plan **out, kt_error *err);
/* about: of a run in the store; the plan takes it over, also on failure. */
int kt_run_plan_read(kt_json *take_about, kt_run_plan **out, kt_error *err);
void kt_run_plan_free(kt_run_plan *plan); /* NULL is fine */
KT_DEFINE_FREEP(kt_run_plan)
const kt_json *kt_run_plan_about(const kt_run_plan *plan);

/* The tasks asked for so far, retries among them. */
size_t kt_run_plan_task_count(const kt_run_plan *plan);
int kt_run_plan_add(const kt_run_plan *plan, size_t task, kt_batch *batch, kt_error *err);
/* One more task, for one execution alone; kt_run_plan_add of the last one asks for it. */
int kt_run_plan_retry(kt_run_plan *plan, size_t execution, kt_error *err);
/* A retry that an earlier process has asked for: its order's `about`. Nothing for other orders. */
int kt_run_plan_note(kt_run_plan *plan, const kt_order_row *row, kt_error *err);
bool kt_run_plan_is_retried(const kt_run_plan *plan, size_t execution);

bool kt_run_plan_is_list(const kt_run_plan *plan); /* several were asked for, or a list of one */
size_t kt_run_plan_execution_count(const kt_run_plan *plan);
const char *kt_run_plan_file(const kt_run_plan *plan, size_t execution);
const kt_json *kt_run_plan_inputs(const kt_run_plan *plan, size_t execution); /* NULL: none */
/* Of kt_observe_from_json: what is computed here from the execution's counts; NULL: nothing. */
const kt_json *kt_run_plan_observe(const kt_run_plan *plan, size_t execution);
int64_t kt_run_plan_shots(const kt_run_plan *plan); /* of all tasks together */
size_t kt_run_plan_member_count(const kt_run_plan *plan, size_t task);
size_t kt_run_plan_member(const kt_run_plan *plan, size_t task, size_t member); /* an execution */
/* Whether a result of that task is of one circuit of ours: the execution, or -1. */
int64_t kt_run_plan_execution(const kt_run_plan *plan, size_t task, const kt_execution *found);

#endif
