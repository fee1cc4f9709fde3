/* SPDX-License-Identifier: Apache-2.0 */
/* sample_test.h - devices and compiled programs for the tests of what tasks compute. */
#ifndef KT_SANDBOX_SAMPLE_TEST_H
#define KT_SANDBOX_SAMPLE_TEST_H

#include "sandbox/compile.h"
#include "sandbox/device_priv.h"
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#define SHIPPED KETCH_TESTS_DIR "/../data/devices"
#define GARNET "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"
#define IBEX "arn:aws:braket:eu-north-1::device/qpu/aqt/Ibex-Q1"
#define FORTE "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-Enterprise-1"
#define CEPHEUS "arn:aws:braket:us-west-1::device/qpu/rigetti/Cepheus-1-108Q"
#define AQUILA "arn:aws:braket:us-east-1::device/qpu/quera/Aquila"
#define SV1 "arn:aws:braket:::device/quantum-simulator/amazon/sv1"
#define DM1 "arn:aws:braket:::device/quantum-simulator/amazon/dm1"

/* Sixteen qubits in a row, 1 to 16. figures: its calibration, "\"whole\": {...}". */
static inline kt_device_record *sample_row(kt_arena *arena, const char *figures)
{
    static const char form[] =
        "{\"ketch_device\":1, \"arn\":\"arn:aws:braket:us-east-1::device/qpu/acme/Row\", \"name\":\"Row\","
        " \"provider\":\"Acme\", \"form\":\"iqm\", \"status\":\"ONLINE\", \"shots\":[1, 1000000], \"windows\":[],"
        " \"program_set\":{\"executables\":8, \"shots\":4000, \"shots_least\":4}, \"service\":{\"summary\":\"a row\"},"
        " \"openqasm\":{\"operations\":[\"h\",\"x\",\"rx\",\"rz\",\"z\",\"i\",\"cnot\",\"cz\",\"swap\",\"ccnot\","
        "\"prx\","
        "  \"cc_prx\",\"measure_ff\"],"
        "  \"pragmas\":[\"verbatim\"], \"results\":[\"Sample\",\"Expectation\",\"Variance\",\"Probability\"]},"
        " \"labels\":[[1, 16]], \"native_gates\":[\"cz\", \"prx\"],"
        " \"couplings\":{\"1\":[2],\"2\":[3],\"3\":[4],\"4\":[5],\"5\":[6],\"6\":[7],\"7\":[8],\"8\":[9],\"9\":[10],"
        "  \"10\":[11],\"11\":[12],\"12\":[13],\"13\":[14],\"14\":[15],\"15\":[16]}, %s}";
    static char text[16384];
    kt_device_record *record = NULL;
    kt_error err = { 0 };
    snprintf(text, sizeof text, form, figures);
    if (kt_device_file_read(arena, "row.json", kt_view_of(text), &record, &err) < 0)
        fail_msg("%s", err.message);
    return record;
}

/* Without any error. */
#define FLAWLESS "\"whole\":{\"T1\":1, \"T2\":1, \"one_qubit\":1, \"two_qubit\":1, \"readout\":1}"

static inline kt_devices *sample_shipped(void)
{
    kt_devices *devices = NULL;
    kt_error err = { 0 };
    if (kt_devices_load(SHIPPED, NULL, &devices, &err) < 0)
        fail_msg("%s", err.message);
    return devices;
}

static inline kt_compiled sample_compile(const kt_sandbox_device *device, const char *source, int64_t shots)
{
    kt_compiled compiled = { 0 };
    kt_error err = { 0 };
    const kt_compile_question question = { .device = device, .source = kt_view_of(source), .shots = shots };
    if (kt_compile(&question, &compiled, &err) < 0)
        fail_msg("%s: %s", source, err.message);
    return compiled;
}

#endif
