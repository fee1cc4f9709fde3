/* SPDX-License-Identifier: Apache-2.0 */
/* diag_test.c - diagnostics: the text a person sees, the JSON a program reads, and what is kept. */
#include "qasm/diag.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

static kt_file_text file_of(const char *text)
{
    return (kt_file_text){ "a.qasm", kt_view_of(text) };
}

/* The text for one diagnostic, to be freed. */
static char *shown(const char *source, kt_source at, uint32_t length, const char *hint, int colour)
{
    KT_OWN(kt_diagnostics) *d = kt_diagnostics_new(0);
    kt_file_text file = file_of(source);
    assert_int_equal(kt_diag(d, &file, at, length, KT_E_SYNTAX, hint, "no %s", "good"), KT_E_SYNTAX);
    char *text = NULL;
    assert_int_equal(kt_diagnostics_text(d, colour, &text, NULL), 0);
    return text;
}

static const struct {
    const char *name, *source;
    uint32_t line, column, length;
    const char *hint, *expect;
} shown_rows[] = {
    { "one character", "x q;\n", 1, 3, 1, NULL, "a.qasm:1:3: error: no good\n    1 | x q;\n      |   ^\n" },
    { "a word, with a hint", "\nqubt q;", 2, 1, 4, "did you mean 'qubit'?",
      "a.qasm:2:1: error: no good\n    2 | qubt q;\n      | ^~~~\n      = hint: did you mean 'qubit'?\n" },
    { "behind the line's end", "x q\n", 1, 4, 1, NULL, "a.qasm:1:4: error: no good\n    1 | x q\n      |    ^\n" },
    { "a mark that would pass the line's end", "x q\n;", 1, 3, 99, NULL,
      "a.qasm:1:3: error: no good\n    1 | x q\n      |   ^\n" },
    { "a tab before", "a\tb", 1, 3, 1, NULL, "a.qasm:1:3: error: no good\n    1 | a       b\n      |         ^\n" },
    { "a tab marked", "\tb", 1, 1, 1, NULL, "a.qasm:1:1: error: no good\n    1 |         b\n      | ^~~~~~~~\n" },
    { "characters of two bytes", "θφ x", 1, 4, 1, NULL, "a.qasm:1:4: error: no good\n    1 | θφ x\n      |    ^\n" },
    { "wide characters", "漢字 x", 1, 4, 1, NULL, "a.qasm:1:4: error: no good\n    1 | 漢字 x\n      |      ^\n" },
    { "combining characters", "e\xcc\x81 x", 1, 4, 1, NULL,
      "a.qasm:1:4: error: no good\n    1 | e\xcc\x81 x\n      |   ^\n" },
    { "control characters", "a\033[2Jb\x7f", 1, 6, 1, NULL,
      "a.qasm:1:6: error: no good\n    1 | a\xef\xbf\xbd[2Jb\xef\xbf\xbd\n      |      ^\n" },
    { "line ends of other systems", "a\r\nb\rc d\r\n", 3, 3, 1, NULL,
      "a.qasm:3:3: error: no good\n    3 | c d\n      |   ^\n" },
    { "a byte order mark", "\xef\xbb\xbfx q", 1, 3, 1, NULL, "a.qasm:1:3: error: no good\n    1 | x q\n      |   ^\n" },
    { "a file without a place", "x", 0, 0, 1, NULL, "a.qasm: error: no good\n" },
    { "a line that is not there", "x", 9, 2, 1, NULL, "a.qasm:9:2: error: no good\n    9 | \n      |  ^\n" },
};

TEST(diag, shows_the_line_and_marks_the_place)
{
    for (size_t i = 0; i < KT_COUNT(shown_rows); i++) {
        kt_source at = { 0, shown_rows[i].line, shown_rows[i].column };
        char *text = shown(shown_rows[i].source, at, shown_rows[i].length, shown_rows[i].hint, 0);
        if (strcmp(text, shown_rows[i].expect) != 0)
            print_error("%s:\n%s", shown_rows[i].name, text);
        assert_string_equal(text, shown_rows[i].expect);
        free(text);
    }
}

TEST(diag, shows_a_part_of_a_very_long_line)
{
    char source[1001];
    memset(source, 'a', 1000);
    source[1000] = '\0';
    source[499] = 'X';
    char *text = shown(source, (kt_source){ 0, 1, 500 }, 1, NULL, 0);
    const char *line = strchr(text, '\n') + 1, *marks = strchr(line, '\n') + 1;
    assert_true(strncmp(line, "    1 | ...aaa", 14) == 0);
    assert_true(strstr(line, "...\n") != NULL);
    assert_int_equal(line[strcspn(marks, "^")], 'X');
    free(text);
}

TEST(diag, colours_only_when_asked)
{
    char *text = shown("x q;", (kt_source){ 0, 1, 3 }, 1, "h", 1);
    assert_non_null(strstr(text, "\033[1;31m^"));
    assert_non_null(strstr(text, "\033[1ma.qasm:1:3: \033[0m\033[1;31merror: "));
    free(text);
}

TEST(diag, keeps_at_most_what_it_was_told_and_counts_the_rest)
{
    KT_OWN(kt_diagnostics) *d = kt_diagnostics_new(2);
    kt_file_text file = file_of("abc");
    for (uint32_t i = 1; i <= 4; i++) {
        assert_int_equal(kt_diag_full(d), i > 2);
        kt_diag(d, &file, (kt_source){ 0, 1, i }, 1, KT_E_INVALID, NULL, "number %u", i);
    }
    assert_int_equal(kt_diagnostics_count(d), 2);
    assert_null(kt_diagnostics_get(d, 2));
    char *text = NULL;
    assert_int_equal(kt_diagnostics_text(d, 0, &text, NULL), 0);
    assert_non_null(strstr(text, "\n2 more errors not shown\n"));
    free(text);
}

TEST(diag, marks_a_place_behind_a_nul_and_in_the_middle_of_a_line_that_is_cut_at_both_ends)
{
    char line[1000];
    memset(line, 'a', sizeof line);
    line[490] = '\0';
    const uint32_t lengths[] = { 1, 400 };
    for (size_t i = 0; i < KT_COUNT(lengths); i++) {
        KT_OWN(kt_diagnostics) *d = kt_diagnostics_new(0);
        kt_file_text file = { "a.qasm", { line, sizeof line } };
        kt_diag(d, &file, (kt_source){ 0, 1, 501 }, lengths[i], KT_E_SYNTAX, NULL, "here");
        char *text = NULL;
        assert_int_equal(kt_diagnostics_text(d, 0, &text, NULL), 0);
        const char *nul = strstr(text, "\xef\xbf\xbd"), *mark = strchr(text, '^');
        assert_non_null(nul);
        assert_non_null(mark);
        assert_true(strlen(text) < 1000); /* the mark ends with the line that is shown */
        free(text);
    }
}

TEST(diag, outlives_the_source_it_speaks_of)
{
    KT_OWN(kt_diagnostics) *d = kt_diagnostics_new(0);
    char *source = strdup("x q;\n"), *name = strdup("b.qasm");
    kt_file_text file = { name, kt_view_of(source) };
    kt_diag(d, &file, (kt_source){ 0, 1, 3 }, 1, KT_E_SYNTAX, "hint", "message");
    free(source);
    free(name);
    const kt_diagnostic *one = kt_diagnostics_get(d, 0);
    assert_string_equal(one->file, "b.qasm");
    assert_string_equal(one->message, "message");
    assert_string_equal(one->hint, "hint");
    assert_int_equal(one->end_column, 4);
}

TEST(diag, gives_the_first_one_as_an_error)
{
    KT_OWN(kt_diagnostics) *d = kt_diagnostics_new(0);
    kt_error err = { 0 };
    assert_int_equal(kt_diag_to_error(d, &err), 0);
    kt_file_text file = file_of("x");
    kt_diag(d, NULL, (kt_source){ 0 }, 1, KT_E_LIMIT, NULL, "too large");
    kt_diag(d, &file, (kt_source){ 0, 1, 1 }, 1, KT_E_SYNTAX, NULL, "second");
    assert_int_equal(kt_diag_to_error(d, &err), KT_E_LIMIT);
    assert_string_equal(err.message, "too large");
    assert_int_equal(kt_diag_to_error(d, NULL), KT_E_LIMIT);
    KT_OWN(kt_diagnostics) *e = kt_diagnostics_new(0);
    kt_diag(e, &file, (kt_source){ 0, 0, 0 }, 1, KT_E_IO, NULL, "gone");
    kt_diag_to_error(e, &err);
    assert_string_equal(err.message, "a.qasm: gone");
}

TEST(diag, writes_json_with_null_for_what_is_not_known)
{
    KT_OWN(kt_diagnostics) *d = kt_diagnostics_new(0);
    kt_file_text file = file_of("x \"q\"");
    kt_diag(d, &file, (kt_source){ 0, 1, 3 }, 3, KT_E_SYNTAX, "try 'q'", "found \"q\"");
    kt_diag(d, NULL, (kt_source){ 0 }, 1, KT_E_LIMIT, NULL, "too large");
    char *text = NULL;
    assert_int_equal(kt_diagnostics_json(d, &text, NULL), 0);
    assert_non_null(strstr(text, "\"file\": \"a.qasm\""));
    assert_non_null(strstr(text, "\"end_column\": 6"));
    assert_non_null(strstr(text, "\"message\": \"found \\\"q\\\"\""));
    assert_non_null(strstr(text, "\"code\": \"over a limit\""));
    assert_non_null(strstr(text, "\"file\": null"));
    assert_non_null(strstr(text, "\"hint\": null"));
    assert_non_null(strstr(text, "\"omitted\": 0"));
    free(text);
}

TEST(diag, an_empty_list_is_an_empty_text)
{
    KT_OWN(kt_diagnostics) *d = kt_diagnostics_new(0);
    char *text = NULL;
    assert_int_equal(kt_diagnostics_text(d, 1, &text, NULL), 0);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(kt_diagnostics_count(NULL), 0);
    assert_null(kt_diagnostics_get(NULL, 0));
    kt_diagnostics_free(NULL);
}
