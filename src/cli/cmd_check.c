/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_check.c - `ketch check FILE...`: diagnostics of each file, on standard error, or all in one JSON object. */
#include "circuit/circuit.h"
#include "cli/load.h"
#include "qasm/diag.h"

/* Parses, and when every input has a value also executes the statements, which finds what depends on numbers.
 * *diagnostics stays NULL when there is nothing to be shown but err. */
static int check_file(const char *path, const kt_settings *settings, kt_diagnostics **diagnostics, kt_error *err)
{
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_circuit) *circuit = NULL;
    int rc = kt_load(path, settings, &program, diagnostics, NULL, err);
    if (rc < 0 || settings->syntax_only || kt_settings_miss_input(settings, program))
        return rc;
    kt_diagnostics_free(*diagnostics);
    *diagnostics = NULL;
    rc = kt_program_circuit(program, settings->inputs, &circuit, diagnostics, err);
    /* A program that decides by measured values is as right as any. */
    return rc == KT_E_DYNAMIC ? 0 : rc;
}

static void write_file(kt_jw *w, const char *path, int rc, const kt_diagnostics *diagnostics, const kt_error *err)
{
    kt_jw_object(w);
    kt_jw_key(w, "file");
    kt_jw_strz(w, path);
    kt_jw_key(w, "ok");
    kt_jw_bool(w, rc == 0);
    if (rc == 0 || (diagnostics != NULL && kt_diagnostics_count(diagnostics) > 0)) {
        kt_cli_write_diagnostics(w, rc == 0 ? NULL : diagnostics);
    } else {
        const kt_diagnostic whole_file = { .file = path, .message = err->message, .code = err->code };
        kt_jw_key(w, "diagnostics");
        kt_jw_array(w);
        kt_cli_write_diagnostic(w, &whole_file);
        kt_jw_close(w);
        kt_jw_key(w, "omitted");
        kt_jw_uint(w, 0);
    }
    kt_jw_close(w);
}

int kt_cmd_check(kt_cli *cli, const kt_args *args)
{
    KT_SETTINGS_OWN settings = { 0 };
    kt_error err = { 0 };
    const bool json = kt_args_has(args, "json");
    if (kt_settings_read(args, &settings, &err) < 0)
        return kt_cli_fail(cli, &err, NULL, json);
    kt_jw w;
    int status = KT_EXIT_DONE;
    kt_jw_init(&w, kt_out_file(cli->out), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "files");
    kt_jw_array(&w);
    for (size_t i = 0; i < args->operand_count; i++) {
        KT_OWN(kt_diagnostics) *diagnostics = NULL;
        kt_error_clear(&err);
        const int rc = check_file(args->operands[i], &settings, &diagnostics, &err);
        if (json)
            write_file(&w, args->operands[i], rc, diagnostics, &err);
        else if (rc < 0)
            kt_cli_fail(cli, &err, diagnostics, false);
        const int file_status = rc < 0 ? kt_code_exit(err.code) : KT_EXIT_DONE;
        status = file_status > status ? file_status : status;
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    if (json && kt_jw_end(&w, &err) < 0)
        return kt_cli_error(cli, &err);
    return status;
}
