/* SPDX-License-Identifier: Apache-2.0 */
/* task_result.c - what kind of result it is, and its executions. A program set may come in parts: wherever an object is
 * expected a path may stand, and the part is put in its place when it is handed in; the executions are read when no
 * part is missing any more.
 * Source: braket-schemas task_result/; what the Amazon SDK reads in program_set_quantum_task_result.py. */
#include "braket/task_result_priv.h"

#include "base/arena.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 256, EXECUTIONS_MOST = 100000 };

struct kt_task_result {
    kt_arena *arena;
    kt_json *json;
    kt_task_result_kind kind;
    int64_t shots;
    const char *device;
    kt_row_tables tables;
    const char **missing;
    size_t missing_count, missing_room;
    kt_execution *executions;
    size_t count, room;
};

static const struct {
    const char *name;
    kt_task_result_kind kind;
} headers[] = {
    { "braket.task_result.gate_model_task_result", KT_TASK_GATE_MODEL },
    { "braket.task_result.program_set_task_result", KT_TASK_PROGRAM_SET },
    { "braket.task_result.analog_hamiltonian_simulation_task_result", KT_TASK_ANALOG },
    { "braket.task_result.annealing_task_result", KT_TASK_ANNEALING },
};

static int read_header(kt_task_result *r, kt_error *err)
{
    const kt_json *header = json_object_get(r->json, "braketSchemaHeader");
    const char *name = json_string_value(json_object_get(header, "name"));
    for (size_t i = 0; name != NULL && i < KT_COUNT(headers); i++)
        if (strcmp(name, headers[i].name) == 0) {
            r->kind = headers[i].kind;
            return 0;
        }
    return kt_fail(err, KT_E_UNSUPPORTED, "braketSchemaHeader.name: '%.80s' is no kind of result that is known",
                   name == NULL ? "" : name);
}

/* ---- parts ---- */

static int want_part(kt_task_result *r, const char *path, kt_error *err)
{
    if (r->missing_count == r->missing_room) {
        const size_t room = r->missing_room == 0 ? 16 : r->missing_room * 2;
        const char **grown = realloc(r->missing, room * sizeof(*grown));
        if (grown == NULL)
            return kt_fail_nomem(err, room * sizeof(*grown), "the parts of a result");
        r->missing = grown;
        r->missing_room = room;
    }
    const char *copy = kt_arena_printf(r->arena, "%s", path);
    if (copy == NULL)
        return kt_fail_nomem(err, PATH_BYTES, "the parts of a result");
    r->missing[r->missing_count++] = copy;
    return 0;
}

/* A value that may be a path: relative to `folder`, nothing that leads out of it. */
static int look_at(kt_task_result *r, const kt_json *value, const char *folder, kt_error *err)
{
    char path[PATH_BYTES];
    const char *given = json_string_value(value);
    if (given == NULL)
        return 0;
    const int length = snprintf(path, sizeof(path), "%s%s", folder, given);
    if (length <= 0 || (size_t)length >= sizeof(path) || strstr(given, "..") != NULL || given[0] == '/')
        return kt_fail(err, KT_E_INVALID, "'%.80s' is no path of a part; expected something like executables/0.json",
                       given);
    return want_part(r, path, err);
}

/* "programs/0/" of "programs/0/results.json"; for a program that is not in parts by its number. */
static void folder_of(size_t index, char folder[PATH_BYTES])
{
    snprintf(folder, PATH_BYTES, "programs/%zu/", index);
}

static int look_for_parts(kt_task_result *r, kt_error *err)
{
    const kt_json *programs = json_object_get(r->json, "programResults");
    char folder[PATH_BYTES];
    r->missing_count = 0;
    int rc = look_at(r, json_object_get(r->json, "taskMetadata"), "", err);
    for (size_t p = 0; p < json_array_size(programs) && rc == 0; p++) {
        const kt_json *program = json_array_get(programs, p);
        const kt_json *executables = json_object_get(program, "executableResults");
        folder_of(p, folder);
        rc = look_at(r, program, "", err);
        for (size_t e = 0; e < json_array_size(executables) && rc == 0; e++)
            rc = look_at(r, json_array_get(executables, e), folder, err);
    }
    return rc;
}

kt_result_parts kt_task_result_missing(const kt_task_result *result)
{
    return (kt_result_parts){ result->missing, result->missing_count };
}

/* Puts `part` wherever `path` stands. false: nowhere. */
static bool put_in_place(kt_task_result *r, const char *path, kt_json *part)
{
    kt_json *programs = json_object_get(r->json, "programResults");
    const char *metadata = json_string_value(json_object_get(r->json, "taskMetadata"));
    char folder[PATH_BYTES], full[2 * PATH_BYTES];
    bool found = false;
    if (metadata != NULL && strcmp(metadata, path) == 0)
        found = json_object_set(r->json, "taskMetadata", part) == 0;
    for (size_t p = 0; p < json_array_size(programs); p++) {
        const char *own = json_string_value(json_array_get(programs, p));
        if (own != NULL && strcmp(own, path) == 0)
            found = json_array_set(programs, p, part) == 0;
        kt_json *executables = json_object_get(json_array_get(programs, p), "executableResults");
        folder_of(p, folder);
        for (size_t e = 0; e < json_array_size(executables); e++) {
            const char *given = json_string_value(json_array_get(executables, e));
            snprintf(full, sizeof(full), "%s%.*s", folder, PATH_BYTES, given == NULL ? "" : given);
            if (given != NULL && strcmp(full, path) == 0)
                found = json_array_set(executables, e, part) == 0;
        }
    }
    return found;
}

/* ---- executions ---- */

static int add_execution(kt_task_result *r, const kt_execution *execution, kt_error *err)
{
    if (r->count >= EXECUTIONS_MOST)
        return kt_fail(err, KT_E_LIMIT, "more than %d executions", (int)EXECUTIONS_MOST);
    if (r->count == r->room) {
        const size_t room = r->room == 0 ? 4 : r->room * 2;
        kt_execution *grown = realloc(r->executions, room * sizeof(*grown));
        if (grown == NULL)
            return kt_fail_nomem(err, room * sizeof(*grown), "executions");
        r->executions = grown;
        r->room = room;
    }
    r->executions[r->count++] = *execution;
    return 0;
}

static int read_gate_model(kt_task_result *r, kt_error *err)
{
    kt_result *result = NULL;
    const kt_execution_about about = { .device = r->device, .shots = r->shots, .tables = &r->tables };
    int rc = kt_execution_read(r->json, &about, &result, err);
    if (rc == 0)
        rc = add_execution(r, &(kt_execution){ .result = result, .failure_category = "" }, err);
    if (rc < 0)
        kt_result_free(result);
    return rc;
}

static kt_execution failed(const kt_json *failure, size_t program)
{
    const char *reason = json_string_value(json_object_get(failure, "failureReason"));
    const char *category = json_string_value(json_object_get(failure, "category"));
    return (kt_execution){ .program_index = program,
                           .failure = reason == NULL ? "the service gives no reason" : reason,
                           .is_retryable = json_is_true(json_object_get(failure, "retryable")),
                           .failure_category = category == NULL ? "" : category };
}

static int read_executable(kt_task_result *r, const kt_json *json, size_t program, size_t index, kt_error *err)
{
    const kt_json *failure = json_object_get(json, "failureMetadata");
    const kt_json *inputs = json_object_get(json, "inputsIndex");
    kt_execution execution = { .program_index = program, .failure_category = "" };
    kt_result *result = NULL;
    int rc = 0;
    if (json_is_object(failure))
        execution = failed(failure, program);
    else
        rc = kt_execution_read(json, &(kt_execution_about){ .device = r->device, .shots = -1, .tables = &r->tables },
                               &result, err);
    if (rc < 0)
        return kt_wrap(err, rc, "executableResults[%zu]", index);
    execution.result = result;
    execution.inputs_index = json_is_integer(inputs) ? (size_t)json_integer_value(inputs) : index;
    rc = add_execution(r, &execution, err);
    if (rc < 0)
        kt_result_free(result);
    return rc;
}

static int read_program(kt_task_result *r, const kt_json *program, size_t index, kt_error *err)
{
    const kt_json *executables = json_object_get(program, "executableResults");
    int rc = json_is_array(executables) ? 0 : kt_fail(err, KT_E_INVALID, "executableResults: expected a list");
    for (size_t e = 0; e < json_array_size(executables) && rc == 0; e++)
        rc = read_executable(r, json_array_get(executables, e), index, e, err);
    return rc < 0 ? kt_wrap(err, rc, "programResults[%zu]", index) : 0;
}

static int read_set(kt_task_result *r, kt_error *err)
{
    const kt_json *programs = json_object_get(r->json, "programResults");
    int rc = json_is_array(programs) ? 0 : kt_fail(err, KT_E_INVALID, "programResults: expected a list");
    for (size_t p = 0; p < json_array_size(programs) && rc == 0; p++)
        rc = read_program(r, json_array_get(programs, p), p, err);
    return rc;
}

/* When nothing is missing any more. */
static int read_executions(kt_task_result *r, kt_error *err)
{
    const kt_json *device = json_object_get(json_object_get(r->json, "taskMetadata"), "deviceId");
    if (r->missing_count > 0)
        return 0;
    r->device = json_is_string(device) ? json_string_value(device) : "";
    if (r->kind == KT_TASK_GATE_MODEL)
        return read_gate_model(r, err);
    return r->kind == KT_TASK_PROGRAM_SET ? read_set(r, err) : 0;
}

/* ---- the outside ---- */

static int parse(kt_task_result *r, kt_view text, kt_json **out, kt_error *err)
{
    KT_BUF_OWN rest;
    kt_buf_init(&rest, 0);
    const int rc = kt_rows_take(text, &rest, &r->tables, err);
    return rc < 0 ? rc : kt_json_parse(kt_buf_view(&rest), out, err);
}

int kt_task_result_new(kt_view text, int64_t shots, kt_task_result **out, kt_error *err)
{
    kt_task_result *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return kt_fail_nomem(err, sizeof(*r), "a result");
    *r = (kt_task_result){ .arena = kt_arena_new(0), .shots = shots };
    int rc = r->arena == NULL ? kt_fail_nomem(err, 64, "a result") : parse(r, text, &r->json, err);
    if (rc == 0)
        rc = read_header(r, err);
    if (rc == 0)
        rc = look_for_parts(r, err);
    if (rc == 0)
        rc = read_executions(r, err);
    if (rc < 0) {
        kt_task_result_free(r);
        return rc;
    }
    *out = r;
    return 0;
}

void kt_task_result_free(kt_task_result *result)
{
    if (result == NULL)
        return;
    for (size_t i = 0; i < result->count; i++)
        kt_result_free((kt_result *)result->executions[i].result); /* const for those who read it */
    free(result->executions);
    free(result->missing);
    kt_rows_free(&result->tables);
    kt_json_free(result->json);
    kt_arena_free(result->arena);
    free(result);
}

int kt_task_result_add_part(kt_task_result *result, const char *path, kt_view text, kt_error *err)
{
    KT_OWN(kt_json) *part = NULL;
    int rc = parse(result, text, &part, err);
    if (rc == 0 && !json_is_object(part))
        rc = kt_fail(err, KT_E_INVALID, "expected an object");
    if (rc == 0 && !put_in_place(result, path, part))
        rc = kt_fail(err, KT_E_INVALID, "nothing in the result names this part");
    if (rc == 0)
        rc = look_for_parts(result, err);
    if (rc == 0)
        rc = read_executions(result, err);
    return rc < 0 ? kt_wrap(err, rc, "%s", path) : 0;
}

kt_task_result_kind kt_task_result_kind_of(const kt_task_result *result)
{
    return result->kind;
}

void kt_task_result_put(kt_task_result *result, size_t index, kt_result *take_computed)
{
    kt_result_free((kt_result *)result->executions[index].result); /* const for those who read it */
    result->executions[index].result = take_computed;
}

size_t kt_task_result_count(const kt_task_result *result)
{
    return result->count;
}

const kt_execution *kt_task_result_at(const kt_task_result *result, size_t index)
{
    return index < result->count ? &result->executions[index] : NULL;
}

const kt_json *kt_task_result_json(kt_task_result *result)
{
    if (!kt_rows_restore(result->json, &result->tables))
        return NULL;
    kt_rows_free(&result->tables);
    return result->json;
}

void kt_task_result_forget_json(kt_task_result *result)
{
    if (result->kind != KT_TASK_GATE_MODEL)
        return;
    kt_rows_free(&result->tables);
    kt_json_free(KT_GIVE(result->json));
    result->device = "";
}
