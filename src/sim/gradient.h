/* SPDX-License-Identifier: Apache-2.0 */
/* gradient.h - derivatives of an expectation by the circuit's free parameters. */
#ifndef KT_SIM_GRADIENT_H
#define KT_SIM_GRADIENT_H

#include "sim/machine.h"

/* In the state that the machine has come to by playing the circuit: out[0] is the expectation that `want` names,
 * out[1 + p] its derivative by the wanted parameter number p. Exact, by one walk back through the circuit whatever the
 * number of parameters. KT_E_UNSUPPORTED: noise, reset, or a measurement that is not at the end. */
int kt_gradient(kt_machine *m, const kt_circuit *circuit, const kt_want *want, double *out, kt_error *err);

#endif
