/* SPDX-License-Identifier: Apache-2.0 */
/* observe.h - wanted results that a device does not compute, computed here from its counts: the program goes out with
 * its result pragmas as comments, with the rotations into the observables' bases and with measurements; what comes back
 * is turned into the values that were wanted. Pure. A plan is made by kt_target_order_make. */
#ifndef KT_BRAKET_OBSERVE_H
#define KT_BRAKET_OBSERVE_H

#include "base/json.h"
#include <ketch/result.h>

typedef struct kt_observe_plan kt_observe_plan;
void kt_observe_plan_free(kt_observe_plan *plan); /* NULL is fine */
KT_DEFINE_FREEP(kt_observe_plan)

/* A sentence for the user: why values are computed here. */
const char *kt_observe_note(const kt_observe_plan *plan);
/* A new result: the counts of `result`, and the values in the program's order, as the local simulator computes them
 * from shots. result: of the device, without values of its own. KT_E_INVALID: it lacks a qubit that is needed. */
int kt_observe_apply(const kt_observe_plan *plan, const kt_result *result, kt_result **out, kt_error *err);
/* For the store: a resumed run computes as this one would have. from_json: KT_E_INVALID for what is no plan. */
int kt_observe_to_json(const kt_observe_plan *plan, kt_json **out, kt_error *err);
int kt_observe_from_json(const kt_json *json, kt_observe_plan **out, kt_error *err);

#endif
