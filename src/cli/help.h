/* SPDX-License-Identifier: Apache-2.0 */
/* help.h - help, manual pages and shell completions, all read from the table of commands. */
#ifndef KT_CLI_HELP_H
#define KT_CLI_HELP_H

#include "base/buf.h"
#include "cli/cli.h"

/* The buffers remember their failures; check with kt_buf_check. command NULL: the program as a whole. */
void kt_help_text(kt_buf *out, const kt_command *command, int width);
void kt_help_man(kt_buf *out, const kt_command *command);
/* shell: "bash", "zsh" or "fish"; false for another. */
bool kt_help_completion(kt_buf *out, const char *shell);

/* The options that every command takes, which are not in its rows. */
extern const kt_option kt_common_options[];
extern const size_t kt_common_option_count;

#endif
