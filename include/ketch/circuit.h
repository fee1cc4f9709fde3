/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/circuit.h - building a circuit from C.
 * A kt_circuit is a list of operations on qubits 0 .. n-1 and a list of wanted results. Qubit 0 is the most
 * significant bit of a basis index and the first character of a measured bit string (Braket's order). Angles are
 * radians. Nothing here is shared between circuits: separate circuits may be used from separate threads.
 * On failure a call leaves the circuit as it was. */
#ifndef KETCH_CIRCUIT_H
#define KETCH_CIRCUIT_H

#include <ketch/error.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kt_circuit kt_circuit;

/* A complex number as two doubles; arrays of it have the layout of C's double _Complex and C++'s std::complex. */
typedef struct kt_complex {
    double re, im;
} kt_complex;

/* Every gate of Amazon Braket; see gates.def for names, qubits, angles and matrices. */
typedef enum kt_gate {
#define KT_GATE(id, name, qubits, angles, inverse, shape) KT_GATE_##id,
#include <ketch/gates.def>
#undef KT_GATE
    KT_GATE_COUNT
} kt_gate;

/* Every noise channel of Amazon Braket with scalar parameters; Kraus operators have a call of their own. */
typedef enum kt_noise {
#define KT_NOISE(id, name, qubits, parameters) KT_NOISE_##id,
#include <ketch/noise.def>
#undef KT_NOISE
    KT_NOISE_COUNT
} kt_noise;

/* An angle: a number, or a number plus a factor times a free parameter that is bound later.
 *   KT_ANGLE(0.5)   KT_PARAM("theta")   (kt_angle_arg){ .value = 0.1, .parameter = "theta", .factor = 2 } */
typedef struct kt_angle_arg {
    double value;
    const char *parameter; /* NULL: none. Copied */
    double factor;
} kt_angle_arg;
#ifdef __cplusplus
#define KT_ANGLE(number) (kt_angle_arg{ (number), NULL, 0 })
#define KT_PARAM(name) (kt_angle_arg{ 0, (name), 1 })
#else
#define KT_ANGLE(number) ((kt_angle_arg){ (number), NULL, 0 })
#define KT_PARAM(name) ((kt_angle_arg){ 0, (name), 1 })
#endif

/* A new circuit of `qubits` qubits (0 .. 65535; without any, only a global phase fits), without operations.
 * Errors: KT_E_INVALID, KT_E_NOMEM. */
int kt_circuit_new(int qubits, kt_circuit **out, kt_error *err);
void kt_circuit_free(kt_circuit *circuit); /* NULL is fine */
int kt_circuit_qubit_count(const kt_circuit *circuit);
size_t kt_circuit_operation_count(const kt_circuit *circuit);

/* Adds a gate. qubits: as many as the gate has, distinct, first one = most significant bit of the gate's matrix.
 * angles: as many as the gate has; may be NULL for none. Errors: KT_E_INVALID (index, repetition, unknown gate, an
 * angle that is not finite), KT_E_NOMEM. */
int kt_circuit_gate(kt_circuit *circuit, kt_gate gate, const int *qubits, const kt_angle_arg *angles, kt_error *err);
/* The same with control qubits in front: the gate acts where every control k is in state control_states[k] (0 or 1;
 * NULL: all 1). power: the gate's real power, 1 for the gate itself, -1 for its inverse. */
typedef struct kt_gate_spec {
    kt_gate gate;
    int control_count;
    const int *controls;
    const int *control_states;
    const int *qubits;
    const kt_angle_arg *angles;
    double power;
} kt_gate_spec;
int kt_circuit_gate_spec(kt_circuit *circuit, const kt_gate_spec *spec, kt_error *err);
/* One- and two-qubit gates without angles, and one-angle gates, in a word. */
int kt_circuit_gate1(kt_circuit *circuit, kt_gate gate, int qubit, kt_error *err);
int kt_circuit_gate2(kt_circuit *circuit, kt_gate gate, int first, int second, kt_error *err);
int kt_circuit_rotate(kt_circuit *circuit, kt_gate gate, int qubit, kt_angle_arg angle, kt_error *err);
/* Adds a unitary of k = 1 .. 10 qubits. matrix: 2^k rows of 2^k numbers, row-major; unitary within 1e-5 (as Braket). */
int kt_circuit_unitary(kt_circuit *circuit, int k, const int *qubits, const kt_complex *matrix, kt_error *err);
/* Adds a noise channel; parameters as in noise.def, each in [0, 1]. */
int kt_circuit_noise(kt_circuit *circuit, kt_noise noise, const int *qubits, const double *parameters, kt_error *err);
/* Adds a channel of `count` Kraus operators (1 .. 4^k) on k = 1 or 2 qubits, one row-major matrix after another; their
 * sum of K^dagger K must be the identity within 1e-5. */
int kt_circuit_kraus(kt_circuit *circuit, int k, const int *qubits, int count, const kt_complex *matrices,
                     kt_error *err);
/* Measures a qubit into column `bit` of the result (0, 1, ...). A bit measured again keeps the last value. A circuit
 * without any measurement is measured on all its qubits at the end when it is run with shots. */
int kt_circuit_measure(kt_circuit *circuit, int qubit, int bit, kt_error *err);
int kt_circuit_reset(kt_circuit *circuit, int qubit, kt_error *err);                      /* to |0>, whatever it was */
int kt_circuit_barrier(kt_circuit *circuit, int count, const int *qubits, kt_error *err); /* count 0: all */

/* Observables. A term is coefficient * factor @ factor @ ...; an observable is a sum of terms. */
typedef enum kt_pauli { KT_OBS_I, KT_OBS_X, KT_OBS_Y, KT_OBS_Z, KT_OBS_H, KT_OBS_HERMITIAN } kt_pauli;
typedef struct kt_factor_arg {
    kt_pauli kind;
    int qubit_count; /* 1, unless HERMITIAN */
    int qubits[6];
    const kt_complex *matrix; /* HERMITIAN: 2^k * 2^k numbers, row-major; first qubit most significant */
} kt_factor_arg;
typedef struct kt_term_arg {
    double coefficient;
    int factor_count;
    const kt_factor_arg *factors;
} kt_term_arg;

/* Wanted results; each call returns the index (>= 0) under which kt_result_* finds the value, or a negative code.
 * Which need shots = 0 and which shots > 0 is checked when the circuit is run. */
int kt_circuit_want_state_vector(kt_circuit *circuit, kt_error *err);
int kt_circuit_want_density_matrix(kt_circuit *circuit, int count, const int *qubits, kt_error *err); /* 0: all */
int kt_circuit_want_probability(kt_circuit *circuit, int count, const int *qubits, kt_error *err);    /* 0: all */
int kt_circuit_want_amplitude(kt_circuit *circuit, const char *bits, kt_error *err); /* such as "0110" */
int kt_circuit_want_expectation(kt_circuit *circuit, int terms, const kt_term_arg *sum, kt_error *err);
int kt_circuit_want_variance(kt_circuit *circuit, const kt_term_arg *term, kt_error *err);
int kt_circuit_want_sample(kt_circuit *circuit, const kt_term_arg *term, kt_error *err);
/* Expectation of the sum and its derivative by each free parameter named (count 0: by all). */
int kt_circuit_want_gradient(kt_circuit *circuit, int terms, const kt_term_arg *sum, int count,
                             const char *const *parameters, kt_error *err);

/* Free parameters, in order of first use. The name is borrowed from the circuit. NULL when index is out of range. */
int kt_circuit_parameter_count(const kt_circuit *circuit);
const char *kt_circuit_parameter_name(const kt_circuit *circuit, int index);
/* A copy with every free parameter given its value: values[i] belongs to kt_circuit_parameter_name(i). The original
 * stays unbound, so a sweep binds it again and again. */
int kt_circuit_bind(const kt_circuit *circuit, const double *values, kt_circuit **out, kt_error *err);

/* The circuit as text for a terminal of `width` columns (0: no folding), or as an SVG picture; *out is to be freed with
 * kt_text_free. */
int kt_circuit_draw_text(const kt_circuit *circuit, int width, char **out, kt_error *err);
int kt_circuit_draw_svg(const kt_circuit *circuit, char **out, kt_error *err);
/* The circuit as an OpenQASM 3 program that Amazon Braket takes. */
int kt_circuit_to_qasm(const kt_circuit *circuit, char **out, kt_error *err);
void kt_text_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
