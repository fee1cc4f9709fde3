/* SPDX-License-Identifier: Apache-2.0 */
/* parameters_test.c - device parameters by vendor. tests/braket/test_parameters.py has the Amazon SDK's beside them. */
#include "braket/target.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

static char *made(const char *arn, const char *given, kt_error *err)
{
    KT_OWN(kt_json) *answer = json_pack("{ss, ss, ss, ss, ss, ss}", "deviceArn", arn, "deviceName", "D", "providerName",
                                        "p", "deviceType", "QPU", "deviceStatus", "ONLINE", "deviceCapabilities", "{}");
    KT_OWN(kt_target) *target = NULL;
    KT_OWN(kt_json) *out = NULL;
    assert_int_equal(kt_target_new(answer, &target, NULL), 0);
    if (kt_target_parameters(target, kt_view_of(given), &out, err) < 0)
        return NULL;
    return json_dumps(out, JSON_COMPACT | JSON_SORT_KEYS);
}

#define IONQ "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1"
#define IQM "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"

TEST(parameters, go_out_under_the_vendors_schema)
{
    static const struct {
        const char *arn, *given, *says;
    } rows[] = {
        { IONQ, "{\"errorMitigation\":[]}", "\"name\":\"braket.device_schema.ionq.ionq_device_parameters\"" },
        { IONQ, "{\"errorMitigation\":[1]}", "\"errorMitigation\":[1]" },
        { IQM, "{}", "gate_model_simulator_device_parameters" },
        { IQM, "{\"disableQubitRewiring\":true}", "\"disableQubitRewiring\":true,\"qubitCount\":0" },
        { IQM, "{\"braketSchemaHeader\":{},\"own\":1}", "{\"braketSchemaHeader\":{},\"own\":1}" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char *text = made(rows[i].arn, rows[i].given, NULL);
        assert_non_null(text);
        if (strstr(text, rows[i].says) == NULL)
            fail_msg("%s", text);
        free(text);
    }
}

TEST(parameters, that_a_device_has_not_are_refused)
{
    static const struct {
        const char *given, *says;
    } rows[] = {
        { "{\"errorMitigation\":[]}", "D has no parameter 'errorMitigation'; expected disableQubitRewiring" },
        { "{\"disableQubitRewiring\":1}", "expected true or false" },
        { "[1]", "expected an object" },
        { "{", "device parameters: " },
        { "{\"\":1}", "has no parameter ''" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_error err = { 0 };
        assert_null(made(IQM, rows[i].given, &err));
        if (strstr(err.message, rows[i].says) == NULL)
            fail_msg("%s", err.message);
    }
}
