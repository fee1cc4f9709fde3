/* SPDX-License-Identifier: Apache-2.0 */
/* device_file.c - one device file into a record: a table of members for each object of the format (doc/devices.md).
 * What depends on other members (couplings on labels, figures on couplings) is read last. */
#include "sandbox/device_priv.h"
#include "sandbox/reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOTS_MOST 1e9
#define SECONDS_MOST 1e8

static const char *const observables_usual[] = { "x", "y", "z", "h", "i" };
static const char *const with_observables[] = { "Sample", "Expectation", "Variance", "AdjointGradient" };
static const char *const days[] = { "Everyday",  "Weekdays", "Weekend", "Monday",   "Tuesday",
                                    "Wednesday", "Thursday", "Friday",  "Saturday", "Sunday" };
static const char *const statuses[] = { "ONLINE", "OFFLINE", "RETIRED" };

static bool is_one_of(const char *const *words, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], text) == 0)
            return true;
    return false;
}

static int read_cost(kt_reader *reader, const kt_json *json, void *target)
{
    kt_service_note *note = target;
    size_t count = 0;
    int rc = kt_read_array(reader, json, 2, 2, &count);
    if (rc == 0)
        rc = kt_read_number(reader, json_array_get(json, 0), 0, 1e6, &note->price);
    return rc == 0 ? kt_read_text(reader, json_array_get(json, 1), &note->price_unit) : rc;
}

static int read_service(kt_reader *reader, const kt_json *json, void *target)
{
    static const kt_field fields[] = {
        { "cost", KT_FIELD_OTHER, false, 0, 0, 0, read_cost }, /* offset 0: the note itself */
        { "location", KT_FIELD_TEXT, false, offsetof(kt_service_note, location), 0, 0, NULL },
        { "summary", KT_FIELD_TEXT, true, offsetof(kt_service_note, summary), 0, 0, NULL },
        { "documentation_url", KT_FIELD_TEXT, false, offsetof(kt_service_note, documentation_url), 0, 0, NULL },
        { "image_url", KT_FIELD_TEXT, false, offsetof(kt_service_note, image_url), 0, 0, NULL },
        { "updated_at", KT_FIELD_TEXT, false, offsetof(kt_service_note, updated_at), 0, 0, NULL },
        { "poll_ms", KT_FIELD_INT, false, offsetof(kt_service_note, poll_ms), 1, 3600000, NULL },
    };
    return kt_read_fields(reader, json, fields, KT_COUNT(fields), target);
}

/* "HH:MM:SS" of a day, in seconds. */
static int read_hour(kt_reader *reader, const kt_json *json, int *out)
{
    const char *text = json_is_string(json) ? json_string_value(json) : "";
    int h = 0, m = 0, s = 0, used = 0;
    if (sscanf(text, "%2d:%2d:%2d%n", &h, &m, &s, &used) != 3 || text[used] != '\0' || used != 8 || h > 23 || m > 59 ||
        s > 59 || h < 0 || m < 0 || s < 0)
        return kt_reader_fail(reader, "must have its hours as \"HH:MM:SS\", not '%.32s'", text);
    *out = h * 3600 + m * 60 + s;
    return 0;
}

static int read_window(kt_reader *reader, const kt_json *json, kt_qpu_window *out)
{
    size_t count = 0;
    int rc = kt_read_array(reader, json, 3, 3, &count);
    if (rc < 0)
        return rc;
    const char *day = json_string_value(json_array_get(json, 0));
    if (day == NULL || !is_one_of(days, KT_COUNT(days), day))
        return kt_reader_fail(reader, "must begin with Everyday, Weekdays, Weekend or a day such as Monday");
    snprintf(out->day, sizeof out->day, "%s", day);
    rc = read_hour(reader, json_array_get(json, 1), &out->start_s);
    if (rc == 0)
        rc = read_hour(reader, json_array_get(json, 2), &out->end_s);
    if (rc == 0 && out->end_s <= out->start_s)
        rc = kt_reader_fail(reader, "must end after it starts; one over midnight is two windows");
    return rc;
}

static int read_windows(kt_reader *reader, const kt_json *json, void *target)
{
    kt_sandbox_device *device = target;
    size_t count = 0;
    int rc = kt_read_array(reader, json, 0, 100, &count);
    kt_qpu_window *windows = rc < 0 ? NULL : KT_ARENA_ARRAY(reader->arena, kt_qpu_window, count + 1);
    if (rc == 0 && windows == NULL)
        return kt_reader_nomem(reader, count * sizeof *windows);
    for (size_t i = 0; i < count && rc == 0; i++) {
        size_t mark = kt_reader_enter_item(reader, i);
        rc = read_window(reader, json_array_get(json, i), &windows[i]);
        kt_reader_leave(reader, mark);
    }
    if (rc == 0) {
        device->windows = windows;
        device->window_count = count;
    }
    return rc;
}

/* "Sample", or {"name": "Sample", "shots": [1, 1000], "observables": [...]}; what is left out is filled in when the
 * device's shots are known (shots.least -1 until then). */
static int read_result(kt_reader *reader, const kt_json *json, kt_result_offer *out)
{
    static const kt_field fields[] = {
        { "name", KT_FIELD_TEXT, true, offsetof(kt_result_offer, name), 0, 0, NULL },
        { "shots", KT_FIELD_RANGE, false, offsetof(kt_result_offer, shots), 0, SHOTS_MOST, NULL },
        { "observables", KT_FIELD_TEXTS, false, offsetof(kt_result_offer, observables), 0, 0, NULL },
    };
    out->shots.least = -1;
    int rc = json_is_string(json) ? kt_read_text(reader, json, &out->name)
                                  : kt_read_fields(reader, json, fields, KT_COUNT(fields), out);
    if (rc == 0 && out->observables.items == NULL && is_one_of(with_observables, KT_COUNT(with_observables), out->name))
        out->observables =
            (kt_texts){ .items = (const char **)observables_usual, .count = KT_COUNT(observables_usual) };
    return rc;
}

static int read_results(kt_reader *reader, const kt_json *json, void *target)
{
    kt_result_offers *offers = target;
    size_t count = 0;
    int rc = kt_read_array(reader, json, 0, 32, &count);
    kt_result_offer *items = rc < 0 ? NULL : KT_ARENA_ARRAY(reader->arena, kt_result_offer, count + 1);
    if (rc == 0 && items == NULL)
        return kt_reader_nomem(reader, count * sizeof *items);
    for (size_t i = 0; i < count && rc == 0; i++) {
        size_t mark = kt_reader_enter_item(reader, i);
        rc = read_result(reader, json_array_get(json, i), &items[i]);
        kt_reader_leave(reader, mark);
    }
    if (rc == 0)
        *offers = (kt_result_offers){ .items = items, .count = count };
    return rc;
}

static int read_openqasm(kt_reader *reader, const kt_json *json, void *target)
{
#define AT(member) offsetof(kt_openqasm_offer, member)
    static const kt_field fields[] = {
        { "version", KT_FIELD_TEXT, false, AT(version), 0, 0, NULL },
        { "operations", KT_FIELD_TEXTS, true, AT(operations), 0, 0, NULL },
        { "pragmas", KT_FIELD_TEXTS, true, AT(pragmas), 0, 0, NULL },
        { "forbidden_pragmas", KT_FIELD_TEXTS, false, AT(forbidden_pragmas), 0, 0, NULL },
        { "results", KT_FIELD_OTHER, true, AT(results), 0, 0, read_results },
        { "all_qubits_measured", KT_FIELD_BOOL, false, AT(all_qubits_measured), 0, 0, NULL },
        { "physical_qubits", KT_FIELD_BOOL, false, AT(physical_qubits), 0, 0, NULL },
        { "contiguous_qubits", KT_FIELD_BOOL, false, AT(contiguous_qubits), 0, 0, NULL },
        { "partial_verbatim", KT_FIELD_BOOL, false, AT(partial_verbatim), 0, 0, NULL },
        { "unassigned_measurements", KT_FIELD_BOOL, false, AT(unassigned_measurements), 0, 0, NULL },
    };
#undef AT
    kt_openqasm_offer *offer = target;
    *offer = (kt_openqasm_offer){ .is_there = true,
                                  .version = "1.0",
                                  .physical_qubits = true,
                                  .partial_verbatim = true,
                                  .unassigned_measurements = true };
    return kt_read_fields(reader, json, fields, KT_COUNT(fields), offer);
}

static int read_jaqcd(kt_reader *reader, const kt_json *json, void *target)
{
    static const kt_field fields[] = {
        { "versions", KT_FIELD_TEXTS, true, offsetof(kt_jaqcd_offer, versions), 0, 0, NULL },
        { "operations", KT_FIELD_TEXTS, true, offsetof(kt_jaqcd_offer, operations), 0, 0, NULL },
        { "results", KT_FIELD_OTHER, true, offsetof(kt_jaqcd_offer, results), 0, 0, read_results },
    };
    return kt_read_fields(reader, json, fields, KT_COUNT(fields), target);
}

typedef struct set_limits {
    int64_t executables, shots, shots_least;
} set_limits;

static int read_program_set(kt_reader *reader, const kt_json *json, void *target)
{
    static const kt_field fields[] = {
        { "executables", KT_FIELD_INT, true, offsetof(set_limits, executables), 1, 1e6, NULL },
        { "shots", KT_FIELD_INT, true, offsetof(set_limits, shots), 1, SHOTS_MOST, NULL },
        { "shots_least", KT_FIELD_INT, false, offsetof(set_limits, shots_least), 1, SHOTS_MOST, NULL },
    };
    kt_device_record *record = target;
    set_limits limits = { 0, 0, 0 };
    int rc = kt_read_fields(reader, json, fields, KT_COUNT(fields), &limits);
    record->device.programs_most = limits.executables;
    record->device.program_shots_most = limits.shots;
    record->set_shots = (kt_range){ limits.shots_least, limits.shots };
    return rc;
}

static int read_whole(kt_reader *reader, const kt_json *json, void *target)
{
    static const kt_field fields[] = {
#define ROW(id, name) { name, KT_FIELD_NUMBER, false, KT_WHOLE_##id * sizeof(double), 0, 1e6, NULL },
        KT_WHOLE_FIGURES(ROW)
#undef ROW
    };
    kt_device_record *record = target;
    record->has_whole = true;
    int rc = kt_read_fields(reader, json, fields, KT_COUNT(fields), record->whole);
    static const kt_whole_figure needed[] = { KT_WHOLE_T1, KT_WHOLE_T2, KT_WHOLE_ONE_QUBIT, KT_WHOLE_TWO_QUBIT,
                                              KT_WHOLE_READOUT };
    for (size_t i = 0; i < KT_COUNT(needed) && rc == 0; i++)
        if (isnan(record->whole[needed[i]]))
            rc = kt_reader_fail(reader, "needs the member '%s'", fields[needed[i]].name);
        else if (needed[i] >= KT_WHOLE_ONE_QUBIT && record->whole[needed[i]] > 1)
            rc = kt_reader_fail(reader, "has a fidelity above 1 in '%s'", fields[needed[i]].name);
    return rc;
}

/* Kept as text: its members are the paradigm's own. */
static int read_analog(kt_reader *reader, const kt_json *json, void *target)
{
    if (!json_is_object(json))
        return kt_reader_fail(reader, "must be an object");
    KT_BUF_OWN text;
    kt_buf_init(&text, KT_DEVICE_FILE_BYTES_MOST);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_value(&w, json);
    int rc = kt_jw_end(&w, reader->err);
    if (rc < 0)
        return rc;
    const char *copy = kt_arena_strndup(reader->arena, text.data, text.length);
    if (copy == NULL)
        return kt_reader_nomem(reader, text.length);
    *(const char **)target = copy;
    return 0;
}

#define AT(member) offsetof(kt_device_record, member)
static const kt_field record_fields[] = {
    { "ketch_device", KT_FIELD_LATER, true, 0, 0, 0, NULL },
    { "arn", KT_FIELD_TEXT, true, AT(device.arn), 0, 0, NULL },
    { "name", KT_FIELD_TEXT, true, AT(device.name), 0, 0, NULL },
    { "provider", KT_FIELD_TEXT, true, AT(device.provider), 0, 0, NULL },
    { "form", KT_FIELD_TEXT, true, AT(form_name), 0, 0, NULL },
    { "status", KT_FIELD_TEXT, true, AT(device.status), 0, 0, NULL },
    { "price_key", KT_FIELD_TEXT, false, AT(device.price_key), 0, 0, NULL },
    { "recorded", KT_FIELD_TEXT, false, AT(recorded), 0, 0, NULL },
    { "modelled", KT_FIELD_TEXT, false, AT(modelled), 0, 0, NULL },
    { "note", KT_FIELD_TEXT, false, AT(note), 0, 0, NULL },
    { "regions", KT_FIELD_TEXTS, false, AT(region_list), 0, 0, NULL },
    { "shots", KT_FIELD_RANGE, true, AT(shots), 0, SHOTS_MOST, NULL },
    { "reservation_shots", KT_FIELD_RANGE, false, AT(reservation_shots), 0, SHOTS_MOST, NULL },
    { "program_set", KT_FIELD_OTHER, false, 0, 0, 0, read_program_set },
    { "windows", KT_FIELD_OTHER, true, 0, 0, 0, read_windows },
    { "queue_s", KT_FIELD_NUMBER, false, AT(queue_s), 0, SECONDS_MOST, NULL },
    { "task_s", KT_FIELD_NUMBER, false, AT(task_s), 0, SECONDS_MOST, NULL },
    { "service", KT_FIELD_OTHER, true, AT(service), 0, 0, read_service },
    { "openqasm", KT_FIELD_OTHER, false, AT(openqasm), 0, 0, read_openqasm },
    { "jaqcd", KT_FIELD_OTHER, false, AT(jaqcd), 0, 0, read_jaqcd },
    { "labels", KT_FIELD_OTHER, false, 0, 0, 0, kt_device_read_labels },
    { "native_gates", KT_FIELD_TEXTS, false, AT(native_gates), 0, 0, NULL },
    { "family", KT_FIELD_TEXT, false, AT(family), 0, 0, NULL },
    { "couplings", KT_FIELD_LATER, false, 0, 0, 0, NULL },
    { "one_qubit", KT_FIELD_LATER, false, 0, 0, 0, NULL },
    { "two_qubit", KT_FIELD_LATER, false, 0, 0, 0, NULL },
    { "whole", KT_FIELD_OTHER, false, 0, 0, 0, read_whole },
    { "debias_shots", KT_FIELD_INT, false, AT(debias_shots), 1, SHOTS_MOST, NULL },
    { "atoms", KT_FIELD_INT, false, AT(atoms), 1, 1e6, NULL },
    { "analog", KT_FIELD_OTHER, false, AT(analog_json), 0, 0, read_analog },
};
#undef AT

/* arn:aws:braket:REGION::device/qpu/PROVIDER/NAME; the region is empty for simulators. */
static int take_arn_apart(kt_reader *reader, kt_device_record *record)
{
    static const char start[] = "arn:aws:braket:";
    kt_sandbox_device *device = &record->device;
    size_t mark = kt_reader_enter(reader, "arn");
    const char *region = device->arn + sizeof start - 1;
    const char *end = strncmp(device->arn, start, sizeof start - 1) == 0 ? strstr(region, "::device/") : NULL;
    bool is_simulator = record->form->kind == KT_DEVICE_SV1 || record->form->kind == KT_DEVICE_DM1;
    const char *kind = is_simulator ? "::device/quantum-simulator/" : "::device/qpu/";
    if (end == NULL || strncmp(end, kind, strlen(kind)) != 0 || strlen(device->arn) > 256)
        return kt_reader_fail(reader, "must be arn:aws:braket:REGION%sPROVIDER/NAME, at most 256 bytes", kind);
    device->region = kt_arena_strndup(reader->arena, region, (size_t)(end - region));
    if (device->region == NULL)
        return kt_reader_nomem(reader, 32);
    if (device->region[0] == '\0' && record->region_list.count == 0)
        return kt_reader_fail(reader, "has no region, so the file must say 'regions'");
    kt_reader_leave(reader, mark);
    if (record->region_list.count == 0) {
        record->region_list.items = KT_ARENA_ARRAY(reader->arena, const char *, 2);
        if (record->region_list.items == NULL)
            return kt_reader_nomem(reader, 16);
        record->region_list.items[0] = device->region;
        record->region_list.count = 1;
    }
    device->regions = record->region_list.items; /* one more than count was made: it ends with NULL */
    device->type = is_simulator ? "SIMULATOR" : "QPU";
    return 0;
}

static void fill_results(kt_result_offers *offers, kt_range shots)
{
    for (size_t i = 0; i < offers->count; i++)
        if (offers->items[i].shots.least < 0)
            offers->items[i].shots = shots;
}

/* What one member says must fit what others say. */
static int check_whole_record(kt_reader *reader, kt_device_record *record)
{
    kt_sandbox_device *device = &record->device;
    bool is_gate_qpu = record->form->kind == KT_DEVICE_GATE_QPU, is_analog = record->form->kind == KT_DEVICE_ANALOG;
    if (!is_one_of(statuses, KT_COUNT(statuses), device->status))
        return kt_reader_fail(reader, "has status '%.32s'; it must be ONLINE, OFFLINE or RETIRED", device->status);
    if (is_analog && (record->atoms == 0 || record->analog_json == NULL))
        return kt_reader_fail(reader, "needs 'atoms' and 'analog', being of form %s", record->form->name);
    if (!is_analog && (record->labels == NULL || !record->openqasm.is_there))
        return kt_reader_fail(reader, "needs 'labels' and 'openqasm', being of form %s", record->form->name);
    if (is_gate_qpu && record->native_gates.count == 0)
        return kt_reader_fail(reader, "needs 'native_gates', being a QPU");
    if (is_gate_qpu && device->qubit_count > KT_DEVICE_PLACED_MOST)
        return kt_reader_fail(reader, "has %u qubits in 'labels'; a QPU may have %d", device->qubit_count,
                              KT_DEVICE_PLACED_MOST);
    if (is_gate_qpu && device->qubit_count > 1 && record->coupling_count == 0)
        return kt_reader_fail(reader, "needs 'couplings', having %u qubits", device->qubit_count);
    if ((is_gate_qpu || is_analog) && record->shots.least < 1)
        return kt_reader_fail(reader, "has 'shots' from 0; a QPU needs 1 at least");
    if (record->set_shots.least > record->set_shots.most)
        return kt_reader_fail(reader, "has more 'shots_least' than 'shots' in 'program_set'");
    bool has_figures = record->has_whole || (record->one_qubit.values != NULL && record->two_qubit.values != NULL);
    bool is_retired = strcmp(device->status, "RETIRED") == 0;
    if (is_gate_qpu && !is_retired && !has_figures)
        return kt_reader_fail(reader, "needs calibration: 'whole', or 'one_qubit' and 'two_qubit'");
    if (record->form->needs_whole && !record->has_whole && !is_retired)
        return kt_reader_fail(reader, "needs 'whole', being of form %s", record->form->name);
    return 0;
}

static int read_rest(kt_reader *reader, const kt_json *json, kt_device_record *record)
{
    kt_sandbox_device *device = &record->device;
    record->form = kt_device_form_find(record->form_name);
    if (record->form == NULL) {
        char names[160];
        kt_device_form_names(names, sizeof names);
        return kt_reader_fail(reader, "has form '%.32s'; forms are %s", record->form_name, names);
    }
    int rc = take_arn_apart(reader, record);
    if (rc == 0)
        rc = kt_device_read_couplings(reader, record, json_object_get(json, "couplings"));
    if (rc == 0)
        rc = kt_device_read_figures(reader, record, json_object_get(json, "one_qubit"), false, &record->one_qubit);
    if (rc == 0)
        rc = kt_device_read_figures(reader, record, json_object_get(json, "two_qubit"), true, &record->two_qubit);
    if (rc == 0)
        rc = check_whole_record(reader, record);
    if (rc == 0)
        rc = kt_device_check_names(reader, record);
    if (rc == 0)
        rc = kt_device_spread_whole(reader, record);
    device->kind = record->form->kind;
    device->metadata_member = record->form->metadata_member;
    device->shots_least = record->shots.least;
    device->shots_most = record->shots.most;
    device->queue_ns = (int64_t)(record->queue_s * 1e9);
    device->task_ns = (int64_t)(record->task_s * 1e9);
    if (device->kind == KT_DEVICE_ANALOG)
        device->qubit_count = (uint32_t)record->atoms;
    device->labels = device->kind == KT_DEVICE_GATE_QPU ? record->labels : NULL;
    if (device->price_key == NULL)
        device->price_key = device->name;
    fill_results(&record->openqasm.results, record->shots);
    fill_results(&record->jaqcd.results, record->shots);
    return rc;
}

int kt_device_file_read(kt_arena *arena, const char *file, kt_view text, kt_device_record **out, kt_error *err)
{
    KT_OWN(kt_json) *json = NULL;
    int rc = kt_json_parse(text, &json, err);
    if (rc < 0)
        return kt_wrap(err, rc, "%s", file);
    kt_device_record *record = KT_ARENA_NEW(arena, kt_device_record);
    kt_reader reader = { .arena = arena, .file = kt_arena_strndup(arena, file, strlen(file)), .err = err };
    if (record == NULL || reader.file == NULL)
        return kt_fail_nomem(err, sizeof *record, "a device");
    record->file = reader.file;
    record->service.price = NAN;
    for (size_t i = 0; i < KT_WHOLE_COUNT; i++)
        record->whole[i] = NAN;
    rc = kt_read_fields(&reader, json, record_fields, KT_COUNT(record_fields), record);
    if (rc == 0 && json_integer_value(json_object_get(json, "ketch_device")) != 1)
        rc = kt_reader_fail(&reader, "must have \"ketch_device\": 1, the version of the format");
    if (rc == 0)
        rc = read_rest(&reader, json, record);
    if (rc == 0)
        rc = kt_device_find_usual(arena, record, err);
    if (rc == 0)
        *out = record;
    return rc;
}
