/* SPDX-License-Identifier: Apache-2.0 */
/* parse_decl.c - declarations: variables, constants, inputs and outputs, qubits, old-style registers, aliases. */
#include "qasm/parse_priv.h"

/* The name, and for `type name[size]` a word about where the size belongs. */
static bool parse_declared_name(kt_parser *p, kt_stmt *stmt)
{
    kt_token name;
    if (!kt_parser_expect_name(p, "the name that is declared", &name))
        return false;
    stmt->name = name.text;
    stmt->name_source = kt_token_source(p, &name);
    return true;
}

static kt_stmt *end_declaration(kt_parser *p, kt_stmt *stmt, const kt_token *at)
{
    static const char size_hint[] = "the size stands before the name: write qubit[2] q";
    static const char list_hint[] = "declare one name in a statement";
    if (p->token.kind == KT_TOK_LBRACKET || p->token.kind == KT_TOK_COMMA) {
        kt_parse_unexpected(p, "';' after the declaration", p->token.kind == KT_TOK_COMMA ? list_hint : size_hint);
        return NULL;
    }
    if (!kt_parser_expect(p, KT_TOK_SEMICOLON, "after the declaration"))
        return NULL;
    stmt->length = kt_parser_span(p, at);
    return stmt;
}

static kt_stmt *parse_typed(kt_parser *p, const kt_token *at, kt_type *type)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_DECL, at);
    if (stmt == NULL)
        return NULL;
    stmt->type = type;
    return parse_declared_name(p, stmt) ? stmt : NULL;
}

kt_stmt *kt_parse_declaration(kt_parser *p)
{
    kt_token at = p->token;
    kt_type *type = kt_parse_type(p);
    if (type == NULL)
        return NULL;
    if (p->token.kind == KT_TOK_LPAREN)
        return kt_parse_expression_rest(p, kt_parse_cast(p, type, &at), &at);
    kt_stmt *stmt = parse_typed(p, &at, type);
    if (stmt == NULL)
        return NULL;
    if (kt_parser_take(p, KT_TOK_ASSIGN) && (stmt->expr = kt_parse_right_side(p, true)) == NULL)
        return NULL;
    return end_declaration(p, stmt, &at);
}

kt_stmt *kt_parse_const(kt_parser *p)
{
    kt_token at = p->token;
    kt_parser_advance(p);
    kt_type *type = kt_parse_scalar_type(p);
    kt_stmt *stmt = type == NULL ? NULL : parse_typed(p, &at, type);
    if (stmt == NULL)
        return NULL;
    stmt->is_const = true;
    if (!kt_parser_expect(p, KT_TOK_ASSIGN, "and the value of the constant") ||
        (stmt->expr = kt_parse_right_side(p, true)) == NULL)
        return NULL;
    return end_declaration(p, stmt, &at);
}

kt_stmt *kt_parse_io(kt_parser *p)
{
    kt_token at = p->token;
    kt_parser_advance(p);
    kt_type *type = kt_parse_type(p);
    kt_stmt *stmt = type == NULL ? NULL : parse_typed(p, &at, type);
    if (stmt == NULL)
        return NULL;
    stmt->io = at.kind == KT_TOK_INPUT ? 1 : 2;
    if (p->token.kind == KT_TOK_ASSIGN) {
        kt_parse_unexpected(p, "';' after the declaration",
                            "an input gets its value from outside, an output by an assignment");
        return NULL;
    }
    return end_declaration(p, stmt, &at);
}

kt_stmt *kt_parse_qubit(kt_parser *p)
{
    kt_token at = p->token;
    kt_type *type = kt_parse_qubit_type(p);
    kt_stmt *stmt = type == NULL ? NULL : parse_typed(p, &at, type);
    return stmt == NULL ? NULL : end_declaration(p, stmt, &at);
}

/* qreg name[size]; creg name[size]; */
kt_stmt *kt_parse_register(kt_parser *p)
{
    kt_token at = p->token;
    kt_type *type = kt_parse_parameter_type(p);
    if (type != NULL && p->token.kind == KT_TOK_LBRACKET) {
        kt_parse_unexpected(p, "the register's name", "the size stands behind the name here: qreg q[2]");
        return NULL;
    }
    kt_stmt *stmt = type == NULL ? NULL : parse_typed(p, &at, type);
    if (stmt == NULL || (p->token.kind == KT_TOK_LBRACKET && !kt_parse_designator(p, &type->size)))
        return NULL;
    return end_declaration(p, stmt, &at);
}

kt_stmt *kt_parse_let(kt_parser *p)
{
    kt_token at = p->token;
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_ALIAS, &at);
    kt_parser_advance(p);
    if (stmt == NULL || !parse_declared_name(p, stmt) ||
        !kt_parser_expect(p, KT_TOK_ASSIGN, "after the alias's name") || (stmt->expr = kt_parse_concat(p)) == NULL)
        return NULL;
    return end_declaration(p, stmt, &at);
}
