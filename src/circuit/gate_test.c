/* SPDX-License-Identifier: Apache-2.0 */
/* gate_test.c - matrices against numbers from elsewhere (tests/data/gates.json), inverses, derivatives, noise. */
#include "circuit/gate.h"

#include "base/file.h"
#include "base/json.h"
#include "circuit/complex.h"
#include "circuit/linalg.h"
#include "tests/unit.h"

#include <math.h>
#include <string.h>

static double distance(const kt_complex *a, const kt_complex *b, size_t count)
{
    double most = 0;
    for (size_t k = 0; k < count; k++)
        most = fmax(most, sqrt(kt_c_abs2(kt_c_sub(a[k], b[k]))));
    return most;
}

static void assert_near(const kt_complex *a, const kt_complex *b, size_t count, double tolerance, const char *what)
{
    double d = distance(a, b, count);
    if (!(d <= tolerance))
        fail_msg("%s differs by %g", what, d);
}

/* An op of a gate on as many qubits as it has, angles 0.3, 0.4, ... */
typedef struct sample_op {
    kt_op op;
    kt_angle angles[3];
    uint32_t qubits[4];
} sample_op;

static void make_op(sample_op *s, int gate, double power)
{
    const kt_gate_row *row = &kt_gate_rows[gate];
    *s = (sample_op){ .qubits = { 0, 1, 2, 3 } };
    for (int k = 0; k < 3; k++)
        s->angles[k].value = 0.3 + 0.45 * k;
    s->op = (kt_op){ .kind = KT_OP_GATE,
                     .gate = (uint8_t)gate,
                     .qubit_count = row->qubit_count,
                     .qubits = s->qubits,
                     .angle_count = row->angle_count,
                     .angles = s->angles,
                     .power = power };
}

static kt_json *figures(void)
{
    kt_json *json = NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    assert_int_equal(kt_file_read(KETCH_TESTS_DIR "/data/gates.json", 1 << 24, &text, NULL), 0);
    assert_int_equal(kt_json_parse(kt_buf_view(&text), &json, NULL), 0);
    return json;
}

/* Reads [[re, im], ...] and returns how many. */
static size_t read_numbers(const kt_json *list, kt_complex *out)
{
    size_t count = json_array_size(list);
    for (size_t k = 0; k < count; k++) {
        const kt_json *pair = json_array_get(list, k);
        out[k] = kt_c(json_number_value(json_array_get(pair, 0)), json_number_value(json_array_get(pair, 1)));
    }
    return count;
}

TEST(gate, every_matrix_equals_the_figures_of_the_reference)
{
    KT_OWN(kt_json) *json = figures();
    size_t k;
    kt_json *row;
    bool seen[KT_GATE_COUNT] = { false };
    json_array_foreach(json_object_get(json, "gates"), k, row)
    {
        const char *name = json_string_value(json_object_get(row, "gate"));
        int gate = kt_gate_find(kt_view_of(name));
        assert_true(gate >= 0);
        seen[gate] = true;
        sample_op s;
        make_op(&s, gate, json_number_value(json_object_get(row, "power")));
        const kt_json *angles = json_object_get(row, "angles");
        assert_int_equal(json_array_size(angles), kt_gate_rows[gate].angle_count);
        for (size_t a = 0; a < json_array_size(angles); a++)
            s.angles[a].value = json_number_value(json_array_get(angles, a));
        kt_complex expect[64], got[64];
        size_t count = read_numbers(json_object_get(row, "matrix"), expect);
        assert_int_equal(count, 1u << (2 * kt_gate_rows[gate].qubit_count));
        assert_int_equal(kt_op_matrix(&s.op, got, NULL), 0);
        assert_near(got, expect, count, 1e-12, name);
    }
    json_array_foreach(json_object_get(json, "not_in_reference"), k, row)
    {
        int gate = kt_gate_find(kt_view_of(json_string_value(row)));
        assert_true(gate >= 0);
        seen[gate] = true;
    }
    for (int gate = 0; gate < KT_GATE_COUNT; gate++) {
        if (!seen[gate])
            fail_msg("tests/data/gates.json lacks %s", kt_gate_rows[gate].name);
    }
}

TEST(gate, every_channel_equals_the_figures_of_the_reference)
{
    KT_OWN(kt_json) *json = figures();
    size_t k;
    kt_json *row;
    bool seen[KT_NOISE_COUNT] = { false };
    json_array_foreach(json_object_get(json, "noise"), k, row)
    {
        const char *name = json_string_value(json_object_get(row, "noise"));
        int noise = kt_noise_find(kt_view_of(name));
        assert_true(noise >= 0);
        seen[noise] = true;
        const kt_json *parameters = json_object_get(row, "parameters"), *matrices = json_object_get(row, "kraus");
        kt_angle angles[3] = { { 0 } };
        for (size_t a = 0; a < json_array_size(parameters); a++)
            angles[a].value = json_number_value(json_array_get(parameters, a));
        const kt_op op = { .kind = KT_OP_NOISE,
                           .gate = (uint8_t)noise,
                           .qubit_count = kt_noise_rows[noise].qubit_count,
                           .angle_count = kt_noise_rows[noise].parameter_count,
                           .angles = angles };
        kt_complex got[256], expect[256];
        int count = kt_op_kraus(&op, got, NULL);
        size_t numbers = 0;
        assert_int_equal(count, json_array_size(matrices));
        for (size_t m = 0; m < json_array_size(matrices); m++)
            numbers += read_numbers(json_array_get(matrices, m), expect + numbers);
        assert_near(got, expect, numbers, 1e-12, name);
        assert_true(kt_mat_is_complete((size_t)1 << op.qubit_count, got, (size_t)count, 1e-12));
    }
    for (int noise = 0; noise < KT_NOISE_COUNT; noise++)
        assert_true(seen[noise]);
}

TEST(gate, every_matrix_is_unitary)
{
    for (int gate = 0; gate < KT_GATE_COUNT; gate++) {
        sample_op s;
        kt_complex m[64];
        make_op(&s, gate, 1);
        assert_int_equal(kt_op_matrix(&s.op, m, NULL), 0);
        assert_true(kt_mat_is_unitary((size_t)1 << s.op.qubit_count, m, 1e-14));
    }
}

TEST(gate, the_shape_of_a_row_tells_the_truth_about_its_matrix)
{
    for (int gate = 0; gate < KT_GATE_COUNT; gate++) {
        sample_op s;
        kt_complex m[64];
        make_op(&s, gate, 1);
        assert_int_equal(kt_op_matrix(&s.op, m, NULL), 0);
        size_t n = (size_t)1 << s.op.qubit_count;
        for (size_t row = 0; row < n; row++) {
            size_t filled = 0, off = 0;
            for (size_t col = 0; col < n; col++) {
                bool zero = m[row * n + col].re == 0 && m[row * n + col].im == 0;
                filled += !zero;
                off += !zero && col != row;
            }
            kt_shape shape = kt_gate_rows[gate].shape;
            if (shape == KT_SHAPE_PERMUTE)
                assert_int_equal(filled, 1);
            if (shape == KT_SHAPE_DIAGONAL || shape == KT_SHAPE_IDENTITY)
                assert_int_equal(off, 0);
            if (shape == KT_SHAPE_CONTROLLED_DENSE && row < n / 2)
                assert_true(off == 0 && m[row * n + row].re == 1);
        }
    }
}

TEST(gate, the_inverse_of_a_gate_and_of_its_powers_undoes_it)
{
    const double powers[] = { 1, -1, 2, 0.5, -0.3, 0 };
    for (int gate = 0; gate < KT_GATE_COUNT; gate++) {
        for (size_t p = 0; p < KT_COUNT(powers); p++) {
            sample_op s;
            make_op(&s, gate, powers[p]);
            kt_op inverse;
            kt_angle angles[3];
            kt_angle_term terms[3];
            kt_op_invert(&s.op, &inverse, angles, terms);
            kt_complex a[64], b[64], product[64], identity[64] = { { 0, 0 } };
            size_t n = (size_t)1 << s.op.qubit_count;
            for (size_t k = 0; k < n; k++)
                identity[k * n + k].re = 1;
            assert_int_equal(kt_op_matrix(&s.op, a, NULL), 0);
            assert_int_equal(kt_op_matrix(&inverse, b, NULL), 0);
            kt_mat_mul(n, a, b, product);
            assert_near(product, identity, n * n, 1e-12, kt_gate_rows[gate].name);
        }
    }
}

TEST(gate, inverting_negates_the_terms_of_an_angle_as_well)
{
    const kt_angle_term given[] = { { 2, 0.5 }, { 4, -3 } };
    sample_op s;
    kt_op inverse;
    kt_angle angles[3];
    kt_angle_term terms[2];
    make_op(&s, KT_GATE_RX, 1);
    s.angles[0].terms = given;
    s.angles[0].term_count = 2;
    kt_op_invert(&s.op, &inverse, angles, terms);
    assert_true(inverse.power == 1 && inverse.angles[0].value == -0.3 && inverse.angles[0].term_count == 2);
    assert_true(inverse.angles[0].terms[0].parameter == 2 && inverse.angles[0].terms[0].factor == -0.5);
    assert_true(inverse.angles[0].terms[1].parameter == 4 && inverse.angles[0].terms[1].factor == 3);
}

TEST(gate, inverses_take_their_shortest_form)
{
    static const struct {
        int gate, inverse;
        double power;
    } rows[] = {
        { KT_GATE_X, KT_GATE_X, 1 },     { KT_GATE_S, KT_GATE_SI, 1 },         { KT_GATE_TI, KT_GATE_T, 1 },
        { KT_GATE_VI, KT_GATE_V, 1 },    { KT_GATE_RZ, KT_GATE_RZ, 1 },        { KT_GATE_U, KT_GATE_U, -1 },
        { KT_GATE_GPI, KT_GATE_GPI, 1 }, { KT_GATE_ISWAP, KT_GATE_ISWAP, -1 },
    };
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        sample_op s;
        kt_op inverse;
        kt_angle angles[3];
        make_op(&s, rows[k].gate, 1);
        kt_op_invert(&s.op, &inverse, angles, NULL);
        assert_int_equal(inverse.gate, rows[k].inverse);
        assert_true(inverse.power == rows[k].power);
    }
}

TEST(gate, a_unitary_is_inverted_by_its_power)
{
    const kt_complex m[4] = { { 0, 0 }, { 0, -1 }, { 1, 0 }, { 0, 0 } };
    const kt_op op = { .kind = KT_OP_UNITARY, .qubit_count = 1, .matrix = m, .matrix_count = 1, .power = 1 };
    kt_op inverse;
    kt_complex got[4], expect[4];
    kt_op_invert(&op, &inverse, NULL, NULL);
    assert_true(inverse.power == -1);
    assert_int_equal(kt_op_matrix(&inverse, got, NULL), 0);
    kt_mat_adjoint(2, m, expect);
    assert_near(got, expect, 4, 0, "the adjoint");
}

TEST(gate, derivatives_match_finite_differences_at_every_power)
{
    const double powers[] = { 1, -1, 2, 3, -2, 0.5, -0.25, 1.7 };
    const double h = 1e-6;
    for (int gate = 0; gate < KT_GATE_COUNT; gate++) {
        for (int which = 0; which < kt_gate_rows[gate].angle_count; which++) {
            for (size_t p = 0; p < KT_COUNT(powers); p++) {
                sample_op s;
                kt_complex exact[64], above[64], below[64];
                make_op(&s, gate, powers[p]);
                size_t count = (size_t)1 << (2 * s.op.qubit_count);
                assert_int_equal(kt_op_derivative(&s.op, which, exact, NULL), 0);
                double at = s.angles[which].value;
                s.angles[which].value = at + h;
                assert_int_equal(kt_op_matrix(&s.op, above, NULL), 0);
                s.angles[which].value = at - h;
                assert_int_equal(kt_op_matrix(&s.op, below, NULL), 0);
                for (size_t k = 0; k < count; k++)
                    above[k] = kt_c_scale(0.5 / h, kt_c_sub(above[k], below[k]));
                assert_near(exact, above, count, 1e-8, kt_gate_rows[gate].name);
            }
        }
    }
}

TEST(gate, names_are_found_exactly_or_not_at_all)
{
    assert_int_equal(kt_gate_find(kt_view_of("cphaseshift01")), KT_GATE_CPHASESHIFT01);
    assert_int_equal(kt_gate_find(kt_view_of("U")), KT_GATE_U);
    assert_int_equal(kt_gate_find(kt_view_of("u")), -1);
    assert_int_equal(kt_gate_find(kt_view_of("cx")), -1);
    assert_int_equal(kt_gate_find(kt_view_of("")), -1);
    assert_int_equal(kt_noise_find(kt_view_of("phase_damping")), KT_NOISE_PHASE_DAMPING);
    assert_int_equal(kt_noise_find(kt_view_of("phase")), -1);
}

TEST(gate, every_operation_has_a_word)
{
    static const struct {
        kt_op op;
        const char *word;
    } rows[] = {
        { { .kind = KT_OP_GATE, .gate = KT_GATE_ECR }, "ecr" },
        { { .kind = KT_OP_GATE, .gate = 200 }, "unknown gate" },
        { { .kind = KT_OP_NOISE, .gate = KT_NOISE_BIT_FLIP }, "bit_flip" },
        { { .kind = KT_OP_NOISE, .gate = 200 }, "unknown noise" },
        { { .kind = KT_OP_MEASURE }, "measure" },
        { { .kind = 200 }, "unknown operation" },
    };
    for (size_t k = 0; k < KT_COUNT(rows); k++)
        assert_string_equal(kt_op_name(&rows[k].op), rows[k].word);
}

TEST(noise, probabilities_outside_0_to_1_are_refused)
{
    static const struct {
        kt_noise noise;
        double parameters[3];
        const char *message;
    } rows[] = {
        { KT_NOISE_BIT_FLIP, { -0.1 }, "bit_flip: parameter 1 is -0.1; it must lie between 0 and 1" },
        { KT_NOISE_DEPOLARIZING, { NAN }, NULL },
        { KT_NOISE_GENERALIZED_AMPLITUDE_DAMPING,
          { 0.1, 1.5 },
          "generalized_amplitude_damping: parameter 2 is 1.5; it must lie between 0 and 1" },
        { KT_NOISE_PAULI_CHANNEL,
          { 0.5, 0.5, 0.5 },
          "pauli_channel: the three probabilities add up to 1.5; at most 1 is possible" },
    };
    for (size_t k = 0; k < KT_COUNT(rows); k++) {
        kt_angle angles[3];
        kt_complex out[256];
        kt_error err;
        for (int a = 0; a < 3; a++)
            angles[a] = (kt_angle){ .value = rows[k].parameters[a] };
        const kt_op op = { .kind = KT_OP_NOISE,
                           .gate = (uint8_t)rows[k].noise,
                           .qubit_count = 1,
                           .angle_count = kt_noise_rows[rows[k].noise].parameter_count,
                           .angles = angles };
        assert_int_equal(kt_op_kraus(&op, out, &err), KT_E_INVALID);
        if (rows[k].message != NULL)
            assert_string_equal(err.message, rows[k].message);
    }
}

TEST(noise, given_kraus_operators_are_handed_on_and_bounded)
{
    const kt_complex m[8] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 }, { 0, 0 }, { 0, 0 } };
    kt_complex out[256];
    kt_op op = { .kind = KT_OP_KRAUS, .qubit_count = 1, .matrix = m, .matrix_count = 2 };
    assert_int_equal(kt_op_kraus(&op, out, NULL), 2);
    assert_near(out, m, 8, 0, "kraus");
    op.matrix_count = 17;
    assert_int_equal(kt_op_kraus(&op, out, NULL), KT_E_LIMIT);
}
