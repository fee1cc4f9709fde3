/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_account.c - `ketch tasks`, `jobs`, `result` and `cancel`: what the command line says, handed to libketch. */
#include "cli/account.h"

#include "cli/braket.h"
#include "cli/full.h"
#include "cli/output.h"
#include "cli/show.h"
#include <stdlib.h>
#include <string.h>

enum { TOP_DEFAULT = 32, ROWS_DEFAULT = 50, WAIT_DEFAULT_S = 5, WAIT_MOST_S = 86400 };

static int show_result(void *ctx, const kt_result *result, kt_buf *text, kt_error *err)
{
    const kt_show *show = ctx;
    kt_show_result(text, result, show);
    return kt_buf_check(text, err, "the result as text");
}

static int read_numbers(const kt_args *args, kt_account_args *account, kt_show *show, kt_error *err)
{
    uint64_t wait_s = WAIT_DEFAULT_S;
    account->limit = ROWS_DEFAULT;
    int rc = kt_args_uint(args, "top", 0, UINT64_MAX - 1, &show->top, err);
    if (rc == 0)
        rc = kt_args_uint(args, "limit", 0, UINT64_MAX - 1, &account->limit, err);
    if (rc == 0)
        rc = kt_args_uint(args, "wait", 0, WAIT_MOST_S, &wait_s, err);
    account->wait_s = (int64_t)wait_s;
    return rc;
}

/* A region that is named twice is asked once. */
static size_t read_regions(const kt_args *args, const char **regions)
{
    const size_t given = kt_args_values(args, "region", regions);
    size_t count = 0;
    for (size_t i = 0; i < given; i++) {
        size_t known = 0;
        while (known < count && strcmp(regions[known], regions[i]) != 0)
            known++;
        if (known == count)
            regions[count++] = regions[i];
    }
    return count;
}

int kt_cli_call_account(kt_cli *cli, const kt_args *args, const char *symbol, kt_account_args *account, kt_error *err)
{
    KT_FULL_OWN full = { 0 };
    kt_account_function *function = NULL;
    const bool to_terminal = kt_args_value(args, "output") == NULL;
    kt_show show = { cli->width, cli->unicode, cli->out_colour && to_terminal, TOP_DEFAULT };
    const char **regions = calloc(args->given_count + 1, sizeof(*regions));
    int rc = regions == NULL ? kt_fail_nomem(err, args->given_count * sizeof(*regions), "regions")
                             : read_numbers(args, account, &show, err);
    if (rc == 0)
        rc = kt_cli_format(args, &account->format, err);
    if (rc == 0)
        rc = kt_full_open_for(&full, symbol, &function, err);
    if (rc == 0 && function != NULL) {
        account->regions = regions;
        account->region_count = read_regions(args, regions);
        account->device = kt_args_value(args, "device");
        account->status = kt_args_value(args, "status");
        account->day = kt_args_value(args, "day");
        account->tag = kt_args_value(args, "tag");
        account->type = kt_args_value(args, "type");
        account->all = kt_args_has(args, "all");
        account->profile = kt_args_value(args, "profile");
        account->endpoint_url = kt_args_value(args, "endpoint-url");
        account->colour = cli->out_colour && to_terminal;
        account->width = cli->width;
        account->show = show_result;
        account->ctx = &show;
        rc = function(account, err);
    }
    free(regions);
    return rc;
}

int kt_cli_account(kt_cli *cli, const kt_args *args)
{
    kt_output output = { 0 };
    kt_error err = { 0 };
    kt_account_args account = { .names = args->operands, .name_count = args->operand_count };
    int rc = kt_output_open(&output, cli, kt_args_value(args, "output"), &err);
    if (rc == 0) {
        account.out = output.out;
        rc = kt_cli_call_account(cli, args, args->command->full_symbol, &account, &err);
    }
    const int closed = kt_output_close(&output, rc < 0 ? rc : 0, &err);
    return closed < 0 ? kt_cli_fail(cli, &err, NULL, kt_args_has(args, "json")) : rc;
}
