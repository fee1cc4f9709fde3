/* SPDX-License-Identifier: Apache-2.0 */
/* parse_operand.c - what statements act on: qubits and bits (names with indexes, $n), measurements, and what may stand
 * on the right of '='. */
#include "qasm/parse_priv.h"

kt_expr *kt_parse_operand(kt_parser *p, const char *what)
{
    kt_token token = p->token;
    if (!kt_parser_starts_operand(p)) {
        kt_parse_unexpected(p, what, NULL);
        return NULL;
    }
    kt_expr *base = NULL;
    if (token.kind == KT_TOK_PHYSICAL) {
        base = kt_parse_physical(p);
    } else {
        kt_parser_advance(p);
        base = kt_parse_name(p, &token);
    }
    return p->token.kind == KT_TOK_LBRACKET ? kt_parse_postfix(p, base) : base;
}

bool kt_parse_operands(kt_parser *p, const char *what, kt_expr **out)
{
    kt_expr **end = out;
    do {
        if ((*end = kt_parse_operand(p, what)) == NULL)
            return false;
        end = &(*end)->next;
    } while (kt_parser_take(p, KT_TOK_COMMA) && kt_parser_starts_operand(p));
    if (p->previous.kind == KT_TOK_COMMA && p->token.kind != KT_TOK_SEMICOLON && p->token.kind != KT_TOK_END) {
        kt_parse_unexpected(p, what, NULL);
        return false;
    }
    return true;
}

kt_expr *kt_parse_measure(kt_parser *p)
{
    kt_expr *measure = kt_new_expr(p, KT_EXPR_MEASURE, &p->token);
    kt_parser_advance(p);
    if (measure == NULL || (measure->a = kt_parse_operand(p, "a qubit after 'measure'")) == NULL)
        return NULL;
    return kt_finish_expr(p, measure);
}

/* name(arguments) qubits: a calibrated call that gives a value. The name and the arguments have been read. */
static kt_expr *parse_call_on_qubits(kt_parser *p, kt_expr *call)
{
    if (call == NULL || (call->kind != KT_EXPR_NAME && call->kind != KT_EXPR_CALL) || call->parenthesized ||
        p->previous.kind == KT_TOK_RBRACKET || !kt_parser_starts_operand(p))
        return call;
    call->kind = KT_EXPR_CALL;
    return kt_parse_operands(p, "a qubit", &call->b) ? kt_finish_expr(p, call) : NULL;
}

kt_expr *kt_parse_right_side(kt_parser *p, bool braces)
{
    if (p->token.kind == KT_TOK_MEASURE)
        return kt_parse_measure(p);
    if (braces && p->token.kind == KT_TOK_LBRACE)
        return kt_parse_set(p, true, true);
    kt_expr *expr = kt_parse_expression(p);
    bool same_line = p->token.newlines == 0;
    return same_line ? parse_call_on_qubits(p, expr) : expr;
}

kt_expr *kt_parse_concat(kt_parser *p)
{
    kt_expr *left = kt_parse_expression(p);
    while (left != NULL && kt_parser_take(p, KT_TOK_DOUBLE_PLUS)) {
        kt_expr *concat = kt_new_expr(p, KT_EXPR_CONCAT, &p->previous);
        if (concat == NULL)
            return NULL;
        concat->source = left->source;
        concat->a = left;
        concat->b = kt_parse_expression(p);
        left = concat->b == NULL ? NULL : kt_finish_expr(p, concat);
    }
    return left;
}
