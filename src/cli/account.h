/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - commands that look at an account, from the command line. */
#ifndef KT_CLI_ACCOUNT_H
#define KT_CLI_ACCOUNT_H

#include "base/account_args.h"
#include "cli/cli.h"

/* Fills in what the command line says beyond `account` and calls the function of libketch: the exit status, or a
 * negative code. */
int kt_cli_call_account(kt_cli *cli, const kt_args *args, const char *symbol, kt_account_args *account, kt_error *err);

#endif
