/* SPDX-License-Identifier: Apache-2.0 */
/* play.c - a circuit as a sink that is filled, as a player that plays, and as a copy with its parameters bound. */
#include "circuit/circuit.h"

#include <math.h>
#include <stdlib.h>

static int sink_op(void *ctx, const kt_op *op, kt_error *err)
{
    return kt_circuit_add_op(ctx, op, err);
}

static int sink_measure(void *ctx, const kt_op *op, int *outcome, kt_error *err)
{
    int rc = kt_circuit_add_op(ctx, op, err);
    if (rc == 0)
        *outcome = KT_OUTCOME_UNKNOWN;
    return rc;
}

kt_sink kt_circuit_sink(kt_circuit *c)
{
    return (kt_sink){ .op = sink_op, .measure = sink_measure, .ctx = c };
}

static int play(void *ctx, const kt_sink *sink, kt_error *err)
{
    size_t count;
    const kt_op *ops = kt_circuit_ops(ctx, &count);
    for (size_t k = 0; k < count; k++) {
        int outcome;
        int rc = ops[k].kind == KT_OP_MEASURE ? sink->measure(sink->ctx, &ops[k], &outcome, err)
                                              : sink->op(sink->ctx, &ops[k], err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

kt_player kt_circuit_player(const kt_circuit *c)
{
    return (kt_player){ .play = play, .ctx = (void *)(uintptr_t)c }; /* playing only reads it */
}

/* The op with its angles' values settled; the terms stay, as derivatives. */
static void bind_angles(const kt_op *op, const double *values, kt_op *out, kt_angle *angles)
{
    *out = *op;
    for (size_t k = 0; k < op->angle_count; k++) {
        angles[k] = op->angles[k];
        for (size_t j = 0; j < angles[k].term_count; j++)
            angles[k].value += angles[k].terms[j].factor * values[angles[k].terms[j].parameter];
    }
    out->angles = angles;
}

static int bind_into(const kt_circuit *circuit, const double *values, kt_circuit *bound, kt_error *err)
{
    size_t op_count, want_count;
    const kt_op *ops = kt_circuit_ops(circuit, &op_count);
    const kt_want *wants = kt_circuit_wants(circuit, &want_count);
    bool keep = kt_circuit_is_bound(circuit);
    for (size_t k = 0; k < op_count; k++) {
        kt_op op = ops[k];
        kt_angle angles[UINT8_MAX];
        if (!keep)
            bind_angles(&ops[k], values, &op, angles);
        int rc = kt_circuit_add_op(bound, &op, err);
        if (rc < 0)
            return kt_wrap(err, rc, "operation %zu", k + 1);
    }
    for (size_t k = 0; k < want_count; k++) {
        int rc = kt_circuit_add_want(bound, &wants[k], err);
        if (rc < 0)
            return rc;
    }
    kt_circuit_set_bound(bound);
    return 0;
}

int kt_circuit_bind(const kt_circuit *circuit, const double *values, kt_circuit **out, kt_error *err)
{
    KT_OWN(kt_circuit) *bound = NULL;
    int count = kt_circuit_parameter_count(circuit);
    if (count > 0 && values == NULL)
        return kt_fail(err, KT_E_INVALID, "%d parameters wait for their values, none are given", count);
    for (int k = 0; k < count; k++) {
        if (!isfinite(values[k]))
            return kt_fail(err, KT_E_INVALID, "parameter '%s' is %g; it must be a finite number",
                           kt_circuit_parameter_name(circuit, k), values[k]);
    }
    int rc = kt_circuit_new_like(circuit, &bound, err);
    if (rc >= 0)
        rc = bind_into(circuit, values, bound, err);
    if (rc < 0)
        return rc;
    *out = KT_GIVE(bound);
    return 0;
}
