/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_run.c - `ketch run FILE`: a program, its inputs and how to run it from the command line, its result to where it
 * was asked for. Everything the command line says is checked before the program is read, and the output is opened
 * before the run, so that nothing is computed for a slip of the pen. */
#include "base/text.h"
#include "circuit/result.h"
#include "cli/braket.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/show.h"
#include "cli/watch.h"
#include "qasm/diag.h"
#include <ketch/run.h>
#include <string.h>

enum { TOP_DEFAULT = 32, JSON_INDENT = 2, THREADS_MOST = 256 };

typedef int writer(kt_cli *cli, const kt_args *args, const kt_result *result, kt_out out, kt_error *err);

static int write_text(kt_cli *cli, const kt_args *args, const kt_result *result, kt_out out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    const bool to_terminal = kt_args_value(args, "output") == NULL;
    kt_show show = { cli->width, cli->unicode, cli->out_colour && to_terminal, TOP_DEFAULT };
    int rc = kt_args_uint(args, "top", 0, UINT64_MAX - 1, &show.top, err);
    if (rc == 0) {
        kt_show_result(&text, result, &show);
        rc = kt_buf_check(&text, err, "the result as text");
    }
    return rc < 0 ? rc : out.write(out.ctx, text.data, text.length, err);
}

static int write_json(kt_cli *cli, const kt_args *args, const kt_result *result, kt_out out, kt_error *err)
{
    (void)cli;
    (void)args;
    return kt_result_write_json(result, out, JSON_INDENT, err);
}

static int write_braket(kt_cli *cli, const kt_args *args, const kt_result *result, kt_out out, kt_error *err)
{
    (void)cli;
    (void)args;
    const kt_braket_about about = { .with_nulls = true, .indent = JSON_INDENT };
    return kt_result_write_braket(result, &about, out, err);
}

static const struct {
    const char *name;
    writer *write;
} formats[] = { { "text", write_text }, { "json", write_json }, { "braket", write_braket } };

static int read_format(const kt_args *args, writer **out, kt_error *err)
{
    const bool json = kt_args_has(args, "json");
    const char *name = kt_args_value(args, "format");
    if (name == NULL)
        name = json ? "json" : "text";
    else if (json && strcmp(name, "json") != 0)
        return kt_fail(err, KT_E_INVALID, "--json and --format %.60s ask for two formats; give one of them", name);
    for (size_t i = 0; i < KT_COUNT(formats); i++)
        if (strcmp(name, formats[i].name) == 0) {
            *out = formats[i].write;
            return 0;
        }
    return kt_fail(err, KT_E_INVALID, "--format '%.60s' is unknown; expected text, json or braket", name);
}

static int read_options(const kt_args *args, const kt_settings *settings, kt_run_options *out, kt_error *err)
{
    uint64_t shots = 0, threads = 0, seed = 0, memory_bytes = 0, top = 0;
    int rc = kt_args_uint(args, "shots", 0, INT64_MAX, &shots, err);
    if (rc == 0)
        rc = kt_args_uint(args, "seed", 0, UINT64_MAX, &seed, err);
    if (rc == 0)
        rc = kt_args_uint(args, "threads", 1, THREADS_MOST, &threads, err);
    if (rc == 0)
        rc = kt_args_uint(args, "top", 0, UINT64_MAX - 1, &top, err);
    if (rc == 0 && kt_args_has(args, "memory")) {
        rc = kt_parse_size(kt_view_of(kt_args_value(args, "memory")), &memory_bytes, err);
        if (rc < 0)
            rc = kt_wrap(err, rc, "--memory");
        else if (memory_bytes == 0)
            rc = kt_fail(err, KT_E_INVALID, "--memory 0 leaves no room for any state; expected a size such as 8GiB");
    }
    if (rc < 0)
        return rc;
    *out = (kt_run_options){
        .device = kt_args_value(args, "device"),
        .shots = kt_args_has(args, "shots") ? (int64_t)shots : KT_SHOTS_DEFAULT,
        .has_seed = kt_args_has(args, "seed"),
        .seed = seed,
        .threads = (int)threads,
        .instructions = kt_args_value(args, "instructions"),
        .memory_bytes = memory_bytes,
        .limits = &settings->limits,
    };
    return 0;
}

static int simulate(kt_cli *cli, const kt_program *program, const kt_settings *settings, kt_run_options *options,
                    kt_result **out, kt_diagnostics **diagnostics, kt_error *err)
{
    kt_watch watch;
    options->progress = kt_watch_progress;
    options->progress_ctx = &watch;
    kt_watch_begin(&watch, cli, kt_clock_system());
    const int rc = kt_run_program(program, settings->inputs, options, out, diagnostics, err);
    kt_watch_end(&watch);
    return rc;
}

/* What the command line gave, and what came of it. */
typedef struct run_parts {
    kt_settings settings;
    kt_run_options options;
    kt_program *program;
    kt_buf text;
    kt_diagnostics *parse_diagnostics, *run_diagnostics;
    kt_output output;
    writer *write;
} run_parts;

static void parts_fini(run_parts *p)
{
    kt_settings_fini(&p->settings);
    kt_program_free(p->program);
    kt_buf_fini(&p->text);
    kt_diagnostics_free(p->parse_diagnostics);
    kt_diagnostics_free(p->run_diagnostics);
}

static int run_here(kt_cli *cli, const kt_args *args, run_parts *p, kt_error *err)
{
    KT_OWN(kt_result) *result = NULL;
    int rc = simulate(cli, p->program, &p->settings, &p->options, &result, &p->run_diagnostics, err);
    return rc < 0 ? rc : p->write(cli, args, result, p->output.out, err);
}

static int run_on_braket(kt_cli *cli, const kt_args *args, run_parts *p, kt_error *err)
{
    kt_run_args run = { .device = p->options.device,
                        .file = args->operands[0],
                        .program = p->program,
                        .inputs = p->settings.inputs,
                        .source = kt_buf_view(&p->text),
                        .shots = p->options.shots,
                        .out = p->output.out,
                        .diagnostics = &p->run_diagnostics };
    return kt_cli_call_braket(cli, args, "kt_cmd_run_braket", &run, err);
}

/* An action goes to the device as it is; everything else is a program, and is read here. */
static int load(const char *path, bool is_local, run_parts *p, kt_error *err)
{
    enum { ACTION_BYTES_MOST = 5 << 20 };
    const size_t length = strlen(path);
    if (!is_local && length > 5 && strcmp(path + length - 5, ".json") == 0)
        return kt_file_read(path, ACTION_BYTES_MOST, &p->text, err);
    return kt_load(path, &p->settings, &p->program, &p->parse_diagnostics, &p->text, err);
}

int kt_cmd_run(kt_cli *cli, const kt_args *args)
{
    run_parts p = { .write = write_text };
    kt_error err = { 0 };
    kt_buf_init(&p.text, 0);

    int rc = read_format(args, &p.write, &err);
    if (rc == 0)
        rc = kt_settings_read(args, &p.settings, &err);
    if (rc == 0)
        rc = read_options(args, &p.settings, &p.options, &err);
    const bool is_local = kt_cli_is_local(p.options.device);
    if (rc == 0)
        rc = load(args->operands[0], is_local, &p, &err);
    if (rc == 0)
        rc = kt_output_open(&p.output, cli, kt_args_value(args, "output"), &err);
    if (rc == 0)
        rc = is_local ? run_here(cli, args, &p, &err) : run_on_braket(cli, args, &p, &err);
    const int closed = kt_output_close(&p.output, rc < 0 ? rc : 0, &err);
    int status = closed < 0 ? closed : rc;
    if (closed < 0)
        status = kt_cli_fail(cli, &err, p.run_diagnostics != NULL ? p.run_diagnostics : p.parse_diagnostics,
                             p.write == write_json);
    parts_fini(&p);
    return status;
}
