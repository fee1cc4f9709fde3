/* SPDX-License-Identifier: Apache-2.0 */
/* jaqcd_test.c - the old JSON form of circuits, instruction by instruction, as OpenQASM. */
#include "sandbox/jaqcd.h"
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

/* The OpenQASM of a program's members, without its header line; or the error. */
static int translate(const char *members, char *text, size_t bytes)
{
    KT_OWN(kt_json) *program = NULL;
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    char json[2048];
    snprintf(json, sizeof json, "{%s}", members);
    assert_int_equal(kt_json_parse(kt_view_of(json), &program, NULL), 0);
    kt_error err = { 0 };
    int rc = kt_jaqcd_to_qasm(program, &out, &err);
    const char *body = rc < 0 ? err.message : strchr(out.data, '\n') + 1;
    snprintf(text, bytes, "%s", body);
    return rc;
}

#define ONE(instruction) "\"instructions\":[{" instruction "}]"
#define WANT(result) "\"instructions\":[{\"type\":\"x\",\"target\":1}],\"results\":[{" result "}]"
#define X1 "qubit[2] q;\nx q[1];\n"

TEST(jaqcd, every_instruction_has_its_line)
{
    static const struct {
        const char *given, *expect;
    } rows[] = {
        { "\"instructions\":[]", "" },
        { ONE("\"type\":\"h\",\"target\":0"), "qubit[1] q;\nh q[0];\n" },
        { ONE("\"type\":\"cnot\",\"target\":0,\"control\":3"), "qubit[4] q;\ncnot q[3], q[0];\n" },
        { ONE("\"type\":\"ccnot\",\"target\":0,\"controls\":[2,1]"), "qubit[3] q;\nccnot q[2], q[1], q[0];\n" },
        { ONE("\"type\":\"cswap\",\"control\":0,\"targets\":[2,1]"), "qubit[3] q;\ncswap q[0], q[2], q[1];\n" },
        { ONE("\"type\":\"iswap\",\"targets\":[1,0]"), "qubit[2] q;\niswap q[1], q[0];\n" },
        { ONE("\"type\":\"rx\",\"target\":0,\"angle\":0.15"), "qubit[1] q;\nrx(0.15) q[0];\n" },
        { ONE("\"type\":\"xy\",\"targets\":[0,1],\"angle\":-2"), "qubit[2] q;\nxy(-2) q[0], q[1];\n" },
        { ONE("\"type\":\"unitary\",\"targets\":[0],\"matrix\":[[[0,0],[0,-1]],[[0,1],[0,0]]]"),
          "qubit[1] q;\n#pragma braket unitary([[0+0im, 0-1im], [0+1im, 0+0im]]) q[0]\n" },
        { ONE("\"type\":\"bit_flip\",\"target\":0,\"probability\":0.5"),
          "qubit[1] q;\n#pragma braket noise bit_flip(0.5) q[0]\n" },
        { ONE("\"type\":\"pauli_channel\",\"target\":0,\"probX\":0.1,\"probY\":0.2,\"probZ\":0.3"),
          "qubit[1] q;\n#pragma braket noise pauli_channel(0.1, 0.2, 0.3) q[0]\n" },
        { ONE("\"type\":\"generalized_amplitude_damping\",\"target\":0,\"gamma\":0.1,\"probability\":0.9"),
          "qubit[1] q;\n#pragma braket noise generalized_amplitude_damping(0.1, 0.9) q[0]\n" },
        { ONE("\"type\":\"kraus\",\"targets\":[0],\"matrices\":[[[[1,0],[0,0]],[[0,0],[1,0]]]]"),
          "qubit[1] q;\n#pragma braket noise kraus([[1+0im, 0+0im], [0+0im, 1+0im]]) q[0]\n" },
        { "\"instructions\":[{\"type\":\"start_verbatim_box\"},{\"type\":\"x\",\"target\":0},"
          "{\"type\":\"end_verbatim_box\"}]",
          "qubit[1] q;\n#pragma braket verbatim\nbox {\nx q[0];\n}\n" },
        { "\"instructions\":[{\"type\":\"x\",\"target\":0}],\"basis_rotation_instructions\":"
          "[{\"type\":\"h\",\"target\":0}]",
          "qubit[1] q;\nx q[0];\nh q[0];\n" },
        { WANT("\"type\":\"statevector\""), X1 "#pragma braket result state_vector\n" },
        { WANT("\"type\":\"densitymatrix\",\"targets\":[1,0]"),
          X1 "#pragma braket result density_matrix q[1], q[0]\n" },
        { WANT("\"type\":\"probability\""), X1 "#pragma braket result probability\n" },
        { WANT("\"type\":\"amplitude\",\"states\":[\"00\",\"11\"]"),
          X1 "#pragma braket result amplitude \"00\", \"11\"\n" },
        { WANT("\"type\":\"expectation\",\"observable\":[\"z\"]"), X1 "#pragma braket result expectation z all\n" },
        { WANT("\"type\":\"variance\",\"observable\":[\"x\",\"y\"],\"targets\":[1,0]"),
          X1 "#pragma braket result variance x(q[1]) @ y(q[0])\n" },
        { WANT("\"type\":\"sample\",\"observable\":[[[[1,0],[0,0]],[[0,0],[-1,0]]]],\"targets\":[0]"),
          X1 "#pragma braket result sample hermitian([[1+0im, 0+0im], [0+0im, -1+0im]]) q[0]\n" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char text[1024];
        if (translate(rows[i].given, text, sizeof text) < 0)
            fail_msg("%s: %s", rows[i].given, text);
        assert_string_equal(text, rows[i].expect);
    }
}

TEST(jaqcd, what_is_wrong_is_told_with_its_place)
{
    static const struct {
        const char *given, *expect;
    } rows[] = {
        { "\"a\":1", "the program has no list 'instructions'" },
        { ONE("\"target\":0"), "instructions[0]: it has no type" },
        { ONE("\"type\":\"cx\",\"target\":0"), "instructions[0]: its type 'cx' is not known" },
        { ONE("\"type\":\"prx\",\"target\":0,\"angle\":1"), "instructions[0]: its type 'prx' is not known" },
        { ONE("\"type\":\"h\""), "instructions[0]: it names no qubit" },
        { ONE("\"type\":\"h\",\"target\":-1"), "instructions[0]: qubits are 64 indices at most, from 0 to 65535" },
        { ONE("\"type\":\"h\",\"target\":\"0\""), "instructions[0]: qubits are 64 indices at most, from 0 to 65535" },
        { ONE("\"type\":\"h\",\"target\":65536"), "instructions[0]: qubits are 64 indices at most, from 0 to 65535" },
        { ONE("\"type\":\"cnot\",\"target\":0"), "instructions[0]: cnot works on 2 qubits, not 1" },
        { ONE("\"type\":\"rx\",\"target\":0"), "instructions[0]: its member 'angle' is no number" },
        { ONE("\"type\":\"bit_flip\",\"target\":0,\"probability\":0.51"),
          "instructions[0]: its member 'probability' must be 0 to 0.5, not 0.51" },
        { ONE("\"type\":\"depolarizing\",\"target\":0,\"probability\":0.76"),
          "instructions[0]: its member 'probability' must be 0 to 0.75, not 0.76" },
        { ONE("\"type\":\"two_qubit_depolarizing\",\"targets\":[0,1],\"probability\":0.94"),
          "instructions[0]: its member 'probability' must be 0 to 0.9375, not 0.94" },
        { ONE("\"type\":\"amplitude_damping\",\"target\":0,\"gamma\":-0.1"),
          "instructions[0]: its member 'gamma' must be 0 to 1, not -0.1" },
        { ONE("\"type\":\"kraus\",\"targets\":[0]"), "instructions[0]: kraus needs a list of 1 to 16 'matrices'" },
        { ONE("\"type\":\"unitary\",\"targets\":[0],\"matrix\":[[[1,0],[0,0]]]"),
          "instructions[0]: its matrix is not square" },
        { ONE("\"type\":\"unitary\",\"targets\":[0],\"matrix\":[[[1,0],0],[0,0]]"),
          "instructions[0]: an entry of its matrix is no pair [re, im]" },
        { WANT("\"type\":\"entropy\""), "results[0]: its type 'entropy' is not known" },
        { WANT("\"type\":\"expectation\",\"observable\":[\"x\",\"y\"]"),
          "results[0]: its observable is no list of factors with a target each" },
        { WANT("\"type\":\"expectation\",\"observable\":[\"x\"],\"targets\":[0,1]"),
          "results[0]: its observable has fewer factors than targets" },
        { WANT("\"type\":\"expectation\",\"observable\":[\"x\",\"y\"],\"targets\":[0]"),
          "results[0]: factor 1 of its observable is wrong, or lacks a target" },
        { WANT("\"type\":\"amplitude\",\"states\":[\"0x\"]"), "results[0]: state 0 is no text of 0 and 1" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char text[1024];
        assert_int_equal(translate(rows[i].given, text, sizeof text), KT_E_INVALID);
        assert_string_equal(text, rows[i].expect);
    }
}
