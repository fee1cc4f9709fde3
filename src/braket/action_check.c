/* SPDX-License-Identifier: Apache-2.0 */
/* action_check.c - any Braket action before it is sent: is it what its header says, does the device take that kind, so
 * many executables, so many shots.
 * Source: braket-schemas ir/openqasm, ir/ahs, ir/jaqcd, ir/annealing. */
#include "braket/order_priv.h"

#include <string.h>

typedef int action_check(const kt_json *action, int64_t *executables, kt_error *err);

static int check_program(const kt_json *action, int64_t *executables, kt_error *err)
{
    const kt_json *inputs = json_object_get(action, "inputs");
    *executables = 1;
    if (!json_is_string(json_object_get(action, "source")))
        return kt_fail(err, KT_E_INVALID, "source: expected the program's text");
    if (inputs != NULL && !json_is_object(inputs) && !json_is_null(inputs))
        return kt_fail(err, KT_E_INVALID, "inputs: expected an object or null");
    return 0;
}

/* In a set every value is a list, all as long: so many executables. */
static int check_member(const kt_json *program, int64_t *executables, kt_error *err)
{
    kt_json *inputs = json_object_get(program, "inputs"), *list;
    const char *name;
    int64_t length = -1;
    const int rc = check_program(program, executables, err);
    if (rc < 0)
        return rc;
    json_object_foreach(inputs, name, list)
    {
        const int64_t own = (int64_t)json_array_size(list);
        if (!json_is_array(list) || own == 0)
            return kt_fail(err, KT_E_INVALID, "inputs.%.60s: expected a list with a value for each execution", name);
        if (length >= 0 && own != length)
            return kt_fail(err, KT_E_INVALID, "inputs.%.60s: found %lld values, another input has %lld", name,
                           (long long)own, (long long)length);
        length = own;
    }
    *executables = length < 0 ? 1 : length;
    return 0;
}

static int check_set(const kt_json *action, int64_t *executables, kt_error *err)
{
    const kt_json *programs = json_object_get(action, "programs");
    *executables = 0;
    if (json_array_size(programs) == 0)
        return kt_fail(err, KT_E_INVALID, "programs: expected a list of at least one program");
    for (size_t i = 0; i < json_array_size(programs); i++) {
        int64_t own = 0;
        const int rc = check_member(json_array_get(programs, i), &own, err);
        if (rc < 0)
            return kt_wrap(err, rc, "programs[%zu]", i);
        *executables += own;
    }
    return 0;
}

static int check_analog(const kt_json *action, int64_t *executables, kt_error *err)
{
    const kt_json *atoms = kt_json_at(action, "setup", "ahs_register");
    const kt_json *sites = json_object_get(atoms, "sites"), *filling = json_object_get(atoms, "filling");
    *executables = 1;
    if (!json_is_array(sites) || !json_is_array(filling))
        return kt_fail(err, KT_E_INVALID, "setup.ahs_register: expected the lists sites and filling");
    if (json_array_size(sites) != json_array_size(filling))
        return kt_fail(err, KT_E_INVALID, "setup.ahs_register: found %zu sites and %zu fillings, expected as many",
                       json_array_size(sites), json_array_size(filling));
    if (!json_is_array(kt_json_at(action, "hamiltonian", "drivingFields")))
        return kt_fail(err, KT_E_INVALID, "hamiltonian.drivingFields: expected a list");
    return 0;
}

static int check_jaqcd(const kt_json *action, int64_t *executables, kt_error *err)
{
    *executables = 1;
    return json_is_array(json_object_get(action, "instructions"))
               ? 0
               : kt_fail(err, KT_E_INVALID, "instructions: expected a list");
}

static const struct {
    const char *name;
    action_check *check;
} kinds[] = {
    { KT_ACTION_OPENQASM, check_program },
    { KT_ACTION_PROGRAM_SET, check_set },
    { KT_ACTION_ANALOG, check_analog },
    { KT_ACTION_JAQCD, check_jaqcd },
};

static int check_shots(const kt_target *target, const char *kind, int64_t shots, int64_t executables, kt_error *err)
{
    const kt_target_facts *facts = kt_target_facts_of(target);
    const bool is_set = strcmp(kind, KT_ACTION_PROGRAM_SET) == 0;
    const int64_t least = is_set ? facts->set_shots_least : facts->shots_least;
    const int64_t most = is_set && facts->set_shots_most > 0 ? facts->set_shots_most : facts->shots_most;
    if (is_set && facts->executables_most > 0 && executables > facts->executables_most)
        return kt_fail(err, KT_E_INVALID, "%lld executables are more than the %lld that %s takes in a set",
                       (long long)executables, (long long)facts->executables_most, facts->name);
    if (is_set && (shots <= 0 || shots % executables != 0))
        return kt_fail(err, KT_E_INVALID, "%lld shots can't be shared by %lld executables; expected a multiple",
                       (long long)shots, (long long)executables);
    if (shots < least || shots > most)
        return kt_fail(err, KT_E_INVALID, "%lld shots are outside of what %s takes: %lld to %lld", (long long)shots,
                       facts->name, (long long)least, (long long)most);
    return 0;
}

static int check_parsed(const kt_target *target, const kt_json *action, int64_t shots, int64_t *executables,
                        kt_error *err)
{
    const char *name = json_string_value(kt_json_at(action, "braketSchemaHeader", "name"));
    const kt_json *taken = json_object_get(kt_target_capabilities(target), "action");
    if (name == NULL)
        return kt_fail(err, KT_E_INVALID,
                       "braketSchemaHeader.name: expected the name of an action, such as "
                       "braket.ir.openqasm.program");
    for (size_t i = 0; i < KT_COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, name) != 0)
            continue;
        if (json_object_get(taken, name) == NULL)
            return kt_fail(err, KT_E_UNSUPPORTED, "%s takes no %s", kt_target_facts_of(target)->name, name);
        int64_t count = 0;
        int rc = kinds[i].check(action, &count, err);
        if (rc == 0)
            rc = check_shots(target, name, shots, count, err);
        if (rc == 0)
            *executables = count;
        return rc;
    }
    return kt_fail(err, KT_E_UNSUPPORTED, "braketSchemaHeader.name: '%.80s' is no action that is known", name);
}

int kt_target_check_action(const kt_target *target, kt_view action, int64_t shots, int64_t *executables, kt_error *err)
{
    KT_OWN(kt_json) *parsed = NULL;
    if (action.length > KT_ACTION_BYTES_MOST)
        return kt_fail(err, KT_E_LIMIT, "the action has %zu bytes; Braket takes %d", action.length,
                       (int)KT_ACTION_BYTES_MOST);
    const int rc = kt_json_parse(action, &parsed, err);
    return rc < 0 ? rc : check_parsed(target, parsed, shots, executables, err);
}
