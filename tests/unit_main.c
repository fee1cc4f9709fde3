/* SPDX-License-Identifier: Apache-2.0 */
/* unit_main.c - main() of every unit test program: gathers the tests that registered themselves and runs them in order
 * of file and line. Its last line, 'N passed, N failed', is what the test run counts. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 256, TESTS_MOST = 8192 };

/* The one piece of state that constructors can reach. */
static struct {
    unit_test *first, **end;
    size_t count;
} registered = { .end = &registered.first };

void unit_register(unit_test *test)
{
    *registered.end = test;
    registered.end = &test->next;
    registered.count++;
}

/* "suite: name with blanks" */
static char *shown_name(const unit_test *test)
{
    char *text = malloc(NAME_BYTES);
    if (text == NULL)
        abort();
    snprintf(text, NAME_BYTES, "%s: %s", test->suite, test->name);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    return text;
}

static int usage(const char *program)
{
    fprintf(stderr, "usage: %s [--list] [part of a test's name]\n", program);
    return 2;
}

int main(int argc, char **argv)
{
    static struct CMUnitTest chosen[TESTS_MOST];
    const char *filter = NULL;
    size_t count = 0;
    int list = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0)
            list = 1;
        else if (argv[i][0] == '-' || filter != NULL)
            return usage(argv[0]);
        else
            filter = argv[i];
    }
    for (const unit_test *test = registered.first; test != NULL && count < TESTS_MOST; test = test->next) {
        char *name = shown_name(test);
        if (filter == NULL || strstr(name, filter) != NULL)
            chosen[count++] = (struct CMUnitTest){ .name = name, .test_func = test->run };
        else
            free(name);
    }
    int failed = 0;
    if (list)
        for (size_t i = 0; i < count; i++)
            puts(chosen[i].name);
    else
        failed = _cmocka_run_group_tests("tests", chosen, count, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)chosen[i].name);
    if (!list)
        printf("%zu passed, %d failed\n", count - (size_t)(failed > 0 ? failed : 0), failed);
    fflush(stdout);
    return failed != 0;
}
