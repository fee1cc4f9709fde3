/* SPDX-License-Identifier: Apache-2.0 */
/* draw_layout.h - what stands where in a picture of a circuit: columns of marks on rows of wires.
 * The layout knows neither characters nor pixels; draw_text.c and draw_svg.c turn it into them. */
#ifndef KT_CIRCUIT_DRAW_LAYOUT_H
#define KT_CIRCUIT_DRAW_LAYOUT_H

#include "base/arena.h"
#include "base/buf.h"
#include "circuit/circuit.h"

typedef enum kt_mark_kind {
    KT_MARK_BOX,     /* a gate with its label                        */
    KT_MARK_NOISE,   /* a channel with its label                     */
    KT_MARK_MEASURE, /* label: the column of the result, in decimal  */
    KT_MARK_RESET,
    KT_MARK_DOT,   /* control on 1     */
    KT_MARK_RING,  /* control on 0     */
    KT_MARK_PLUS,  /* target of a cnot */
    KT_MARK_CROSS, /* one end of a swap */
    KT_MARK_BARRIER,
    KT_MARK_OPEN, /* a verbatim box begins; the wires' whole height, row 0 */
    KT_MARK_CLOSE /* it ends */
} kt_mark_kind;

typedef struct kt_mark {
    uint32_t column, row; /* row: index of the qubit */
    kt_mark_kind kind;
    const char *label;    /* UTF-8 (ASCII when asked); "" for none */
    uint32_t label_width; /* characters */
} kt_mark;

/* A line that ties the marks of one operation together. */
typedef struct kt_tie {
    uint32_t column, first_row, last_row;
} kt_tie;

typedef struct kt_layout {
    uint32_t row_count, column_count;
    const kt_mark *marks; /* ascending by column */
    size_t mark_count;
    const kt_tie *ties; /* ascending by column */
    size_t tie_count;
    const char *phase; /* the global phase, such as "π/2 + theta"; NULL for none */
    bool has_verbatim;
} kt_layout;

int kt_layout_make(const kt_circuit *c, bool ascii, kt_arena *arena, kt_layout *out, kt_error *err);

/* An angle for a person: multiples of π, four digits, parameters by name while they are unbound. */
void kt_draw_angle(const kt_circuit *c, const kt_angle *angle, bool ascii, kt_buf *out);

#endif
