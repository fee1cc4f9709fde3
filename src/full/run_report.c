/* SPDX-License-Identifier: Apache-2.0 */
/* run_report.c - progress as one line that is written over, on a terminal; results as text, as Ketch's JSON, or as
 * Braket's own. doc/json.md describes the JSON. */
#include "full/run_report.h"

#include "circuit/result.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const state_names[] = {
    [KT_ITEM_WAITING] = "waiting", [KT_ITEM_CREATED] = "created",     [KT_ITEM_QUEUED] = "queued",
    [KT_ITEM_RUNNING] = "running", [KT_ITEM_FETCHING] = "fetching",   [KT_ITEM_DONE] = "completed",
    [KT_ITEM_FAILED] = "failed",   [KT_ITEM_CANCELLED] = "cancelled", [KT_ITEM_UNSURE] = "unsure",
};

void kt_run_report_begin(kt_run_report *report, bool is_terminal)
{
    *report = (kt_run_report){ .is_terminal = is_terminal };
}

/* ---- while it waits ---- */

static void note_price(kt_run_report *report, const kt_target_facts *facts)
{
    if (!facts->has_price)
        return;
    if (strcmp(facts->price_unit, "shot") == 0)
        snprintf(report->price, sizeof(report->price), ", list price $%.2f",
                 0.30 + facts->price_usd * (double)report->shots);
    else
        snprintf(report->price, sizeof(report->price), ", list price $%g a %s", facts->price_usd, facts->price_unit);
}

void kt_run_report_device(kt_run_report *report, const kt_found *found, int64_t shots)
{
    const kt_target_facts *facts = kt_target_facts_of(found->target);
    const kt_clock *clock = kt_clock_system();
    int64_t next_ns = 0;
    report->shots = shots;
    snprintf(report->device, sizeof(report->device), "%s", facts->name);
    note_price(report, facts);
    if (!report->is_terminal)
        return;
    fprintf(stderr, "%s in %s: %lld shots%s", facts->name, found->region, (long long)shots, report->price);
    if (found->queue >= 0)
        fprintf(stderr, ", %lld tasks in its queue", (long long)found->queue);
    char when[32];
    if (!kt_target_is_open(found->target, clock->wall_ns(clock->ctx), &next_ns) && next_ns > 0 &&
        kt_time_text(next_ns, when, sizeof(when), NULL) == 0)
        fprintf(stderr, ", its next window opens %s", when);
    fputc('\n', stderr);
}

void kt_run_report_changed(kt_run_report *report, const kt_item *item)
{
    if (!report->is_terminal)
        return;
    fprintf(stderr, "\r\033[Ktask %u %s", item->index + 1, state_names[item->state]);
    if (item->queue_position[0] != '\0')
        fprintf(stderr, ", %s in the queue", item->queue_position);
    if (item->arn[0] != '\0')
        fprintf(stderr, "  %s", item->arn);
    fflush(stderr);
    report->has_line = true;
}

void kt_run_report_end(kt_run_report *report)
{
    if (report->has_line)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

/* ---- results ---- */

static int write_execution(kt_jw *w, const kt_execution *execution, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    if (execution->result == NULL) {
        kt_jw_object(w);
        kt_jw_key(w, "failure");
        kt_jw_strz(w, execution->failure);
        kt_jw_key(w, "category");
        kt_jw_strz(w, execution->failure_category);
        kt_jw_key(w, "retryable");
        kt_jw_bool(w, execution->is_retryable);
        kt_jw_close(w);
        return 0;
    }
    const int rc = kt_result_write_json(execution->result, kt_out_buf(&text), 0, err);
    if (rc == 0)
        kt_jw_raw(w, kt_view_trim(kt_buf_view(&text)));
    return rc;
}

static int write_results(kt_jw *w, const kt_item *item, kt_error *err)
{
    int rc = 0;
    kt_jw_key(w, "results");
    kt_jw_array(w);
    const size_t count = item->result == NULL ? 0 : kt_task_result_count(item->result);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = write_execution(w, kt_task_result_at(item->result, i), err);
    kt_jw_close(w);
    if (item->result != NULL && count == 0) { /* a kind that has no counts of circuits */
        kt_jw_key(w, "braket");
        kt_jw_value(w, kt_task_result_json(item->result));
    }
    return rc;
}

/* The members of a task's object. */
static int write_members(kt_jw *w, const kt_item *item, kt_error *err)
{
    kt_jw_key(w, "arn");
    kt_jw_strz(w, item->arn[0] == '\0' ? NULL : item->arn);
    kt_jw_key(w, "state");
    kt_jw_strz(w, state_names[item->state]);
    kt_jw_key(w, "error");
    kt_jw_strz(w, item->error == NULL ? NULL : item->error->message);
    return write_results(w, item, err);
}

static int write_item(kt_jw *w, const kt_item *item, kt_error *err)
{
    kt_jw_object(w);
    kt_jw_key(w, "index");
    kt_jw_uint(w, item->index);
    const int rc = write_members(w, item, err);
    kt_jw_close(w);
    return rc;
}

static int write_json(const kt_run_args *args, const kt_batch *batch, const char *run_id, kt_error *err)
{
    kt_jw w;
    int rc = 0;
    kt_jw_init(&w, args->out, 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "run");
    kt_jw_strz(&w, run_id);
    kt_jw_key(&w, "guard");
    kt_jw_strz(&w, "unguarded");
    kt_jw_key(&w, "tasks");
    kt_jw_array(&w);
    for (size_t i = 0; i < kt_batch_count(batch) && rc == 0; i++)
        rc = write_item(&w, kt_batch_item(batch, i), err);
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return rc < 0 ? rc : kt_jw_end(&w, err);
}

static int show_item(const kt_run_args *args, const kt_item *item, kt_buf *text, kt_error *err)
{
    const size_t count = kt_task_result_count(item->result);
    int rc = count == 0 ? kt_task_result_text(item->result, text, err) : 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        const kt_execution *execution = kt_task_result_at(item->result, i);
        if (count > 1)
            kt_buf_addf(text, "execution %zu\n", i + 1);
        if (execution->result != NULL)
            rc = args->show(args->ctx, execution->result, text, err);
        else
            kt_buf_addf(text, "  failed: %s\n", execution->failure);
    }
    kt_buf_addf(text, "%s\n", item->arn);
    return rc;
}

static int write_text(const kt_run_args *args, const kt_item *item, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = 0;
    if (args->format == KT_RUN_BRAKET)
        kt_buf_add(&text, item->raw_result.data, item->raw_result.length);
    else
        rc = show_item(args, item, &text, err);
    if (rc == 0)
        rc = kt_buf_check(&text, err, "the result as text");
    return rc < 0 ? rc : args->out.write(args->out.ctx, text.data, text.length, err);
}

int kt_run_report_task(const kt_run_args *args, const char *arn, const kt_task_result *result, kt_view raw_result,
                       kt_error *err)
{
    const kt_item item = {
        .state = KT_ITEM_DONE, .arn = arn, .queue_position = "", .result = result, .raw_result = raw_result
    };
    if (args->format != KT_RUN_JSON)
        return write_text(args, &item, err);
    kt_jw w;
    kt_jw_init(&w, args->out, 2);
    kt_jw_object(&w);
    const int rc = write_members(&w, &item, err);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return rc < 0 ? rc : kt_jw_end(&w, err);
}

static void tell_failures(const kt_batch *batch)
{
    for (size_t i = 0; i < kt_batch_count(batch); i++) {
        const kt_item *item = kt_batch_item(batch, i);
        if (item->error != NULL)
            fprintf(stderr, "ketch: task %s %s: %s\n", item->arn, state_names[item->state], item->error->message);
    }
}

static int exit_status(const kt_batch *batch)
{
    int status = 0;
    for (size_t i = 0; i < kt_batch_count(batch); i++) {
        const kt_item *item = kt_batch_item(batch, i);
        if (item->state == KT_ITEM_FAILED || item->state == KT_ITEM_UNSURE)
            return kt_code_exit(KT_E_FAILED);
        if (item->state == KT_ITEM_CANCELLED)
            status = kt_code_exit(KT_E_CANCELLED);
    }
    return status;
}

int kt_run_report_write(kt_run_report *report, const kt_run_args *args, const kt_batch *batch, const char *run_id,
                        kt_error *err)
{
    int rc = 0;
    (void)report;
    if (args->format == KT_RUN_JSON)
        rc = write_json(args, batch, run_id, err);
    for (size_t i = 0; i < kt_batch_count(batch) && rc == 0 && args->format != KT_RUN_JSON; i++)
        if (kt_batch_item(batch, i)->result != NULL)
            rc = write_text(args, kt_batch_item(batch, i), err);
    if (args->format != KT_RUN_JSON)
        tell_failures(batch);
    return rc < 0 ? rc : exit_status(batch);
}

/* ---- what was left ---- */

/* Whether the process that began the run is still there. (A number that was given anew keeps a line unsaid.) */
static bool is_watched(const kt_run_row *row)
{
    KT_OWN(kt_json) *about = NULL;
    if (kt_json_parse(kt_view_of(row->about), &about, NULL) < 0)
        return false;
    const json_int_t pid = json_integer_value(json_object_get(about, "pid"));
    return pid > 0 && kill((pid_t)pid, 0) == 0;
}

static int tell_run(void *ctx, const kt_run_row *row, kt_error *err)
{
    bool *is_told = ctx;
    (void)err;
    if (is_watched(row))
        return 0;
    if (!*is_told)
        fprintf(stderr, "ketch: run %s is unfinished; 'ketch resume %s' goes on with it\n", row->id, row->id);
    *is_told = true;
    return 0;
}

int kt_run_report_unfinished(kt_store *store, kt_error *err)
{
    bool is_told = false;
    return kt_store_runs(store, true, tell_run, &is_told, err);
}
