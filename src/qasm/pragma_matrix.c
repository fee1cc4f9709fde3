/* SPDX-License-Identifier: Apache-2.0 */
/* pragma_matrix.c - matrices in pragmas: [[1, 0], [0, -1im]], square, entries of the forms a, bim, a+bim. */
#include "qasm/parse_priv.h"

#include <string.h>

#define ROWS_MOST 1024 /* ten qubits */

/* A sign and a number, which *imaginary tells the kind of. */
static bool parse_part(kt_parser *p, double *value, bool *imaginary)
{
    bool negative = false;
    if (p->token.kind == KT_TOK_MINUS || p->token.kind == KT_TOK_PLUS) {
        negative = p->token.kind == KT_TOK_MINUS;
        kt_parser_advance(p);
    }
    kt_token_kind kind = p->token.kind;
    if (kind != KT_TOK_INTEGER && kind != KT_TOK_REAL && kind != KT_TOK_IMAGINARY) {
        kt_parse_unexpected(p, "a number, such as 0.5, 1im or 0.5-0.5im", NULL);
        return false;
    }
    kt_expr *number = kt_parse_literal(p);
    if (number == NULL)
        return false;
    *imaginary = kind == KT_TOK_IMAGINARY;
    *value = number->kind == KT_EXPR_INT ? (double)number->integer : number->number;
    *value = negative ? -*value : *value;
    return true;
}

static bool parse_entry(kt_parser *p, kt_complex *out)
{
    double first = 0, second = 0;
    bool imaginary = false;
    if (!parse_part(p, &first, &imaginary))
        return false;
    *out = imaginary ? (kt_complex){ 0, first } : (kt_complex){ first, 0 };
    kt_token sign = p->token;
    if (imaginary || (sign.kind != KT_TOK_PLUS && sign.kind != KT_TOK_MINUS))
        return true;
    kt_parser_advance(p);
    if (!parse_part(p, &second, &imaginary))
        return false;
    if (!imaginary) {
        kt_parse_fail_at(p, &p->previous, KT_E_SYNTAX, NULL, "expected the imaginary part, such as 0.5im, after '%.*s'",
                         KT_VIEW_ARG(sign.text));
        return false;
    }
    out->im = sign.kind == KT_TOK_MINUS ? -second : second;
    return true;
}

/* The first row tells how long all are; it grows in the arena. */
static kt_complex *parse_first_row(kt_parser *p, uint32_t *out_count)
{
    uint32_t capacity = 4, count = 0;
    kt_complex *row = kt_parser_alloc(p, capacity * sizeof(*row));
    do {
        if (row != NULL && count == capacity) {
            kt_complex *larger = kt_parser_alloc(p, (size_t)capacity * 2 * sizeof(*larger));
            if (larger != NULL)
                memcpy(larger, row, capacity * sizeof(*row));
            row = larger;
            capacity *= 2;
        }
        if (count == ROWS_MOST) {
            kt_parse_fail_at(p, &p->token, KT_E_LIMIT, NULL, "a matrix has at most %d columns", ROWS_MOST);
            return NULL;
        }
        if (row == NULL || !parse_entry(p, &row[count++]))
            return NULL;
    } while (kt_parser_take(p, KT_TOK_COMMA));
    *out_count = count;
    return row;
}

static bool parse_row(kt_parser *p, kt_ast_matrix *matrix, uint32_t row)
{
    kt_token at = p->token;
    uint32_t count = 0;
    if (!kt_parser_expect(p, KT_TOK_LBRACKET, "before a row of the matrix"))
        return false;
    do {
        kt_complex entry;
        if (!parse_entry(p, &entry))
            return false;
        if (count < matrix->columns)
            matrix->entries[(size_t)row * matrix->columns + count] = entry;
        count++;
    } while (kt_parser_take(p, KT_TOK_COMMA));
    if (!kt_parser_expect(p, KT_TOK_RBRACKET, "after the row of the matrix"))
        return false;
    if (count == matrix->columns)
        return true;
    kt_parse_fail_at(p, &at, KT_E_INVALID, NULL, "row %u of the matrix has length %u, the first row has length %u",
                     (unsigned)row + 1, (unsigned)count, (unsigned)matrix->columns);
    return false;
}

/* The rows behind the first, into room for a square matrix. */
static bool parse_rows(kt_parser *p, kt_ast_matrix *matrix)
{
    while (kt_parser_take(p, KT_TOK_COMMA)) {
        if (matrix->rows == matrix->columns) {
            kt_parse_fail_at(p, &p->token, KT_E_INVALID, NULL,
                             "a matrix must be square, this one has more rows than its %u columns",
                             (unsigned)matrix->columns);
            return false;
        }
        if (!parse_row(p, matrix, matrix->rows))
            return false;
        matrix->rows++;
    }
    return true;
}

kt_ast_matrix *kt_parse_matrix(kt_parser *p)
{
    kt_token at = p->token;
    kt_ast_matrix *matrix = kt_parser_alloc(p, sizeof(*matrix));
    if (matrix == NULL || !kt_parser_expect(p, KT_TOK_LBRACKET, "before the matrix") ||
        !kt_parser_expect(p, KT_TOK_LBRACKET, "before the first row of the matrix"))
        return NULL;
    matrix->source = kt_token_source(p, &at);
    const kt_complex *row = parse_first_row(p, &matrix->columns);
    if (row == NULL || !kt_parser_expect(p, KT_TOK_RBRACKET, "after the row of the matrix"))
        return NULL;
    matrix->entries = kt_parser_alloc(p, (size_t)matrix->columns * matrix->columns * sizeof(*row));
    if (matrix->entries == NULL)
        return NULL;
    for (uint32_t i = 0; i < matrix->columns; i++)
        matrix->entries[i] = row[i];
    matrix->rows = 1;
    if (!parse_rows(p, matrix) || !kt_parser_expect(p, KT_TOK_RBRACKET, "after the last row of the matrix"))
        return NULL;
    if (matrix->rows == matrix->columns)
        return matrix;
    kt_parse_fail_at(p, &at, KT_E_INVALID, NULL, "a matrix must be square, this one is %u x %u", (unsigned)matrix->rows,
                     (unsigned)matrix->columns);
    return NULL;
}
