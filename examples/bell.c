/* SPDX-License-Identifier: Apache-2.0 */
/* bell.c - a Bell pair from C: two qubits, 1000 shots, how often each outcome was seen.
 *     cc bell.c $(pkg-config --cflags --libs ketch-core) -o bell && ./bell */
#include <ketch/circuit.h>
#include <ketch/run.h>

#include <inttypes.h>
#include <stdio.h>

/* Adds the gates; each call says whether it worked, and `err` what went wrong. */
static int build_bell(kt_circuit *circuit, kt_error *err)
{
    int rc = kt_circuit_gate1(circuit, KT_GATE_H, 0, err);
    if (rc == 0)
        rc = kt_circuit_gate2(circuit, KT_GATE_CNOT, 0, 1, err);
    return rc;
}

static void print_counts(const kt_result *result)
{
    char bits[3]; /* one character a measured qubit, and the NUL */
    for (size_t i = 0; i < kt_result_outcome_count(result); i++) {
        uint64_t times = kt_result_outcome(result, i, bits);
        printf("%s %" PRIu64 "\n", bits, times);
    }
}

int main(void)
{
    kt_circuit *circuit = NULL;
    kt_result *result = NULL;
    kt_error err;
    kt_run_options options = { .shots = 1000, .has_seed = 1, .seed = 7 };

    int rc = kt_circuit_new(2, &circuit, &err);
    if (rc == 0)
        rc = build_bell(circuit, &err);
    if (rc == 0)
        rc = kt_run_circuit(circuit, &options, &result, &err);
    if (rc == 0)
        print_counts(result);
    else
        fprintf(stderr, "bell: %s\n", err.message);
    kt_result_free(result);
    kt_circuit_free(circuit);
    return rc == 0 ? 0 : kt_code_exit(rc);
}
