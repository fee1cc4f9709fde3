/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_braket.c - the part of `ketch run` that is not on this machine, and `ketch resume`: what the command line says,
 * handed to libketch. */
#include "cli/braket.h"

#include "cli/full.h"
#include "cli/show.h"
#include <ketch/run.h>
#include <string.h>

enum { TOP_DEFAULT = 32 };

bool kt_cli_is_local(const char *device)
{
    return device == NULL || strcmp(device, "local") == 0 || strncmp(device, "local:", 6) == 0;
}

typedef struct shown {
    kt_cli *cli;
    kt_show show;
} shown;

static int show_result(void *ctx, const kt_result *result, kt_buf *text, kt_error *err)
{
    const shown *s = ctx;
    kt_show_result(text, result, &s->show);
    return kt_buf_check(text, err, "the result as text");
}

int kt_cli_format(const kt_args *args, kt_run_format *out, kt_error *err)
{
    static const char *const names[] = { [KT_RUN_TEXT] = "text", [KT_RUN_JSON] = "json", [KT_RUN_BRAKET] = "braket" };
    const char *name = kt_args_value(args, "format");
    *out = kt_args_has(args, "json") ? KT_RUN_JSON : KT_RUN_TEXT;
    for (size_t i = 0; name != NULL && i < KT_COUNT(names); i++)
        if (strcmp(names[i], name) == 0) {
            *out = (kt_run_format)i;
            return 0;
        }
    return name == NULL
               ? 0
               : kt_fail(err, KT_E_INVALID, "--format '%.60s' is unknown; expected text, json or braket", name);
}

int kt_cli_call_braket(kt_cli *cli, const kt_args *args, const char *symbol, kt_run_args *run, kt_error *err)
{
    KT_FULL_OWN full = { 0 };
    kt_run_function *function = NULL;
    const bool to_terminal = kt_args_value(args, "output") == NULL;
    shown s = { .cli = cli, .show = { cli->width, cli->unicode, cli->out_colour && to_terminal, TOP_DEFAULT } };
    int rc = kt_cli_format(args, &run->format, err);
    if (rc == 0)
        rc = kt_args_uint(args, "top", 0, UINT64_MAX - 1, &s.show.top, err);
    if (rc == 0)
        rc = kt_full_open_for(&full, symbol, &function, err);
    if (rc < 0 || function == NULL)
        return rc;
    run->s3 = kt_args_value(args, "s3");
    run->region = kt_args_value(args, "region");
    run->profile = kt_args_value(args, "profile");
    run->endpoint_url = kt_args_value(args, "endpoint-url");
    run->state_dir = kt_args_value(args, "state");
    run->err_terminal = cli->err_terminal;
    run->show = show_result;
    run->ctx = &s;
    return function(run, err);
}

int kt_cmd_resume_braket(kt_cli *cli, const kt_args *args)
{
    kt_output output = { 0 };
    kt_error err = { 0 };
    kt_run_args run = { .run_id = args->operand_count > 0 ? args->operands[0] : NULL, .shots = KT_SHOTS_DEFAULT };
    int rc = kt_output_open(&output, cli, kt_args_value(args, "output"), &err);
    if (rc == 0) {
        run.out = output.out;
        rc = kt_cli_call_braket(cli, args, args->command->full_symbol, &run, &err);
    }
    const int closed = kt_output_close(&output, rc < 0 ? rc : 0, &err);
    return closed < 0 ? kt_cli_fail(cli, &err, NULL, kt_args_has(args, "json")) : rc;
}
