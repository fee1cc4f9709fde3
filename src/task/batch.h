/* SPDX-License-Identifier: Apache-2.0 */
/* batch.h - many quantum tasks on Braket at once: permits, submission, waiting, results, cancelling; going on after a
 * crash. Everything is on the loop that kt_aws runs on. A task costs one CreateQuantumTask and one GET of its result;
 * waiting is one search per region and poll, whatever the number of tasks. */
#ifndef KT_TASK_BATCH_H
#define KT_TASK_BATCH_H

#include "aws/call.h"
#include "braket/task_result.h"
#include "guard/permit.h"
#include "store/store.h"

typedef struct kt_batch kt_batch;

typedef enum kt_item_state {
    KT_ITEM_WAITING, /* for its permit, its turn, or a quota to have room (402 holds it, never fails it) */
    KT_ITEM_CREATED,
    KT_ITEM_QUEUED,
    KT_ITEM_RUNNING,
    KT_ITEM_FETCHING, /* completed; its result is on its way */
    KT_ITEM_DONE,
    KT_ITEM_FAILED,
    KT_ITEM_CANCELLED,
    KT_ITEM_UNSURE /* its token is no longer trusted and no task has its tag: a person must say */
} kt_item_state;

typedef struct kt_item {
    uint32_t index;
    kt_item_state state;
    const char *arn;            /* "" : none yet */
    const char *queue_position; /* "" : not known */
    int64_t since_ns;           /* wall: when it entered this state */
    const kt_error *error;      /* of FAILED, CANCELLED and UNSURE; else NULL */
    kt_task_result *result;     /* of DONE, and of a program set that FAILED and left some: during the `changed` call
                                   * only, unless keeps_results */
    kt_view raw_result;         /* results.json as it came; during that call only, unless keeps_raw_results */
} kt_item;

typedef struct kt_batch_options {
    uv_loop_t *loop;
    kt_aws *aws;     /* outlives the batch, as do store and guard */
    kt_store *store; /* whoever made it calls kt_store_deliver when it wakes */
    kt_guard *guard;
    const kt_clock *clock;
    const kt_log *log;  /* NULL: none */
    const char *run_id; /* a run that is in the store */
    const char *s3;     /* "s3://bucket/prefix"; NULL: amazon-braket-{region}-{account}/tasks, made when missing */
    int64_t poll_ms;    /* shortest interval; 0: 1000, or what the device says */
    bool keeps_results, keeps_raw_results; /* until kt_batch_free */
    bool asks_queue;                       /* position in the queue, by one GetQuantumTask a poll for the oldest task */
    void (*changed)(void *ctx, const kt_item *item);       /* each change of state; the last one is an end state */
    void (*ended)(void *ctx, int rc, const kt_error *err); /* once, when every item is at its end; rc: of the batch */
    void *ctx;
} kt_batch_options;

typedef struct kt_task_spec {
    const char *device_arn, *region;
    kt_view action;            /* copied, as all of it */
    kt_view device_parameters; /* empty: none */
    int64_t shots;
    bool experimental;
    const char *job_token;    /* NULL: none */
    const char *reservation;  /* an ARN; NULL: none */
    const kt_json *tags;      /* NULL: none */
    const char *about;        /* JSON text that the store keeps with it; NULL: "{}" */
    int64_t poll_interval_ms; /* the device's, 0: not said */
} kt_task_spec;

int kt_batch_new(const kt_batch_options *options, kt_batch **out, kt_error *err);
/* Before kt_batch_start or after it, in `changed` too, as long as `ended` has not been called. Items are numbered from
 * 0 in the order added. */
int kt_batch_add(kt_batch *batch, const kt_task_spec *spec, kt_error *err);
/* An order that an earlier process left behind (kt_store_orders), whatever its state: one that is at its end is told of
 * again by `changed`. A later attempt takes the place of the one before it. Orders and new tasks together are added by
 * their index, as a new task gets the number of those before it. The run is ended (kt_store_end_run) by the caller. */
int kt_batch_add_again(kt_batch *batch, const kt_order_row *row, kt_error *err);
int kt_batch_start(kt_batch *batch, kt_error *err);
size_t kt_batch_count(const kt_batch *batch);
const kt_item *kt_batch_item(const kt_batch *batch, size_t index);
/* Cancels what is not at its end; confirmed by the states that follow. */
void kt_batch_cancel(kt_batch *batch);
void kt_batch_cancel_one(kt_batch *batch, uint32_t index); /* the item's index; one that is not there is left alone */
/* The item's result becomes the caller's, within `changed` or later; NULL: none. */
kt_task_result *kt_batch_take_result(kt_batch *batch, uint32_t index);
/* Stops looking; the tasks go on and the run stays open in the store. `ended` follows with KT_E_CANCELLED. */
void kt_batch_leave(kt_batch *batch);
void kt_batch_free(kt_batch *batch); /* from outside its callbacks; NULL is fine */
KT_DEFINE_FREEP(kt_batch)

#endif
