/* SPDX-License-Identifier: Apache-2.0 */
/* lower.c - a program as one circuit: played once into it, with its wanted results, then without the qubits that
 * nothing touches. Labels stay: those of registers are indexes over all registers, that of $n is n. */
#include "circuit/pass.h"
#include "qasm/play.h"

#include <stdlib.h>

typedef struct lowering {
    kt_play *play;
    kt_circuit *circuit;
} lowering;

/* The circuit has the qubits that the program has declared so far. */
static int keep_up(const lowering *l, kt_error *err)
{
    int rc = 0;
    for (uint32_t q = (uint32_t)kt_circuit_qubit_count(l->circuit); q < kt_play_qubit_count(l->play) && rc >= 0; q++)
        rc = kt_circuit_add_qubit(l->circuit, kt_play_label(l->play, q), err);
    return rc < 0 ? rc : 0;
}

static int take_op(void *ctx, const kt_op *op, kt_error *err)
{
    const lowering *l = ctx;
    int rc = keep_up(l, err);
    return rc < 0 ? rc : kt_circuit_add_op(l->circuit, op, err);
}

static int take_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    *outcome = KT_OUTCOME_UNKNOWN;
    return take_op(ctx, op, err);
}

static int add_parameters(const lowering *l, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < kt_play_parameter_count(l->play) && rc >= 0; i++)
        rc = kt_circuit_add_parameter(l->circuit, kt_play_parameter_name(l->play, i), err);
    return rc < 0 ? rc : 0;
}

static int add_wants(const lowering *l, kt_diagnostics *diags, kt_error *err)
{
    size_t count;
    const kt_want *wants = kt_play_wants(l->play, &count);
    kt_error why = { 0 };
    int rc = keep_up(l, err);
    for (size_t i = 0; i < count && rc >= 0; i++) {
        rc = kt_circuit_add_want(l->circuit, &wants[i], &why);
        if (rc < 0 && rc != KT_E_NOMEM) {
            kt_diag(diags, kt_program_file(l->play->program, wants[i].source.file), wants[i].source, 1, (kt_code)rc,
                    NULL, "%s", why.message);
            kt_diag_to_error(diags, &why);
        }
        if (rc < 0 && err != NULL)
            *err = why;
    }
    return rc < 0 ? rc : 0;
}

static int lower(const lowering *l, kt_diagnostics *diags, kt_circuit **out, kt_error *err)
{
    const kt_sink sink = { .op = take_op, .measure = take_measure, .ctx = (void *)(uintptr_t)l };
    int rc = add_parameters(l, err);
    if (rc == 0)
        rc = kt_play_run(l->play, &sink, diags, err);
    if (rc == 0)
        rc = add_wants(l, diags, err);
    if (rc < 0)
        return rc;
    kt_circuit_set_bound(l->circuit);
    return kt_pass_compact(l->circuit, out, err);
}

int kt_play_circuit(kt_play *play, kt_diagnostics *diags, kt_circuit **out, kt_circuit **until_read, kt_error *err)
{
    KT_OWN(kt_circuit) *circuit = NULL;
    int rc = kt_circuit_new(0, &circuit, err);
    const lowering l = { play, circuit };
    if (rc == 0)
        rc = lower(&l, diags, out, err);
    if (rc == KT_E_DYNAMIC && until_read != NULL)
        *until_read = KT_GIVE(circuit);
    return rc;
}

int kt_program_circuit(const kt_program *program, const kt_inputs *inputs, kt_circuit **out,
                       kt_diagnostics **diagnostics, kt_error *err)
{
    KT_OWN(kt_play) *play = NULL;
    kt_error own = { 0 };
    if (diagnostics != NULL)
        *diagnostics = NULL;
    KT_OWN(kt_diagnostics) *diags = kt_diagnostics_new(program->limits.errors);
    int rc = diags == NULL ? kt_fail_nomem(&own, 0, "diagnostics") : kt_play_new(program, inputs, NULL, &play, &own);
    if (rc == 0)
        rc = kt_play_circuit(play, diags, out, NULL, &own);
    if (diagnostics != NULL)
        *diagnostics = KT_GIVE(diags);
    if (rc < 0 && err != NULL)
        *err = own;
    return rc;
}
