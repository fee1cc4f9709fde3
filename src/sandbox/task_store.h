/* SPDX-License-Identifier: Apache-2.0 */
/* task_store.h - the rows of tasks on disk: read on the loop thread, written inside of writer's jobs. */
#ifndef KT_SANDBOX_TASK_STORE_H
#define KT_SANDBOX_TASK_STORE_H

#include "sandbox/task_priv.h"

/* A row as it is read: texts are borrowed until the statement's next step; data NULL where the column is NULL. */
typedef struct kt_task_row {
    int64_t id;
    kt_view uuid, arn, region, device_arn, bucket, directory, failure_reason, action_type, device_parameters,
        associations_json, experimental_json, tags_json, job_arn, cancel_token;
    kt_task_status status;
    int64_t shots, created_ns;
    int64_t started_ns, ended_ns, cancel_requested_ns;         /* 0: not */
    int64_t program_count, executable_count, successful_shots; /* negative: not said */
    int64_t seed;
    bool is_priority; /* of a job, or under a reservation */
} kt_task_row;

/* Each begins a statement, which is ended with kt_db_end; 1: *row is filled, 0: no such task. */
int kt_task_row_by_uuid(kt_db *db, const uint8_t uuid[KT_UUID_BYTES], kt_db_stmt **stmt, kt_task_row *row,
                        kt_error *err);
int kt_task_row_by_id(kt_db *db, int64_t id, kt_db_stmt **stmt, kt_task_row *row, kt_error *err);
/* The first live task above that id, for taking up again: id, uuid, device_arn, status and times alone. */
int kt_task_row_live_begin(kt_db *db, int64_t above_id, kt_db_stmt **stmt, kt_error *err);
int kt_task_row_live_next(kt_db_stmt *stmt, kt_task_row *row, kt_error *err);
int kt_task_last_id(kt_db *db, int64_t *out, kt_error *err);

/* What CreateQuantumTask has put together; everything lies in the call's arena or body. */
typedef struct kt_task_draft {
    kt_task_job job;
    kt_task *task; /* to become live once committed */
    char arn[KT_TASK_ARN_BYTES];
    kt_view region, device_arn, bucket, directory, action_type, action, device_parameters, job_token, associations_json,
        experimental_json, tags_json;
    int64_t shots, program_count, executable_count; /* counts negative: no program set */
    int64_t seed, created_ns;
    kt_view token_scope, token;
    int64_t token_since_ns; /* tokens of before are forgotten */
    uint8_t digest[KT_DIGEST_BYTES];
    char known_arn[KT_TASK_ARN_BYTES]; /* of the task that the token belongs to */
    void (*done)(struct kt_task_draft *draft, int rc, const kt_error *err);
    void *ctx;
} kt_task_draft;

/* What a client token stands for. */
typedef enum kt_token_found { KT_TOKEN_NEW, KT_TOKEN_SAME, KT_TOKEN_OTHER } kt_token_found;
/* Looks the draft's token up: SAME fills known_arn, OTHER means another request. Returns one of them or a code. */
int kt_task_token_find(kt_db *db, kt_task_draft *draft, kt_error *err);
/* Writes token, row and action: a kt_token_found, of which only NEW has written anything; or a negative code. */
int kt_task_insert(kt_db *db, kt_task_draft *draft, kt_error *err);

int kt_task_mark_running(kt_db *db, int64_t id, kt_task_status status, int64_t started_ns, kt_error *err);
/* 1: written; 0: the task has ended meanwhile. */
int kt_task_mark_cancelling(kt_db *db, int64_t id, int64_t now_ns, kt_view token, kt_error *err);

typedef struct kt_task_ending {
    kt_task_status status;
    int64_t started_ns, ended_ns;           /* started 0: never ran */
    int64_t successful_shots, simulated_ms; /* negative: not said */
    const char *failure_reason;
} kt_task_ending;
int kt_task_mark_ended(kt_db *db, int64_t id, const kt_task_ending *ending, kt_error *err);

/* The task's action; borrowed until kt_db_end. 1: there, 0: not. */
int kt_task_action(kt_db *db, int64_t id, kt_db_stmt **stmt, kt_view *action, kt_error *err);

/* Adds (a JSON object of texts) or removes (keys with null) tags. 1: done, 0: no such task, KT_E_LIMIT: too many. */
int kt_task_tags_patch(kt_db *db, const uint8_t uuid[KT_UUID_BYTES], kt_view patch_json, int tags_most, kt_error *err);

#endif
