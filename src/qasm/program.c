/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - from text to a program that can be played: the main file parsed, its includes read, its names
 * resolved. */
#include "qasm/program.h"

#include "qasm/parse_priv.h"
#include "qasm/program_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const kt_limits *kt_limits_most(void)
{
    /* the C stack bounds nesting; calls are bounded by the stack as well, when they are made */
    static const kt_limits most = { .nesting = KT_NESTING_MOST,
                                    .call_depth = 1 << 20,
                                    .register_bits = UINT32_MAX / 2 };
    return &most;
}

static int check_limits(const kt_limits *limits, kt_error *err)
{
    const kt_limits *most = kt_limits_most();
    const struct {
        const char *name;
        uint64_t value, most;
    } rows[] = { { "nesting", limits->nesting, most->nesting },
                 { "call_depth", limits->call_depth, most->call_depth },
                 { "register_bits", limits->register_bits, most->register_bits } };
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        if (rows[i].value > rows[i].most)
            return kt_fail(err, KT_E_INVALID, "the limit `%s` is %" PRIu64 ", it can be raised to %" PRIu64,
                           rows[i].name, rows[i].value, rows[i].most);
    return 0;
}

int kt_limits_resolve(const kt_limits *given, kt_limits *out, kt_error *err)
{
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
    int rc = check_limits(&want, err);
    if (rc < 0)
        return rc;
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
    return 0;
}

const kt_ast *kt_program_ast(const kt_program *p)
{
    return p->ast;
}

const kt_file_text *kt_program_file(const kt_program *p, uint32_t index)
{
    return index < p->file_count ? &p->files[index] : NULL;
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
    int rc = kt_limits_resolve(options->limits, &limits, err);
    if (rc < 0)
        return rc;
    kt_arena *arena = kt_arena_new(limits.memory_bytes);
    kt_program *p = arena == NULL ? NULL : KT_ARENA_NEW(arena, kt_program);
    if (p == NULL) {
        kt_arena_free(arena);
        return kt_fail_nomem(err, sizeof(*p), "a program");
    }
    p->arena = arena;
    p->limits = limits;
    p->syntax_only = options->syntax_only != 0;
    p->cancelled = options->cancelled;
    p->cancelled_ctx = options->cancelled_ctx;
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
    const kt_parse_input input = { .file = p->files[0],
                                   .any_pragma = p->syntax_only,
                                   .limits = &p->limits,
                                   .cancelled = p->cancelled,
                                   .cancelled_ctx = p->cancelled_ctx };
    rc = kt_ast_parse(p->arena, &input, diags, &p->ast, err);
    const bool names_can_be_checked =
        (rc == KT_E_SYNTAX || rc == KT_E_INVALID) && p->ast != NULL && !p->ast->braces_off && !kt_diag_full(diags);
    if ((rc < 0 && !names_can_be_checked) || p->syntax_only)
        return rc;
    const int broken = rc;
    const kt_include_options including = { .allow_outside = options->allow_outside != 0 };
    rc = kt_program_check(p, &including, diags, err);
    if (rc < 0 || broken < 0)
        return rc < 0 ? rc : broken;
    return name_parameters(p, err);
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
    if (rc != KT_E_NOMEM) {
        diags = kt_diagnostics_new(p == NULL ? 1 : p->limits.errors);
        if (diags == NULL)
            rc = kt_fail_nomem(&own, 0, "diagnostics");
        else if (p == NULL)
            rc = kt_diag(diags, NULL, (kt_source){ 0 }, 1, (kt_code)rc, NULL, "%s", own.message);
    }
    if (rc == 0 && p != NULL)
        rc = read_program(p, (kt_view){ source, length }, options, diags, &own);
    if (diags != NULL && rc != KT_E_NOMEM && rc != KT_E_CANCELLED) {
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
