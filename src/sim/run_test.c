/* SPDX-License-Identifier: Apache-2.0 */
/* run_test.c - circuits and programs from the first operation to the result: counts, exact values, branches. */
#include "tests/unit.h"

#include "sim/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static kt_sim_options options(uint64_t shots)
{
    return (kt_sim_options){ .shots = shots, .seed = 11, .threads = 1, .memory_bytes = UINT64_C(1) << 28 };
}

static kt_circuit *new_circuit(int qubits)
{
    kt_circuit *c = NULL;
    assert_int_equal(kt_circuit_new(qubits, &c, NULL), 0);
    return c;
}

static kt_circuit *bell(void)
{
    kt_circuit *c = new_circuit(2);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_H, 0, NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CNOT, 0, 1, NULL), 0);
    return c;
}

static kt_result *run_with(kt_circuit *take_circuit, const kt_sim_options *o)
{
    kt_result *r = NULL;
    kt_error err = { 0 };
    kt_circuit_set_bound(take_circuit);
    if (kt_sim_circuit(take_circuit, o, &r, &err) < 0)
        fail_msg("%s", err.message);
    kt_circuit_free(take_circuit);
    return r;
}

static kt_result *run(kt_circuit *take_circuit, uint64_t shots)
{
    kt_sim_options o = options(shots);
    return run_with(take_circuit, &o);
}

static int refused(kt_circuit *take_circuit, const kt_sim_options *o, kt_error *err)
{
    kt_result *r = NULL;
    kt_circuit_set_bound(take_circuit);
    int rc = kt_sim_circuit(take_circuit, o, &r, err);
    assert_null(r);
    kt_circuit_free(take_circuit);
    return rc;
}

/* How many shots showed these bits. */
static uint64_t count_of(const kt_result *r, const char *bits)
{
    char *text = malloc((size_t)kt_result_column_count(r) + 1);
    uint64_t times = 0;
    for (size_t i = 0; i < kt_result_outcome_count(r); i++) {
        uint64_t here = kt_result_outcome(r, i, text);
        if (strcmp(text, bits) == 0)
            times = here;
    }
    free(text);
    return times;
}

static double number(const kt_result *r, size_t index, size_t at)
{
    size_t count;
    const double *numbers = kt_result_numbers(r, index, &count);
    assert_non_null(numbers);
    assert_true(at < count);
    return numbers[at];
}

static kt_factor_arg pauli(kt_pauli kind, int qubit)
{
    return (kt_factor_arg){ .kind = kind, .qubit_count = 1, .qubits = { qubit } };
}

/* ---- shots of circuits measured at their end ---- */

TEST(run, a_bell_pair_gives_equal_bits_in_all_shots)
{
    kt_result *r = run(bell(), 1000);
    assert_int_equal(kt_result_outcome_count(r), 2);
    assert_int_equal(count_of(r, "00") + count_of(r, "11"), 1000);
    assert_in_range(count_of(r, "00"), 400, 600);
    assert_int_equal(kt_result_measured_qubit(r, 1), 1);
    kt_result_free(r);
}

TEST(run, the_first_qubit_is_the_first_character)
{
    kt_circuit *c = new_circuit(3);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 0, NULL), 0);
    kt_result *r = run(c, 5);
    assert_int_equal(count_of(r, "100"), 5);
    kt_result_free(r);
}

TEST(run, columns_stand_in_the_order_of_bits_and_name_their_qubits)
{
    kt_circuit *c = new_circuit(2);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 0, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 1, 0, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 0, 1, NULL), 0);
    kt_result *r = run(c, 7);
    assert_int_equal(count_of(r, "01"), 7);
    assert_int_equal(kt_result_measured_qubit(r, 0), 1);
    assert_int_equal(kt_result_measured_qubit(r, 1), 0);
    kt_result_free(r);
}

TEST(run, counts_do_not_depend_on_threads_but_on_the_seed)
{
    char *texts[3];
    for (int i = 0; i < 3; i++) {
        kt_circuit *c = new_circuit(16);
        for (int q = 0; q < 16; q++)
            assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, q, KT_ANGLE(0.3 + 0.1 * q), NULL), 0);
        kt_sim_options o = options(500);
        o.threads = i == 1 ? 3 : 1;
        o.seed = i == 2 ? 12 : 11;
        kt_result *r = run_with(c, &o);
        assert_int_equal(kt_result_to_json(r, &texts[i], NULL), 0);
        kt_result_free(r);
    }
    assert_string_equal(texts[0], texts[1]);
    assert_string_not_equal(texts[0], texts[2]);
    for (int i = 0; i < 3; i++)
        free(texts[i]);
}

TEST(run, qubits_that_are_only_measured_cost_nothing)
{
    kt_circuit *c = new_circuit(200);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 150, NULL), 0);
    for (int q = 0; q < 200; q++)
        assert_int_equal(kt_circuit_measure(c, q, q, NULL), 0);
    kt_result *r = run(c, 3);
    char bits[201];
    assert_int_equal(kt_result_outcome(r, 0, bits), 3);
    assert_int_equal(strspn(bits, "0"), 150);
    assert_int_equal(bits[150], '1');
    kt_result_free(r);
}

TEST(run, a_circuit_without_qubits_reads_nothing)
{
    kt_result *r = run(new_circuit(0), 3);
    char bits[2];
    assert_int_equal(kt_result_column_count(r), 0);
    assert_int_equal(kt_result_outcome(r, 0, bits), 3);
    kt_result_free(r);
}

TEST(run, very_many_shots_are_dealt_without_drawing_each)
{
    kt_result *r = run(bell(), UINT64_C(1) << 50);
    uint64_t zeros = count_of(r, "00");
    assert_int_equal(zeros + count_of(r, "11"), UINT64_C(1) << 50);
    NEAR((double)zeros / 0x1p50 * 1e-6, 0.5e-6);
    kt_result_free(r);
}

/* ---- exact values ---- */

TEST(run, exact_values_of_a_bell_pair_are_right)
{
    kt_circuit *c = bell();
    kt_factor_arg zz[] = { pauli(KT_OBS_Z, 0), pauli(KT_OBS_Z, 1) }, z0 = pauli(KT_OBS_Z, 0), h1 = pauli(KT_OBS_H, 1);
    kt_term_arg both = { 1, 2, zz }, one = { 2, 1, &z0 }, had = { 1, 1, &h1 }, sum[] = { { 2, 2, zz }, { 3, 1, &h1 } };
    int qubits[] = { 1, 0 };
    assert_int_equal(kt_circuit_want_state_vector(c, NULL), 0);
    assert_int_equal(kt_circuit_want_amplitude(c, "11", NULL), 1);
    assert_int_equal(kt_circuit_want_probability(c, 0, NULL, NULL), 2);
    assert_int_equal(kt_circuit_want_probability(c, 2, qubits, NULL), 3);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &both, NULL), 4);
    assert_int_equal(kt_circuit_want_variance(c, &one, NULL), 5);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &had, NULL), 6);
    assert_int_equal(kt_circuit_want_density_matrix(c, 1, qubits, NULL), 7);
    assert_int_equal(kt_circuit_want_density_matrix(c, 0, NULL, NULL), 8);
    assert_int_equal(kt_circuit_want_expectation(c, 2, sum, NULL), 9);
    kt_result *r = run(c, 0);
    size_t count;
    const kt_complex *v = kt_result_complexes(r, 0, &count);
    assert_int_equal(count, 4);
    NEAR(v[0].re, M_SQRT1_2);
    NEAR(v[3].re, M_SQRT1_2);
    NEAR(v[1].re, 0);
    NEAR(kt_result_complexes(r, 1, &count)->re, M_SQRT1_2);
    for (size_t i = 0; i < 4; i++) {
        NEAR(number(r, 2, i), i % 3 == 0 ? 0.5 : 0);
        NEAR(number(r, 3, i), i % 3 == 0 ? 0.5 : 0);
    }
    NEAR(number(r, 4, 0), 1);
    NEAR(number(r, 5, 0), 4);
    NEAR(number(r, 6, 0), 0);
    v = kt_result_complexes(r, 7, &count);
    assert_int_equal(count, 4);
    NEAR(v[0].re, 0.5);
    NEAR(v[1].re, 0);
    NEAR(v[3].re, 0.5);
    v = kt_result_complexes(r, 8, &count);
    assert_int_equal(count, 16);
    NEAR(v[3].re, 0.5);
    NEAR(v[12].re, 0.5);
    NEAR(number(r, 9, 0), 2);
    assert_int_equal(kt_result_outcome_count(r), 0);
    kt_result_free(r);
}

/* cos(t/2)|0> + sin(t/2)|1> on each of two qubits. */
static kt_circuit *tilted(double t)
{
    kt_circuit *c = new_circuit(2);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, 0, KT_ANGLE(t), NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, 1, KT_ANGLE(2 * t), NULL), 0);
    return c;
}

static const kt_complex hermitian1[] = { { 1, 0 }, { 0.5, -0.25 }, { 0.5, 0.25 }, { -2, 0 } };

TEST(run, hermitian_observables_agree_with_the_formula_on_both_methods)
{
    double t = 0.7;
    kt_factor_arg m0 = { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = { 0 }, .matrix = hermitian1 };
    kt_factor_arg mz[] = { m0, pauli(KT_OBS_Z, 1) };
    kt_term_arg one = { 1, 1, &m0 }, two = { 1, 2, mz };
    for (int method = 0; method < 2; method++) {
        kt_circuit *c = tilted(t);
        kt_circuit_want_expectation(c, 1, &one, NULL);
        kt_circuit_want_variance(c, &one, NULL);
        kt_circuit_want_expectation(c, 1, &two, NULL);
        kt_sim_options o = options(0);
        o.method = method == 0 ? KT_SIM_STATE_VECTOR : KT_SIM_DENSITY_MATRIX;
        kt_result *r = run_with(c, &o);
        double a = cos(t / 2), b = sin(t / 2);
        double mean = a * a - 2 * b * b + 2 * a * b * 0.5;
        /* the square of the matrix: rows (1 + 0.3125, (0.5 - 0.25i) * -1), ..., (4 + 0.3125) */
        double square = a * a * 1.3125 + b * b * 4.3125 + 2 * a * b * -0.5;
        NEAR(number(r, 0, 0), mean);
        NEAR(number(r, 1, 0), square - mean * mean);
        NEAR(number(r, 2, 0), mean * cos(2 * t));
        kt_result_free(r);
    }
}

TEST(run, wide_hermitian_observables_are_applied_to_a_copy)
{
    enum { K = 6, SIDE = 1 << K };
    static kt_complex matrix[SIDE * SIDE]; /* diagonal: the index */
    for (int i = 0; i < SIDE; i++)
        matrix[i * SIDE + i].re = i;
    kt_factor_arg wide = {
        .kind = KT_OBS_HERMITIAN, .qubit_count = K, .qubits = { 0, 1, 2, 3, 4, 5 }, .matrix = matrix
    };
    kt_term_arg term = { 1, 1, &wide };
    for (int method = 0; method < 2; method++) {
        kt_circuit *c = new_circuit(K);
        kt_circuit_gate1(c, KT_GATE_H, 0, NULL);
        kt_circuit_gate1(c, KT_GATE_X, 5, NULL);
        kt_circuit_want_expectation(c, 1, &term, NULL);
        kt_circuit_want_variance(c, &term, NULL);
        kt_sim_options o = options(0);
        o.method = method == 0 ? KT_SIM_STATE_VECTOR : KT_SIM_DENSITY_MATRIX;
        kt_result *r = run_with(c, &o);
        assert_true(fabs(number(r, 0, 0) - 17) < 1e-10);
        assert_true(fabs(number(r, 1, 0) - 256) < 1e-9);
        kt_result_free(r);
    }
}

TEST(run, all_gives_one_value_a_qubit)
{
    double t = 0.4;
    kt_circuit *c = tilted(t);
    kt_factor factor = { .kind = KT_OBS_Z };
    kt_term term = { 1, 1, &factor };
    kt_want want = { .type = KT_RESULT_EXPECTATION, .all_qubits = true, .term_count = 1, .terms = &term };
    assert_true(kt_circuit_add_want(c, &want, NULL) >= 0);
    want.type = KT_RESULT_VARIANCE;
    assert_true(kt_circuit_add_want(c, &want, NULL) >= 0);
    kt_result *r = run(c, 0);
    NEAR(number(r, 0, 0), cos(t));
    NEAR(number(r, 0, 1), cos(2 * t));
    NEAR(number(r, 1, 1), 1 - cos(2 * t) * cos(2 * t));
    kt_result_free(r);
}

/* ---- values from shots ---- */

TEST(run, values_from_shots_agree_with_the_rows)
{
    kt_circuit *c = bell();
    kt_factor_arg xx[] = { pauli(KT_OBS_X, 0), pauli(KT_OBS_X, 1) }, x0 = pauli(KT_OBS_X, 0);
    kt_term_arg both = { 1, 2, xx }, one = { 1, 1, &x0 };
    int first[] = { 0 };
    kt_circuit_want_expectation(c, 1, &both, NULL);
    kt_circuit_want_sample(c, &one, NULL);
    kt_circuit_want_probability(c, 1, first, NULL);
    kt_circuit_want_variance(c, &one, NULL);
    kt_result *r = run(c, 200);
    NEAR(number(r, 0, 0), 1); /* rows are 00 and 11: a Bell pair is correlated in X too */
    assert_int_equal(count_of(r, "00") + count_of(r, "11"), 200);
    double sum = 0;
    for (uint64_t shot = 0; shot < 200; shot++) {
        char bits[3];
        kt_result_outcome(r, kt_result_shot_outcome(r, shot), bits);
        NEAR(number(r, 1, shot), bits[0] == '0' ? 1 : -1);
        sum += number(r, 1, shot);
    }
    NEAR(number(r, 2, 0), (double)count_of(r, "00") / 200);
    NEAR(number(r, 3, 0), 1 - sum / 200 * sum / 200);
    kt_result_free(r);
}

TEST(run, hermitian_samples_are_eigenvalues_with_the_right_mean)
{
    kt_circuit *c = tilted(0.7);
    kt_factor_arg m0 = { .kind = KT_OBS_HERMITIAN, .qubit_count = 1, .qubits = { 0 }, .matrix = hermitian1 };
    kt_term_arg one = { 2, 1, &m0 };
    kt_circuit_want_expectation(c, 1, &one, NULL);
    kt_circuit_want_sample(c, &one, NULL);
    kt_result *r = run(c, 40000);
    double a = cos(0.35), b = sin(0.35), mean = 2 * (a * a - 2 * b * b + a * b);
    assert_true(fabs(number(r, 0, 0) - mean) < 0.05);
    double low = -1 - sqrt(2.25 * 4 + 4 * 0.3125) / 1.0; /* 2 * (-1/2 -+ sqrt(9/4 + 5/16)) */
    double high = -1 + sqrt(2.25 * 4 + 4 * 0.3125) / 1.0;
    for (size_t i = 0; i < 10; i++)
        assert_true(fabs(number(r, 1, i) - low) < 1e-9 || fabs(number(r, 1, i) - high) < 1e-9);
    kt_result_free(r);
}

TEST(run, conflicting_bases_are_refused_with_shots_and_allowed_without)
{
    kt_factor_arg x0 = pauli(KT_OBS_X, 0), z0 = pauli(KT_OBS_Z, 0);
    kt_term_arg x = { 1, 1, &x0 }, z = { 1, 1, &z0 };
    for (uint64_t shots = 0; shots < 2; shots++) {
        kt_circuit *c = bell();
        kt_error err = { 0 };
        kt_sim_options o = options(shots);
        kt_circuit_want_expectation(c, 1, &x, NULL);
        kt_circuit_want_expectation(c, 1, &z, NULL);
        if (shots == 0) {
            kt_result_free(run(c, 0));
        } else {
            assert_int_equal(refused(c, &o, &err), KT_E_INVALID);
            assert_non_null(strstr(err.message, "conflicting result types"));
        }
    }
}

/* ---- measurement in the middle, of circuits ---- */

TEST(run, a_qubit_that_goes_on_after_its_measurement_branches)
{
    kt_circuit *c = new_circuit(1);
    kt_circuit_gate1(c, KT_GATE_H, 0, NULL);
    kt_circuit_measure(c, 0, 0, NULL);
    kt_circuit_gate1(c, KT_GATE_X, 0, NULL);
    kt_circuit_measure(c, 0, 1, NULL);
    kt_result *r = run(c, 1000);
    assert_int_equal(count_of(r, "01") + count_of(r, "10"), 1000);
    assert_in_range(count_of(r, "01"), 400, 600);
    kt_result_free(r);
}

TEST(run, a_bit_measured_again_keeps_the_last_value)
{
    kt_circuit *c = new_circuit(1);
    kt_circuit_gate1(c, KT_GATE_X, 0, NULL);
    kt_circuit_measure(c, 0, 0, NULL);
    kt_circuit_gate1(c, KT_GATE_X, 0, NULL);
    kt_circuit_measure(c, 0, 0, NULL);
    kt_result *r = run(c, 10);
    assert_int_equal(count_of(r, "0"), 10);
    kt_result_free(r);
}

TEST(run, reset_of_half_a_bell_pair_leaves_the_other_half_mixed)
{
    for (int method = 0; method < 2; method++) {
        kt_circuit *c = bell();
        kt_factor_arg z0 = pauli(KT_OBS_Z, 0), z1 = pauli(KT_OBS_Z, 1), x1 = pauli(KT_OBS_X, 1);
        kt_term_arg za = { 1, 1, &z0 }, zb = { 1, 1, &z1 }, xb = { 1, 1, &x1 };
        kt_circuit_reset(c, 0, NULL);
        kt_circuit_want_expectation(c, 1, &za, NULL);
        kt_circuit_want_expectation(c, 1, &zb, NULL);
        kt_circuit_want_expectation(c, 1, &xb, NULL);
        kt_circuit_want_variance(c, &zb, NULL);
        kt_circuit_want_density_matrix(c, 0, NULL, NULL);
        kt_sim_options o = options(0);
        o.method = method == 0 ? KT_SIM_STATE_VECTOR : KT_SIM_DENSITY_MATRIX;
        kt_result *r = run_with(c, &o);
        size_t count;
        NEAR(number(r, 0, 0), 1);
        NEAR(number(r, 1, 0), 0);
        NEAR(number(r, 2, 0), 0);
        NEAR(number(r, 3, 0), 1); /* of the mixture, not the mean of the branches' variances */
        const kt_complex *rho = kt_result_complexes(r, 4, &count);
        NEAR(rho[0].re, 0.5);
        NEAR(rho[5].re, 0.5);
        NEAR(rho[1].re, 0);
        kt_result_free(r);
    }
}

TEST(run, reset_with_shots_branches_and_gives_0)
{
    kt_circuit *c = bell();
    kt_circuit_reset(c, 0, NULL);
    kt_result *r = run(c, 1000);
    assert_int_equal(count_of(r, "00") + count_of(r, "01"), 1000);
    assert_in_range(count_of(r, "00"), 400, 600);
    kt_result_free(r);
}

TEST(run, an_unread_measurement_dephases_a_density_matrix)
{
    kt_circuit *c = new_circuit(1);
    kt_factor_arg x0 = pauli(KT_OBS_X, 0);
    kt_term_arg x = { 1, 1, &x0 };
    kt_circuit_gate1(c, KT_GATE_H, 0, NULL);
    kt_circuit_measure(c, 0, 0, NULL);
    kt_circuit_gate1(c, KT_GATE_I, 0, NULL);
    kt_circuit_want_expectation(c, 1, &x, NULL);
    kt_sim_options o = options(0);
    o.method = KT_SIM_DENSITY_MATRIX;
    kt_result *r = run_with(c, &o);
    NEAR(number(r, 0, 0), 0);
    kt_result_free(r);
}

TEST(run, a_state_vector_behind_several_branches_is_refused)
{
    kt_error err = { 0 };
    kt_sim_options o = options(0);
    kt_circuit *c = bell();
    kt_circuit_reset(c, 0, NULL);
    kt_circuit_want_state_vector(c, NULL);
    assert_int_equal(refused(c, &o, &err), KT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "one state at the end"));
    c = new_circuit(1); /* but a certain outcome leaves one branch */
    kt_circuit_gate1(c, KT_GATE_X, 0, NULL);
    kt_circuit_reset(c, 0, NULL);
    kt_circuit_want_state_vector(c, NULL);
    kt_result *r = run(c, 0);
    size_t count;
    NEAR(kt_result_complexes(r, 0, &count)->re, 1);
    kt_result_free(r);
}

/* Ten qubits, each measured, turned and measured again. */
static kt_circuit *many_branches(void)
{
    kt_circuit *c = new_circuit(10);
    for (int q = 0; q < 10; q++) {
        kt_circuit_rotate(c, KT_GATE_RY, q, KT_ANGLE(0.3 + 0.2 * q), NULL);
        kt_circuit_measure(c, q, q, NULL);
        kt_circuit_gate1(c, KT_GATE_H, q, NULL);
        kt_circuit_gate2(c, KT_GATE_CNOT, q, (q + 1) % 10, NULL);
    }
    return c;
}

TEST(run, branches_give_the_same_counts_with_and_without_room_for_snapshots)
{
    char *texts[2];
    for (int i = 0; i < 2; i++) {
        kt_sim_options o = options(300);
        if (i == 1)
            o.memory_bytes = 16 << 10; /* one state and nothing more */
        kt_result *r = run_with(many_branches(), &o);
        assert_int_equal(kt_result_to_json(r, &texts[i], NULL), 0);
        kt_result_free(r);
    }
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

/* ---- noise ---- */

TEST(run, noise_runs_on_the_density_matrix_with_shots_and_without)
{
    for (uint64_t shots = 0; shots <= 20000; shots += 20000) {
        kt_circuit *c = new_circuit(1);
        int qubit = 0;
        double p = 0.2;
        kt_factor_arg z0 = pauli(KT_OBS_Z, 0);
        kt_term_arg z = { 1, 1, &z0 };
        kt_circuit_noise(c, KT_NOISE_BIT_FLIP, &qubit, &p, NULL);
        kt_circuit_want_expectation(c, 1, &z, NULL);
        kt_sim_options o = options(shots);
        o.method = KT_SIM_DENSITY_MATRIX;
        kt_result *r = run_with(c, &o);
        assert_true(fabs(number(r, 0, 0) - 0.6) < (shots == 0 ? 1e-12 : 0.03));
        kt_result_free(r);
    }
}

/* ---- gradient ---- */

TEST(run, the_adjoint_gradient_is_the_derivative)
{
    double values[] = { 0.4, -0.9 }, t = values[0], u = values[1];
    kt_circuit *c = new_circuit(2), *bound = NULL;
    kt_factor_arg zz[] = { pauli(KT_OBS_Z, 0), pauli(KT_OBS_Z, 1) }, x1 = pauli(KT_OBS_X, 1);
    kt_term_arg sum[] = { { 1.5, 2, zz }, { 0.5, 1, &x1 } };
    kt_circuit_rotate(c, KT_GATE_RY, 0, KT_PARAM("t"), NULL);
    kt_circuit_rotate(c, KT_GATE_RY, 1, (kt_angle_arg){ 0.1, "u", 2 }, NULL);
    kt_circuit_measure(c, 0, 0, NULL);
    assert_int_equal(kt_circuit_want_gradient(c, 2, sum, 0, NULL, NULL), 0);
    assert_int_equal(kt_circuit_bind(c, values, &bound, NULL), 0);
    kt_circuit_free(c);
    kt_result *r = run(bound, 0);
    double a = 0.1 + 2 * u;
    NEAR(kt_result_gradient_expectation(r, 0), 1.5 * cos(t) * cos(a) + 0.5 * sin(a));
    assert_int_equal(kt_result_gradient_count(r, 0), 2);
    assert_string_equal(kt_result_gradient_name(r, 0, 1), "u");
    NEAR(kt_result_gradient_value(r, 0, 0), -1.5 * sin(t) * cos(a));
    NEAR(kt_result_gradient_value(r, 0, 1), 2 * (-1.5 * cos(t) * sin(a) + 0.5 * cos(a)));
    kt_result_free(r);
}

/* <Z> behind H, controlled phase(t), H on the control: a phase that only controls make visible. */
TEST(run, gradients_go_through_controls_and_controlled_phases)
{
    for (int form = 0; form < 2; form++) {
        double t = 0.8;
        int control = 0, target = 1, state = form; /* controlled by 1 or by 0 */
        kt_circuit *c = new_circuit(2), *bound = NULL;
        kt_factor_arg x0 = pauli(KT_OBS_X, 0);
        kt_term_arg x = { 1, 1, &x0 };
        kt_angle_arg angle = KT_PARAM("t");
        kt_gate_spec phase = { .gate = KT_GATE_GPHASE,
                               .control_count = 1,
                               .controls = &control,
                               .control_states = &state,
                               .angles = &angle,
                               .power = 1 };
        kt_gate_spec turn = { .gate = KT_GATE_RX,
                              .control_count = 1,
                              .controls = &control,
                              .control_states = &state,
                              .qubits = &target,
                              .angles = &angle,
                              .power = 1 };
        kt_circuit_gate1(c, KT_GATE_H, 0, NULL);
        assert_int_equal(kt_circuit_gate_spec(c, &phase, NULL), 0);
        assert_int_equal(kt_circuit_gate_spec(c, &turn, NULL), 0);
        kt_circuit_want_gradient(c, 1, &x, 0, NULL, NULL);
        assert_int_equal(kt_circuit_bind(c, &t, &bound, NULL), 0);
        kt_circuit_free(c);
        kt_result *r = run(bound, 0);
        /* off-diagonal element e^{+-it} cos(t/2) of the control: <X> = cos t cos(t/2) */
        NEAR(kt_result_gradient_expectation(r, 0), cos(t) * cos(t / 2));
        NEAR(kt_result_gradient_value(r, 0, 0), -sin(t) * cos(t / 2) - 0.5 * cos(t) * sin(t / 2));
        kt_result_free(r);
    }
}

TEST(run, gradients_need_gates_alone_and_a_state_vector)
{
    double value = 0.5;
    kt_factor_arg z0 = pauli(KT_OBS_Z, 0);
    kt_term_arg z = { 1, 1, &z0 };
    for (int form = 0; form < 3; form++) {
        kt_circuit *c = new_circuit(1), *bound = NULL;
        kt_error err = { 0 };
        kt_sim_options o = options(0);
        kt_circuit_rotate(c, KT_GATE_RY, 0, KT_PARAM("t"), NULL);
        if (form == 0)
            kt_circuit_reset(c, 0, NULL);
        if (form == 1)
            kt_circuit_measure(c, 0, 0, NULL);
        kt_circuit_rotate(c, KT_GATE_RY, 0, KT_PARAM("t"), NULL);
        kt_circuit_want_gradient(c, 1, &z, 0, NULL, NULL);
        assert_int_equal(kt_circuit_bind(c, &value, &bound, NULL), 0);
        kt_circuit_free(c);
        if (form == 2)
            o.method = KT_SIM_DENSITY_MATRIX;
        assert_int_equal(refused(bound, &o, &err), KT_E_UNSUPPORTED);
    }
}

/* ---- limits, progress ---- */

TEST(run, a_circuit_that_does_not_fit_is_refused_with_need_and_have)
{
    kt_error err = { 0 };
    kt_sim_options o = options(0);
    kt_circuit *c = new_circuit(40);
    for (int q = 0; q < 40; q++)
        kt_circuit_gate1(c, KT_GATE_H, q, NULL);
    kt_circuit_want_state_vector(c, NULL);
    assert_int_equal(refused(c, &o, &err), KT_E_CAPACITY);
    assert_non_null(strstr(err.message, "40 qubits need 32.0 TiB"));
    assert_non_null(strstr(err.message, "256.0 MiB"));
}

TEST(run, samples_of_too_many_shots_are_refused)
{
    kt_error err = { 0 };
    kt_sim_options o = options(UINT64_C(1) << 60);
    kt_circuit *c = bell();
    kt_factor_arg z0 = pauli(KT_OBS_Z, 0);
    kt_term_arg z = { 1, 1, &z0 };
    kt_circuit_want_sample(c, &z, NULL);
    assert_int_equal(refused(c, &o, &err), KT_E_CAPACITY);
}

TEST(run, free_parameters_are_refused)
{
    kt_circuit *c = new_circuit(1);
    kt_result *r = NULL;
    kt_error err = { 0 };
    kt_sim_options o = options(0);
    kt_circuit_rotate(c, KT_GATE_RY, 0, KT_PARAM("t"), NULL);
    assert_int_equal(kt_sim_circuit(c, &o, &r, &err), KT_E_INVALID);
    kt_circuit_free(c);
}

static int64_t tick(void *ctx)
{
    return *(int64_t *)ctx += INT64_C(60) * 1000 * 1000;
}

static int stop_at_third(void *ctx, double done)
{
    assert_true(done >= 0 && done <= 1);
    return ++*(int *)ctx == 3;
}

TEST(run, progress_is_shown_and_can_cancel)
{
    int64_t now = 1;
    int calls = 0;
    kt_error err = { 0 };
    kt_sim_options o = options(10);
    o.monotonic_ns = tick;
    o.clock_ctx = &now;
    o.progress = stop_at_third;
    o.progress_ctx = &calls;
    kt_circuit *c = new_circuit(2);
    for (int i = 0; i < 5000; i++)
        kt_circuit_gate1(c, KT_GATE_H, i % 2, NULL);
    assert_int_equal(refused(c, &o, &err), KT_E_CANCELLED);
    assert_int_equal(calls, 3);
}
