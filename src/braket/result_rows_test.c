/* SPDX-License-Identifier: Apache-2.0 */
/* result_rows_test.c - rows are taken out wherever they stand, and nothing else is. */
#include "braket/result_rows.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

#define CHECK_REST(text_, rest_, count_)                                                                               \
    do {                                                                                                               \
        KT_BUF_OWN rest;                                                                                               \
        kt_row_tables tables = { 0 };                                                                                  \
        kt_error err = { 0 };                                                                                          \
        kt_buf_init(&rest, 0);                                                                                         \
        assert_int_equal(kt_rows_take(kt_view_of(text_), &rest, &tables, &err), 0);                                    \
        assert_string_equal(rest.data, rest_);                                                                         \
        assert_int_equal(tables.count, count_);                                                                        \
        kt_rows_free(&tables);                                                                                         \
    } while (0)

TEST(result_rows, rows_become_the_number_of_a_table)
{
    CHECK_REST("{\"measurements\":[[0,1],[1,1]]}", "{\"measurements\":-1}", 1);
    CHECK_REST("{\"measurements\" : [ [ 0 , 1 ] ,\n[1,1] ] , \"a\":1}", "{\"measurements\":-1 , \"a\":1}", 1);
    CHECK_REST("[{\"measurements\":[[0]]},{\"measurements\":[[1]]}]", "[{\"measurements\":-1},{\"measurements\":-2}]",
               2);
}

TEST(result_rows, what_is_no_list_of_rows_stays)
{
    static const char *const same[] = {
        "{\"measurements\":[]}",
        "{\"measurements\":[[]]}",
        "{\"measurements\":[[0,2]]}",
        "{\"measurements\":[[0],[0,1]]}",
        "{\"measurements\":[[0,01]]}",
        "{\"measurements\":[[0,1],]}",
        "{\"measurements\":[[0,1]",
        "{\"measurements\":[[0,1.0]]}",
        "{\"measurements\":[{\"shotResult\":{}}]}",
        "{\"measurements\":null,\"n\":{\"measurements\":7}}",
        "{\"source\":\"\\\"measurements\\\":[[0]]\"}",
        "[\"measurements\", [[0]]]",
        "{\"measurements\"",
        "{\"measurements\":",
        "\"\\",
        "\"",
    };
    for (size_t i = 0; i < KT_COUNT(same); i++)
        CHECK_REST(same[i], same[i], 0);
}

TEST(result_rows, the_first_column_is_the_highest_bit)
{
    KT_BUF_OWN rest;
    kt_row_tables tables = { 0 };
    kt_buf_init(&rest, 0);
    assert_int_equal(kt_rows_take(kt_view_of("{\"measurements\":[[1,0,1],[0,1,1]]}"), &rest, &tables, NULL), 0);
    const kt_rows *rows = kt_rows_at(&tables, -1);
    assert_int_equal(rows->count, 2);
    assert_int_equal(rows->width, 3);
    assert_true(rows->words[0] == UINT64_C(5) << 61);
    assert_true(rows->words[1] == UINT64_C(3) << 61);
    assert_null(kt_rows_at(&tables, 0));
    assert_null(kt_rows_at(&tables, -2));
    assert_null(kt_rows_at(&tables, INT64_MIN));
    kt_rows_free(&tables);
}

TEST(result_rows, rows_are_put_back_as_they_stood)
{
    static const char text[] =
        "{\"a\":[{\"measurements\":[[1,0,1],[0,1,1]]},{\"measurements\":[[0]]}],\"measurements\":7}";
    KT_OWN(kt_json) *json = NULL;
    KT_BUF_OWN rest;
    kt_row_tables tables = { 0 };
    kt_buf_init(&rest, 0);
    assert_int_equal(kt_rows_take(kt_view_of(text), &rest, &tables, NULL), 0);
    assert_int_equal(kt_json_parse(kt_buf_view(&rest), &json, NULL), 0);
    assert_true(kt_rows_restore(json, &tables));
    char *again = json_dumps(json, JSON_COMPACT);
    assert_string_equal(again, text);
    free(again);
    kt_rows_free(&tables);
}

TEST(result_rows, a_number_that_could_be_a_tables_is_refused)
{
    KT_BUF_OWN rest;
    kt_row_tables tables = { 0 };
    kt_error err = { 0 };
    kt_buf_init(&rest, 0);
    assert_int_equal(kt_rows_take(kt_view_of("{\"measurements\":-1}"), &rest, &tables, &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "measurements: found a negative number"));
    kt_rows_free(&tables);
}
