/* SPDX-License-Identifier: Apache-2.0 */
/* run_report.h - what a run on Braket tells while it waits, and its results at the end. */
#ifndef KT_FULL_RUN_REPORT_H
#define KT_FULL_RUN_REPORT_H

#include "base/run_args.h"
#include "full/run_plan.h"

typedef struct kt_run_report {
    bool is_terminal, has_line;
    int64_t told_ns; /* monotonic: when the line was last written */
} kt_run_report;

void kt_run_report_begin(kt_run_report *report, bool is_terminal);
/* Which device it is, what is asked of it, its list price, its queue and, when it is closed, when it opens. */
void kt_run_report_device(kt_run_report *report, const kt_found *found, const kt_run_plan *plan);
void kt_run_report_changed(kt_run_report *report, const kt_batch *batch, const kt_item *item);
void kt_run_report_end(kt_run_report *report); /* the line of progress goes */
/* Results in args->format, one an execution in the order asked for. Returns the exit status: 0, 1 when an execution
 * failed, 6 when one was cancelled; or negative. */
int kt_run_report_write(const kt_run_args *args, const kt_run_plan *plan, const kt_batch *batch, const char *run_id,
                        kt_error *err);
/* The result of one task, whoever made it, in args->format (out, format, show and ctx of args are used): as text the
 * outcomes and the ARN, as JSON {"arn", "state", "error": null, "results"}, as braket the bytes as they came. */
int kt_run_report_task(const kt_run_args *args, const char *arn, kt_task_result *result, kt_view raw_result,
                       kt_error *err);
/* One line about the newest run that nobody waits for. */
int kt_run_report_unfinished(kt_store *store, kt_error *err);

#endif
