/* SPDX-License-Identifier: Apache-2.0 */
/* draw.h - pictures of a circuit, with the choices that the public calls don't offer. */
#ifndef KT_CIRCUIT_DRAW_H
#define KT_CIRCUIT_DRAW_H

#include "circuit/circuit.h"

typedef struct kt_draw_options {
    int width;  /* columns of the terminal; 0: no folding */
    bool ascii; /* no characters beyond ASCII, for terminals that are not UTF-8 */
} kt_draw_options;

/* *out is to be freed with kt_text_free. KT_E_LIMIT when the picture would pass KT_DRAW_CELLS_MOST characters. */
int kt_draw_text(const kt_circuit *circuit, const kt_draw_options *options, char **out, kt_error *err);

enum { KT_DRAW_CELLS_MOST = 16 << 20 };

#endif
