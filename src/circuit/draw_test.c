/* SPDX-License-Identifier: Apache-2.0 */
/* draw_test.c - pictures as they are meant to look. */
#include "circuit/draw.h"

#include "tests/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static kt_circuit *new_circuit(int qubits)
{
    kt_circuit *c = NULL;
    assert_int_equal(kt_circuit_new(qubits, &c, NULL), 0);
    return c;
}

static void assert_text(const kt_circuit *c, int width, bool ascii, const char *expect)
{
    char *text = NULL;
    assert_int_equal(kt_draw_text(c, &(kt_draw_options){ .width = width, .ascii = ascii }, &text, NULL), 0);
    if (strcmp(text, expect) != 0)
        fail_msg("drawn:\n%s\nexpected:\n%s", text, expect);
    kt_text_free(text);
}

static char *svg_of(const kt_circuit *c)
{
    char *text = NULL;
    assert_int_equal(kt_circuit_draw_svg(c, &text, NULL), 0);
    return text;
}

static kt_circuit *bell(void)
{
    kt_circuit *c = new_circuit(2);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_H, 0, NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CNOT, 0, 1, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 0, 0, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 1, 1, NULL), 0);
    return c;
}

TEST(draw, a_bell_pair)
{
    KT_OWN(kt_circuit) *c = bell();
    assert_text(c, 0, false,
                "q0 ──┤H├──●──┤M→0├─\n"
                "          │\n"
                "q1 ───────⊕──┤M→1├─\n");
    assert_text(c, 0, true,
                "q0 --[H]---*---[M>0]-\n"
                "           |\n"
                "q1 -------(+)--[M>1]-\n");
}

TEST(draw, the_public_call_draws_the_same)
{
    KT_OWN(kt_circuit) *c = bell();
    char *text = NULL;
    assert_int_equal(kt_circuit_draw_text(c, 80, &text, NULL), 0);
    assert_non_null(strstr(text, "q0 ──┤H├──●──┤M→0├─\n"));
    kt_text_free(text);
}

TEST(draw, controls_on_zero_swaps_and_powers)
{
    KT_OWN(kt_circuit) *c = new_circuit(3);
    const kt_gate_spec toffoli = { .gate = KT_GATE_X,
                                   .control_count = 2,
                                   .controls = (int[]){ 0, 2 },
                                   .control_states = (int[]){ 1, 0 },
                                   .qubits = (int[]){ 1 },
                                   .power = 1 };
    const kt_gate_spec root = { .gate = KT_GATE_CNOT, .qubits = (int[]){ 1, 2 }, .power = 0.5 };
    const kt_gate_spec cz = {
        .gate = KT_GATE_Z, .control_count = 1, .controls = (int[]){ 2 }, .qubits = (int[]){ 0 }, .power = 1
    };
    const kt_gate_spec back = { .gate = KT_GATE_ISWAP, .qubits = (int[]){ 0, 1 }, .power = -1 };
    assert_int_equal(kt_circuit_gate_spec(c, &toffoli, NULL), 0);
    assert_int_equal(kt_circuit_gate(c, KT_GATE_CSWAP, (int[]){ 0, 1, 2 }, NULL, NULL), 0);
    assert_int_equal(kt_circuit_gate_spec(c, &root, NULL), 0);
    assert_int_equal(kt_circuit_gate_spec(c, &cz, NULL), 0);
    assert_int_equal(kt_circuit_gate_spec(c, &back, NULL), 0);
    assert_text(c, 0, false,
                "q0 ──●──●───────────●──┤iswap†├─\n"
                "     │  │           │     │\n"
                "q1 ──⊕──×─────●─────┼──┤iswap†├─\n"
                "     │  │     │     │\n"
                "q2 ──○──×──┤X^0.5├──●───────────\n");
}

TEST(draw, angles_are_read_as_a_person_writes_them)
{
    KT_OWN(kt_circuit) *c = new_circuit(1);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RX, 0, KT_ANGLE(M_PI / 2), NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RZ, 0, KT_ANGLE(-3 * M_PI / 4), NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, 0, KT_ANGLE(0.123456), NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, 0, (kt_angle_arg){ 0.5, "t", -2 }, NULL), 0);
    assert_int_equal(kt_circuit_rotate(c, KT_GATE_RY, 0, KT_PARAM("t"), NULL), 0);
    assert_text(c, 0, false, "q0 ──┤Rx(π/2)├──┤Rz(-3π/4)├──┤Ry(0.1235)├──┤Ry(0.5-2*t)├──┤Ry(t)├─\n");
    KT_OWN(kt_circuit) *bound = NULL;
    assert_int_equal(kt_circuit_bind(c, (double[]){ M_PI }, &bound, NULL), 0);
    assert_text(bound, 0, true, "q0 --[Rx(pi/2)]--[Rz(-3*pi/4)]--[Ry(0.1235)]--[Ry(-5.783)]--[Ry(pi)]-\n");
}

TEST(draw, a_wide_picture_is_folded_between_columns)
{
    KT_OWN(kt_circuit) *c = new_circuit(2);
    for (int k = 0; k < 3; k++)
        assert_int_equal(kt_circuit_gate(c, KT_GATE_ZZ, (int[]){ 0, 1 }, &KT_ANGLE(0.25), NULL), 0);
    assert_text(c, 30, false,
                "q0 ──┤zz(0.25)├──┤zz(0.25)├─\n"
                "         │           │\n"
                "q1 ─────┤zz├────────┤zz├────\n"
                "\n"
                "q0 »─┤zz(0.25)├─\n"
                "         │\n"
                "q1 »────┤zz├────\n");
    assert_text(c, 1, true,
                "q0 --[zz(0.25)]-\n"
                "         |\n"
                "q1 -----[zz]----\n"
                "\n"
                "q0 >-[zz(0.25)]-\n"
                "         |\n"
                "q1 >----[zz]----\n"
                "\n"
                "q0 >-[zz(0.25)]-\n"
                "         |\n"
                "q1 >----[zz]----\n");
}

TEST(draw, noise_resets_barriers_delays_and_boxes)
{
    static const kt_angle seconds = { .value = 2e-7 };
    static const uint32_t q1 = 1;
    static const double p = 0.1;
    const kt_op open = { .kind = KT_OP_VERBATIM_BEGIN }, close = { .kind = KT_OP_VERBATIM_END };
    const kt_op delay = { .kind = KT_OP_DELAY, .qubit_count = 1, .qubits = &q1, .angle_count = 1, .angles = &seconds };
    KT_OWN(kt_circuit) *c = new_circuit(2);
    assert_int_equal(kt_circuit_reset(c, 0, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &delay, NULL), 0);
    assert_int_equal(kt_circuit_barrier(c, 0, NULL, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &open, NULL), 0);
    assert_int_equal(kt_circuit_gate(c, KT_GATE_ECR, (int[]){ 1, 0 }, NULL, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &close, NULL), 0);
    assert_int_equal(kt_circuit_noise(c, KT_NOISE_BIT_FLIP, (int[]){ 1 }, &p, NULL), 0);
    assert_text(c, 0, false,
                "                        verbatim\n"
                "q0 ──────┤|0⟩├───────░──╟──┤1:ecr├──╢──────────────────\n"
                "                     ░  ║     │     ║\n"
                "q1 ──┤delay 200 ns├──░──╟──┤0:ecr├──╢──{bit_flip(0.1)}─\n");
    assert_text(c, 0, true,
                "                        verbatim\n"
                "q0 ------[|0>]-------#--{--[1:ecr]--}------------------\n"
                "                     #  :     |     :\n"
                "q1 --[delay 200 ns]--#--{--[0:ecr]--}--{bit_flip(0.1)}-\n");
}

TEST(draw, what_no_wire_shows_stands_below)
{
    static const kt_factor_arg z = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
    KT_OWN(kt_circuit) *c = new_circuit(1);
    assert_int_equal(kt_circuit_gate(c, KT_GATE_GPHASE, NULL, &KT_ANGLE(M_PI / 4), NULL), 0);
    assert_int_equal(kt_circuit_gate(c, KT_GATE_GPHASE, NULL, &KT_PARAM("a"), NULL), 0);
    assert_int_equal(kt_circuit_gate_spec(c,
                                          &(kt_gate_spec){ .gate = KT_GATE_GPHASE,
                                                           .control_count = 1,
                                                           .controls = (int[]){ 0 },
                                                           .control_states = (int[]){ 0 },
                                                           .angles = &KT_ANGLE(1),
                                                           .power = 1 },
                                          NULL),
                     0);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 1, 1, &z }, NULL), 0);
    assert_int_equal(kt_circuit_want_amplitude(c, "1", NULL), 1);
    assert_text(c, 0, false,
                "q0 ──┤Phase(1)₀├─\n"
                "\n"
                "global phase: π/4+a\n"
                "results: expectation z(q[0])\n"
                "         amplitude \"1\"\n");
}

TEST(draw, measurements_in_the_middle_stay_where_they_act)
{
    KT_OWN(kt_circuit) *c = new_circuit(2);
    assert_int_equal(kt_circuit_measure(c, 1, 3, NULL), 0);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 1, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 1, 9, NULL), 0);
    assert_text(c, 0, false,
                "q0 ────────────────────\n"
                "\n"
                "q1 ──┤M→0├──┤X├──┤M→1├─\n");
}

TEST(draw, labels_name_the_wires)
{
    KT_OWN(kt_circuit) *c = new_circuit(2);
    assert_int_equal(kt_circuit_set_labels(c, (uint32_t[]){ 3, 12 }, NULL), 0);
    assert_int_equal(kt_circuit_gate1(c, KT_GATE_SI, 0, NULL), 0);
    assert_text(c, 0, false,
                "q3  ──┤S†├─\n"
                "\n"
                "q12 ───────\n");
}

TEST(draw, an_empty_circuit_is_bare_wires_or_nothing)
{
    KT_OWN(kt_circuit) *c = new_circuit(1), *none = new_circuit(0);
    assert_text(c, 0, false, "q0 ─\n");
    assert_text(none, 0, false, "");
    char *svg = svg_of(none);
    assert_non_null(strstr(svg, "A quantum circuit of 0 qubits"));
    kt_text_free(svg);
}

TEST(draw, a_picture_beyond_reason_is_refused)
{
    KT_OWN(kt_circuit) *c = new_circuit(65535);
    char *text = NULL;
    kt_error err;
    for (int k = 0; k < 50; k++)
        assert_int_equal(kt_circuit_gate1(c, KT_GATE_X, 0, NULL), 0);
    assert_int_equal(kt_circuit_draw_text(c, 80, &text, &err), KT_E_LIMIT);
    assert_string_equal(err.message, "the picture would have 131071 lines of 258 characters; at most 16777216 "
                                     "characters in all are drawn");
    assert_null(text);
    for (int k = 0; k < 1000; k++)
        assert_int_equal(kt_circuit_gate2(c, KT_GATE_CNOT, 0, 65534, NULL), 0);
    assert_int_equal(kt_circuit_draw_svg(c, &text, &err), KT_E_LIMIT);
    assert_string_equal(err.message,
                        "the circuit has more than 256 columns on 65535 qubits, which is too large for a picture");
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += strncmp(text, part, strlen(part)) == 0;
    return count;
}

TEST(draw_svg, every_mark_is_there_and_the_text_is_escaped)
{
    static const kt_complex id[4] = { { 1, 0 }, { 0, 0 }, { 0, 0 }, { 1, 0 } };
    static const kt_factor_arg z = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
    const kt_factor factor = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = &(uint32_t){ 0 } };
    const kt_term term = { 1, 1, &factor };
    const kt_want odd = { .type = KT_RESULT_SAMPLE, .term_count = 1, .terms = &term, .text = "a<b & c>d" };
    const kt_op open = { .kind = KT_OP_VERBATIM_BEGIN }, close = { .kind = KT_OP_VERBATIM_END };
    KT_OWN(kt_circuit) *c = new_circuit(3);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_CNOT, 0, 1, NULL), 0);
    assert_int_equal(kt_circuit_gate2(c, KT_GATE_SWAP, 0, 1, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &open, NULL), 0);
    assert_int_equal(kt_circuit_unitary(c, 1, (int[]){ 2 }, id, NULL), 0);
    assert_int_equal(kt_circuit_add_op(c, &close, NULL), 0);
    assert_int_equal(kt_circuit_kraus(c, 1, (int[]){ 2 }, 1, id, NULL), 0);
    assert_int_equal(kt_circuit_gate_spec(c,
                                          &(kt_gate_spec){ .gate = KT_GATE_H,
                                                           .control_count = 1,
                                                           .controls = (int[]){ 0 },
                                                           .control_states = (int[]){ 0 },
                                                           .qubits = (int[]){ 1 },
                                                           .power = 1 },
                                          NULL),
                     0);
    assert_int_equal(kt_circuit_gate(c, KT_GATE_GPHASE, NULL, &KT_ANGLE(1), NULL), 0);
    assert_int_equal(kt_circuit_barrier(c, 0, NULL, NULL), 0);
    assert_int_equal(kt_circuit_reset(c, 0, NULL), 0);
    assert_int_equal(kt_circuit_measure(c, 1, 4, NULL), 0);
    assert_int_equal(kt_circuit_want_expectation(c, 1, &(kt_term_arg){ 1, 1, &z }, NULL), 0);
    assert_int_equal(kt_circuit_add_want(c, &odd, NULL), 1);
    char *svg = svg_of(c);
    assert_int_equal(strncmp(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", 53), 0);
    assert_non_null(strstr(svg, "<title id=\"title\">A quantum circuit of 3 qubits</title>"));
    assert_non_null(strstr(svg, "11 operations in "));
    assert_int_equal(occurrences(svg, "class=\"wire\""), 3);
    assert_int_equal(occurrences(svg, "class=\"tie\""), 3);
    assert_int_equal(occurrences(svg, "class=\"box\""), 2);
    assert_int_equal(occurrences(svg, "class=\"noise\""), 1);
    assert_int_equal(occurrences(svg, "class=\"dot\""), 1);
    assert_int_equal(occurrences(svg, "class=\"ring\""), 2);
    assert_int_equal(occurrences(svg, "class=\"line\""), 6);
    assert_int_equal(occurrences(svg, "class=\"meter\""), 2);
    assert_int_equal(occurrences(svg, "class=\"needle\""), 1);
    assert_int_equal(occurrences(svg, "class=\"barrier\""), 3);
    assert_int_equal(occurrences(svg, "class=\"verbatim\""), 1);
    assert_non_null(strstr(svg, ">a&lt;b &amp; c&gt;d</text>"));
    assert_non_null(strstr(svg, ">global phase</text>"));
    assert_null(strstr(svg, "http://www.w3.org/1999")); /* nothing is loaded from elsewhere */
    assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
    kt_text_free(svg);
}
