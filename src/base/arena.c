/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c - a chain of zeroed chunks, filled from the front, freed together.
 * Chunks double in size up to a bound, so that many small things cost few calls of calloc and an arena for little
 * stays little. What is bigger than a chunk gets one of its own, placed behind the current one, which stays in use. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_CHUNK_BYTES = 4096 - 64, LARGEST_CHUNK_BYTES = 1024 * 1024 - 64 };

typedef struct chunk {
    struct chunk *next; /* older */
    size_t size, used;
    alignas(ALIGNMENT) unsigned char bytes[];
} chunk;

struct kt_arena {
    chunk *newest;
    size_t ceiling_bytes; /* 0: none */
    size_t used_bytes;    /* handed out, rounded up to the alignment */
    size_t next_chunk_bytes;
    bool failed;
};

kt_arena *kt_arena_new(size_t ceiling_bytes)
{
    kt_arena *arena = calloc(1, sizeof(*arena));
    if (arena == NULL)
        return NULL;
    arena->ceiling_bytes = ceiling_bytes;
    arena->next_chunk_bytes = FIRST_CHUNK_BYTES;
    return arena;
}

void kt_arena_free(kt_arena *arena)
{
    if (arena == NULL)
        return;
    for (chunk *at = arena->newest; at != NULL;) {
        chunk *next = at->next;
        free(at);
        at = next;
    }
    free(arena);
}

/* A chunk with room for `bytes`, linked in; NULL when there is no memory. */
static chunk *chunk_add(kt_arena *arena, size_t bytes)
{
    const bool is_own = bytes > arena->next_chunk_bytes;
    const size_t size = is_own ? bytes : arena->next_chunk_bytes;
    chunk *made = calloc(1, sizeof(*made) + size);
    if (made == NULL)
        return NULL;
    made->size = size;
    if (is_own && arena->newest != NULL) {
        made->next = arena->newest->next;
        arena->newest->next = made;
        return made;
    }
    made->next = arena->newest;
    arena->newest = made;
    if (arena->next_chunk_bytes < LARGEST_CHUNK_BYTES / 2)
        arena->next_chunk_bytes *= 2;
    else
        arena->next_chunk_bytes = LARGEST_CHUNK_BYTES;
    return made;
}

static void *remember_failure(kt_arena *arena)
{
    arena->failed = true;
    return NULL;
}

void *kt_arena_alloc(kt_arena *arena, size_t bytes)
{
    if (bytes > PTRDIFF_MAX - 2 * sizeof(chunk))
        return remember_failure(arena);
    /* Even nothing has an address of its own, so that NULL always means failure. */
    const size_t need = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->ceiling_bytes != 0 && need > arena->ceiling_bytes - arena->used_bytes)
        return remember_failure(arena);
    chunk *at = arena->newest;
    if (at == NULL || at->size - at->used < need) {
        at = chunk_add(arena, need);
        if (at == NULL)
            return remember_failure(arena);
    }
    void *made = at->bytes + at->used;
    at->used += need;
    arena->used_bytes += need;
    return made;
}

void *kt_arena_array(kt_arena *arena, size_t count, size_t item_bytes)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, item_bytes, &bytes))
        return remember_failure(arena);
    return kt_arena_alloc(arena, bytes);
}

void *kt_arena_copy(kt_arena *arena, const void *data, size_t bytes)
{
    void *copy = kt_arena_alloc(arena, bytes);
    if (copy != NULL && bytes > 0)
        memcpy(copy, data, bytes);
    return copy;
}

char *kt_arena_strndup(kt_arena *arena, const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return remember_failure(arena);
    char *copy = kt_arena_alloc(arena, length + 1);
    if (copy != NULL && length > 0)
        memcpy(copy, text, length);
    return copy;
}

char *kt_arena_printf(kt_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? remember_failure(arena) : kt_arena_alloc(arena, (size_t)length + 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

size_t kt_arena_used_bytes(const kt_arena *arena)
{
    return arena->used_bytes;
}

void kt_arena_fail(kt_arena *arena)
{
    arena->failed = true;
}

bool kt_arena_failed(const kt_arena *arena)
{
    return arena->failed;
}
