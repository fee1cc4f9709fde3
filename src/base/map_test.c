/* SPDX-License-Identifier: Apache-2.0 */
/* map_test.c - keys are found again, in the order in which they came, through growth and removal. */
#include "base/map.h"

#include "base/error.h"

#include "tests/unit.h"
#include <stdio.h>

static kt_view name_of(int number, char text[16])
{
    return (kt_view){ text, (size_t)snprintf(text, 16, "k%d", number) };
}

static void fill_and_check(kt_map *map, int count)
{
    char text[16];
    static int values[5000];
    for (int i = 0; i < count; i++)
        assert_int_equal(kt_map_set(map, name_of(i, text), &values[i]), 0);
    assert_int_equal(kt_map_count(map), count);
    for (int i = 0; i < count; i++)
        assert_ptr_equal(kt_map_get(map, name_of(i, text)), &values[i]);
    assert_null(kt_map_get(map, name_of(count, text)));
    size_t cursor = 0;
    kt_view key;
    void *value;
    for (int i = 0; i < count; i++) {
        assert_true(kt_map_next(map, &cursor, &key, &value));
        assert_true(kt_view_equal(key, name_of(i, text)));
        assert_ptr_equal(value, &values[i]);
    }
    assert_false(kt_map_next(map, &cursor, NULL, NULL));
}

TEST(map, finds_thousands_of_keys_and_walks_them_in_order)
{
    KT_OWN(kt_map) *map = kt_map_new(NULL);
    fill_and_check(map, 5000);
}

TEST(map, works_in_an_arena_too_and_a_full_arena_is_out_of_memory)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    fill_and_check(kt_map_new(arena), 1000);
    KT_OWN(kt_arena) *small = kt_arena_new(1024);
    kt_map *map = kt_map_new(small);
    char text[16];
    int rc = 0, set = 0;
    for (; rc == 0 && set < 1000; set++)
        rc = kt_map_set(map, name_of(set, text), &rc);
    assert_int_equal(rc, KT_E_NOMEM);
    assert_int_equal(kt_map_count(map), set - 1);
    assert_ptr_equal(kt_map_get(map, name_of(0, text)), &rc);
}

TEST(map, setting_again_replaces_the_value_and_keeps_the_place)
{
    KT_OWN(kt_map) *map = kt_map_new(NULL);
    int one, two;
    kt_map_set(map, kt_view_of("a"), &one);
    kt_map_set(map, kt_view_of("b"), &one);
    kt_map_set(map, kt_view_of("a"), &two);
    size_t cursor = 0;
    kt_view key;
    assert_true(kt_map_next(map, &cursor, &key, NULL));
    assert_true(kt_view_is(key, "a"));
    assert_ptr_equal(kt_map_get(map, key), &two);
    assert_int_equal(kt_map_count(map), 2);
}

TEST(map, a_null_value_is_a_value_and_an_empty_key_is_a_key)
{
    KT_OWN(kt_map) *map = kt_map_new(NULL);
    assert_false(kt_map_has(map, kt_view_of("")));
    assert_int_equal(kt_map_set(map, kt_view_of(""), NULL), 0);
    assert_true(kt_map_has(map, kt_view_of("")));
    assert_null(kt_map_get(map, kt_view_of("")));
}

TEST(map, removed_keys_are_gone_and_the_others_are_still_found)
{
    KT_OWN(kt_map) *map = kt_map_new(NULL);
    char text[16];
    for (int i = 0; i < 300; i++)
        kt_map_set(map, name_of(i, text), map);
    for (int i = 0; i < 300; i += 3)
        assert_true(kt_map_remove(map, name_of(i, text)));
    assert_false(kt_map_remove(map, name_of(0, text)));
    assert_int_equal(kt_map_count(map), 200);
    for (int i = 0; i < 300; i++)
        assert_int_equal(kt_map_has(map, name_of(i, text)), i % 3 != 0);
    size_t cursor = 0, walked = 0;
    while (kt_map_next(map, &cursor, NULL, NULL))
        walked++;
    assert_int_equal(walked, 200);
}

TEST(map, setting_and_removing_for_ever_does_not_grow_the_map_for_ever)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(64 * 1024);
    kt_map *heap = kt_map_new(NULL), *map = kt_map_new(arena);
    char text[16];
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(kt_map_set(heap, name_of(i, text), heap), 0);
        assert_true(kt_map_remove(heap, name_of(i, text)));
    }
    assert_int_equal(kt_map_count(heap), 0);
    assert_non_null(map);
    kt_map_free(heap);
    kt_map_free(NULL);
}
