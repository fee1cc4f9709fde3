/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_braket.c - devices, orders, packing, results, permits, settings and expressions while allocations fail. */
#include "tests/fault/scenarios.h"

#include "aws/permit.h"
#include "base/base.h"
#include "braket/target.h"
#include "braket/task_result.h"
#include "expr/expr.h"
#include "guard/permit.h"
#include "settings/config.h"
#include "settings/covalent.h"
#include "store/store.h"
#include "task/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a program as an order for a device ---- */

static const char device[] =
    "{\"deviceArn\":\"arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet\",\"deviceName\":\"Garnet\",\"providerName\":"
    "\"IQM\",\"deviceType\":\"QPU\",\"deviceStatus\":\"ONLINE\",\"deviceCapabilities\":\"{\\\"service\\\":{"
    "\\\"shotsRange\\\":[1,20000],\\\"deviceCost\\\":{\\\"price\\\":0.1,\\\"unit\\\":\\\"shot\\\"}},\\\"action\\\":{"
    "\\\"braket.ir.openqasm.program\\\":{\\\"supportedOperations\\\":[\\\"h\\\",\\\"cnot\\\",\\\"rx\\\"]},"
    "\\\"braket.ir.openqasm.program_set\\\":{\\\"maximumExecutables\\\":100,\\\"maximumTotalShots\\\":200000}},"
    "\\\"paradigm\\\":{\\\"qubitCount\\\":20}}\"}";
static const char right[] = "OPENQASM 3.0;\ninput float t;\nqubit[2] q;\nbit[2] b;\nh q[0];\nrx(t) q[1];\ncnot q[0], "
                            "q[1];\nb = measure q;\n";
static const char wrong[] = "OPENQASM 3.0;\nqubit[30] q;\nccnot q[0], q[1], q[2];\nt q;\n";

static int pack(const kt_target *target, const kt_target_order *order, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    KT_OWN(kt_json) *inputs = json_pack("{sf}", "t", 0.5);
    KT_BUF_OWN action;
    const kt_pack_task *tasks = NULL;
    size_t count = 0;
    kt_buf_init(&action, 0);
    if (arena == NULL || inputs == NULL)
        return kt_fail_nomem(err, 0, "a test");
    const kt_pack_item items[] = { { kt_buf_view(&order->action), inputs, 10, false },
                                   { kt_buf_view(&order->action), inputs, 10, false },
                                   { kt_buf_view(&order->action), NULL, 20, false } };
    int rc = kt_pack(items, KT_COUNT(items), kt_target_facts_of(target), arena, &tasks, &count, err);
    if (rc == 0)
        rc = kt_pack_action(items, &tasks[0], &action, err);
    if (rc == 0)
        *digest = scenario_digest(*digest, action.data, action.length);
    return rc;
}

static int order_program(const kt_target *target, const char *text, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_inputs) *inputs = NULL;
    kt_diagnostics *found = NULL;
    kt_target_order order = { 0 };
    const kt_parse_options options = { .file_name = "scenario.qasm" };
    int rc = kt_program_parse(text, strlen(text), &options, &program, &found, err);
    kt_diagnostics_free(found);
    found = NULL;
    if (rc == 0)
        rc = kt_inputs_new(&inputs, err);
    if (rc == 0)
        rc = kt_inputs_set(inputs, "t", 0.5, err);
    const kt_target_question question = { .program = program,
                                          .source = kt_view_of(text),
                                          .file_name = "scenario.qasm",
                                          .inputs = inputs,
                                          .shots = KT_SHOTS_DEFAULT };
    if (rc < 0)
        return rc;
    rc = kt_target_order_make(target, &question, &order, &found, err);
    const size_t count = found == NULL ? 0 : (size_t)kt_diagnostics_count(found);
    *digest = scenario_digest(*digest, &count, sizeof(count));
    kt_diagnostics_free(found);
    if (rc < 0)
        return rc;
    *digest = scenario_digest(*digest, order.action.data, order.action.length);
    rc = pack(target, &order, digest, err);
    kt_target_order_fini(&order);
    return rc;
}

static int use_device(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_json) *answer = NULL;
    KT_OWN(kt_target) *target = NULL;
    int rc = kt_json_parse(kt_view_of(device), &answer, err);
    if (rc == 0)
        rc = kt_target_new(answer, &target, err);
    return rc < 0 ? rc : order_program(target, argument, digest, err);
}

/* ---- results ---- */

#define HEADER(name) "\"braketSchemaHeader\":{\"name\":\"braket.task_result." name "\",\"version\":\"1\"}"
static const char gate_model[] =
    "{" HEADER("gate_model_task_result") ",\"measurements\":[[0,1],[1,1],[0,1]],\"measuredQubits\":[0,1],"
                                         "\"taskMetadata\":{\"deviceId\":\"d\"},\"resultTypes\":[{\"type\":{\"type\":"
                                         "\"expectation\",\"observable\":[\"z\"],"
                                         "\"targets\":[0]},\"value\":0.5},{\"type\":{\"type\":\"probability\","
                                         "\"targets\":[0]},\"value\":[0.5,0.5]}]}";
static const char parts[] = "{" HEADER("program_set_task_result") ",\"programResults\":[\"programs/0/results.json\"],"
                                                                  "\"taskMetadata\":{\"deviceId\":\"d\"}}";
static const char part[] =
    "{" HEADER("program_result") ",\"executableResults\":[{\"inputsIndex\":0,\"measurements\":"
                                 "[[1],[0]],\"measuredQubits\":[3]},{\"inputsIndex\":1,\"failureMetadata\":{"
                                 "\"failureReason\":\"no\",\"retryable\":true,\"category\":\"DEVICE\"}}]}";

static int use_result(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_task_result) *result = NULL;
    int rc = kt_task_result_new(kt_view_of(argument), argument == parts ? 4 : 3, &result, err);
    if (rc == 0 && kt_task_result_missing(result).count > 0)
        rc = kt_task_result_add_part(result, kt_task_result_missing(result).paths[0], kt_view_of(part), err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < kt_task_result_count(result) && rc == 0; i++) {
        const kt_execution *found = kt_task_result_at(result, i);
        char *text = NULL;
        if (found->result == NULL)
            continue;
        rc = kt_result_to_json(found->result, &text, err);
        if (rc == 0)
            *digest = scenario_digest(*digest, text, strlen(text));
        kt_text_free(text);
    }
    return rc;
}

/* ---- a permit ---- */

static void ignore_wake(void *ctx)
{
    (void)ctx;
}

typedef struct waited {
    int count, rc;
    kt_error *err;
} waited;

static void on_stored(void *ctx, int rc, const kt_error *err)
{
    waited *w = ctx;
    w->count++;
    w->rc = rc;
    if (rc < 0)
        *w->err = *err;
}

static void on_permit(void *ctx, int rc, kt_permit *take_permit, kt_json *members, const kt_error *err)
{
    (void)members;
    on_stored(ctx, rc, err);
    if (take_permit != NULL)
        take_permit->free(take_permit);
}

static int wait_for(kt_store *store, waited *w, int begun)
{
    while (begun == 0 && w->count == 0) {
        kt_store_deliver(store);
        usleep(200);
    }
    w->count = 0;
    return begun < 0 ? begun : w->rc;
}

static int issue(kt_store *store, kt_guard *guard, kt_error *err)
{
    KT_OWN(kt_json) *members = json_pack("{ss, si}", "deviceArn", "d", "shots", 10);
    const kt_run_row run = { .id = "r-one", .created_ns = 1, .about = "{}" };
    const kt_permit_order order = {
        .run_id = "r-one", .operation = "CreateQuantumTask", .region = "us-east-1", .members = members, .about = "{}"
    };
    waited w = { .err = err };
    if (members == NULL)
        return kt_fail_nomem(err, 0, "a test");
    int rc = wait_for(store, &w, kt_store_put_run(store, &run, on_stored, &w, err));
    if (rc == 0)
        rc = wait_for(store, &w, kt_guard_issue(guard, &order, on_permit, &w, err));
    return rc;
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = { "ketch.db", "ketch.db-wal", "ketch.db-shm" };
    char path[128];
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static int use_permit(const char *argument, uint64_t *digest, kt_error *err)
{
    char folder[] = "/tmp/ketch-fault-XXXXXX";
    kt_store *store = NULL;
    kt_guard *guard = NULL;
    (void)argument;
    *digest = 1;
    if (mkdtemp(folder) == NULL)
        return kt_fail(err, KT_E_INTERNAL, "no folder");
    int rc = kt_store_open(folder, ignore_wake, NULL, &store, err);
    const kt_guard_options options = { .store = store, .clock = kt_clock_system() };
    if (rc == 0)
        rc = kt_guard_new(&options, &guard, err);
    if (rc == 0)
        rc = issue(store, guard, err);
    kt_store_free(store);
    kt_guard_free(guard);
    remove_folder(folder);
    return rc;
}

/* ---- settings and expressions ---- */

static void ignore_key(void *ctx, const char *key, kt_import_fate fate, const char *why)
{
    (void)ctx;
    (void)key;
    (void)fate;
    (void)why;
}

static int use_settings(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_config) *config = NULL;
    KT_BUF_OWN yaml;
    kt_buf_init(&yaml, 0);
    int rc = kt_covalent_import(kt_view_of(argument), "f", &yaml, ignore_key, NULL, err);
    if (rc == 0)
        rc = kt_config_new(&config, err);
    if (rc == 0)
        rc = kt_config_add_yaml(config, kt_buf_view(&yaml), "f", err);
    if (rc == 0)
        *digest = scenario_digest(*digest, yaml.data, yaml.length);
    return rc;
}

static const kt_json *find_value(void *ctx, kt_view name)
{
    return json_object_getn(ctx, name.data, name.length);
}

static int use_expression(const char *argument, uint64_t *digest, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    KT_OWN(kt_json) *names = json_pack("{s[iii], s{si}, ss}", "l", 1, 2, 3, "o", "x", 1, "s", "abc");
    KT_OWN(kt_json) *value = NULL;
    const kt_template *t = NULL;
    if (arena == NULL || names == NULL)
        return kt_fail_nomem(err, 0, "a test");
    const kt_expr_scope scope = { .find = find_value, .ctx = names };
    int rc = kt_template_parse(kt_view_of(argument), arena, &t, NULL, err);
    if (rc == 0)
        rc = kt_template_eval(t, &scope, &value, NULL, err);
    if (rc == 0)
        *digest = scenario_digest(*digest, json_string_value(value), json_string_length(value));
    return rc;
}

const scenario braket_scenarios[] = {
    { "a program as an order for a device", use_device, right },
    { "a program that a device refuses", use_device, wrong },
    { "a gate-model result", use_result, gate_model },
    { "a program set's result in parts", use_result, parts },
    { "a permit in the store", use_permit, NULL },
    { "a Covalent configuration taken over", use_settings,
      "[a]\nb = [1, {c = 2}]\n[[d]]\n[executors.braket]\nregion = \"x\\u00e9\"\ntime_limit = 600\n" },
    { "a text with expressions", use_expression, "a ${l[*]} ${sum(l) / len(s + 'x')} ${[o.x, max(l)] + l} $${" },
    { 0 },
};
