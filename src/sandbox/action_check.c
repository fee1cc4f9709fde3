/* SPDX-License-Identifier: Apache-2.0 */
/* action_check.c - kt_action_check: what Braket refuses of an action before it makes a task of it. */
#include "sandbox/device_parameters.h"
#include "sandbox/device_priv.h"
#include "sandbox/runner_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FAILURES_MOST = 100, KINDS_MOST = 16 };

static int check_program(const kt_action_question *q, const kt_action *action, size_t program, uint32_t executable,
                         uint32_t *qubits, kt_error *err)
{
    KT_OWN(kt_inputs) *inputs = NULL;
    kt_compiled compiled = { 0 };
    kt_device_parameters parameters = { 0 };
    kt_error own = { 0 };
    int rc = kt_device_parameters_read(q->device, q->device_parameters, q->shots, &parameters, err);
    if (rc < 0)
        return rc;
    rc = kt_action_inputs(action, program, executable, &inputs, &own);
    if (rc < 0)
        return kt_fail(err, rc == KT_E_NOMEM ? KT_E_NOMEM : KT_E_INVALID, "%s", own.message);
    const kt_compile_question question = { .device = q->device,
                                           .source = kt_action_source(action, program),
                                           .inputs = inputs,
                                           .shots = q->shots,
                                           .has_experimental = q->has_experimental,
                                           .in_set = action->kind == KT_ACTION_PROGRAM_SET,
                                           .keeps_labels = parameters.keeps_labels };
    rc = kt_compile(&question, &compiled, err);
    if (rc == 0 && compiled.circuit != NULL && (uint32_t)kt_circuit_qubit_count(compiled.circuit) > *qubits)
        *qubits = (uint32_t)kt_circuit_qubit_count(compiled.circuit);
    kt_compiled_fini(&compiled);
    return rc;
}

/* ---- one program ---- */

static int check_shots_and_wants(const kt_action_question *q, const kt_action *action, kt_error *err)
{
    kt_view source = kt_action_source(action, 0);
    bool wants = memmem(source.data, source.length, "braket result", 13) != NULL;
    if (q->shots == 0 && !wants)
        return kt_fail(err, KT_E_INVALID, "Result types must be specified in the IR when shots=0");
    return 0;
}

/* ---- a set ---- */

typedef struct set_check {
    const kt_action_question *question;
    const kt_action *action;
    kt_arena *arena;
    kt_action_refusal *refusal;
    kt_program_failure *failures;
    uint32_t *qubits;
} set_check;

/* inputs: which of the program's inputs it is about; -1: all of them. */
static int note_failure(set_check *c, size_t program, int64_t inputs, const char *message, kt_error *err)
{
    if (c->refusal->failure_count == FAILURES_MOST)
        return 0;
    char *kept = kt_arena_strndup(c->arena, message, strlen(message));
    if (kept == NULL)
        return kt_fail_nomem(err, 0, "a refusal");
    c->failures[c->refusal->failure_count++] = (kt_program_failure){ (uint32_t)program, inputs, kept };
    return 0;
}

static int count_executables(set_check *c, uint32_t *total, kt_error *err)
{
    for (size_t p = 0; p < c->action->program_count; p++) {
        uint32_t executables = 0;
        kt_error own = { 0 };
        int rc = kt_action_executables(c->action, p, &executables, &own);
        if (rc == KT_E_INVALID)
            rc = note_failure(c, p, -1, own.message, err);
        if (rc < 0)
            return rc;
        *total += executables;
    }
    return 0;
}

/* A program with each kind of inputs that it has; what is wrong with the first is wrong with all, as a rule. */
static int check_member(set_check *c, size_t program, kt_error *err)
{
    uint64_t seen[KINDS_MOST];
    size_t seen_count = 0;
    uint32_t executables = 0;
    kt_error own = { 0 };
    int rc = kt_action_executables(c->action, program, &executables, &own);
    for (uint32_t e = 0; rc == 0 && e < executables; e++) {
        const uint64_t signature = kt_action_signature(c->action, program, e);
        size_t i = 0;
        while (i < seen_count && seen[i] != signature)
            i++;
        if (i < seen_count)
            continue;
        rc = check_program(c->question, c->action, program, e, c->qubits, &own);
        if (rc == 0 && seen_count < KINDS_MOST)
            seen[seen_count++] = signature;
        if (rc == KT_E_INVALID && e > 0)
            rc = note_failure(c, program, e, own.message, err);
    }
    if (rc == KT_E_INVALID)
        rc = note_failure(c, program, -1, own.message, err);
    else if (rc < 0 && err != NULL)
        *err = own;
    return rc;
}

static int check_set_totals(const kt_action_question *q, uint32_t total, kt_error *err)
{
    const kt_sandbox_device *device = q->device;
    const int64_t least = kt_device_record_of(device)->set_shots.least;
    if (q->shots == 0)
        return kt_fail(err, KT_E_INVALID, "Shots must not be zero.");
    if (q->shots < least)
        return kt_fail(err, KT_E_INVALID, "the program set asks for %lld shots in all, %s needs %lld or more",
                       (long long)q->shots, device->name, (long long)least);
    if (device->program_shots_most > 0 && q->shots > device->program_shots_most)
        return kt_fail(err, KT_E_INVALID, "the program set asks for %lld shots in all, %s takes %lld",
                       (long long)q->shots, device->name, (long long)device->program_shots_most);
    if (q->shots % total != 0)
        return kt_fail(err, KT_E_INVALID, "Total shots must be divisible by number of executables.");
    return 0;
}

static int check_set(set_check *c, kt_action_info *info, kt_error *err)
{
    const kt_sandbox_device *device = c->question->device;
    if (device->programs_most == 0)
        return kt_fail(err, KT_E_INVALID, "the action %s is not supported by the device %s", c->action->type,
                       device->name);
    c->failures = kt_arena_array(c->arena, FAILURES_MOST, sizeof *c->failures);
    if (c->failures == NULL)
        return kt_fail_nomem(err, FAILURES_MOST * sizeof *c->failures, "a refusal");
    info->is_program_set = true;
    info->program_count = (uint32_t)c->action->program_count;
    int rc = count_executables(c, &info->executable_count, err);
    if (rc == 0 && info->executable_count > device->programs_most)
        return kt_fail(err, KT_E_INVALID, "the program set has %u executables, %s takes %lld", info->executable_count,
                       device->name, (long long)device->programs_most);
    const bool is_counted = c->refusal->failure_count == 0;
    for (size_t p = 0; rc == 0 && is_counted && p < c->action->program_count; p++)
        rc = check_member(c, p, err);
    if (rc == 0 && c->refusal->failure_count > 0) {
        c->refusal->failures = c->failures;
        return kt_fail(err, KT_E_INVALID, "Program set validation failed");
    }
    return rc < 0 ? rc : check_set_totals(c->question, info->executable_count, err);
}

/* ---- the old form ---- */

/* Its operations are listed apart from OpenQASM's. */
static int check_jaqcd(const kt_action_question *q, const kt_action *action, kt_error *err)
{
    const kt_texts *offered = &kt_device_record_of(q->device)->jaqcd.operations;
    const kt_json *instructions = json_object_get(action->document, "instructions");
    for (size_t i = 0; i < json_array_size(instructions); i++) {
        const char *type = json_string_value(json_object_get(json_array_get(instructions, i), "type"));
        bool is_offered = strstr(type, "_verbatim_box") != NULL;
        for (size_t k = 0; k < offered->count && !is_offered; k++)
            is_offered = strcasecmp(offered->items[k], type) == 0;
        if (!is_offered)
            return kt_fail(err, KT_E_INVALID, "uses a gate: %s which is not supported by the device.", type);
    }
    return 0;
}

/* ---- the whole ---- */

static int check_kind(set_check *c, kt_action_info *info, kt_error *err)
{
    const kt_action_question *q = c->question;
    bool analog = q->device->kind == KT_DEVICE_ANALOG;
    bool simulator = q->device->kind == KT_DEVICE_SV1 || q->device->kind == KT_DEVICE_DM1;
    if ((c->action->kind == KT_ACTION_AHS) != analog || c->action->kind == KT_ACTION_OTHER ||
        (c->action->kind == KT_ACTION_JAQCD && !simulator))
        return kt_fail(err, KT_E_INVALID, "the action %s is not supported by the device %s", c->action->type,
                       q->device->name);
    switch (c->action->kind) {
    case KT_ACTION_AHS: return kt_analog_check(q, c->action, err);
    case KT_ACTION_PROGRAM_SET: return check_set(c, info, err);
    default: break;
    }
    int rc = check_shots_and_wants(q, c->action, err);
    if (rc == 0 && c->action->kind == KT_ACTION_JAQCD)
        rc = check_jaqcd(q, c->action, err);
    return rc < 0 ? rc : check_program(q, c->action, 0, 0, &info->qubit_count, err);
}

int kt_action_check(const kt_action_question *question, kt_arena *arena, kt_action_info *info,
                    kt_action_refusal *refusal, kt_error *err)
{
    kt_action action = { 0 };
    kt_error own = { 0 };
    *info = (kt_action_info){ 0 };
    *refusal = (kt_action_refusal){ 0 };
    set_check c = { question, &action, arena, refusal, NULL, &info->qubit_count };
    int rc = kt_action_read(question->action, &action, &own);
    if (rc == 0) {
        info->type = action.type;
        kt_device_parameters read;
        rc = kt_device_parameters_read(question->device, question->device_parameters, question->shots, &read, &own);
        if (rc == 0)
            rc = check_kind(&c, info, &own);
        kt_action_fini(&action);
    }
    if (rc == KT_E_INVALID) {
        refusal->message = kt_arena_strndup(arena, own.message, strlen(own.message));
        if (refusal->message == NULL)
            return kt_fail_nomem(err, 0, "a refusal");
    }
    if (rc < 0 && err != NULL)
        *err = own;
    return rc;
}
