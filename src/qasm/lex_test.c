/* SPDX-License-Identifier: Apache-2.0 */
/* lex_test.c - tokens: kinds, places, and what is no token. */
#include "qasm/lex.h"

#include "tests/unit.h"
#include <string.h>

static kt_lexer lexer_of(const char *text)
{
    kt_lexer lexer;
    kt_lexer_init(&lexer, kt_view_of(text));
    return lexer;
}

static const struct {
    const char *text;
    kt_token_kind kind;
    const char *value; /* the token's text */
} single_tokens[] = {
    { "q", KT_TOK_NAME, "q" },
    { "_a1", KT_TOK_NAME, "_a1" },
    { "π", KT_TOK_NAME, "π" },
    { "ℇ", KT_TOK_NAME, "ℇ" },
    { "θ_2", KT_TOK_NAME, "θ_2" },
    { "OPENQASM", KT_TOK_OPENQASM, "OPENQASM" },
    { "OPENQASMS", KT_TOK_NAME, "OPENQASMS" },
    { "Oracle", KT_TOK_NAME, "Oracle" },
    { "durationof", KT_TOK_DURATIONOF, "durationof" },
    { "durationofs", KT_TOK_NAME, "durationofs" },
    { "inp", KT_TOK_NAME, "inp" },
    { "in", KT_TOK_IN, "in" },
    { "zz", KT_TOK_NAME, "zz" },
    { "#pragma", KT_TOK_PRAGMA, "#pragma" },
    { "pragma", KT_TOK_PRAGMA, "pragma" },
    { "#dim", KT_TOK_HASH_DIM, "#dim" },
    { "$12", KT_TOK_PHYSICAL, "12" },
    { "0", KT_TOK_INTEGER, "0" },
    { "1_000", KT_TOK_INTEGER, "1_000" },
    { "0xFf_0", KT_TOK_INTEGER, "0xFf_0" },
    { "0b1_01", KT_TOK_INTEGER, "0b1_01" },
    { "0o17", KT_TOK_INTEGER, "0o17" },
    { "1.", KT_TOK_REAL, "1." },
    { ".5", KT_TOK_REAL, ".5" },
    { "1.e-3", KT_TOK_REAL, "1.e-3" },
    { "1e+4", KT_TOK_REAL, "1e+4" },
    { "2im", KT_TOK_IMAGINARY, "2" },
    { "2.5 im", KT_TOK_IMAGINARY, "2.5" },
    { "100ns", KT_TOK_TIMING, "100" },
    { "1.5 us", KT_TOK_TIMING, "1.5" },
    { "3µs", KT_TOK_TIMING, "3" },
    { "3μs", KT_TOK_TIMING, "3" },
    { "10dt", KT_TOK_TIMING, "10" },
    { "\"01_1\"", KT_TOK_BITSTRING, "01_1" },
    { "\"01__1\"", KT_TOK_STRING, "01__1" },
    { "\"a.inc\"", KT_TOK_STRING, "a.inc" },
    { "'01'", KT_TOK_STRING, "01" },
    { "**=", KT_TOK_ASSIGN_POW, "**=" },
    { "<<=", KT_TOK_ASSIGN_SHL, "<<=" },
    { "->", KT_TOK_ARROW, "->" },
    { "++", KT_TOK_DOUBLE_PLUS, "++" },
    { "~=", KT_TOK_ASSIGN_NOT, "~=" },
    { "", KT_TOK_END, "" },
    { " \t\r\n // only\n/* blanks */ ", KT_TOK_END, "" },
    { "\xef\xbb\xbfq", KT_TOK_NAME, "q" },
};

TEST(lex, reads_each_kind_of_token)
{
    for (size_t i = 0; i < KT_COUNT(single_tokens); i++) {
        kt_lexer lexer = lexer_of(single_tokens[i].text);
        kt_token token, end;
        kt_lexer_next(&lexer, &token);
        kt_lexer_next(&lexer, &end);
        bool good = token.kind == single_tokens[i].kind && kt_view_is(token.text, single_tokens[i].value) &&
                    end.kind == KT_TOK_END;
        if (!good)
            print_error("row %zu: %s gives kind %d, text '%.*s'\n", i, single_tokens[i].text, token.kind,
                        KT_VIEW_ARG(token.text));
        assert_true(good);
    }
}

TEST(lex, knows_every_keyword_and_no_part_of_one)
{
    for (int kind = KT_TOK_KEYWORD_FIRST; kind < KT_TOK_KIND_COUNT; kind++) {
        const char *word = kt_token_text((kt_token_kind)kind);
        kt_token token;
        kt_lexer lexer = lexer_of(word);
        kt_lexer_next(&lexer, &token);
        assert_int_equal(token.kind, kind);
        lexer = lexer_of(word);
        lexer.end--;
        kt_lexer_next(&lexer, &token);
        assert_int_not_equal(token.kind, kind);
    }
    assert_null(kt_token_text(KT_TOK_KIND_COUNT));
    assert_int_equal(kt_keyword_softness(KT_TOK_KIND_COUNT), 0);
    assert_int_equal(kt_keyword_softness(KT_TOK_SWITCH), 2);
}

static const struct {
    const char *text;
    const char *problem; /* a part of it */
    uint32_t length;
} bad_tokens[] = {
    { "3x", "'3x' is neither a number nor a name", 2 },
    { "3__4", "'3__4'", 4 },
    { "3_4_", "'3_4_'", 4 },
    { "0b123", "'0b123'", 5 },
    { "0o789", "'0o789'", 5 },
    { "0x", "'0x'", 2 },
    { "0x12g", "'0x12g'", 5 },
    { "12ππππππππππππππππππππππ", "'12πππππππππππ'", 24 },
    { "\"abc", "no closing quote", 4 },
    { "'ab\nc'", "no closing quote", 3 },
    { "\"a\tb\"", "control character", 2 },
    { "$", "physical qubit", 1 },
    { "#foo", "'#pragma'", 1 },
    { "#pragmas", "'#pragma'", 1 },
    { "\xff", "0xff is not UTF-8", 1 },
    { "\x01", "U+0001", 1 },
    { "?", "'?' means nothing", 1 },
    { "€", "'€' means nothing", 1 },
    { "/* open", "never closed", 2 },
    { "/*/", "never closed", 2 },
};

TEST(lex, says_why_something_is_no_token)
{
    for (size_t i = 0; i < KT_COUNT(bad_tokens); i++) {
        kt_lexer lexer = lexer_of(bad_tokens[i].text);
        kt_token token;
        kt_lexer_next(&lexer, &token);
        bool good = token.kind == KT_TOK_BAD && strstr(lexer.problem, bad_tokens[i].problem) != NULL &&
                    token.length == bad_tokens[i].length;
        if (!good)
            print_error("row %zu: kind %d length %u: %s\n", i, token.kind, token.length, lexer.problem);
        assert_true(good);
        kt_lexer_next(&lexer, &token);
        assert_ptr_not_equal(token.end, bad_tokens[i].text);
    }
}

TEST(lex, counts_columns_in_characters_and_lines_by_every_kind_of_line_end)
{
    static const struct {
        uint32_t line, column, newlines;
    } places[] = { { 1, 1, 0 }, { 1, 5, 0 }, { 2, 3, 1 }, { 3, 1, 1 }, { 5, 1, 2 }, { 5, 13, 0 } };
    kt_lexer lexer = lexer_of("θφ  b\r\n\t c\rd\n\n\"ü\" /* π */ e");
    for (size_t i = 0; i < KT_COUNT(places); i++) {
        kt_token token;
        kt_lexer_next(&lexer, &token);
        assert_int_equal(token.line, places[i].line);
        assert_int_equal(token.column, places[i].column);
        assert_int_equal(token.newlines, places[i].newlines);
    }
}

TEST(lex, goes_on_after_an_unclosed_comment_only_to_the_end)
{
    kt_lexer lexer = lexer_of("a\n/* x ** / π\n y");
    kt_token token;
    kt_lexer_next(&lexer, &token);
    kt_lexer_next(&lexer, &token);
    assert_int_equal(token.kind, KT_TOK_BAD);
    assert_int_equal(token.line, 2);
    assert_int_equal(token.column, 1);
    kt_lexer_next(&lexer, &token);
    assert_int_equal(token.kind, KT_TOK_END);
    assert_int_equal(token.line, 3);
}

static void count_comment(void *ctx, const kt_comment_text *comment)
{
    size_t *total = ctx;
    *total += comment->text.length * 10 + comment->newlines;
}

TEST(lex, hands_comments_over_with_the_line_ends_before_them)
{
    kt_lexer lexer = lexer_of("a // b\n\n\n/**/c/***/");
    size_t total = 0;
    lexer.on_comment = count_comment;
    lexer.ctx = &total;
    kt_token token;
    do
        kt_lexer_next(&lexer, &token);
    while (token.kind != KT_TOK_END);
    assert_int_equal(total, 40 + 0 + 40 + 2 + 50 + 0);
}

TEST(lex, gives_the_rest_of_a_line_and_a_braced_body_as_text)
{
    kt_lexer lexer = lexer_of("@a  über b \r\n{x {y} z} w { {");
    kt_token token;
    kt_view body;
    kt_lexer_next(&lexer, &token);
    kt_lexer_next(&lexer, &token);
    kt_lexer_rest_of_line(&lexer, &token);
    assert_true(kt_view_is(token.text, "über b"));
    assert_int_equal(token.column, 5);
    assert_int_equal(token.length, 6);
    kt_lexer_next(&lexer, &token);
    assert_int_equal(token.kind, KT_TOK_LBRACE);
    assert_true(kt_lexer_braced(&lexer, &body));
    assert_true(kt_view_is(body, "x {y} z"));
    kt_lexer_next(&lexer, &token);
    assert_true(kt_view_is(token.text, "w"));
    assert_int_equal(token.column, 11);
    kt_lexer_next(&lexer, &token);
    assert_false(kt_lexer_braced(&lexer, &body));
}

TEST(lex, the_rest_of_a_line_is_whole_behind_a_form_feed)
{
    kt_lexer lexer;
    kt_token token;
    kt_lexer_init(&lexer, kt_view_of("@\f a b0 \nx"));
    kt_lexer_next(&lexer, &token);
    kt_lexer_rest_of_line(&lexer, &token);
    assert_true(kt_view_is(token.text, "a b0"));
    assert_ptr_equal(token.start, token.text.data);
    assert_ptr_equal(token.end, token.text.data + 4);
}

TEST(lex, letters_are_those_of_the_specification)
{
    static const int32_t letters[] = { 0xaa, 0x3c0, 0x2107, 0x16ee, 0x4e00, 0x2fa1d };
    static const int32_t others[] = { -1, 0x80, 0xb7, 0x20ac, 0x0301, 0x1f600, 0x10ffff };
    for (size_t i = 0; i < KT_COUNT(letters); i++)
        assert_true(kt_is_letter(letters[i]));
    for (size_t i = 0; i < KT_COUNT(others); i++)
        assert_false(kt_is_letter(others[i]));
}
