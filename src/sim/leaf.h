/* SPDX-License-Identifier: Apache-2.0 */
/* leaf.h - what happens when a play has come to its end: its shots are sampled, or its exact values are added; and,
 * when all plays have ended, the result. */
#ifndef KT_SIM_LEAF_H
#define KT_SIM_LEAF_H

#include "sim/exact.h"
#include "sim/tally.h"

typedef struct kt_leaves {
    kt_machine *m;
    const kt_player *player;
    const kt_sim_about *about; /* NULL: a static circuit */
    const kt_circuit *circuit; /* NULL: a program */

    bool wants_known;
    const kt_want *wants;
    kt_arena *own; /* a program's wants: its next play forgets them */
    size_t want_count;
    bool all_wanted; /* some want is about all qubits */
    uint32_t *all;   /* the qubits in use, ascending */
    uint32_t all_count, all_capacity;
    uint32_t *frame; /* the qubits that wants look at after the rotation, ascending */
    uint32_t frame_count;
    kt_circuit *rotated; /* nothing but the rotations into the wants' bases */

    kt_tally tally;
    kt_exact *exacts; /* one a want */
    size_t leaf_count;
    bool by_cells; /* columns are measured cells; else all qubits, because nothing was measured */
} kt_leaves;

enum { KT_LEAF_AGAIN = 1 }; /* qubits or cells turned up that earlier leaves did not know: everything is played anew */

int kt_leaves_init(kt_leaves *l, kt_machine *m, const kt_player *player, kt_error *err);
void kt_leaves_fini(kt_leaves *l);
int kt_leaf(kt_leaves *l, kt_error *err); /* 0, KT_LEAF_AGAIN, or a negative code */
int kt_leaves_result(kt_leaves *l, kt_result **out, kt_error *err);

#endif
