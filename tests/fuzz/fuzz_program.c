/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_program.c - any bytes as a program: parsed, shown what is wrong, or printed canonically; what was printed
 * parses, and prints as itself. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

static char *formatted(const kt_program *program)
{
    char *text = NULL;
    kt_error err = { 0 };
    int rc = kt_program_format(program, &text, &err);
    fuzz_promise(rc == 0, err.message);
    return text;
}

static void check_printing(const kt_program *program, const kt_parse_options *options)
{
    kt_program *again = NULL;
    kt_error err = { 0 };
    char *once = formatted(program);
    int rc = kt_program_parse(once, strlen(once), options, &again, NULL, &err);
    if (rc < 0 && rc != KT_E_LIMIT) /* indentation may make it longer than its limit */
        fprintf(stderr, "%s\n---\n%s\n", err.message, once);
    fuzz_promise(rc == 0 || rc == KT_E_LIMIT, "what the printer prints parses");
    if (rc == 0) {
        char *twice = formatted(again);
        fuzz_promise(strcmp(once, twice) == 0, "canonical text prints as itself");
        kt_text_free(twice);
    }
    kt_program_free(again);
    kt_text_free(once);
}

static void check_diagnostics(kt_diagnostics *found, int rc)
{
    char *text = NULL, *json = NULL;
    fuzz_promise(found != NULL && (kt_diagnostics_count(found) > 0 || rc == 0), "an error has a diagnostic");
    fuzz_promise(kt_diagnostics_text(found, 0, &text, NULL) == 0, "diagnostics can be shown");
    fuzz_promise(kt_diagnostics_json(found, &json, NULL) == 0, "diagnostics can be written");
    kt_text_free(text);
    kt_text_free(json);
    kt_diagnostics_free(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int syntax_only = 0; syntax_only <= 1; syntax_only++) {
        const kt_parse_options options = { .syntax_only = syntax_only, .limits = &fuzz_limits };
        kt_program *program = NULL;
        kt_diagnostics *found = NULL;
        kt_error err = { 0 };
        int rc = kt_program_parse((const char *)data, size, &options, &program, &found, &err);
        if (rc == 0)
            check_printing(program, &options);
        else
            fuzz_check_error(rc, &err);
        check_diagnostics(found, rc);
        kt_program_free(program);
    }
    return 0;
}
