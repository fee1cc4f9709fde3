/* SPDX-License-Identifier: Apache-2.0 */
/* parse_literal.c - the values of literals: integers of any base, reals, imaginary numbers, times, bit strings. */
#include "base/text.h"
#include "qasm/parse_priv.h"

#include <string.h>

bool kt_token_is_literal(kt_token_kind kind)
{
    switch (kind) {
    case KT_TOK_INTEGER:
    case KT_TOK_REAL:
    case KT_TOK_IMAGINARY:
    case KT_TOK_TIMING:
    case KT_TOK_BITSTRING:
    case KT_TOK_TRUE:
    case KT_TOK_FALSE: return true;
    default: return false;
    }
}

/* The text without underscores; the text itself when it has none. */
static bool without_underscores(kt_parser *p, kt_view *text)
{
    if (memchr(text->data, '_', text->length) == NULL)
        return true;
    char *copy = kt_parser_alloc(p, text->length);
    if (copy == NULL)
        return false;
    size_t length = 0;
    for (size_t i = 0; i < text->length; i++)
        if (text->data[i] != '_')
            copy[length++] = text->data[i];
    *text = (kt_view){ copy, length };
    return true;
}

/* A short number without an exponent is exact as a quotient of two exact doubles; false: not such a number. */
static bool short_number(kt_view digits, double *out)
{
    static const double powers[] = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    if (digits.length > 16)
        return false;
    uint64_t value = 0;
    size_t count = 0, behind_dot = 0;
    bool dot = false;
    for (size_t i = 0; i < digits.length; i++) {
        char c = digits.data[i];
        if (c == '.') {
            dot = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (uint64_t)(c - '0');
        count++;
        behind_dot += dot;
    }
    if (count > 15)
        return false;
    *out = (double)value / powers[behind_dot];
    return true;
}

static bool number_value(kt_parser *p, kt_expr *expr)
{
    if (short_number(expr->text, &expr->number) || kt_parse_double(expr->text, &expr->number, NULL) == 0)
        return true;
    kt_parse_fail_at(p, &p->token, KT_E_INVALID, NULL,
                     "this number does not fit: it must be below 1.8e308 and have at most 400 digits");
    return false;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return (c | 0x20) - 'a' + 10;
}

static void integer_value(kt_expr *expr)
{
    uint64_t base = 10, value = 0;
    size_t at = 0;
    if (expr->text.length > 2 && expr->text.data[0] == '0' && expr->text.data[1] > '9') {
        char letter = (char)(expr->text.data[1] | 0x20);
        base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
        at = 2;
    }
    for (; at < expr->text.length; at++) {
        uint64_t digit = (uint64_t)digit_value(expr->text.data[at]);
        if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value)) {
            expr->integer_overflow = true;
            value = UINT64_MAX;
            break;
        }
    }
    expr->integer = value;
}

static kt_duration_unit unit_of(kt_view unit)
{
    switch (unit.data[0]) {
    case 'd': return KT_UNIT_DT;
    case 'n': return KT_UNIT_NS;
    case 'm': return KT_UNIT_MS;
    case 's': return KT_UNIT_S;
    default: return KT_UNIT_US; /* us, and the micro sign in either encoding */
    }
}

static kt_expr_kind kind_of(const kt_parser *p, kt_token_kind kind)
{
    switch (kind) {
    case KT_TOK_INTEGER: return p->real_numbers ? KT_EXPR_FLOAT : KT_EXPR_INT;
    case KT_TOK_REAL: return KT_EXPR_FLOAT;
    case KT_TOK_IMAGINARY: return KT_EXPR_IMAGINARY;
    case KT_TOK_TIMING: return KT_EXPR_DURATION;
    case KT_TOK_BITSTRING: return KT_EXPR_BITSTRING;
    default: return KT_EXPR_BOOL;
    }
}

kt_expr *kt_parse_literal(kt_parser *p)
{
    kt_expr *expr = kt_new_expr(p, kind_of(p, p->token.kind), &p->token);
    if (expr == NULL)
        return NULL;
    expr->text = p->token.text;
    if (!without_underscores(p, &expr->text))
        return NULL;
    if (expr->kind == KT_EXPR_BOOL)
        expr->integer = p->token.kind == KT_TOK_TRUE;
    else if (expr->kind == KT_EXPR_INT)
        integer_value(expr);
    else if (expr->kind != KT_EXPR_BITSTRING && !number_value(p, expr))
        return NULL;
    if (expr->kind == KT_EXPR_DURATION)
        expr->op = (uint8_t)unit_of(p->token.unit);
    kt_parser_advance(p);
    return expr;
}
