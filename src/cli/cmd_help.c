/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_help.c - `ketch help` and `ketch completion`: what the table of commands says, on standard output. */
#include "base/text.h"
#include "cli/help.h"

#include <errno.h>

static int print(kt_cli *cli, kt_buf *text)
{
    kt_error err = { 0 };
    if (kt_buf_check(text, &err, "help") < 0)
        return kt_cli_error(cli, &err);
    errno = 0;
    if (fwrite(text->data, 1, text->length, cli->out) == text->length)
        return KT_EXIT_DONE;
    kt_fail_sys(&err, KT_E_IO, errno, "can't write to standard output");
    return kt_cli_fail(cli, &err, NULL, false);
}

int kt_cmd_help(kt_cli *cli, const kt_args *args)
{
    KT_BUF_OWN text = { 0 };
    kt_error err = { 0 };
    const size_t count = args->operand_count;
    size_t used = 0;
    const kt_command *command = kt_command_find_words(count, args->operands, &used);
    if (count > 0 && (command == NULL || used < count)) {
        kt_fail(&err, KT_E_INVALID, "unknown command '%.80s%s%.80s'; 'ketch help' lists the commands",
                args->operands[0], count > 1 ? " " : "", count > 1 ? args->operands[1] : "");
        return kt_cli_error(cli, &err);
    }
    if (kt_args_has(args, "man"))
        kt_help_man(&text, command);
    else
        kt_help_text(&text, command, cli->width);
    return print(cli, &text);
}

int kt_cmd_completion(kt_cli *cli, const kt_args *args)
{
    KT_BUF_OWN text;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    if (!kt_help_completion(&text, args->operands[0])) {
        kt_fail(&err, KT_E_INVALID, "no completion for the shell '%.80s'; there are bash, zsh and fish",
                args->operands[0]);
        return kt_cli_error(cli, &err);
    }
    return print(cli, &text);
}
