/* SPDX-License-Identifier: Apache-2.0 */
/* run_plan.c - the plan as JSON, which is also what is stored:
 *   {"file", "pid", "is_list", "device", "region", "poll_interval_ms", "parameters",
 *    "sources": [text...], an action's whole text when "is_action",
 *    "executions": [{"file", "source", "inputs", "shots", "experimental", "observe"}...],
 *    "tasks": [{"members": [execution...], "programs": [count...] or null}...]}
 * A run of a program that uses ketch/braket.h has {"file", "pid", "is_list", "is_library", "executions": []} alone.
 * Sources are what goes out, each once. Retries are not in it: their orders say which execution they are of. */
#include "full/run_plan.h"

#include "base/error.h"
#include "base/map.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXECUTIONS_MOST = 100000, SHOTS_DEFAULT = 1000 };

struct kt_run_plan {
    kt_arena *arena;
    kt_json *about;
    bool is_action;
    bool is_library; /* of a program that uses ketch/braket.h: its orders alone say what there is */
    const char *device, *region, *parameters;
    int64_t poll_interval_ms;
    kt_pack_item *items;
    bool *is_retried;
    size_t count;
    kt_pack_task *tasks;
    size_t task_count, task_room, first_retry;
};

/* ---- making ---- */

typedef struct maker {
    const kt_run_args *args;
    const kt_found *found;
    kt_map *sources; /* text -> its number + 1 */
    kt_json *texts, *executions, *tasks;
    kt_error *err;
} maker;

/* The number of a text in `texts`. */
static int intern(maker *m, kt_view text, size_t *number)
{
    const void *known = kt_map_get(m->sources, text);
    *number = known != NULL ? (size_t)(uintptr_t)known - 1 : json_array_size(m->texts);
    if (known != NULL)
        return 0;
    kt_json *value = json_stringn(text.data, text.length);
    if (value == NULL)
        return kt_fail(m->err, KT_E_INVALID, "the program is not UTF-8");
    if (json_array_append_new(m->texts, value) < 0 ||
        kt_map_set(m->sources, text, (void *)(uintptr_t)(*number + 1)) < 0)
        return kt_fail_nomem(m->err, text.length, "a program");
    return 0;
}

static int note_execution(maker *m, const char *file, size_t source, const kt_json *inputs, int64_t shots,
                          const kt_target_order *order)
{
    kt_json *execution =
        json_pack("{ss, sI, sO?, sI, sb, sb}", "file", file, "source", (json_int_t)source, "inputs", inputs, "shots",
                  (json_int_t)shots, "experimental", order->needs_experimental, "alone", !order->may_join_set);
    KT_OWN(kt_json) *observe = NULL;
    int rc = order->observe == NULL ? 0 : kt_observe_to_json(order->observe, &observe, m->err);
    if (rc == 0 && observe != NULL && json_object_set(execution, "observe", observe) < 0)
        rc = kt_fail_nomem(m->err, 0, "an execution");
    if (rc < 0) {
        kt_json_free(execution);
        return rc;
    }
    if (execution == NULL || json_array_append_new(m->executions, execution) < 0)
        return kt_fail_nomem(m->err, 0, "an execution");
    return 0;
}

/* What the device is to get is in the order's action. */
static int add_program(maker *m, const kt_run_wish *wish)
{
    const kt_target_question question = { .program = wish->program,
                                          .source = wish->source,
                                          .file_name = wish->file,
                                          .inputs = wish->inputs,
                                          .shots = m->args->shots,
                                          .observes = true };
    kt_target_order order = { 0 };
    KT_OWN(kt_json) *action = NULL;
    size_t number = 0;
    kt_diagnostics_free(*m->args->diagnostics);
    *m->args->diagnostics = NULL;
    int rc = kt_target_order_make(m->found->target, &question, &order, m->args->diagnostics, m->err);
    if (rc < 0)
        return rc;
    rc = kt_json_parse(kt_buf_view(&order.action), &action, m->err);
    const kt_json *text = json_object_get(action, "source"), *values = json_object_get(action, "inputs");
    if (rc == 0)
        rc = intern(m, (kt_view){ json_string_value(text), json_string_length(text) }, &number);
    if (rc == 0)
        rc = note_execution(m, wish->file, number, json_object_size(values) == 0 ? NULL : values, order.shots, &order);
    kt_target_order_fini(&order);
    return rc;
}

static int64_t action_shots(const maker *m, const kt_target_facts *facts)
{
    if (m->args->shots >= 0)
        return m->args->shots;
    return facts->shots_least > SHOTS_DEFAULT  ? facts->shots_least
           : facts->shots_most < SHOTS_DEFAULT ? facts->shots_most
                                               : SHOTS_DEFAULT;
}

static int add_action(maker *m, const kt_run_wish *wish)
{
    const kt_target_facts *facts = kt_target_facts_of(m->found->target);
    const int64_t shots = action_shots(m, facts);
    int64_t executables = 1;
    size_t number = 0;
    int rc = kt_target_check_action(m->found->target, wish->source, shots, &executables, m->err);
    if (rc == 0)
        rc = intern(m, wish->source, &number);
    return rc < 0 ? rc : note_execution(m, wish->file, number, NULL, shots, &(kt_target_order){ 0 });
}

static int add_executions(maker *m)
{
    const kt_run_args *args = m->args;
    if (args->count > EXECUTIONS_MOST)
        return kt_fail(m->err, KT_E_LIMIT, "%zu executions; a run takes at most %d", args->count, (int)EXECUTIONS_MOST);
    for (size_t i = 0; i < args->count; i++) {
        const kt_run_wish *wish = &args->wishes[i];
        if (wish->program == NULL && args->count > 1)
            return kt_fail(m->err, KT_E_INVALID, "%s is an action, which is run by itself; found %zu executions",
                           wish->file, args->count);
        const int rc = wish->program == NULL ? add_action(m, wish) : add_program(m, wish);
        if (rc < 0 && wish->list_index >= 0)
            return kt_wrap(m->err, rc, "%s, inputs[%lld]", wish->file, (long long)wish->list_index);
        if (rc < 0)
            return args->count > 1 ? kt_wrap(m->err, rc, "%s", wish->file) : rc;
    }
    return 0;
}

static kt_json *numbers(const uint32_t *values, size_t count)
{
    KT_OWN(kt_json) *list = values == NULL ? json_null() : json_array();
    for (size_t i = 0; values != NULL && list != NULL && i < count; i++)
        if (json_array_append_new(list, json_integer(values[i])) < 0)
            return NULL;
    return KT_GIVE(list);
}

static int add_tasks(maker *m, kt_run_plan *plan)
{
    const kt_pack_task *tasks = NULL;
    size_t count = 0;
    int rc =
        kt_pack(plan->items, plan->count, kt_target_facts_of(m->found->target), plan->arena, &tasks, &count, m->err);
    for (size_t i = 0; i < count && rc == 0; i++) {
        kt_json *task = json_pack("{so, so}", "members", numbers(tasks[i].members, tasks[i].count), "programs",
                                  numbers(tasks[i].programs, tasks[i].program_count));
        if (task == NULL || json_array_append_new(m->tasks, task) < 0)
            rc = kt_fail_nomem(m->err, 0, "a task");
    }
    return rc;
}

/* ---- reading ---- */

static int bad(const char *what, kt_error *err)
{
    return kt_fail(err, KT_E_IO, "the store says too little about the run to go on with it: %s", what);
}

static int read_item(const kt_json *about, const kt_json *execution, kt_pack_item *item, kt_error *err)
{
    const kt_json *text = json_array_get(json_object_get(about, "sources"),
                                         (size_t)json_integer_value(json_object_get(execution, "source")));
    const kt_json *inputs = json_object_get(execution, "inputs");
    if (!json_is_string(text))
        return bad("the source of an execution", err);
    *item = (kt_pack_item){ .source = { json_string_value(text), json_string_length(text) },
                            .inputs = json_is_object(inputs) ? inputs : NULL,
                            .shots = json_integer_value(json_object_get(execution, "shots")),
                            .is_alone = json_is_true(json_object_get(execution, "alone")) };
    return 0;
}

static const uint32_t *read_numbers(kt_run_plan *plan, const kt_json *list, size_t below, kt_error *err)
{
    uint32_t *out = kt_arena_array(plan->arena, json_array_size(list) + 1, sizeof(*out));
    if (out == NULL) {
        kt_fail_nomem(err, json_array_size(list) * sizeof(*out), "a plan");
        return NULL;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_int_t value = json_integer_value(json_array_get(list, i));
        if (value < 0 || (size_t)value >= below) {
            bad("an execution's number", err);
            return NULL;
        }
        out[i] = (uint32_t)value;
    }
    return out;
}

static int append(kt_run_plan *plan, const kt_pack_task *task, kt_error *err)
{
    if (plan->task_count == plan->task_room) {
        const size_t room = plan->task_room == 0 ? 16 : plan->task_room * 2;
        kt_pack_task *grown = realloc(plan->tasks, room * sizeof(*grown));
        if (grown == NULL)
            return kt_fail_nomem(err, room * sizeof(*grown), "tasks");
        plan->tasks = grown;
        plan->task_room = room;
    }
    plan->tasks[plan->task_count++] = *task;
    return 0;
}

static int read_task(kt_run_plan *plan, const kt_json *json, kt_error *err)
{
    const kt_json *members = json_object_get(json, "members"), *programs = json_object_get(json, "programs");
    kt_pack_task task = { .count = json_array_size(members), .program_count = json_array_size(programs) };
    size_t sum = 0;
    task.members = read_numbers(plan, members, plan->count, err);
    if (task.members != NULL && json_is_array(programs))
        task.programs = read_numbers(plan, programs, task.count + 1, err);
    if (task.members == NULL || (json_is_array(programs) && task.programs == NULL))
        return err == NULL ? KT_E_IO : (int)err->code;
    for (size_t i = 0; task.programs != NULL && i < task.program_count; i++)
        sum += task.programs[i];
    if (task.count == 0 || (json_is_array(programs) ? sum != task.count : task.count != 1))
        return bad("the members of a task", err);
    for (size_t i = 0; i < task.count; i++)
        task.shots += plan->items[task.members[i]].shots;
    return append(plan, &task, err);
}

static int read_items(kt_run_plan *plan, kt_error *err)
{
    const kt_json *executions = json_object_get(plan->about, "executions");
    int rc = 0;
    plan->count = json_array_size(executions);
    plan->items = kt_arena_array(plan->arena, plan->count + 1, sizeof(*plan->items));
    plan->is_retried = kt_arena_array(plan->arena, plan->count + 1, sizeof(bool));
    if (plan->items == NULL || plan->is_retried == NULL)
        return kt_fail_nomem(err, plan->count * sizeof(*plan->items), "a plan");
    for (size_t i = 0; i < plan->count && rc == 0; i++)
        rc = read_item(plan->about, json_array_get(executions, i), &plan->items[i], err);
    return rc;
}

static int read_head(kt_run_plan *plan, kt_error *err)
{
    plan->device = json_string_value(json_object_get(plan->about, "device"));
    plan->region = json_string_value(json_object_get(plan->about, "region"));
    plan->parameters = json_string_value(json_object_get(plan->about, "parameters"));
    plan->poll_interval_ms = json_integer_value(json_object_get(plan->about, "poll_interval_ms"));
    plan->is_library = json_is_true(json_object_get(plan->about, "is_library"));
    plan->is_action = plan->is_library || json_is_true(json_object_get(plan->about, "is_action"));
    if (plan->is_library)
        return json_is_array(json_object_get(plan->about, "executions")) ? read_items(plan, err)
                                                                         : bad("its executions", err);
    if (plan->device == NULL || plan->region == NULL)
        return bad("its device", err);
    return read_items(plan, err);
}

static int new_plan(kt_json *take_about, kt_run_plan **out, kt_error *err)
{
    kt_run_plan *plan = calloc(1, sizeof(*plan));
    if (plan == NULL || take_about == NULL) {
        kt_json_free(take_about);
        free(plan);
        return kt_fail_nomem(err, sizeof(*plan), "a plan");
    }
    *plan = (kt_run_plan){ .arena = kt_arena_new(0), .about = take_about };
    *out = plan;
    return plan->arena == NULL ? kt_fail_nomem(err, 64, "a plan") : read_head(plan, err);
}

static int read_tasks(kt_run_plan *plan, kt_error *err)
{
    const kt_json *tasks = json_object_get(plan->about, "tasks");
    int rc = json_array_size(tasks) > 0 || plan->is_library ? 0 : bad("its tasks", err);
    for (size_t i = 0; i < json_array_size(tasks) && rc == 0; i++)
        rc = read_task(plan, json_array_get(tasks, i), err);
    plan->first_retry = plan->task_count;
    return rc;
}

int kt_run_plan_read(kt_json *take_about, kt_run_plan **out, kt_error *err)
{
    KT_OWN(kt_run_plan) *plan = NULL;
    int rc = new_plan(take_about, &plan, err);
    if (rc == 0)
        rc = read_tasks(plan, err);
    if (rc == 0)
        *out = KT_GIVE(plan);
    return rc;
}

/* ---- making, all of it ---- */

static kt_json *make_about(const maker *m)
{
    const kt_target_facts *facts = kt_target_facts_of(m->found->target);
    const kt_run_wish *first = &m->args->wishes[0];
    KT_OWN(kt_json) *about =
        json_pack("{ss, sI, sb, ss, ss, sI, sb, sO, sO, sO}", "file", first->file, "pid", (json_int_t)getpid(),
                  "is_list", m->args->count > 1 || first->list_index >= 0, "device", facts->arn, "region",
                  m->found->region, "poll_interval_ms", (json_int_t)facts->poll_interval_ms, "is_action",
                  first->program == NULL, "sources", m->texts, "executions", m->executions, "tasks", m->tasks);
    return KT_GIVE(about);
}

/* Into the plan, when the caller gave some. */
static int add_parameters(maker *m, kt_run_plan *plan)
{
    KT_OWN(kt_json) *parameters = NULL;
    if (m->args->device_parameters.length == 0)
        return 0;
    const int rc = kt_target_parameters(m->found->target, m->args->device_parameters, &parameters, m->err);
    char *text = rc < 0 ? NULL : json_dumps(parameters, JSON_COMPACT | JSON_SORT_KEYS);
    const bool is_set = text != NULL && json_object_set_new(plan->about, "parameters", json_string(text)) == 0;
    free(text);
    if (rc < 0 || !is_set)
        return rc < 0 ? rc : kt_fail_nomem(m->err, 0, "device parameters");
    plan->parameters = json_string_value(json_object_get(plan->about, "parameters"));
    return 0;
}

static int make(maker *m, kt_run_plan **out)
{
    KT_OWN(kt_run_plan) *plan = NULL;
    int rc = add_executions(m);
    if (rc == 0)
        rc = new_plan(make_about(m), &plan, m->err);
    if (rc == 0)
        rc = add_parameters(m, plan);
    if (rc == 0)
        rc = add_tasks(m, plan);
    if (rc == 0)
        rc = read_tasks(plan, m->err);
    if (rc == 0)
        *out = KT_GIVE(plan);
    return rc;
}

int kt_run_plan_make(const kt_run_args *args, const kt_found *found, kt_run_plan **out, kt_error *err)
{
    maker m = { .args = args,
                .found = found,
                .sources = kt_map_new(NULL),
                .texts = json_array(),
                .executions = json_array(),
                .tasks = json_array(),
                .err = err };
    const int rc = m.sources == NULL || m.texts == NULL || m.executions == NULL || m.tasks == NULL
                       ? kt_fail_nomem(err, 0, "a plan")
                       : make(&m, out);
    kt_map_free(m.sources);
    kt_json_free(m.texts);
    kt_json_free(m.executions);
    kt_json_free(m.tasks);
    return rc;
}

void kt_run_plan_free(kt_run_plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->tasks);
    kt_json_free(plan->about);
    kt_arena_free(plan->arena);
    free(plan);
}

/* ---- tasks ---- */

const kt_json *kt_run_plan_about(const kt_run_plan *plan)
{
    return plan->about;
}

size_t kt_run_plan_task_count(const kt_run_plan *plan)
{
    return plan->task_count;
}

static kt_json *about_task(const kt_run_plan *plan, size_t task)
{
    const kt_pack_task *t = &plan->tasks[task];
    return json_pack("{so, so, sb}", "members", numbers(t->members, t->count), "programs",
                     numbers(t->programs, t->program_count), "retry", task >= plan->first_retry);
}

int kt_run_plan_add(const kt_run_plan *plan, size_t task, kt_batch *batch, kt_error *err)
{
    const kt_pack_task *t = &plan->tasks[task];
    const kt_json *execution = json_array_get(json_object_get(plan->about, "executions"), t->members[0]);
    KT_OWN(kt_json) *about = about_task(plan, task);
    KT_BUF_OWN action;
    kt_buf_init(&action, 0);
    char *about_text = about == NULL ? NULL : json_dumps(about, JSON_COMPACT);
    if (about_text == NULL)
        return kt_fail_nomem(err, 0, "a task");
    kt_task_spec spec = { .device_arn = plan->device,
                          .region = plan->region,
                          .device_parameters = kt_view_of(plan->parameters),
                          .shots = t->shots,
                          .experimental = json_is_true(json_object_get(execution, "experimental")),
                          .about = about_text,
                          .poll_interval_ms = plan->poll_interval_ms };
    int rc = plan->is_action ? 0 : kt_pack_action(plan->items, t, &action, err);
    spec.action = plan->is_action ? plan->items[t->members[0]].source : kt_buf_view(&action);
    if (rc == 0)
        rc = kt_batch_add(batch, &spec, err);
    free(about_text);
    return rc;
}

int kt_run_plan_retry(kt_run_plan *plan, size_t execution, kt_error *err)
{
    const uint32_t member = (uint32_t)execution;
    const uint32_t *members = kt_arena_copy(plan->arena, &member, sizeof(member));
    if (members == NULL)
        return kt_fail_nomem(err, sizeof(member), "a task");
    plan->is_retried[execution] = true;
    return append(plan, &(kt_pack_task){ .members = members, .count = 1, .shots = plan->items[execution].shots }, err);
}

static int make_room(kt_run_plan *plan, kt_error *err)
{
    const size_t room = plan->count < 16 ? 16 : plan->count * 2;
    if (plan->count > 0 && (plan->count < 16 || (plan->count & (plan->count - 1)) != 0))
        return 0;
    kt_pack_item *items = kt_arena_array(plan->arena, room, sizeof(*items));
    bool *is_retried = kt_arena_array(plan->arena, room, sizeof(*is_retried));
    if (items == NULL || is_retried == NULL)
        return kt_fail_nomem(err, room * sizeof(*items), "a plan");
    memcpy(items, plan->items, plan->count * sizeof(*items));
    memset(is_retried, 0, room * sizeof(*is_retried));
    plan->items = items;
    plan->is_retried = is_retried;
    return 0;
}

/* An order of a library's run: one execution, by the name that its program gave it. */
static int note_library(kt_run_plan *plan, const kt_order_row *row, kt_error *err)
{
    KT_OWN(kt_json) *about = NULL, *members = NULL;
    kt_json *executions = json_object_get(plan->about, "executions");
    if (row->index != plan->task_count)
        return bad("a submission that had no permit yet comes before others; its own program can go on", err);
    int rc = kt_json_parse(kt_view_of(row->about), &about, err);
    if (rc == 0)
        rc = kt_json_parse(row->members, &members, err);
    if (rc == 0)
        rc = make_room(plan, err);
    if (rc < 0)
        return rc;
    const char *label = json_string_value(json_object_get(about, "label"));
    if (json_array_append_new(executions, json_pack("{ss}", "file", label == NULL ? "" : label)) < 0)
        return kt_fail_nomem(err, 0, "a plan");
    plan->items[plan->count++] = (kt_pack_item){ .shots = json_integer_value(json_object_get(members, "shots")) };
    rc = kt_run_plan_retry(plan, plan->count - 1, err); /* a task of this one alone */
    plan->first_retry = plan->task_count;
    return rc;
}

int kt_run_plan_note(kt_run_plan *plan, const kt_order_row *row, kt_error *err)
{
    KT_OWN(kt_json) *about = NULL;
    if (row->index < plan->task_count) /* known: of the plan, or a later attempt */
        return 0;
    if (plan->is_library)
        return note_library(plan, row, err);
    int rc = kt_json_parse(kt_view_of(row->about), &about, err);
    const json_int_t member = json_integer_value(json_array_get(json_object_get(about, "members"), 0));
    if (rc == 0 && (row->index != plan->task_count || !json_is_true(json_object_get(about, "retry")) || member < 0 ||
                    (size_t)member >= plan->count))
        rc = bad("an order that is of no execution", err);
    return rc < 0 ? rc : kt_run_plan_retry(plan, (size_t)member, err);
}

bool kt_run_plan_is_retried(const kt_run_plan *plan, size_t execution)
{
    return plan->is_retried[execution];
}

/* ---- executions ---- */

bool kt_run_plan_is_list(const kt_run_plan *plan)
{
    return json_is_true(json_object_get(plan->about, "is_list"));
}

size_t kt_run_plan_execution_count(const kt_run_plan *plan)
{
    return plan->count;
}

const char *kt_run_plan_file(const kt_run_plan *plan, size_t execution)
{
    const kt_json *json = json_array_get(json_object_get(plan->about, "executions"), execution);
    const char *file = json_string_value(json_object_get(json, "file"));
    return file == NULL ? "" : file;
}

const kt_json *kt_run_plan_inputs(const kt_run_plan *plan, size_t execution)
{
    return plan->items[execution].inputs;
}

const kt_json *kt_run_plan_observe(const kt_run_plan *plan, size_t execution)
{
    return json_object_get(json_array_get(json_object_get(plan->about, "executions"), execution), "observe");
}

int64_t kt_run_plan_shots(const kt_run_plan *plan)
{
    int64_t shots = 0;
    for (size_t i = 0; i < plan->task_count; i++)
        shots += plan->tasks[i].shots;
    return shots;
}

size_t kt_run_plan_member_count(const kt_run_plan *plan, size_t task)
{
    return plan->tasks[task].count;
}

size_t kt_run_plan_member(const kt_run_plan *plan, size_t task, size_t member)
{
    return plan->tasks[task].members[member];
}

int64_t kt_run_plan_execution(const kt_run_plan *plan, size_t task, const kt_execution *found)
{
    return plan->is_action || task >= plan->task_count
               ? -1
               : kt_pack_member(&plan->tasks[task], found->program_index, found->inputs_index);
}
