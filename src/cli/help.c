/* SPDX-License-Identifier: Apache-2.0 */
/* help.c - the table of commands as help in a terminal and as manual pages. Completions: completion.c. */
#include "cli/help.h"

#include "base/view.h"
#include <ketch/version.h>
#include <stdio.h>
#include <string.h>

enum { NAME_COLUMN = 2, TEXT_COLUMN = 28, WIDEST_TEXT = 100 };

static const char program_about[] =
    "Runs quantum circuits written in OpenQASM, on Amazon Braket's terms, on the machine in front of you.";

/* Words of text, folded; the first line starts where the cursor is (`column`), the others at `indent`. */
static void add_folded(kt_buf *out, const char *text, int column, int indent, int width)
{
    width = width > WIDEST_TEXT ? WIDEST_TEXT : width;
    const char *at = text;
    bool line_is_empty = true;
    while (*at != '\0') {
        if (at[0] == '\n') {
            kt_buf_adds(out, "\n\n");
            kt_buf_fill(out, " ", (size_t)indent);
            column = indent;
            line_is_empty = true;
            at += strspn(at, "\n");
            continue;
        }
        const int length = (int)strcspn(at, " \n");
        if (!line_is_empty && column + 1 + length > width) {
            kt_buf_addc(out, '\n');
            kt_buf_fill(out, " ", (size_t)indent);
            column = indent;
            line_is_empty = true;
        }
        if (!line_is_empty) {
            kt_buf_addc(out, ' ');
            column++;
        }
        kt_buf_add(out, at, (size_t)length);
        column += length;
        line_is_empty = false;
        at += length;
        at += strspn(at, " ");
    }
    kt_buf_addc(out, '\n');
}

/* A name in the left column and its text in the right one; a name that is too long gets a line of its own. */
static void add_entry(kt_buf *out, const char *name, const char *text, int width)
{
    kt_buf_fill(out, " ", NAME_COLUMN);
    kt_buf_adds(out, name);
    int column = NAME_COLUMN + (int)strlen(name);
    if (column + 2 > TEXT_COLUMN) {
        kt_buf_addc(out, '\n');
        column = 0;
    }
    kt_buf_fill(out, " ", (size_t)(TEXT_COLUMN - column));
    add_folded(out, text, TEXT_COLUMN, TEXT_COLUMN, width);
}

/* "-o, --output FILE" */
static void option_name(const kt_option *option, char *text, size_t bytes)
{
    char letter[8] = "    ";
    if (option->letter != 0)
        snprintf(letter, sizeof(letter), "-%c, ", option->letter);
    snprintf(text, bytes, "%s--%s%s%s", letter, option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
}

static void add_options(kt_buf *out, const kt_option *options, size_t count, int width)
{
    for (size_t i = 0; i < count; i++) {
        char name[64];
        option_name(&options[i], name, sizeof(name));
        add_entry(out, name, options[i].about, width);
    }
}

static void add_exits(kt_buf *out, const char *exits, int width)
{
    for (const char *at = exits; *at != '\0'; at++)
        add_entry(out, (char[]){ *at, '\0' }, kt_exit_text(*at - '0'), width);
}

static void program_help(kt_buf *out, int width)
{
    kt_buf_adds(out, "usage: ketch COMMAND [OPTION]... [FILE]...\n\n");
    add_folded(out, program_about, 0, 0, width);
    kt_buf_adds(out, "\ncommands:\n");
    for (size_t i = 0; i < kt_command_count; i++)
        add_entry(out, kt_commands[i].name, kt_commands[i].summary, width);
    kt_buf_adds(out, "\n'ketch COMMAND --help' tells more about a command, 'ketch --version' the version.\n");
}

void kt_help_text(kt_buf *out, const kt_command *command, int width)
{
    if (command == NULL) {
        program_help(out, width);
        return;
    }
    kt_buf_addf(out, "usage: ketch %s [OPTION]...%s%s\n\n", command->name, command->operands[0] != '\0' ? " " : "",
                command->operands);
    add_folded(out, command->about, 0, 0, width);
    kt_buf_adds(out, "\noptions:\n");
    add_options(out, command->options, command->option_count, width);
    add_options(out, kt_common_options, kt_common_option_count, width);
    if (command->example_count > 0)
        kt_buf_adds(out, "\nexamples:\n");
    for (size_t i = 0; i < command->example_count; i++)
        kt_buf_addf(out, "  %s\n      %s\n", command->examples[i].line, command->examples[i].about);
    kt_buf_adds(out, "\nexit status:\n");
    add_exits(out, command->exits, width);
}

/* Text for roff: a backslash, a dash and double quotes (a macro's argument would lose them) are escaped, and a line may
 * not begin with a dot or quote. */
static void add_roff(kt_buf *out, const char *text)
{
    bool line_begins = true;
    for (const char *at = text; *at != '\0'; at++) {
        if (line_begins && (*at == '.' || *at == '\''))
            kt_buf_adds(out, "\\&");
        line_begins = *at == '\n';
        if (*at == '\\')
            kt_buf_adds(out, "\\e");
        else if (*at == '-')
            kt_buf_adds(out, "\\-");
        else if (*at == '"')
            kt_buf_adds(out, "\\(dq");
        else if (at[0] == '\n' && at[1] == '\n')
            kt_buf_adds(out, "\n.PP");
        else
            kt_buf_addc(out, *at);
    }
}

static void add_roff_tag(kt_buf *out, const char *tag, const char *text)
{
    kt_buf_adds(out, ".TP\n.B ");
    add_roff(out, tag);
    kt_buf_addc(out, '\n');
    add_roff(out, text);
    kt_buf_addc(out, '\n');
}

static void add_roff_options(kt_buf *out, const kt_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[64];
        option_name(&options[i], name, sizeof(name));
        add_roff_tag(out, name + strspn(name, " "), options[i].about);
    }
}

static void add_roff_head(kt_buf *out, const char *page, const char *summary)
{
    char title[64] = "";
    for (size_t i = 0; page[i] != '\0' && i + 1 < sizeof(title); i++)
        title[i] = page[i] >= 'a' && page[i] <= 'z' ? (char)(page[i] - 'a' + 'A') : page[i];
    kt_buf_adds(out, ".\\\" SPDX-License-Identifier: Apache-2.0\n.\\\" Made by 'ketch help --man' from the table of "
                     "commands (src/cli/commands.c).\n.TH ");
    add_roff(out, title);
    kt_buf_addf(out, " 1 \"\" \"ketch %s\" \"Ketch Manual\"\n.SH NAME\n", KETCH_VERSION);
    add_roff(out, page);
    kt_buf_adds(out, " \\- ");
    add_roff(out, summary);
    kt_buf_adds(out, "\n.SH SYNOPSIS\n");
}

/* "ketch-sandbox-bill" */
static void page_name(const kt_command *command, char *page, size_t bytes)
{
    snprintf(page, bytes, "ketch-%s", command->name);
    for (char *at = page; *at != '\0'; at++)
        if (*at == ' ')
            *at = '-';
}

static void program_man(kt_buf *out)
{
    add_roff_head(out, "ketch", "run quantum circuits");
    kt_buf_adds(out, ".B ketch\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.SH DESCRIPTION\n");
    add_roff(out, program_about);
    kt_buf_adds(out, "\n.SH COMMANDS\n");
    for (size_t i = 0; i < kt_command_count; i++) {
        char page[64];
        page_name(&kt_commands[i], page, sizeof(page) - sizeof("(1)"));
        strcat(page, "(1)");
        add_roff_tag(out, page, kt_commands[i].summary);
    }
    kt_buf_adds(out, ".SH EXIT STATUS\n");
    for (int status = 0; kt_exit_text(status) != NULL; status++)
        add_roff_tag(out, (char[]){ (char)('0' + status), '\0' }, kt_exit_text(status));
    kt_buf_adds(out, ".SH ENVIRONMENT\n");
    add_roff_tag(out, "NO_COLOR", "no colour when it is set and not empty");
    add_roff_tag(out, "COLUMNS", "the width to fold at when there is no terminal to ask");
}

static void add_roff_examples(kt_buf *out, const kt_command *command)
{
    if (command->example_count == 0)
        return;
    kt_buf_adds(out, ".SH EXAMPLES\n");
    for (size_t i = 0; i < command->example_count; i++)
        add_roff_tag(out, command->examples[i].line, command->examples[i].about);
}

void kt_help_man(kt_buf *out, const kt_command *command)
{
    if (command == NULL) {
        program_man(out);
        return;
    }
    char page[64];
    page_name(command, page, sizeof(page));
    add_roff_head(out, page, command->summary);
    kt_buf_addf(out, ".B ketch %s\n[\\fIOPTION\\fR]...\n", command->name);
    if (command->operands[0] != '\0')
        kt_buf_addf(out, ".I %s\n", command->operands);
    kt_buf_adds(out, ".SH DESCRIPTION\n");
    add_roff(out, command->about);
    kt_buf_adds(out, "\n.SH OPTIONS\n");
    add_roff_options(out, command->options, command->option_count);
    add_roff_options(out, kt_common_options, kt_common_option_count);
    add_roff_examples(out, command);
    kt_buf_adds(out, ".SH EXIT STATUS\n");
    for (const char *at = command->exits; *at != '\0'; at++)
        add_roff_tag(out, (char[]){ *at, '\0' }, kt_exit_text(*at - '0'));
    kt_buf_adds(out, ".SH SEE ALSO\n.BR ketch (1)\n");
}
