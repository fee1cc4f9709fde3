/* SPDX-License-Identifier: Apache-2.0 */
/* alloc.h - stands between Ketch and the C library's allocator (ld --wrap), lets a chosen allocation fail and knows
 * what has not been freed. Thread-safe. */
#ifndef KT_TESTS_ALLOC_H
#define KT_TESTS_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

typedef enum alloc_mode {
    ALLOC_ONE_FAILS,  /* the chosen allocation fails, later ones work */
    ALLOC_REST_FAILS, /* it and all later ones fail */
    ALLOC_MODE_COUNT
} alloc_mode;

/* Starts counting anew; allocation number fail_at (from 1) fails; 0: none. */
void alloc_begin(size_t fail_at, alloc_mode mode);
/* What is allocated in a pause is neither counted nor fails; freed it must be all the same. */
void alloc_pause(bool paused);
size_t alloc_count(void); /* allocations asked for since alloc_begin */
bool alloc_fired(void);   /* the chosen one was reached */
/* Blocks allocated since alloc_begin and not freed; says so of the first few on standard error. Forgets them. */
size_t alloc_leaks(void);
/* For libraries that allocate through pointers of their own. */
void *alloc_malloc(size_t bytes);
void *alloc_spared(size_t bytes); /* as alloc_malloc; never fails and is not counted */
void *alloc_realloc(void *block, size_t bytes);
void alloc_free(void *block);

#endif
