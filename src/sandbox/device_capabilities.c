/* SPDX-License-Identifier: Apache-2.0 */
/* device_capabilities.c - writes deviceCapabilities as Braket does, from a device's record: header, service, action,
 * deviceParameters, paradigm, and the vendor's own sections (device_standard.c, device_vendor.c). Member names and
 * their order of nesting follow amazon-braket-schemas 1.32 (braket.device_schema), whose classes load the text. */
#include "sandbox/device_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "braket.device_schema."

void kt_device_write_header(kt_jw *w, const char *name, const char *version)
{
    kt_jw_key(w, "braketSchemaHeader");
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, name);
    kt_jw_key(w, "version");
    kt_jw_strz(w, version);
    kt_jw_close(w);
}

static void write_member(kt_jw *w, const char *key, const char *text)
{
    kt_jw_key(w, key);
    kt_jw_strz(w, text);
}

static void write_flag(kt_jw *w, const char *key, bool value)
{
    kt_jw_key(w, key);
    kt_jw_bool(w, value);
}

static void write_texts(kt_jw *w, const char *key, const kt_texts *texts)
{
    kt_jw_key(w, key);
    kt_jw_array(w);
    for (size_t i = 0; i < texts->count; i++)
        kt_jw_strz(w, texts->items[i]);
    kt_jw_close(w);
}

static void write_range(kt_jw *w, const char *key, kt_range range)
{
    kt_jw_key(w, key);
    kt_jw_array(w);
    kt_jw_int(w, range.least);
    kt_jw_int(w, range.most);
    kt_jw_close(w);
}

static void write_hour(kt_jw *w, const char *key, int second)
{
    char text[16];
    snprintf(text, sizeof text, "%02d:%02d:%02d", second / 3600 % 24, second / 60 % 60, second % 60);
    write_member(w, key, text);
}

static void write_windows(kt_jw *w, const kt_sandbox_device *device)
{
    kt_jw_key(w, "executionWindows");
    kt_jw_array(w);
    for (size_t i = 0; i < device->window_count; i++) {
        kt_jw_object(w);
        write_member(w, "executionDay", device->windows[i].day);
        write_hour(w, "windowStartHour", device->windows[i].start_s);
        write_hour(w, "windowEndHour", device->windows[i].end_s);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

/* What was assumed is said where a reader of the properties meets it: in the summary. */
static void write_documentation(kt_jw *w, const kt_device_record *record)
{
    KT_BUF_OWN summary;
    kt_buf_init(&summary, 0);
    kt_buf_adds(&summary, record->service.summary);
    if (record->modelled != NULL)
        kt_buf_addf(&summary, " (modelled: %s)", record->modelled);
    if (summary.failed != 0)
        w->rc = summary.failed;
    kt_jw_key(w, "deviceDocumentation");
    kt_jw_object(w);
    write_member(w, "imageUrl", record->service.image_url != NULL ? record->service.image_url : "");
    write_member(w, "summary", summary.data);
    write_member(w, "externalDocumentationUrl", record->service.documentation_url);
    kt_jw_close(w);
}

static void write_service(kt_jw *w, const kt_device_record *record)
{
    const kt_service_note *note = &record->service;
    kt_jw_key(w, "service");
    kt_jw_object(w);
    kt_device_write_header(w, SCHEMA "device_service_properties", "1");
    write_windows(w, &record->device);
    write_range(w, "shotsRange", record->shots);
    if (record->reservation_shots.most > 0)
        write_range(w, "reservationShotsRange", record->reservation_shots);
    if (!isnan(note->price)) {
        kt_jw_key(w, "deviceCost");
        kt_jw_object(w);
        kt_jw_key(w, "price");
        kt_jw_double(w, note->price);
        write_member(w, "unit", note->price_unit);
        kt_jw_close(w);
    }
    write_documentation(w, record);
    if (note->location != NULL)
        write_member(w, "deviceLocation", note->location);
    if (note->updated_at != NULL)
        write_member(w, "updatedAt", note->updated_at);
    if (note->poll_ms > 0) {
        kt_jw_key(w, "getTaskPollIntervalMillis");
        kt_jw_int(w, note->poll_ms);
    }
    kt_jw_close(w);
}

static void write_results(kt_jw *w, const kt_result_offers *offers)
{
    kt_jw_key(w, "supportedResultTypes");
    kt_jw_array(w);
    for (size_t i = 0; i < offers->count; i++) {
        const kt_result_offer *offer = &offers->items[i];
        kt_jw_object(w);
        write_member(w, "name", offer->name);
        if (offer->observables.count > 0)
            write_texts(w, "observables", &offer->observables);
        kt_jw_key(w, "minShots");
        kt_jw_int(w, offer->shots.least);
        kt_jw_key(w, "maxShots");
        kt_jw_int(w, offer->shots.most);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static void open_action(kt_jw *w, const char *type, const char *version)
{
    const kt_texts versions = { .items = &version, .count = 1 };
    kt_jw_key(w, type);
    kt_jw_object(w);
    write_texts(w, "version", &versions);
    write_member(w, "actionType", type);
}

static void write_openqasm(kt_jw *w, const kt_openqasm_offer *offer)
{
    static const char *forbidden[] = { "concatenation", "negativeIndex", "range",
                                       "rangeWithStep", "slicing",       "selection" };
    const kt_texts none = { 0 }, forbidden_operations = { .items = forbidden, .count = KT_COUNT(forbidden) };
    open_action(w, "braket.ir.openqasm.program", offer->version);
    write_texts(w, "supportedOperations", &offer->operations);
    write_texts(w, "supportedModifiers", &none);
    write_texts(w, "supportedPragmas", &offer->pragmas);
    write_texts(w, "forbiddenPragmas", &offer->forbidden_pragmas);
    kt_jw_key(w, "maximumQubitArrays");
    kt_jw_int(w, 1);
    kt_jw_key(w, "maximumClassicalArrays");
    kt_jw_int(w, 1);
    write_texts(w, "forbiddenArrayOperations", &forbidden_operations);
    write_flag(w, "requiresAllQubitsMeasurement", offer->all_qubits_measured);
    write_flag(w, "supportPhysicalQubits", offer->physical_qubits);
    write_flag(w, "requiresContiguousQubitIndices", offer->contiguous_qubits);
    write_flag(w, "supportsPartialVerbatimBox", offer->partial_verbatim);
    write_flag(w, "supportsUnassignedMeasurements", offer->unassigned_measurements);
    write_flag(w, "disabledQubitRewiringSupported", false);
    write_results(w, &offer->results);
    kt_jw_close(w);
}

static void write_program_set(kt_jw *w, const kt_device_record *record)
{
    open_action(w, "braket.ir.openqasm.program_set", "1");
    kt_jw_key(w, "maximumExecutables");
    kt_jw_int(w, record->device.programs_most);
    kt_jw_key(w, "maximumTotalShots");
    kt_jw_int(w, record->device.program_shots_most);
    if (record->set_shots.least > 0) {
        kt_jw_key(w, "minimumTotalShots");
        kt_jw_int(w, record->set_shots.least);
    }
    kt_jw_close(w);
}

static void write_jaqcd(kt_jw *w, const kt_jaqcd_offer *offer)
{
    static const char type[] = "braket.ir.jaqcd.program";
    kt_jw_key(w, type);
    kt_jw_object(w);
    write_texts(w, "version", &offer->versions);
    write_member(w, "actionType", type);
    write_texts(w, "supportedOperations", &offer->operations);
    write_results(w, &offer->results);
    kt_jw_close(w);
}

static void write_action(kt_jw *w, const kt_device_record *record, bool with_openqasm)
{
    kt_jw_key(w, "action");
    kt_jw_object(w);
    if (record->jaqcd.versions.count > 0)
        write_jaqcd(w, &record->jaqcd);
    if (with_openqasm && record->openqasm.is_there)
        write_openqasm(w, &record->openqasm);
    if (with_openqasm && record->device.programs_most > 0)
        write_program_set(w, record);
    if (record->form->kind == KT_DEVICE_ANALOG) {
        open_action(w, "braket.ir.ahs.program", "1");
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

/* In a JSON Schema: a braketSchemaHeader that can be only this one. */
static void write_header_schema(kt_jw *w, const char *name, const char *version)
{
    static const char *const members[] = { "default", "const" };
    kt_jw_key(w, "braketSchemaHeader");
    kt_jw_object(w);
    for (size_t i = 0; i < KT_COUNT(members); i++) {
        kt_jw_key(w, members[i]);
        kt_jw_object(w);
        write_member(w, "name", name);
        write_member(w, "version", version);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static void write_paradigm_parameters_schema(kt_jw *w)
{
    static const char rest[] = "{\"type\":\"integer\",\"minimum\":0}";
    static const char rewiring[] = "{\"type\":\"boolean\",\"default\":false}";
    kt_jw_key(w, "GateModelParameters");
    kt_jw_object(w);
    write_member(w, "title", "GateModelParameters");
    write_member(w, "type", "object");
    kt_jw_key(w, "properties");
    kt_jw_object(w);
    write_header_schema(w, SCHEMA "gate_model_parameters", "1");
    kt_jw_key(w, "qubitCount");
    kt_jw_raw(w, kt_view_of(rest));
    kt_jw_key(w, "disableQubitRewiring");
    kt_jw_raw(w, kt_view_of(rewiring));
    kt_jw_close(w);
    kt_jw_key(w, "required");
    kt_jw_raw(w, kt_view_of("[\"qubitCount\"]"));
    kt_jw_close(w);
}

/* The JSON Schema of the device's parameters; an empty object for devices that take none. */
static void write_parameters(kt_jw *w, const kt_device_record *record)
{
    const kt_device_form *form = record->form;
    kt_jw_key(w, "deviceParameters");
    kt_jw_object(w);
    if (form->parameters != NULL) {
        write_member(w, "title", form->parameters_title);
        write_member(w, "type", "object");
        kt_jw_key(w, "properties");
        kt_jw_object(w);
        write_header_schema(w, form->parameters, form->parameters_version);
        kt_jw_key(w, "paradigmParameters");
        kt_jw_raw(w, kt_view_of("{\"$ref\":\"#/definitions/GateModelParameters\"}"));
        if (record->debias_shots > 0) {
            kt_jw_key(w, "errorMitigation");
            kt_jw_raw(w, kt_view_of("{\"type\":\"array\",\"items\":{\"type\":\"object\"}}"));
        }
        kt_jw_close(w);
        kt_jw_key(w, "required");
        kt_jw_raw(w, kt_view_of("[\"paradigmParameters\"]"));
        kt_jw_key(w, "definitions");
        kt_jw_object(w);
        write_paradigm_parameters_schema(w);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static void write_label(kt_jw *w, uint32_t label, bool is_key)
{
    char text[16];
    snprintf(text, sizeof text, "%u", label);
    if (is_key)
        kt_jw_key(w, text);
    else
        kt_jw_strz(w, text);
}

static void write_connectivity(kt_jw *w, const kt_device_record *record)
{
    const kt_sandbox_device *device = &record->device;
    bool lists = !device->fully_connected || record->form->lists_full_graph;
    kt_jw_key(w, "connectivity");
    kt_jw_object(w);
    write_flag(w, "fullyConnected", device->fully_connected);
    kt_jw_key(w, "connectivityGraph");
    kt_jw_object(w);
    for (size_t i = 0; lists && i < device->qubit_count; i++) {
        uint32_t label = record->labels[i];
        write_label(w, label, true);
        kt_jw_array(w);
        for (size_t k = 0; k < record->coupling_count; k++)
            if (record->couplings[k].b == label)
                write_label(w, record->couplings[k].a, false);
            else if (record->couplings[k].a == label)
                write_label(w, record->couplings[k].b, false);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_close(w);
}

/* The paradigm of an analog device is written as its file has it, after header and size. */
static void write_analog_members(kt_jw *w, const kt_device_record *record)
{
    KT_OWN(kt_json) *members = json_loads(record->analog_json, 0, NULL);
    const char *key = NULL;
    kt_json *value = NULL;
    if (members == NULL)
        w->rc = KT_E_NOMEM; /* it was written by ourselves: only memory can be lacking */
    json_object_foreach(members, key, value)
    {
        kt_jw_key(w, key);
        kt_jw_value(w, value);
    }
}

static void write_paradigm(kt_jw *w, const kt_device_record *record)
{
    static const char *const headers[] = {
        [KT_DEVICE_SV1] = SCHEMA "simulators.gate_model_simulator_paradigm_properties",
        [KT_DEVICE_DM1] = SCHEMA "simulators.gate_model_simulator_paradigm_properties",
        [KT_DEVICE_GATE_QPU] = SCHEMA "gate_model_qpu_paradigm_properties",
        [KT_DEVICE_ANALOG] = SCHEMA "quera.quera_ahs_paradigm_properties",
    };
    kt_device_kind kind = record->form->kind;
    kt_jw_key(w, "paradigm");
    kt_jw_object(w);
    kt_device_write_header(w, headers[kind], "1");
    kt_jw_key(w, "qubitCount");
    kt_jw_uint(w, record->device.qubit_count);
    if (kind == KT_DEVICE_GATE_QPU) {
        write_connectivity(w, record);
        write_texts(w, "nativeGateSet", &record->native_gates);
    }
    if (kind == KT_DEVICE_ANALOG)
        write_analog_members(w, record);
    kt_jw_close(w);
}

int kt_device_write_capabilities(const kt_device_record *record, bool with_openqasm, kt_buf *out, kt_error *err)
{
    const kt_device_form *form = record->form;
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(out), 0);
    kt_jw_object(&w);
    kt_device_write_header(&w, form->header, form->header_version);
    write_service(&w, record);
    write_action(&w, record, with_openqasm);
    write_parameters(&w, record);
    write_paradigm(&w, record);
    bool has_figures = record->one_qubit.values != NULL;
    if (form->write_standardized != NULL && has_figures)
        form->write_standardized(&w, record);
    if (form->write_provider != NULL && has_figures)
        form->write_provider(&w, record);
    kt_jw_close(&w);
    return kt_jw_end(&w, err);
}

int kt_device_capabilities(const kt_sandbox_device *device, bool with_openqasm, kt_view *quoted, kt_error *err)
{
    kt_device_record *record =
        (kt_device_record *)device; /* the text is kept in it; the device itself stays as it is */
    size_t which = with_openqasm ? 1 : 0;
    if (record->capabilities[which].text == NULL) {
        KT_BUF_OWN plain, text;
        kt_buf_init(&plain, 0);
        kt_buf_init(&text, 0);
        int rc = kt_device_write_capabilities(record, with_openqasm, &plain, err);
        if (rc < 0)
            return kt_wrap(err, rc, "capabilities of %s", device->arn);
        kt_jw w;
        kt_jw_init(&w, kt_out_buf(&text), 0);
        kt_jw_string(&w, kt_buf_view(&plain));
        rc = kt_jw_end(&w, err);
        if (rc < 0)
            return rc;
        record->capabilities[which].length = text.length;
        record->capabilities[which].text = kt_buf_take(&text);
    }
    *quoted = (kt_view){ record->capabilities[which].text, record->capabilities[which].length };
    return 0;
}
