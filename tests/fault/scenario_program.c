/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_program.c - an OpenQASM program from its text to its results while allocations fail. */
#include "tests/fault/scenarios.h"

#include <ketch/run.h>

#include <string.h>

static const kt_limits limits = {
    .statements = 20000, .memory_bytes = 64 << 20, .register_bits = 4096, .array_elements = 65536
};

static int parse(const char *text, kt_program **out, uint64_t *digest, kt_error *err)
{
    kt_diagnostics *found = NULL;
    char *shown = NULL, *json = NULL;
    const kt_parse_options options = { .file_name = "scenario.qasm", .limits = &limits };
    int rc = kt_program_parse(text, strlen(text), &options, out, &found, err);
    *digest = scenario_digest(*digest, &rc, sizeof rc);
    int shown_rc = found == NULL ? KT_E_NOMEM : kt_diagnostics_text(found, 1, &shown, err);
    if (shown_rc == 0)
        shown_rc = kt_diagnostics_json(found, &json, err);
    kt_text_free(shown);
    kt_text_free(json);
    kt_diagnostics_free(found);
    return rc;
}

/* Its canonical text, and that text's. */
static int format_twice(const kt_program *program, uint64_t *digest, kt_error *err)
{
    char *once = NULL;
    kt_program *again = NULL;
    int rc = kt_program_format(program, &once, err);
    if (rc == 0) {
        *digest = scenario_digest(*digest, once, strlen(once));
        rc = parse(once, &again, digest, err);
    }
    kt_program_free(again);
    kt_text_free(once);
    return rc;
}

static int draw(const kt_program *program, uint64_t *digest, kt_error *err)
{
    kt_circuit *circuit = NULL;
    kt_diagnostics *found = NULL;
    char *text = NULL;
    int rc = kt_program_circuit(program, NULL, &circuit, &found, err);
    if (rc == 0)
        rc = kt_circuit_draw_text(circuit, 80, &text, err);
    if (rc == 0)
        *digest = scenario_digest(*digest, text, strlen(text));
    kt_text_free(text);
    kt_diagnostics_free(found);
    kt_circuit_free(circuit);
    return rc;
}

static int run(const kt_program *program, uint64_t *digest, kt_error *err)
{
    const kt_run_options options = {
        .shots = KT_SHOTS_DEFAULT, .has_seed = 1, .seed = 1, .threads = 1, .memory_bytes = 1 << 24, .limits = &limits
    };
    kt_result *result = NULL;
    kt_diagnostics *found = NULL;
    char *json = NULL;
    int rc = kt_run_program(program, NULL, &options, &result, &found, err);
    if (rc == 0) {
        size_t outcomes = kt_result_outcome_count(result);
        *digest = scenario_digest(*digest, &outcomes, sizeof outcomes);
        rc = kt_result_to_json(result, &json, err);
    }
    kt_text_free(json);
    kt_diagnostics_free(found);
    kt_result_free(result);
    return rc;
}

/* Each step is tried whatever became of the one before, but running out of memory ends it: programs that are wrong, or
 * that have no single circuit, are as good a test as others. */
int scenario_program(const char *text, uint64_t *digest, kt_error *err)
{
    static int (*const steps[])(const kt_program *, uint64_t *, kt_error *) = { format_twice, draw, run };
    kt_program *program = NULL;
    *digest = 0;
    int rc = parse(text, &program, digest, err);
    for (size_t i = 0; program != NULL && rc != KT_E_NOMEM && i < sizeof steps / sizeof *steps; i++) {
        rc = steps[i](program, digest, err);
        *digest = scenario_digest(*digest, &rc, sizeof rc);
    }
    kt_program_free(program);
    return rc;
}
