/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_run.c - any bytes from text to result: parsed, played, simulated with shots and without, drawn, and every result
 * written. Nothing crashes, hangs or takes more than it may. */
#include "tests/fuzz/fuzz.h"

#include <ketch/run.h>

static void read_result(const kt_result *result)
{
    char *json = NULL, *braket = NULL;
    kt_error err = { 0 };
    fuzz_promise(kt_result_to_json(result, &json, &err) == 0, "a result can be written");
    int rc = kt_result_to_braket(result, &braket, &err);
    fuzz_promise(rc == 0 || rc == KT_E_UNSUPPORTED, "a result can be written for Braket, or it says why not");
    kt_text_free(json);
    kt_text_free(braket);
}

static void run(const kt_program *program, int64_t shots)
{
    const kt_run_options options = {
        .shots = shots, .has_seed = 1, .seed = 5, .threads = 1, .memory_bytes = 1 << 20, .limits = &fuzz_limits
    };
    kt_result *result = NULL;
    kt_diagnostics *found = NULL;
    kt_error err = { 0 };
    int rc = kt_run_program(program, NULL, &options, &result, &found, &err);
    if (rc == 0)
        read_result(result);
    else
        fuzz_check_error(rc, &err);
    kt_diagnostics_free(found);
    kt_result_free(result);
}

static void draw(const kt_program *program)
{
    kt_circuit *circuit = NULL;
    char *text = NULL, *qasm = NULL;
    kt_error err = { 0 };
    int rc = kt_program_circuit(program, NULL, &circuit, NULL, &err);
    if (rc == 0) {
        fuzz_promise(kt_circuit_draw_text(circuit, 80, &text, &err) == 0, "a circuit can be drawn");
        rc = kt_circuit_to_qasm(circuit, &qasm, &err);
    }
    if (rc < 0 && rc != KT_E_DYNAMIC)
        fuzz_check_error(rc, &err);
    kt_text_free(text);
    kt_text_free(qasm);
    kt_circuit_free(circuit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const kt_parse_options options = { .limits = &fuzz_limits };
    kt_program *program = NULL;
    kt_error err = { 0 };
    int rc = kt_program_parse((const char *)data, size, &options, &program, NULL, &err);
    if (rc == 0) {
        run(program, KT_SHOTS_DEFAULT);
        run(program, 3);
        draw(program);
    } else {
        fuzz_check_error(rc, &err);
    }
    kt_program_free(program);
    return 0;
}
