/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h - a region that holds what dies together (a parsed program, a circuit).
 * Memory from it is zeroed, aligned to 16 bytes, and freed all at once. Not thread-safe. NULL on exhaustion or when
 * the ceiling would be passed; the arena stays usable and remembers that it failed. */
#ifndef KT_BASE_ARENA_H
#define KT_BASE_ARENA_H

#include "base/base.h"

typedef struct kt_arena kt_arena;

kt_arena *kt_arena_new(size_t ceiling_bytes); /* 0: no ceiling. NULL when out of memory */
void kt_arena_free(kt_arena *arena);          /* NULL is fine */
KT_DEFINE_FREEP(kt_arena)

void *kt_arena_alloc(kt_arena *arena, size_t bytes);
void *kt_arena_array(kt_arena *arena, size_t count, size_t item_bytes); /* NULL on overflow too */
void *kt_arena_copy(kt_arena *arena, const void *data, size_t bytes);
char *kt_arena_strndup(kt_arena *arena, const char *text, size_t length); /* NUL-terminated copy */
char *kt_arena_printf(kt_arena *arena, const char *format, ...) KT_PRINTF(2, 3);
size_t kt_arena_used_bytes(const kt_arena *arena);
bool kt_arena_failed(const kt_arena *arena); /* an allocation has failed since _new */
void kt_arena_fail(kt_arena *arena);         /* remembers one that was made elsewhere for the same purpose */

#define KT_ARENA_NEW(arena, type) ((type *)kt_arena_alloc((arena), sizeof(type)))
#define KT_ARENA_ARRAY(arena, type, count) ((type *)kt_arena_array((arena), (count), sizeof(type)))

#endif
