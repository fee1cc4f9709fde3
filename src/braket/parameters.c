/* SPDX-License-Identifier: Apache-2.0 */
/* parameters.c - device parameters, as the Amazon SDK puts them together for an OpenQASM program: none unless the
 * caller gives some, and then under the vendor's schema.
 * Source: amazon-braket-sdk aws_quantum_task.py, _circuit_device_params_from_dict. */
#include "braket/target_priv.h"

#include <string.h>

#define SIMULATOR "braket.device_schema.simulators.gate_model_simulator_device_parameters"
static const struct {
    const char *vendor; /* in the ARN */
    const char *schema;
    const char *members; /* that it takes beside the paradigm's, with a blank around each */
} vendors[] = {
    { "ionq", "braket.device_schema.ionq.ionq_device_parameters", " errorMitigation " },
    { "rigetti", "braket.device_schema.rigetti.rigetti_device_parameters", " " },
    { "oqc", "braket.device_schema.oqc.oqc_device_parameters", " " },
    { "", SIMULATOR, " " },
};

static const char REWIRING[] = "disableQubitRewiring";

static bool takes(const char *members, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = strstr(members, name); at != NULL && length > 0; at = strstr(at + 1, name))
        if (at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

static int build(const kt_target *target, size_t vendor, const kt_json *given, kt_json **out, kt_error *err)
{
    const kt_json *rewiring = json_object_get(given, REWIRING);
    const char *name;
    kt_json *value;
    if (rewiring != NULL && !json_is_boolean(rewiring))
        return kt_fail(err, KT_E_INVALID, "%s: expected true or false", REWIRING);
    KT_OWN(kt_json) *made =
        json_pack("{s{ss, ss}, s{s{ss, ss}, si, sb}}", "braketSchemaHeader", "name", vendors[vendor].schema, "version",
                  "1", "paradigmParameters", "braketSchemaHeader", "name", "braket.device_schema.gate_model_parameters",
                  "version", "1", "qubitCount", 0, REWIRING, json_is_true(rewiring));
    if (made == NULL)
        return kt_fail_nomem(err, 0, "device parameters");
    json_object_foreach((kt_json *)given, name, value)
    {
        if (strcmp(name, REWIRING) == 0)
            continue;
        if (!takes(vendors[vendor].members, name))
            return kt_fail(err, KT_E_INVALID, "%s has no parameter '%.60s'; expected %s%s",
                           kt_target_facts_of(target)->name, name, REWIRING,
                           strlen(vendors[vendor].members) > 1 ? " or errorMitigation" : "");
        if (json_object_set(made, name, value) < 0)
            return kt_fail_nomem(err, 0, "device parameters");
    }
    *out = KT_GIVE(made);
    return 0;
}

int kt_target_parameters(const kt_target *target, kt_view given, kt_json **out, kt_error *err)
{
    KT_OWN(kt_json) *parsed = NULL;
    size_t vendor = 0;
    int rc = kt_json_parse(given, &parsed, err);
    if (rc == 0 && !json_is_object(parsed))
        rc = kt_fail(err, KT_E_INVALID, "expected an object such as {\"%s\": true}", REWIRING);
    while (strstr(kt_target_facts_of(target)->arn, vendors[vendor].vendor) == NULL)
        vendor++;
    if (rc == 0 && json_object_get(parsed, "braketSchemaHeader") != NULL)
        *out = KT_GIVE(parsed); /* whole already */
    else if (rc == 0)
        rc = build(target, vendor, parsed, out, err);
    return rc < 0 ? kt_wrap(err, rc, "device parameters") : 0;
}
