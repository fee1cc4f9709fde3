/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h - where the values of a running program live, all under one ceiling.
 * Temporary values come from a stack of bytes that is cut back to a mark when the statement that made them is over;
 * what a variable keeps is a block of its own. Derivatives live until the run ends. One reset frees everything. */
#ifndef KT_QASM_MEMORY_H
#define KT_QASM_MEMORY_H

#include "base/arena.h"
#include "base/error.h"

typedef struct kt_memory_chunk kt_memory_chunk;
typedef struct kt_memory_block kt_memory_block;

typedef struct kt_memory {
    size_t ceiling_bytes;
    size_t used_bytes; /* chunks, blocks and derivatives */
    kt_memory_chunk *chunk;
    kt_memory_chunk *spare; /* one chunk kept back, so that crossing a border again and again costs nothing */
    kt_memory_block *blocks;
    kt_arena *tangents;
    bool over_ceiling; /* why the last request failed */
} kt_memory;

typedef struct kt_memory_mark {
    kt_memory_chunk *chunk;
    size_t used;
} kt_memory_mark;

void kt_memory_init(kt_memory *m, size_t ceiling_bytes);
void kt_memory_reset(kt_memory *m); /* everything is freed; usable again */

/* Temporary bytes, 16-aligned, not zeroed; NULL when there is no more. */
void *kt_memory_take(kt_memory *m, size_t bytes);
kt_memory_mark kt_memory_get_mark(const kt_memory *m);
void kt_memory_release(kt_memory *m, kt_memory_mark mark);

/* A zeroed block that stays until it is disowned. */
void *kt_memory_own(kt_memory *m, size_t bytes);
void kt_memory_disown(kt_memory *m, void *block); /* NULL is fine */

/* Bytes for a derivative, kept to the end of the run. */
void *kt_memory_take_tangent(kt_memory *m, size_t bytes);

/* The error for a NULL from above: KT_E_LIMIT when the ceiling was reached, else KT_E_NOMEM. */
int kt_memory_fail(const kt_memory *m, kt_error *err, const char *what);

#endif
