/* SPDX-License-Identifier: Apache-2.0 */
/* pragma_result.c - `#pragma braket result ...`: every result type, observables with their targets, products with @,
 * and sums with coefficients (for expectation and adjoint_gradient). */
#include "base/text.h"
#include "qasm/parse_priv.h"
#include <ketch/result.h>

#include <stdio.h>

/* ---- observables ---- */

static const struct {
    const char *word;
    uint8_t kind;
} observables[] = {
    { "i", KT_OBS_I }, { "x", KT_OBS_X }, { "y", KT_OBS_Y },
    { "z", KT_OBS_Z }, { "h", KT_OBS_H }, { "hermitian", KT_OBS_HERMITIAN },
};

static bool parse_hermitian(kt_parser *p, kt_ast_factor *factor, bool *all)
{
    kt_token at = p->token;
    if (!kt_parser_expect(p, KT_TOK_LPAREN, "after 'hermitian'") || (factor->matrix = kt_parse_matrix(p)) == NULL ||
        !kt_parser_expect(p, KT_TOK_RPAREN, "after the matrix"))
        return false;
    uint32_t rows = factor->matrix->rows;
    if (rows < 2 || (rows & (rows - 1)) != 0) {
        kt_parse_fail_at(p, &at, KT_E_INVALID, NULL, "a hermitian observable has 2, 4, 8, ... rows, this one has %u",
                         (unsigned)rows);
        return false;
    }
    return kt_parse_pragma_targets(p, true, &factor->targets, all);
}

static bool parse_pauli_target(kt_parser *p, kt_ast_factor *factor, bool *all)
{
    if (kt_parser_is_word(p, "all")) {
        *all = true;
        kt_parser_advance(p);
        return true;
    }
    if (p->token.kind != KT_TOK_LPAREN) {
        kt_parse_unexpected(p, "'(' and a qubit, or 'all', after the observable", "write z(q[0]) or z all");
        return false;
    }
    kt_parser_advance(p);
    return (factor->targets = kt_parse_operand(p, "a qubit")) != NULL &&
           kt_parser_expect(p, KT_TOK_RPAREN, "after the observable's qubit");
}

static kt_ast_factor *parse_factor(kt_parser *p, bool *all)
{
    kt_ast_factor *factor = kt_parser_alloc(p, sizeof(*factor));
    if (factor == NULL)
        return NULL;
    factor->source = kt_token_source(p, &p->token);
    for (size_t i = 0; i < KT_COUNT(observables); i++) {
        if (!kt_parser_is_word(p, observables[i].word))
            continue;
        factor->kind = observables[i].kind;
        kt_parser_advance(p);
        bool good =
            factor->kind == KT_OBS_HERMITIAN ? parse_hermitian(p, factor, all) : parse_pauli_target(p, factor, all);
        return good ? factor : NULL;
    }
    kt_parse_unexpected(p, "an observable: i, x, y, z, h or hermitian", NULL);
    return NULL;
}

/* factor @ factor ... */
static bool parse_product(kt_parser *p, kt_ast_term *term, bool *all)
{
    kt_ast_factor **end = &term->factors;
    do {
        kt_token at = p->token;
        if ((*end = parse_factor(p, all)) == NULL)
            return false;
        if (*all && (end != &term->factors || p->token.kind == KT_TOK_AT)) {
            kt_parse_fail_at(p, &at, KT_E_INVALID, NULL,
                             "`all` cannot stand in a product: name the qubit of each factor");
            return false;
        }
        end = &(*end)->next;
    } while (kt_parser_take(p, KT_TOK_AT));
    return true;
}

/* [number *] product */
static kt_ast_term *parse_term(kt_parser *p, double sign, bool *all)
{
    kt_ast_term *term = kt_parser_alloc(p, sizeof(*term));
    if (term == NULL)
        return NULL;
    term->source = kt_token_source(p, &p->token);
    term->coefficient = sign;
    while (p->token.kind == KT_TOK_MINUS || p->token.kind == KT_TOK_PLUS) {
        term->coefficient *= p->token.kind == KT_TOK_MINUS ? -1 : 1;
        kt_parser_advance(p);
    }
    if (p->token.kind == KT_TOK_INTEGER || p->token.kind == KT_TOK_REAL) {
        const kt_expr *number = kt_parse_literal(p);
        if (number == NULL || !kt_parser_expect(p, KT_TOK_STAR, "after the coefficient"))
            return NULL;
        term->coefficient *= number->kind == KT_EXPR_INT ? (double)number->integer : number->number;
    }
    return parse_product(p, term, all) ? term : NULL;
}

static bool parse_sum(kt_parser *p, kt_pragma *pragma)
{
    kt_ast_term **end = &pragma->terms;
    double sign = 1;
    for (;;) {
        kt_token at = p->token;
        if ((*end = parse_term(p, sign, &pragma->all)) == NULL)
            return false;
        bool more = p->token.kind == KT_TOK_PLUS || p->token.kind == KT_TOK_MINUS;
        if (pragma->all && (more || end != &pragma->terms)) {
            kt_parse_fail_at(p, &at, KT_E_INVALID, NULL, "`all` cannot stand in a sum: name the qubits of each term");
            return false;
        }
        if (!more)
            return true;
        sign = p->token.kind == KT_TOK_MINUS ? -1 : 1;
        kt_parser_advance(p);
        end = &(*end)->next;
    }
}

/* ---- result types ---- */

static bool parse_nothing(kt_parser *p, kt_pragma *pragma)
{
    (void)p;
    (void)pragma;
    return true;
}

static bool parse_optional_targets(kt_parser *p, kt_pragma *pragma)
{
    if (p->token.kind == KT_TOK_END || p->token.kind == KT_TOK_SEMICOLON)
        return true;
    return kt_parse_pragma_targets(p, true, &pragma->targets, &pragma->all);
}

static bool parse_states(kt_parser *p, kt_pragma *pragma)
{
    kt_expr **end = &pragma->states;
    do {
        if (p->token.kind != KT_TOK_BITSTRING) {
            kt_parse_unexpected(p, "a state of zeros and ones in quotes, such as \"01\"", NULL);
            return false;
        }
        if ((*end = kt_parse_literal(p)) == NULL)
            return false;
        end = &(*end)->next;
    } while (kt_parser_take(p, KT_TOK_COMMA));
    return true;
}

static bool parse_observable(kt_parser *p, kt_pragma *pragma)
{
    if (pragma->result_type == KT_RESULT_EXPECTATION)
        return parse_sum(p, pragma);
    pragma->terms = parse_term(p, 1, &pragma->all);
    return pragma->terms != NULL;
}

static bool parse_gradient(kt_parser *p, kt_pragma *pragma)
{
    kt_token at = p->token;
    if (!kt_parser_is_word(p, "expectation")) {
        kt_parse_unexpected(p, "'expectation(' after 'adjoint_gradient'", NULL);
        return false;
    }
    kt_parser_advance(p);
    if (!kt_parser_expect(p, KT_TOK_LPAREN, "after 'expectation'") || !parse_sum(p, pragma) ||
        !kt_parser_expect(p, KT_TOK_RPAREN, "after the observable"))
        return false;
    if (pragma->all) {
        kt_parse_fail_at(p, &at, KT_E_INVALID, NULL,
                         "a gradient's observable needs the qubit of each factor, not `all`");
        return false;
    }
    kt_expr **end = &pragma->parameters;
    pragma->all = kt_parser_is_word(p, "all") || p->token.kind == KT_TOK_END;
    if (kt_parser_is_word(p, "all"))
        kt_parser_advance(p);
    if (pragma->all)
        return true;
    do {
        kt_token name;
        if (!kt_parser_expect_name(p, "the name of a parameter, or 'all'", &name) ||
            (*end = kt_parse_name(p, &name)) == NULL)
            return false;
        end = &(*end)->next;
    } while (kt_parser_take(p, KT_TOK_COMMA));
    return true;
}

static const struct {
    const char *word;
    uint8_t type;
    bool (*parse)(kt_parser *p, kt_pragma *pragma);
} result_rows[] = {
    { "state_vector", KT_RESULT_STATE_VECTOR, parse_nothing },
    { "amplitude", KT_RESULT_AMPLITUDE, parse_states },
    { "probability", KT_RESULT_PROBABILITY, parse_optional_targets },
    { "density_matrix", KT_RESULT_DENSITY_MATRIX, parse_optional_targets },
    { "expectation", KT_RESULT_EXPECTATION, parse_observable },
    { "variance", KT_RESULT_VARIANCE, parse_observable },
    { "sample", KT_RESULT_SAMPLE, parse_observable },
    { "adjoint_gradient", KT_RESULT_ADJOINT_GRADIENT, parse_gradient },
};
_Static_assert(KT_COUNT(result_rows) == KT_RESULT_TYPE_COUNT, "a result type lacks its row");

bool kt_parse_pragma_result(kt_parser *p, kt_pragma *pragma)
{
    kt_nearest nearest;
    kt_nearest_init(&nearest, p->token.text);
    for (size_t i = 0; i < KT_COUNT(result_rows); i++) {
        kt_nearest_offer(&nearest, kt_view_of(result_rows[i].word));
        if (!kt_parser_is_word(p, result_rows[i].word))
            continue;
        pragma->kind = KT_PRAGMA_RESULT;
        pragma->result_type = result_rows[i].type;
        kt_parser_advance(p);
        return result_rows[i].parse(p, pragma);
    }
    char hint[96];
    snprintf(hint, sizeof(hint), "did you mean '%.*s'?", KT_VIEW_ARG(nearest.text));
    kt_parse_unexpected(p, "a result type, such as probability or expectation",
                        nearest.text.data == NULL ? NULL : hint);
    return false;
}
