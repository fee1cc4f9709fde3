/* SPDX-License-Identifier: Apache-2.0 */
/* machine_priv.h - what the machine's three files share; nobody else includes it. */
#ifndef KT_SIM_MACHINE_PRIV_H
#define KT_SIM_MACHINE_PRIV_H

#include "sim/machine.h"

enum { KT_SEEN = 1, KT_SEEN_OPEN = 2 }; /* bits of machine.seen: mentioned; some measurement of it is open */

/* Room for item number `count` in an array on the heap. */
int kt_machine_grow(void **items, size_t item_bytes, size_t count, size_t *capacity, kt_error *err);
int kt_machine_reach(kt_machine *m, uint32_t qubit, kt_error *err); /* arrays by qubit reach at least to it */
void kt_machine_drop_state(kt_machine *m);

bool kt_machine_is_open(const kt_machine *m, uint32_t qubit);
/* The statement's measurements are decided where they stand. */
bool kt_machine_is_eager(const kt_machine *m, kt_source source);
/* Passes the next step of the path, a known one or a new one, which concerns the qubit. */
int kt_machine_resolve(kt_machine *m, uint32_t qubit, bool forced, kt_error *err);
/* Steps that were taken between two calls of the sink, and the moment when a waiting state comes to life. */
int kt_machine_sync(kt_machine *m, kt_error *err);

#endif
