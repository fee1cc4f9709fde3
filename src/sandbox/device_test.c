/* SPDX-License-Identifier: Apache-2.0 */
/* device_test.c - the shipped devices, files of one's own, errors in them, noise, windows. */
#include "sandbox/device_priv.h"
#include "tests/unit.h"

#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHIPPED KETCH_TESTS_DIR "/../data/devices"
#define GARNET "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"
#define CEPHEUS "arn:aws:braket:us-west-1::device/qpu/rigetti/Cepheus-1-108Q"
#define SV1 "arn:aws:braket:::device/quantum-simulator/amazon/sv1"

static kt_devices *load_shipped(void)
{
    kt_devices *devices = NULL;
    kt_error err = { 0 };
    int rc = kt_devices_load(SHIPPED, NULL, &devices, &err);
    assert_string_equal(err.message, "");
    assert_int_equal(rc, 0);
    return devices;
}

static const kt_sandbox_device *find(const kt_devices *devices, const char *arn)
{
    const kt_sandbox_device *device = kt_devices_find(devices, kt_view_of(arn));
    assert_non_null(device);
    return device;
}

/* A device of one's own, as short as it can be. */
static const char tiny[] =
    "{\"ketch_device\":1, \"arn\":\"arn:aws:braket:eu-west-2::device/qpu/acme/Tiny\", \"name\":\"Tiny\","
    " \"provider\":\"Acme\", \"form\":\"iqm\", \"status\":\"ONLINE\", \"modelled\":\"made up\", \"shots\":[1, 100],"
    " \"windows\":[[\"Weekdays\", \"08:00:00\", \"15:59:59\"]], \"service\":{\"summary\":\"a tiny one\"},"
    " \"openqasm\":{\"operations\":[\"h\", \"cz\"], \"pragmas\":[\"verbatim\"], \"results\":[\"Sample\", "
    "\"Probability\"]},"
    " \"labels\":[[1, 2], [5, 5]], \"native_gates\":[\"cz\", \"prx\"], \"couplings\":{\"1\":[2, 5]},"
    " \"whole\":{\"T1\":1e-05, \"T2\":2e-05, \"one_qubit\":0.998, \"two_qubit\":0.98, \"readout\":0.97}}";

static int read_text(const char *text, kt_arena *arena, kt_device_record **record, kt_error *err)
{
    return kt_device_file_read(arena, "tiny.json", kt_view_of(text), record, err);
}

TEST(device, every_shipped_device_is_loaded_and_writes_its_capabilities)
{
    KT_OWN(kt_devices) *devices = load_shipped();
    assert_true(kt_devices_count(devices) >= 9);
    for (size_t i = 0; i < kt_devices_count(devices); i++) {
        const kt_sandbox_device *device = kt_devices_at(devices, i);
        kt_view full = { 0 }, old = { 0 }, again = { 0 };
        assert_int_equal(kt_device_capabilities(device, true, &full, NULL), 0);
        assert_int_equal(kt_device_capabilities(device, false, &old, NULL), 0);
        assert_int_equal(kt_device_capabilities(device, true, &again, NULL), 0);
        assert_ptr_equal(full.data, again.data);
        assert_null(strstr(old.data, "braket.ir.openqasm"));
        if (device->kind != KT_DEVICE_ANALOG)
            assert_non_null(strstr(full.data, "braket.ir.openqasm.program"));
        kt_json *quoted = NULL, *inner = NULL;
        assert_int_equal(kt_json_parse(full, &quoted, NULL), 0);
        assert_int_equal(kt_json_parse(kt_view_of(json_string_value(quoted)), &inner, NULL), 0);
        assert_non_null(json_object_get(json_object_get(inner, "service"), "executionWindows"));
        kt_json_free(inner);
        kt_json_free(quoted);
    }
}

TEST(device, a_device_that_was_assumed_says_so_in_its_documentation)
{
    KT_OWN(kt_devices) *devices = load_shipped();
    for (size_t i = 0; i < kt_devices_count(devices); i++) {
        const kt_device_record *record = kt_device_record_of(kt_devices_at(devices, i));
        kt_view text = { 0 };
        assert_int_equal(kt_device_capabilities(&record->device, true, &text, NULL), 0);
        assert_true((record->modelled != NULL) == (strstr(text.data, "(modelled: ") != NULL));
        assert_true(record->modelled != NULL || record->recorded != NULL);
    }
}

TEST(device, labels_couplings_and_gates_are_those_of_the_record)
{
    KT_OWN(kt_devices) *devices = load_shipped();
    const kt_sandbox_device *cepheus = find(devices, CEPHEUS), *garnet = find(devices, GARNET);
    assert_int_equal(cepheus->qubit_count, 107);
    assert_int_equal(kt_device_record_of(cepheus)->coupling_count, 193);
    assert_false(kt_device_has_label(cepheus, 8));
    assert_true(kt_device_has_label(cepheus, 107));
    assert_false(kt_device_has_label(cepheus, 108));
    assert_int_equal(garnet->labels[0], 1);
    assert_true(kt_device_coupled(garnet, 4, 1));
    assert_true(kt_device_coupled(garnet, 1, 4));
    assert_false(kt_device_coupled(garnet, 1, 3));
    assert_true(kt_device_is_native(garnet, "prx"));
    assert_false(kt_device_is_native(garnet, "h"));
    assert_true(kt_device_supports_gate(garnet, "h"));
    assert_true(kt_device_supports_result(garnet, "Expectation"));
    assert_false(kt_device_supports_result(garnet, "AdjointGradient"));
    assert_string_equal(garnet->metadata_member, "iqmMetadata");
    const kt_sandbox_device *forte = find(devices, "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-Enterprise-1");
    assert_true(kt_device_is_native(forte, "gpi2"));
    assert_true(kt_device_coupled(forte, 35, 0));
}

TEST(device, a_region_has_its_own_qpus_and_its_simulators)
{
    KT_OWN(kt_devices) *devices = load_shipped();
    assert_true(kt_device_in_region(find(devices, GARNET), "eu-north-1"));
    assert_false(kt_device_in_region(find(devices, GARNET), "us-east-1"));
    assert_true(kt_device_in_region(find(devices, SV1), "us-west-2"));
    assert_false(kt_device_in_region(find(devices, SV1), "eu-north-1"));
    assert_null(find(devices, SV1)->labels);
    assert_string_equal(find(devices, SV1)->type, "SIMULATOR");
}

TEST(device, noise_follows_from_average_fidelities)
{
    kt_arena *arena = kt_arena_new(0);
    kt_device_record *record = NULL;
    kt_error err = { 0 };
    assert_int_equal(read_text(tiny, arena, &record, &err), 0);
    double up = 0, down = 0;
    assert_true(fabs(kt_device_noise_1q(&record->device, 5).depolarizing - 0.003) < 1e-12);
    assert_true(fabs(kt_device_noise_2q(&record->device, 2, 1, "cz").depolarizing - 0.025) < 1e-12);
    kt_device_readout(&record->device, 1, &up, &down);
    assert_true(fabs(up - 0.03) < 1e-12 && fabs(down - 0.03) < 1e-12);
    kt_arena_free(arena);
}

TEST(device, readout_has_a_chance_of_its_own_for_either_state)
{
    KT_OWN(kt_devices) *devices = load_shipped();
    double up = 0, down = 0;
    kt_device_readout(find(devices, GARNET), 4, &up, &down);
    assert_true(up == 0.0061 && down == 0.0674);
    kt_device_readout(find(devices, CEPHEUS), 6, &up, &down);
    assert_true(fabs(up - 0.045) < 1e-12 && up == down);
}

TEST(device, a_fit_that_failed_is_replaced_by_the_median)
{
    static const char failed[] =
        "{\"ketch_device\":1, \"arn\":\"arn:aws:braket:us-west-1::device/qpu/rigetti/X\", \"name\":\"X\","
        " \"provider\":\"Rigetti\", \"form\":\"rigetti\", \"status\":\"ONLINE\", \"shots\":[1, 100], \"windows\":[],"
        " \"service\":{\"summary\":\"x\"}, \"openqasm\":{\"operations\":[], \"pragmas\":[], \"results\":[]},"
        " \"labels\":[[0, 3]], \"native_gates\":[\"cz\"], \"couplings\":{\"0\":[1, 2, 3]},"
        " \"one_qubit\":{\"columns\":[\"RANDOMIZED_BENCHMARKING\", \"RANDOMIZED_BENCHMARKING_error\"],"
        "   \"rows\":{\"0\":[0.5, 1], \"1\":[0.99, 0.001], \"2\":[0.98, 0.001], \"3\":[0.97, 0.001]}},"
        " \"two_qubit\":{\"columns\":[\"CZ\"], \"rows\":{\"0-1\":[0.96], \"0-3\":[0.92]}}}";
    kt_arena *arena = kt_arena_new(0);
    kt_device_record *record = NULL;
    kt_error err = { 0 };
    assert_int_equal(read_text(failed, arena, &record, &err), 0);
    assert_true(fabs(kt_device_noise_1q(&record->device, 0).depolarizing - 0.03) < 1e-12);
    assert_true(fabs(kt_device_noise_1q(&record->device, 1).depolarizing - 0.015) < 1e-12);
    assert_true(fabs(kt_device_noise_2q(&record->device, 0, 2, "cz").depolarizing - 0.075) < 1e-12);
    assert_true(fabs(kt_device_noise_2q(&record->device, 3, 0, "xy").depolarizing - 0.1) < 1e-12);
    int64_t next = 0;
    assert_false(kt_device_is_open(&record->device, 0, &next));
    assert_true(next == INT64_MAX);
    kt_arena_free(arena);
}

TEST(device, a_window_is_open_from_its_first_to_its_last_second_on_its_days)
{
    /* 2026-05-08 is a Friday. */
    static const int64_t friday_s = 1778198400, day_s = 86400;
    static const struct {
        int64_t at_s;
        bool is_open;
        int64_t next_s;
    } rows[] = {
        { 8 * 3600, true, 8 * 3600 },
        { 8 * 3600 - 1, false, 8 * 3600 },
        { 16 * 3600 - 1, true, 16 * 3600 - 1 },
        { 16 * 3600, false, 3 * 86400 + 8 * 3600 },
        { 86400 + 9 * 3600, false, 3 * 86400 + 8 * 3600 },
        { 3 * 86400 + 9 * 3600, true, 3 * 86400 + 9 * 3600 },
    };
    assert_int_equal((friday_s / day_s + 3) % 7, 4);
    kt_arena *arena = kt_arena_new(0);
    kt_device_record *record = NULL;
    assert_int_equal(read_text(tiny, arena, &record, NULL), 0);
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        int64_t next = 0;
        assert_int_equal(kt_device_is_open(&record->device, (friday_s + rows[i].at_s) * 1000000000, &next),
                         rows[i].is_open);
        assert_int_equal(next / 1000000000 - friday_s, rows[i].next_s);
    }
    kt_arena_free(arena);
}

/* Replaces the first `from` of the tiny device by `to`. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(tiny, from);
    assert_non_null(at);
    size_t bytes = sizeof tiny + strlen(to) + 1;
    char *text = malloc(bytes);
    assert_non_null(text);
    snprintf(text, bytes, "%.*s%s%s", (int)(at - tiny), tiny, to, at + strlen(from));
    return text;
}

TEST(device, a_fault_in_a_file_is_told_with_file_and_member)
{
    static const struct {
        const char *from, *to, *expect;
    } rows[] = {
        { "\"name\":\"Tiny\"", "\"name\":7", "tiny.json: name must be a text" },
        { "\"name\":\"Tiny\"", "\"nmae\":\"Tiny\"", "tiny.json: the file has no member 'nmae' (did you mean 'name'?)" },
        { "\"name\":\"Tiny\",", "", "tiny.json: the file needs the member 'name'" },
        { "[1, 100]", "[1]", "tiny.json: shots must have 2 items, not 1" },
        { "[1, 100]", "[10, 1]", "tiny.json: shots must be 10 to 1000000000, not 1" },
        { "\"Weekdays\"", "\"Workdays\"", "tiny.json: windows[0] must begin with Everyday" },
        { "08:00:00", "08:00", "tiny.json: windows[0] must have its hours as \"HH:MM:SS\", not '08:00'" },
        { "15:59:59", "05:59:59", "tiny.json: windows[0] must end after it starts" },
        { "\"Sample\",", "{\"shots\":[1, 2]},", "tiny.json: openqasm.results[0] needs the member 'name'" },
        { "[[1, 2], [5, 5]]", "[[5, 5], [1, 2]]", "tiny.json: labels[1] must be 6 to 65535, not 1" },
        { "\"1\":[2, 5]", "\"1\":[3]", "tiny.json: couplings.1 names 3, which is no label of this device" },
        { "\"1\":[2, 5]", "\"1\":[2, 2]", "tiny.json: couplings has 1-2 twice" },
        { "0.998", "1.5", "tiny.json: whole has a fidelity above 1 in 'one_qubit'" },
        { "\"form\":\"iqm\"", "\"form\":\"iqn\"", "tiny.json: the file has form 'iqn'; forms are sv1, dm1, iqm" },
        { "\"ONLINE\"", "\"BUSY\"", "tiny.json: the file has status 'BUSY'" },
        { "qpu/acme", "quantum-simulator/acme", "tiny.json: arn must be arn:aws:braket:REGION::device/qpu/" },
        { "\"ketch_device\":1", "\"ketch_device\":2", "tiny.json: the file must have \"ketch_device\": 1" },
        { "\"shots\":", "\"shots\"", "tiny.json: " },
        { "[\"h\", \"cz\"]", "[\"h\", \"cx\"]", "tiny.json: openqasm.operations[1] must be a gate of Braket" },
        { "[\"cz\", \"prx\"]", "[\"cz\", \"u3\"]", "tiny.json: native_gates[1] must be a gate of Braket" },
        { "\"Probability\"]", "\"Probabilities\"]", "tiny.json: openqasm.results[1] must be a result such as Sample" },
        { "\"Sample\",", "{\"name\":\"Sample\", \"observables\":[\"w\"]},",
          "tiny.json: openqasm.results[0] must have observables of x, y, z, h, i, hermitian, not 'w'" },
        { "[1, 100]", "[0, 100]", "tiny.json: the file has 'shots' from 0; a QPU needs 1 at least" },
        { "[[1, 2], [5, 5]]", "[[1, 1030]]", "tiny.json: the file has 1030 qubits in 'labels'; a QPU may have 1024" },
        { "[[1, 2], [5, 5]]", "[[1, 2], [5, 70000]]", "tiny.json: labels[1] must be 5 to 65535, not 70000" },
        { "\"native_gates\":[\"cz\", \"prx\"],", "", "tiny.json: the file needs 'native_gates', being a QPU" },
        { "\"couplings\":{\"1\":[2, 5]},", "\"couplings\":\"some\",",
          "tiny.json: couplings must be \"all\" or an object" },
        { "\"labels\":[[1, 2], [5, 5]],", "", "tiny.json: couplings names '1', which is no label of this device" },
        { "\"service\":{\"summary\":\"a tiny one\"},", "\"service\":{},",
          "tiny.json: service needs the member 'summary'" },
        { "\"readout\":0.97", "\"readout\":\"0.97\"", "tiny.json: whole.readout must be a number" },
        { ", \"readout\":0.97", "", "tiny.json: whole needs the member 'readout'" },
        { " \"modelled\"", " \"program_set\":{\"executables\":9, \"shots\":5, \"shots_least\":6}, \"modelled\"",
          "tiny.json: the file has more 'shots_least' than 'shots' in 'program_set'" },
        { " \"modelled\"", " \"queue_s\":-1, \"modelled\"", "tiny.json: queue_s must be 0 to 1e+08, not -1" },
        { "\"couplings\":{\"1\":[2, 5]},", "", "tiny.json: the file needs 'couplings', having 3 qubits" },
        { "braket:eu-west-2", "braket:", "tiny.json: arn has no region, so the file must say 'regions'" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_arena *arena = kt_arena_new(0);
        kt_device_record *record = NULL;
        kt_error err = { 0 };
        char *text = changed(rows[i].from, rows[i].to);
        assert_true(read_text(text, arena, &record, &err) < 0);
        assert_null(record);
        if (strncmp(err.message, rows[i].expect, strlen(rows[i].expect)) != 0)
            assert_string_equal(err.message, rows[i].expect);
        free(text);
        kt_arena_free(arena);
    }
}

/* Every value of a shipped file, replaced by one of another kind: none may pass, and the complaint names the member. */
typedef struct spoiling {
    const char *file;
    kt_json *root;
    char member[64]; /* of the root, that the value lies in */
    size_t count;
} spoiling;

static void check_spoiled(spoiling *s)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_jw_value(&w, s->root);
    assert_int_equal(kt_jw_end(&w, NULL), 0);
    kt_arena *arena = kt_arena_new(0);
    kt_device_record *record = NULL;
    kt_error err = { 0 };
    int rc = kt_device_file_read(arena, "spoiled.json", kt_buf_view(&text), &record, &err);
    if (rc != KT_E_INVALID || strncmp(err.message, "spoiled.json: ", 14) != 0 || strstr(err.message, s->member) == NULL)
        fail_msg("%s, in %s: %d %s", s->file, s->member, rc, err.message);
    kt_arena_free(arena);
    s->count++;
}

static void spoil(spoiling *s, kt_json *in, const char *key, size_t index)
{
    kt_json *object = json_is_object(in) ? in : NULL;
    kt_json *value = object != NULL ? json_object_get(in, key) : json_array_get(in, index);
    kt_json *kept = json_incref(value), *wrong = json_is_boolean(value) ? json_object() : json_true();
    if (object == NULL)
        json_array_set_new(in, index, wrong);
    else
        json_object_set_new(in, key, wrong);
    check_spoiled(s);
    if (object == NULL)
        json_array_set_new(in, index, kept);
    else
        json_object_set_new(in, key, kept);
    const char *inner = NULL;
    void *next = NULL;
    kt_json *child = NULL;
    json_object_foreach_safe(kept, next, inner, child) spoil(s, kept, inner, 0);
    for (size_t i = 0; i < json_array_size(kept); i++)
        spoil(s, kept, NULL, i);
}

TEST(device, no_value_of_another_kind_passes_anywhere)
{
    static const char *const files[] = { "amazon-dm1", "aqt-ibex-q1", "iqm-garnet", "ionq-forte-enterprise-1" };
    for (size_t i = 0; i < KT_COUNT(files); i++) {
        char path[512];
        KT_BUF_OWN text;
        kt_buf_init(&text, 0);
        snprintf(path, sizeof path, SHIPPED "/%s.json", files[i]);
        spoiling s = { .file = files[i] };
        assert_int_equal(kt_file_read(path, 1 << 20, &text, NULL), 0);
        assert_int_equal(kt_json_parse(kt_buf_view(&text), &s.root, NULL), 0);
        const char *key = NULL;
        void *next = NULL;
        kt_json *value = NULL;
        json_object_foreach_safe(s.root, next, key, value)
        {
            snprintf(s.member, sizeof s.member, "%s", key);
            spoil(&s, s.root, key, 0);
        }
        assert_true(s.count > 60);
        kt_json_free(s.root);
    }
}

TEST(device, a_file_of_ones_own_replaces_the_shipped_device_of_that_arn)
{
    char dir[] = "/tmp/ketch-device-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/mine.json", dir);
    char *text = changed("arn:aws:braket:eu-west-2::device/qpu/acme/Tiny", GARNET);
    assert_int_equal(kt_file_write(path, kt_view_of(text), NULL), 0);
    kt_devices *devices = NULL;
    KT_OWN(kt_devices) *shipped = load_shipped();
    assert_int_equal(kt_devices_load(SHIPPED, dir, &devices, NULL), 0);
    assert_int_equal(kt_devices_count(devices), kt_devices_count(shipped));
    assert_string_equal(find(devices, GARNET)->name, "Tiny");
    assert_int_equal(find(devices, GARNET)->qubit_count, 3);
    kt_devices_free(devices);
    free(text);
    unlink(path);
    rmdir(dir);
}

TEST(device, a_folder_that_is_missing_is_named)
{
    kt_devices *devices = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_devices_load("/nowhere/devices", NULL, &devices, &err), KT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "/nowhere/devices"));
    assert_null(devices);
}
