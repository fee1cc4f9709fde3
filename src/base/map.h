/* SPDX-License-Identifier: Apache-2.0 */
/* map.h - a hash map from text to a pointer-sized value, in insertion order, in an arena or on the heap. */
#ifndef KT_BASE_MAP_H
#define KT_BASE_MAP_H

#include "base/arena.h"
#include "base/view.h"

typedef struct kt_map kt_map;

kt_map *kt_map_new(kt_arena *arena); /* NULL arena: heap, to be freed by kt_map_free. Keys are copied */
void kt_map_free(kt_map *map);       /* nothing to do for a map in an arena; NULL is fine */
KT_DEFINE_FREEP(kt_map)
int kt_map_set(kt_map *map, kt_view key, void *value); /* 0 or KT_E_NOMEM; replaces */
void *kt_map_get(const kt_map *map, kt_view key);      /* NULL when absent */
bool kt_map_has(const kt_map *map, kt_view key);
bool kt_map_remove(kt_map *map, kt_view key);
size_t kt_map_count(const kt_map *map);
/* Goes through the entries in insertion order: start with *cursor = 0; false at the end. */
bool kt_map_next(const kt_map *map, size_t *cursor, kt_view *key, void **value);

#endif
