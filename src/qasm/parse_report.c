/* SPDX-License-Identifier: Apache-2.0 */
/* parse_report.c - how the parser says what is wrong: where, what was found, what was expected, and a hint. */
#include "base/text.h"
#include "qasm/parse_priv.h"

#include <stdarg.h>
#include <stdio.h>

#define SPAN_TO_LINE_END 65535u

kt_source kt_token_source(const kt_parser *p, const kt_token *token)
{
    return (kt_source){ p->input->file_index, token->line, token->column };
}

uint32_t kt_parser_span(const kt_parser *p, const kt_token *from)
{
    const kt_token *last = &p->previous;
    if (last->line != from->line)
        return SPAN_TO_LINE_END;
    uint32_t end = last->column + last->length;
    return end > from->column ? end - from->column : 1;
}

static void report(kt_parser *p, kt_source at, uint32_t length, kt_code code, const char *hint, const char *message)
{
    if (p->fatal)
        return;
    p->failures++;
    if (p->quiet)
        return;
    if (p->rc == 0) {
        p->rc = code;
        kt_fail(p->err, code, "%s:%u:%u: %s", p->input->file.name, at.line, at.column, message);
    }
    if (kt_diag(p->diags, &p->input->file, at, length, code, hint, "%s", message) == KT_E_NOMEM)
        kt_parse_nomem(p);
    else if (kt_diag_full(p->diags))
        p->fatal = true;
}

void kt_parse_fail_at(kt_parser *p, const kt_token *token, kt_code code, const char *hint, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    report(p, kt_token_source(p, token), token->length, code, hint, message);
}

void kt_parse_nomem(kt_parser *p)
{
    if (p->rc != KT_E_NOMEM)
        kt_fail(p->err, KT_E_NOMEM, "%s: out of memory for the parsed program (limit memory_bytes)",
                p->input->file.name);
    p->rc = KT_E_NOMEM;
    p->fatal = true;
}

/* At most this many bytes of a token are shown in a message. */
#define SHOWN_BYTES 40

static void describe(const kt_parser *p, char *text, size_t bytes)
{
    const kt_token *token = &p->token;
    size_t length = (size_t)(token->end - token->start);
    int shown = length > SHOWN_BYTES ? SHOWN_BYTES : (int)length;
    while (shown > 0 && (size_t)shown < length && ((unsigned char)token->start[shown] & 0xc0) == 0x80)
        shown--;
    const char *more = (size_t)shown < length ? "..." : "";
    if (token->kind == KT_TOK_END)
        snprintf(text, bytes, "the end of the %s", p->in_line ? "line" : "program");
    else if (kt_token_text(token->kind) != NULL && token->kind > KT_TOK_KEYWORD_FIRST)
        snprintf(text, bytes, "the word '%.*s'", shown, token->start);
    else
        snprintf(text, bytes, "'%.*s%s'", shown, token->start, more);
}

void kt_parse_unexpected(kt_parser *p, const char *what, const char *hint)
{
    if (p->token.kind == KT_TOK_BAD) {
        kt_parse_fail_at(p, &p->token, KT_E_SYNTAX, NULL, "%s", p->lexer.problem);
        return;
    }
    char found[96];
    describe(p, found, sizeof(found));
    kt_parse_fail_at(p, &p->token, KT_E_SYNTAX, hint, "expected %s, found %s", what, found);
}

const char *kt_parser_keyword_hint(const kt_parser *p, char *text, size_t bytes)
{
    if (p->statement_word.length < 3) /* every short name is near to some word */
        return NULL;
    kt_nearest nearest;
    kt_nearest_init(&nearest, p->statement_word);
    for (int kind = KT_TOK_KEYWORD_FIRST; kind < KT_TOK_KIND_COUNT; kind++)
        kt_nearest_offer(&nearest, kt_view_of(kt_token_text((kt_token_kind)kind)));
    if (nearest.text.data == NULL)
        return NULL;
    snprintf(text, bytes, "did you mean '%.*s'?", KT_VIEW_ARG(nearest.text));
    return text;
}

void kt_parse_missing_semicolon(kt_parser *p, const char *where)
{
    char hint_text[64], what[128], found[96];
    const char *hint = kt_parser_keyword_hint(p, hint_text, sizeof(hint_text));
    snprintf(what, sizeof(what), "';' %s", where);
    if (p->token.newlines == 0 && p->token.kind != KT_TOK_END && p->token.kind != KT_TOK_RBRACE) {
        kt_parse_unexpected(p, what, hint);
        return;
    }
    describe(p, found, sizeof(found));
    kt_token behind = p->previous;
    behind.column += behind.length;
    behind.length = 1;
    kt_parse_fail_at(p, &behind, KT_E_SYNTAX, hint, "expected %s, found %s", what, found);
}
