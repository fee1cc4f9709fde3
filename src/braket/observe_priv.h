/* SPDX-License-Identifier: Apache-2.0 */
/* observe_priv.h - what the files of observe.h share: observables as one-qubit turns and values, and texts. */
#ifndef KT_BRAKET_OBSERVE_PRIV_H
#define KT_BRAKET_OBSERVE_PRIV_H

#include "braket/observe.h"
#include "braket/order_priv.h"

/* The turn of one qubit that makes measuring it measure an observable: the Bloch vector of the state that is to read 0
 * has these angles. */
typedef struct kt_turn {
    double theta, phi;
} kt_turn;

/* A factor as turns of its qubits, and its value by what is measured then (2^k, first qubit most significant).
 * KT_E_UNSUPPORTED: a Hermitian matrix that is neither diagonal nor a product of one-qubit matrices. */
int kt_observe_factor(const kt_factor *factor, double *values, kt_turn *turns, kt_error *err);

/* Operations on `qubit` (its text) that do the turn, with gates of the list. KT_E_UNSUPPORTED: they don't suffice. */
int kt_observe_turn(kt_turn turn, const kt_json *gates, const char *qubit, kt_buf *out, kt_error *err);

/* The program's text as it goes out. What stands in the way goes to check->found. */
int kt_observe_text(kt_order_check *check, kt_buf *out, kt_error *err);
/* circuit: with the wants; note is copied. */
int kt_observe_plan_new(const kt_circuit *circuit, const char *note, kt_observe_plan **out, kt_error *err);

#endif
