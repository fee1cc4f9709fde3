/* SPDX-License-Identifier: Apache-2.0 */
/* parse_def.c - definitions: gates, subroutines, extern functions, calibrations, included files. */
#include "qasm/parse_priv.h"

static kt_formal *new_formal(kt_parser *p, const kt_token *at)
{
    kt_formal *formal = kt_parser_alloc(p, sizeof(*formal));
    if (formal == NULL)
        return NULL;
    formal->source = kt_token_source(p, at);
    formal->slot = -1;
    return formal;
}

static bool parse_defined_name(kt_parser *p, const char *what, kt_stmt *stmt)
{
    kt_token name;
    if (!kt_parser_expect_name(p, what, &name))
        return false;
    stmt->name = name.text;
    stmt->name_source = kt_token_source(p, &name);
    if (p->version == 2 && name.kind >= KT_TOK_KEYWORD_FIRST && stmt->kind == KT_STMT_GATE_DEF)
        p->gate_keywords |= (uint64_t)1 << (name.kind - KT_TOK_KEYWORD_FIRST);
    return true;
}

/* Names with commas between them, up to and without what cannot be a name. */
static bool parse_names(kt_parser *p, const char *what, kt_formal **out)
{
    kt_formal **end = out;
    do {
        kt_token name;
        if (!kt_parser_expect_name(p, what, &name) || (*end = new_formal(p, &name)) == NULL)
            return false;
        (*end)->name = name.text;
        end = &(*end)->next;
    } while (kt_parser_take(p, KT_TOK_COMMA) && kt_parser_is_name(p, &p->token));
    return true;
}

/* gate name(parameters) qubits */
static kt_stmt *parse_gate_head(kt_parser *p)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_GATE_DEF, &p->token);
    kt_parser_advance(p);
    if (stmt == NULL || !parse_defined_name(p, "the gate's name", stmt))
        return NULL;
    if (kt_parser_take(p, KT_TOK_LPAREN)) {
        if (p->token.kind != KT_TOK_RPAREN && !parse_names(p, "the name of a parameter", &stmt->formals))
            return NULL;
        if (!kt_parser_expect(p, KT_TOK_RPAREN, "after the gate's parameters"))
            return NULL;
    }
    return parse_names(p, "the name of a qubit of the gate", &stmt->qubits) ? stmt : NULL;
}

kt_stmt *kt_parse_gate_def(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = parse_gate_head(p);
    if (stmt == NULL)
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    stmt->braced = true;
    return kt_parse_block(p, "before the gate's body", &stmt->body) ? stmt : NULL;
}

kt_stmt *kt_parse_opaque(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = parse_gate_head(p);
    if (stmt == NULL || !kt_parser_expect(p, KT_TOK_SEMICOLON, "after the opaque gate"))
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    return stmt;
}

static bool parse_def_formal(kt_parser *p, kt_formal **out)
{
    kt_token at = p->token, name;
    kt_formal *formal = new_formal(p, &at);
    if (formal == NULL || (formal->type = kt_parse_parameter_type(p)) == NULL ||
        !kt_parser_expect_name(p, "the name of the parameter", &name))
        return false;
    formal->name = name.text;
    formal->source = kt_token_source(p, &name);
    if (formal->type->is_old && p->token.kind == KT_TOK_LBRACKET && !kt_parse_designator(p, &formal->type->size))
        return false;
    *out = formal;
    return true;
}

static bool parse_extern_formal(kt_parser *p, kt_formal **out)
{
    kt_formal *formal = new_formal(p, &p->token);
    if (formal == NULL || (formal->type = kt_parse_parameter_type(p)) == NULL)
        return false;
    if (formal->type->is_old && p->token.kind == KT_TOK_LBRACKET && !kt_parse_designator(p, &formal->type->size))
        return false;
    *out = formal;
    return true;
}

static bool parse_formals(kt_parser *p, bool (*parse_one)(kt_parser *, kt_formal **), kt_formal **out)
{
    if (!kt_parser_expect(p, KT_TOK_LPAREN, "after the name"))
        return false;
    while (p->token.kind != KT_TOK_RPAREN) {
        if (!parse_one(p, out))
            return false;
        out = &(*out)->next;
        if (!kt_parser_take(p, KT_TOK_COMMA))
            break;
    }
    return kt_parser_expect(p, KT_TOK_RPAREN, "after the parameters");
}

/* -> type; without it, the result is nothing. */
static kt_type *parse_result_type(kt_parser *p)
{
    bool arrow = kt_parser_take(p, KT_TOK_ARROW);
    if (arrow && p->token.kind != KT_TOK_VOID)
        return kt_parse_scalar_type(p);
    kt_type *type = kt_parser_alloc(p, sizeof(*type));
    if (type == NULL)
        return NULL;
    type->kind = KT_TYPE_VOID;
    type->source = kt_token_source(p, &p->token);
    if (arrow)
        kt_parser_advance(p);
    return type;
}

kt_stmt *kt_parse_def(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_DEF, &at);
    kt_parser_advance(p);
    if (stmt == NULL || !parse_defined_name(p, "the subroutine's name", stmt) ||
        !parse_formals(p, parse_def_formal, &stmt->formals) || (stmt->type = parse_result_type(p)) == NULL)
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    stmt->braced = true;
    return kt_parse_block(p, "before the subroutine's body", &stmt->body) ? stmt : NULL;
}

kt_stmt *kt_parse_extern(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_EXTERN, &at);
    kt_parser_advance(p);
    if (stmt == NULL || !parse_defined_name(p, "the name of the extern function", stmt) ||
        !parse_formals(p, parse_extern_formal, &stmt->formals) || (stmt->type = parse_result_type(p)) == NULL ||
        !kt_parser_expect(p, KT_TOK_SEMICOLON, "after the extern declaration"))
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    return stmt;
}

/* ---- calibrations: kept as text ---- */

/* The lexer stands behind '{', which is the next token: takes everything up to the brace that closes it. */
static bool take_braced(kt_parser *p, kt_view *body)
{
    kt_token open = p->token;
    if (!kt_lexer_braced(&p->lexer, body)) {
        kt_parse_fail_at(p, &open, KT_E_SYNTAX, NULL,
                         "this '{' is never closed: expected '}', found the end of the program");
        p->unclosed = true;
        return false;
    }
    p->token.end = p->lexer.cursor;
    kt_parser_advance(p);
    return true;
}

kt_stmt *kt_parse_cal(kt_parser *p, const kt_token *word)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_CAL, word);
    if (stmt == NULL)
        return NULL;
    stmt->braced = true;
    return take_braced(p, &stmt->text) ? stmt : NULL;
}

kt_stmt *kt_parse_defcal(kt_parser *p)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_DEFCAL, &p->token);
    kt_parser_advance(p);
    kt_token name = p->token;
    bool instruction = name.kind == KT_TOK_MEASURE || name.kind == KT_TOK_RESET || name.kind == KT_TOK_DELAY;
    if (stmt == NULL || (!instruction && !kt_parser_expect_name(p, "the name of what is calibrated", &name)))
        return NULL;
    stmt->name = name.text;
    stmt->name_source = kt_token_source(p, &name);
    bool arrow = false;
    while (p->token.kind != KT_TOK_LBRACE) {
        bool ended = p->token.kind == KT_TOK_SEMICOLON || p->token.kind == KT_TOK_END ||
                     p->token.kind == KT_TOK_RBRACE || (arrow && p->token.kind == KT_TOK_ARROW);
        arrow = arrow || p->token.kind == KT_TOK_ARROW;
        if (ended) {
            kt_parse_unexpected(p, "'{' before the calibration's body", NULL);
            return NULL;
        }
        kt_parser_advance(p);
    }
    kt_view body;
    if (!take_braced(p, &body))
        return NULL;
    const char *end = body.data + body.length + 1;
    stmt->text = (kt_view){ name.start, (size_t)(end - name.start) };
    stmt->braced = true;
    return stmt;
}

/* A statement that is a word, a text in quotes and ';'. */
static kt_stmt *parse_quoted(kt_parser *p, kt_stmt_kind kind, const char *what)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, kind, &at);
    kt_parser_advance(p);
    if (stmt == NULL)
        return NULL;
    if ((p->token.kind != KT_TOK_STRING && p->token.kind != KT_TOK_BITSTRING) || p->token.text.length == 0) {
        kt_parse_unexpected(p, what, NULL);
        return NULL;
    }
    stmt->text = p->token.text;
    stmt->name_source = kt_token_source(p, &p->token);
    kt_parser_advance(p);
    if (!kt_parser_expect(p, KT_TOK_SEMICOLON,
                          kind == KT_STMT_INCLUDE ? "after the included file" : "after the grammar"))
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    return stmt;
}

kt_stmt *kt_parse_defcalgrammar(kt_parser *p)
{
    return parse_quoted(p, KT_STMT_DEFCALGRAMMAR, "the grammar's name in quotes, such as \"openpulse\"");
}

kt_stmt *kt_parse_include(kt_parser *p)
{
    return parse_quoted(p, KT_STMT_INCLUDE, "a file name in quotes after 'include'");
}
