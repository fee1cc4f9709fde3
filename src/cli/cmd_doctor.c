/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_doctor.c - `ketch doctor`: what the command line says, handed to libketch. */
#include "base/doctor_args.h"

#include "cli/cli.h"
#include "cli/full.h"
#include <ketch/version.h>

static int flush_out(void *ctx)
{
    return fflush(((kt_cli *)ctx)->out);
}

static int call(kt_cli *cli, const kt_args *args, kt_error *err)
{
    KT_FULL_OWN full = { 0 };
    kt_doctor_function *function = NULL;
    const kt_doctor_args doctor = { .s3 = kt_args_value(args, "s3"),
                                    .region = kt_args_value(args, "region"),
                                    .profile = kt_args_value(args, "profile"),
                                    .endpoint_url = kt_args_value(args, "endpoint-url"),
                                    .state_dir = kt_args_value(args, "state"),
                                    .program_version = KETCH_VERSION,
                                    .out = kt_out_file(cli->out),
                                    .flush = flush_out,
                                    .ctx = cli,
                                    .json = kt_args_has(args, "json"),
                                    .unicode = cli->unicode,
                                    .colour = cli->out_colour };
    const int rc = kt_full_open_for(&full, args->command->full_symbol, &function, err);
    return rc < 0 || function == NULL ? rc : function(&doctor, err);
}

int kt_cli_doctor(kt_cli *cli, const kt_args *args)
{
    kt_error err = { 0 };
    const int rc = call(cli, args, &err);
    return rc < 0 ? kt_cli_fail(cli, &err, NULL, kt_args_has(args, "json")) : rc;
}
