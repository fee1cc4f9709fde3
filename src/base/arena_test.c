/* SPDX-License-Identifier: Apache-2.0 */
/* arena_test.c - memory from a region is zeroed, aligned, bounded, and dies together. */
#include "base/arena.h"

#include "tests/unit.h"
#include <string.h>

TEST(arena, memory_is_zeroed_and_aligned_to_16_bytes)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    assert_non_null(arena);
    for (size_t bytes = 0; bytes < 9000; bytes += 37) {
        unsigned char *made = kt_arena_alloc(arena, bytes);
        assert_non_null(made);
        assert_int_equal((uintptr_t)made % 16, 0);
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(made[i], 0);
        memset(made, 0xAA, bytes);
    }
}

TEST(arena, a_small_allocation_after_a_huge_one_does_not_waste_the_current_chunk)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    char *first = kt_arena_alloc(arena, 16);
    memset(kt_arena_alloc(arena, 10 * 1024 * 1024), 1, 10 * 1024 * 1024);
    char *second = kt_arena_alloc(arena, 16);
    assert_ptr_equal(second, first + 16);
}

TEST(arena, the_ceiling_refuses_what_would_pass_it_and_the_arena_stays_usable)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(64);
    assert_non_null(kt_arena_alloc(arena, 48));
    assert_false(kt_arena_failed(arena));
    assert_null(kt_arena_alloc(arena, 17));
    assert_true(kt_arena_failed(arena));
    assert_non_null(kt_arena_alloc(arena, 16));
    assert_int_equal(kt_arena_used_bytes(arena), 64);
}

TEST(arena, sizes_that_overflow_are_refused)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    assert_null(kt_arena_alloc(arena, SIZE_MAX));
    assert_null(kt_arena_alloc(arena, SIZE_MAX - 15));
    assert_null(kt_arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(kt_arena_strndup(arena, "x", SIZE_MAX));
    assert_true(kt_arena_failed(arena));
}

TEST(arena, copies_are_copies)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    char source[] = "hello world";
    char *text = kt_arena_strndup(arena, source, 5), *bytes = kt_arena_copy(arena, source, 3);
    source[0] = 'J';
    assert_string_equal(text, "hello");
    assert_memory_equal(bytes, "hel", 3);
    assert_string_equal(kt_arena_strndup(arena, NULL, 0), "");
    assert_non_null(kt_arena_copy(arena, NULL, 0));
    assert_string_equal(kt_arena_printf(arena, "%d-%s", 7, "x"), "7-x");
    int *numbers = KT_ARENA_ARRAY(arena, int, 3);
    assert_int_equal(numbers[2], 0);
    assert_non_null(KT_ARENA_NEW(arena, double));
}

TEST(arena, freeing_null_is_fine)
{
    kt_arena_free(NULL);
}
