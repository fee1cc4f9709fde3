/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_circuit.c - circuits built, bound, drawn, printed and run from C while allocations fail. */
#include "tests/fault/scenarios.h"

#include <ketch/run.h>

#include <string.h>

static const int all_qubits[] = { 0, 1, 2 };

static int add_gates(kt_circuit *c, kt_error *err)
{
    static const kt_complex swap_like[16] = { [0] = { 1, 0 }, [6] = { 1, 0 }, [9] = { 1, 0 }, [15] = { 0, 1 } };
    static const int control_states[] = { 0 };
    static const kt_angle_arg angles[] = { { 0.25, "theta", 2 } };
    const kt_gate_spec spec = { .gate = KT_GATE_RX,
                                .control_count = 1,
                                .controls = &all_qubits[0],
                                .control_states = control_states,
                                .qubits = &all_qubits[1],
                                .angles = angles,
                                .power = -1 };
    int rc = kt_circuit_gate1(c, KT_GATE_H, 0, err);
    if (rc == 0)
        rc = kt_circuit_gate2(c, KT_GATE_CNOT, 0, 1, err);
    if (rc == 0)
        rc = kt_circuit_rotate(c, KT_GATE_RY, 2, KT_PARAM("phi"), err);
    if (rc == 0)
        rc = kt_circuit_gate_spec(c, &spec, err);
    if (rc == 0)
        rc = kt_circuit_unitary(c, 2, all_qubits, swap_like, err);
    if (rc == 0)
        rc = kt_circuit_barrier(c, 3, all_qubits, err);
    return rc;
}

static int add_noise(kt_circuit *c, kt_error *err)
{
    static const kt_complex kraus[] = { { 0.6, 0 }, { 0, 0 },   { 0, 0 },   { 0.6, 0 },
                                        { 0, 0 },   { 0.8, 0 }, { 0.8, 0 }, { 0, 0 } };
    static const double probability[] = { 0.1 };
    int rc = kt_circuit_noise(c, KT_NOISE_BIT_FLIP, all_qubits, probability, err);
    if (rc == 0)
        rc = kt_circuit_kraus(c, 1, &all_qubits[1], 2, kraus, err);
    return rc;
}

static int add_wants(kt_circuit *c, kt_error *err)
{
    static const kt_factor_arg zx[] = { { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } },
                                        { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 2 } } };
    static const kt_term_arg terms[] = { { 1, 2, zx }, { -0.5, 1, &zx[0] } };
    int rc = kt_circuit_want_probability(c, 2, all_qubits, err);
    if (rc >= 0)
        rc = kt_circuit_want_expectation(c, 1, terms, err);
    if (rc >= 0)
        rc = kt_circuit_want_variance(c, terms, err);
    if (rc >= 0)
        rc = kt_circuit_want_density_matrix(c, 0, NULL, err);
    return rc < 0 ? rc : 0;
}

/* Takes the text of a call that returned rc. */
static int add_text(uint64_t *digest, int rc, char *take_text)
{
    if (rc == 0 && take_text != NULL)
        *digest = scenario_digest(*digest, take_text, strlen(take_text));
    kt_text_free(take_text);
    return rc;
}

static int show(const kt_circuit *c, uint64_t *digest, kt_error *err)
{
    char *text = NULL, *svg = NULL, *qasm = NULL;
    int rc = kt_circuit_draw_text(c, 60, &text, err);
    rc = add_text(digest, rc, text);
    if (rc == 0) {
        rc = kt_circuit_draw_svg(c, &svg, err);
        rc = add_text(digest, rc, svg);
    }
    if (rc == 0) {
        rc = kt_circuit_to_qasm(c, &qasm, err);
        rc = add_text(digest, rc, qasm);
    }
    return rc;
}

static int simulate(const kt_circuit *c, int64_t shots, uint64_t *digest, kt_error *err)
{
    const kt_run_options options = { .shots = shots, .has_seed = 1, .seed = 3, .threads = 1, .memory_bytes = 1 << 24 };
    kt_result *result = NULL;
    char *json = NULL, *braket = NULL;
    int rc = kt_run_circuit(c, &options, &result, err);
    for (size_t i = 0; rc == 0 && i < kt_result_value_count(result); i++) {
        size_t count = 0;
        const double *numbers = kt_result_numbers(result, i, &count);
        if (numbers != NULL)
            *digest = scenario_digest(*digest, numbers, count * sizeof *numbers);
    }
    if (rc == 0)
        rc = kt_result_to_json(result, &json, err);
    if (rc == 0)
        rc = kt_result_to_braket(result, &braket, err);
    kt_text_free(json);
    kt_text_free(braket);
    kt_result_free(result);
    return rc;
}

static int use_circuit(const char *argument, uint64_t *digest, kt_error *err)
{
    static const double values[] = { 0.4, 1.1 };
    kt_circuit *c = NULL, *bound = NULL;
    *digest = 0;
    int rc = kt_circuit_new(3, &c, err);
    if (rc == 0)
        rc = add_gates(c, err);
    if (rc == 0 && strchr(argument, 'n') != NULL)
        rc = add_noise(c, err);
    if (rc == 0 && strchr(argument, 'w') != NULL)
        rc = add_wants(c, err);
    if (rc == 0 && strchr(argument, 'm') != NULL)
        rc = kt_circuit_measure(c, 1, 0, err);
    if (rc == 0)
        rc = show(c, digest, err);
    if (rc == 0)
        rc = kt_circuit_bind(c, values, &bound, err);
    if (rc == 0)
        rc = simulate(bound, strchr(argument, 'm') != NULL ? 50 : 0, digest, err);
    kt_circuit_free(bound);
    kt_circuit_free(c);
    return rc;
}

static int use_gradient(const char *argument, uint64_t *digest, kt_error *err)
{
    (void)argument;
    static const char *const parameters[] = { "phi", "theta" };
    static const kt_factor_arg z = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 2 } };
    static const kt_term_arg term = { 1, 1, &z };
    static const double values[] = { 0.4, 1.1 };
    kt_circuit *c = NULL, *bound = NULL;
    *digest = 0;
    int rc = kt_circuit_new(3, &c, err);
    if (rc == 0)
        rc = add_gates(c, err);
    if (rc == 0)
        rc = kt_circuit_want_gradient(c, 1, &term, 2, parameters, err);
    if (rc >= 0)
        rc = kt_circuit_bind(c, values, &bound, err);
    if (rc == 0)
        rc = simulate(bound, 0, digest, err);
    kt_circuit_free(bound);
    kt_circuit_free(c);
    return rc;
}

const scenario circuit_scenarios[] = {
    { "circuit: built, drawn and run exactly", use_circuit, "w" },
    { "circuit: with noise, built, drawn and run", use_circuit, "nw" },
    { "circuit: measured and sampled", use_circuit, "m" },
    { "circuit: gradient by parameters", use_gradient, NULL },
    { NULL, NULL, NULL },
};
