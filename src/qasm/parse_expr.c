/* SPDX-License-Identifier: Apache-2.0 */
/* parse_expr.c - expressions, by precedence climbing over one table of operators; lists, ranges and sets.
 * Precedence is that of the OpenQASM 3 specification: ** (to the right) binds tighter than a sign before it, looser
 * than a sign behind it. In OpenQASM 2, ^ is the power. */
#include "qasm/parse_priv.h"

typedef struct operator_row {
    uint8_t op, level; /* level 0: not a binary operator; higher binds tighter */
} operator_row;

#define LEVEL_POWER 12

static const operator_row operator_rows[KT_TOK_KIND_COUNT] = {
    [KT_TOK_OR] = { KT_OPR_OR, 1 },
    [KT_TOK_AND] = { KT_OPR_AND, 2 },
    [KT_TOK_PIPE] = { KT_OPR_BITOR, 3 },
    [KT_TOK_CARET] = { KT_OPR_BITXOR, 4 },
    [KT_TOK_AMPERSAND] = { KT_OPR_BITAND, 5 },
    [KT_TOK_EQ] = { KT_OPR_EQ, 6 },
    [KT_TOK_NE] = { KT_OPR_NE, 6 },
    [KT_TOK_LT] = { KT_OPR_LT, 7 },
    [KT_TOK_LE] = { KT_OPR_LE, 7 },
    [KT_TOK_GT] = { KT_OPR_GT, 7 },
    [KT_TOK_GE] = { KT_OPR_GE, 7 },
    [KT_TOK_SHL] = { KT_OPR_SHL, 8 },
    [KT_TOK_SHR] = { KT_OPR_SHR, 8 },
    [KT_TOK_PLUS] = { KT_OPR_ADD, 9 },
    [KT_TOK_MINUS] = { KT_OPR_SUB, 9 },
    [KT_TOK_STAR] = { KT_OPR_MUL, 10 },
    [KT_TOK_SLASH] = { KT_OPR_DIV, 10 },
    [KT_TOK_PERCENT] = { KT_OPR_MOD, 10 },
    [KT_TOK_POWER] = { KT_OPR_POW, LEVEL_POWER },
};

static operator_row operator_of(const kt_parser *p)
{
    if (p->version == 2 && p->token.kind == KT_TOK_CARET)
        return (operator_row){ KT_OPR_POW, LEVEL_POWER };
    return operator_rows[p->token.kind];
}

static kt_expr *parse_unary(kt_parser *p);

/* ---- names, calls, casts ---- */

kt_expr *kt_parse_name(kt_parser *p, const kt_token *name)
{
    kt_expr *expr = kt_new_expr(p, KT_EXPR_NAME, name);
    if (expr != NULL)
        expr->text = name->text;
    return expr;
}

/* OpenQASM 2 calls some functions by other names. */
static kt_view function_name(const kt_parser *p, kt_view name)
{
    static const char *const old_names[][2] = {
        { "ln", "log" },
        { "asin", "arcsin" },
        { "acos", "arccos" },
        { "atan", "arctan" },
    };
    for (size_t i = 0; p->version == 2 && i < KT_COUNT(old_names); i++)
        if (kt_view_is(name, old_names[i][0]))
            return kt_view_of(old_names[i][1]);
    return name;
}

kt_expr *kt_parse_name_or_call(kt_parser *p, const kt_token *name)
{
    if (p->token.kind != KT_TOK_LPAREN)
        return kt_parse_name(p, name);
    kt_parser_advance(p);
    kt_expr *call = kt_new_expr(p, KT_EXPR_CALL, name);
    if (call == NULL || !kt_parser_enter(p))
        return NULL;
    call->text = function_name(p, name->text);
    bool real_numbers = p->real_numbers;
    p->real_numbers = p->version == 2;
    if (!kt_parse_expression_list(p, KT_TOK_RPAREN, &call->a) ||
        !kt_parser_expect(p, KT_TOK_RPAREN, "after the arguments"))
        return NULL;
    p->real_numbers = real_numbers;
    kt_parser_leave(p);
    return kt_finish_expr(p, call);
}

/* (value) behind a type that has been read */
kt_expr *kt_parse_cast(kt_parser *p, kt_type *type, const kt_token *at)
{
    kt_expr *cast = kt_new_expr(p, KT_EXPR_CAST, at);
    if (cast == NULL || !kt_parser_expect(p, KT_TOK_LPAREN, "after the type, for a conversion") || !kt_parser_enter(p))
        return NULL;
    cast->type = type;
    cast->a = kt_parse_expression(p);
    if (cast->a == NULL || !kt_parser_expect(p, KT_TOK_RPAREN, "after the converted value"))
        return NULL;
    kt_parser_leave(p);
    return kt_finish_expr(p, cast);
}

static kt_expr *parse_typed(kt_parser *p)
{
    kt_token at = p->token;
    kt_type *type = kt_parse_type(p);
    return type == NULL ? NULL : kt_parse_cast(p, type, &at);
}

static kt_expr *parse_durationof(kt_parser *p)
{
    kt_expr *expr = kt_new_expr(p, KT_EXPR_SIZEOF_DURATION, &p->token);
    kt_parser_advance(p);
    if (expr == NULL || !kt_parser_expect(p, KT_TOK_LPAREN, "after 'durationof'") ||
        !kt_parse_block(p, "before the timed statements", &expr->body) ||
        !kt_parser_expect(p, KT_TOK_RPAREN, "after the timed statements"))
        return NULL;
    return kt_finish_expr(p, expr);
}

kt_expr *kt_parse_physical(kt_parser *p)
{
    kt_expr *expr = kt_new_expr(p, KT_EXPR_PHYSICAL, &p->token);
    if (expr == NULL)
        return NULL;
    expr->text = p->token.text;
    for (size_t i = 0; i < expr->text.length; i++) {
        expr->integer = expr->integer * 10 + (uint64_t)(expr->text.data[i] - '0');
        if (expr->integer > UINT32_MAX) {
            kt_parse_fail_at(p, &p->token, KT_E_INVALID, NULL, "the number of a physical qubit is at most 4294967295");
            return NULL;
        }
    }
    kt_parser_advance(p);
    return expr;
}

static kt_expr *parse_parenthesized(kt_parser *p)
{
    kt_parser_advance(p);
    if (!kt_parser_enter(p))
        return NULL;
    kt_expr *expr = kt_parse_expression(p);
    if (expr == NULL || !kt_parser_expect(p, KT_TOK_RPAREN, "to close the parenthesis"))
        return NULL;
    kt_parser_leave(p);
    expr->parenthesized = true;
    return expr;
}

static kt_expr *unexpected_operand(kt_parser *p)
{
    const char *hint = NULL;
    if (p->token.kind == KT_TOK_MEASURE)
        hint = "`measure` stands alone on the right of '=': measure into a bit first";
    else if (p->token.kind == KT_TOK_LBRACE)
        hint = "'{ }' makes an array only in its declaration";
    kt_parse_unexpected(p, "an expression", hint);
    return NULL;
}

static kt_expr *parse_primary(kt_parser *p)
{
    kt_token token = p->token;
    if (token.kind == KT_TOK_LPAREN)
        return parse_parenthesized(p);
    if (p->version == 3 && kt_starts_type(token.kind))
        return parse_typed(p);
    if (token.kind == KT_TOK_DURATIONOF)
        return parse_durationof(p);
    if (token.kind == KT_TOK_PHYSICAL)
        return kt_parse_physical(p);
    if (kt_token_is_literal(token.kind))
        return kt_parse_literal(p);
    if (!kt_parser_is_name(p, &token) && token.kind != KT_TOK_POW)
        return unexpected_operand(p);
    kt_parser_advance(p);
    if (token.kind == KT_TOK_POW && p->token.kind != KT_TOK_LPAREN) {
        kt_parse_unexpected(p, "'(' after 'pow'", NULL);
        return NULL;
    }
    return kt_parse_name_or_call(p, &token);
}

/* ---- indexes, ranges, sets ---- */

kt_expr *kt_parse_range_or_expression(kt_parser *p)
{
    kt_token at = p->token;
    kt_expr *first = NULL;
    if (at.kind != KT_TOK_COLON && (first = kt_parse_expression(p)) == NULL)
        return NULL;
    if (p->token.kind != KT_TOK_COLON)
        return first;
    kt_expr *range = kt_new_expr(p, KT_EXPR_RANGE, &at), *second = NULL;
    if (range == NULL)
        return NULL;
    kt_parser_advance(p);
    range->a = first;
    bool ends = p->token.kind == KT_TOK_RBRACKET || p->token.kind == KT_TOK_COMMA;
    if (!ends && p->token.kind != KT_TOK_COLON && (second = kt_parse_expression(p)) == NULL)
        return NULL;
    range->b = second;
    if (kt_parser_take(p, KT_TOK_COLON)) {
        range->step = second;
        ends = p->token.kind == KT_TOK_RBRACKET || p->token.kind == KT_TOK_COMMA;
        range->b = ends ? NULL : kt_parse_expression(p);
        if (range->b == NULL && !ends)
            return NULL;
    }
    return kt_finish_expr(p, range);
}

kt_expr *kt_parse_set(kt_parser *p, bool nested, bool may_be_empty)
{
    kt_expr *set = kt_new_expr(p, KT_EXPR_SET, &p->token);
    if (set == NULL || !kt_parser_expect(p, KT_TOK_LBRACE, "before the values") || !kt_parser_enter(p))
        return NULL;
    kt_expr **end = &set->a;
    while (p->token.kind != KT_TOK_RBRACE) {
        *end = nested && p->token.kind == KT_TOK_LBRACE ? kt_parse_set(p, nested, true) : kt_parse_expression(p);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
        if (!kt_parser_take(p, KT_TOK_COMMA))
            break;
    }
    if (set->a == NULL && !may_be_empty) {
        kt_parse_unexpected(p, "a value in the set", NULL);
        return NULL;
    }
    if (!kt_parser_expect(p, KT_TOK_RBRACE, "or ',' after the value"))
        return NULL;
    kt_parser_leave(p);
    return kt_finish_expr(p, set);
}

static bool parse_index_items(kt_parser *p, kt_expr **out)
{
    if (p->token.kind == KT_TOK_LBRACE)
        return (*out = kt_parse_set(p, false, false)) != NULL;
    kt_expr **end = out;
    do {
        if ((*end = kt_parse_range_or_expression(p)) == NULL)
            return false;
        end = &(*end)->next;
    } while (kt_parser_take(p, KT_TOK_COMMA) && p->token.kind != KT_TOK_RBRACKET);
    return true;
}

kt_expr *kt_parse_postfix(kt_parser *p, kt_expr *base)
{
    while (base != NULL && p->token.kind == KT_TOK_LBRACKET) {
        kt_expr *index = kt_new_expr(p, KT_EXPR_INDEX, &p->token);
        if (index == NULL || !kt_parser_enter(p))
            return NULL;
        bool real_numbers = p->real_numbers;
        p->real_numbers = false;
        index->source = base->source;
        index->a = base;
        kt_parser_advance(p);
        if (!parse_index_items(p, &index->b) || !kt_parser_expect(p, KT_TOK_RBRACKET, "after the index"))
            return NULL;
        p->real_numbers = real_numbers;
        kt_parser_leave(p);
        base = kt_finish_expr(p, index);
    }
    return base;
}

/* ---- operators ---- */

static kt_expr *new_binary(kt_parser *p, uint8_t op, kt_expr *left, kt_expr *right)
{
    if (right == NULL)
        return NULL;
    kt_expr *expr = kt_new_expr(p, KT_EXPR_BINARY, &p->previous);
    if (expr == NULL)
        return NULL;
    expr->op = op;
    expr->source = left->source;
    expr->a = left;
    expr->b = right;
    return kt_finish_expr(p, expr);
}

/* base ** exponent, where the base has been read. */
static kt_expr *parse_power(kt_parser *p, kt_expr *base)
{
    if (base == NULL || operator_of(p).level != LEVEL_POWER)
        return base;
    if (!kt_parser_enter(p))
        return NULL;
    kt_parser_advance(p);
    kt_expr *power = new_binary(p, KT_OPR_POW, base, parse_unary(p));
    kt_parser_leave(p);
    return power;
}

static kt_expr *parse_unary(kt_parser *p)
{
    static const uint8_t unary_ops[KT_TOK_KIND_COUNT] = {
        [KT_TOK_MINUS] = KT_OPR_NEG, [KT_TOK_NOT] = KT_OPR_NOT, [KT_TOK_TILDE] = KT_OPR_BITNOT
    };
    if (p->version == 2 && p->token.kind == KT_TOK_PLUS)
        kt_parser_advance(p);
    uint8_t op = unary_ops[p->token.kind];
    if (op == 0)
        return parse_power(p, kt_parse_postfix(p, parse_primary(p)));
    kt_expr *expr = kt_new_expr(p, KT_EXPR_UNARY, &p->token);
    if (expr == NULL || !kt_parser_enter(p))
        return NULL;
    kt_parser_advance(p);
    expr->op = op;
    expr->a = parse_unary(p);
    kt_parser_leave(p);
    return expr->a == NULL ? NULL : kt_finish_expr(p, expr);
}

/* Everything behind `left` that binds at least as tightly as `level`. */
static kt_expr *climb(kt_parser *p, kt_expr *left, uint8_t level)
{
    operator_row row;
    while (left != NULL && (row = operator_of(p)).level >= level && row.level > 0) {
        kt_parser_advance(p);
        kt_expr *right = parse_unary(p);
        if (right == NULL)
            return NULL;
        left = new_binary(p, row.op, left, climb(p, right, row.level + 1));
    }
    return left;
}

kt_expr *kt_parse_expression(kt_parser *p)
{
    kt_expr *left = parse_unary(p);
    return left == NULL || operator_of(p).level == 0 ? left : climb(p, left, 1);
}

kt_expr *kt_parse_expression_from(kt_parser *p, kt_expr *left)
{
    return climb(p, parse_power(p, kt_parse_postfix(p, left)), 1);
}

bool kt_parse_expression_list(kt_parser *p, kt_token_kind closing, kt_expr **out)
{
    kt_expr **end = out;
    while (p->token.kind != closing) {
        if ((*end = kt_parse_expression(p)) == NULL)
            return false;
        end = &(*end)->next;
        if (!kt_parser_take(p, KT_TOK_COMMA))
            break;
    }
    return true;
}
