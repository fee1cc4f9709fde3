/* SPDX-License-Identifier: Apache-2.0 */
/* noisy_test.c - errors of the size that the calibration tells, after the gates that have them, on a density matrix and
 * on trajectories alike; readout errors; and chance that comes from the seed alone. Expected rates are worked out by
 * hand: a depolarizing channel of probability p flips a bit with 2p/3 on one qubit and 8p/15 on either of two. */
#include "sandbox/noisy.h"
#include "sandbox/sample_test.h"

#include <math.h>

enum { SHOTS = 20000 };
#define ONE_P 0.03   /* 3/2 (1 - 0.98) */
#define TWO_P 0.0625 /* 5/4 (1 - 0.95) */

static const char gates_err[] = "\"whole\":{\"T1\":1, \"T2\":1, \"one_qubit\":0.98, \"two_qubit\":0.95, \"readout\":1}";

/* A chance of a flip, `times` over. */
static double flips(double once, int times)
{
    return (1 - pow(1 - 2 * once, times)) / 2;
}

static kt_result *play(const kt_sandbox_device *device, const char *source, uint64_t shots, uint64_t seed)
{
    kt_compiled compiled = sample_compile(device, source, (int64_t)shots);
    const kt_noisy_order order = { .device = device,
                                   .compiled = &compiled,
                                   .shots = shots,
                                   .seed = seed,
                                   .memory_bytes = UINT64_C(1) << 30,
                                   .threads = 1 };
    kt_result *result = NULL;
    kt_error err = { 0 };
    if (kt_noisy_run(&order, &result, &err) < 0)
        fail_msg("%s: %s", source, err.message);
    kt_compiled_fini(&compiled);
    return result;
}

/* Share of shots in which the column is 1. */
static double ones(const kt_result *result, int column)
{
    char bits[64];
    uint64_t count = 0;
    for (size_t i = 0; i < kt_result_outcome_count(result); i++) {
        uint64_t times = kt_result_outcome(result, i, bits);
        count += bits[column] == '1' ? times : 0;
    }
    return (double)count / (double)kt_result_shots(result);
}

typedef struct row {
    const char *source;
    double expect; /* chance of reading a 1 in column 0 */
} row;

/* `more`: statements that put further qubits into the circuit without an error on the one that is looked at. */
static void check_rates(const char *figures, const row *rows, size_t count, const char *more)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, figures)->device;
    for (size_t i = 0; i < count; i++) {
        char source[1024];
        snprintf(source, sizeof source, "bit[1] b; %s %s b[0] = measure $1;", rows[i].source, more);
        KT_OWN(kt_result) *result = play(device, source, SHOTS, 11 + i);
        double found = ones(result, 0), sigma = sqrt(rows[i].expect * (1 - rows[i].expect) / SHOTS);
        if (fabs(found - rows[i].expect) > 5 * sigma)
            fail_msg("%s: %g instead of %g +- %g", source, found, rows[i].expect, sigma);
    }
    kt_arena_free(arena);
}

static const row *gate_rows(size_t *count)
{
    static row rows[9];
    const double one = 2 * ONE_P / 3, two = 8 * TWO_P / 15;
    const row made[] = {
        { "i $1;", 0 },
        { "rz(1) $1; z $1;", 0 }, /* turns of the frame */
        { "x $1;", 1 - one },
        { "x $1; x $1; x $1; x $1;", flips(one, 4) },
        { "cz $1, $2;", two },
        { "cz $1, $2; cz $2, $1;", flips(two, 2) },
        { "swap $1, $2;", flips(two, 3) },
        { "cnot $1, $4;", flips(two, 7) }, /* three gates for each of two steps, and its own */
        { "ccnot $1, $2, $3;", flips(two, 3) },
    };
    memcpy(rows, made, sizeof made);
    *count = KT_COUNT(rows);
    return rows;
}

TEST(noisy, gates_err_on_a_density_matrix_as_calibrated)
{
    size_t count;
    const row *rows = gate_rows(&count);
    check_rates(gates_err, rows, count, "");
}

TEST(noisy, gates_err_on_trajectories_as_calibrated)
{
    static const char thirteen[] = "i $2; i $3; i $4; i $5; i $6; i $7; i $8; i $9; i $10; i $11; i $12; i $13; i $1;";
    size_t count;
    const row *rows = gate_rows(&count);
    check_rates(gates_err, rows, count, thirteen);
}

/* In the basis of z the four errors that flip both bits, or one, or none are seen; in that of x four others. */
TEST(noisy, all_errors_of_a_two_qubit_gate_are_alike)
{
    static const char figures[] = "\"whole\":{\"T1\":1, \"T2\":1, \"one_qubit\":1, \"two_qubit\":0.5, \"readout\":1}";
    static const char *const sources[] = {
        "cnot $1, $2;",
        "h $1; h $2; cnot $1, $2; h $1; h $2;",
    };
    static const char *const more[] = { "", "i $3; i $4; i $5; i $6; i $7; i $8; i $9; i $10; i $11; i $12; i $13;" };
    const double expect = 4 * 0.625 / 15;
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, figures)->device;
    for (size_t i = 0; i < 4; i++) {
        char source[512], bits[4];
        snprintf(source, sizeof source, "bit[2] b; %s %s b[0] = measure $1; b[1] = measure $2;", sources[i % 2],
                 more[i / 2]);
        KT_OWN(kt_result) *result = play(device, source, SHOTS, 5);
        assert_int_equal(kt_result_outcome_count(result), 4);
        for (size_t k = 0; k < 4; k++) {
            double found = (double)kt_result_outcome(result, k, bits) / SHOTS;
            double wanted = strncmp(bits, "00", 2) == 0 ? 1 - 3 * expect : expect;
            if (fabs(found - wanted) > 5 * sqrt(wanted * (1 - wanted) / SHOTS))
                fail_msg("%s: %.2s comes with %g, not %g", source, bits, found, wanted);
        }
    }
    kt_arena_free(arena);
}

TEST(noisy, a_bit_is_read_wrong_with_the_chance_of_its_qubit_and_state)
{
    static const char figures[] = "\"one_qubit\":{\"columns\":[\"RANDOMIZED_BENCHMARKING\", \"READOUT_ERROR_0_TO_1\","
                                  " \"READOUT_ERROR_1_TO_0\"], \"rows\":{\"1\":[1, 0.02, 0.1], \"2\":[1, 0.2, 0]}},"
                                  " \"two_qubit\":{\"columns\":[\"CZ\"], \"rows\":{\"1-2\":[1]}}";
    static const row rows[] = { { "i $1;", 0.02 }, { "x $1;", 0.9 }, { "x $1; i $2;", 0.9 } };
    check_rates(figures, rows, KT_COUNT(rows), "");
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, figures)->device;
    KT_OWN(kt_result) *result = play(device, "bit[2] b; x $1; i $2; b[0] = measure $2; b[1] = measure $1;", SHOTS, 9);
    assert_int_equal(kt_result_measured_qubit(result, 0), 2);
    assert_true(fabs(ones(result, 0) - 0.2) < 5 * sqrt(0.2 * 0.8 / SHOTS));
    assert_true(fabs(ones(result, 1) - 0.9) < 5 * sqrt(0.9 * 0.1 / SHOTS));
    kt_arena_free(arena);
}

TEST(noisy, a_device_without_errors_gives_what_the_circuit_says)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, FLAWLESS)->device;
    KT_OWN(kt_result) *result = play(device, "qubit[3] q; x q[0]; cnot q[0], q[2]; i q[1];", 100, 1);
    char bits[4];
    assert_int_equal(kt_result_outcome_count(result), 1);
    assert_int_equal(kt_result_outcome(result, 0, bits), 100);
    assert_memory_equal(bits, "101", 3);
    assert_int_equal(kt_result_measured_qubit(result, 2), 2); /* its own index, wherever it was placed */
    kt_arena_free(arena);
}

TEST(noisy, labels_of_unmeasured_programs_are_those_of_the_program)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, FLAWLESS)->device;
    static const char *const sources[] = { "x $14; i $3;", "qubit[15] q; x q[14]; i q[3];" };
    for (size_t i = 0; i < KT_COUNT(sources); i++) {
        KT_OWN(kt_result) *result = play(device, sources[i], 10, 1);
        assert_int_equal(kt_result_column_count(result), 2);
        for (int c = 0; c < 2; c++)
            assert_true(ones(result, c) == (kt_result_measured_qubit(result, c) == 14 ? 1 : 0));
    }
    kt_arena_free(arena);
}

static bool is_same(const kt_result *left, const kt_result *right)
{
    char one[64], other[64];
    for (uint64_t shot = 0; shot < kt_result_shots(left); shot++) {
        kt_result_outcome(left, kt_result_shot_outcome(left, shot), one);
        kt_result_outcome(right, kt_result_shot_outcome(right, shot), other);
        if (memcmp(one, other, (size_t)kt_result_column_count(left)) != 0)
            return false;
    }
    return true;
}

TEST(noisy, the_seed_alone_decides_the_shots)
{
    static const char *const sources[] = { "qubit[3] q; h q;", "qubit[13] q; h q;" };
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, gates_err)->device;
    for (size_t i = 0; i < KT_COUNT(sources); i++) {
        KT_OWN(kt_result) *first = play(device, sources[i], 100, 7);
        KT_OWN(kt_result) *again = play(device, sources[i], 100, 7);
        KT_OWN(kt_result) *other = play(device, sources[i], 100, 8);
        assert_true(is_same(first, again));
        assert_false(is_same(first, other));
    }
    kt_arena_free(arena);
}

/* Neighbouring shots must not tell of each other: runs of equal bits would show that outcomes come sorted. */
TEST(noisy, shots_come_in_no_order)
{
    static const char *const sources[] = { "qubit[1] q; h q[0];", "qubit[13] q; h q;" };
    enum { MANY = 2000 };
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, gates_err)->device;
    for (size_t i = 0; i < KT_COUNT(sources); i++) {
        KT_OWN(kt_result) *result = play(device, sources[i], MANY, 3);
        int changes = 0;
        char bits[64], last = 0;
        for (uint64_t shot = 0; shot < MANY; shot++) {
            kt_result_outcome(result, kt_result_shot_outcome(result, shot), bits);
            changes += shot > 0 && bits[0] != last;
            last = bits[0];
        }
        assert_true(fabs(changes - MANY / 2.0) < 5 * sqrt(MANY) / 2);
    }
    kt_arena_free(arena);
}

static int stop(void *ctx, double done)
{
    (void)done;
    ++*(int *)ctx;
    return 1;
}

TEST(noisy, tells_need_and_have_of_what_does_not_fit_and_stops_when_told)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, gates_err)->device;
    kt_compiled compiled = sample_compile(device, "qubit[16] q; h q; cz q[0], q[1];", 100);
    int asked = 0;
    kt_noisy_order order = { .device = device,
                             .compiled = &compiled,
                             .shots = 100,
                             .memory_bytes = 1 << 16,
                             .threads = 1,
                             .progress_ctx = &asked };
    kt_result *result = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_noisy_run(&order, &result, &err), KT_E_CAPACITY);
    assert_non_null(strstr(err.message, "16 qubits need 1.0 MiB"));
    order.memory_bytes = 1 << 30;
    order.progress = stop;
    assert_int_equal(kt_noisy_run(&order, &result, &err), KT_E_CANCELLED);
    assert_true(asked > 0);
    assert_null(result);
    kt_compiled_fini(&compiled);
    kt_arena_free(arena);
}
