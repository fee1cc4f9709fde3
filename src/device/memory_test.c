/* SPDX-License-Identifier: Apache-2.0 */
/* memory_test.c - how much memory a machine or a control group leaves, from made-up files. */
#include "tests/unit.h"

#include "device/device.h"
#include "device/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(memory, what_meminfo_calls_available_is_available)
{
    assert_int_equal(kt_memory_available("MemTotal: 100 kB\nMemAvailable:   2048 kB\n"), 2048 * 1024);
    assert_true(kt_memory_available("MemTotal: 100 kB\n") == UINT64_MAX);
    assert_true(kt_memory_available("MemAvailable: much\n") == UINT64_MAX);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

TEST(memory, the_tightest_group_on_the_way_up_counts)
{
    char root[] = "/tmp/ketch-memory-XXXXXX", inner[64];
    assert_non_null(mkdtemp(root));
    snprintf(inner, sizeof inner, "%s/inner", root);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_true(kt_memory_in_group(root, "/inner", true) == UINT64_MAX);
    write_file(inner, "memory.max", "max\n");
    write_file(inner, "memory.current", "5000\n");
    assert_true(kt_memory_in_group(root, "/inner", true) == UINT64_MAX);
    write_file(root, "memory.max", "100000\n");
    write_file(root, "memory.current", "60000\n");
    assert_int_equal(kt_memory_in_group(root, "/inner", true), 40000);
    write_file(root, "memory.stat", "anon 1\ninactive_file 20000\n");
    assert_int_equal(kt_memory_in_group(root, "/inner", true), 60000);
    write_file(inner, "memory.max", "6000\n");
    assert_int_equal(kt_memory_in_group(root, "/inner", true), 1000);
    write_file(inner, "memory.current", "7000\n");
    assert_int_equal(kt_memory_in_group(root, "/inner", true), 0);
    write_file(inner, "memory.limit_in_bytes", "9223372036854771712\n");
    assert_true(kt_memory_in_group(root, "/inner", false) == UINT64_MAX);
    write_file(inner, "memory.limit_in_bytes", "3000\n");
    assert_int_equal(kt_memory_in_group(root, "/inner", false), 3000);
    static const char *const names[] = { "memory.max", "memory.current", "memory.stat", "memory.limit_in_bytes" };
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        remove_file(inner, names[i]);
        remove_file(root, names[i]);
    }
    rmdir(inner);
    rmdir(root);
}

TEST(memory, this_machine_has_some)
{
    assert_true(kt_device_memory_bytes() > 1 << 20);
    assert_true(kt_device_memory_bytes() < UINT64_C(1) << 50);
}

TEST(devices, both_local_devices_say_what_they_take)
{
    kt_device_info sv, dm, none;
    assert_true(kt_device_local(0, &sv));
    assert_true(kt_device_local(1, &dm));
    assert_false(kt_device_local(2, &none));
    assert_string_equal(sv.name, "local:sv");
    assert_string_equal(dm.name, "local:dm");
    assert_null(sv.noises);
    assert_non_null(dm.noises);
    assert_true(dm.takes_noise && !sv.takes_noise);
    assert_true(sv.qubits_most > dm.qubits_most);
    size_t gates = 0;
    while (sv.gates[gates] != NULL)
        gates++;
    assert_int_equal(gates, KT_GATE_COUNT + 1);
}
