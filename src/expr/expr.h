/* SPDX-License-Identifier: Apache-2.0 */
/* expr.h - the expressions of workflows, ${...}: a value from the values of steps. They have no loops and no effects,
 * so every one of them ends; what they may cost is bounded by their own length and by what they are given.
 *
 *   or          =  and { "or" and }
 *   and         =  not { "and" not }
 *   not         =  "not" not | comparison
 *   comparison  =  sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
 *   sum         =  product { ("+" | "-") product }
 *   product     =  sign { ("*" | "/" | "%") sign }
 *   sign        =  ("-" | "+") sign | path
 *   path        =  value { "." NAME | "[" or "]" | "[" "*" "]" }
 *   value       =  NUMBER | STRING | "true" | "false" | "null" | NAME | "(" or ")" | "[" [ or { "," or } ] "]"
 *                | ("len" | "min" | "max" | "abs" | "sum") "(" or { "," or } ")"
 *
 * What follows "[*]" in a path is done to each item of the list before it. */
#ifndef KT_EXPR_EXPR_H
#define KT_EXPR_EXPR_H

#include "base/arena.h"
#include "base/json.h"

enum { KT_EXPR_NODES_MOST = 1000, KT_EXPR_DEPTH_MOST = 64, KT_EXPR_BYTES_MOST = 1 << 20 };

typedef struct kt_expr kt_expr; /* in the arena of who made it; it borrows its text */

/* The value of a name; NULL: there is none of that name. Borrowed while an expression is evaluated. */
typedef struct kt_expr_scope {
    const kt_json *(*find)(void *ctx, kt_view name);
    void *ctx;
} kt_expr_scope;

/* Of both: *where is the byte in the text that an error is about; written on failure only.
 * KT_E_SYNTAX, KT_E_LIMIT, KT_E_NOMEM. */
int kt_expr_parse(kt_view text, kt_arena *arena, const kt_expr **out, size_t *where, kt_error *err);
/* KT_E_NOT_FOUND for a name, field or index that is not there, KT_E_INVALID for a value of the wrong kind, KT_E_LIMIT
 * for numbers out of range. The value is the caller's. */
int kt_expr_eval(const kt_expr *expr, const kt_expr_scope *scope, kt_json **out, size_t *where, kt_error *err);
/* Each name in it, as often as it stands there, and where: `start` is added. */
typedef void kt_expr_visit(void *ctx, kt_view name, size_t where);
void kt_expr_names(const kt_expr *expr, size_t start, kt_expr_visit *visit, void *ctx);

/* A text with expressions in it: "${a}" alone has the value's own kind, anything else is a text. "$${" is "${". */
typedef struct kt_template kt_template;
int kt_template_parse(kt_view text, kt_arena *arena, const kt_template **out, size_t *where, kt_error *err);
bool kt_template_is_plain(const kt_template *t); /* no expression in it */
int kt_template_eval(const kt_template *t, const kt_expr_scope *scope, kt_json **out, size_t *where, kt_error *err);
void kt_template_names(const kt_template *t, kt_expr_visit *visit, void *ctx);

#endif
