/* SPDX-License-Identifier: Apache-2.0 */
/* noisy.h - a circuit on a QPU: its qubits get places on the device, every gate an error of the size that the
 * calibration tells, every measured bit a chance to be read wrong. Up to 12 qubits the errors act on a density matrix;
 * above it each shot draws its own (a trajectory), and all shots that drew none share one state. */
#ifndef KT_SANDBOX_NOISY_H
#define KT_SANDBOX_NOISY_H

#include "circuit/result.h"
#include "sandbox/compile.h"
#include "sim/run.h"

enum { KT_DENSITY_QUBITS_MOST = 12 };

typedef struct kt_noisy_order {
    const kt_sandbox_device *device;
    const kt_compiled *compiled; /* with a circuit, for kt_noisy_run */
    const kt_inputs *inputs;     /* for kt_noisy_play */
    uint64_t shots, seed;        /* shots > 0 */
    uint64_t memory_bytes;
    int threads;
    int (*progress)(void *ctx, double done); /* non-zero cancels */
    void *progress_ctx;
} kt_noisy_order;

/* The result with counts and the values of all wanted results, from the bits that were read. The same order gives the
 * same result. Errors: KT_E_CAPACITY (need and have), KT_E_CANCELLED, KT_E_NOMEM. */
int kt_noisy_run(const kt_noisy_order *order, kt_result **out, kt_error *err);
/* The same of a program that has no circuit, as it decides by measured values: one trajectory a shot, whatever its
 * size. It has no wanted results. */
int kt_noisy_play(const kt_noisy_order *order, kt_result **out, kt_error *err);

/* Places on the device: places[q] is the label for qubit q. Physical circuits keep their labels; others get a connected
 * group of good qubits. */
int kt_place_qubits(const kt_sandbox_device *device, const kt_compiled *compiled, uint32_t *places, kt_error *err);
/* What the device plays, for people: the circuit on its places, turned into the observables' bases and measured. */
int kt_place_circuit(const kt_sandbox_device *device, const kt_compiled *compiled, kt_circuit **out, kt_error *err);

/* Adds the values of the circuit's wanted results to a sealed result whose columns show all its qubits, already turned
 * into the observables' bases. */
int kt_observe(const kt_circuit *circuit, kt_result *result, kt_error *err);

#endif
