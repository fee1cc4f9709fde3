/* SPDX-License-Identifier: Apache-2.0 */
/* noisy_play_test.c - programs that decide by measured values have the device's errors too: behind gates, and in what
 * is read, which is what they decide by and what is reported. Expected rates are worked out by hand. */
#include "sandbox/noisy.h"
#include "sandbox/sample_test.h"

#include <math.h>

enum { SHOTS = 4000 };
#define MISREAD 0.15
#define FLIP 0.02 /* by one gate: 2/3 of 3/2 (1 - 0.98) */

static const char gates_err[] = "\"whole\":{\"T1\":1, \"T2\":1, \"one_qubit\":0.98, \"two_qubit\":0.95, \"readout\":1}";
static const char readout_errs[] = "\"whole\":{\"T1\":1, \"T2\":1, \"one_qubit\":1, \"two_qubit\":1, \"readout\":0.85}";

static const char feed_forward[] =
    "bit[2] b; prx(3.141592653589793, 0.0) $1; measure_ff(0) $1; cc_prx(3.141592653589793, 0.0, 0) $2;"
    " b[1] = measure $1; b[0] = measure $2;";

static kt_result *play(const kt_sandbox_device *device, const char *source, uint64_t seed)
{
    kt_compiled compiled = { 0 };
    kt_result *result = NULL;
    kt_error err = { 0 };
    const kt_compile_question question = {
        .device = device, .source = kt_view_of(source), .shots = SHOTS, .has_experimental = true
    };
    if (kt_compile(&question, &compiled, &err) < 0)
        fail_msg("%s: %s", source, err.message);
    assert_null(compiled.circuit);
    const kt_noisy_order order = { .device = device,
                                   .compiled = &compiled,
                                   .shots = SHOTS,
                                   .seed = seed,
                                   .memory_bytes = UINT64_C(1) << 30,
                                   .threads = 1 };
    if (kt_noisy_play(&order, &result, &err) < 0)
        fail_msg("%s: %s", source, err.message);
    kt_compiled_fini(&compiled);
    return result;
}

static double share(const kt_result *result, const char *pattern)
{
    char bits[64];
    uint64_t count = 0;
    for (size_t i = 0; i < kt_result_outcome_count(result); i++) {
        const uint64_t times = kt_result_outcome(result, i, bits);
        bool fits = strlen(bits) == strlen(pattern);
        for (size_t c = 0; fits && pattern[c] != '\0'; c++)
            fits = pattern[c] == '.' || pattern[c] == bits[c];
        count += fits ? times : 0;
    }
    return (double)count / (double)kt_result_shots(result);
}

static void check_shares(const char *figures, const char *source, const char *const patterns[], const double expect[])
{
    kt_arena *arena = kt_arena_new(0);
    KT_OWN(kt_result) *result = play(&sample_row(arena, figures)->device, source, 5);
    for (size_t i = 0; patterns[i] != NULL; i++) {
        const double found = share(result, patterns[i]), sigma = sqrt(expect[i] * (1 - expect[i]) / SHOTS);
        if (fabs(found - expect[i]) > 5 * sigma)
            fail_msg("%s: %g of the shots are %s, expected %g", source, found, patterns[i], expect[i]);
    }
    kt_arena_free(arena);
}

TEST(noisy_play, without_errors_does_what_the_program_says)
{
    check_shares(FLAWLESS, feed_forward, (const char *const[]){ "11", NULL }, (const double[]){ 1 });
    check_shares(FLAWLESS, "bit[1] b; measure_ff(0) $1; cc_prx(3.141592653589793, 0.0, 0) $2; b[0] = measure $2;",
                 (const char *const[]){ "0", NULL }, (const double[]){ 1 });
}

TEST(noisy_play, every_gate_that_is_played_has_its_error)
{
    /* $1 is 1 but for the first gate's error; where it is, the second gate has one, too. */
    check_shares(gates_err, feed_forward, (const char *const[]){ ".1", "11", "00", "10", NULL },
                 (const double[]){ 1 - FLIP, (1 - FLIP) * (1 - FLIP), FLIP, 0 });
}

TEST(noisy_play, what_is_misread_is_acted_upon)
{
    /* Where $1 is read as 0, the second gate is not played. Each reading errs by itself. */
    const double played = 1 - MISREAD;
    check_shares(readout_errs, feed_forward, (const char *const[]){ ".1", "1.", NULL },
                 (const double[]){ 1 - MISREAD, played * (1 - MISREAD) + (1 - played) * MISREAD });
}

TEST(noisy_play, registers_are_placed_on_the_device)
{
    check_shares(readout_errs,
                 "qubit[2] q; bit[2] b; x q[0]; measure_ff(3) q[0]; cc_prx(3.141592653589793, 0.0, 3) q[1];"
                 " b[0] = measure q[0]; b[1] = measure q[1];",
                 (const char *const[]){ "1.", NULL }, (const double[]){ 1 - MISREAD });
}

TEST(noisy_play, the_seed_decides)
{
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, readout_errs)->device;
    KT_OWN(kt_result) *one = play(device, feed_forward, 7), *same = play(device, feed_forward, 7),
                      *other = play(device, feed_forward, 100000);
    assert_true(share(one, "11") == share(same, "11") && share(one, "01") == share(same, "01"));
    assert_true(share(one, "11") != share(other, "11") || share(one, "01") != share(other, "01"));
    assert_int_equal(kt_result_measured_qubit(one, 0), 2);
    assert_int_equal(kt_result_measured_qubit(one, 1), 1);
    kt_arena_free(arena);
}
