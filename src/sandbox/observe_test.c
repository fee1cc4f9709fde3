/* SPDX-License-Identifier: Apache-2.0 */
/* observe_test.c - results of observables from the bits that a device read: in their bases, by their targets' order. */
#include "sandbox/noisy.h"
#include "sandbox/sample_test.h"

#include <math.h>

enum { SHOTS = 4000 };

static kt_result *play(const char *figures, const char *source)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, figures)->device;
    kt_compiled compiled = sample_compile(device, source, SHOTS);
    const kt_noisy_order order = {
        .device = device, .compiled = &compiled, .shots = SHOTS, .seed = 3, .memory_bytes = 1 << 30, .threads = 1
    };
    kt_result *result = NULL;
    kt_error err = { 0 };
    if (kt_noisy_run(&order, &result, &err) < 0)
        fail_msg("%s: %s", source, err.message);
    kt_compiled_fini(&compiled);
    kt_arena_free(arena);
    return result;
}

#define WANT(what) "\n#pragma braket result " what "\n"

TEST(observe, eigenstates_give_their_values_in_every_basis)
{
    static const struct {
        const char *source;
        size_t count;
        double expect[8];
    } rows[] = {
        { "x $1;" WANT("expectation z($1)"), 1, { -1 } },
        { "h $1;" WANT("expectation x($1)"), 1, { 1 } },
        { "rx(-1.5707963267948966) $1;" WANT("expectation y($1)"), 1, { 1 } },
        { "rx(1.5707963267948966) $1;" WANT("expectation y($1)"), 1, { -1 } },
        { "x $1;" WANT("expectation i($1)"), 1, { 1 } },
        { "x $1; h $2;" WANT("expectation z($1) @ x($2)"), 1, { -1 } },
        { "h $1; cnot $1, $2;" WANT("expectation x($1) @ x($2)"), 1, { 1 } },
        { "x $1; i $2; x $3;" WANT("expectation z all"), 3, { -1, 1, -1 } },
        { "x $1; i $2;" WANT("expectation z($1) @ i($2)"), 1, { -1 } },
        { "h $1;" WANT("variance x($1)"), 1, { 0 } },
        { "x $1;" WANT("variance i($1)"), 1, { 0 } },
        { "x $1; i $2;" WANT("probability $2, $1"), 4, { 0, 1, 0, 0 } },
        { "x $1; i $2;" WANT("probability $1, $2"), 4, { 0, 0, 1, 0 } },
        { "x $1; i $2;" WANT("probability all"), 4, { 0, 0, 1, 0 } },
        { "x $1; i $2;" WANT("probability"), 4, { 0, 0, 1, 0 } },
        { "x $1; i $2; x $3;" WANT("probability $3"), 2, { 0, 1 } },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        KT_OWN(kt_result) *result = play(FLAWLESS, rows[i].source);
        size_t count = 0;
        const double *numbers = kt_result_numbers(result, 0, &count);
        if (count != rows[i].count)
            fail_msg("%s: %zu values, not %zu", rows[i].source, count, rows[i].count);
        for (size_t k = 0; k < count; k++)
            if (fabs(numbers[k] - rows[i].expect[k]) > 1e-12)
                fail_msg("%s: value %zu is %g, not %g", rows[i].source, k, numbers[k], rows[i].expect[k]);
    }
}

TEST(observe, the_basis_of_h_lies_between_x_and_z)
{
    KT_OWN(kt_result) *result = play(FLAWLESS, "i $1;" WANT("expectation h($1)") WANT("variance h($1)"));
    size_t count;
    double mean = kt_result_numbers(result, 0, &count)[0], spread = kt_result_numbers(result, 1, &count)[0];
    assert_true(fabs(mean - sqrt(0.5)) < 5 * sqrt(0.5 / SHOTS));
    assert_true(fabs(spread - (1 - mean * mean)) < 1e-12);
}

/* The values that belong to a shot agree with the bits of that shot, and with the mean over all. */
TEST(observe, samples_expectations_and_measurements_tell_of_the_same_shots)
{
    KT_OWN(kt_result) *result =
        play(FLAWLESS, "h $1; h $2; cnot $1, $3;" WANT("sample z($1) @ z($2)") WANT("expectation z($1) @ z($2)")
                           WANT("sample z all") WANT("probability $2"));
    size_t count, all_count, probability_count;
    const double *sample = kt_result_numbers(result, 0, &count), *all = kt_result_numbers(result, 2, &all_count);
    double sum = 0, one = 0;
    assert_int_equal(count, SHOTS);
    assert_int_equal(all_count, 3 * SHOTS);
    for (uint64_t shot = 0; shot < SHOTS; shot++) {
        char bits[4];
        kt_result_outcome(result, kt_result_shot_outcome(result, shot), bits);
        assert_true(sample[shot] == (bits[0] == bits[1] ? 1 : -1));
        for (int q = 0; q < 3; q++)
            assert_true(all[q * SHOTS + (int)shot] == (bits[q] == '0' ? 1 : -1));
        sum += sample[shot];
        one += bits[1] == '1';
    }
    assert_true(fabs(kt_result_numbers(result, 1, &count)[0] - sum / SHOTS) < 1e-12);
    assert_true(fabs(kt_result_numbers(result, 3, &probability_count)[1] - one / SHOTS) < 1e-12);
}

TEST(observe, errors_of_the_device_are_in_the_values)
{
    static const char reads[] = "\"whole\":{\"T1\":1, \"T2\":1, \"one_qubit\":1, \"two_qubit\":1, \"readout\":0.9}";
    KT_OWN(kt_result) *result = play(reads, "h $1; x $2;" WANT("expectation x($1) @ z($2)"));
    size_t count;
    double sigma = sqrt((1 - 0.64 * 0.64) / SHOTS); /* two bits that keep 0.8 of their sign each */
    assert_true(fabs(kt_result_numbers(result, 0, &count)[0] + 0.64) < 5 * sigma);
}
