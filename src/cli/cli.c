/* SPDX-License-Identifier: Apache-2.0 */
/* cli.c - from argv to a command and to an exit status: finding the command, telling errors, closing standard output.
 * Nothing here knows what a command does. */
#include "cli/cli.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/defaults.h"
#include "cli/help.h"
#include <errno.h>
#include <fcntl.h>
#include <ketch/version.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80, LEAST_WIDTH = 40, MOST_WIDTH = 400 };

/* A parent may have closed 0, 1 or 2; the next file that is opened would then take their place, and what is meant for
 * the screen would be written into it. */
static void reopen_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
}

static int terminal_width(void)
{
    struct winsize size = { 0 };
    uint64_t columns = 0;
    const char *told = getenv("COLUMNS");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    else if (told == NULL || kt_parse_uint(kt_view_of(told), 1, MOST_WIDTH, &columns, NULL) < 0)
        columns = DEFAULT_WIDTH;
    return columns < LEAST_WIDTH ? LEAST_WIDTH : columns > MOST_WIDTH ? MOST_WIDTH : (int)columns;
}

/* https://no-color.org: any non-empty value forbids colour. */
static bool colour_wanted(void)
{
    const char *forbidden = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return (forbidden == NULL || forbidden[0] == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void kt_cli_init(kt_cli *cli)
{
    reopen_standard_files();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write, told or kept quiet in kt_cli_finish */
    signal(SIGXFSZ, SIG_IGN); /* so is a file that grows over `ulimit -f` */
    setlocale(LC_CTYPE, "");  /* only characters: numbers stay "0.5" */
    *cli = (kt_cli){ .out = stdout, .err = stderr };
    cli->out_terminal = isatty(STDOUT_FILENO) == 1;
    cli->err_terminal = isatty(STDERR_FILENO) == 1;
    cli->out_colour = cli->out_terminal && colour_wanted();
    cli->err_colour = cli->err_terminal && colour_wanted();
    cli->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    cli->width = terminal_width();
}

/* Whoever read our output has seen enough: `ketch ... | head -1` is no error. */
static bool reader_is_gone(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO };
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

static bool is_unread(const kt_error *err)
{
    return err->code == KT_E_IO && err->sys == EPIPE;
}

/* What a file or its name says must not steer the terminal. */
static void replace_controls(char *text)
{
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = '?';
}

int kt_cli_error(kt_cli *cli, const kt_error *err)
{
    kt_error shown = *err;
    if (is_unread(err))
        return KT_EXIT_DONE;
    replace_controls(shown.message);
    fflush(cli->out);
    fprintf(cli->err, cli->err_colour ? "ketch: \033[1;31merror:\033[0m %s\n" : "ketch: error: %s\n",
            shown.message[0] != '\0' ? shown.message : kt_code_text(err->code));
    return kt_code_exit(err->code);
}

void kt_cli_show_diagnostics(kt_cli *cli, const kt_diagnostics *diagnostics)
{
    char *text = NULL;
    kt_error err = { 0 };
    fflush(cli->out);
    if (kt_diagnostics_text(diagnostics, cli->err_colour, &text, &err) < 0) {
        kt_cli_error(cli, &err);
        return;
    }
    fputs(text, cli->err);
    kt_text_free(text);
}

void kt_cli_write_diagnostic(kt_jw *w, const kt_diagnostic *d)
{
    kt_jw_object(w);
    kt_jw_key(w, "file");
    kt_jw_strz(w, d->file);
    kt_jw_key(w, "line");
    kt_jw_uint(w, d->line);
    kt_jw_key(w, "column");
    kt_jw_uint(w, d->column);
    kt_jw_key(w, "end_column");
    kt_jw_uint(w, d->end_column);
    kt_jw_key(w, "severity");
    kt_jw_strz(w, "error");
    kt_jw_key(w, "code");
    kt_jw_strz(w, kt_code_text(d->code));
    kt_jw_key(w, "message");
    kt_jw_strz(w, d->message);
    kt_jw_key(w, "hint");
    kt_jw_strz(w, d->hint);
    kt_jw_close(w);
}

/* The library's own JSON, so that a diagnostic looks the same here and there. */
static int diagnostics_json(const kt_diagnostics *diagnostics, kt_json **out, kt_error *err)
{
    char *text = NULL;
    int rc = kt_diagnostics_json(diagnostics, &text, err);
    if (rc == 0)
        rc = kt_json_parse(kt_view_of(text), out, err);
    kt_text_free(text);
    return rc;
}

void kt_cli_write_diagnostics(kt_jw *w, const kt_diagnostics *diagnostics)
{
    KT_OWN(kt_json) *json = NULL;
    if (diagnostics != NULL && w->rc == 0)
        w->rc = diagnostics_json(diagnostics, &json, &w->error);
    kt_jw_key(w, "diagnostics");
    if (json != NULL)
        kt_jw_value(w, json_object_get(json, "diagnostics"));
    else
        kt_jw_raw(w, kt_view_of("[]"));
    kt_jw_key(w, "omitted");
    kt_jw_int(w, json_integer_value(json_object_get(json, "omitted")));
}

static void fail_in_json(kt_cli *cli, const kt_error *err, const kt_diagnostics *diagnostics)
{
    kt_jw w;
    kt_jw_init(&w, kt_out_file(cli->out), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "error");
    kt_jw_object(&w);
    kt_jw_key(&w, "code");
    kt_jw_strz(&w, kt_code_text(err->code));
    kt_jw_key(&w, "exit_status");
    kt_jw_int(&w, kt_code_exit(err->code));
    kt_jw_key(&w, "message");
    kt_jw_strz(&w, err->message);
    kt_cli_write_diagnostics(&w, diagnostics);
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    kt_jw_end(&w, NULL); /* what went wrong with standard output is told by kt_cli_finish */
}

int kt_cli_fail(kt_cli *cli, const kt_error *err, const kt_diagnostics *diagnostics, bool json)
{
    if (is_unread(err))
        return KT_EXIT_DONE;
    if (json)
        fail_in_json(cli, err, diagnostics);
    else if (diagnostics != NULL && kt_diagnostics_count(diagnostics) > 0)
        kt_cli_show_diagnostics(cli, diagnostics);
    else
        kt_cli_error(cli, err);
    return kt_code_exit(err->code);
}

int kt_cli_finish(kt_cli *cli, int status)
{
    const bool failed_before = ferror(cli->out) != 0;
    errno = 0;
    const bool failed_now = fflush(cli->out) != 0;
    const int reason = errno;
    if ((!failed_before && !failed_now) || reason == EPIPE || reader_is_gone() || status != KT_EXIT_DONE)
        return status;
    kt_error err = { 0 };
    if (reason != 0)
        kt_fail_sys(&err, KT_E_IO, reason, "can't write to standard output");
    else
        kt_fail(&err, KT_E_IO, "can't write to standard output");
    return kt_cli_error(cli, &err);
}

static int unknown_command(kt_cli *cli, const char *name)
{
    kt_nearest nearest;
    char hint[96];
    kt_error err = { 0 };
    kt_nearest_init(&nearest, kt_view_of(name));
    for (size_t i = 0; i < kt_command_count; i++)
        kt_nearest_offer(&nearest, kt_view_of(kt_commands[i].name));
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    kt_fail(&err, KT_E_INVALID, "unknown %s '%.80s'%s; 'ketch help' lists the commands",
            name[0] == '-' ? "option" : "command", name, hint);
    return kt_cli_error(cli, &err);
}

static int show_help(kt_cli *cli, const kt_command *command, FILE *where, int status)
{
    KT_BUF_OWN text;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    kt_help_text(&text, command, cli->width);
    if (kt_buf_check(&text, &err, "help") < 0)
        return kt_cli_error(cli, &err);
    fwrite(text.data, 1, text.length, where);
    return status;
}

static int run_command(kt_cli *cli, const kt_command *command, int argc, char **argv)
{
    KT_OWN(kt_config) *config = NULL;
    KT_ARGS_OWN args = { 0 };
    kt_error err = { 0 };
    if (kt_args_parse(command, argc, argv, &args, &err) < 0)
        return kt_cli_error(cli, &err);
    if (kt_args_has(&args, "help"))
        return show_help(cli, command, cli->out, KT_EXIT_DONE);
    if (kt_cli_add_defaults(&args, &config, &err) < 0)
        return kt_cli_fail(cli, &err, NULL, kt_args_has(&args, "json"));
    return command->run(cli, &args);
}

int kt_cli_main(kt_cli *cli, int argc, char **argv)
{
    const char *const *words = (const char *const *)argv + 1;
    const char *name = argc > 1 ? words[0] : NULL;
    size_t used = 0;
    int status;
    if (name == NULL)
        status = show_help(cli, NULL, cli->err, KT_EXIT_USAGE);
    else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        status = show_help(cli, NULL, cli->out, KT_EXIT_DONE);
    else if (strcmp(name, "--version") == 0)
        status = fprintf(cli->out, "ketch %s\n", KETCH_VERSION) < 0 ? KT_EXIT_FAILED : KT_EXIT_DONE;
    else {
        const kt_command *command = kt_command_find_words((size_t)argc - 1, words, &used);
        const int before = (int)used + 1;
        status = command == NULL ? unknown_command(cli, name) : run_command(cli, command, argc - before, argv + before);
    }
    return kt_cli_finish(cli, status);
}
