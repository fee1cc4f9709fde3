/* SPDX-License-Identifier: Apache-2.0 */
/* run_braket.c - `ketch run` on a Braket device and `ketch resume`: the device is found, the program checked against
 * it, the run recorded, and the batch of tasks watched to its end. The steps follow each other on the loop; whatever
 * fails ends the loop with its error. Ctrl-C asks once; where there is nobody to ask the tasks are left running. */
#include "base/run_args.h"

#include "full/run_plan.h"
#include "full/run_report.h"
#include "full/session.h"
#include "full/signals.h"
#include "task/batch.h"
#include "task/lookup.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct run {
    const kt_run_args *args;
    kt_session *session;
    kt_batch *batch;
    kt_signals *signals;
    kt_run_report report;
    char id[KT_RUN_ID_BYTES];
    kt_run_plan *plan;
    bool is_left, is_cancelled;
    bool is_open; /* what is missing may be asked for; a run at its end stays as it is */
    int rc;
    kt_error error;
} run;

static void stop(run *r, int rc, const kt_error *err)
{
    if (r->rc == 0 && rc < 0) {
        r->rc = rc;
        r->error = *err;
    }
    uv_stop(&r->session->loop);
}

/* ---- Ctrl-C ---- */

/* The loop waits meanwhile: nothing is lost by that, the tasks are Braket's. */
static char ask(void)
{
    char line[16] = "";
    fputs("\nketch: cancel the tasks (c), leave them running (l), or go on waiting (any other key)? ", stderr);
    fflush(stderr);
    return fgets(line, sizeof(line), stdin) == NULL ? 'l' : line[0];
}

static void on_signal(void *ctx, int number, bool from_terminal)
{
    run *r = ctx;
    (void)from_terminal;
    const char choice =
        number == SIGINT && !r->is_cancelled && r->args->err_terminal && isatty(STDIN_FILENO) ? ask() : 'l';
    if (choice != 'c' && choice != 'l')
        return;
    r->is_cancelled = choice == 'c';
    r->is_left = choice == 'l';
    if (r->batch == NULL)
        stop(r, KT_E_CANCELLED, &(kt_error){ .code = KT_E_CANCELLED, .message = "interrupted; nothing was submitted" });
    else if (r->is_cancelled)
        kt_batch_cancel(r->batch);
    else
        kt_batch_leave(r->batch);
}

/* ---- the batch ---- */

/* A program of a set that failed for a passing reason is asked for once more, alone. */
static int retry_failed(run *r, const kt_item *item, kt_error *err)
{
    const size_t count = item->result == NULL ? 0 : kt_task_result_count(item->result);
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        const kt_execution *found = kt_task_result_at(item->result, i);
        const int64_t execution = kt_run_plan_execution(r->plan, item->index, found);
        if (found->result != NULL || !found->is_retryable || execution < 0 || count == 1 ||
            kt_run_plan_is_retried(r->plan, (size_t)execution))
            continue;
        rc = kt_run_plan_retry(r->plan, (size_t)execution, err);
        if (rc == 0)
            rc = kt_run_plan_add(r->plan, kt_run_plan_task_count(r->plan) - 1, r->batch, err);
    }
    return rc;
}

static void on_changed(void *ctx, const kt_item *item)
{
    run *r = ctx;
    kt_error error = { 0 };
    kt_run_report_changed(&r->report, r->batch, item);
    if (r->is_open && !r->is_cancelled && !r->is_left && retry_failed(r, item, &error) < 0)
        kt_logf(&r->session->log, KT_LOG_WARN, "a failed program could not be asked for again: %s", error.message);
}

static void on_run_ended(void *ctx, int rc, const kt_error *err)
{
    run *r = ctx;
    stop(r, rc, err);
}

static kt_run_state end_state(const run *r)
{
    kt_run_state state = KT_RUN_DONE;
    for (size_t i = 0; i < kt_batch_count(r->batch); i++) {
        const kt_item_state item = kt_batch_item(r->batch, i)->state;
        if (item == KT_ITEM_UNSURE)
            return KT_RUN_OPEN; /* a person must say */
        if (item == KT_ITEM_FAILED)
            state = KT_RUN_FAILED;
        else if (item == KT_ITEM_CANCELLED && state == KT_RUN_DONE)
            state = KT_RUN_CANCELLED;
    }
    return state;
}

static void on_ended(void *ctx, int rc, const kt_error *err)
{
    run *r = ctx;
    kt_error error = { 0 };
    if (r->is_left || rc < 0 || !r->is_open) {
        stop(r, r->is_left ? 0 : rc, err);
        return;
    }
    rc = kt_store_end_run(r->session->store, r->id, end_state(r), on_run_ended, r, &error);
    if (rc < 0)
        stop(r, rc, &error);
}

static int make_batch(run *r, kt_error *err)
{
    const kt_batch_options options = {
        .loop = &r->session->loop,
        .aws = r->session->aws,
        .store = r->session->store,
        .guard = r->session->guard,
        .clock = kt_clock_system(),
        .log = &r->session->log,
        .run_id = r->id,
        .s3 = r->args->s3,
        .keeps_results = true,
        .keeps_raw_results = r->args->format == KT_RUN_BRAKET,
        .asks_queue = r->args->err_terminal,
        .changed = on_changed,
        .ended = on_ended,
        .ctx = r,
    };
    return kt_batch_new(&options, &r->batch, err);
}

/* ---- a new run ---- */

/* Those that have no order yet, from the first such on: permits are asked for in order. */
static int add_tasks(run *r, kt_error *err)
{
    int rc = 0;
    for (size_t i = kt_batch_count(r->batch); i < kt_run_plan_task_count(r->plan) && rc == 0; i++)
        rc = kt_run_plan_add(r->plan, i, r->batch, err);
    return rc;
}

static void on_run_stored(void *ctx, int rc, const kt_error *err)
{
    run *r = ctx;
    kt_error error = { 0 };
    if (rc == 0) {
        rc = kt_batch_start(r->batch, &error);
        err = &error;
    }
    if (rc < 0)
        stop(r, rc, err);
}

static int store_run(run *r, kt_error *err)
{
    char *text = json_dumps(kt_run_plan_about(r->plan), JSON_COMPACT | JSON_SORT_KEYS);
    const kt_clock *clock = kt_clock_system();
    kt_run_row row = { .created_ns = clock->wall_ns(clock->ctx), .about = text };
    memcpy(row.id, r->id, sizeof(row.id));
    const int rc = text == NULL ? kt_fail_nomem(err, 64, "a run")
                                : kt_store_put_run(r->session->store, &row, on_run_stored, r, err);
    free(text);
    return rc;
}

static void on_found(void *ctx, int rc, kt_found *take_found, const kt_error *err)
{
    run *r = ctx;
    kt_error error = { 0 };
    if (rc < 0) {
        stop(r, rc, err);
        return;
    }
    rc = make_batch(r, &error);
    if (rc == 0)
        rc = kt_run_plan_make(r->args, take_found, &r->plan, &error);
    if (rc == 0)
        rc = add_tasks(r, &error);
    if (rc == 0)
        rc = store_run(r, &error);
    if (rc == 0)
        kt_run_report_device(&r->report, take_found, r->plan);
    kt_target_free(take_found->target);
    if (rc < 0)
        stop(r, rc, &error);
}

static int begin_new(run *r, kt_error *err)
{
    const kt_lookup_options options = {
        .name = r->args->device, .shots = r->args->shots, .clock = kt_clock_system(), .log = &r->session->log
    };
    r->is_open = true;
    int rc = kt_run_report_unfinished(r->session->store, err);
    if (rc == 0)
        rc = kt_store_new_run_id(r->id, err);
    return rc < 0 ? rc : kt_lookup(r->session->aws, &options, on_found, r, err);
}

/* ---- an earlier run ---- */

/* The first that is visited: the newest. */
static int take_run(void *ctx, const kt_run_row *row, kt_error *err)
{
    run *r = ctx;
    if (r->id[0] != '\0')
        return 0;
    kt_json *about = NULL;
    memcpy(r->id, row->id, sizeof(r->id));
    r->is_open = row->state == KT_RUN_OPEN;
    const int rc = kt_json_parse(kt_view_of(row->about), &about, err);
    return rc < 0 ? rc : kt_run_plan_read(about, &r->plan, err);
}

static int add_order(void *ctx, const kt_order_row *row, kt_error *err)
{
    run *r = ctx;
    const int rc = kt_run_plan_note(r->plan, row, err);
    return rc < 0 ? rc : kt_batch_add_again(r->batch, row, err);
}

static int begin_again(run *r, kt_error *err)
{
    kt_store *store = r->session->store;
    int rc = r->args->run_id != NULL ? kt_store_run(store, r->args->run_id, take_run, r, err)
                                     : kt_store_runs(store, true, take_run, r, err);
    if (rc < 0 || r->id[0] == '\0')
        return rc;
    rc = make_batch(r, err);
    if (rc == 0)
        rc = kt_store_orders(store, r->id, add_order, r, err);
    if (rc == 0 && r->is_open)
        rc = add_tasks(r, err); /* the process was killed before they were asked for */
    return rc < 0 ? rc : kt_batch_start(r->batch, err);
}

/* ---- both ---- */

/* What the device was not asked to compute is computed from its counts. */
static int observe_execution(const run *r, const kt_item *item, size_t index, kt_error *err)
{
    const kt_execution *found = kt_task_result_at(item->result, index);
    const int64_t execution = kt_run_plan_execution(r->plan, item->index, found);
    const kt_json *json = execution < 0 ? NULL : kt_run_plan_observe(r->plan, (size_t)execution);
    KT_OWN(kt_observe_plan) *plan = NULL;
    kt_result *computed = NULL;
    if (json == NULL || found->result == NULL)
        return 0;
    int rc = kt_observe_from_json(json, &plan, err);
    if (rc == 0)
        rc = kt_observe_apply(plan, found->result, &computed, err);
    if (rc == 0)
        kt_task_result_put((kt_task_result *)item->result, index, computed); /* const for those who read it */
    if (rc == 0 && execution == 0)
        fprintf(stderr, "ketch: %s\n", kt_observe_note(plan));
    return rc;
}

static int observe_all(const run *r, kt_error *err)
{
    int rc = 0;
    for (size_t t = 0; rc == 0 && t < kt_batch_count(r->batch); t++) {
        const kt_item *item = kt_batch_item(r->batch, t);
        const size_t count = item->result == NULL ? 0 : kt_task_result_count(item->result);
        for (size_t i = 0; rc == 0 && i < count; i++)
            rc = observe_execution(r, item, i, err);
    }
    return rc;
}

static int finish(run *r, kt_error *err)
{
    if (r->rc < 0) {
        if (err != NULL)
            *err = r->error;
        return r->rc;
    }
    if (r->is_left) {
        fprintf(stderr, "ketch: the tasks of run %s go on; 'ketch resume %s' waits for them\n", r->id, r->id);
        return kt_code_exit(KT_E_CANCELLED);
    }
    const int rc = observe_all(r, err);
    return rc < 0 ? rc : kt_run_report_write(r->args, r->plan, r->batch, r->id, err);
}

static int go(const kt_run_args *args, int (*begin)(run *r, kt_error *err), kt_error *err)
{
    kt_session session;
    run r = { .args = args, .session = &session };
    const kt_session_options options = { .region = args->region,
                                         .profile = args->profile,
                                         .endpoint_url = args->endpoint_url };
    int rc = kt_session_open(&session, &options, err);
    if (rc == 0)
        rc = kt_signals_new(&session.loop, on_signal, &r, &r.signals, err);
    if (rc == 0)
        rc = kt_session_open_store(&session, args->state_dir, err);
    if (rc == 0) {
        kt_run_report_begin(&r.report, args->err_terminal);
        rc = begin(&r, err);
    }
    if (rc == 0 && (r.batch != NULL || begin == begin_new)) {
        uv_run(&session.loop, UV_RUN_DEFAULT);
        kt_run_report_end(&r.report);
        rc = finish(&r, err);
    } else if (rc == 0)
        fputs("ketch: no run in this state folder is unfinished\n", stderr);
    kt_signals_close(r.signals);
    kt_batch_free(r.batch);
    kt_run_plan_free(r.plan);
    kt_session_close(&session);
    return rc;
}

int kt_cmd_run_braket(const kt_run_args *args, kt_error *err)
{
    return go(args, begin_new, err);
}

int kt_cmd_resume(const kt_run_args *args, kt_error *err)
{
    return go(args, begin_again, err);
}
