/* SPDX-License-Identifier: Apache-2.0 */
/* leaf_priv.h - what the files of leaf.h share; nobody else includes it. */
#ifndef KT_SIM_LEAF_PRIV_H
#define KT_SIM_LEAF_PRIV_H

#include "sim/leaf.h"

typedef struct kt_qubit_list {
    uint32_t *items;
    uint32_t count, capacity;
} kt_qubit_list;

int kt_qubit_list_add(void *list, uint32_t qubit, kt_error *err);
/* Sorts qubits and removes repetitions; returns how many are left. */
uint32_t kt_qubits_sort(uint32_t *qubits, uint32_t count);
/* What the program calls the qubit. */
uint32_t kt_leaf_label(const kt_leaves *l, uint32_t qubit);
int kt_leaf_poll(void *machine, kt_error *err);
int kt_leaf_sample(kt_leaves *l, kt_error *err);

#endif
