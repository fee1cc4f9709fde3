/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_sandbox.c - `ketch sandbox` and `ketch sandbox bill`: what the command line says, checked as far as it can be
 * without the sandbox itself, which is libketch's. */
#include "base/sandbox_args.h"

#include "cli/cli.h"
#include "cli/full.h"
#include <stdlib.h>
#include <string.h>

enum { ACCOUNT_DIGITS = 12 };

static const char default_listen[] = "127.0.0.1:4567";

/* The work itself: the function of libketch that the command's row names. */
static int call(kt_cli *cli, const kt_args *args, const kt_sandbox_args *sandbox, kt_error *err)
{
    KT_FULL_OWN full = { 0 };
    kt_sandbox_function *function = NULL;
    const int rc = kt_full_open_for(&full, args->command->full_symbol, &function, err);
    if (rc < 0 || function == NULL)
        return rc;
    fflush(cli->out);
    return function(sandbox, err);
}

/* The option's value, which must not be empty: an empty one is mostly a shell variable that was never set. */
static int read_text(const kt_args *args, const char *option, const char **out, kt_error *err)
{
    const char *value = kt_args_value(args, option);
    if (value == NULL)
        return 0;
    if (value[0] == '\0')
        return kt_fail(err, KT_E_INVALID, "--%s is empty", option);
    *out = value;
    return 0;
}

static int check_account(const char *account, kt_error *err)
{
    if (account == NULL || (strlen(account) == ACCOUNT_DIGITS && strspn(account, "0123456789") == ACCOUNT_DIGITS))
        return 0;
    return kt_fail(err, KT_E_INVALID, "--account '%.60s' is no account's number; expected %d digits such as %s",
                   account, ACCOUNT_DIGITS, "123456789012");
}

/* What is wrong with a key is said without showing it. */
static int read_keys(const kt_args *args, const char **keys, kt_sandbox_args *out, kt_error *err)
{
    out->keys = keys;
    out->key_count = kt_args_values(args, "key", keys);
    out->no_auth = kt_args_has(args, "no-auth");
    for (size_t i = 0; i < out->key_count; i++) {
        const char *colon = strchr(keys[i], ':');
        if (colon == NULL || colon == keys[i] || colon[1] == '\0')
            return kt_fail(err, KT_E_INVALID, "--key: number %zu is none; expected ID:SECRET, both of them there",
                           i + 1);
    }
    if (out->no_auth && out->key_count > 0)
        return kt_fail(err, KT_E_INVALID, "--no-auth takes any request, so --key means nothing; give one of them");
    return 0;
}

static int read_sandbox(const kt_args *args, const char **keys, kt_sandbox_args *out, kt_error *err)
{
    *out = (kt_sandbox_args){ .listen = default_listen,
                              .command = args->tail,
                              .fsync = kt_args_has(args, "fsync"),
                              .json = kt_args_has(args, "json"),
                              .verbose = kt_args_has(args, "verbose") };
    const struct {
        const char *option, **member;
    } texts[] = {
        { "listen", &out->listen }, { "state", &out->state_dir },   { "account", &out->account },
        { "quotas", &out->quotas }, { "scenario", &out->scenario }, { "devices", &out->devices_dir },
    };
    int rc = 0;
    for (size_t i = 0; i < KT_COUNT(texts) && rc == 0; i++)
        rc = read_text(args, texts[i].option, texts[i].member, err);
    if (rc == 0)
        rc = check_account(out->account, err);
    if (rc == 0 && out->json && out->command != NULL)
        rc = kt_fail(err, KT_E_INVALID,
                     "with a command, standard output is the command's own, which finds in its environment what --json "
                     "would tell; give one of them");
    return rc < 0 ? rc : read_keys(args, keys, out, err);
}

int kt_cli_sandbox(kt_cli *cli, const kt_args *args)
{
    kt_sandbox_args sandbox;
    kt_error err = { 0 };
    const char **keys = calloc(args->given_count + 1, sizeof(*keys));
    int rc = keys == NULL ? kt_fail_nomem(&err, args->given_count * sizeof(*keys), "the keys")
                          : read_sandbox(args, keys, &sandbox, &err);
    if (rc == 0)
        rc = call(cli, args, &sandbox, &err);
    free(keys);
    return rc < 0 ? kt_cli_fail(cli, &err, NULL, kt_args_has(args, "json")) : rc;
}

int kt_cli_sandbox_bill(kt_cli *cli, const kt_args *args)
{
    kt_sandbox_args sandbox = { .listen = default_listen, .json = kt_args_has(args, "json") };
    kt_error err = { 0 };
    int rc = 0;
    if (kt_args_has(args, "listen") && kt_args_has(args, "endpoint"))
        rc = kt_fail(&err, KT_E_INVALID, "--listen and --endpoint name two places; give one of them");
    if (rc == 0)
        rc = read_text(args, "listen", &sandbox.listen, &err);
    if (rc == 0)
        rc = read_text(args, "endpoint", &sandbox.endpoint, &err);
    if (rc == 0)
        rc = call(cli, args, &sandbox, &err);
    return rc < 0 ? kt_cli_fail(cli, &err, NULL, sandbox.json) : rc;
}
