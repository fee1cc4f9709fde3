/* SPDX-License-Identifier: Apache-2.0 */
/* map.c - entries stand in an array in the order in which they came; beside it an open-addressed table of their
 * numbers. A removed entry keeps its place (marked) until the map grows, so that a walk is never disturbed.
 * The hash is seeded by the map's address: names chosen to collide in one process do not in the next. */
#include "base/map.h"

#include <assert.h>
#include <ketch/error.h>

#include <stdlib.h>
#include <string.h>

enum { FIRST_ENTRIES = 8 };

typedef struct entry {
    kt_view key; /* data NULL: removed */
    uint64_t hash;
    void *value;
} entry;

struct kt_map {
    kt_arena *arena; /* NULL: heap */
    uint64_t seed;
    size_t live_count;
    size_t entry_count, entry_capacity; /* removed ones included */
    entry *entries;
    uint32_t *slots; /* 0: free, else entry number + 1; twice entry_capacity of them, a power of two */
};

static void *take_zeroed(kt_arena *arena, size_t count, size_t item_bytes)
{
    return arena == NULL ? calloc(count, item_bytes) : kt_arena_array(arena, count, item_bytes);
}

static void give_back(kt_arena *arena, void *memory)
{
    if (arena == NULL)
        free(memory);
}

kt_map *kt_map_new(kt_arena *arena)
{
    kt_map *map = take_zeroed(arena, 1, sizeof(*map));
    if (map == NULL)
        return NULL;
    map->arena = arena;
    map->seed = (uint64_t)(uintptr_t)map * 0x9E3779B97F4A7C15u;
    return map;
}

void kt_map_free(kt_map *map)
{
    if (map == NULL || map->arena != NULL)
        return;
    for (size_t i = 0; i < map->entry_count; i++)
        free((char *)map->entries[i].key.data);
    free(map->entries);
    free(map->slots);
    free(map);
}

/* The slot that holds the key, or the free one where it belongs. There is always a free slot. */
static uint32_t *find_slot(const kt_map *map, kt_view key, uint64_t hash)
{
    const size_t mask = map->entry_capacity * 2 - 1;
    size_t at = (size_t)hash & mask;
    for (; map->slots[at] != 0; at = (at + 1) & mask) {
        const entry *candidate = &map->entries[map->slots[at] - 1];
        if (candidate->key.data != NULL && candidate->hash == hash && kt_view_equal(candidate->key, key))
            break;
    }
    return &map->slots[at];
}

static entry *find(const kt_map *map, kt_view key)
{
    if (map == NULL || map->entry_count == 0)
        return NULL;
    const uint32_t number = *find_slot(map, key, kt_view_hash(key, map->seed));
    return number == 0 ? NULL : &map->entries[number - 1];
}

/* Makes room for one more entry; removed ones are left behind. */
static int grow(kt_map *map)
{
    const size_t capacity = map->entry_capacity == 0                    ? FIRST_ENTRIES
                            : map->live_count * 2 < map->entry_capacity ? map->entry_capacity
                                                                        : map->entry_capacity * 2;
    if (capacity > UINT32_MAX / 4)
        return KT_E_NOMEM;
    entry *entries = take_zeroed(map->arena, capacity, sizeof(*entries));
    uint32_t *slots = take_zeroed(map->arena, capacity * 2, sizeof(*slots));
    if (entries == NULL || slots == NULL) {
        give_back(map->arena, entries);
        give_back(map->arena, slots);
        return KT_E_NOMEM;
    }
    assert(map->entries != NULL || map->entry_count == 0);
    size_t kept = 0;
    for (size_t i = 0; i < map->entry_count; i++)
        if (map->entries[i].key.data != NULL)
            entries[kept++] = map->entries[i];
    give_back(map->arena, map->entries);
    give_back(map->arena, map->slots);
    map->entries = entries;
    map->slots = slots;
    map->entry_count = kept;
    map->entry_capacity = capacity;
    for (size_t i = 0; i < kept; i++)
        *find_slot(map, entries[i].key, entries[i].hash) = (uint32_t)i + 1;
    return 0;
}

/* Never NULL for an empty key: NULL marks a removed entry. */
static char *copy_key(kt_map *map, kt_view key)
{
    if (map->arena != NULL)
        return kt_arena_strndup(map->arena, key.data, key.length);
    char *copy = malloc(key.length + 1);
    if (copy != NULL && key.length > 0)
        memcpy(copy, key.data, key.length);
    return copy;
}

int kt_map_set(kt_map *map, kt_view key, void *value)
{
    entry *known = find(map, key);
    if (known != NULL) {
        known->value = value;
        return 0;
    }
    if (map->entry_count == map->entry_capacity && grow(map) < 0)
        return KT_E_NOMEM;
    assert(map->entries != NULL);
    char *copy = copy_key(map, key);
    if (copy == NULL)
        return KT_E_NOMEM;
    const uint64_t hash = kt_view_hash(key, map->seed);
    uint32_t *slot = find_slot(map, key, hash);
    map->entries[map->entry_count] = (entry){ { copy, key.length }, hash, value };
    *slot = (uint32_t)++map->entry_count;
    map->live_count++;
    return 0;
}

void *kt_map_get(const kt_map *map, kt_view key)
{
    const entry *found = find(map, key);
    return found == NULL ? NULL : found->value;
}

bool kt_map_has(const kt_map *map, kt_view key)
{
    return find(map, key) != NULL;
}

bool kt_map_remove(kt_map *map, kt_view key)
{
    entry *found = find(map, key);
    if (found == NULL)
        return false;
    give_back(map->arena, (char *)found->key.data);
    found->key = (kt_view){ NULL, 0 };
    map->live_count--;
    return true;
}

size_t kt_map_count(const kt_map *map)
{
    return map->live_count;
}

bool kt_map_next(const kt_map *map, size_t *cursor, kt_view *key, void **value)
{
    while (*cursor < map->entry_count) {
        const entry *at = &map->entries[(*cursor)++];
        if (at->key.data == NULL)
            continue;
        if (key != NULL)
            *key = at->key;
        if (value != NULL)
            *value = at->value;
        return true;
    }
    return false;
}
