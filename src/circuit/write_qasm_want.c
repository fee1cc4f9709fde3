/* SPDX-License-Identifier: Apache-2.0 */
/* write_qasm_want.c - wanted results as Braket's result pragmas. */
#include "circuit/result.h"
#include "circuit/write_qasm_priv.h"

#include <math.h>

static void put_factor(kt_qasm_writer *w, const kt_factor *factor)
{
    static const char *const names[] = { "i", "x", "y", "z", "h", "hermitian" };
    size_t qubits = factor->qubit_count > 0 ? factor->qubit_count : 1;
    kt_buf_adds(w->out, names[factor->kind]);
    if (factor->kind == KT_OBS_HERMITIAN) {
        kt_buf_adds(w->out, "(");
        kt_qasm_put_matrix(w, (size_t)1 << qubits, factor->matrix);
        kt_buf_adds(w->out, ")");
        kt_qasm_put_qubits(w, factor->qubits, factor->qubit_count);
    } else if (factor->qubit_count > 0) {
        kt_buf_adds(w->out, "(");
        kt_qasm_put_qubit(w, factor->qubits[0]);
        kt_buf_adds(w->out, ")");
    }
    if (factor->qubit_count == 0)
        kt_buf_adds(w->out, " all");
}

static void put_term(kt_qasm_writer *w, const kt_term *term, bool first)
{
    kt_buf_adds(w->out, first ? (term->coefficient < 0 ? "-" : "") : (term->coefficient < 0 ? " - " : " + "));
    if (fabs(term->coefficient) != 1 || (first && term->coefficient < 0)) {
        kt_qasm_put_number(w, fabs(term->coefficient));
        kt_buf_adds(w->out, " * ");
    }
    for (size_t k = 0; k < term->factor_count; k++) {
        kt_buf_adds(w->out, k == 0 ? "" : " @ ");
        put_factor(w, &term->factors[k]);
    }
}

static int put_observable(kt_qasm_writer *w, const kt_want *want, const char *name, kt_error *err)
{
    if (want->term_count != 1 || want->terms[0].coefficient != 1)
        return kt_fail(err, KT_E_UNSUPPORTED,
                       "the %s of a sum with coefficients has no pragma in Braket's OpenQASM; want that of each term",
                       name);
    put_term(w, &want->terms[0], true);
    return 0;
}

static int put_gradient(kt_qasm_writer *w, const kt_want *want, kt_error *err)
{
    if (!w->inputs)
        return kt_fail(err, KT_E_UNSUPPORTED,
                       "a circuit with bound parameters and a gradient can't be written to OpenQASM; write the unbound "
                       "circuit");
    kt_buf_adds(w->out, "expectation(");
    for (size_t k = 0; k < want->term_count; k++)
        put_term(w, &want->terms[k], k == 0);
    kt_buf_adds(w->out, ")");
    for (size_t k = 0; !want->all_qubits && k < want->parameter_count; k++)
        kt_buf_addf(w->out, "%s %s", k == 0 ? "" : ",",
                    kt_circuit_parameter_name(w->circuit, (int)want->parameters[k]));
    kt_buf_adds(w->out, want->all_qubits ? " all" : "");
    return 0;
}

int kt_qasm_put_want(kt_qasm_writer *w, const kt_want *want, kt_error *err)
{
    int rc = 0;
    kt_buf_addf(w->out, "#pragma braket result %s%s", kt_result_type_name(want->type), want->term_count > 0 ? " " : "");
    if (want->type == KT_RESULT_ADJOINT_GRADIENT)
        rc = put_gradient(w, want, err);
    else if (want->term_count > 0)
        rc = put_observable(w, want, kt_result_type_name(want->type), err);
    else if (want->all_qubits)
        kt_buf_adds(w->out, " all");
    kt_qasm_put_qubits(w, want->targets, want->target_count);
    for (size_t k = 0; k < want->state_count; k++)
        kt_buf_addf(w->out, "%s \"%s\"", k == 0 ? "" : ",", want->states[k]);
    kt_buf_adds(w->out, "\n");
    return rc;
}
