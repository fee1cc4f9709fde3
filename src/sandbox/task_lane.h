/* SPDX-License-Identifier: Apache-2.0 */
/* task_lane.h - one line of waiting tasks: first come, first served, with leaving from the middle. A task's position
 * costs O(log n), everything else O(1) amortised; 12 bytes a place. */
#ifndef KT_SANDBOX_TASK_LANE_H
#define KT_SANDBOX_TASK_LANE_H

#include "base/error.h"

typedef struct kt_lane {
    void **items;      /* capacity; NULL where one has left */
    uint32_t *tree;    /* Fenwick tree over who is there: capacity + 1 */
    uint32_t capacity; /* 0 or a power of two */
    uint32_t head, tail, count;
} kt_lane;

void kt_lane_fini(kt_lane *lane);
/* *place is where the item's place in the lane is kept: written now, and again whenever places are dealt anew. `offset`
 * is that of the uint32_t inside of every item. Errors: KT_E_NOMEM; KT_E_LIMIT above 2^30 tasks. */
int kt_lane_push(kt_lane *lane, void *item, size_t offset, kt_error *err);
void kt_lane_remove(kt_lane *lane, uint32_t place);
void *kt_lane_first(kt_lane *lane);                             /* NULL: empty */
uint32_t kt_lane_position(const kt_lane *lane, uint32_t place); /* from 1 */

#endif
