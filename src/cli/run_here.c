/* SPDX-License-Identifier: Apache-2.0 */
/* run_here.c - one execution is shown as it is; several have a heading each, or are the elements of a list. A list as
 * JSON is written when it is complete, so that an error can take its place. */
#include "cli/run_here.h"

#include "circuit/result.h"
#include "cli/show.h"
#include "cli/watch.h"
#include "qasm/program.h"
#include <string.h>

enum { TOP_DEFAULT = 32, JSON_INDENT = 2 };

static int simulate(kt_run_here *run, size_t index, kt_result **out, kt_error *err)
{
    const kt_run_wish *wish = &run->wishes[index];
    kt_run_options options = run->options;
    kt_watch watch;
    options.seed += index;
    options.progress = kt_watch_progress;
    options.progress_ctx = &watch;
    kt_watch_begin(&watch, run->cli, kt_clock_system());
    const int rc = kt_run_program(wish->program, wish->inputs, &options, out, &run->diagnostics, err);
    kt_watch_end(&watch);
    return rc;
}

/* ---- one result ---- */

static int show(const kt_run_here *run, const kt_result *result, kt_buf *text, kt_error *err)
{
    const bool to_terminal = kt_args_value(run->args, "output") == NULL;
    const kt_cli *cli = run->cli;
    kt_show show = { cli->width, cli->unicode, cli->out_colour && to_terminal, TOP_DEFAULT };
    const int rc = kt_args_uint(run->args, "top", 0, UINT64_MAX - 1, &show.top, err);
    if (rc < 0)
        return rc;
    kt_show_result(text, result, &show);
    return kt_buf_check(text, err, "the result as text");
}

static int write_one(const kt_run_here *run, const kt_result *result, kt_out out, int indent, kt_error *err)
{
    const kt_braket_about about = { .with_nulls = true, .indent = indent };
    return run->format == KT_RUN_JSON ? kt_result_write_json(result, out, indent, err)
                                      : kt_result_write_braket(result, &about, out, err);
}

static int run_one(kt_run_here *run, kt_error *err)
{
    KT_OWN(kt_result) *result = NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = simulate(run, 0, &result, err);
    if (rc < 0 || run->format != KT_RUN_TEXT)
        return rc < 0 ? rc : write_one(run, result, run->out, JSON_INDENT, err);
    rc = show(run, result, &text, err);
    return rc < 0 ? rc : run->out.write(run->out.ctx, text.data, text.length, err);
}

/* ---- several ---- */

static int parse_inputs(const kt_inputs *inputs, kt_json **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_jw w;
    kt_buf_init(&text, 0);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_inputs_write(inputs, &w);
    const int rc = kt_jw_end(&w, err);
    return rc < 0 ? rc : kt_json_parse(kt_buf_view(&text), out, err);
}

static int show_among(kt_run_here *run, size_t index, const kt_result *result, kt_error *err)
{
    KT_OWN(kt_json) *inputs = NULL;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = parse_inputs(run->wishes[index].inputs, &inputs, err);
    if (index > 0)
        kt_buf_addc(&text, '\n');
    if (rc == 0) {
        kt_run_heading(&text, run->wishes[index].file, inputs);
        rc = show(run, result, &text, err);
    }
    return rc < 0 ? rc : run->out.write(run->out.ctx, text.data, text.length, err);
}

static int list_among(kt_run_here *run, size_t index, const kt_result *result, kt_jw *w, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    const int rc = write_one(run, result, kt_out_buf(&text), 0, err);
    if (rc < 0)
        return rc;
    if (run->format == KT_RUN_BRAKET) {
        kt_jw_raw(w, kt_view_trim(kt_buf_view(&text)));
        return 0;
    }
    kt_jw_object(w);
    kt_jw_key(w, "file");
    kt_jw_strz(w, run->wishes[index].file);
    kt_jw_key(w, "inputs");
    kt_inputs_write(run->wishes[index].inputs, w);
    kt_jw_members(w, kt_buf_view(&text));
    kt_jw_close(w);
    return 0;
}

static int name_it(const kt_run_here *run, size_t index, int rc, kt_error *err)
{
    if (rc == KT_E_CANCELLED)
        return rc;
    const kt_run_wish *wish = &run->wishes[index];
    if (wish->list_index < 0)
        return kt_wrap(err, rc, "%s", wish->file);
    return kt_wrap(err, rc, "%s, inputs[%lld]", wish->file, (long long)wish->list_index);
}

/* A program whose course depends on what it measures has no circuit, and is found right or wrong when it runs. */
static int check_all(kt_run_here *run, kt_error *err)
{
    for (size_t i = 0; i < run->count; i++) {
        KT_OWN(kt_circuit) *circuit = NULL;
        kt_diagnostics_free(run->diagnostics);
        run->diagnostics = NULL;
        const int rc =
            kt_program_circuit(run->wishes[i].program, run->wishes[i].inputs, &circuit, &run->diagnostics, err);
        if (rc < 0 && rc != KT_E_DYNAMIC)
            return name_it(run, i, rc, err);
    }
    return 0;
}

static int run_among(kt_run_here *run, size_t index, kt_jw *list, kt_error *err)
{
    KT_OWN(kt_result) *result = NULL;
    kt_diagnostics_free(run->diagnostics);
    run->diagnostics = NULL;
    const int rc = simulate(run, index, &result, err);
    if (rc < 0)
        return name_it(run, index, rc, err);
    return run->format == KT_RUN_TEXT ? show_among(run, index, result, err) : list_among(run, index, result, list, err);
}

static void begin_list(const kt_run_here *run, kt_jw *w, kt_buf *text)
{
    kt_jw_init(w, kt_out_buf(text), JSON_INDENT);
    if (run->format == KT_RUN_JSON) {
        kt_jw_object(w);
        kt_jw_key(w, "results");
    }
    kt_jw_array(w);
}

static int end_list(const kt_run_here *run, kt_jw *w, const kt_buf *text, kt_error *err)
{
    kt_jw_close(w);
    if (run->format == KT_RUN_JSON)
        kt_jw_close(w);
    kt_jw_newline(w);
    const int rc = kt_jw_end(w, err);
    return rc < 0 ? rc : run->out.write(run->out.ctx, text->data, text->length, err);
}

int kt_run_here_all(kt_run_here *run, kt_error *err)
{
    KT_BUF_OWN text;
    kt_jw list;
    kt_buf_init(&text, 0);
    if (run->count == 1 && run->wishes[0].list_index < 0)
        return run_one(run, err);
    begin_list(run, &list, &text);
    int rc = check_all(run, err);
    for (size_t i = 0; i < run->count && rc == 0; i++)
        rc = run_among(run, i, &list, err);
    return rc < 0 || run->format == KT_RUN_TEXT ? rc : end_list(run, &list, &text, err);
}
