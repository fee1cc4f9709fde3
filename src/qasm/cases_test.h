/* SPDX-License-Identifier: Apache-2.0 */
/* cases_test.h - reads the tables of programs in tests/data/syntax: blocks of === and a name, the program, --- and
 * what is expected of it. Lines before the first block are notes. */
#ifndef KT_QASM_CASES_TEST_H
#define KT_QASM_CASES_TEST_H

#include "base/file.h"

#include <stdio.h>
#include <string.h>

typedef struct syntax_case {
    kt_view name, source, expect;
} syntax_case;

/* The text up to a line that begins with `mark`, or to the end; *text moves to that line. */
static inline kt_view cases_until(kt_view *text, const char *mark)
{
    kt_view all = *text;
    while (text->length > 0 && !kt_view_starts(*text, mark)) {
        const char *end = memchr(text->data, '\n', text->length);
        size_t line = end == NULL ? text->length : (size_t)(end - text->data) + 1;
        *text = (kt_view){ text->data + line, text->length - line };
    }
    return (kt_view){ all.data, all.length - text->length };
}

/* Reads the line that the text begins with, without its mark. */
static inline kt_view cases_line(kt_view *text, size_t mark)
{
    kt_view line = *text;
    const char *end = memchr(text->data, '\n', text->length);
    line.length = end == NULL ? text->length : (size_t)(end - text->data);
    *text = (kt_view){ text->data + line.length + 1, text->length - line.length - 1 };
    return (kt_view){ line.data + mark, line.length - mark };
}

/* Calls check for each case of the file; how many it found wrong, or -1 when there are fewer than `least`. */
static inline int syntax_cases(const char *file, size_t least, bool (*check)(const syntax_case *one))
{
    char path[512];
    KT_BUF_OWN data;
    kt_buf_init(&data, 0);
    snprintf(path, sizeof(path), "%s/data/syntax/%s", KETCH_TESTS_DIR, file);
    if (kt_file_read(path, 1u << 20, &data, NULL) < 0)
        return -1;
    kt_view text = kt_buf_view(&data);
    size_t count = 0;
    int wrong = 0;
    cases_until(&text, "=== ");
    for (; text.length > 0; count++) {
        syntax_case one;
        one.name = cases_line(&text, 4);
        one.source = cases_until(&text, "---\n");
        cases_line(&text, 3);
        one.expect = cases_until(&text, "=== ");
        wrong += !check(&one);
    }
    return count < least ? -1 : wrong;
}

#endif
