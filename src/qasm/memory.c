/* SPDX-License-Identifier: Apache-2.0 */
/* memory.c - the bytes of a running program: a stack of chunks, a list of owned blocks, one ceiling over both.
 * Chunks are released newest first; the newest of them is kept as a spare. Nothing here knows what a value is. */
#include "qasm/memory.h"

#include "base/text.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, CHUNK_BYTES = 32 * 1024 };

struct kt_memory_chunk {
    kt_memory_chunk *older;
    size_t size, used;
    alignas(ALIGNMENT) unsigned char bytes[];
};

struct kt_memory_block {
    kt_memory_block *next, *previous;
    size_t size;
    alignas(ALIGNMENT) unsigned char bytes[];
};

void kt_memory_init(kt_memory *m, size_t ceiling_bytes)
{
    *m = (kt_memory){ .ceiling_bytes = ceiling_bytes };
}

void kt_memory_reset(kt_memory *m)
{
    for (kt_memory_chunk *c = m->chunk; c != NULL;) {
        kt_memory_chunk *older = c->older;
        free(c);
        c = older;
    }
    for (kt_memory_block *b = m->blocks; b != NULL;) {
        kt_memory_block *next = b->next;
        free(b);
        b = next;
    }
    free(m->spare);
    kt_arena_free(m->tangents);
    kt_memory_init(m, m->ceiling_bytes);
}

/* Whether `bytes` more stay under the ceiling. */
static bool fits(kt_memory *m, size_t bytes)
{
    m->over_ceiling = bytes > m->ceiling_bytes || m->used_bytes > m->ceiling_bytes - bytes;
    return !m->over_ceiling;
}

static bool chunk_push(kt_memory *m, size_t bytes)
{
    kt_memory_chunk *made = m->spare;
    if (made != NULL && made->size >= bytes) {
        m->spare = NULL;
    } else {
        const size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
        if (!fits(m, size))
            return false;
        made = malloc(sizeof(*made) + size);
        if (made == NULL)
            return false;
        made->size = size;
        m->used_bytes += size;
    }
    made->used = 0;
    made->older = m->chunk;
    m->chunk = made;
    return true;
}

void *kt_memory_take(kt_memory *m, size_t bytes)
{
    if (bytes > SIZE_MAX / 2) {
        m->over_ceiling = true;
        return NULL;
    }
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if ((m->chunk == NULL || m->chunk->size - m->chunk->used < bytes) && !chunk_push(m, bytes))
        return NULL;
    void *taken = m->chunk->bytes + m->chunk->used;
    m->chunk->used += bytes;
    return taken;
}

kt_memory_mark kt_memory_get_mark(const kt_memory *m)
{
    return (kt_memory_mark){ m->chunk, m->chunk == NULL ? 0 : m->chunk->used };
}

void kt_memory_release(kt_memory *m, kt_memory_mark mark)
{
    while (m->chunk != mark.chunk) {
        kt_memory_chunk *top = m->chunk;
        m->chunk = top->older;
        if (m->spare == NULL && top->size == CHUNK_BYTES) {
            m->spare = top;
        } else {
            m->used_bytes -= top->size;
            free(top);
        }
    }
    if (m->chunk != NULL)
        m->chunk->used = mark.used;
}

void *kt_memory_own(kt_memory *m, size_t bytes)
{
    if (!fits(m, bytes))
        return NULL;
    kt_memory_block *block = calloc(1, sizeof(*block) + bytes);
    if (block == NULL)
        return NULL;
    block->size = bytes;
    block->next = m->blocks;
    if (m->blocks != NULL)
        m->blocks->previous = block;
    m->blocks = block;
    m->used_bytes += bytes;
    return block->bytes;
}

void kt_memory_disown(kt_memory *m, void *owned)
{
    if (owned == NULL)
        return;
    kt_memory_block *block = (kt_memory_block *)(void *)((unsigned char *)owned - offsetof(kt_memory_block, bytes));
    if (block->previous != NULL)
        block->previous->next = block->next;
    else
        m->blocks = block->next;
    if (block->next != NULL)
        block->next->previous = block->previous;
    m->used_bytes -= block->size;
    free(block);
}

void *kt_memory_take_tangent(kt_memory *m, size_t bytes)
{
    if (!fits(m, bytes))
        return NULL;
    if (m->tangents == NULL)
        m->tangents = kt_arena_new(0);
    if (m->tangents == NULL)
        return NULL;
    void *taken = kt_arena_alloc(m->tangents, bytes);
    if (taken != NULL)
        m->used_bytes += bytes;
    return taken;
}

int kt_memory_fail(const kt_memory *m, kt_error *err, const char *what)
{
    if (!m->over_ceiling)
        return kt_fail(err, KT_E_NOMEM, "out of memory (%s)", what);
    char limit[24];
    kt_size_text((double)m->ceiling_bytes, limit, sizeof(limit));
    return kt_fail(err, KT_E_LIMIT, "the program's values need more than %s of memory (%s); raise the memory limit",
                   limit, what);
}
