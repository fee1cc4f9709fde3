/* SPDX-License-Identifier: Apache-2.0 */
/* order_test.h - runs one order through the runner and keeps what came of it, for tests of results as S3 gets them. */
#ifndef KT_SANDBOX_ORDER_TEST_H
#define KT_SANDBOX_ORDER_TEST_H

#include "sandbox/runner.h"
#include "sandbox/sample_test.h"

#include <stdlib.h>

enum { OBJECTS_MOST = 64 };

typedef struct outcome {
    bool is_done;
    char *reason; /* NULL: COMPLETED */
    int64_t simulated_ms, successful_shots;
    struct {
        char *key;
        kt_json *json;
    } objects[OBJECTS_MOST];
    size_t count;
} outcome;

static inline void outcome_keep(void *ctx, const kt_run_outcome *given)
{
    outcome *o = ctx;
    o->is_done = true;
    o->reason = given->failure_reason == NULL ? NULL : strdup(given->failure_reason);
    o->simulated_ms = given->simulated_ms;
    o->successful_shots = given->successful_shots;
    for (size_t i = 0; i < given->object_count && i < OBJECTS_MOST; i++, o->count++) {
        const kt_view body = { given->objects[i].body, given->objects[i].body_bytes };
        o->objects[i].key = strdup(given->objects[i].key_suffix);
        if (kt_json_parse(body, &o->objects[i].json, NULL) < 0)
            fail_msg("%s is no JSON", given->objects[i].key_suffix);
    }
}

static inline void outcome_fini(outcome *o)
{
    for (size_t i = 0; i < o->count; i++) {
        free(o->objects[i].key);
        kt_json_free(o->objects[i].json);
    }
    free(o->reason);
}

/* The object of that key; fails when there is none. */
static inline const kt_json *outcome_get(const outcome *o, const char *key)
{
    for (size_t i = 0; i < o->count; i++)
        if (strcmp(o->objects[i].key, key) == 0)
            return o->objects[i].json;
    fail_msg("there is no %s", key);
    return NULL;
}

static inline outcome order_run_with(const kt_sandbox_device *device, const char *action, const char *parameters,
                                     int64_t shots, const char *file)
{
    uv_loop_t loop;
    kt_runner *runner = NULL;
    outcome o = { 0 };
    const kt_run_order order = { .question = { .device = device,
                                               .action = kt_view_of(action),
                                               .device_parameters = kt_view_of(parameters),
                                               .shots = shots },
                                 .task_arn = "arn:aws:braket:us-east-1:123456789012:quantum-task/x",
                                 .bucket = "bucket",
                                 .directory = "tasks/x",
                                 .seed = 42,
                                 .created_ns = INT64_C(1700000000000000000),
                                 .ended_ns = INT64_C(1700000001500000000),
                                 .result_file = file,
                                 .done = outcome_keep,
                                 .ctx = &o };
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(kt_runner_new(&loop, 1, &runner, NULL), 0);
    assert_int_equal(kt_runner_put(runner, &order, NULL), 0);
    while (!o.is_done)
        uv_run(&loop, UV_RUN_ONCE);
    kt_runner_close(runner);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    return o;
}

static inline outcome order_run(const kt_sandbox_device *device, const char *action, int64_t shots, const char *file)
{
    return order_run_with(device, action, "", shots, file);
}

/* The text at a path of members, "a.b.0.c"; fails when it is something else. */
static inline const kt_json *json_at(const kt_json *json, const char *path)
{
    char name[64];
    for (const char *at = path; json != NULL && *at != '\0'; at += *at == '.') {
        size_t length = strcspn(at, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        json = json_is_array(json) ? json_array_get(json, strtoul(name, NULL, 10)) : json_object_get(json, name);
        at += length;
    }
    if (json == NULL)
        fail_msg("there is no %s", path);
    return json;
}

static inline void assert_text(const kt_json *json, const char *path, const char *expect)
{
    const char *found = json_string_value(json_at(json, path));
    if (found == NULL || strcmp(found, expect) != 0)
        fail_msg("%s is %s, not %s", path, found == NULL ? "no text" : found, expect);
}

#define OF(kind) "{\"braketSchemaHeader\":{\"name\":\"braket.ir." kind "\",\"version\":\"1\"}"
#define PROGRAM(source) OF("openqasm.program") ",\"source\":\"" source "\"}"
#define SET(programs) OF("openqasm.program_set") ",\"programs\":[" programs "]}"

#endif
