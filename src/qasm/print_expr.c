/* SPDX-License-Identifier: Apache-2.0 */
/* print_expr.c - expressions and types as text. Parentheses stand where the tree needs them, and where someone wrote
 * them around an operator inside another one; others go. */
#include "base/json.h"
#include "qasm/print_priv.h"

#include <string.h>

static const struct {
    const char *text;
    uint8_t level; /* as in parse_expr.c; 11: a sign */
} operators[] = {
    [KT_OPR_NONE] = { "", 0 },     [KT_OPR_NEG] = { "-", 11 },   [KT_OPR_NOT] = { "!", 11 },
    [KT_OPR_BITNOT] = { "~", 11 }, [KT_OPR_POW] = { "**", 12 },  [KT_OPR_MUL] = { "*", 10 },
    [KT_OPR_DIV] = { "/", 10 },    [KT_OPR_MOD] = { "%", 10 },   [KT_OPR_ADD] = { "+", 9 },
    [KT_OPR_SUB] = { "-", 9 },     [KT_OPR_SHL] = { "<<", 8 },   [KT_OPR_SHR] = { ">>", 8 },
    [KT_OPR_LT] = { "<", 7 },      [KT_OPR_LE] = { "<=", 7 },    [KT_OPR_GT] = { ">", 7 },
    [KT_OPR_GE] = { ">=", 7 },     [KT_OPR_EQ] = { "==", 6 },    [KT_OPR_NE] = { "!=", 6 },
    [KT_OPR_BITAND] = { "&", 5 },  [KT_OPR_BITXOR] = { "^", 4 }, [KT_OPR_BITOR] = { "|", 3 },
    [KT_OPR_AND] = { "&&", 2 },    [KT_OPR_OR] = { "||", 1 },
};
_Static_assert(KT_COUNT(operators) == KT_OPR_OR + 1, "an operator lacks its row");

#define LEVEL_SIGN 11
#define LEVEL_POWER 12
#define LEVEL_ATOM 13

const char *kt_operator_text(kt_operator op)
{
    return (size_t)op < KT_COUNT(operators) ? operators[op].text : "";
}

void kt_print_view(kt_printer *pr, kt_view text)
{
    kt_buf_add(pr->out, text.data, text.length);
}

void kt_print_list(kt_printer *pr, const kt_expr *list)
{
    for (const kt_expr *item = list; item != NULL; item = item->next) {
        if (item != list)
            kt_buf_adds(pr->out, ", ");
        kt_print_expr(pr, item);
    }
}

/* ---- literals ---- */

/* The digits as they were written, with a digit on both sides of the point and a small e. */
static void print_real(kt_printer *pr, const kt_expr *expr)
{
    char shortest[40];
    kt_view text = expr->text;
    if (text.length == 0)
        text = (kt_view){ shortest, kt_double_text(expr->number, shortest, sizeof(shortest)) };
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i] == 'E' ? 'e' : text.data[i];
        if (c == '.' && i == 0)
            kt_buf_addc(pr->out, '0');
        kt_buf_addc(pr->out, c);
        bool digit_follows = i + 1 < text.length && text.data[i + 1] >= '0' && text.data[i + 1] <= '9';
        if (c == '.' && !digit_follows)
            kt_buf_addc(pr->out, '0');
    }
}

static void print_integer(kt_printer *pr, const kt_expr *expr)
{
    kt_view text = expr->text;
    if (text.length == 0) {
        kt_buf_addf(pr->out, "%llu", (unsigned long long)expr->integer);
    } else if (text.length > 2 && text.data[0] == '0' && text.data[1] > '9') {
        kt_buf_addf(pr->out, "0%c", text.data[1] | 0x20);
        kt_buf_add(pr->out, text.data + 2, text.length - 2);
    } else {
        kt_print_view(pr, text);
    }
}

/* ---- operators ---- */

static int level_of(const kt_expr *expr)
{
    bool is_operator = expr->kind == KT_EXPR_BINARY || expr->kind == KT_EXPR_UNARY;
    return is_operator ? operators[expr->op].level : LEVEL_ATOM;
}

/* An operand, in parentheses when it binds less tightly than `least`, or when someone wrote them. */
static void print_operand(kt_printer *pr, const kt_expr *expr, int least)
{
    int level = level_of(expr);
    bool enclose = level < least || (expr->parenthesized && level < LEVEL_ATOM);
    if (enclose)
        kt_buf_addc(pr->out, '(');
    kt_print_expr(pr, expr);
    if (enclose)
        kt_buf_addc(pr->out, ')');
}

static void print_binary(kt_printer *pr, const kt_expr *expr)
{
    int level = operators[expr->op].level;
    bool power = expr->op == KT_OPR_POW;
    print_operand(pr, expr->a, power ? LEVEL_POWER + 1 : level);
    bool caret = power && pr->version == 2;
    kt_buf_addf(pr->out, " %s ", caret ? "^" : operators[expr->op].text);
    print_operand(pr, expr->b, power ? LEVEL_SIGN : level + 1);
}

static void print_index(kt_printer *pr, const kt_expr *expr)
{
    print_operand(pr, expr->a, LEVEL_ATOM);
    kt_buf_addc(pr->out, '[');
    kt_print_list(pr, expr->b);
    kt_buf_addc(pr->out, ']');
}

/* A range's step and end; [a:b] and [a:step:b]. */
static void print_range(kt_printer *pr, const kt_expr *expr)
{
    const kt_expr *parts[] = { expr->a, expr->step, expr->b };
    for (size_t i = 0; i < KT_COUNT(parts); i++) {
        if (i == 1 && parts[i] == NULL)
            continue;
        if (i > 0)
            kt_buf_addc(pr->out, ':');
        if (parts[i] != NULL)
            kt_print_expr(pr, parts[i]);
    }
}

static void print_call(kt_printer *pr, const kt_expr *expr)
{
    static const char *const old_names[][2] = {
        { "ln", "log" },
        { "asin", "arcsin" },
        { "acos", "arccos" },
        { "atan", "arctan" },
    };
    kt_view name = expr->text;
    for (size_t i = 0; pr->version == 2 && i < KT_COUNT(old_names); i++)
        if (kt_view_is(expr->text, old_names[i][1]))
            name = kt_view_of(old_names[i][0]);
    kt_print_view(pr, name);
    if (expr->a != NULL || expr->b == NULL) {
        kt_buf_addc(pr->out, '(');
        kt_print_list(pr, expr->a);
        kt_buf_addc(pr->out, ')');
    }
    if (expr->b != NULL) {
        kt_buf_addc(pr->out, ' ');
        kt_print_list(pr, expr->b);
    }
}

static void print_timing(kt_printer *pr, const kt_expr *expr)
{
    static const char *const units[] = {
        [KT_UNIT_DT] = "dt", [KT_UNIT_NS] = "ns", [KT_UNIT_US] = "us", [KT_UNIT_MS] = "ms", [KT_UNIT_S] = "s"
    };
    print_real(pr, expr);
    kt_buf_adds(pr->out, units[expr->op]);
}

void kt_print_expr(kt_printer *pr, const kt_expr *expr)
{
    switch ((kt_expr_kind)expr->kind) {
    case KT_EXPR_INT: print_integer(pr, expr); break;
    case KT_EXPR_FLOAT: print_real(pr, expr); break;
    case KT_EXPR_IMAGINARY:
        print_real(pr, expr);
        kt_buf_adds(pr->out, "im");
        break;
    case KT_EXPR_BOOL: kt_buf_adds(pr->out, expr->integer ? "true" : "false"); break;
    case KT_EXPR_BITSTRING:
        kt_buf_addc(pr->out, '"');
        kt_print_view(pr, expr->text);
        kt_buf_addc(pr->out, '"');
        break;
    case KT_EXPR_DURATION: print_timing(pr, expr); break;
    case KT_EXPR_NAME: kt_print_view(pr, expr->text); break;
    case KT_EXPR_PHYSICAL: kt_buf_addf(pr->out, "$%llu", (unsigned long long)expr->integer); break;
    case KT_EXPR_UNARY:
        kt_buf_adds(pr->out, operators[expr->op].text);
        print_operand(pr, expr->a, LEVEL_SIGN);
        break;
    case KT_EXPR_BINARY: print_binary(pr, expr); break;
    case KT_EXPR_INDEX: print_index(pr, expr); break;
    case KT_EXPR_RANGE: print_range(pr, expr); break;
    case KT_EXPR_SET:
        kt_buf_addc(pr->out, '{');
        kt_print_list(pr, expr->a);
        kt_buf_addc(pr->out, '}');
        break;
    case KT_EXPR_CALL: print_call(pr, expr); break;
    case KT_EXPR_CAST:
        kt_print_type(pr, expr->type);
        kt_buf_addc(pr->out, '(');
        kt_print_expr(pr, expr->a);
        kt_buf_addc(pr->out, ')');
        break;
    case KT_EXPR_MEASURE:
        kt_buf_adds(pr->out, "measure ");
        kt_print_expr(pr, expr->a);
        break;
    case KT_EXPR_SIZEOF_DURATION:
        kt_buf_adds(pr->out, "durationof(");
        kt_print_block(pr, expr->body);
        kt_buf_addc(pr->out, ')');
        break;
    case KT_EXPR_CONCAT:
        kt_print_expr(pr, expr->a);
        kt_buf_adds(pr->out, " ++ ");
        kt_print_expr(pr, expr->b);
        break;
    }
}

/* ---- types ---- */

static void print_array(kt_printer *pr, const kt_type *type)
{
    static const char *const access[] = { "", "readonly ", "mutable " };
    kt_buf_addf(pr->out, "%sarray[", access[type->access]);
    kt_print_type(pr, type->base);
    kt_buf_adds(pr->out, ", ");
    if (type->rank != NULL) {
        kt_buf_adds(pr->out, "#dim = ");
        kt_print_expr(pr, type->rank);
    } else {
        kt_print_list(pr, type->dims);
    }
    kt_buf_addc(pr->out, ']');
}

void kt_print_type(kt_printer *pr, const kt_type *type)
{
    static const char *const words[] = {
        [KT_TYPE_BIT] = "bit",         [KT_TYPE_BOOL] = "bool",         [KT_TYPE_INT] = "int",
        [KT_TYPE_UINT] = "uint",       [KT_TYPE_FLOAT] = "float",       [KT_TYPE_ANGLE] = "angle",
        [KT_TYPE_COMPLEX] = "complex", [KT_TYPE_DURATION] = "duration", [KT_TYPE_STRETCH] = "stretch",
        [KT_TYPE_QUBIT] = "qubit",     [KT_TYPE_ARRAY] = "array",       [KT_TYPE_VOID] = "void",
    };
    if (type->kind == KT_TYPE_ARRAY) {
        print_array(pr, type);
        return;
    }
    if (type->is_old) { /* its size stands behind the name */
        kt_buf_adds(pr->out, type->kind == KT_TYPE_QUBIT ? "qreg" : "creg");
        return;
    }
    kt_buf_adds(pr->out, words[type->kind]);
    if (type->size == NULL && type->base == NULL)
        return;
    kt_buf_addc(pr->out, '[');
    if (type->base != NULL)
        kt_print_type(pr, type->base);
    else
        kt_print_expr(pr, type->size);
    kt_buf_addc(pr->out, ']');
}

int kt_type_print(const kt_type *type, kt_buf *out)
{
    kt_printer printer = { .out = out, .version = 3 };
    kt_print_type(&printer, type);
    return out->failed;
}
