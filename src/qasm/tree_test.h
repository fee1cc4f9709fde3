/* SPDX-License-Identifier: Apache-2.0 */
/* tree_test.h - what the tests of the front end share: parsing with defaults, and whether two trees say the same.
 * Positions, comments, braces around bodies, parentheses that change nothing and lone semicolons say nothing. */
#ifndef KT_QASM_TREE_TEST_H
#define KT_QASM_TREE_TEST_H

#include "qasm/parse.h"

#include <string.h>

static const kt_limits tree_limits = {
    .source_bytes = 1u << 24, .memory_bytes = (size_t)1 << 30, .nesting = 256, .errors = 20
};

typedef struct tree {
    kt_arena *arena;
    kt_diagnostics *diags;
    kt_ast *ast;
    kt_error err;
    int rc;
} tree;

static inline tree tree_parse_input(kt_parse_input input)
{
    tree t = { .arena = kt_arena_new(0), .diags = kt_diagnostics_new(20) };
    if (input.limits == NULL)
        input.limits = &tree_limits;
    if (input.file.name == NULL)
        input.file.name = "t.qasm";
    t.rc = kt_ast_parse(t.arena, &input, t.diags, &t.ast, &t.err);
    return t;
}

static inline tree tree_parse(kt_view text)
{
    return tree_parse_input((kt_parse_input){ .file = { "t.qasm", text } });
}

static inline void tree_free(tree *t)
{
    kt_arena_free(t->arena);
    kt_diagnostics_free(t->diags);
    *t = (tree){ 0 };
}

static inline bool tree_same_exprs(const kt_expr *a, const kt_expr *b);
static inline bool tree_same_stmts(const kt_stmt *a, const kt_stmt *b);

static inline bool tree_same_types(const kt_type *a, const kt_type *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->kind == b->kind && a->is_old == b->is_old && a->access == b->access &&
           tree_same_exprs(a->size, b->size) && tree_same_types(a->base, b->base) &&
           tree_same_exprs(a->dims, b->dims) && tree_same_exprs(a->rank, b->rank);
}

static inline bool tree_same_value(const kt_expr *a, const kt_expr *b)
{
    switch ((kt_expr_kind)a->kind) {
    case KT_EXPR_INT:
    case KT_EXPR_BOOL:
    case KT_EXPR_PHYSICAL: return a->integer == b->integer;
    case KT_EXPR_FLOAT:
    case KT_EXPR_IMAGINARY:
    case KT_EXPR_DURATION: return a->number == b->number;
    case KT_EXPR_RANGE: return tree_same_exprs(a->step, b->step);
    case KT_EXPR_CAST: return tree_same_types(a->type, b->type);
    case KT_EXPR_SIZEOF_DURATION: return tree_same_stmts(a->body, b->body);
    default: return true;
    }
}

static inline bool tree_same_expr(const kt_expr *a, const kt_expr *b)
{
    bool number = a->kind == KT_EXPR_FLOAT || a->kind == KT_EXPR_IMAGINARY || a->kind == KT_EXPR_DURATION;
    return a->kind == b->kind && a->op == b->op && tree_same_value(a, b) &&
           a->integer_overflow == b->integer_overflow &&
           (number || a->kind == KT_EXPR_INT || kt_view_equal(a->text, b->text)) && tree_same_exprs(a->a, b->a) &&
           tree_same_exprs(a->b, b->b);
}

static inline bool tree_same_exprs(const kt_expr *a, const kt_expr *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (!tree_same_expr(a, b))
            return false;
    return a == b;
}

static inline bool tree_same_matrices(const kt_ast_matrix *a, const kt_ast_matrix *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (a->rows != b->rows || a->columns != b->columns)
            return false;
        for (size_t i = 0; i < (size_t)a->rows * a->columns; i++)
            if (a->entries[i].re != b->entries[i].re || a->entries[i].im != b->entries[i].im)
                return false;
    }
    return a == b;
}

static inline bool tree_same_factors(const kt_ast_factor *a, const kt_ast_factor *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (a->kind != b->kind || !tree_same_matrices(a->matrix, b->matrix) || !tree_same_exprs(a->targets, b->targets))
            return false;
    return a == b;
}

static inline bool tree_same_terms(const kt_ast_term *a, const kt_ast_term *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (a->coefficient != b->coefficient || !tree_same_factors(a->factors, b->factors))
            return false;
    return a == b;
}

static inline bool tree_same_pragmas(const kt_pragma *a, const kt_pragma *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->kind == b->kind && a->result_type == b->result_type && a->all == b->all &&
           kt_view_equal(a->name, b->name) && (a->kind != KT_PRAGMA_UNKNOWN || kt_view_equal(a->text, b->text)) &&
           tree_same_exprs(a->arguments, b->arguments) && tree_same_matrices(a->matrices, b->matrices) &&
           tree_same_exprs(a->targets, b->targets) && tree_same_terms(a->terms, b->terms) &&
           tree_same_exprs(a->states, b->states) && tree_same_exprs(a->parameters, b->parameters);
}

static inline bool tree_same_modifiers(const kt_modifier *a, const kt_modifier *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (a->kind != b->kind || !tree_same_exprs(a->argument, b->argument))
            return false;
    return a == b;
}

static inline bool tree_same_formals(const kt_formal *a, const kt_formal *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (!kt_view_equal(a->name, b->name) || !tree_same_types(a->type, b->type))
            return false;
    return a == b;
}

/* What only some kinds of statements have. */
static inline bool tree_same_parts(const kt_stmt *a, const kt_stmt *b)
{
    switch ((kt_stmt_kind)a->kind) {
    case KT_STMT_INCLUDE:
    case KT_STMT_CAL:
    case KT_STMT_DEFCAL:
    case KT_STMT_DEFCALGRAMMAR:
    case KT_STMT_ANNOTATION: return kt_view_equal(a->text, b->text);
    case KT_STMT_PRAGMA: return tree_same_pragmas(a->pragma, b->pragma);
    case KT_STMT_GATE_DEF: /* not braced: opaque */
        return a->braced == b->braced && tree_same_formals(a->formals, b->formals) &&
               tree_same_formals(a->qubits, b->qubits) && tree_same_stmts(a->body, b->body);
    case KT_STMT_EXTERN: return tree_same_formals(a->formals, b->formals) && tree_same_types(a->type, b->type);
    case KT_STMT_DEF:
        return tree_same_formals(a->formals, b->formals) && tree_same_types(a->type, b->type) &&
               tree_same_stmts(a->body, b->body);
    case KT_STMT_GATE_CALL:
        return tree_same_exprs(a->expr, b->expr) && tree_same_exprs(a->arguments, b->arguments) &&
               tree_same_exprs(a->operands, b->operands) && tree_same_modifiers(a->modifiers, b->modifiers);
    case KT_STMT_DECL: return tree_same_types(a->type, b->type) && tree_same_exprs(a->expr, b->expr);
    case KT_STMT_FOR:
        return tree_same_types(a->type, b->type) && tree_same_exprs(a->expr, b->expr) &&
               tree_same_stmts(a->body, b->body);
    case KT_STMT_ASSIGN: return tree_same_exprs(a->target, b->target) && tree_same_exprs(a->expr, b->expr);
    case KT_STMT_IF:
        return tree_same_exprs(a->expr, b->expr) && tree_same_stmts(a->body, b->body) &&
               tree_same_stmts(a->orelse, b->orelse);
    case KT_STMT_SWITCH: return tree_same_exprs(a->expr, b->expr) && tree_same_stmts(a->cases, b->cases);
    case KT_STMT_BOX:
    case KT_STMT_WHILE:
    case KT_STMT_CASE:
    case KT_STMT_BLOCK: return tree_same_exprs(a->expr, b->expr) && tree_same_stmts(a->body, b->body);
    default: return tree_same_exprs(a->expr, b->expr) && tree_same_exprs(a->operands, b->operands);
    }
}

static inline bool tree_same_stmt(const kt_stmt *a, const kt_stmt *b)
{
    return a->kind == b->kind && a->op == b->op && a->is_const == b->is_const && a->io == b->io &&
           kt_view_equal(a->name, b->name) && tree_same_parts(a, b);
}

static inline const kt_stmt *tree_skip_nothing(const kt_stmt *stmt)
{
    while (stmt != NULL && stmt->kind == KT_STMT_NOP && stmt->name.length == 0)
        stmt = stmt->next;
    return stmt;
}

static inline bool tree_same_stmts(const kt_stmt *a, const kt_stmt *b)
{
    for (;;) {
        a = tree_skip_nothing(a);
        b = tree_skip_nothing(b);
        if (a == NULL || b == NULL)
            return a == b;
        if (!tree_same_stmt(a, b))
            return false;
        a = a->next;
        b = b->next;
    }
}

static inline bool tree_same(const kt_ast *a, const kt_ast *b)
{
    return a->version == b->version && a->has_header == b->has_header && kt_view_equal(a->header, b->header) &&
           tree_same_stmts(a->statements, b->statements);
}

#endif
