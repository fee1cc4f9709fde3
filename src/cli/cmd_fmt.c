/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_fmt.c - `ketch fmt FILE...`: the canonical form, printed, compared or written back. Only the grammar is needed,
 * so a file is formatted even when what it includes is not there. */
#include "base/file.h"
#include "cli/load.h"
#include "qasm/diag.h"
#include <string.h>

/* Gives the source and its canonical form, which is to be freed with kt_text_free. */
static int format_file(kt_cli *cli, const char *path, const kt_settings *settings, kt_buf *source, char **out)
{
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_diagnostics) *diagnostics = NULL;
    kt_error err = { 0 };
    int rc = kt_load(path, settings, &program, &diagnostics, source, &err);
    if (rc == 0)
        rc = kt_program_format(program, out, &err);
    return rc < 0 ? kt_cli_fail(cli, &err, program == NULL ? diagnostics : NULL, false) : KT_EXIT_DONE;
}

static int compare(kt_cli *cli, const char *path, kt_view source, kt_view text)
{
    if (kt_view_equal(source, text))
        return KT_EXIT_DONE;
    fprintf(cli->out, "%s\n", path);
    return KT_EXIT_FAILED;
}

static int write_back(kt_cli *cli, const char *path, kt_view source, kt_view text)
{
    kt_error err = { 0 };
    if (kt_view_equal(source, text) || kt_file_write(path, text, &err) == 0)
        return KT_EXIT_DONE;
    return kt_cli_error(cli, &err);
}

static int handle(kt_cli *cli, const kt_args *args, const char *path, const kt_settings *settings)
{
    KT_BUF_OWN source;
    char *text = NULL;
    kt_buf_init(&source, 0);
    int status = format_file(cli, path, settings, &source, &text);
    if (status != KT_EXIT_DONE)
        return status;
    const kt_view formatted = kt_view_of(text);
    if (kt_args_has(args, "check"))
        status = compare(cli, path, kt_buf_view(&source), formatted);
    else if (kt_args_has(args, "write") && strcmp(path, "-") != 0)
        status = write_back(cli, path, kt_buf_view(&source), formatted);
    else
        fwrite(formatted.data, 1, formatted.length, cli->out);
    kt_text_free(text);
    return status;
}

int kt_cmd_fmt(kt_cli *cli, const kt_args *args)
{
    KT_SETTINGS_OWN settings = { 0 };
    kt_error err = { 0 };
    if (kt_settings_read(args, &settings, &err) < 0)
        return kt_cli_error(cli, &err);
    settings.syntax_only = true;
    int status = KT_EXIT_DONE;
    for (size_t i = 0; i < args->operand_count; i++) {
        const int file_status = handle(cli, args, args->operands[i], &settings);
        status = file_status > status ? file_status : status;
    }
    return status;
}
