/* SPDX-License-Identifier: Apache-2.0 */
/* branch.h - the path of decisions that one play follows, and the sides still waiting to be followed.
 * A decision ("step") collapses one qubit. The path is a stack: going back removes steps up to the last one whose other
 * side waits, turns that one round, and the program is played again from its start. Until the play comes to that step
 * nothing is computed: either the step kept a snapshot of the state, or the state is computed again with the outcomes
 * of the path. */
#ifndef KT_SIM_BRANCH_H
#define KT_SIM_BRANCH_H

#include "sim/state.h"

typedef struct kt_step {
    uint64_t event; /* calls of the sink that came before it */
    uint64_t key;   /* of the random stream here */
    uint64_t shots; /* followed through this step's side */
    uint64_t waiting_shots;
    size_t resolved_at; /* measurements resolved by earlier steps */
    kt_state *snapshot; /* the state before the step, for the waiting side; or NULL */
    double weight;      /* probability of the path before it */
    double probability; /* of its outcome, given the path before it */
    uint32_t qubit;
    uint8_t outcome;
    bool forced; /* taken between two calls of the sink, because the program read a value */
    bool waiting;
} kt_step;

enum { KT_STEP_NONE = UINT32_MAX };

typedef struct kt_path {
    kt_step *steps;
    size_t count, capacity;
    /* Which step decided measurement number i of the play: an index into steps, or KT_STEP_NONE. */
    uint32_t *decided_by;
    size_t measure_count, measure_capacity;
    /* Measurements in the order in which they were decided, so that removing a step can forget them. */
    size_t *resolved;
    size_t resolved_count, resolved_capacity;
} kt_path;

void kt_path_fini(kt_path *path);
int kt_path_push(kt_path *path, const kt_step *step, kt_error *err); /* takes step->snapshot, on failure too */
/* Makes room for measurement number `ordinal`. */
int kt_path_reach(kt_path *path, size_t ordinal, kt_error *err);
/* Notes that the newest step decided measurement number `ordinal`. */
int kt_path_decide(kt_path *path, size_t ordinal, kt_error *err);
/* The outcome of a measurement that the path has decided, or KT_OUTCOME_UNKNOWN. */
int kt_path_outcome(const kt_path *path, size_t ordinal);
/* Goes back to the last step whose other side waits and turns it round; *snapshot becomes the caller's (or NULL).
 * false: nothing waits, the path is empty. */
bool kt_path_turn(kt_path *path, kt_state **snapshot);
/* Gives up the snapshot nearest to the start of the path, to make room; returns its size in bytes, 0: there is none. */
uint64_t kt_path_drop_snapshot(kt_path *path);
/* The random stream behind a step. */
uint64_t kt_path_child_key(uint64_t key, int outcome);

#endif
