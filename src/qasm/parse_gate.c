/* SPDX-License-Identifier: Apache-2.0 */
/* parse_gate.c - what begins with a plain name or a gate modifier: gate calls, assignments, expressions. */
#include "qasm/parse_priv.h"

/* ---- gate calls ---- */

/* name(arguments) qubits -> bit; has been read as a gate call up to the arrow: it is a calibrated call with a value. */
static kt_stmt *parse_call_arrow(kt_parser *p, kt_stmt *stmt, const kt_token *at)
{
    kt_expr *call = kt_new_expr(p, KT_EXPR_CALL, at);
    if (call == NULL)
        return NULL;
    call->text = stmt->name;
    call->a = stmt->arguments;
    call->b = stmt->operands;
    stmt->arguments = stmt->operands = NULL;
    stmt->name = (kt_view){ 0 };
    stmt->kind = KT_STMT_ASSIGN;
    kt_parser_advance(p);
    if ((stmt->expr = kt_finish_expr(p, call)) == NULL ||
        (stmt->target = kt_parse_operand(p, "the bit that takes the value after '->'")) == NULL ||
        !kt_parser_expect(p, KT_TOK_SEMICOLON, "after the assignment"))
        return NULL;
    stmt->length = kt_parser_span(p, at);
    return stmt;
}

/* Everything behind the gate's name and arguments: [duration] operands ; */
static kt_stmt *parse_call_rest(kt_parser *p, kt_stmt *stmt, const kt_token *at)
{
    bool phase = kt_view_is(stmt->name, "gphase");
    if (p->token.kind == KT_TOK_LBRACKET && !kt_parse_designator(p, &stmt->expr))
        return NULL;
    if ((!phase || kt_parser_starts_operand(p)) && !kt_parse_operands(p, "a qubit after the gate", &stmt->operands))
        return NULL;
    if (p->token.kind == KT_TOK_ARROW && stmt->modifiers == NULL && stmt->expr == NULL)
        return parse_call_arrow(p, stmt, at);
    if (!kt_parser_expect(p, KT_TOK_SEMICOLON, "after the gate call"))
        return NULL;
    stmt->length = kt_parser_span(p, at);
    return stmt;
}

/* (angles), when they are there */
static bool parse_angles(kt_parser *p, kt_stmt *stmt)
{
    if (!kt_parser_take(p, KT_TOK_LPAREN))
        return true;
    p->real_numbers = p->version == 2;
    if (!kt_parse_expression_list(p, KT_TOK_RPAREN, &stmt->arguments))
        return false;
    p->real_numbers = false;
    return kt_parser_expect(p, KT_TOK_RPAREN, "after the gate's arguments");
}

static kt_modifier_kind modifier_kind(kt_token_kind kind)
{
    switch (kind) {
    case KT_TOK_INV: return KT_MOD_INV;
    case KT_TOK_POW: return KT_MOD_POW;
    case KT_TOK_CTRL: return KT_MOD_CTRL;
    default: return KT_MOD_NEGCTRL;
    }
}

static bool is_modifier(kt_token_kind kind)
{
    return kind == KT_TOK_INV || kind == KT_TOK_POW || kind == KT_TOK_CTRL || kind == KT_TOK_NEGCTRL;
}

/* inv @, pow(x) @, ctrl @, ctrl(n) @, negctrl @ */
static kt_modifier *parse_modifier(kt_parser *p)
{
    kt_token word = p->token;
    kt_modifier *modifier = kt_parser_alloc(p, sizeof(*modifier));
    if (modifier == NULL)
        return NULL;
    modifier->kind = (uint8_t)modifier_kind(word.kind);
    modifier->source = kt_token_source(p, &word);
    kt_parser_advance(p);
    if (word.kind == KT_TOK_POW && p->token.kind != KT_TOK_LPAREN) {
        kt_parse_unexpected(p, "the power in parentheses after 'pow'", "write pow(2) @ x q");
        return NULL;
    }
    if (word.kind != KT_TOK_INV && kt_parser_take(p, KT_TOK_LPAREN)) {
        modifier->argument = kt_parse_expression(p);
        if (modifier->argument == NULL || !kt_parser_expect(p, KT_TOK_RPAREN, "after the modifier's argument"))
            return NULL;
    }
    return kt_parser_expect(p, KT_TOK_AT, "after the gate modifier") ? modifier : NULL;
}

kt_stmt *kt_parse_gate_call(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_GATE_CALL, &at);
    kt_modifier **end = stmt == NULL ? NULL : &stmt->modifiers;
    while (stmt != NULL && is_modifier(p->token.kind)) {
        if ((*end = parse_modifier(p)) == NULL)
            return NULL;
        end = &(*end)->next;
    }
    if (stmt == NULL)
        return NULL;
    kt_token name = p->token;
    if (name.kind == KT_TOK_GPHASE)
        kt_parser_advance(p);
    else if (!kt_parser_expect_name(p, "a gate after the modifier", &name))
        return NULL;
    stmt->name = name.text;
    stmt->name_source = kt_token_source(p, &name);
    return parse_angles(p, stmt) ? parse_call_rest(p, stmt, &at) : NULL;
}

/* ---- what begins with a plain name ---- */

static kt_operator assignment_operator(kt_token_kind kind)
{
    static const uint8_t operators[] = {
        KT_OPR_NONE,   KT_OPR_ADD,   KT_OPR_SUB,    KT_OPR_MUL,    KT_OPR_DIV, KT_OPR_MOD, KT_OPR_POW,
        KT_OPR_BITAND, KT_OPR_BITOR, KT_OPR_BITXOR, KT_OPR_BITNOT, KT_OPR_SHL, KT_OPR_SHR,
    };
    return operators[kind - KT_TOK_ASSIGN];
}

static bool is_target(const kt_expr *expr)
{
    while (expr->kind == KT_EXPR_INDEX && !expr->parenthesized)
        expr = expr->a;
    return expr->kind == KT_EXPR_NAME;
}

static kt_stmt *parse_assignment(kt_parser *p, kt_expr *target, const kt_token *at)
{
    if (!is_target(target)) {
        kt_parse_fail_at(p, &p->token, KT_E_SYNTAX, NULL,
                         "expected a variable, a register or one of its elements on the left of '%.*s'",
                         KT_VIEW_ARG(p->token.text));
        return NULL;
    }
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_ASSIGN, at);
    if (stmt == NULL)
        return NULL;
    stmt->target = target;
    stmt->op = (uint8_t)assignment_operator(p->token.kind);
    kt_parser_advance(p);
    if ((stmt->expr = kt_parse_right_side(p, false)) == NULL ||
        !kt_parser_expect(p, KT_TOK_SEMICOLON, "after the assignment"))
        return NULL;
    stmt->length = kt_parser_span(p, at);
    return stmt;
}

/* An expression that turned out to be a gate's name, its arguments and perhaps its duration in brackets. */
static kt_stmt *call_from_expression(kt_parser *p, kt_expr *expr, const kt_token *at)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_GATE_CALL, at);
    if (stmt == NULL)
        return NULL;
    if (expr->kind == KT_EXPR_INDEX) {
        stmt->expr = expr->b;
        expr = expr->a;
    }
    stmt->name = at->text;
    stmt->name_source = kt_token_source(p, at);
    stmt->arguments = expr->a;
    return parse_call_rest(p, stmt, at);
}

/* A name, or a call of one; with one index of one expression behind it. */
static bool may_be_gate(const kt_expr *expr)
{
    if (expr->kind == KT_EXPR_INDEX) {
        if (expr->b->next != NULL || expr->b->kind == KT_EXPR_RANGE || expr->b->kind == KT_EXPR_SET)
            return false;
        expr = expr->a;
    }
    return expr->kind == KT_EXPR_NAME || expr->kind == KT_EXPR_CALL;
}

kt_stmt *kt_parse_expression_rest(kt_parser *p, kt_expr *left, const kt_token *at)
{
    kt_stmt *stmt = left == NULL ? NULL : kt_new_stmt(p, KT_STMT_EXPR, at);
    if (stmt == NULL || (stmt->expr = kt_parse_expression_from(p, left)) == NULL)
        return NULL;
    bool bare = stmt->expr == left && (left->kind == KT_EXPR_NAME || left->kind == KT_EXPR_INDEX);
    if (bare && p->token.kind != KT_TOK_SEMICOLON && p->token.newlines == 0 && p->token.kind != KT_TOK_END) {
        char hint[64];
        kt_parse_unexpected(p, "a qubit for the gate, or '=' and a value",
                            kt_parser_keyword_hint(p, hint, sizeof(hint)));
        return NULL;
    }
    const char *where = left->kind == KT_EXPR_CALL ? "after the call" : "after the expression";
    if (!kt_parser_expect(p, KT_TOK_SEMICOLON, where))
        return NULL;
    stmt->length = kt_parser_span(p, at);
    return stmt;
}

kt_stmt *kt_parse_word_statement(kt_parser *p, const kt_token *name)
{
    if (kt_parser_starts_operand(p)) { /* the way almost every line of a large program goes */
        kt_stmt *stmt = kt_new_stmt(p, KT_STMT_GATE_CALL, name);
        if (stmt == NULL)
            return NULL;
        stmt->name = name->text;
        stmt->name_source = stmt->source;
        return parse_call_rest(p, stmt, name);
    }
    kt_expr *left = kt_parse_postfix(p, kt_parse_name_or_call(p, name));
    if (left == NULL)
        return NULL;
    if (p->token.kind >= KT_TOK_ASSIGN && p->token.kind <= KT_TOK_ASSIGN_SHR)
        return parse_assignment(p, left, name);
    if (kt_parser_starts_operand(p) && may_be_gate(left))
        return call_from_expression(p, left, name);
    return kt_parse_expression_rest(p, left, name);
}
