/* SPDX-License-Identifier: Apache-2.0 */
/* parse_flow.c - control flow: if, for, while, switch, box. */
#include "qasm/parse_priv.h"

/* ( expression ) */
static kt_expr *parse_condition(kt_parser *p, const char *where)
{
    if (!kt_parser_expect(p, KT_TOK_LPAREN, where))
        return NULL;
    kt_expr *expr = kt_parse_expression(p);
    if (expr == NULL)
        return NULL;
    bool compound = p->token.kind >= KT_TOK_ASSIGN && p->token.kind <= KT_TOK_ASSIGN_SHR;
    if (compound) {
        kt_parse_unexpected(p, "')' after the condition", "comparing is written '=='");
        return NULL;
    }
    return kt_parser_expect(p, KT_TOK_RPAREN, "after the condition") ? expr : NULL;
}

kt_stmt *kt_parse_if(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_IF, &at);
    kt_parser_advance(p);
    if (stmt == NULL || (stmt->expr = parse_condition(p, "after 'if'")) == NULL)
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    bool else_braced = false;
    if (!kt_parse_body(p, "after the condition", &stmt->body, &stmt->braced))
        return NULL;
    if (kt_parser_take(p, KT_TOK_ELSE) && !kt_parse_body(p, "after 'else'", &stmt->orelse, &else_braced))
        return NULL;
    return stmt;
}

/* What a loop runs over: a set, a range in brackets, or an expression. */
static kt_expr *parse_iterable(kt_parser *p)
{
    if (p->token.kind == KT_TOK_LBRACE)
        return kt_parse_set(p, false, false);
    if (p->token.kind != KT_TOK_LBRACKET)
        return kt_parse_expression(p);
    kt_parser_advance(p);
    kt_token at = p->token;
    kt_expr *range = kt_parse_range_or_expression(p);
    if (range == NULL)
        return NULL;
    if (range->kind != KT_EXPR_RANGE) {
        kt_parse_fail_at(p, &at, KT_E_SYNTAX, "write [0:3], which holds both ends",
                         "expected a range between '[' and ']'");
        return NULL;
    }
    return kt_parser_expect(p, KT_TOK_RBRACKET, "after the range") ? range : NULL;
}

kt_stmt *kt_parse_for(kt_parser *p)
{
    kt_token at = p->token, name;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_FOR, &at);
    kt_parser_advance(p);
    if (stmt == NULL)
        return NULL;
    if (p->token.kind == KT_TOK_NAME) {
        kt_parse_unexpected(p, "the type of the loop's variable after 'for'", "write for int i in [0:3]");
        return NULL;
    }
    if ((stmt->type = kt_parse_scalar_type(p)) == NULL ||
        !kt_parser_expect_name(p, "the name of the loop's variable", &name) ||
        !kt_parser_expect(p, KT_TOK_IN, "after the loop's variable") || (stmt->expr = parse_iterable(p)) == NULL)
        return NULL;
    stmt->name = name.text;
    stmt->name_source = kt_token_source(p, &name);
    stmt->length = kt_parser_span(p, &at);
    return kt_parse_body(p, "before the loop's body", &stmt->body, &stmt->braced) ? stmt : NULL;
}

kt_stmt *kt_parse_while(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_WHILE, &at);
    kt_parser_advance(p);
    if (stmt == NULL || (stmt->expr = parse_condition(p, "after 'while'")) == NULL)
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    return kt_parse_body(p, "before the loop's body", &stmt->body, &stmt->braced) ? stmt : NULL;
}

static kt_stmt *parse_case(kt_parser *p)
{
    kt_token at = p->token;
    kt_view comment = kt_parser_comments(p);
    if (at.kind != KT_TOK_CASE && at.kind != KT_TOK_DEFAULT) {
        kt_parse_unexpected(p, "'case', 'default' or '}' in the switch", NULL);
        return NULL;
    }
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_CASE, &at);
    kt_parser_advance(p);
    if (stmt == NULL)
        return NULL;
    stmt->comment = comment;
    stmt->braced = true;
    if (at.kind == KT_TOK_CASE) {
        if (p->token.kind == KT_TOK_LBRACE) {
            kt_parse_unexpected(p, "a value after 'case'", NULL);
            return NULL;
        }
        if (!kt_parse_expression_list(p, KT_TOK_LBRACE, &stmt->expr))
            return NULL;
    }
    stmt->length = kt_parser_span(p, &at);
    return kt_parse_block(p, at.kind == KT_TOK_CASE ? "after the case" : "after 'default'", &stmt->body) ? stmt : NULL;
}

/* After an error in a case. */
static void skip_to_case(kt_parser *p, const char *from)
{
    const char *first = from;
    do
        kt_parser_recover(p, from, true);
    while (!p->fatal && p->token.kind != KT_TOK_CASE && p->token.kind != KT_TOK_DEFAULT &&
           p->token.kind != KT_TOK_RBRACE && p->token.kind != KT_TOK_END && (from = p->token.start) != NULL);
    kt_parser_note_gap(p, first);
}

kt_stmt *kt_parse_switch(kt_parser *p, const kt_token *word)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_SWITCH, word);
    if (stmt == NULL || (stmt->expr = parse_condition(p, "after 'switch'")) == NULL)
        return NULL;
    stmt->length = kt_parser_span(p, word);
    stmt->braced = true;
    if (!kt_parser_expect(p, KT_TOK_LBRACE, "before the cases") || !kt_parser_enter(p))
        return NULL;
    kt_stmt **end = &stmt->cases;
    while (!p->fatal && p->token.kind != KT_TOK_RBRACE && p->token.kind != KT_TOK_END) {
        uint32_t depth = p->depth;
        const char *from = p->token.start;
        if ((*end = parse_case(p)) != NULL)
            end = &(*end)->next;
        else
            skip_to_case(p, from);
        p->depth = depth;
    }
    kt_parser_leave(p);
    return kt_parser_expect(p, KT_TOK_RBRACE, "to close the switch") ? stmt : NULL;
}

kt_stmt *kt_parse_box(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_BOX, &at);
    kt_parser_advance(p);
    if (stmt == NULL || (p->token.kind == KT_TOK_LBRACKET && !kt_parse_designator(p, &stmt->expr)))
        return NULL;
    stmt->length = kt_parser_span(p, &at);
    stmt->braced = true;
    return kt_parse_block(p, "before the box's body", &stmt->body) ? stmt : NULL;
}
