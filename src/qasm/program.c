/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - from text to a program that can be played: the main file parsed, its includes read, its names
 * resolved. */
#include "qasm/program.h"

#include "qasm/parse.h"
#include "qasm/program_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void kt_limits_resolve(const kt_limits *given, kt_limits *out)
{
    enum { NESTING_MOST = 4096, CALLS_MOST = 1 << 20 };
    static const kt_limits defaults = { .source_bytes = (size_t)16 << 20,
                                        .memory_bytes = (size_t)4 << 30,
                                        .nesting = 256,
                                        .call_depth = 256,
                                        .statements = 50000000,
                                        .register_bits = 65535,
                                        .array_elements = (uint64_t)16 << 20,
                                        .include_files = 64,
                                        .errors = 20 };
    const kt_limits want = given == NULL ? (kt_limits){ 0 } : *given;
#define TAKE(field) out->field = want.field != 0 ? want.field : defaults.field
    TAKE(source_bytes);
    TAKE(memory_bytes);
    TAKE(nesting);
    TAKE(call_depth);
    TAKE(statements);
    TAKE(register_bits);
    TAKE(array_elements);
    TAKE(include_files);
    TAKE(errors);
#undef TAKE
    if (out->nesting > NESTING_MOST)
        out->nesting = NESTING_MOST;
    if (out->call_depth > CALLS_MOST)
        out->call_depth = CALLS_MOST;
    if (out->register_bits > UINT32_MAX / 2)
        out->register_bits = UINT32_MAX / 2;
}

const kt_ast *kt_program_ast(const kt_program *p)
{
    return p->ast;
}

const kt_file_text *kt_program_file(const kt_program *p, uint32_t index)
{
    return index < p->file_count ? &p->files[index] : NULL;
}

size_t kt_program_file_count(const kt_program *p)
{
    return p->file_count;
}

void kt_program_free(kt_program *program)
{
    if (program != NULL)
        kt_arena_free(program->arena); /* the program itself lies in there */
}

/* An empty program in an arena of its own. */
static int program_new(const kt_parse_options *options, kt_program **out, kt_error *err)
{
    kt_limits limits;
    kt_limits_resolve(options->limits, &limits);
    kt_arena *arena = kt_arena_new(limits.memory_bytes);
    kt_program *p = arena == NULL ? NULL : KT_ARENA_NEW(arena, kt_program);
    if (p == NULL) {
        kt_arena_free(arena);
        return kt_fail_nomem(err, sizeof(*p), "a program");
    }
    p->arena = arena;
    p->limits = limits;
    p->syntax_only = options->syntax_only != 0;
    *out = p;
    return 0;
}

static int name_parameters(kt_program *p, kt_error *err)
{
    const char **names = KT_ARENA_ARRAY(p->arena, const char *, (size_t)p->parameter_count + 1);
    if (names == NULL)
        return kt_fail_nomem(err, 0, "the names of inputs");
    for (uint32_t i = 0; i < p->parameter_count; i++) {
        names[i] = kt_arena_strndup(p->arena, p->parameters[i]->name.data, p->parameters[i]->name.length);
        if (names[i] == NULL)
            return kt_fail_nomem(err, 0, "the names of inputs");
    }
    p->parameter_names = names;
    return 0;
}

/* Reads the main file's text into the program. What is wrong with it becomes diagnostics. */
static int read_program(kt_program *p, kt_view source, const kt_parse_options *options, kt_diagnostics *diags,
                        kt_error *err)
{
    if (source.length > p->limits.source_bytes) {
        int rc = kt_program_add_file(p, options->file_name, (kt_view){ "", 0 }, err);
        if (rc < 0)
            return rc;
        return kt_diag(diags, &p->files[0], (kt_source){ 0, 1, 1 }, 1, KT_E_LIMIT, "raise the limit",
                       "the program has %zu bytes, at most %zu are read", source.length, p->limits.source_bytes);
    }
    const char *copy = kt_arena_strndup(p->arena, source.length == 0 ? "" : source.data, source.length);
    if (copy == NULL)
        return kt_fail_nomem(err, source.length, "the program's text");
    const kt_view text = { copy, source.length };
    int rc = kt_program_add_file(p, options->file_name, text, err);
    if (rc < 0)
        return rc;
    const kt_parse_input input = { .file = p->files[0], .any_pragma = p->syntax_only, .limits = &p->limits };
    rc = kt_ast_parse(p->arena, &input, diags, &p->ast, err);
    if (rc < 0 || p->syntax_only)
        return rc;
    const kt_include_options including = { .allow_outside = options->allow_outside != 0 };
    rc = kt_program_check(p, &including, diags, err);
    return rc < 0 ? rc : name_parameters(p, err);
}

int kt_program_parse(const char *source, size_t length, const kt_parse_options *options, kt_program **out,
                     kt_diagnostics **diagnostics, kt_error *err)
{
    static const kt_parse_options plain = { 0 };
    KT_OWN(kt_program) *p = NULL;
    KT_OWN(kt_diagnostics) *diags = NULL;
    kt_error own = { 0 };
    if (options == NULL)
        options = &plain;
    if (diagnostics != NULL)
        *diagnostics = NULL;
    int rc = program_new(options, &p, &own);
    if (p != NULL) {
        diags = kt_diagnostics_new(p->limits.errors);
        if (diags == NULL)
            rc = kt_fail_nomem(&own, 0, "diagnostics");
    }
    if (rc == 0 && p != NULL)
        rc = read_program(p, (kt_view){ source, length }, options, diags, &own);
    if (diags != NULL && rc != KT_E_NOMEM) {
        int told = kt_diag_to_error(diags, &own);
        rc = told < 0 ? told : rc;
    }
    if (diagnostics != NULL)
        *diagnostics = KT_GIVE(diags);
    if (rc < 0) {
        if (err != NULL)
            *err = own;
        return rc;
    }
    *out = KT_GIVE(p);
    return 0;
}

int kt_program_format(const kt_program *program, char **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = kt_ast_print(program->ast, &text, err);
    char *taken = rc < 0 ? NULL : kt_buf_take(&text);
    if (rc == 0 && taken == NULL)
        rc = kt_fail_nomem(err, text.length, "the text of a program");
    if (rc == 0)
        *out = taken;
    return rc;
}
