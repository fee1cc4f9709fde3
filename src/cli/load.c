/* SPDX-License-Identifier: Apache-2.0 */
/* load.c - reads what programs and inputs the command line names. A file is told by its content; only the endings of
 * workflows and actions, which hold no OpenQASM, are refused by name. */
#include "cli/load.h"

#include "base/file.h"
#include "base/text.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Inputs are small; this keeps a wrong path such as /dev/zero from filling the memory. */
enum { INPUTS_BYTES = 64 * 1024 * 1024, SWEEP_MOST = 100000 };

enum { IO_INPUT = 1 }; /* kt_stmt.io */

typedef struct limit_row {
    const char *name;
    size_t offset, bytes; /* of the member of kt_limits */
    int (*parse)(kt_view text, uint64_t *out, kt_error *err);
} limit_row;

#define LIMIT(name_, member, parse_)                                                                                   \
    {                                                                                                                  \
        name_, offsetof(kt_limits, member), sizeof(((kt_limits *)0)->member), parse_                                   \
    }
static const limit_row limit_rows[] = {
    LIMIT("source-bytes", source_bytes, kt_parse_size),
    LIMIT("memory-bytes", memory_bytes, kt_parse_size),
    LIMIT("nesting", nesting, kt_parse_count),
    LIMIT("call-depth", call_depth, kt_parse_count),
    LIMIT("statements", statements, kt_parse_count),
    LIMIT("register-bits", register_bits, kt_parse_count),
    LIMIT("array-elements", array_elements, kt_parse_count),
    LIMIT("include-files", include_files, kt_parse_count),
    LIMIT("errors", errors, kt_parse_count),
};

const char *kt_limit_name(size_t index)
{
    return index < KT_COUNT(limit_rows) ? limit_rows[index].name : NULL;
}

static int unknown_limit(kt_view name, kt_error *err)
{
    kt_nearest nearest;
    char hint[96];
    kt_nearest_init(&nearest, name);
    for (size_t i = 0; i < KT_COUNT(limit_rows); i++)
        kt_nearest_offer(&nearest, kt_view_of(limit_rows[i].name));
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    return kt_fail(err, KT_E_INVALID, "--limit: there is no limit '%.*s'%s; 'ketch run --help' lists them",
                   name.length > 60 ? 60 : (int)name.length, name.data, hint);
}

/* The largest value that the limit can be raised to. */
static uint64_t most_of(const limit_row *row)
{
    const char *most = (const char *)kt_limits_most() + row->offset;
    const bool is_short = row->bytes == sizeof(uint32_t);
    const uint64_t value = is_short ? *(const uint32_t *)(const void *)most : *(const uint64_t *)(const void *)most;
    return value != 0 ? value : is_short ? UINT32_MAX : UINT64_MAX;
}

static int store_limit(const limit_row *row, kt_view text, kt_limits *limits, kt_error *err)
{
    uint64_t value = 0;
    const uint64_t most = most_of(row);
    int rc = row->parse(text, &value, err);
    if (rc == 0 && (value == 0 || value > most))
        rc = kt_fail(err, KT_E_INVALID, "'%.*s' is out of range; expected 1 to %llu",
                     text.length > 60 ? 60 : (int)text.length, text.data, (unsigned long long)most);
    if (rc < 0)
        return kt_wrap(err, rc, "--limit %s", row->name);
    char *member = (char *)limits + row->offset;
    if (row->bytes == sizeof(uint32_t))
        *(uint32_t *)(void *)member = (uint32_t)value;
    else
        *(uint64_t *)(void *)member = value;
    return 0;
}
static_assert(sizeof(size_t) == sizeof(uint64_t), "limits in bytes are stored as 64 bits");

/* "statements=1e9" */
static int take_limit(const char *assignment, kt_settings *settings, kt_error *err)
{
    const char *equals = strchr(assignment, '=');
    if (equals == NULL)
        return kt_fail(err, KT_E_INVALID, "--limit '%.80s' lacks a value; expected one such as statements=1e9",
                       assignment);
    const kt_view name = { assignment, (size_t)(equals - assignment) };
    for (size_t i = 0; i < KT_COUNT(limit_rows); i++)
        if (kt_view_is(name, limit_rows[i].name))
            return store_limit(&limit_rows[i], kt_view_of(equals + 1), &settings->limits, err);
    return unknown_limit(name, err);
}

static int remember(kt_settings *settings, kt_view name, kt_error *err)
{
    return kt_map_set(settings->input_names, name, settings) == 0 ? 0 : kt_fail_nomem(err, name.length, "an input");
}

static int take_set(const char *assignment, kt_settings *settings, kt_error *err)
{
    const char *equals = strchr(assignment, '=');
    if (equals == NULL || equals == assignment)
        return kt_fail(err, KT_E_INVALID, "--set '%.80s' is no assignment; expected one such as theta=0.3", assignment);
    int rc = kt_inputs_assign(settings->inputs, assignment, err);
    if (rc < 0)
        return kt_wrap(err, rc, "--set");
    return remember(settings, kt_view_trim((kt_view){ assignment, (size_t)(equals - assignment) }), err);
}

static int remember_keys(kt_settings *settings, kt_view text, kt_error *err)
{
    KT_OWN(kt_json) *object = NULL;
    int rc = kt_json_parse(text, &object, err);
    for (void *at = json_object_iter(object); rc == 0 && at != NULL; at = json_object_iter_next(object, at))
        rc = remember(settings, kt_view_of(json_object_iter_key(at)), err);
    return rc;
}

/* JSON that is neither an object nor a list holds no inputs; a file of such a name can be given as ./NAME. */
static int refuse_other_json(kt_view given, kt_error *err)
{
    static const char expected[] = "expected a JSON object such as {\"theta\": 0.3}, or a file with one";
    KT_OWN(kt_json) *value = NULL;
    if (given.length == 0)
        return kt_fail(err, KT_E_INVALID, "it is empty; %s", expected);
    const bool is_text = given.data[0] == '"';
    const int rc = is_text ? 0 : kt_json_parse(given, &value, NULL);
    if (rc == KT_E_NOMEM)
        return kt_fail_nomem(err, given.length, "the inputs");
    if (value == NULL && !is_text)
        return 0;
    return kt_fail(err, KT_E_INVALID, "'%.*s' is no JSON object; %s", given.length > 80 ? 80 : (int)given.length,
                   given.data, expected);
}

static int add_element(const kt_json *element, size_t index, kt_settings *settings, kt_error *err)
{
    KT_OWN(kt_inputs) *inputs = NULL;
    if (!json_is_object(element))
        return kt_fail(err, KT_E_INVALID, "[%zu]: expected an object such as {\"theta\": 0.3}", index);
    char *text = json_dumps(element, JSON_COMPACT);
    int rc = text == NULL ? kt_fail_nomem(err, 0, "the inputs") : kt_inputs_new(&inputs, err);
    if (rc == 0)
        rc = kt_inputs_json(inputs, text, strlen(text), err);
    if (rc < 0)
        kt_wrap(err, rc, "[%zu]", index);
    else
        settings->sweep[settings->sweep_count++] = KT_GIVE(inputs);
    free(text);
    return rc;
}

/* One execution an object. */
static int take_list(kt_view text, kt_settings *settings, kt_error *err)
{
    KT_OWN(kt_json) *list = NULL;
    if (settings->sweep != NULL)
        return kt_fail(err, KT_E_INVALID, "a second list; expected one list at most, and objects that add to each");
    int rc = kt_json_parse(text, &list, err);
    if (rc < 0)
        return rc;
    const size_t count = json_array_size(list);
    if (count == 0 || count > SWEEP_MOST)
        return kt_fail(err, KT_E_INVALID, "found a list of %zu; expected 1 to %d objects, one for each execution",
                       count, (int)SWEEP_MOST);
    settings->sweep = calloc(count, sizeof(*settings->sweep));
    if (settings->sweep == NULL)
        return kt_fail_nomem(err, count * sizeof(*settings->sweep), "the inputs");
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = add_element(json_array_get(list, i), i, settings, err);
    return rc;
}

static int take_object(kt_view text, kt_settings *settings, kt_error *err)
{
    const int rc = kt_inputs_json(settings->inputs, text.data, text.length, err);
    return rc < 0 ? rc : remember_keys(settings, text, err);
}

/* The JSON itself, or the path of a file that holds it. */
static int take_inputs(const char *given, kt_settings *settings, kt_error *err)
{
    KT_BUF_OWN file;
    kt_view text = kt_view_trim(kt_view_of(given));
    kt_buf_init(&file, 0);
    int rc = 0;
    if (!kt_view_starts(text, "{") && !kt_view_starts(text, "[")) {
        rc = refuse_other_json(text, err);
        if (rc == 0)
            rc = kt_file_read(given, INPUTS_BYTES, &file, err);
        text = kt_view_trim(kt_buf_view(&file));
    }
    if (rc == 0)
        rc = kt_view_starts(text, "[") ? take_list(text, settings, err) : take_object(text, settings, err);
    return rc < 0 ? kt_wrap(err, rc, "--inputs") : 0;
}

/* Later values take the place of earlier ones. */
static int add_inputs(kt_inputs *to, const kt_inputs *from, kt_error *err)
{
    KT_BUF_OWN text;
    kt_jw w;
    kt_buf_init(&text, 0);
    kt_jw_init(&w, kt_out_buf(&text), 0);
    kt_inputs_write(from, &w);
    const int rc = kt_jw_end(&w, err);
    return rc < 0 ? rc : kt_inputs_json(to, text.data, text.length, err);
}

/* What the list says of an input counts for its execution; the rest is what all have. */
static int complete_sweep(const kt_args *args, kt_settings *settings, kt_error *err)
{
    int rc = 0;
    if (settings->sweep_count > 0 && args->command->run != kt_cmd_run)
        return kt_fail(err, KT_E_INVALID,
                       "--inputs: a list is for 'ketch run', which runs once an object; expected a "
                       "JSON object such as {\"theta\": 0.3}");
    for (size_t i = 0; i < settings->sweep_count && rc == 0; i++) {
        kt_inputs *all = NULL;
        rc = kt_inputs_new(&all, err);
        if (rc == 0)
            rc = add_inputs(all, settings->inputs, err);
        if (rc == 0)
            rc = add_inputs(all, settings->sweep[i], err);
        kt_inputs_free(rc == 0 ? settings->sweep[i] : all);
        if (rc == 0)
            settings->sweep[i] = all;
    }
    return rc;
}

static const struct {
    const char *option;
    int (*take)(const char *value, kt_settings *settings, kt_error *err);
} takers[] = { { "limit", take_limit }, { "set", take_set }, { "inputs", take_inputs } };

int kt_settings_read(const kt_args *args, kt_settings *settings, kt_error *err)
{
    *settings = (kt_settings){ 0 };
    settings->input_names = kt_map_new(NULL);
    int rc = kt_limits_resolve(NULL, &settings->limits, err);
    if (rc == 0)
        rc = settings->input_names == NULL ? kt_fail_nomem(err, 0, "inputs") : kt_inputs_new(&settings->inputs, err);
    for (size_t i = 0; i < args->given_count && rc == 0; i++) {
        const struct kt_given *given = &args->given[i];
        for (size_t t = 0; t < KT_COUNT(takers) && rc == 0; t++)
            if (strcmp(given->option->name, takers[t].option) == 0)
                rc = takers[t].take(given->value, settings, err);
        settings->syntax_only = settings->syntax_only || strcmp(given->option->name, "syntax") == 0;
        settings->allow_outside = settings->allow_outside || strcmp(given->option->name, "allow-outside") == 0;
    }
    return rc < 0 ? rc : complete_sweep(args, settings, err);
}

void kt_settings_fini(kt_settings *settings)
{
    for (size_t i = 0; i < settings->sweep_count; i++)
        kt_inputs_free(settings->sweep[i]);
    free(settings->sweep);
    kt_inputs_free(settings->inputs);
    kt_map_free(settings->input_names);
    *settings = (kt_settings){ 0 };
}

static const struct {
    const char *ending, *what;
} other_kinds[] = { { ".yaml", "a workflow" }, { ".yml", "a workflow" }, { ".json", "a Braket action" } };

static int refuse_other_kinds(const char *path, kt_error *err)
{
    const size_t length = strlen(path);
    for (size_t i = 0; i < KT_COUNT(other_kinds); i++) {
        const size_t ending = strlen(other_kinds[i].ending);
        if (length > ending && strcmp(path + length - ending, other_kinds[i].ending) == 0)
            return kt_fail(err, KT_E_UNSUPPORTED,
                           "'%s' is %s by its name, which this version does not take yet; expected an OpenQASM program",
                           path, other_kinds[i].what);
    }
    return 0;
}

int kt_load(const char *path, const kt_settings *settings, kt_program **out, kt_diagnostics **diagnostics, kt_buf *text,
            kt_error *err)
{
    KT_BUF_OWN own;
    kt_buf_init(&own, 0);
    if (text == NULL)
        text = &own;
    int rc = refuse_other_kinds(path, err);
    if (rc == 0)
        rc = kt_file_read(path, settings->limits.source_bytes, text, err);
    if (rc == KT_E_LIMIT) {
        const kt_error why = *err;
        rc = kt_fail(err, KT_E_LIMIT, "%.400s; --limit source-bytes=N raises it", why.message);
    }
    if (rc < 0)
        return rc;
    const kt_parse_options options = {
        .file_name = strcmp(path, "-") == 0 ? "<stdin>" : path,
        .syntax_only = settings->syntax_only,
        .allow_outside = settings->allow_outside,
        .limits = &settings->limits,
    };
    return kt_program_parse(kt_buf_view(text).data, text->length, &options, out, diagnostics, err);
}

bool kt_settings_miss_input(const kt_settings *settings, const kt_program *program)
{
    for (const kt_stmt *at = kt_program_ast(program)->statements; at != NULL; at = at->next)
        if (at->kind == KT_STMT_DECL && at->io == IO_INPUT && !kt_map_has(settings->input_names, at->name))
            return true;
    return false;
}
