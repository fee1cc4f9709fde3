/* SPDX-License-Identifier: Apache-2.0 */
/* device_parameters.c - reads a task's deviceParameters. They are JSON in a string; of what stands in it only the
 * rewiring and the error mitigation change what a device does. The rest is kept as given: it comes back in
 * GetQuantumTask and in the result. The header is not looked at: the SDK sends the simulators' kind for some vendors,
 * and the members that count are the same in all. */
#include "sandbox/device_parameters.h"

#include "sandbox/device_priv.h"

#include <string.h>

#define PARADIGM "deviceParameters: paradigmParameters"

static int read_paradigm(const kt_json *paradigm, kt_device_parameters *out, kt_error *err)
{
    const kt_json *count = json_object_get(paradigm, "qubitCount");
    const kt_json *rewiring = json_object_get(paradigm, "disableQubitRewiring");
    if (paradigm == NULL || json_is_null(paradigm))
        return 0;
    if (!json_is_object(paradigm))
        return kt_fail(err, KT_E_INVALID, PARADIGM " must be an object");
    if (!json_is_integer(count) || json_integer_value(count) < 0)
        return kt_fail(err, KT_E_INVALID, PARADIGM ".qubitCount must be a number, 0 or more");
    if (rewiring != NULL && !json_is_null(rewiring) && !json_is_boolean(rewiring))
        return kt_fail(err, KT_E_INVALID, PARADIGM ".disableQubitRewiring must be true or false");
    out->keeps_labels = json_is_true(rewiring);
    return 0;
}

static int read_scheme(const kt_sandbox_device *device, const kt_json *scheme, int64_t shots, kt_error *err)
{
    static const char debias[] = "braket.device_schema.error_mitigation.debias.Debias";
    const char *type = json_string_value(json_object_get(scheme, "type"));
    const int64_t least = kt_device_record_of(device)->debias_shots;
    if (type == NULL || strcmp(type, debias) != 0)
        return kt_fail(err, KT_E_INVALID, "deviceParameters: the error mitigation %.100s is not known; there is %s",
                       type != NULL ? type : "without a type", debias);
    if (least == 0)
        return kt_fail(err, KT_E_INVALID, "deviceParameters: error mitigation is not supported by the device %s",
                       device->name);
    if (shots < least)
        return kt_fail(err, KT_E_INVALID,
                       "deviceParameters: error mitigation on the device %s needs at least %lld"
                       " shots, the task has %lld",
                       device->name, (long long)least, (long long)shots);
    return 0;
}

static int read_mitigation(const kt_sandbox_device *device, const kt_json *schemes, int64_t shots,
                           kt_device_parameters *out, kt_error *err)
{
    if (schemes != NULL && !json_is_null(schemes) && !json_is_array(schemes))
        return kt_fail(err, KT_E_INVALID, "deviceParameters: errorMitigation must be a list");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < json_array_size(schemes); i++)
        rc = read_scheme(device, json_array_get(schemes, i), shots, err);
    out->debiases = json_array_size(schemes) > 0;
    return rc;
}

int kt_device_parameters_read(const kt_sandbox_device *device, kt_view text, int64_t shots, kt_device_parameters *out,
                              kt_error *err)
{
    KT_OWN(kt_json) *json = NULL;
    kt_error own = { 0 };
    kt_device_parameters parameters = { 0 };
    int rc = text.length == 0 ? 0 : kt_json_parse(text, &json, &own);
    if (rc == KT_E_NOMEM)
        return kt_fail(err, KT_E_NOMEM, "%s", own.message);
    if (rc < 0)
        return kt_fail(err, KT_E_INVALID, "deviceParameters: %s", own.message);
    if (json != NULL && !json_is_object(json))
        return kt_fail(err, KT_E_INVALID, "deviceParameters: not a JSON object");
    rc = read_paradigm(json_object_get(json, "paradigmParameters"), &parameters, err);
    if (rc == 0)
        rc = read_mitigation(device, json_object_get(json, "errorMitigation"), shots, &parameters, err);
    if (rc == 0)
        *out = parameters;
    return rc;
}
