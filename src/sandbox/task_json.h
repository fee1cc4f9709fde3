/* SPDX-License-Identifier: Apache-2.0 */
/* task_json.h - a task as Braket's answers show it, written from its row as a stream. */
#ifndef KT_SANDBOX_TASK_JSON_H
#define KT_SANDBOX_TASK_JSON_H

#include "base/json.h"
#include "sandbox/task_store.h"

void kt_task_json_time(kt_jw *w, const char *key, int64_t wall_ns); /* "2026-03-14T15:09:26.535Z" */
/* The members that GetQuantumTask and SearchQuantumTasks share, into an open object. */
void kt_task_json_summary(kt_jw *w, const kt_task_row *row, kt_task_status status);
/* GetQuantumTask's answer, but for queueInfo, into an open object. */
void kt_task_json_details(kt_jw *w, const kt_task_row *row, kt_task_status status);
/* queueInfo; position 0: it is not in a queue. */
void kt_task_json_queue(kt_jw *w, kt_task_status status, uint32_t position, bool is_priority);

#endif
