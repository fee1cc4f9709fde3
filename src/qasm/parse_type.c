/* SPDX-License-Identifier: Apache-2.0 */
/* parse_type.c - types: scalars with a width, arrays, and what a subroutine takes. */
#include "qasm/parse_priv.h"

static const struct {
    uint8_t token, kind;
    bool sized;
} scalar_types[] = {
    { KT_TOK_BIT, KT_TYPE_BIT, true },          { KT_TOK_BOOL, KT_TYPE_BOOL, false },
    { KT_TOK_INT, KT_TYPE_INT, true },          { KT_TOK_UINT, KT_TYPE_UINT, true },
    { KT_TOK_FLOAT, KT_TYPE_FLOAT, true },      { KT_TOK_ANGLE, KT_TYPE_ANGLE, true },
    { KT_TOK_COMPLEX, KT_TYPE_COMPLEX, false }, { KT_TOK_DURATION, KT_TYPE_DURATION, false },
    { KT_TOK_STRETCH, KT_TYPE_STRETCH, false },
};

bool kt_starts_type(kt_token_kind kind)
{
    for (size_t i = 0; i < KT_COUNT(scalar_types); i++)
        if (scalar_types[i].token == kind)
            return true;
    return kind == KT_TOK_ARRAY;
}

static kt_type *new_type(kt_parser *p, kt_type_kind kind, const kt_token *at)
{
    kt_type *type = kt_parser_alloc(p, sizeof(*type));
    if (type == NULL)
        return NULL;
    type->kind = (uint8_t)kind;
    type->source = kt_token_source(p, at);
    return type;
}

bool kt_parse_designator(kt_parser *p, kt_expr **out)
{
    bool real_numbers = p->real_numbers;
    p->real_numbers = false;
    if (!kt_parser_expect(p, KT_TOK_LBRACKET, "before the size") || (*out = kt_parse_expression(p)) == NULL ||
        !kt_parser_expect(p, KT_TOK_RBRACKET, "after the size"))
        return false;
    p->real_numbers = real_numbers;
    return true;
}

static bool parse_complex_base(kt_parser *p, kt_type *type)
{
    if (!kt_parser_take(p, KT_TOK_LBRACKET))
        return true;
    if (p->token.kind != KT_TOK_FLOAT) {
        kt_parse_unexpected(p, "'float' as the type of a complex number's parts", "write complex[float[64]]");
        return false;
    }
    type->base = kt_parse_scalar_type(p);
    return type->base != NULL && kt_parser_expect(p, KT_TOK_RBRACKET, "after the type of the parts");
}

kt_type *kt_parse_scalar_type(kt_parser *p)
{
    for (size_t i = 0; i < KT_COUNT(scalar_types); i++) {
        if (scalar_types[i].token != p->token.kind)
            continue;
        kt_type *type = new_type(p, scalar_types[i].kind, &p->token);
        if (type == NULL)
            return NULL;
        kt_parser_advance(p);
        if (type->kind == KT_TYPE_COMPLEX)
            return parse_complex_base(p, type) ? type : NULL;
        if (scalar_types[i].sized && p->token.kind == KT_TOK_LBRACKET && !kt_parse_designator(p, &type->size))
            return NULL;
        return type;
    }
    kt_parse_unexpected(p, "a type, such as int, float or bit", NULL);
    return NULL;
}

/* array[type, dimensions], or in a parameter array[type, #dim = rank]. */
static kt_type *parse_array(kt_parser *p, bool is_parameter)
{
    kt_type *type = new_type(p, KT_TYPE_ARRAY, &p->token);
    kt_parser_advance(p);
    if (type == NULL || !kt_parser_expect(p, KT_TOK_LBRACKET, "after 'array'") ||
        (type->base = kt_parse_scalar_type(p)) == NULL ||
        !kt_parser_expect(p, KT_TOK_COMMA, "and the dimensions after the array's type"))
        return NULL;
    if (is_parameter && kt_parser_take(p, KT_TOK_HASH_DIM)) {
        if (!kt_parser_expect(p, KT_TOK_ASSIGN, "after '#dim'") || (type->rank = kt_parse_expression(p)) == NULL)
            return NULL;
    } else {
        if (p->token.kind == KT_TOK_HASH_DIM || p->token.kind == KT_TOK_RBRACKET) {
            kt_parse_unexpected(p, "the array's dimensions", "'#dim' is for parameters of subroutines");
            return NULL;
        }
        if (!kt_parse_expression_list(p, KT_TOK_RBRACKET, &type->dims))
            return NULL;
    }
    return kt_parser_expect(p, KT_TOK_RBRACKET, "after the dimensions") ? type : NULL;
}

kt_type *kt_parse_type(kt_parser *p)
{
    return p->token.kind == KT_TOK_ARRAY ? parse_array(p, false) : kt_parse_scalar_type(p);
}

kt_type *kt_parse_qubit_type(kt_parser *p)
{
    kt_type *type = new_type(p, KT_TYPE_QUBIT, &p->token);
    kt_parser_advance(p);
    if (type == NULL || (p->token.kind == KT_TOK_LBRACKET && !kt_parse_designator(p, &type->size)))
        return NULL;
    return type;
}

kt_type *kt_parse_parameter_type(kt_parser *p)
{
    kt_token_kind kind = p->token.kind;
    kt_token at = p->token;
    if (kind == KT_TOK_QUBIT)
        return kt_parse_qubit_type(p);
    if (kind == KT_TOK_QREG || kind == KT_TOK_CREG) {
        kt_type *type = new_type(p, kind == KT_TOK_QREG ? KT_TYPE_QUBIT : KT_TYPE_BIT, &at);
        kt_parser_advance(p);
        if (type != NULL)
            type->is_old = true;
        return type;
    }
    if (kind == KT_TOK_READONLY || kind == KT_TOK_CONST || kind == KT_TOK_MUTABLE) {
        kt_parser_advance(p);
        if (p->token.kind != KT_TOK_ARRAY) {
            kt_parse_unexpected(p, "'array' after 'readonly' or 'mutable'", NULL);
            return NULL;
        }
        kt_type *type = parse_array(p, true);
        if (type == NULL)
            return NULL;
        type->access = kind == KT_TOK_MUTABLE ? 2 : 1;
        type->source = kt_token_source(p, &at);
        return type;
    }
    if (kind == KT_TOK_ARRAY) {
        kt_parse_unexpected(p, "'readonly' or 'mutable' before an array parameter", NULL);
        return NULL;
    }
    return kt_parse_scalar_type(p);
}
