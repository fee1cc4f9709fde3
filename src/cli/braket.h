/* SPDX-License-Identifier: Apache-2.0 */
/* braket.h - running on Braket, from the command line. */
#ifndef KT_CLI_BRAKET_H
#define KT_CLI_BRAKET_H

#include "base/run_args.h"
#include "cli/output.h"

/* NULL, "local", "local:..." */
bool kt_cli_is_local(const char *device);
/* --format, or --json. */
int kt_cli_format(const kt_args *args, kt_run_format *out, kt_error *err);
/* Fills in what the command line says and calls the function of libketch: the exit status, or a negative code. */
int kt_cli_call_braket(kt_cli *cli, const kt_args *args, const char *symbol, kt_run_args *run, kt_error *err);

#endif
