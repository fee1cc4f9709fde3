/* SPDX-License-Identifier: Apache-2.0 */
/* run_report.c - progress as one line that is written over, on a terminal; results as text, as Ketch's JSON, or as
 * Braket's own. doc/json.md describes the JSON. */
#include "full/run_report.h"

#include "circuit/result.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASK_FEE_USD 0.30
#define LINE_NS INT64_C(100000000) /* so often at most, when MANY change at once: each line looks at all of them */
enum { MANY = 2000 };

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

/* Of all that is asked for; QPUs take a fee a task, which the list price leaves out. */
static void write_price(const kt_target_facts *facts, const kt_run_plan *plan)
{
    const double shots = (double)kt_run_plan_shots(plan), tasks = (double)kt_run_plan_task_count(plan);
    if (!facts->has_price)
        return;
    if (strcmp(facts->price_unit, "shot") == 0)
        fprintf(stderr, ", list price $%.2f", TASK_FEE_USD * tasks + facts->price_usd * shots);
    else
        fprintf(stderr, ", list price $%g a %s", facts->price_usd, facts->price_unit);
}

void kt_run_report_device(kt_run_report *report, const kt_found *found, const kt_run_plan *plan)
{
    const kt_target_facts *facts = kt_target_facts_of(found->target);
    const kt_clock *clock = kt_clock_system();
    const size_t tasks = kt_run_plan_task_count(plan), executions = kt_run_plan_execution_count(plan);
    int64_t next_ns = 0;
    if (!report->is_terminal)
        return;
    fprintf(stderr, "%s in %s: ", facts->name, found->region);
    if (executions > 1)
        fprintf(stderr, "%zu executions in %zu task%s, ", executions, tasks, tasks == 1 ? "" : "s");
    fprintf(stderr, "%lld shots", (long long)kt_run_plan_shots(plan));
    write_price(facts, plan);
    if (found->queue >= 0)
        fprintf(stderr, ", %lld tasks in its queue", (long long)found->queue);
    char when[32];
    if (!kt_target_is_open(found->target, clock->wall_ns(clock->ctx), &next_ns) && next_ns > 0 &&
        kt_time_text(next_ns, when, sizeof(when), NULL) == 0)
        fprintf(stderr, ", its next window opens %s", when);
    fputc('\n', stderr);
}

/* "37/100 tasks done, 12 running, 51 queued" */
static void write_counts(const kt_batch *batch)
{
    size_t counts[KT_ITEM_UNSURE + 1] = { 0 };
    for (size_t i = 0; i < kt_batch_count(batch); i++)
        counts[kt_batch_item(batch, i)->state]++;
    fprintf(stderr, "\r\033[K%zu/%zu tasks completed", counts[KT_ITEM_DONE], kt_batch_count(batch));
    for (size_t state = 0; state < KT_COUNT(counts); state++)
        if (counts[state] > 0 && state != KT_ITEM_DONE)
            fprintf(stderr, ", %zu %s", counts[state], state_names[state]);
}

static void write_task(const kt_item *item)
{
    fprintf(stderr, "\r\033[Ktask %s", state_names[item->state]);
    if (item->queue_position[0] != '\0')
        fprintf(stderr, ", %s in the queue", item->queue_position);
    if (item->arn[0] != '\0')
        fprintf(stderr, "  %s", item->arn);
}

void kt_run_report_changed(kt_run_report *report, const kt_batch *batch, const kt_item *item)
{
    const kt_clock *clock = kt_clock_system();
    const int64_t now_ns = clock->monotonic_ns(clock->ctx);
    if (!report->is_terminal)
        return;
    if (kt_batch_count(batch) == 1)
        write_task(item);
    else if (!report->has_line || kt_batch_count(batch) < MANY || now_ns - report->told_ns > LINE_NS)
        write_counts(batch);
    else
        return;
    fflush(stderr);
    report->told_ns = now_ns;
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

static void write_state(kt_jw *w, const kt_item *item)
{
    kt_jw_key(w, "arn");
    kt_jw_strz(w, item->arn[0] == '\0' ? NULL : item->arn);
    kt_jw_key(w, "state");
    kt_jw_strz(w, state_names[item->state]);
    kt_jw_key(w, "error");
    kt_jw_strz(w, item->error == NULL ? NULL : item->error->message);
}

/* ---- of a list: one result an execution, in the order asked for ---- */

typedef struct outcome {
    const kt_item *item;       /* of the task that it went in; NULL: none */
    const kt_execution *found; /* NULL: its task has left nothing for it */
} outcome;

/* Which result is whose. A retry stands behind what it repeats, and counts. */
static int gather(const kt_run_plan *plan, const kt_batch *batch, outcome **out, kt_error *err)
{
    outcome *outcomes = calloc(kt_run_plan_execution_count(plan) + 1, sizeof(*outcomes));
    if (outcomes == NULL)
        return kt_fail_nomem(err, kt_run_plan_execution_count(plan) * sizeof(*outcomes), "results");
    for (size_t t = 0; t < kt_batch_count(batch); t++) {
        const kt_item *item = kt_batch_item(batch, t);
        const size_t count = item->result == NULL ? 0 : kt_task_result_count(item->result);
        for (size_t m = 0; m < kt_run_plan_member_count(plan, t); m++) {
            outcome *o = &outcomes[kt_run_plan_member(plan, t, m)];
            if (o->found == NULL || o->found->result == NULL)
                *o = (outcome){ .item = item };
        }
        for (size_t i = 0; i < count; i++) {
            const kt_execution *found = kt_task_result_at(item->result, i);
            const int64_t execution = kt_run_plan_execution(plan, t, found);
            if (execution >= 0 && outcomes[execution].item == item)
                outcomes[execution].found = found;
        }
    }
    *out = outcomes;
    return 0;
}

static const char *failure_of(const outcome *o)
{
    if (o->found != NULL && o->found->result == NULL)
        return o->found->failure;
    return o->item != NULL && o->item->error != NULL ? o->item->error->message : "its task has left no result for it";
}

static int list_execution(kt_jw *w, const kt_run_plan *plan, size_t index, const outcome *o, kt_error *err)
{
    const kt_json *inputs = kt_run_plan_inputs(plan, index);
    const bool is_done = o->found != NULL && o->found->result != NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_jw_object(w);
    kt_jw_key(w, "file");
    kt_jw_strz(w, kt_run_plan_file(plan, index));
    kt_jw_key(w, "inputs");
    if (inputs != NULL) {
        kt_jw_value(w, inputs);
    } else {
        kt_jw_object(w);
        kt_jw_close(w);
    }
    kt_jw_key(w, "arn");
    kt_jw_strz(w, o->item == NULL || o->item->arn[0] == '\0' ? NULL : o->item->arn);
    kt_jw_key(w, "error");
    kt_jw_strz(w, is_done ? NULL : failure_of(o));
    if (!is_done && o->found != NULL) {
        kt_jw_key(w, "category");
        kt_jw_strz(w, o->found->failure_category);
        kt_jw_key(w, "retryable");
        kt_jw_bool(w, o->found->is_retryable);
    }
    const int rc = is_done ? kt_result_write_json(o->found->result, kt_out_buf(&text), 0, err) : 0;
    if (is_done && rc == 0)
        kt_jw_members(w, kt_view_trim(kt_buf_view(&text)));
    kt_jw_close(w);
    return rc;
}

static int show_execution(const kt_run_args *args, const kt_run_plan *plan, size_t index, const outcome *o,
                          kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = 0;
    if (index > 0)
        kt_buf_addc(&text, '\n');
    kt_run_heading(&text, kt_run_plan_file(plan, index), kt_run_plan_inputs(plan, index));
    if (o->found != NULL && o->found->result != NULL)
        rc = args->show(args->ctx, o->found->result, &text, err);
    else
        kt_buf_addf(&text, "  failed: %s%s\n", failure_of(o),
                    o->found != NULL && !o->found->is_retryable ? " (not asked for again: it would fail again)" : "");
    if (o->item != NULL && o->item->arn[0] != '\0')
        kt_buf_addf(&text, "%s\n", o->item->arn);
    if (rc == 0)
        rc = kt_buf_check(&text, err, "the result as text");
    return rc < 0 ? rc : args->out.write(args->out.ctx, text.data, text.length, err);
}

/* ---- all of it ---- */

static int write_item(kt_jw *w, const kt_item *item, bool with_results, kt_error *err)
{
    kt_jw_object(w);
    kt_jw_key(w, "index");
    kt_jw_uint(w, item->index);
    write_state(w, item);
    const int rc = with_results ? write_results(w, item, err) : 0;
    kt_jw_close(w);
    return rc;
}

static int write_executions(kt_jw *w, const kt_run_plan *plan, const outcome *outcomes, kt_error *err)
{
    int rc = 0;
    kt_jw_key(w, "results");
    kt_jw_array(w);
    for (size_t i = 0; i < kt_run_plan_execution_count(plan) && rc == 0; i++)
        rc = list_execution(w, plan, i, &outcomes[i], err);
    kt_jw_close(w);
    return rc;
}

/* outcomes: of a list; NULL: the one task has its results in it. */
static int write_json(const kt_run_args *args, const kt_run_plan *plan, const kt_batch *batch, const char *run_id,
                      const outcome *outcomes, kt_error *err)
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
        rc = write_item(&w, kt_batch_item(batch, i), outcomes == NULL, err);
    kt_jw_close(&w);
    if (rc == 0 && outcomes != NULL)
        rc = write_executions(&w, plan, outcomes, err);
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

int kt_run_report_task(const kt_run_args *args, const char *arn, kt_task_result *result, kt_view raw_result,
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
    write_state(&w, &item);
    const int rc = write_results(&w, &item, err);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return rc < 0 ? rc : kt_jw_end(&w, err);
}

/* A list tells of each execution; of tasks only those are told that no execution speaks of. */
static void tell_failures(const kt_batch *batch, bool is_list)
{
    for (size_t i = 0; i < kt_batch_count(batch); i++) {
        const kt_item *item = kt_batch_item(batch, i);
        if (item->error != NULL && !(is_list && item->result != NULL))
            fprintf(stderr, "ketch: task %s %s: %s\n", item->arn, state_names[item->state], item->error->message);
    }
}

static int exit_of(const kt_item *item)
{
    if (item->state == KT_ITEM_CANCELLED)
        return kt_code_exit(KT_E_CANCELLED);
    return item->state == KT_ITEM_DONE ? 0 : kt_code_exit(KT_E_FAILED);
}

static bool has_failed(const kt_item *item)
{
    for (size_t i = 0; item->result != NULL && i < kt_task_result_count(item->result); i++)
        if (kt_task_result_at(item->result, i)->result == NULL)
            return true;
    return false;
}

static int task_status(const kt_batch *batch)
{
    int status = 0;
    for (size_t i = 0; i < kt_batch_count(batch); i++) {
        const kt_item *item = kt_batch_item(batch, i);
        const int own = exit_of(item) != 0 ? exit_of(item) : has_failed(item) ? kt_code_exit(KT_E_FAILED) : 0;
        if (status == 0 || own == kt_code_exit(KT_E_FAILED))
            status = own == 0 ? status : own;
    }
    return status;
}

/* A set may have failed and a retry have mended it: what counts is that every execution has a result. */
static int list_status(const kt_run_plan *plan, const outcome *outcomes)
{
    int status = 0;
    for (size_t i = 0; i < kt_run_plan_execution_count(plan); i++) {
        const outcome *o = &outcomes[i];
        if (o->found != NULL && o->found->result != NULL)
            continue;
        const int own = o->item == NULL ? 0 : exit_of(o->item);
        if (own != kt_code_exit(KT_E_CANCELLED))
            return kt_code_exit(KT_E_FAILED);
        status = own;
    }
    return status;
}

static int write_raw_list(const kt_run_args *args, const kt_batch *batch, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, args->out, 2);
    kt_jw_array(&w);
    for (size_t i = 0; i < kt_batch_count(batch); i++)
        if (kt_batch_item(batch, i)->raw_result.length > 0)
            kt_jw_raw(&w, kt_view_trim(kt_batch_item(batch, i)->raw_result));
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

static int write_list(const kt_run_args *args, const kt_run_plan *plan, const kt_batch *batch, const char *run_id,
                      kt_error *err)
{
    outcome *outcomes = NULL;
    int rc = gather(plan, batch, &outcomes, err);
    if (rc == 0 && args->format == KT_RUN_JSON)
        rc = write_json(args, plan, batch, run_id, outcomes, err);
    else if (rc == 0 && args->format == KT_RUN_BRAKET)
        rc = write_raw_list(args, batch, err);
    else
        for (size_t i = 0; i < kt_run_plan_execution_count(plan) && rc == 0; i++)
            rc = show_execution(args, plan, i, &outcomes[i], err);
    const int status = rc < 0 ? rc : list_status(plan, outcomes);
    free(outcomes);
    return status;
}

static int write_tasks(const kt_run_args *args, const kt_run_plan *plan, const kt_batch *batch, const char *run_id,
                       kt_error *err)
{
    int rc = 0;
    if (args->format == KT_RUN_JSON)
        rc = write_json(args, plan, batch, run_id, NULL, err);
    for (size_t i = 0; i < kt_batch_count(batch) && rc == 0 && args->format != KT_RUN_JSON; i++)
        if (kt_batch_item(batch, i)->result != NULL)
            rc = write_text(args, kt_batch_item(batch, i), err);
    return rc < 0 ? rc : task_status(batch);
}

int kt_run_report_write(const kt_run_args *args, const kt_run_plan *plan, const kt_batch *batch, const char *run_id,
                        kt_error *err)
{
    const bool is_list = kt_run_plan_is_list(plan);
    const int status =
        is_list ? write_list(args, plan, batch, run_id, err) : write_tasks(args, plan, batch, run_id, err);
    if (status >= 0 && args->format != KT_RUN_JSON)
        tell_failures(batch, is_list);
    return status;
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
