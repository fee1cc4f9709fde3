/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - kt_ast_parse, and the small steps that every rule of the grammar is made of: the next token, what must
 * stand here, new nodes with their depth. The rules are in parse_*.c; how the parser goes on after an error is in
 * parse_block.c, how it says one in parse_report.c. The tree is described in ast.h.
 * The parser calls itself for nested things only, and never deeper than kt_limits.nesting. */
#include "qasm/parse_priv.h"

#include <stdio.h>
#include <string.h>

enum { TOKENS_A_TICK = 1 << 14 };

/* ---- tokens ---- */

static void ask_to_go_on(kt_parser *p)
{
    const kt_parse_input *input = p->input;
    if (input->cancelled == NULL || p->fatal || input->cancelled(input->cancelled_ctx) == 0)
        return;
    p->rc = kt_fail(p->err, KT_E_CANCELLED, "%s: cancelled while the program was read", input->file.name);
    p->fatal = true;
}

void kt_parser_advance(kt_parser *p)
{
    if (++p->token_count % TOKENS_A_TICK == 0)
        ask_to_go_on(p);
    p->previous = p->token;
    kt_lexer_next(&p->lexer, &p->token);
}

bool kt_parser_take(kt_parser *p, kt_token_kind kind)
{
    if (p->token.kind != kind)
        return false;
    kt_parser_advance(p);
    return true;
}

bool kt_parser_expect(kt_parser *p, kt_token_kind kind, const char *where)
{
    if (kt_parser_take(p, kind))
        return true;
    if (kind == KT_TOK_SEMICOLON) {
        kt_parse_missing_semicolon(p, where);
        return p->token.newlines > 0 || p->token.kind == KT_TOK_END || p->token.kind == KT_TOK_RBRACE;
    }
    char what[128];
    snprintf(what, sizeof(what), "'%s' %s", kt_token_text(kind), where);
    kt_parse_unexpected(p, what, NULL);
    return false;
}

bool kt_parser_is_name(const kt_parser *p, const kt_token *token)
{
    if (token->kind == KT_TOK_NAME)
        return true;
    int softness = kt_keyword_softness(token->kind);
    return softness == 2 || (softness == 1 && p->version == 2);
}

bool kt_parser_expect_name(kt_parser *p, const char *what, kt_token *out)
{
    if (!kt_parser_is_name(p, &p->token)) {
        bool reserved = p->token.kind >= KT_TOK_KEYWORD_FIRST;
        kt_parse_unexpected(p, what, reserved ? "that word has a meaning of its own; choose another name" : NULL);
        return false;
    }
    *out = p->token;
    kt_parser_advance(p);
    return true;
}

bool kt_parser_starts_operand(const kt_parser *p)
{
    return p->token.kind == KT_TOK_NAME || p->token.kind == KT_TOK_PHYSICAL || kt_parser_is_name(p, &p->token);
}

/* ---- depth ---- */

static void too_deep(kt_parser *p, const kt_token *at)
{
    kt_parse_fail_at(p, at, KT_E_LIMIT, "split it into several statements, or raise the limit `nesting`",
                     "this is nested more than %u levels deep", (unsigned)p->depth_most);
}

bool kt_parser_enter(kt_parser *p)
{
    if (p->fatal)
        return false;
    if (p->depth >= p->depth_most) {
        too_deep(p, &p->token);
        return false;
    }
    p->depth++;
    return true;
}

void kt_parser_leave(kt_parser *p)
{
    p->depth--;
}

/* ---- nodes ---- */

void *kt_parser_alloc(kt_parser *p, size_t bytes)
{
    void *memory = kt_arena_alloc(p->arena, bytes);
    if (memory == NULL)
        kt_parse_nomem(p);
    return memory;
}

kt_expr *kt_new_expr(kt_parser *p, kt_expr_kind kind, const kt_token *at)
{
    kt_expr *expr = kt_parser_alloc(p, sizeof(*expr));
    if (expr == NULL)
        return NULL;
    expr->kind = (uint8_t)kind;
    expr->depth = 1;
    expr->length = at->length;
    expr->source = kt_token_source(p, at);
    expr->slot = -1;
    return expr;
}

kt_stmt *kt_new_stmt(kt_parser *p, kt_stmt_kind kind, const kt_token *at)
{
    kt_stmt *stmt = kt_parser_alloc(p, sizeof(*stmt));
    if (stmt == NULL)
        return NULL;
    stmt->kind = (uint8_t)kind;
    stmt->length = at->length;
    stmt->source = kt_token_source(p, at);
    stmt->slot = -1;
    p->statement_count++;
    return stmt;
}

static uint32_t deepest(const kt_expr *list, uint32_t most)
{
    for (; list != NULL; list = list->next)
        most = list->depth > most ? list->depth : most;
    return most;
}

kt_expr *kt_finish_expr(kt_parser *p, kt_expr *expr)
{
    kt_token from = { .line = expr->source.line, .column = expr->source.column, .length = 1 };
    const kt_expr *step = expr->kind == KT_EXPR_RANGE ? expr->step : NULL;
    uint32_t below = deepest(step, deepest(expr->b, deepest(expr->a, 0)));
    expr->depth = below + 1;
    expr->length = kt_parser_span(p, &from);
    if (expr->depth <= p->depth_most)
        return expr;
    too_deep(p, &from);
    return NULL;
}

/* ---- comments: kept until the statement that they stand before takes them ---- */

static void keep_comment(void *ctx, const kt_comment_text *comment)
{
    kt_parser *p = ctx;
    kt_pending_comment *pending = kt_parser_alloc(p, sizeof(*pending));
    if (pending == NULL)
        return;
    pending->comment = *comment;
    *p->comments_end = pending;
    p->comments_end = &pending->next;
}

/* ---- the program ---- */

static bool is_version(kt_view text)
{
    size_t dots = 0;
    for (size_t i = 0; i < text.length; i++) {
        dots += text.data[i] == '.';
        if (text.data[i] != '.' && (text.data[i] < '0' || text.data[i] > '9'))
            return false;
    }
    return dots <= 1 && text.length > 0 && text.data[0] != '.' && text.data[text.length - 1] != '.';
}

static void skip_header(kt_parser *p, const char *from)
{
    while (p->token.newlines == 0 && p->token.kind != KT_TOK_END && p->token.kind != KT_TOK_SEMICOLON)
        kt_parser_advance(p);
    kt_parser_take(p, KT_TOK_SEMICOLON);
    kt_parser_note_gap(p, from);
}

/* OPENQASM 3.0; - only as the first thing of a file. */
static void parse_header(kt_parser *p, kt_ast *ast)
{
    if (p->token.kind != KT_TOK_OPENQASM)
        return;
    const char *from = p->token.start;
    kt_parser_advance(p);
    bool number = p->token.kind == KT_TOK_INTEGER || p->token.kind == KT_TOK_REAL;
    if (!number || !is_version(p->token.text)) {
        kt_parse_unexpected(p, "a version, such as 3.0, after 'OPENQASM'", NULL);
        skip_header(p, from);
        return;
    }
    kt_view version = p->token.text;
    unsigned major = version.length > 1 && version.data[1] != '.' ? 99 : (unsigned)(version.data[0] - '0');
    if (major != 2 && major != 3)
        kt_parse_fail_at(p, &p->token, KT_E_UNSUPPORTED, NULL, "OpenQASM %.*s is not known, only versions 2 and 3",
                         KT_VIEW_ARG(version));
    ast->has_header = true;
    ast->header = version;
    if (p->input->version == 0)
        p->version = major == 2 ? 2 : 3;
    kt_parser_advance(p);
    if (!kt_parser_expect(p, KT_TOK_SEMICOLON, "after the version")) {
        skip_header(p, from);
    }
}

static int check_size(const kt_parse_input *input, kt_diagnostics *diags, kt_error *err)
{
    size_t limit = input->limits->source_bytes;
    if (input->file.text.length <= limit && input->file.text.length <= UINT32_MAX)
        return 0;
    kt_fail(err, KT_E_LIMIT, "%s: the file has %zu bytes, the limit `source_bytes` is %zu", input->file.name,
            input->file.text.length, limit);
    return kt_diag(diags, NULL, (kt_source){ 0 }, 1, KT_E_LIMIT, NULL,
                   "%s: the file has %zu bytes, the limit `source_bytes` is %zu", input->file.name,
                   input->file.text.length, limit);
}

/* A zero byte would end the text early for whoever gets it as a C string, comments and pragmas included. */
static int check_zero_bytes(const kt_parse_input *input, kt_diagnostics *diags, kt_error *err)
{
    const kt_view text = input->file.text;
    const char *zero = text.length == 0 ? NULL : memchr(text.data, '\0', text.length);
    if (zero == NULL)
        return 0;
    kt_source at = { input->file_index, 1, 1 };
    const char *start = text.data;
    for (const char *c = text.data; c < zero; c++) {
        if (*c == '\n' || (*c == '\r' && c[1] != '\n')) {
            at.line++;
            start = c + 1;
        }
    }
    at.column = (uint32_t)kt_utf8_count((kt_view){ start, (size_t)(zero - start) }) + 1;
    kt_fail(err, KT_E_SYNTAX, "%s:%u:%u: a zero byte; a program is text", input->file.name, at.line, at.column);
    return kt_diag(diags, &input->file, at, 1, KT_E_SYNTAX, NULL, "a zero byte; a program is text");
}

int kt_ast_parse(kt_arena *arena, const kt_parse_input *input, kt_diagnostics *diags, kt_ast **out, kt_error *err)
{
    int rc = check_size(input, diags, err);
    if (rc == 0)
        rc = check_zero_bytes(input, diags, err);
    if (rc < 0)
        return rc;
    uint32_t most = input->limits->nesting < KT_NESTING_MOST ? input->limits->nesting : KT_NESTING_MOST;
    kt_parser parser = { .arena = arena, .input = input, .diags = diags, .err = err, .depth_most = most };
    kt_parser *p = &parser;
    p->version = input->version == 0 ? 3 : input->version;
    p->comments_end = &p->comments;
    kt_ast *ast = kt_parser_alloc(p, sizeof(*ast));
    if (ast == NULL)
        return p->rc;
    kt_lexer_init(&p->lexer, input->file.text);
    p->lexer.on_comment = keep_comment;
    p->lexer.ctx = p;
    kt_parser_advance(p);
    ast->header_comment = p->token.kind == KT_TOK_OPENQASM ? kt_parser_comments(p) : (kt_view){ 0 };
    parse_header(p, ast);
    kt_parse_statements(p, false, &ast->statements);
    ast->trailing_comment = kt_parser_comments(p);
    ast->version = p->version;
    ast->statement_count = p->statement_count;
    ast->gaps = p->gaps;
    ast->braces_off = p->unclosed || p->stray_brace;
    if (p->rc == KT_E_NOMEM || p->rc == KT_E_CANCELLED)
        return p->rc;
    *out = ast;
    return p->rc;
}
