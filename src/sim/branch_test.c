/* SPDX-License-Identifier: Apache-2.0 */
/* branch_test.c - programs that decide by measured values, played into the simulator. The programs here are C functions
 * that call the sink and, like the interpreter, stop with KT_E_DYNAMIC when they read a value that is not known. */
#include "tests/unit.h"

#include "sim/branch.h"
#include "sim/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

typedef struct script {
    const kt_sink *sink;
    kt_error *err;
    int rc;
    uint32_t line; /* every call stands on a line of its own */
} script;

static void gate(script *s, kt_gate kind, uint32_t first, uint32_t second, double turn)
{
    uint32_t qubits[] = { first, second };
    kt_angle angle = { .value = turn };
    kt_op op = { .kind = KT_OP_GATE,
                 .gate = (uint8_t)kind,
                 .qubit_count = kind == KT_GATE_CNOT ? 2 : 1,
                 .qubits = qubits,
                 .power = 1,
                 .angle_count = kind == KT_GATE_RY,
                 .angles = &angle,
                 .source = { .line = ++s->line } };
    if (s->rc == 0)
        s->rc = s->sink->op(s->sink->ctx, &op, s->err);
}

static void reset(script *s, uint32_t qubit)
{
    kt_op op = { .kind = KT_OP_RESET, .qubit_count = 1, .qubits = &qubit, .source = { .line = ++s->line } };
    if (s->rc == 0)
        s->rc = s->sink->op(s->sink->ctx, &op, s->err);
}

static int measure(script *s, uint32_t qubit, kt_cell cell)
{
    int outcome = KT_OUTCOME_UNKNOWN;
    kt_op op = {
        .kind = KT_OP_MEASURE, .qubit_count = 1, .qubits = &qubit, .cell = cell, .source = { .line = ++s->line }
    };
    if (s->rc == 0)
        s->rc = s->sink->measure(s->sink->ctx, &op, &outcome, s->err);
    return outcome;
}

/* The value as a program's condition sees it. */
static bool is_set(script *s, int outcome)
{
    if (s->rc == 0 && outcome == KT_OUTCOME_UNKNOWN)
        s->rc = kt_fail(s->err, KT_E_DYNAMIC, "a measured value is read");
    return s->rc == 0 && outcome == 1;
}

static void output(script *s, const char *name, int outcome)
{
    char json[8];
    if (s->rc != 0 || s->sink->output == NULL)
        return;
    bool value = is_set(s, outcome);
    snprintf(json, sizeof json, "%d", value);
    if (s->rc == 0)
        s->rc = s->sink->output(s->sink->ctx, name, json, s->err);
}

typedef void body(script *s);

static int play(void *ctx, const kt_sink *sink, kt_error *err)
{
    script s = { .sink = sink, .err = err };
    (*(body *const *)ctx)(&s);
    return s.rc;
}

static const kt_want *given_wants;
static size_t given_count;

static int give_wants(void *ctx, uint32_t qubit_count, const kt_want **out, size_t *count, kt_error *err)
{
    (void)ctx;
    (void)qubit_count;
    (void)err;
    *out = given_wants;
    *count = given_count;
    return 0;
}

static uint32_t label(void *ctx, uint32_t qubit)
{
    (void)ctx;
    return qubit + 10;
}

static bool has_outputs(void *ctx)
{
    (void)ctx;
    return true;
}

static kt_sim_options options(uint64_t shots)
{
    return (kt_sim_options){ .shots = shots, .seed = 3, .threads = 1, .memory_bytes = UINT64_C(1) << 28 };
}

static int try_run(body *program, const kt_sim_options *o, kt_result **out, kt_error *err)
{
    kt_player player = { play, &program };
    kt_sim_about about = { NULL, label, given_count > 0 ? give_wants : NULL, NULL };
    return kt_sim_player(&player, &about, o, out, err);
}

static kt_result *run(body *program, uint64_t shots)
{
    kt_sim_options o = options(shots);
    kt_result *r = NULL;
    kt_error err = { 0 };
    given_count = 0;
    if (try_run(program, &o, &r, &err) < 0)
        fail_msg("%s", err.message);
    return r;
}

static uint64_t count_of(const kt_result *r, const char *bits)
{
    char text[80];
    for (size_t i = 0; i < kt_result_outcome_count(r); i++) {
        uint64_t times = kt_result_outcome(r, i, text);
        if (strcmp(text, bits) == 0)
            return times;
    }
    return 0;
}

/* ---- feed-forward ---- */

static void correct(script *s)
{
    gate(s, KT_GATE_H, 0, 0, 0);
    int bit = measure(s, 0, 0);
    if (is_set(s, bit))
        gate(s, KT_GATE_X, 1, 0, 0);
    measure(s, 1, 1);
}

TEST(branch, a_gate_under_a_condition_follows_its_bit)
{
    kt_result *r = run(correct, 1000);
    assert_int_equal(count_of(r, "00") + count_of(r, "11"), 1000);
    assert_in_range(count_of(r, "11"), 400, 600);
    assert_int_equal(kt_result_measured_qubit(r, 0), 10);
    assert_int_equal(kt_result_measured_qubit(r, 1), 11);
    kt_result_free(r);
}

static void teleport(script *s)
{
    gate(s, KT_GATE_RY, 0, 0, 1.1);
    gate(s, KT_GATE_H, 1, 0, 0);
    gate(s, KT_GATE_CNOT, 1, 2, 0);
    gate(s, KT_GATE_CNOT, 0, 1, 0);
    gate(s, KT_GATE_H, 0, 0, 0);
    int a = measure(s, 0, 0), b = measure(s, 1, 1); /* read in the other order */
    if (is_set(s, b))
        gate(s, KT_GATE_X, 2, 0, 0);
    if (is_set(s, a))
        gate(s, KT_GATE_Z, 2, 0, 0);
    gate(s, KT_GATE_RY, 2, 0, -1.1);
    measure(s, 2, 2);
}

TEST(branch, teleportation_arrives_in_every_branch)
{
    kt_result *r = run(teleport, 400);
    assert_int_equal(count_of(r, "000") + count_of(r, "010") + count_of(r, "100") + count_of(r, "110"), 400);
    assert_true(count_of(r, "110") > 50);
    kt_result_free(r);
}

/* A measurement stays open while other qubits go on, and is read only then. */
static void read_late(script *s)
{
    gate(s, KT_GATE_RY, 0, 0, 0.9);
    int a = measure(s, 0, 0);
    gate(s, KT_GATE_RY, 1, 0, 1.3);
    int b = measure(s, 1, 1);
    gate(s, KT_GATE_H, 2, 0, 0);
    gate(s, KT_GATE_X, 1, 0, 0); /* decides b */
    if (is_set(s, a))
        gate(s, KT_GATE_CNOT, 1, 2, 0);
    if (is_set(s, b))
        reset(s, 2);
    measure(s, 2, 2);
}

/* The exact probabilities of read_late's outcomes: a, b independent; q2 is 0 if b, else an even coin. */
TEST(branch, values_read_long_after_their_measurement_have_the_right_distribution)
{
    const uint64_t shots = 100000;
    kt_result *r = run(read_late, shots);
    double a = sin(0.45) * sin(0.45), b = sin(0.65) * sin(0.65);
    struct {
        const char *bits;
        double p;
    } rows[] = {
        { "000", (1 - a) * (1 - b) / 2 }, { "001", (1 - a) * (1 - b) / 2 }, { "010", (1 - a) * b }, { "011", 0 },
        { "100", a * (1 - b) / 2 },       { "101", a * (1 - b) / 2 },       { "110", a * b },       { "111", 0 }
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        double seen = (double)count_of(r, rows[i].bits) / (double)shots;
        double sigma = sqrt(rows[i].p * (1 - rows[i].p) / (double)shots);
        assert_true(fabs(seen - rows[i].p) <= 5 * sigma + 1e-9);
    }
    kt_result_free(r);
}

/* The first measurement is decided by the gate on its qubit, after the program was told that nobody knows it yet. */
static void decided_before_it_is_read(script *s)
{
    gate(s, KT_GATE_H, 0, 0, 0);
    int a = measure(s, 0, 0), again = measure(s, 0, 1);
    gate(s, KT_GATE_X, 0, 0, 0);
    if (is_set(s, a))
        gate(s, KT_GATE_X, 1, 0, 0);
    if (is_set(s, again))
        gate(s, KT_GATE_X, 1, 0, 0);
    measure(s, 1, 2);
    measure(s, 0, 3);
}

TEST(branch, a_value_may_be_read_after_a_gate_has_decided_it)
{
    kt_result *r = run(decided_before_it_is_read, 1000);
    assert_int_equal(count_of(r, "0001") + count_of(r, "1100"), 1000);
    assert_in_range(count_of(r, "1100"), 400, 600);
    kt_result_free(r);
}

static void until_one(script *s)
{
    int bit = 0;
    do {
        reset(s, 0);
        gate(s, KT_GATE_H, 0, 0, 0);
        s->line = 2; /* a loop: the same lines again */
        bit = measure(s, 0, 0);
        gate(s, KT_GATE_X, 1, 0, 0);
    } while (!is_set(s, bit) && s->rc == 0);
    measure(s, 1, 1);
}

TEST(branch, a_loop_until_success_ends_in_every_branch)
{
    kt_result *r = run(until_one, 1000);
    assert_int_equal(count_of(r, "10") + count_of(r, "11"), 1000);
    assert_in_range(count_of(r, "11"), 600, 733); /* an odd number of rounds: 2/3 */
    kt_result_free(r);
}

static void cells_in_one_branch(script *s)
{
    gate(s, KT_GATE_H, 0, 0, 0);
    if (is_set(s, measure(s, 0, 5)))
        measure(s, 0, 2);
}

TEST(branch, columns_are_the_cells_of_all_branches_and_missing_bits_are_0)
{
    kt_result *r = run(cells_in_one_branch, 100);
    assert_int_equal(kt_result_column_count(r), 2);
    assert_int_equal(count_of(r, "00") + count_of(r, "11"), 100);
    kt_result_free(r);
}

static void nothing_measured_at_first(script *s)
{
    gate(s, KT_GATE_H, 0, 0, 0);
    reset(s, 0);
    gate(s, KT_GATE_X, 3, 0, 0);
}

TEST(branch, without_any_measurement_the_columns_are_all_qubits_counted_from_0)
{
    kt_result *r = run(nothing_measured_at_first, 10);
    assert_int_equal(count_of(r, "01"), 10);
    assert_int_equal(kt_result_measured_qubit(r, 1), 1);
    kt_result_free(r);
}

static void measured_untouched(script *s)
{
    int bit = measure(s, 60000, 0);
    if (is_set(s, bit))
        gate(s, KT_GATE_X, 0, 0, 0);
    measure(s, 0, 1);
}

TEST(branch, a_qubit_that_nothing_touched_reads_0_and_costs_nothing)
{
    kt_result *r = run(measured_untouched, 4);
    assert_int_equal(count_of(r, "00"), 4);
    kt_result_free(r);
}

/* ---- determinism ---- */

static void deep(script *s)
{
    int parity = 0;
    for (uint32_t q = 0; q < 9; q++) {
        gate(s, KT_GATE_RY, q, 0, 0.4 + 0.2 * q);
        if (q > 0)
            gate(s, KT_GATE_CNOT, q - 1, q, 0);
        int bit = measure(s, q, q);
        if (q % 2 == 0 && is_set(s, bit))
            parity ^= 1;
        if (parity)
            gate(s, KT_GATE_H, q, 0, 0);
        gate(s, KT_GATE_RY, (q + 1) % 9, 0, 0.3);
    }
    measure(s, 0, 20);
}

TEST(branch, counts_do_not_depend_on_memory_or_threads)
{
    char *texts[3];
    for (int i = 0; i < 3; i++) {
        kt_sim_options o = options(500);
        kt_result *r = NULL;
        kt_error err = { 0 };
        o.threads = i == 1 ? 2 : 1;
        o.memory_bytes = i == 2 ? 8192 : UINT64_C(1) << 28; /* one state of 9 qubits */
        given_count = 0;
        if (try_run(deep, &o, &r, &err) < 0)
            fail_msg("%s", err.message);
        assert_int_equal(kt_result_to_json(r, &texts[i], NULL), 0);
        kt_result_free(r);
    }
    assert_string_equal(texts[0], texts[1]);
    assert_string_equal(texts[0], texts[2]);
    for (int i = 0; i < 3; i++)
        free(texts[i]);
}

TEST(branch, a_state_that_would_outgrow_the_memory_is_refused_before_it_grows)
{
    kt_sim_options o = options(5);
    kt_result *r = NULL;
    kt_error err = { 0 };
    o.memory_bytes = 4096;
    given_count = 0;
    assert_int_equal(try_run(deep, &o, &r, &err), KT_E_CAPACITY);
    assert_non_null(strstr(err.message, "9 qubits need 8.0 KiB of memory"));
}

/* ---- exact values of programs ---- */

static const kt_factor z_anywhere = { .kind = KT_OBS_Z };
static const kt_term z_of_all = { 1, 1, &z_anywhere };

TEST(branch, exact_values_are_means_over_the_branches)
{
    static const kt_want wants[] = {
        { .type = KT_RESULT_PROBABILITY, .all_qubits = true },
        { .type = KT_RESULT_EXPECTATION, .all_qubits = true, .term_count = 1, .terms = &z_of_all },
        { .type = KT_RESULT_VARIANCE, .all_qubits = true, .term_count = 1, .terms = &z_of_all }
    };
    kt_sim_options o = options(0);
    kt_result *r = NULL;
    kt_error err = { 0 };
    size_t count;
    given_wants = wants;
    given_count = 3;
    for (int method = 0; method < 2; method++) {
        o.method = method == 0 ? KT_SIM_STATE_VECTOR : KT_SIM_DENSITY_MATRIX;
        if (try_run(correct, &o, &r, &err) < 0)
            fail_msg("%s", err.message);
        const double *p = kt_result_numbers(r, 0, &count);
        assert_int_equal(count, 4);
        NEAR(p[0], 0.5);
        NEAR(p[3], 0.5);
        NEAR(kt_result_numbers(r, 1, &count)[1], 0);
        NEAR(kt_result_numbers(r, 2, &count)[1], 1);
        kt_result_free(r);
    }
}

/* Only one branch touches qubit 7, and not the first that is followed. */
static void touched_late(script *s)
{
    gate(s, KT_GATE_H, 2, 0, 0);
    if (is_set(s, measure(s, 2, 0)))
        gate(s, KT_GATE_X, 7, 0, 0);
}

TEST(branch, qubits_that_only_a_later_branch_touches_count_in_all_of_them)
{
    static const kt_want want = { .type = KT_RESULT_PROBABILITY, .all_qubits = true };
    kt_result *r = NULL;
    kt_error err = { 0 };
    size_t count;
    given_wants = &want;
    given_count = 1;
    for (uint64_t shots = 0; shots <= 10; shots += 10) {
        kt_sim_options o = options(shots);
        if (try_run(touched_late, &o, &r, &err) < 0)
            fail_msg("%s", err.message);
        const double *p = kt_result_numbers(r, 0, &count);
        assert_int_equal(count, 4);
        NEAR(p[0] + p[3], 1);
        NEAR(p[1] + p[2], 0);
        assert_int_equal(kt_result_qubit_count(r), 2);
        kt_result_free(r);
    }
}

TEST(branch, a_state_vector_of_a_program_comes_out_in_order_of_qubits)
{
    static const kt_want wants[] = { { .type = KT_RESULT_STATE_VECTOR } };
    kt_sim_options o = options(0);
    kt_result *r = NULL;
    kt_error err = { 0 };
    size_t count;
    given_wants = wants;
    given_count = 1;
    assert_int_equal(try_run(teleport, &o, &r, &err), KT_E_UNSUPPORTED);
    if (try_run(measured_untouched, &o, &r, &err) < 0)
        fail_msg("%s", err.message);
    NEAR(kt_result_complexes(r, 0, &count)[0].re, 1);
    assert_int_equal(count, 4);
    kt_result_free(r);
}

TEST(branch, a_gradient_of_a_program_that_decides_is_refused)
{
    static const kt_want want = { .type = KT_RESULT_ADJOINT_GRADIENT, .term_count = 1, .terms = &z_of_all };
    kt_sim_options o = options(0);
    kt_result *r = NULL;
    kt_error err = { 0 };
    given_wants = &want;
    given_count = 1;
    assert_int_equal(try_run(correct, &o, &r, &err), KT_E_UNSUPPORTED);
}

/* ---- output variables ---- */

static void with_outputs(script *s)
{
    gate(s, KT_GATE_H, 0, 0, 0);
    int a = measure(s, 0, 0);
    gate(s, KT_GATE_X, 0, 0, 0);
    int b = measure(s, 0, 0); /* overwrites the bit: only the output still tells */
    gate(s, KT_GATE_H, 1, 0, 0);
    int c = measure(s, 1, 1);
    output(s, "first", a);
    output(s, "again", b);
    output(s, "coin", c);
}

TEST(branch, output_variables_come_with_the_outcomes_they_belong_to)
{
    body *program = with_outputs;
    kt_player player = { play, &program };
    kt_sim_about about = { NULL, NULL, NULL, has_outputs };
    kt_sim_options o = options(100);
    kt_result *r = NULL;
    kt_error err = { 0 };
    char *text = NULL;
    if (kt_sim_player(&player, &about, &o, &r, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(kt_result_outcome_count(r), 4);
    assert_int_equal(kt_result_to_json(r, &text, NULL), 0);
    assert_non_null(strstr(text, "{\"values\":{\"first\":1,\"again\":0,\"coin\":0},"));
    assert_non_null(strstr(text, "{\"values\":{\"first\":0,\"again\":1,\"coin\":1},"));
    assert_null(strstr(text, "\"first\":1,\"again\":1"));
    free(text);
    kt_result_free(r);
}

/* ---- failures ---- */

static void never_known(script *s)
{
    is_set(s, KT_OUTCOME_UNKNOWN);
}

static void fails_at_once(script *s)
{
    s->rc = kt_fail(s->err, KT_E_LIMIT, "too many statements");
}

static unsigned plays;
static void ends_earlier(script *s)
{
    if (plays++ > 0)
        return;
    gate(s, KT_GATE_H, 0, 0, 0);
    is_set(s, measure(s, 0, 0));
}

static void measures_another(script *s)
{
    uint32_t qubit = plays++ > 1;
    gate(s, KT_GATE_H, 0, 0, 0);
    gate(s, KT_GATE_H, 1, 0, 0);
    measure(s, qubit, 0);
    gate(s, KT_GATE_H, qubit, 0, 0);
    is_set(s, measure(s, qubit, 0));
}

TEST(branch, what_the_program_says_is_handed_on)
{
    static const struct {
        body *program;
        int code;
    } rows[] = { { never_known, KT_E_INTERNAL },
                 { fails_at_once, KT_E_LIMIT },
                 { ends_earlier, KT_E_INTERNAL },
                 { measures_another, KT_E_INTERNAL } };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_sim_options o = options(10);
        kt_result *r = NULL;
        given_count = plays = 0;
        assert_int_equal(try_run(rows[i].program, &o, &r, NULL), rows[i].code);
        assert_null(r);
    }
}

/* ---- the path by itself ---- */

TEST(branch, turning_goes_back_to_the_last_step_that_waits)
{
    kt_path path = { 0 };
    kt_state *snapshot = NULL;
    kt_step steps[] = { { .outcome = 0, .waiting = true, .waiting_shots = 5, .probability = 0.25 },
                        { .outcome = 1 },
                        { .outcome = 0 } };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(kt_path_push(&path, &steps[i], NULL), 0);
        assert_int_equal(kt_path_reach(&path, i, NULL), 0);
        assert_int_equal(kt_path_decide(&path, i, NULL), 0);
    }
    assert_int_equal(kt_path_outcome(&path, 1), 1);
    assert_int_equal(kt_path_outcome(&path, 7), KT_OUTCOME_UNKNOWN);
    assert_true(kt_path_turn(&path, &snapshot));
    assert_int_equal(path.count, 1);
    assert_int_equal(path.steps[0].outcome, 1);
    assert_int_equal(path.steps[0].shots, 5);
    NEAR(path.steps[0].probability, 0.75);
    assert_int_equal(kt_path_outcome(&path, 0), 1);
    assert_int_equal(kt_path_outcome(&path, 1), KT_OUTCOME_UNKNOWN);
    assert_false(kt_path_turn(&path, &snapshot));
    assert_int_equal(kt_path_drop_snapshot(&path), 0);
    kt_path_fini(&path);
}
