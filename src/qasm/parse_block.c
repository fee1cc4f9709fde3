/* SPDX-License-Identifier: Apache-2.0 */
/* parse_block.c - sequences of statements, the comments between them, and how the parser goes on after an error:
 * at the next ';', behind the next braced body, or at a line that begins with a word only a statement begins with. */
#include "qasm/parse_priv.h"

#include <string.h>

/* ---- comments ---- */

static size_t comments_size(const kt_pending_comment *list, const char *before)
{
    size_t size = 0;
    for (; list != NULL && list->comment.text.data < before; list = list->next)
        size += list->comment.text.length + 2;
    return size;
}

/* Comments that begin before `before` leave the list and become one text; own_line: none may stand on the line of
 * what precedes. */
static kt_view take_comments(kt_parser *p, const char *before, bool own_line, bool blank_behind)
{
    size_t size = comments_size(p->comments, before);
    char *text = kt_parser_alloc(p, size + 1), *at = text;
    if (text == NULL)
        return (kt_view){ 0 };
    while (p->comments != NULL && p->comments->comment.text.data < before) {
        const kt_comment_text *comment = &p->comments->comment;
        int newlines = comment->newlines == 0 && own_line ? 1 : comment->newlines;
        kt_view body = kt_view_trim(comment->text);
        memset(at, '\n', (size_t)newlines);
        memcpy(at + newlines, body.data, body.length);
        at += (size_t)newlines + body.length;
        p->comments = p->comments->next;
    }
    if (p->comments == NULL)
        p->comments_end = &p->comments;
    if (blank_behind)
        *at++ = '\n';
    return (kt_view){ text, (size_t)(at - text) };
}

kt_view kt_parser_comments(kt_parser *p)
{
    bool blank = p->token.newlines >= 2 && p->token.kind != KT_TOK_END && p->token.kind != KT_TOK_RBRACE;
    if (p->comments == NULL)
        return blank ? kt_view_of("\n") : (kt_view){ 0 };
    return take_comments(p, p->token.start, false, blank);
}

/* Comments inside a statement move in front of it. */
static void hoist_comments(kt_parser *p, kt_stmt *stmt)
{
    if (p->comments == NULL || p->comments->comment.text.data >= p->previous.end)
        return;
    kt_view inside = take_comments(p, p->previous.end, true, false);
    kt_view before = stmt->comment;
    bool blank = before.length > 0 && before.data[before.length - 1] == '\n';
    size_t kept = blank ? before.length - 1 : before.length;
    char *text = kt_parser_alloc(p, before.length + inside.length + 1);
    if (text == NULL || inside.length == 0)
        return;
    char *at = text;
    if (kept > 0)
        at = (char *)memcpy(at, before.data, kept) + kept;
    if (blank)
        *at++ = '\n';
    memcpy(at, inside.data, inside.length);
    stmt->comment = (kt_view){ text, (size_t)(at - text) + inside.length };
}

/* Comments with no statement behind them in their block get an empty one. */
static bool close_comments(kt_parser *p, const kt_token *at, kt_stmt **end)
{
    if (p->comments == NULL || p->comments->comment.text.data >= at->start)
        return true;
    kt_stmt *nothing = kt_new_stmt(p, KT_STMT_NOP, at);
    if (nothing == NULL)
        return false;
    p->statement_count--;
    nothing->comment = kt_parser_comments(p);
    *end = nothing;
    return true;
}

/* ---- recovery ---- */

static bool begins_only_statements(kt_token_kind kind)
{
    static const uint8_t kinds[] = {
        KT_TOK_BARRIER, KT_TOK_BIT,    KT_TOK_BOX,     KT_TOK_BREAK,    KT_TOK_CONST,
        KT_TOK_CREG,    KT_TOK_DEF,    KT_TOK_DEFCAL,  KT_TOK_EXTERN,   KT_TOK_FOR,
        KT_TOK_GATE,    KT_TOK_IF,     KT_TOK_INCLUDE, KT_TOK_INPUT,    KT_TOK_LET,
        KT_TOK_OUTPUT,  KT_TOK_PRAGMA, KT_TOK_QREG,    KT_TOK_QUBIT,    KT_TOK_RESET,
        KT_TOK_RETURN,  KT_TOK_WHILE,  KT_TOK_ENDS,    KT_TOK_CONTINUE, KT_TOK_DEFCALGRAMMAR,
    };
    return memchr(kinds, (int)kind, sizeof(kinds)) != NULL;
}

/* Behind the brace that closes the one that is next, or at the end. */
static void skip_braces(kt_parser *p)
{
    uint64_t open = 0;
    do {
        open += p->token.kind == KT_TOK_LBRACE;
        open -= p->token.kind == KT_TOK_RBRACE;
        kt_parser_advance(p);
    } while (open > 0 && p->token.kind != KT_TOK_END);
}

void kt_parser_recover(kt_parser *p, const char *from, bool in_block)
{
    while (!p->fatal && p->token.kind != KT_TOK_END) {
        bool moved = p->token.start > from;
        if (moved && p->previous.kind == KT_TOK_SEMICOLON && p->previous.start >= from)
            return;
        if (p->token.kind == KT_TOK_LBRACE) {
            skip_braces(p);
            return;
        }
        if (p->token.kind == KT_TOK_RBRACE && (in_block || moved)) {
            if (!in_block)
                kt_parser_advance(p);
            return;
        }
        if (moved && p->token.newlines > 0 && begins_only_statements(p->token.kind))
            return;
        kt_parser_advance(p);
    }
}

/* ---- sequences ---- */

static void say_stray_brace(kt_parser *p)
{
    kt_parse_fail_at(p, &p->token, KT_E_SYNTAX, NULL, "expected a statement, found '}' that closes nothing");
    p->stray_brace = true;
    kt_parser_advance(p);
}

void kt_parser_note_gap(kt_parser *p, const char *from)
{
    if (p->fatal)
        return;
    kt_ast_gap *gap = kt_parser_alloc(p, sizeof(*gap));
    if (gap == NULL)
        return;
    gap->text = (kt_view){ from, (size_t)(p->token.start - from) };
    gap->next = p->gaps;
    p->gaps = gap;
}

/* The gap that the next token stands behind on the same line: what is read there may be the rest of what was not, as
 * the name behind `qubit[2;`, so it counts as a part of it. */
static kt_ast_gap *gap_on_line(const kt_parser *p)
{
    kt_ast_gap *gap = p->gaps;
    return gap != NULL && p->token.newlines == 0 && gap->text.data + gap->text.length == p->token.start ? gap : NULL;
}

static kt_stmt *last_of(kt_stmt *stmt)
{
    while (stmt->next != NULL)
        stmt = stmt->next;
    return stmt;
}

bool kt_parse_statements(kt_parser *p, bool in_block, kt_stmt **out)
{
    kt_stmt **end = out;
    while (!p->fatal && p->token.kind != KT_TOK_END && (p->token.kind != KT_TOK_RBRACE || !in_block)) {
        if (kt_parser_take(p, KT_TOK_SEMICOLON)) /* an empty statement; comments before it wait for the next */
            continue;
        if (p->token.kind == KT_TOK_RBRACE) {
            say_stray_brace(p);
            continue;
        }
        const char *from = p->token.start;
        kt_ast_gap *gap = gap_on_line(p);
        kt_view comment = kt_parser_comments(p);
        uint32_t depth = p->depth;
        bool real_numbers = p->real_numbers;
        kt_stmt *stmt = kt_parse_statement(p);
        p->depth = depth;
        p->real_numbers = real_numbers;
        if (stmt == NULL) {
            kt_parser_recover(p, from, in_block);
            kt_parser_note_gap(p, from);
            continue;
        }
        if (gap != NULL)
            gap->text.length = (size_t)(p->token.start - gap->text.data);
        stmt->comment = comment;
        hoist_comments(p, stmt);
        *end = stmt;
        end = &last_of(stmt)->next;
    }
    return !p->fatal && (!in_block || close_comments(p, &p->token, end));
}

bool kt_parse_block(kt_parser *p, const char *where, kt_stmt **out)
{
    kt_token open = p->token;
    if (!kt_parser_expect(p, KT_TOK_LBRACE, where) || !kt_parser_enter(p))
        return false;
    if (!kt_parse_statements(p, true, out))
        return false;
    kt_parser_leave(p);
    if (kt_parser_take(p, KT_TOK_RBRACE))
        return true;
    if (!p->unclosed)
        kt_parse_fail_at(p, &open, KT_E_SYNTAX, NULL,
                         "this '{' is never closed: expected '}', found the end of the program");
    p->unclosed = true;
    return false;
}

bool kt_parse_body(kt_parser *p, const char *where, kt_stmt **out, bool *braced)
{
    *braced = p->token.kind == KT_TOK_LBRACE;
    if (*braced)
        return kt_parse_block(p, where, out);
    if (p->token.kind == KT_TOK_SEMICOLON || p->token.kind == KT_TOK_END || p->token.kind == KT_TOK_RBRACE) {
        kt_parse_unexpected(p, "a statement or '{'", NULL);
        return false;
    }
    kt_view comment = kt_parser_comments(p);
    *out = kt_parse_statement(p);
    if (*out != NULL)
        (*out)->comment = comment;
    return *out != NULL;
}
