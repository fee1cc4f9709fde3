/* SPDX-License-Identifier: Apache-2.0 */
/* exact.h - the value of one wanted result without shots, gathered over the branches of a run: each branch adds its
 * value times its probability. */
#ifndef KT_SIM_EXACT_H
#define KT_SIM_EXACT_H

#include "sim/machine.h"

typedef struct kt_exact {
    double *numbers;
    double *squares; /* variance: expectations of the squared observable */
    kt_complex *complexes;
    size_t count;
} kt_exact;

void kt_exact_fini(kt_exact *e);
/* What values are taken from: the machine's state at the end of a play. */
typedef struct kt_exact_source {
    kt_machine *m;
    const uint32_t *all; /* the qubits that "all" means, ascending; they and all targets are in the state */
    uint32_t all_count;
    const kt_circuit *circuit; /* that was played, for gradients; NULL: a program that has no single circuit */
} kt_exact_source;

int kt_exact_add(kt_exact *e, const kt_exact_source *from, const kt_want *want, kt_error *err);
/* Moves the value into the result. */
int kt_exact_give(kt_exact *e, const kt_want *want, const kt_circuit *circuit, kt_result *result, kt_error *err);

#endif
