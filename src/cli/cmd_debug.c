/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_debug.c - `ketch debug` and `ketch debug sign`: what the command line says, checked; the signing
 * itself is libketch's. */
#include "base/sign_args.h"

#include "cli/cli.h"
#include "cli/full.h"
#include <string.h>

enum { EXPIRES_DEFAULT_S = 3600, EXPIRES_MOST_S = 7 * 24 * 3600 };

static int call(kt_cli *cli, const kt_args *args, const kt_sign_args *sign, kt_error *err)
{
    KT_FULL_OWN full = { 0 };
    kt_sign_function *function = NULL;
    const int rc = kt_full_open_for(&full, args->command->full_symbol, &function, err);
    if (rc < 0 || function == NULL)
        return rc;
    fflush(cli->out);
    return function(sign, err);
}

static int read_mode(const kt_args *args, kt_sign_args *out, kt_error *err)
{
    const char *mode = kt_args_value(args, "mode");
    if (mode != NULL && strcmp(mode, "header") != 0 && strcmp(mode, "query") != 0)
        return kt_fail(err, KT_E_INVALID, "--mode '%.60s' is none; expected header or query", mode);
    out->in_query = mode != NULL && strcmp(mode, "query") == 0;
    return 0;
}

static int read_sign(const kt_args *args, kt_sign_args *out, kt_error *err)
{
    *out = (kt_sign_args){ .timestamp = kt_args_value(args, "timestamp"),
                           .expires_s = EXPIRES_DEFAULT_S,
                           .access_key = kt_args_value(args, "access-key"),
                           .secret_key = kt_args_value(args, "secret-key"),
                           .session_token = kt_args_value(args, "session-token"),
                           .token_after = kt_args_has(args, "token-after"),
                           .keep_path = kt_args_has(args, "no-normalize"),
                           .sign_body = kt_args_has(args, "sign-body") };
    const struct {
        const char *option, **member;
    } wanted[] = { { "request", &out->request }, { "region", &out->region }, { "service", &out->service } };
    for (size_t i = 0; i < KT_COUNT(wanted); i++) {
        *wanted[i].member = kt_args_value(args, wanted[i].option);
        if (*wanted[i].member == NULL || **wanted[i].member == '\0')
            return kt_fail(err, KT_E_INVALID, "--%s is missing", wanted[i].option);
    }
    const int rc = read_mode(args, out, err);
    return rc < 0 ? rc : kt_args_uint(args, "expires", 1, EXPIRES_MOST_S, &out->expires_s, err);
}

/* The row that the commands below it are found under. */
int kt_cmd_debug(kt_cli *cli, const kt_args *args)
{
    kt_error err = { 0 };
    kt_fail(&err, KT_E_INVALID, "'ketch %s' needs to know what to look at; expected: ketch debug sign",
            args->command->name);
    return kt_cli_error(cli, &err);
}

int kt_cli_debug_sign(kt_cli *cli, const kt_args *args)
{
    kt_sign_args sign;
    kt_error err = { 0 };
    int rc = read_sign(args, &sign, &err);
    if (rc == 0)
        rc = call(cli, args, &sign, &err);
    return rc < 0 ? kt_cli_error(cli, &err) : rc;
}
