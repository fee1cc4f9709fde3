/* SPDX-License-Identifier: Apache-2.0 */
/* cli.h - what every command of `ketch` shares: where it writes, what the command line said, how it ends.
 * A command is a row in commands.c and a function kt_cmd_NAME in cmd_NAME.c that returns the exit status. */
#ifndef KT_CLI_CLI_H
#define KT_CLI_CLI_H

#include "base/json.h"
#include <ketch/program.h>
#include <stdio.h>

/* Where the program writes and what can be shown there. */
typedef struct kt_cli {
    FILE *out, *err;
    bool out_terminal, err_terminal;
    bool out_colour, err_colour; /* a terminal, and NO_COLOR does not forbid it */
    bool unicode;                /* the locale's characters are UTF-8 */
    int width;                   /* columns of the terminal; 80 when there is none */
} kt_cli;

typedef enum kt_option_kind {
    KT_OPTION_FLAG,  /* takes no value */
    KT_OPTION_VALUE, /* --name VALUE or --name=VALUE; given twice, the last one counts */
    KT_OPTION_LIST   /* the same; every one counts */
} kt_option_kind;

typedef struct kt_option {
    const char *name; /* without the dashes */
    char letter;      /* 'o' for -o, or 0 */
    kt_option_kind kind;
    const char *value; /* what stands for the value in help: "FILE"; NULL for a flag */
    const char *words; /* for completion: "local local:sv", "@file", or NULL */
    const char *about; /* lower-case start, no full stop */
} kt_option;

typedef struct kt_example {
    const char *line, *about;
} kt_example;

typedef struct kt_args kt_args;

typedef struct kt_command {
    const char *name;     /* "run"; two words for a command below another one: "sandbox bill" */
    const char *summary;  /* one line */
    const char *operands; /* behind the options in the synopsis: "FILE..." */
    const char *about;    /* paragraphs, "\n\n" between them */
    const kt_option *options;
    size_t option_count;
    int operands_least, operands_most; /* INT_MAX: any number */
    bool tail;                         /* what stands behind "--" is a command line of its own, no operands */
    const char *operand_words;         /* for completion, as in kt_option */
    const char *exits;                 /* exit statuses it can end with: "012367" */
    const kt_example *examples;
    size_t example_count;
    const char *full_symbol; /* the function of libketch that does the work (cli/full.h); NULL: none is needed */
    int (*run)(kt_cli *cli, const kt_args *args);
} kt_command;

/* The one table, in the order in which help lists it. */
extern const kt_command kt_commands[];
extern const size_t kt_command_count;
const kt_command *kt_command_find(const char *name); /* NULL when there is none */
/* The command that the first word or the first two name, and how many words that took; NULL when there is none. */
const kt_command *kt_command_find_words(size_t count, const char *const words[], size_t *used);
const char *kt_exit_text(int status); /* "bad usage or input"; NULL behind the last */
enum { KT_EXIT_DONE = 0, KT_EXIT_FAILED = 1, KT_EXIT_USAGE = 2 };

/* What stood on the command line behind the command's name; values are borrowed from argv. */
struct kt_args {
    const kt_command *command;
    struct kt_given {
        const kt_option *option;
        const char *value; /* NULL for a flag */
    } * given;             /* in the order given */
    size_t given_count;
    const char **operands;
    size_t operand_count;
    char *const *tail; /* the words behind "--" of a command with a tail, a part of argv; NULL: there was none */
};
/* argv: the words behind the command's name; for a command with a tail argv[argc] is NULL, as main gets it. Free with
 * kt_args_fini, after a failure too. */
int kt_args_parse(const kt_command *command, int argc, char **argv, kt_args *args, kt_error *err);
void kt_args_fini(kt_args *args);
#define KT_ARGS_OWN __attribute__((cleanup(kt_args_fini))) kt_args
bool kt_args_has(const kt_args *args, const char *option);
const char *kt_args_value(const kt_args *args, const char *option); /* NULL when not given */
/* All values of an option, in the order given, into `out`, which has room for args->given_count. Returns how many. */
size_t kt_args_values(const kt_args *args, const char *option, const char **out);
/* The option's value as a whole number in [least, most]; *out keeps what it holds when the option is not given. */
int kt_args_uint(const kt_args *args, const char *option, uint64_t least, uint64_t most, uint64_t *out, kt_error *err);
/* "64MiB", "2 GB", "1e9", "4096": bytes. */
int kt_parse_size(kt_view text, uint64_t *out_bytes, kt_error *err);
/* "50000000", "5e7": a count, exact. */
int kt_parse_count(kt_view text, uint64_t *out, kt_error *err);

/* Fills in what can be shown where; restores what a careless parent left closed. */
void kt_cli_init(kt_cli *cli);
/* The whole program: finds the command, runs it, flushes. Returns the exit status. */
int kt_cli_main(kt_cli *cli, int argc, char **argv);

/* Says "ketch: error: message" on standard error; returns the exit status of the error's code. */
int kt_cli_error(kt_cli *cli, const kt_error *err);
/* The same, or with `json` as {"error": ...} on standard output; diagnostics (NULL or empty: none) are what err sums
 * up, so they are shown instead of it. */
int kt_cli_fail(kt_cli *cli, const kt_error *err, const kt_diagnostics *diagnostics, bool json);
/* The diagnostics for a person, on standard error. */
void kt_cli_show_diagnostics(kt_cli *cli, const kt_diagnostics *diagnostics);
/* One diagnostic as a JSON object; see doc/json.md. */
void kt_cli_write_diagnostic(kt_jw *w, const kt_diagnostic *diagnostic);
/* The members "diagnostics" and "omitted" of an object; diagnostics may be NULL. */
void kt_cli_write_diagnostics(kt_jw *w, const kt_diagnostics *diagnostics);
/* Flushes standard output and turns what went wrong with it into the exit status. A reader that went away is fine. */
int kt_cli_finish(kt_cli *cli, int status);

int kt_cmd_run(kt_cli *cli, const kt_args *args);
int kt_cmd_resume_braket(kt_cli *cli, const kt_args *args); /* kt_cmd_resume is libketch's */
int kt_cmd_check(kt_cli *cli, const kt_args *args);
int kt_cmd_fmt(kt_cli *cli, const kt_args *args);
int kt_cmd_draw(kt_cli *cli, const kt_args *args);
int kt_cli_account(kt_cli *cli, const kt_args *args); /* tasks, jobs, result, cancel */
int kt_cmd_devices(kt_cli *cli, const kt_args *args);
int kt_cli_doctor(kt_cli *cli, const kt_args *args); /* kt_cmd_doctor is libketch's, and so on */
int kt_cli_sandbox(kt_cli *cli, const kt_args *args);
int kt_cli_sandbox_bill(kt_cli *cli, const kt_args *args);
int kt_cmd_config(kt_cli *cli, const kt_args *args);
int kt_cmd_config_import(kt_cli *cli, const kt_args *args);
int kt_cmd_debug(kt_cli *cli, const kt_args *args);
int kt_cli_debug_sign(kt_cli *cli, const kt_args *args);
int kt_cmd_version(kt_cli *cli, const kt_args *args);
int kt_cmd_help(kt_cli *cli, const kt_args *args);
int kt_cmd_completion(kt_cli *cli, const kt_args *args);

#endif
