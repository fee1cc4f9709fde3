/* SPDX-License-Identifier: Apache-2.0 */
/* order_priv.h - a check under way: what is asked, of whom, and what was found. */
#ifndef KT_BRAKET_ORDER_PRIV_H
#define KT_BRAKET_ORDER_PRIV_H

#include "braket/target_priv.h"
#include "circuit/circuit.h"
#include "qasm/diag.h"

enum { KT_ACTION_BYTES_MOST = 5 * 1000 * 1000 };

typedef struct kt_order_check {
    const kt_target *target;
    const kt_target_question *question;
    kt_diagnostics *found;
    kt_circuit *circuit; /* NULL: it decides by measured values */
    int64_t shots;       /* settled */
    bool needs_experimental;
    kt_buf text;                   /* what goes out in place of the source, when results are computed here */
    kt_observe_plan *observe;      /* NULL: none are */
    bool is_physical, in_verbatim; /* qubits are the device's own; inside a verbatim box */
} kt_order_check;

/* Operations, qubits and result types; what is wrong goes to `found`. Negative: a failure of this machine. */
int kt_order_check_circuit(kt_order_check *check, kt_error *err);

/* The parts of the language that the device leaves out; they go to `found`. */
void kt_order_check_dialect(kt_order_check *check);

#endif
