/* SPDX-License-Identifier: Apache-2.0 */
/* print_pragma.c - Braket's pragmas in one form; others as they were. */
#include "base/json.h"
#include "circuit/result.h"
#include "qasm/print_priv.h"
#include <ketch/result.h>

#include <math.h>

static void print_number(kt_printer *pr, double value)
{
    char text[40];
    kt_buf_add(pr->out, text, kt_double_text(value, text, sizeof(text)));
}

static void print_complex(kt_printer *pr, kt_complex value)
{
    bool real = value.re != 0 || value.im == 0;
    if (real)
        print_number(pr, value.re);
    if (value.im == 0)
        return;
    if (real && value.im > 0)
        kt_buf_addc(pr->out, '+');
    print_number(pr, value.im);
    kt_buf_adds(pr->out, "im");
}

static void print_matrix(kt_printer *pr, const kt_ast_matrix *matrix)
{
    kt_buf_addc(pr->out, '[');
    for (uint32_t row = 0; row < matrix->rows; row++) {
        kt_buf_adds(pr->out, row == 0 ? "[" : ", [");
        for (uint32_t column = 0; column < matrix->columns; column++) {
            if (column > 0)
                kt_buf_adds(pr->out, ", ");
            print_complex(pr, matrix->entries[(size_t)row * matrix->columns + column]);
        }
        kt_buf_addc(pr->out, ']');
    }
    kt_buf_addc(pr->out, ']');
}

/* (matrix, matrix, ...) */
static void print_matrices(kt_printer *pr, const kt_ast_matrix *list)
{
    kt_buf_addc(pr->out, '(');
    for (const kt_ast_matrix *matrix = list; matrix != NULL; matrix = matrix->next) {
        if (matrix != list)
            kt_buf_adds(pr->out, ", ");
        print_matrix(pr, matrix);
    }
    kt_buf_addc(pr->out, ')');
}

static void print_targets(kt_printer *pr, const kt_expr *targets, bool all)
{
    if (targets == NULL && !all)
        return;
    kt_buf_addc(pr->out, ' ');
    if (all)
        kt_buf_adds(pr->out, "all");
    else
        kt_print_list(pr, targets);
}

static void print_factor(kt_printer *pr, const kt_ast_factor *factor)
{
    static const char *const words[] = {
        [KT_OBS_I] = "i", [KT_OBS_X] = "x", [KT_OBS_Y] = "y",
        [KT_OBS_Z] = "z", [KT_OBS_H] = "h", [KT_OBS_HERMITIAN] = "hermitian",
    };
    kt_buf_adds(pr->out, words[factor->kind]);
    if (factor->kind == KT_OBS_HERMITIAN)
        print_matrices(pr, factor->matrix);
    if (factor->targets == NULL || factor->kind == KT_OBS_HERMITIAN) {
        print_targets(pr, factor->targets, factor->targets == NULL);
        return;
    }
    kt_buf_addc(pr->out, '(');
    kt_print_list(pr, factor->targets);
    kt_buf_addc(pr->out, ')');
}

static void print_sum(kt_printer *pr, const kt_ast_term *terms)
{
    for (const kt_ast_term *term = terms; term != NULL; term = term->next) {
        bool negative = signbit(term->coefficient);
        if (term != terms)
            kt_buf_adds(pr->out, negative ? " - " : " + ");
        else if (negative)
            kt_buf_adds(pr->out, "-");
        if (fabs(term->coefficient) != 1) {
            print_number(pr, fabs(term->coefficient));
            kt_buf_adds(pr->out, " * ");
        }
        for (const kt_ast_factor *factor = term->factors; factor != NULL; factor = factor->next) {
            if (factor != term->factors)
                kt_buf_adds(pr->out, " @ ");
            print_factor(pr, factor);
        }
    }
}

static void print_result(kt_printer *pr, const kt_pragma *pragma)
{
    kt_buf_addf(pr->out, "braket result %s", kt_result_type_name(pragma->result_type));
    switch ((kt_result_type)pragma->result_type) {
    case KT_RESULT_AMPLITUDE: print_targets(pr, pragma->states, false); break;
    case KT_RESULT_PROBABILITY:
    case KT_RESULT_DENSITY_MATRIX: print_targets(pr, pragma->targets, pragma->all); break;
    case KT_RESULT_ADJOINT_GRADIENT:
        kt_buf_adds(pr->out, " expectation(");
        print_sum(pr, pragma->terms);
        kt_buf_addc(pr->out, ')');
        print_targets(pr, pragma->parameters, pragma->all);
        break;
    case KT_RESULT_EXPECTATION:
    case KT_RESULT_VARIANCE:
    case KT_RESULT_SAMPLE:
        kt_buf_addc(pr->out, ' ');
        print_sum(pr, pragma->terms);
        break;
    default: break;
    }
}

void kt_print_pragma(kt_printer *pr, const kt_pragma *pragma)
{
    switch ((kt_pragma_kind)pragma->kind) {
    case KT_PRAGMA_UNKNOWN: kt_print_view(pr, pragma->text); break;
    case KT_PRAGMA_VERBATIM: kt_buf_adds(pr->out, "braket verbatim"); break;
    case KT_PRAGMA_UNITARY:
        kt_buf_adds(pr->out, "braket unitary");
        print_matrices(pr, pragma->matrices);
        print_targets(pr, pragma->targets, pragma->all);
        break;
    case KT_PRAGMA_KRAUS:
        kt_buf_adds(pr->out, "braket noise kraus");
        print_matrices(pr, pragma->matrices);
        print_targets(pr, pragma->targets, pragma->all);
        break;
    case KT_PRAGMA_NOISE:
        kt_buf_addf(pr->out, "braket noise %.*s(", KT_VIEW_ARG(pragma->name));
        kt_print_list(pr, pragma->arguments);
        kt_buf_addc(pr->out, ')');
        print_targets(pr, pragma->targets, pragma->all);
        break;
    case KT_PRAGMA_RESULT: print_result(pr, pragma); break;
    }
}
