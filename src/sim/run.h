/* SPDX-License-Identifier: Apache-2.0 */
/* run.h - runs what a player plays, on a state vector or a density matrix, and gathers the wanted results.
 * Measurement in the middle branches depth-first: shots are split among the outcomes (binomially, seeded), one outcome
 * is followed, the other waits with a snapshot of the state; when memory does not allow another snapshot, the state is
 * computed again from the start with the outcomes known so far. */
#ifndef KT_SIM_RUN_H
#define KT_SIM_RUN_H

#include "circuit/circuit.h"
#include "circuit/result.h"

typedef enum kt_sim_method { KT_SIM_STATE_VECTOR, KT_SIM_DENSITY_MATRIX } kt_sim_method;

typedef struct kt_sim_options {
    kt_sim_method method;
    uint64_t shots; /* 0: exact */
    uint64_t seed;
    int threads;
    const char *instructions; /* "scalar", "avx2", "avx512"; NULL: the best there is */
    uint64_t memory_bytes;    /* resolved by the caller: most that states may take together */
    int (*progress)(void *ctx, double done);
    void *progress_ctx;
    int64_t (*monotonic_ns)(void *ctx); /* clock for progress; NULL: no progress */
    void *clock_ctx;
} kt_sim_options;

/* A static circuit: bound; wanted results and labels inside. All shots come from one state when measurements are
 * terminal. */
int kt_sim_circuit(const kt_circuit *circuit, const kt_sim_options *options, kt_result **out, kt_error *err);
/* Refuses what can't fit before any of it is taken: KT_E_CAPACITY, with what it would need and what there is. Of a
 * circuit that a program goes beyond, what the program needs at least. */
int kt_sim_check_memory(const kt_circuit *circuit, const kt_sim_options *options, kt_error *err);
/* What only the program's front end knows. Wanted results and outputs are asked for when a play has come to its end,
 * because a program may name them anywhere. */
typedef struct kt_sim_about {
    void *ctx;
    uint32_t (*label)(void *ctx, uint32_t qubit); /* NULL: its index */
    /* The wanted results in the player's qubit indexes, to be copied; qubit_count: qubits in use so far. May refuse
     * them. NULL: none. */
    int (*wants)(void *ctx, uint32_t qubit_count, const kt_want **out, size_t *count, kt_error *err);
    bool (*has_outputs)(void *ctx); /* NULL: no */
} kt_sim_about;
/* A program that decides by measured values, or has output variables. Qubits enter the state when first touched. */
int kt_sim_player(const kt_player *player, const kt_sim_about *about, const kt_sim_options *options, kt_result **out,
                  kt_error *err);

#endif
