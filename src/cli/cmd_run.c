/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_run.c - `ketch run FILE...`: programs, their inputs and how to run them from the command line, results to where
 * they were asked for. Everything the command line says is checked before a program is read, and the output is opened
 * before the run, so that nothing is computed for a slip of the pen. */
#include "base/text.h"
#include "cli/braket.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/run_here.h"
#include "qasm/diag.h"
#include <stdlib.h>
#include <string.h>

enum { THREADS_MOST = 256, EXECUTIONS_MOST = 100000 };

static int read_format(const kt_args *args, kt_run_format *out, kt_error *err)
{
    static const char *const names[] = { [KT_RUN_TEXT] = "text", [KT_RUN_JSON] = "json", [KT_RUN_BRAKET] = "braket" };
    const bool json = kt_args_has(args, "json");
    const char *name = kt_args_value(args, "format");
    if (name == NULL)
        name = json ? "json" : "text";
    else if (json && strcmp(name, "json") != 0)
        return kt_fail(err, KT_E_INVALID, "--json and --format %.60s ask for two formats; give one of them", name);
    for (size_t i = 0; i < KT_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (kt_run_format)i;
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

typedef struct run_file {
    const char *path;
    kt_program *program; /* NULL: an action */
    kt_buf text;
} run_file;

/* What the command line gave, and what came of it. */
typedef struct run_parts {
    kt_settings settings;
    kt_run_options options;
    kt_run_format format;
    run_file *files;
    size_t file_count;
    kt_run_wish *wishes;
    size_t wish_count;
    kt_diagnostics *parse_diagnostics, *run_diagnostics;
    kt_output output;
} run_parts;

static void parts_fini(run_parts *p)
{
    for (size_t i = 0; i < p->file_count; i++) {
        kt_program_free(p->files[i].program);
        kt_buf_fini(&p->files[i].text);
    }
    free(p->files);
    free(p->wishes);
    kt_settings_fini(&p->settings);
    kt_diagnostics_free(p->parse_diagnostics);
    kt_diagnostics_free(p->run_diagnostics);
}

/* As many as Braket takes. */
enum { PARAMETERS_BYTES_MOST = 48000 };

static int run_here(kt_cli *cli, const kt_args *args, run_parts *p, kt_error *err)
{
    kt_run_here run = { .cli = cli,
                        .args = args,
                        .wishes = p->wishes,
                        .count = p->wish_count,
                        .options = p->options,
                        .format = p->format,
                        .out = p->output.out };
    const int rc = kt_run_here_all(&run, err);
    p->run_diagnostics = run.diagnostics;
    return rc;
}

static int run_on_braket(kt_cli *cli, const kt_args *args, run_parts *p, kt_error *err)
{
    const char *parameters = kt_args_value(args, "device-parameters");
    KT_BUF_OWN file;
    kt_buf_init(&file, 0);
    kt_view given = kt_view_trim(kt_view_of(parameters));
    if (parameters != NULL && !kt_view_starts(given, "{")) {
        const int rc = kt_file_read(parameters, PARAMETERS_BYTES_MOST, &file, err);
        if (rc < 0)
            return kt_wrap(err, rc, "--device-parameters");
        given = kt_buf_view(&file);
    }
    kt_run_args run = { .device = p->options.device,
                        .wishes = p->wishes,
                        .device_parameters = given,
                        .count = p->wish_count,
                        .shots = p->options.shots,
                        .out = p->output.out,
                        .diagnostics = &p->run_diagnostics };
    return kt_cli_call_braket(cli, args, "kt_cmd_run_braket", &run, err);
}

/* ---- programs and executions ---- */

/* An action goes to the device as it is; everything else is a program, and is read here. */
static int load(const char *path, bool is_local, run_parts *p, kt_error *err)
{
    enum { ACTION_BYTES_MOST = 5 << 20 };
    const size_t length = strlen(path);
    run_file *file = &p->files[p->file_count++];
    file->path = path;
    kt_buf_init(&file->text, 0);
    if (!is_local && length > 5 && strcmp(path + length - 5, ".json") == 0)
        return kt_file_read(path, ACTION_BYTES_MOST, &file->text, err);
    kt_diagnostics_free(p->parse_diagnostics);
    p->parse_diagnostics = NULL;
    return kt_load(path, &p->settings, &file->program, &p->parse_diagnostics, &file->text, err);
}

static int load_all(const kt_args *args, bool is_local, run_parts *p, kt_error *err)
{
    size_t from_input = 0;
    int rc = 0;
    p->files = calloc(args->operand_count, sizeof(*p->files));
    if (p->files == NULL)
        return kt_fail_nomem(err, args->operand_count * sizeof(*p->files), "programs");
    for (size_t i = 0; i < args->operand_count && rc == 0; i++) {
        from_input += strcmp(args->operands[i], "-") == 0;
        rc = from_input < 2 ? load(args->operands[i], is_local, p, err)
                            : kt_fail(err, KT_E_INVALID, "'-' is given twice; standard input holds one program");
    }
    return rc;
}

/* Every program with every object of the list, program after program. */
static int make_wishes(run_parts *p, kt_error *err)
{
    const size_t each = p->settings.sweep_count == 0 ? 1 : p->settings.sweep_count;
    const size_t count = p->file_count * each;
    if (count > EXECUTIONS_MOST)
        return kt_fail(err, KT_E_LIMIT,
                       "%zu programs with %zu objects of inputs are %zu executions; at most %d go in "
                       "one run",
                       p->file_count, each, count, (int)EXECUTIONS_MOST);
    p->wishes = calloc(count, sizeof(*p->wishes));
    if (p->wishes == NULL)
        return kt_fail_nomem(err, count * sizeof(*p->wishes), "executions");
    p->wish_count = count;
    for (size_t i = 0; i < count; i++) {
        const run_file *file = &p->files[i / each];
        const bool is_swept = p->settings.sweep_count > 0;
        p->wishes[i] = (kt_run_wish){ .file = file->path,
                                      .program = file->program,
                                      .inputs = is_swept ? p->settings.sweep[i % each] : p->settings.inputs,
                                      .source = kt_buf_view(&file->text),
                                      .list_index = is_swept ? (int64_t)(i % each) : -1 };
    }
    return 0;
}

int kt_cmd_run(kt_cli *cli, const kt_args *args)
{
    run_parts p = { 0 };
    kt_error err = { 0 };

    int rc = read_format(args, &p.format, &err);
    if (rc == 0)
        rc = kt_settings_read(args, &p.settings, &err);
    if (rc == 0)
        rc = read_options(args, &p.settings, &p.options, &err);
    const bool is_local = kt_cli_is_local(p.options.device);
    if (rc == 0)
        rc = load_all(args, is_local, &p, &err);
    if (rc == 0)
        rc = make_wishes(&p, &err);
    if (rc == 0)
        rc = kt_output_open(&p.output, cli, kt_args_value(args, "output"), &err);
    if (rc == 0)
        rc = is_local ? run_here(cli, args, &p, &err) : run_on_braket(cli, args, &p, &err);
    const int closed = kt_output_close(&p.output, rc < 0 ? rc : 0, &err);
    /* A place in a program says nothing of which inputs it was run with; the message does. */
    const kt_diagnostics *found = p.run_diagnostics != NULL ? p.run_diagnostics : p.parse_diagnostics;
    if (p.wish_count > 1 && p.settings.sweep_count > 0)
        found = NULL;
    const int status = closed < 0 ? kt_cli_fail(cli, &err, found, p.format == KT_RUN_JSON) : rc;
    parts_fini(&p);
    return status;
}
