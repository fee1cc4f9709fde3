/* SPDX-License-Identifier: Apache-2.0 */
/* task_priv.h - tasks from the inside, for task*.c and braket_*.c.
 *   task.c        the table of live tasks; what is taken up again at the start
 *   task_queue.c  whose turn it is                       task_life.c   starting, computing, ending, leaving
 *   task_store.c  the rows on disk
 *   task_state.h  which state follows                    task_lane.h  who is before whom
 * A live task is in memory (kt_task, small: 100,000 of them may wait) and on disk; what its memory does not hold is
 * read from its row. Its state in memory may be ahead of its row by the length of a commit, never behind. */
#ifndef KT_SANDBOX_TASK_PRIV_H
#define KT_SANDBOX_TASK_PRIV_H

#include "sandbox/runner.h"
#include "sandbox/sandbox_priv.h"
#include "sandbox/task_lane.h"
#include "sandbox/task_state.h"

enum {
    KT_UUID_BYTES = 16,
    KT_TASK_ARN_BYTES = 128, /* a task's ARN and its NUL */
    KT_DIGEST_BYTES = 32,
    KT_SIMULATORS_AT_ONCE = 16 /* tasks of a simulator handed to the runner at a time */
};

/* experimental_json of a task that may use experimental capabilities. */
#define KT_EXPERIMENTAL_ALL "{\"enabled\":\"ALL\"}"

typedef struct kt_task kt_task;
struct kt_task {
    int64_t id;
    int64_t since_ns; /* its wait began: when it was created, or when the clock was set back to before that */
    uint8_t uuid[KT_UUID_BYTES];
    kt_task *chain; /* with the same hash */
    kt_task *next;  /* among those that are leaving */
    uint32_t place; /* in its lane, while it waits */
    uint16_t queue;
    uint8_t status; /* kt_task_status */
    bool is_priority : 1;
    bool is_too_late : 1; /* CANCELLING, and runs all the same */
    bool is_waiting : 1;  /* stands in its lane */
    bool is_leaving : 1;  /* among those that are leaving */
};

typedef struct kt_task_queue {
    kt_tasks *tasks;
    const kt_sandbox_device *device; /* NULL: no longer known; its tasks fail */
    char *arn;
    uint16_t index;    /* among kt_tasks.queues */
    kt_lane lanes[2];  /* normal, priority */
    size_t live_count; /* all that are not at their end, those included that are being committed */
    unsigned running_count, running_most;
    kt_alarm *alarm;
    int64_t alarm_ns;
} kt_task_queue;

struct kt_tasks {
    kt_sandbox *sandbox;
    kt_runner *runner;
    struct kt_action_cache *actions;
    uv_timer_t *poll; /* looks for devices that came back and settings that changed */
    kt_task **buckets;
    size_t bucket_count, count; /* bucket_count is a power of two */
    kt_task_queue **queues;     /* one a device, then one a device that is gone */
    size_t queue_count;
    int64_t next_id;
    kt_task *leaving, **leaving_end; /* cancelled, in order of time */
    kt_alarm *leaving_alarm;
    kt_alarm *load_alarm;
    int64_t loaded_id, load_last_id; /* rows up to loaded_id are in memory; all when they are equal */
    size_t writes_count;             /* jobs given to the writer that have not come back */
    struct kt_task_run *runs;        /* all that run */
    bool is_closing;
};

/* ---- the table of live tasks (task.c) ---- */
kt_task *kt_tasks_find(const kt_tasks *tasks, const uint8_t uuid[KT_UUID_BYTES]); /* NULL: not live */
int kt_tasks_put(kt_tasks *tasks, kt_task *take_task, kt_error *err);             /* takes it only on success */
void kt_tasks_drop(kt_tasks *tasks, kt_task *take_task);
kt_task_queue *kt_tasks_queue(kt_tasks *tasks, kt_view device_arn); /* NULL: none */
/* Takes up all that is still to be taken up from the last run of the program. */
int kt_tasks_load_all(kt_tasks *tasks, kt_error *err);

/* Every job for the writer goes through here, so that the tasks outlive their jobs. `base` is the first member of what
 * is written. */
typedef struct kt_task_job {
    kt_tasks *tasks;
    int (*apply)(struct kt_task_job *job, kt_db *db, kt_error *err);
    void (*done)(struct kt_task_job *job, int rc, const kt_error *err);
} kt_task_job;
int kt_tasks_write(kt_task_job *job, kt_error *err);

/* ---- queues (task_queue.c) ---- */
int kt_task_enqueue(kt_tasks *tasks, kt_task *task, kt_error *err);
void kt_task_dequeue(kt_tasks *tasks, kt_task *task); /* nothing to do when it does not wait */
void kt_task_pump(kt_task_queue *queue);              /* starts what may start */
bool kt_device_is_simulator(const kt_sandbox_device *device);
/* "ONLINE", "OFFLINE" or "RETIRED": the scenario's word before the device file's. */
const char *kt_tasks_device_status(const kt_tasks *tasks, const kt_sandbox_device *device);

/* ---- life (task_life.c) ---- */
/* Takes a task from its lane and sees it through to its end. KT_E_NOMEM: it stays where it is. */
int kt_task_start(kt_task_queue *queue, kt_task *task, kt_error *err);
void kt_task_leave(kt_tasks *tasks, kt_task *task); /* its cancel is on disk: it is CANCELLED soon */
void kt_tasks_stop(kt_tasks *tasks);                /* no more starts, alarms, runs */

/* ---- ARNs ---- */
bool kt_uuid_parse(kt_view text, uint8_t out[KT_UUID_BYTES]);
/* The uuid of "arn:aws:braket:REGION:ACCOUNT:quantum-task/UUID"; false for any other text. */
bool kt_task_arn_parse(kt_view arn, uint8_t uuid[KT_UUID_BYTES]);

#endif
