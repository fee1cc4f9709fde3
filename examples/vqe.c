/* SPDX-License-Identifier: Apache-2.0 */
/* vqe.c - the ground state energy of a two-qubit hydrogen molecule, by gradient descent on a parametrised circuit.
 * The circuit is built once with free parameters; every step binds them, runs it, and reads energy and gradient (the
 * adjoint method: all derivatives for about the price of three runs). Prints -1.1456 hartree, the Hamiltonian's lowest
 * eigenvalue, at the end.
 *     cc vqe.c $(pkg-config --cflags --libs ketch-core) -o vqe && ./vqe */
#include <ketch/circuit.h>
#include <ketch/run.h>

#include <stdio.h>

enum { STEPS = 60, PARAMETERS = 3, TERMS = 6, QUBITS = 2 };

/* The molecule in the Bravyi-Kitaev mapping, reduced to two qubits: coefficients as O'Malley et al., Phys. Rev. X 6,
 * 031007 (2016) tabulate them for a distance of 0.75 angstrom. */
static const kt_factor_arg z0 = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } };
static const kt_factor_arg z1 = { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 1 } };
static const kt_factor_arg identity = { .kind = KT_OBS_I, .qubit_count = 1, .qubits = { 0 } };
static const kt_factor_arg zz[] = { { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 0 } },
                                    { .kind = KT_OBS_Z, .qubit_count = 1, .qubits = { 1 } } };
static const kt_factor_arg xx[] = { { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 0 } },
                                    { .kind = KT_OBS_X, .qubit_count = 1, .qubits = { 1 } } };
static const kt_factor_arg yy[] = { { .kind = KT_OBS_Y, .qubit_count = 1, .qubits = { 0 } },
                                    { .kind = KT_OBS_Y, .qubit_count = 1, .qubits = { 1 } } };
static const kt_term_arg energy[TERMS] = {
    { 0.2252, 1, &identity }, { 0.3435, 1, &z0 }, { -0.4347, 1, &z1 },
    { 0.5716, 2, zz },        { 0.0910, 2, xx },  { 0.0910, 2, yy },
};

/* ry(a) and ry(b) on the qubits, an entangling gate, ry(c): enough for every real two-qubit state of this molecule. */
static int build_ansatz(kt_circuit *circuit, kt_error *err)
{
    int rc = kt_circuit_rotate(circuit, KT_GATE_RY, 0, KT_PARAM("a"), err);
    if (rc == 0)
        rc = kt_circuit_rotate(circuit, KT_GATE_RY, 1, KT_PARAM("b"), err);
    if (rc == 0)
        rc = kt_circuit_gate2(circuit, KT_GATE_CNOT, 0, 1, err);
    if (rc == 0)
        rc = kt_circuit_rotate(circuit, KT_GATE_RY, 1, KT_PARAM("c"), err);
    if (rc == 0)
        rc = kt_circuit_want_gradient(circuit, TERMS, energy, 0, NULL, err);
    return rc < 0 ? rc : 0;
}

/* Energy and gradient at `values`. */
static int evaluate(const kt_circuit *ansatz, const double *values, double *energy_out, double *gradient, kt_error *err)
{
    kt_circuit *bound = NULL;
    kt_result *result = NULL;
    const kt_run_options exact = { .shots = 0 };
    int rc = kt_circuit_bind(ansatz, values, &bound, err);
    if (rc == 0)
        rc = kt_run_circuit(bound, &exact, &result, err);
    if (rc == 0) {
        *energy_out = kt_result_gradient_expectation(result, 0);
        for (int p = 0; p < PARAMETERS; p++)
            gradient[p] = kt_result_gradient_value(result, 0, p);
    }
    kt_result_free(result);
    kt_circuit_free(bound);
    return rc;
}

static int descend(const kt_circuit *ansatz, kt_error *err)
{
    const double rate = 0.4;
    double values[PARAMETERS] = { 0.1, 2.8, 0.1 };
    double gradient[PARAMETERS], value = 0;
    for (int step = 0; step <= STEPS; step++) {
        int rc = evaluate(ansatz, values, &value, gradient, err);
        if (rc < 0)
            return rc;
        if (step % 20 == 0)
            printf("step %2d  energy %.4f\n", step, value);
        for (int p = 0; p < PARAMETERS; p++)
            values[p] -= rate * gradient[p];
    }
    return 0;
}

int main(void)
{
    kt_circuit *ansatz = NULL;
    kt_error err;
    int rc = kt_circuit_new(QUBITS, &ansatz, &err);
    if (rc == 0)
        rc = build_ansatz(ansatz, &err);
    if (rc == 0)
        rc = descend(ansatz, &err);
    if (rc < 0)
        fprintf(stderr, "vqe: %s\n", err.message);
    kt_circuit_free(ansatz);
    return rc == 0 ? 0 : kt_code_exit(rc);
}
