/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_json.c - any bytes as the values of a program's inputs: a JSON object, or an assignment such as theta=0.3. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Uses every kind of input, so that values of every kind are converted. */
static const char source[] = "OPENQASM 3; input float theta; input int n; input bit[4] b; input angle[8] a;"
                             "input bool t; input array[int[8], 3] v; qubit q; rx(theta) q; if (t) x q;"
                             "rz(a) q; for int i in [0:2] { rx(v[i]) q; } if (n == 3 && b[0]) h q;";

static void use(const kt_program *program, const kt_inputs *inputs)
{
    kt_circuit *circuit = NULL;
    kt_error err = { 0 };
    int rc = kt_program_circuit(program, inputs, &circuit, NULL, &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    kt_circuit_free(circuit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kt_program *program = NULL;
    kt_inputs *inputs = NULL;
    kt_error err = { 0 };
    char *assignment = malloc(size + 1);
    fuzz_promise(kt_program_parse(source, sizeof source - 1, NULL, &program, NULL, &err) == 0, err.message);
    if (assignment == NULL || kt_inputs_new(&inputs, &err) < 0)
        abort();
    memcpy(assignment, data, size);
    assignment[size] = '\0';
    int rc = kt_inputs_json(inputs, (const char *)data, size, &err);
    if (rc < 0) {
        fuzz_check_error(rc, &err);
        rc = kt_inputs_assign(inputs, assignment, &err);
    }
    if (rc == 0)
        use(program, inputs);
    else
        fuzz_check_error(rc, &err);
    free(assignment);
    kt_inputs_free(inputs);
    kt_program_free(program);
    return 0;
}
