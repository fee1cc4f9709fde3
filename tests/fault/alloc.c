/* SPDX-License-Identifier: Apache-2.0 */
/* alloc.c - the wrapped allocator. Live blocks stand in a table of fixed size, so that keeping book allocates nothing;
 * blocks that the C library made on its own account are not in it and pass through. */
#include "tests/fault/alloc.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 1 << 20, LEAKS_SHOWN = 5 };

typedef struct slot {
    void *block; /* NULL: the slot is free */
    size_t bytes, number;
} slot;

static struct {
    pthread_mutex_t lock;
    size_t count, fail_at;
    alloc_mode mode;
    bool fired, paused;
    size_t live;
    slot slots[SLOTS];
} book = { .lock = PTHREAD_MUTEX_INITIALIZER };

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void __real_free(void *block);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void __wrap_free(void *block);

static size_t slot_of(const void *block)
{
    return (size_t)(((uint64_t)(uintptr_t)block >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 44) % SLOTS;
}

static void remember(void *block, size_t bytes)
{
    size_t i = slot_of(block);
    while (book.slots[i].block != NULL)
        i = (i + 1) % SLOTS;
    book.slots[i] = (slot){ block, bytes, book.count };
    if (++book.live > SLOTS / 2)
        abort(); /* a scenario that holds half a million blocks is not what this is for */
}

/* Closes the gap at i: later entries of the same run move up, unless that would put them before their own slot. */
static void close_gap(size_t gap)
{
    book.slots[gap].block = NULL;
    for (size_t i = (gap + 1) % SLOTS; book.slots[i].block != NULL; i = (i + 1) % SLOTS) {
        size_t home = slot_of(book.slots[i].block);
        if ((i - home) % SLOTS >= (i - gap) % SLOTS) {
            book.slots[gap] = book.slots[i];
            book.slots[i].block = NULL;
            gap = i;
        }
    }
}

/* Nothing happens for a block that is not one of ours. */
static void forget(const void *block)
{
    for (size_t i = slot_of(block); book.slots[i].block != NULL; i = (i + 1) % SLOTS) {
        if (book.slots[i].block == block) {
            close_gap(i);
            book.live--;
            return;
        }
    }
}

static _Thread_local bool is_spared;

/* Counts one request; true when it is to fail. */
static bool must_fail(void)
{
    if (book.paused || is_spared)
        return false;
    book.count++;
    bool fail = book.fail_at != 0 &&
                (book.count == book.fail_at || (book.mode == ALLOC_REST_FAILS && book.count > book.fail_at));
    book.fired |= fail;
    if (fail)
        errno = ENOMEM;
    return fail;
}

static void *allocate(void *(*real)(size_t, size_t), size_t count, size_t bytes)
{
    void *block = NULL;
    pthread_mutex_lock(&book.lock);
    if (!must_fail())
        block = real(count, bytes);
    if (block != NULL)
        remember(block, count * bytes);
    pthread_mutex_unlock(&book.lock);
    return block;
}

static void *real_malloc(size_t count, size_t bytes)
{
    return __real_malloc(count * bytes);
}

void *__wrap_malloc(size_t bytes)
{
    return allocate(real_malloc, 1, bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return allocate(__real_calloc, count, bytes);
}

void *__wrap_realloc(void *block, size_t bytes)
{
    void *moved = NULL;
    pthread_mutex_lock(&book.lock);
    if (!must_fail()) {
        if (block != NULL)
            forget(block); /* before it moves: its address may be handed out again */
        moved = __real_realloc(block, bytes);
        if (moved != NULL)
            remember(moved, bytes);
    }
    pthread_mutex_unlock(&book.lock);
    return moved;
}

void __wrap_free(void *block)
{
    pthread_mutex_lock(&book.lock);
    if (block != NULL)
        forget(block);
    pthread_mutex_unlock(&book.lock);
    __real_free(block);
}

void *alloc_malloc(size_t bytes)
{
    return __wrap_malloc(bytes);
}

void *alloc_spared(size_t bytes)
{
    is_spared = true;
    void *block = __wrap_malloc(bytes);
    is_spared = false;
    return block;
}

void *alloc_realloc(void *block, size_t bytes)
{
    return __wrap_realloc(block, bytes);
}

void alloc_free(void *block)
{
    __wrap_free(block);
}

void alloc_begin(size_t fail_at, alloc_mode mode)
{
    pthread_mutex_lock(&book.lock);
    book.count = 0;
    book.fail_at = fail_at;
    book.mode = mode;
    book.fired = book.paused = false;
    pthread_mutex_unlock(&book.lock);
}

void alloc_pause(bool paused)
{
    pthread_mutex_lock(&book.lock);
    book.paused = paused;
    pthread_mutex_unlock(&book.lock);
}

size_t alloc_count(void)
{
    return book.count;
}

bool alloc_fired(void)
{
    return book.fired;
}

size_t alloc_leaks(void)
{
    size_t leaks = book.live, shown = 0;
    for (size_t i = 0; i < SLOTS && book.live > 0; i++) {
        if (book.slots[i].block == NULL)
            continue;
        if (shown++ < LEAKS_SHOWN)
            fprintf(stderr, "    leaked: %zu bytes, allocation %zu\n", book.slots[i].bytes, book.slots[i].number);
        book.slots[i].block = NULL;
        book.live--;
    }
    return leaks;
}
