/* SPDX-License-Identifier: Apache-2.0 */
/* action.c - reads an action's JSON. */
#include "sandbox/action.h"

#include "sandbox/jaqcd.h"

#include <stdlib.h>
#include <string.h>

enum { PROGRAMS_MOST = 10000, EXECUTABLES_MOST = 1000000 };

static const struct {
    const char *name;
    kt_action_kind kind;
} kinds[] = {
    { "braket.ir.openqasm.program", KT_ACTION_OPENQASM }, { "braket.ir.openqasm.program_set", KT_ACTION_PROGRAM_SET },
    { "braket.ir.ahs.program", KT_ACTION_AHS },           { "braket.ir.jaqcd.program", KT_ACTION_JAQCD },
    { "braket.ir.annealing.problem", KT_ACTION_OTHER },   { "braket.ir.blackbird.program", KT_ACTION_OTHER },
};

static int read_kind(kt_action *action, kt_error *err)
{
    const kt_json *header = json_object_get(action->document, "braketSchemaHeader");
    const char *name = json_string_value(json_object_get(header, "name"));
    if (name == NULL)
        return kt_fail(err, KT_E_INVALID, "the action has no braketSchemaHeader with a name");
    for (size_t i = 0; i < KT_COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            action->kind = kinds[i].kind;
            action->type = kinds[i].name;
            return 0;
        }
    }
    return kt_fail(err, KT_E_INVALID, "the action '%.100s' is not known", name);
}

static const kt_json *program_at(const kt_action *action, size_t program)
{
    if (action->kind != KT_ACTION_PROGRAM_SET)
        return action->document;
    return json_array_get(json_object_get(action->document, "programs"), program);
}

static int check_program(const kt_action *action, size_t program, kt_error *err)
{
    const kt_json *object = program_at(action, program);
    const kt_json *inputs = json_object_get(object, "inputs");
    if (!json_is_string(json_object_get(object, "source")))
        return kt_fail(err, KT_E_INVALID, "program %zu has no text 'source'", program);
    if (inputs != NULL && !json_is_object(inputs) && !json_is_null(inputs))
        return kt_fail(err, KT_E_INVALID, "the inputs of program %zu are not an object", program);
    return 0;
}

static int check_programs(kt_action *action, kt_error *err)
{
    const kt_json *programs = json_object_get(action->document, "programs");
    action->program_count = action->kind == KT_ACTION_OPENQASM ? 1 : 0;
    if (action->kind == KT_ACTION_PROGRAM_SET) {
        if (!json_is_array(programs) || json_array_size(programs) == 0 || json_array_size(programs) > PROGRAMS_MOST)
            return kt_fail(err, KT_E_INVALID, "a program set needs a list of 1 to %d programs", PROGRAMS_MOST);
        action->program_count = json_array_size(programs);
    }
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < action->program_count; i++)
        rc = check_program(action, i, err);
    return rc;
}

static int translate(kt_action *action, kt_error *err)
{
    KT_BUF_OWN qasm;
    kt_buf_init(&qasm, 0);
    int rc = kt_jaqcd_to_qasm(action->document, &qasm, err);
    if (rc == 0 && (action->translated = kt_buf_take(&qasm)) == NULL)
        rc = kt_fail_nomem(err, qasm.length, "a program");
    action->program_count = 1;
    return rc;
}

int kt_action_read(kt_view text, kt_action *out, kt_error *err)
{
    kt_action action = { 0 };
    kt_error own = { 0 };
    int rc = kt_json_parse(text, &action.document, &own);
    if (rc < 0)
        return kt_fail(err, rc == KT_E_NOMEM ? KT_E_NOMEM : KT_E_INVALID, "the action is no JSON: %s", own.message);
    rc = read_kind(&action, err);
    if (rc == 0)
        rc = action.kind == KT_ACTION_JAQCD ? translate(&action, err) : check_programs(&action, err);
    if (rc < 0) {
        kt_action_fini(&action);
        return rc;
    }
    *out = action;
    return 0;
}

void kt_action_fini(kt_action *action)
{
    kt_json_free(action->document);
    free(action->translated);
    *action = (kt_action){ 0 };
}

kt_view kt_action_source(const kt_action *action, size_t program)
{
    if (action->kind == KT_ACTION_JAQCD)
        return kt_view_of(action->translated);
    const kt_json *source = json_object_get(program_at(action, program), "source");
    return (kt_view){ json_string_value(source), json_string_length(source) };
}

int kt_action_executables(const kt_action *action, size_t program, uint32_t *out, kt_error *err)
{
    uint32_t count = 1;
    bool first = true;
    const char *name;
    kt_json *value, *inputs = json_object_get(program_at(action, program), "inputs");
    if (action->kind == KT_ACTION_PROGRAM_SET)
        json_object_foreach(inputs, name, value)
        {
            size_t length = json_array_size(value);
            if (!json_is_array(value) || length == 0 || length > EXECUTABLES_MOST)
                return kt_fail(err, KT_E_INVALID, "input '%.60s' of program %zu is no list of values", name, program);
            if (!first && length != count)
                return kt_fail(err, KT_E_INVALID, "the inputs of program %zu are lists of different lengths", program);
            first = false;
            count = (uint32_t)length;
        }
    *out = count;
    return 0;
}

uint64_t kt_action_signature(const kt_action *action, size_t program, uint32_t executable)
{
    static const uint64_t prime = UINT64_C(0x100000001b3); /* FNV-1a */
    uint64_t signature = UINT64_C(0xcbf29ce484222325);
    const char *name;
    kt_json *value, *inputs = json_object_get(program_at(action, program), "inputs");
    json_object_foreach(inputs, name, value)
    {
        const kt_json *chosen =
            action->kind == KT_ACTION_PROGRAM_SET ? json_array_get(value, executable) : (const kt_json *)value;
        signature = (signature ^ (uint64_t)(chosen == NULL ? 0 : json_typeof(chosen) + 1)) * prime;
        signature = (signature ^ (json_array_size(chosen) + json_string_length(chosen))) * prime;
    }
    return signature;
}

int kt_action_inputs(const kt_action *action, size_t program, uint32_t executable, kt_inputs **out, kt_error *err)
{
    KT_OWN(kt_inputs) *inputs = NULL;
    kt_json *given = json_object_get(program_at(action, program), "inputs"), *value;
    const char *name;
    kt_json *chosen = json_object();
    int rc = kt_inputs_new(&inputs, err);
    if (rc == 0 && chosen == NULL)
        rc = kt_fail_nomem(err, 0, "inputs");
    json_object_foreach(given, name, value)
    {
        if (action->kind == KT_ACTION_PROGRAM_SET)
            value = json_array_get(value, executable);
        if (rc == 0 && json_object_set(chosen, name, value) < 0)
            rc = kt_fail_nomem(err, 0, "inputs");
    }
    char *text = rc == 0 && json_object_size(chosen) > 0 ? json_dumps(chosen, JSON_COMPACT) : NULL;
    if (rc == 0 && json_object_size(chosen) > 0)
        rc = text == NULL ? kt_fail_nomem(err, 0, "inputs") : kt_inputs_json(inputs, text, strlen(text), err);
    free(text);
    kt_json_free(chosen);
    if (rc == 0)
        *out = KT_GIVE(inputs);
    return rc;
}
