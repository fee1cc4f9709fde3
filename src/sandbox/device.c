/* SPDX-License-Identifier: Apache-2.0 */
/* device.c - questions about one device, and the forms of capabilities that vendors have. */
#include "sandbox/device_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SCHEMA "braket.device_schema."
static const kt_device_form forms[] = {
    { "sv1", KT_DEVICE_SV1, SCHEMA "simulators.gate_model_simulator_device_capabilities", "1",
      SCHEMA "simulators.gate_model_simulator_device_parameters", "1", "GateModelSimulatorDeviceParameters", NULL,
      false, false, NULL, NULL },
    { "dm1", KT_DEVICE_DM1, SCHEMA "simulators.gate_model_simulator_device_capabilities", "1",
      SCHEMA "simulators.gate_model_simulator_device_parameters", "1", "GateModelSimulatorDeviceParameters", NULL,
      false, false, NULL, NULL },
    { "iqm", KT_DEVICE_GATE_QPU, SCHEMA "iqm.iqm_device_capabilities", "1", SCHEMA "iqm.iqm_device_parameters", "1",
      "IqmDeviceParameters", "iqmMetadata", true, false, kt_device_write_iqm, kt_device_write_standard_v1 },
    { "ionq", KT_DEVICE_GATE_QPU, SCHEMA "ionq.ionq_device_capabilities", "1", SCHEMA "ionq.ionq_device_parameters",
      "1", "IonqDeviceParameters", "ionqMetadata", true, true, kt_device_write_ionq, kt_device_write_standard_v3 },
    { "rigetti", KT_DEVICE_GATE_QPU, SCHEMA "rigetti.rigetti_device_capabilities", "2",
      SCHEMA "rigetti.rigetti_device_parameters", "1", "RigettiDeviceParameters", "rigettiMetadata", true, false,
      kt_device_write_rigetti, kt_device_write_standard_v1 },
    { "aqt", KT_DEVICE_GATE_QPU, SCHEMA "aqt.aqt_device_capabilities", "1",
      SCHEMA "simulators.gate_model_simulator_device_parameters", "1", "GateModelSimulatorDeviceParameters",
      "aqtMetadata", false, true, kt_device_write_aqt, kt_device_write_standard_v3 },
    { "oqc", KT_DEVICE_GATE_QPU, SCHEMA "oqc.oqc_device_capabilities", "1", SCHEMA "oqc.oqc_device_parameters", "1",
      "OqcDeviceParameters", "oqcMetadata", true, false, NULL, kt_device_write_standard_v1 },
    { "quera", KT_DEVICE_ANALOG, SCHEMA "quera.quera_device_capabilities", "1", NULL, NULL, NULL, "queraMetadata",
      false, false, NULL, NULL },
};
#undef SCHEMA

const kt_device_form *kt_device_form_find(const char *name)
{
    for (size_t i = 0; i < KT_COUNT(forms); i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

void kt_device_form_names(char *text, size_t bytes)
{
    size_t used = 0;
    for (size_t i = 0; i < KT_COUNT(forms) && used < bytes; i++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", i > 0 ? ", " : "", forms[i].name);
}

bool kt_device_in_region(const kt_sandbox_device *device, const char *region)
{
    for (size_t i = 0; device->regions[i] != NULL; i++)
        if (strcmp(device->regions[i], region) == 0)
            return true;
    return false;
}

bool kt_device_has_label(const kt_sandbox_device *device, uint32_t label)
{
    return kt_device_label_index(kt_device_record_of(device), label) >= 0;
}

bool kt_device_coupled(const kt_sandbox_device *device, uint32_t a, uint32_t b)
{
    if (device->kind != KT_DEVICE_GATE_QPU)
        return a != b && kt_device_has_label(device, a) && kt_device_has_label(device, b);
    return kt_device_coupling_index(kt_device_record_of(device), a, b) >= 0;
}

/* Gate names are compared whatever their case: IonQ's native ones are in capitals, programs have small letters. */
static bool is_in(const kt_texts *texts, const char *name)
{
    for (size_t i = 0; i < texts->count; i++)
        if (strcasecmp(texts->items[i], name) == 0)
            return true;
    return false;
}

bool kt_device_is_native(const kt_sandbox_device *device, const char *gate)
{
    return is_in(&kt_device_record_of(device)->native_gates, gate);
}

bool kt_device_supports_gate(const kt_sandbox_device *device, const char *gate)
{
    return is_in(&kt_device_record_of(device)->openqasm.operations, gate);
}

bool kt_device_supports_result(const kt_sandbox_device *device, const char *result)
{
    const kt_result_offers *offers = &kt_device_record_of(device)->openqasm.results;
    for (size_t i = 0; i < offers->count; i++)
        if (strcmp(offers->items[i].name, result) == 0)
            return true;
    return false;
}
