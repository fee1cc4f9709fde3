/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - a run and its batch: begun by the first submission, taken up again after a crash, over when every task has
 * ended and the store says so. */
#include "api/api_priv.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TASKS_FIRST = 16 };

/* ---- tasks ---- */

static int make_room(kt_api_run *run, uint32_t index, kt_error *err)
{
    size_t capacity = run->capacity == 0 ? TASKS_FIRST : run->capacity;
    while (capacity <= index)
        capacity *= 2;
    if (capacity > run->capacity) {
        kt_quantum_task **more = realloc(run->tasks, capacity * sizeof(*more));
        if (more == NULL)
            return kt_fail_nomem(err, capacity * sizeof(*more), "tasks");
        memset(more + run->capacity, 0, (capacity - run->capacity) * sizeof(*more));
        run->tasks = more;
        run->capacity = capacity;
    }
    return 0;
}

int kt_api_run_take(kt_api_run *run, uint32_t index, const char *label, kt_quantum_task **out, kt_error *err)
{
    kt_ctx *ctx = run->ctx;
    int rc = make_room(run, index, err);
    if (rc < 0)
        return rc;
    kt_quantum_task *task = calloc(1, sizeof(*task));
    char *copy = strdup(label == NULL ? "" : label);
    if (task == NULL || copy == NULL) {
        free(task);
        free(copy);
        return kt_fail_nomem(err, sizeof(*task), "a task");
    }
    *task = (kt_quantum_task){ .ctx = ctx, .run = run, .index = index, .label = copy, .before = ctx->last };
    memcpy(task->run_id, run->id, sizeof(task->run_id));
    if (ctx->last == NULL)
        ctx->first = task;
    else
        ctx->last->after = task;
    ctx->last = task;
    ctx->unended++;
    run->tasks[index] = task;
    if (run->count <= index)
        run->count = index + 1;
    *out = task;
    return 0;
}

static bool is_end(kt_item_state state)
{
    return state >= KT_ITEM_DONE;
}

static void note_end(kt_quantum_task *task, const kt_error *error)
{
    kt_ctx *ctx = task->ctx;
    if (error != NULL && task->error == NULL)
        task->error = malloc(sizeof(*error)); /* without memory the state says enough */
    if (error != NULL && task->error != NULL)
        *task->error = *error;
    ctx->unended--;
    if (ctx->last_ended == NULL)
        ctx->first_ended = task;
    else
        ctx->last_ended->next_ended = task;
    ctx->last_ended = task;
}

static void copy_text(char *out, size_t bytes, const char *text)
{
    const size_t length = strnlen(text, bytes - 1);
    memcpy(out, text, length);
    out[length] = '\0';
}

static void tell(kt_quantum_task *task)
{
    if (task->changed != NULL && !task->ctx->is_closing)
        task->changed(task->user, task);
}

/* The values that were wanted and that the device does not compute. */
static int observe(kt_quantum_task *task, kt_error *err)
{
    const kt_result *counts = kt_quantum_task_result(task);
    if (task->state != KT_ITEM_DONE || task->observe == NULL || counts == NULL)
        return 0;
    return kt_observe_apply(task->observe, counts, &task->computed, err);
}

static void on_changed(void *ctx, const kt_item *item)
{
    kt_error error;
    kt_api_run *run = ctx;
    kt_quantum_task *task = item->index < run->count ? run->tasks[item->index] : NULL;
    if (task == NULL || is_end(task->state))
        return;
    task->state = item->state;
    copy_text(task->arn, sizeof(task->arn), item->arn);
    copy_text(task->queue_position, sizeof(task->queue_position), item->queue_position);
    if (is_end(item->state)) {
        task->result = kt_batch_take_result(run->batch, item->index);
        const bool is_observed = observe(task, &error) == 0;
        if (!is_observed)
            task->state = KT_ITEM_FAILED;
        note_end(task, is_observed ? item->error : &error);
    }
    tell(task);
}

/* ---- the end of a run ---- */

static kt_run_state end_state(const kt_api_run *run)
{
    kt_run_state state = KT_RUN_DONE;
    for (size_t i = 0; i < kt_batch_count(run->batch); i++) {
        const kt_item_state item = kt_batch_item(run->batch, i)->state;
        if (item == KT_ITEM_UNSURE)
            return KT_RUN_OPEN; /* a person must say */
        if (item == KT_ITEM_FAILED)
            state = KT_RUN_FAILED;
        else if (item == KT_ITEM_CANCELLED && state == KT_RUN_DONE)
            state = KT_RUN_CANCELLED;
    }
    return state;
}

static void on_run_ended(void *ctx, int rc, const kt_error *err)
{
    kt_api_run *run = ctx;
    if (rc < 0 && run->ctx->log.write != NULL)
        kt_logf(&run->ctx->log, KT_LOG_WARN, "run %s: %s", run->id, err->message);
    run->is_over = true;
}

static void on_ended(void *ctx, int rc, const kt_error *err)
{
    kt_api_run *run = ctx;
    kt_error error = { 0 };
    run->is_closed = true;
    if (rc == 0) {
        rc = kt_store_end_run(run->ctx->store, run->id, end_state(run), on_run_ended, run, &error);
        err = &error;
    }
    if (rc < 0)
        on_run_ended(run, rc, err);
}

bool kt_api_run_is_settled(const kt_api_run *run)
{
    for (size_t i = 0; i < kt_batch_count(run->batch); i++)
        if (!is_end(kt_batch_item(run->batch, i)->state))
            return false;
    return true;
}

void kt_api_run_free(kt_api_run *run)
{
    kt_ctx *ctx = run->ctx;
    for (kt_api_run **at = &ctx->runs; *at != NULL; at = &(*at)->next)
        if (*at == run) {
            *at = run->next;
            break;
        }
    for (size_t i = 0; i < run->count; i++)
        if (run->tasks[i] != NULL)
            run->tasks[i]->run = NULL;
    kt_batch_free(run->batch);
    free(run->tasks);
    free(run);
}

void kt_api_reap(kt_ctx *ctx)
{
    for (kt_api_run *run = ctx->runs, *next; run != NULL; run = next) {
        next = run->next;
        if (run->is_over)
            kt_api_run_free(run);
    }
}

/* ---- the beginning of one ---- */

static int run_new(kt_ctx *ctx, const char *id, kt_api_run **out, kt_error *err)
{
    kt_api_run *run = calloc(1, sizeof(*run));
    if (run == NULL)
        return kt_fail_nomem(err, sizeof(*run), "a run");
    run->ctx = ctx;
    int rc = 0;
    if (id == NULL)
        rc = kt_store_new_run_id(run->id, err);
    else
        memcpy(run->id, id, sizeof(run->id));
    const kt_batch_options options = {
        .loop = &ctx->loop,
        .aws = ctx->aws,
        .store = ctx->store,
        .guard = ctx->guard,
        .clock = kt_clock_system(),
        .log = ctx->log.write == NULL ? NULL : &ctx->log,
        .run_id = run->id,
        .s3 = ctx->s3,
        .poll_ms = ctx->poll_ms,
        .keeps_results = true, /* until they are taken */
        .asks_queue = ctx->asks_queue,
        .changed = on_changed,
        .ended = on_ended,
        .ctx = run,
    };
    if (rc == 0)
        rc = kt_batch_new(&options, &run->batch, err);
    if (rc < 0) {
        free(run);
        return rc;
    }
    run->next = ctx->runs;
    ctx->runs = run;
    *out = run;
    return 0;
}

/* Nothing of it was submitted. */
static void fail_all(kt_api_run *run, const kt_error *error)
{
    for (size_t i = 0; i < run->count; i++) {
        kt_quantum_task *task = run->tasks[i];
        if (task == NULL || is_end(task->state))
            continue;
        task->state = KT_ITEM_FAILED;
        note_end(task, error);
        tell(task);
    }
    run->is_closed = run->is_over = true;
}

static void on_run_stored(void *ctx, int rc, const kt_error *err)
{
    kt_api_run *run = ctx;
    kt_error error = { 0 };
    if (run->ctx->is_closing)
        return;
    if (rc == 0) {
        rc = kt_batch_start(run->batch, &error);
        err = &error;
    }
    if (rc < 0)
        fail_all(run, err);
}

static int store_run(kt_api_run *run, kt_error *err)
{
    const kt_clock *clock = kt_clock_system();
    KT_OWN(kt_json) *about = json_pack("{ss, sI, sb, sb, s[]}", "file", run->ctx->name, "pid", (json_int_t)getpid(),
                                       "is_list", 0, "is_library", 1, "executions");
    char *text = about == NULL ? NULL : json_dumps(about, JSON_COMPACT | JSON_SORT_KEYS);
    kt_run_row row = { .created_ns = clock->wall_ns(clock->ctx), .about = text };
    memcpy(row.id, run->id, sizeof(row.id));
    const int rc = text == NULL ? kt_fail(err, KT_E_INVALID, "the name of a ctx is not UTF-8")
                                : kt_store_put_run(run->ctx->store, &row, on_run_stored, run, err);
    free(text);
    return rc;
}

int kt_api_run_open(kt_ctx *ctx, kt_api_run **out, kt_error *err)
{
    kt_api_run *run = NULL;
    for (run = ctx->runs; run != NULL; run = run->next)
        if (!run->is_closed) {
            *out = run;
            return 0;
        }
    int rc = run_new(ctx, NULL, &run, err);
    if (rc < 0)
        return rc;
    rc = store_run(run, err);
    if (rc < 0) {
        kt_api_run_free(run);
        return rc;
    }
    *out = run;
    return 0;
}

/* ---- an earlier one ---- */

typedef struct choice {
    kt_ctx *ctx;
    bool is_found, is_ours, is_by_name;
    char id[KT_RUN_ID_BYTES];
} choice;

static bool has_run(const kt_ctx *ctx, const char *id)
{
    for (const kt_api_run *run = ctx->runs; run != NULL; run = run->next)
        if (strcmp(run->id, id) == 0)
            return true;
    return false;
}

static int choose(void *ctx, const kt_run_row *row, kt_error *err)
{
    choice *c = ctx;
    if (c->is_found)
        return 0;
    if (has_run(c->ctx, row->id)) /* the newest of others is wanted, or this very one */
        return c->is_by_name ? kt_fail(err, KT_E_INVALID, "run %s is this ctx's already", row->id) : 0;
    c->is_found = true;
    memcpy(c->id, row->id, sizeof(c->id));
    return 0;
}

static int add_order(void *ctx, const kt_order_row *row, kt_error *err)
{
    kt_api_run *run = ctx;
    KT_OWN(kt_json) *about = NULL;
    kt_quantum_task *task = row->index < run->count ? run->tasks[row->index] : NULL;
    int rc = kt_batch_add_again(run->batch, row, err);
    if (rc < 0 || task != NULL) /* a later attempt of one */
        return rc;
    const char *label = kt_json_parse(kt_view_of(row->about == NULL ? "{}" : row->about), &about, NULL) < 0
                            ? NULL
                            : json_string_value(json_object_get(about, "label"));
    rc = kt_api_run_take(run, row->index, label, &task, err);
    if (rc < 0)
        return rc;
    const kt_json *plan = json_object_get(about, "observe");
    rc = plan == NULL ? 0 : kt_observe_from_json(plan, &task->observe, err);
    if (rc < 0)
        return rc;
    task->changed = run->resumed_changed;
    task->user = run->resumed_user;
    copy_text(task->arn, sizeof(task->arn), row->arn == NULL ? "" : row->arn);
    run->resumed_count++;
    return 0;
}

/* What was taken in before it failed. */
static void undo(kt_api_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        if (run->tasks[i] != NULL)
            kt_api_task_free(run->tasks[i]);
    kt_api_run_free(run);
}

int kt_ctx_resume(kt_ctx *ctx, const char *run_id, void (*changed)(void *user, kt_quantum_task *task), void *user,
                  size_t *count, kt_error *err)
{
    choice c = { .ctx = ctx, .is_by_name = run_id != NULL };
    kt_api_run *run = NULL;
    int rc = kt_api_open_store(ctx, err);
    if (rc == 0)
        rc = run_id != NULL ? kt_store_run(ctx->store, run_id, choose, &c, err)
                            : kt_store_runs(ctx->store, true, choose, &c, err);
    if (rc == 0 && !c.is_found)
        rc = kt_fail(err, KT_E_NOT_FOUND, "no run in this state folder is unfinished");
    if (rc == 0)
        rc = run_new(ctx, c.id, &run, err);
    if (rc < 0 || run == NULL)
        return rc;
    run->resumed_changed = changed;
    run->resumed_user = user;
    run->is_closed = true; /* what is submitted from now on begins a run of its own */
    uv_update_time(&ctx->loop);
    rc = kt_store_orders(ctx->store, run->id, add_order, run, err);
    if (rc < 0) {
        undo(run);
        return rc;
    }
    if (count != NULL)
        *count = run->resumed_count;
    return kt_batch_start(run->batch, err);
}
