/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - unit tests with cmocka that register themselves.
 *     #include "tests/unit.h"
 *     TEST(lex, reports_the_column_where_an_unclosed_comment_began)
 *     {
 *         assert_int_equal(...);
 *     }
 * unit_main.c runs all tests of a program: `test_qasm [--list] [FILTER]`; FILTER is a part of the name as it is shown,
 * "lex: reports the column where ...". */
#ifndef KT_TESTS_UNIT_H
#define KT_TESTS_UNIT_H

/* cmocka.h wants these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct unit_test {
    const char *suite, *name;
    void (*run)(void **state);
    struct unit_test *next;
} unit_test;

void unit_register(unit_test *test);

#define TEST(suite_, name_)                                                                                            \
    static void suite_##_##name_##_run(void **state);                                                                  \
    __attribute__((constructor)) static void suite_##_##name_##_register(void)                                         \
    {                                                                                                                  \
        static unit_test test = { #suite_, #name_, suite_##_##name_##_run, NULL };                                     \
        unit_register(&test);                                                                                          \
    }                                                                                                                  \
    static void suite_##_##name_##_run(__attribute__((unused)) void **state)

/* KETCH_TESTS_DIR: the tests/ folder, for test data. */

#endif
