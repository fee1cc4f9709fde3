/* SPDX-License-Identifier: Apache-2.0 */
/* branch.c - the stack of decisions behind depth-first branching. See branch.h. */
#include "sim/branch.h"

#include "circuit/sink.h"

#include <stdlib.h>

void kt_path_fini(kt_path *path)
{
    for (size_t i = 0; i < path->count; i++)
        kt_state_free(path->steps[i].snapshot);
    free(path->steps);
    free(path->decided_by);
    free(path->resolved);
    *path = (kt_path){ 0 };
}

/* Doubles an array of `capacity` items when `count` has come to it. */
static int make_room(void **items, size_t item_bytes, size_t count, size_t *capacity, kt_error *err)
{
    if (count < *capacity)
        return 0;
    size_t wanted = *capacity == 0 ? 64 : 2 * *capacity;
    void *grown = realloc(*items, wanted * item_bytes);
    if (grown == NULL)
        return kt_fail_nomem(err, wanted * item_bytes, "measurements in the middle");
    *items = grown;
    *capacity = wanted;
    return 0;
}

int kt_path_push(kt_path *path, const kt_step *step, kt_error *err)
{
    int rc = 0;
    if (path->count >= KT_STEP_NONE)
        rc = kt_fail(err, KT_E_LIMIT, "more than %u measured outcomes follow one another", KT_STEP_NONE);
    if (rc == 0)
        rc = make_room((void **)&path->steps, sizeof *path->steps, path->count, &path->capacity, err);
    if (rc < 0) {
        kt_state_free(step->snapshot);
        return rc;
    }
    path->steps[path->count] = *step;
    path->steps[path->count++].resolved_at = path->resolved_count;
    return 0;
}

int kt_path_reach(kt_path *path, size_t ordinal, kt_error *err)
{
    while (path->measure_count <= ordinal) {
        int rc = make_room((void **)&path->decided_by, sizeof *path->decided_by, path->measure_count,
                           &path->measure_capacity, err);
        if (rc < 0)
            return rc;
        path->decided_by[path->measure_count++] = KT_STEP_NONE;
    }
    return 0;
}

int kt_path_decide(kt_path *path, size_t ordinal, kt_error *err)
{
    int rc = make_room((void **)&path->resolved, sizeof *path->resolved, path->resolved_count, &path->resolved_capacity,
                       err);
    if (rc < 0)
        return rc;
    path->resolved[path->resolved_count++] = ordinal;
    path->decided_by[ordinal] = (uint32_t)(path->count - 1);
    return 0;
}

int kt_path_outcome(const kt_path *path, size_t ordinal)
{
    uint32_t step = ordinal < path->measure_count ? path->decided_by[ordinal] : KT_STEP_NONE;
    return step == KT_STEP_NONE ? KT_OUTCOME_UNKNOWN : path->steps[step].outcome;
}

/* Removes the newest step and forgets what it decided. */
static void pop(kt_path *path)
{
    kt_step *step = &path->steps[--path->count];
    kt_state_free(step->snapshot);
    while (path->resolved_count > step->resolved_at)
        path->decided_by[path->resolved[--path->resolved_count]] = KT_STEP_NONE;
}

bool kt_path_turn(kt_path *path, kt_state **snapshot)
{
    while (path->count > 0 && !path->steps[path->count - 1].waiting)
        pop(path);
    if (path->count == 0)
        return false;
    kt_step *step = &path->steps[path->count - 1];
    step->waiting = false;
    step->outcome = !step->outcome;
    step->probability = 1 - step->probability;
    step->shots = step->waiting_shots;
    *snapshot = KT_GIVE(step->snapshot);
    return true;
}

uint64_t kt_path_drop_snapshot(kt_path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        kt_state *state = path->steps[i].snapshot;
        if (state == NULL)
            continue;
        uint64_t bytes = kt_state_bytes(kt_state_qubits(state), kt_state_is_density(state));
        kt_state_free(state);
        path->steps[i].snapshot = NULL;
        return bytes;
    }
    return 0;
}

uint64_t kt_path_child_key(uint64_t key, int outcome)
{
    uint64_t x = key + UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(outcome + 1);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}
