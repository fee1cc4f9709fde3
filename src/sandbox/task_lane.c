/* SPDX-License-Identifier: Apache-2.0 */
/* task_lane.c - an array with gaps and a Fenwick tree that counts who is left before a place. When the array is full it
 * is packed in place if half of it are gaps, and doubled otherwise: both O(n), paid for by n/2 pushes before. */
#include "sandbox/task_lane.h"

#include <stdlib.h>
#include <string.h>

enum { LANE_LEAST = 64, LANE_MOST = 1 << 30 };

void kt_lane_fini(kt_lane *lane)
{
    free(lane->items);
    free(lane->tree);
    *lane = (kt_lane){ 0 };
}

static void set_place(void *item, size_t offset, uint32_t place)
{
    memcpy((char *)item + offset, &place, sizeof place);
}

/* Closes the gaps and counts anew. */
static void pack(kt_lane *lane, size_t offset)
{
    uint32_t to = 0;
    for (uint32_t from = lane->head; from < lane->tail; from++) {
        if (lane->items[from] == NULL)
            continue;
        lane->items[to] = lane->items[from];
        set_place(lane->items[to], offset, to);
        to++;
    }
    for (uint32_t i = to; i < lane->tail; i++)
        lane->items[i] = NULL;
    lane->head = 0;
    lane->tail = to;
    memset(lane->tree, 0, (lane->capacity + 1U) * sizeof *lane->tree);
    for (uint32_t i = 1; i <= lane->capacity; i++) {
        lane->tree[i] += i <= to ? 1 : 0;
        const uint32_t parent = i + (i & (~i + 1));
        if (parent <= lane->capacity)
            lane->tree[parent] += lane->tree[i];
    }
}

static int make_room(kt_lane *lane, size_t offset, kt_error *err)
{
    if (lane->capacity > 0 && lane->count <= lane->capacity / 2) {
        pack(lane, offset);
        return 0;
    }
    if (lane->capacity >= LANE_MOST)
        return kt_fail(err, KT_E_LIMIT, "more than %d tasks wait for one device", LANE_MOST);
    const uint32_t capacity = lane->capacity == 0 ? LANE_LEAST : lane->capacity * 2;
    uint32_t *tree = realloc(lane->tree, (capacity + 1U) * sizeof *tree);
    if (tree == NULL)
        return kt_fail_nomem(err, (capacity + 1U) * sizeof *tree, "a queue of tasks");
    lane->tree = tree;
    void **items = realloc(lane->items, capacity * sizeof *items);
    if (items == NULL)
        return kt_fail_nomem(err, capacity * sizeof *items, "a queue of tasks");
    memset(items + lane->capacity, 0, (capacity - lane->capacity) * sizeof *items);
    lane->items = items;
    lane->capacity = capacity;
    pack(lane, offset);
    return 0;
}

static void count(kt_lane *lane, uint32_t place, uint32_t step)
{
    for (uint32_t i = place + 1; i <= lane->capacity; i += i & (~i + 1))
        lane->tree[i] += step;
    lane->count += step;
}

int kt_lane_push(kt_lane *lane, void *item, size_t offset, kt_error *err)
{
    if (lane->tail == lane->capacity) {
        const int rc = make_room(lane, offset, err);
        if (rc < 0)
            return rc;
    }
    lane->items[lane->tail] = item;
    set_place(item, offset, lane->tail);
    count(lane, lane->tail++, 1);
    return 0;
}

void kt_lane_remove(kt_lane *lane, uint32_t place)
{
    lane->items[place] = NULL;
    count(lane, place, UINT32_MAX); /* less one, modulo 2^32 */
}

void *kt_lane_first(kt_lane *lane)
{
    while (lane->head < lane->tail && lane->items[lane->head] == NULL)
        lane->head++;
    return lane->head < lane->tail ? lane->items[lane->head] : NULL;
}

uint32_t kt_lane_position(const kt_lane *lane, uint32_t place)
{
    uint32_t before = 0;
    for (uint32_t i = place + 1; i > 0; i &= i - 1)
        before += lane->tree[i];
    return before;
}
