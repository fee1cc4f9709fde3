/* SPDX-License-Identifier: Apache-2.0 */
/* api_priv.h - what the files of the C API for Braket share: a ctx, its runs and its tasks.
 *   ctx.c     the loop, and waiting      device.c  devices
 *   run.c     a run and its batch        submit.c  from an order to the run       task.c  what a task tells */
#ifndef KT_API_PRIV_H
#define KT_API_PRIV_H

#include "braket/target.h"
#include "task/batch.h"
#include "task/lookup.h"
#include <ketch/braket.h>

typedef struct kt_api_run kt_api_run;

struct kt_quantum_task {
    kt_ctx *ctx;
    kt_api_run *run; /* NULL: over, its batch is gone */
    kt_quantum_task *before, *after;
    kt_quantum_task *next_ended;
    uint32_t index; /* in the run */
    kt_item_state state;
    bool is_told; /* by kt_ctx_wait_any, or in its list */
    char run_id[KT_RUN_ID_BYTES];
    char arn[256], queue_position[24];
    char *label;
    kt_error *error;
    kt_task_result *result;
    kt_observe_plan *observe; /* results that the device lacks, computed here; NULL: none */
    kt_result *computed;      /* by it */
    void (*changed)(void *user, kt_quantum_task *task);
    void *user;
};

/* A run with its batch, until every task of it has ended. */
struct kt_api_run {
    kt_api_run *next;
    kt_ctx *ctx;
    char id[KT_RUN_ID_BYTES];
    kt_batch *batch;
    kt_quantum_task **tasks; /* by index; NULL: freed, or never there */
    size_t count, capacity;
    bool is_closed;                                             /* takes no more */
    bool is_over;                                               /* to be freed when nothing calls */
    void (*resumed_changed)(void *user, kt_quantum_task *task); /* of tasks that come from the store */
    void *resumed_user;
    size_t resumed_count;
};

struct kt_ctx {
    uv_loop_t loop;
    uv_async_t stored;
    uv_timer_t patience; /* ends a wait */
    bool has_loop, has_async, is_running, is_late, is_closing;
    kt_aws *aws;
    kt_store *store; /* NULL until something is submitted or resumed, as the guard */
    kt_guard *guard;
    kt_log log;
    void (*write_log)(void *user, int level, const char *message);
    int (*ask_mfa)(void *user, const char *serial, char *code, size_t bytes, kt_error *err);
    void *user;
    char *s3, *state_dir, *name;
    int64_t poll_ms;
    bool asks_queue;
    kt_api_run *runs; /* the newest first */
    kt_quantum_task *first, *last;
    kt_quantum_task *first_ended, *last_ended; /* not yet told */
    size_t unended, lookups;
};

struct kt_braket_device {
    kt_target *target;
    kt_braket_facts facts;
    char region[32];
    kt_log log;
};

/* ctx.c */
int kt_api_open_store(kt_ctx *ctx, kt_error *err);
/* Runs the loop until *is_so, or no longer than timeout_ms (negative: as long as it takes): 1, 0 or negative. */
typedef bool kt_api_is_so(const void *of);
int kt_api_wait(kt_ctx *ctx, kt_api_is_so *is_so, const void *of, int64_t timeout_ms, kt_error *err);

/* run.c */
/* The run that takes submissions, begun when there is none. */
int kt_api_run_open(kt_ctx *ctx, kt_api_run **out, kt_error *err);
/* The task in its place within the run and the ctx. */
int kt_api_run_take(kt_api_run *run, uint32_t index, const char *label, kt_quantum_task **out, kt_error *err);
bool kt_api_run_is_settled(const kt_api_run *run); /* every task has ended; the disk may not know yet */
void kt_api_run_free(kt_api_run *run);             /* from outside callbacks; its tasks stay */
void kt_api_reap(kt_ctx *ctx);                     /* frees what is over */

/* task.c */
void kt_api_task_free(kt_quantum_task *task);

#endif
