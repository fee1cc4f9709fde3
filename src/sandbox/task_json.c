/* SPDX-License-Identifier: Apache-2.0 */
/* task_json.c - members of answers, in the service model's order where it has one. */
#include "sandbox/task_json.h"

#include <stdio.h>

enum { POSITION_SHOWN_MOST = 2000 };

void kt_task_json_time(kt_jw *w, const char *key, int64_t wall_ns)
{
    char text[32];
    if (kt_time_text(wall_ns, text, sizeof text, NULL) < 0)
        return;
    kt_jw_key(w, key);
    kt_jw_strz(w, text);
}

static void text(kt_jw *w, const char *key, kt_view value)
{
    kt_jw_key(w, key);
    kt_jw_string(w, value);
}

static void raw(kt_jw *w, const char *key, kt_view json)
{
    if (json.data == NULL)
        return;
    kt_jw_key(w, key);
    kt_jw_raw(w, json);
}

static void count(kt_jw *w, const char *key, int64_t value)
{
    if (value < 0)
        return;
    kt_jw_key(w, key);
    kt_jw_int(w, value);
}

void kt_task_json_summary(kt_jw *w, const kt_task_row *row, kt_task_status status)
{
    text(w, "quantumTaskArn", row->arn);
    kt_jw_key(w, "status");
    kt_jw_strz(w, kt_task_status_text(status));
    text(w, "deviceArn", row->device_arn);
    count(w, "shots", row->shots);
    text(w, "outputS3Bucket", row->bucket);
    text(w, "outputS3Directory", row->directory);
    kt_task_json_time(w, "createdAt", row->created_ns);
    if (row->ended_ns != 0 && kt_task_is_terminal(status))
        kt_task_json_time(w, "endedAt", row->ended_ns);
    raw(w, "tags", row->tags_json);
}

static void action(kt_jw *w, const kt_task_row *row)
{
    kt_jw_key(w, "actionMetadata");
    kt_jw_object(w);
    text(w, "actionType", row->action_type);
    count(w, "programCount", row->program_count);
    count(w, "executableCount", row->executable_count);
    kt_jw_close(w);
}

void kt_task_json_details(kt_jw *w, const kt_task_row *row, kt_task_status status)
{
    kt_task_json_summary(w, row, status);
    if (status == KT_TASK_FAILED && row->failure_reason.data != NULL)
        text(w, "failureReason", row->failure_reason);
    text(w, "deviceParameters", row->device_parameters.data != NULL ? row->device_parameters : kt_view_of("{}"));
    if (row->job_arn.data != NULL)
        text(w, "jobArn", row->job_arn);
    raw(w, "associations", row->associations_json);
    raw(w, "experimentalCapabilities", row->experimental_json);
    if (status == KT_TASK_COMPLETED || row->program_count >= 0)
        count(w, "numSuccessfulShots", row->successful_shots);
    action(w, row);
}

void kt_task_json_queue(kt_jw *w, kt_task_status status, uint32_t position, bool is_priority)
{
    char shown[32] = "None";
    kt_jw_key(w, "queueInfo");
    kt_jw_object(w);
    kt_jw_key(w, "queue");
    kt_jw_strz(w, "QUANTUM_TASKS_QUEUE");
    if (position > POSITION_SHOWN_MOST)
        snprintf(shown, sizeof shown, ">%d", POSITION_SHOWN_MOST);
    else if (position > 0)
        snprintf(shown, sizeof shown, "%u", position);
    kt_jw_key(w, "position");
    kt_jw_strz(w, shown);
    kt_jw_key(w, "queuePriority");
    kt_jw_strz(w, is_priority ? "Priority" : "Normal");
    if (position == 0) {
        char message[128];
        snprintf(message, sizeof message,
                 "Task is in %s status. AmazonBraket does not show queue position for this status.",
                 kt_task_status_text(status));
        kt_jw_key(w, "message");
        kt_jw_strz(w, message);
    }
    kt_jw_close(w);
}
