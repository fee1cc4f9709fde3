/* SPDX-License-Identifier: Apache-2.0 */
/* sink.h - where operations go as they come into being: a circuit being built, a simulator, a counter.
 * A player plays a program (or a circuit) into a sink, from its start, as often as it is asked: that is how branches
 * of measurement in the middle are explored, by playing again with other outcomes. */
#ifndef KT_CIRCUIT_SINK_H
#define KT_CIRCUIT_SINK_H

#include "base/error.h"
#include "circuit/op.h"

enum { KT_OUTCOME_UNKNOWN = -1 };

typedef struct kt_sink {
    /* Takes one operation that is not a measurement; op and what it points to are borrowed for the call. */
    int (*op)(void *ctx, const kt_op *op, kt_error *err);
    /* Takes a measurement (op->kind KT_OP_MEASURE) and gives its outcome: 0, 1, or KT_OUTCOME_UNKNOWN when it is not
     * known at this time (a static circuit is being built). */
    int (*measure)(void *ctx, const kt_op *op, int *outcome, kt_error *err);
    /* An OpenQASM `output` variable at the program's end, its value as JSON text. May be NULL. */
    int (*output)(void *ctx, const char *name, const char *json, kt_error *err);
    void *ctx;
} kt_sink;

typedef struct kt_player {
    /* Plays everything into the sink, from the start. Returns the sink's error unchanged as soon as it gives one. */
    int (*play)(void *ctx, const kt_sink *sink, kt_error *err);
    void *ctx;
} kt_player;

#endif
