/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/result.h - what a run gives back. Everything read from a kt_result is borrowed and lives as long as it does. */
#ifndef KETCH_RESULT_H
#define KETCH_RESULT_H

#include <ketch/circuit.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kt_result kt_result;

typedef enum kt_result_type {
    KT_RESULT_STATE_VECTOR,
    KT_RESULT_AMPLITUDE,
    KT_RESULT_PROBABILITY,
    KT_RESULT_EXPECTATION,
    KT_RESULT_VARIANCE,
    KT_RESULT_SAMPLE,
    KT_RESULT_DENSITY_MATRIX,
    KT_RESULT_ADJOINT_GRADIENT,
    KT_RESULT_TYPE_COUNT
} kt_result_type;

void kt_result_free(kt_result *result); /* NULL is fine */

uint64_t kt_result_shots(const kt_result *result);
uint64_t kt_result_seed(const kt_result *result);
int kt_result_qubit_count(const kt_result *result);    /* of the state that was simulated */
const char *kt_result_device(const kt_result *result); /* "local:sv" or "local:dm" */
int64_t kt_result_elapsed_ns(const kt_result *result);

/* Measured columns: column c shows the qubit labelled kt_result_measured_qubit(c). */
int kt_result_column_count(const kt_result *result);
uint32_t kt_result_measured_qubit(const kt_result *result, int column);
/* Distinct outcomes in ascending order of their bits. `bits` gets column_count characters '0' / '1' and a NUL. */
size_t kt_result_outcome_count(const kt_result *result);
uint64_t kt_result_outcome(const kt_result *result, size_t index, char *bits); /* returns how often it was seen */
/* Index of the outcome that shot number `shot` gave. */
size_t kt_result_shot_outcome(const kt_result *result, uint64_t shot);

/* Wanted results, in the order in which they were wanted. */
size_t kt_result_value_count(const kt_result *result);
kt_result_type kt_result_value_type(const kt_result *result, size_t index);
/* Its words, such as "expectation z(q[0]) @ x(q[1])". */
const char *kt_result_value_text(const kt_result *result, size_t index);
/* The numbers of expectation and variance (one, or one a qubit for "all"), probability (2^k, first target most
 * significant) and sample (one a shot; for "all": qubit after qubit). *count is set. NULL for other types. */
const double *kt_result_numbers(const kt_result *result, size_t index, size_t *count);
/* The complex numbers of state vector (2^n), density matrix (4^k, row-major) and amplitude (one a state, in the order
 * asked). *count is set. NULL for other types. */
const kt_complex *kt_result_complexes(const kt_result *result, size_t index, size_t *count);
/* The expectation of an adjoint gradient, and its derivative by parameter number p, whose name kt_result_gradient_name
 * tells. */
double kt_result_gradient_expectation(const kt_result *result, size_t index);
int kt_result_gradient_count(const kt_result *result, size_t index);
const char *kt_result_gradient_name(const kt_result *result, size_t index, int p);
double kt_result_gradient_value(const kt_result *result, size_t index, int p);

/* The result as JSON text, to be freed with kt_text_free: Ketch's own object (schema: ketch-result.schema.json), or
 * exactly Braket's gate-model task result. */
int kt_result_to_json(const kt_result *result, char **out, kt_error *err);
int kt_result_to_braket(const kt_result *result, char **out, kt_error *err);

#ifdef __cplusplus
}
#endif
#endif
