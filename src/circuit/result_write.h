/* SPDX-License-Identifier: Apache-2.0 */
/* result_write.h - what Ketch's own JSON and Braket's share: values, and lists kept on one line. */
#ifndef KT_CIRCUIT_RESULT_WRITE_H
#define KT_CIRCUIT_RESULT_WRITE_H

#include "circuit/result_priv.h"

/* The value of one wanted result: the same form in both objects. */
void kt_write_value(kt_jw *w, const kt_result *r, const kt_result_value *v);
/* [re, im] */
void kt_write_complex(kt_jw *w, kt_complex value);
/* The targets of all factors of a term (labels NULL: indexes), as a list. */
void kt_write_term_targets(kt_jw *w, const kt_term *term, const kt_result *labels);
/* A list of qubits. */
void kt_write_qubits(kt_jw *w, uint32_t count, const uint32_t *qubits, const kt_result *labels);

#endif
