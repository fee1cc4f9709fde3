/* SPDX-License-Identifier: Apache-2.0 */
/* expr_priv.h - an expression as a tree. */
#ifndef KT_EXPR_EXPR_PRIV_H
#define KT_EXPR_EXPR_PRIV_H

#include "expr/expr.h"

typedef enum kt_expr_kind {
    KT_EXPR_NULL,
    KT_EXPR_BOOL,
    KT_EXPR_INTEGER,
    KT_EXPR_REAL,
    KT_EXPR_STRING,
    KT_EXPR_NAME,
    KT_EXPR_LIST,  /* of `items` */
    KT_EXPR_FIELD, /* items[0], text */
    KT_EXPR_INDEX, /* items[0], items[1] */
    KT_EXPR_EACH,  /* items[0] is the list, items[1] what is done to each, with KT_EXPR_HOLE for it */
    KT_EXPR_HOLE,
    KT_EXPR_CALL, /* of `function` */
    KT_EXPR_NOT,
    KT_EXPR_AND,
    KT_EXPR_OR,
    KT_EXPR_NEGATE,
    KT_EXPR_PLUS,     /* the sign */
    KT_EXPR_OPERATOR, /* of two; `operator` */
} kt_expr_kind;

typedef enum kt_expr_operator {
    KT_OP_ADD,
    KT_OP_SUBTRACT,
    KT_OP_MULTIPLY,
    KT_OP_DIVIDE,
    KT_OP_REMAINDER,
    KT_OP_EQUAL,
    KT_OP_UNEQUAL,
    KT_OP_LESS,
    KT_OP_LESS_EQUAL,
    KT_OP_GREATER,
    KT_OP_GREATER_EQUAL
} kt_expr_operator;

typedef enum kt_expr_function { KT_FN_LEN, KT_FN_MIN, KT_FN_MAX, KT_FN_ABS, KT_FN_SUM, KT_FN_COUNT } kt_expr_function;
extern const char *const kt_expr_functions[KT_FN_COUNT];

struct kt_expr {
    kt_expr_kind kind;
    uint32_t where;
    kt_expr_operator operator;
    kt_expr_function function;
    int64_t integer; /* and of a BOOL */
    double real;
    kt_view text; /* of a STRING without its quotes and escapes */
    const kt_expr **items;
    size_t count;
    kt_expr *next; /* while a list is parsed */
};

/* What went wrong and where. Returns the code. */
#define KT_EXPR_FAIL(where_, at_, err_, code_, ...) (*(where_) = (at_), kt_fail((err_), (code_), __VA_ARGS__))

/* The result of an operator; NULL: *rc says why not. */
kt_json *kt_expr_calculate(kt_expr_operator operator, const kt_json * a, const kt_json *b, int *rc, kt_error *err);
kt_json *kt_expr_negate(const kt_json *a, int *rc, kt_error *err);
kt_json *kt_expr_call(kt_expr_function function, const kt_json *const *values, size_t count, int *rc, kt_error *err);
/* "a list", "a number", "null" */
const char *kt_expr_kind_text(const kt_json *value);

#endif
