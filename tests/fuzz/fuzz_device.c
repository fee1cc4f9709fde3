/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_device.c - any bytes as a device's data file. What is taken can be written as capabilities, with and without
 * OpenQASM, as JSON. */
#include "sandbox/device_priv.h"
#include "tests/fuzz/fuzz.h"

static void check_capabilities(const kt_device_record *record, bool with_openqasm)
{
    KT_BUF_OWN text;
    KT_OWN(kt_json) *capabilities = NULL;
    kt_error err = { 0 };
    kt_buf_init(&text, 64 << 20);
    const int rc = kt_device_write_capabilities(record, with_openqasm, &text, &err);
    if (rc < 0) {
        fuzz_promise(rc == KT_E_LIMIT, "capabilities can be too long, nothing else");
        return;
    }
    fuzz_promise(kt_json_parse(kt_buf_view(&text), &capabilities, &err) == 0, "capabilities are JSON");
    fuzz_promise(json_is_object(json_object_get(capabilities, "service")), "and say what the service offers");
}

static void check_noise(const kt_sandbox_device *device)
{
    for (uint32_t i = 0; device->labels != NULL && i < device->qubit_count && i < 64; i++) {
        double up = -1, down = -1;
        const double one = kt_device_noise_1q(device, device->labels[i]).depolarizing;
        const double two = kt_device_noise_2q(device, device->labels[0], device->labels[i], "cz").depolarizing;
        kt_device_readout(device, device->labels[i], &up, &down);
        fuzz_promise(one >= 0 && one <= 1 && two >= 0 && two <= 1, "errors of gates are chances");
        fuzz_promise(up >= 0 && up <= 1 && down >= 0 && down <= 1, "and so are errors of readout");
        fuzz_promise(kt_device_has_label(device, device->labels[i]), "a device has its labels");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kt_device_record *record = NULL;
    kt_error err = { 0 };
    KT_OWN(kt_arena) *arena = kt_arena_new(64 << 20);
    if (arena == NULL)
        abort();
    const int rc = kt_device_file_read(arena, "fuzz.json", (kt_view){ (const char *)data, size }, &record, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        return 0;
    }
    check_capabilities(record, true);
    check_capabilities(record, false);
    check_noise(&record->device);
    return 0;
}
