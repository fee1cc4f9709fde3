/* SPDX-License-Identifier: Apache-2.0 */
/* task_result.h - what a Braket task left in S3, read: every gate-model and program-set format and analog Hamiltonian
 * simulation. Pure: whoever has the bytes hands them in. Sizes and kinds of every member are checked; what is wrong is
 * said with its path ("measurements[3][0]: found 2, expected 0 or 1"). */
#ifndef KT_BRAKET_TASK_RESULT_H
#define KT_BRAKET_TASK_RESULT_H

#include "base/json.h"
#include <ketch/result.h>

typedef struct kt_task_result kt_task_result;

/* Objects of a task's folder that a result names and that have to be fetched: path relative to the task's directory,
 * such as "programs/0/results.json". */
typedef struct kt_result_parts {
    const char **paths; /* in the kt_task_result */
    size_t count;
} kt_result_parts;

/* text: results.json. A program set that is stored in parts wants more: give what kt_task_result_missing lists until it
 * lists nothing. shots: the task's, for checks. */
int kt_task_result_new(kt_view text, int64_t shots, kt_task_result **out, kt_error *err);
void kt_task_result_free(kt_task_result *result); /* NULL is fine */
KT_DEFINE_FREEP(kt_task_result)
kt_result_parts kt_task_result_missing(const kt_task_result *result);
int kt_task_result_add_part(kt_task_result *result, const char *path, kt_view text, kt_error *err);

typedef enum kt_task_result_kind {
    KT_TASK_GATE_MODEL,
    KT_TASK_PROGRAM_SET,
    KT_TASK_ANALOG,
    KT_TASK_ANNEALING
} kt_task_result_kind;
kt_task_result_kind kt_task_result_kind_of(const kt_task_result *result);

/* One execution: a gate-model task has one; a program set as many as it has executables. */
typedef struct kt_execution {
    size_t program_index, inputs_index; /* of a program set */
    const kt_result *result;            /* the same type as the local simulator's; NULL: this one failed */
    const char *failure;                /* why, when it failed; else NULL */
    bool is_retryable;
    const char *failure_category; /* "COMPILATION", "DEVICE", "SERVICE"; "" */
} kt_execution;
size_t kt_task_result_count(const kt_task_result *result);
const kt_execution *kt_task_result_at(const kt_task_result *result, size_t index);
/* In place of an execution's counts: these, with values computed from them. The result that stood there is freed. */
void kt_task_result_put(kt_task_result *result, size_t index, kt_result *take_computed);
/* The result as it came, parts put in place. NULL: out of memory, or forgotten. */
const kt_json *kt_task_result_json(kt_task_result *result);
/* Of a gate-model result, for whoever keeps thousands of them; its execution stays. */
void kt_task_result_forget_json(kt_task_result *result);
/* For a person: analog simulations and annealing as a table of the commonest outcomes. */
int kt_task_result_text(kt_task_result *result, kt_buf *out, kt_error *err);

#endif
