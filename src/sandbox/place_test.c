/* SPDX-License-Identifier: Apache-2.0 */
/* place_test.c - circuits find connected places of good qubits, and keep the labels that a program names. */
#include "sandbox/noisy.h"
#include "sandbox/sample_test.h"

static const char eight[] = "qubit[8] q; h q;";

static void place(const kt_sandbox_device *device, const char *source, uint32_t *places)
{
    kt_compiled compiled = sample_compile(device, source, 1);
    kt_error err = { 0 };
    if (kt_place_qubits(device, &compiled, places, &err) < 0)
        fail_msg("%s", err.message);
    kt_compiled_fini(&compiled);
}

/* Whether each place but the first is coupled to one before it, and none comes twice. */
static bool is_connected(const kt_sandbox_device *device, const uint32_t *places, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        bool is_coupled = false;
        for (size_t k = 0; k < i; k++) {
            is_coupled |= kt_device_coupled(device, places[i], places[k]);
            if (places[i] == places[k])
                return false;
        }
        if (!is_coupled)
            return false;
    }
    return true;
}

TEST(place, gives_every_gate_qpu_a_connected_group_of_its_own_qubits)
{
    static const char *const arns[] = { GARNET, IBEX, FORTE, CEPHEUS };
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < KT_COUNT(arns); i++) {
        const kt_sandbox_device *device = kt_devices_find(devices, kt_view_of(arns[i]));
        uint32_t places[8], again[8];
        place(device, eight, places);
        place(device, eight, again);
        assert_true(is_connected(device, places, 8));
        assert_memory_equal(places, again, sizeof places);
        for (size_t k = 0; k < 8; k++)
            assert_true(kt_device_has_label(device, places[k]));
    }
}

TEST(place, stays_away_from_bad_qubits_and_couplings)
{
    static const char figures[] =
        "\"one_qubit\":{\"columns\":[\"RANDOMIZED_BENCHMARKING\", \"READOUT\"], \"rows\":{"
        " \"1\":[0.9,0.9],\"2\":[0.9,0.9],\"3\":[0.9,0.9],\"4\":[0.9,0.9],\"5\":[0.9,0.9],\"6\":[0.9,0.9],"
        " \"7\":[0.9,0.9],\"8\":[0.999,0.99],\"9\":[0.999,0.99],\"10\":[0.999,0.99],\"11\":[0.999,0.99],"
        " \"12\":[0.999,0.99],\"13\":[0.999,0.99],\"14\":[0.999,0.99],\"15\":[0.9,0.9],\"16\":[0.9,0.9]}},"
        "\"two_qubit\":{\"columns\":[\"CZ\"], "
        "\"rows\":{\"1-2\":[0.99],\"8-9\":[0.7],\"9-10\":[0.99],\"10-11\":[0.99]}}";
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, figures)->device;
    uint32_t places[3];
    place(device, "qubit[3] q; h q;", places);
    for (size_t i = 0; i < 3; i++)
        assert_in_range(places[i], 9, 14);
    kt_arena_free(arena);
}

TEST(place, keeps_the_labels_of_physical_qubits)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, FLAWLESS)->device;
    uint32_t places[3] = { 0 };
    place(device, "h $9; cz $2, $16;", places);
    assert_int_equal(places[0] + places[1] + places[2], 9 + 2 + 16);
    kt_compiled compiled = sample_compile(device, "h $9; cz $2, $16;", 1);
    for (uint32_t q = 0; q < 3; q++)
        assert_int_equal(places[q], kt_circuit_label(compiled.circuit, q));
    kt_compiled_fini(&compiled);
    kt_arena_free(arena);
}

TEST(place, says_so_when_no_island_is_large_enough)
{
    static const char islands[] =
        "{\"ketch_device\":1, \"arn\":\"arn:aws:braket:us-east-1::device/qpu/acme/Islands\", \"name\":\"Islands\","
        " \"provider\":\"Acme\", \"form\":\"iqm\", \"status\":\"ONLINE\", \"shots\":[1, 10], \"windows\":[],"
        " \"service\":{\"summary\":\"x\"}, \"openqasm\":{\"operations\":[\"h\"], \"pragmas\":[], \"results\":[]},"
        " \"labels\":[[0, 4]], \"native_gates\":[\"cz\"], \"couplings\":{\"0\":[1], \"2\":[3], \"3\":[4]}, " FLAWLESS
        "}";
    kt_arena *arena = kt_arena_new(0);
    kt_device_record *record = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_device_file_read(arena, "islands.json", kt_view_of(islands), &record, NULL), 0);
    uint32_t places[4];
    place(&record->device, "qubit[3] q; h q;", places);
    assert_true(is_connected(&record->device, places, 3));
    kt_compiled compiled = sample_compile(&record->device, "qubit[4] q; h q;", 1);
    assert_int_equal(kt_place_qubits(&record->device, &compiled, places, &err), KT_E_CAPACITY);
    assert_string_equal(err.message, "Islands has no 4 connected qubits");
    kt_compiled_fini(&compiled);
    kt_arena_free(arena);
}

TEST(place, shows_the_circuit_as_it_is_played)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, FLAWLESS)->device;
    static const struct {
        const char *source, *expect;
    } rows[] = {
        { "bit[1] b; x $7; b[0] = measure $7;", "OPENQASM 3.0;\nbit[1] b;\nx $7;\nb[0] = measure $7;\n" },
        { "h $7;\n#pragma braket result expectation x($7)\n",
          "OPENQASM 3.0;\nbit[1] b;\nh $7;\nh $7;\nb[0] = measure $7;\n" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_compiled compiled = sample_compile(device, rows[i].source, 1);
        KT_OWN(kt_circuit) *placed = NULL;
        char *text = NULL;
        assert_int_equal(kt_place_circuit(device, &compiled, &placed, NULL), 0);
        assert_int_equal(kt_circuit_to_qasm(placed, &text, NULL), 0);
        assert_string_equal(text, rows[i].expect);
        kt_text_free(text);
        kt_compiled_fini(&compiled);
    }
    kt_arena_free(arena);
}
