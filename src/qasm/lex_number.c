/* SPDX-License-Identifier: Apache-2.0 */
/* lex_number.c - numbers of OpenQASM: integers in four bases, reals, imaginary numbers, times with a unit; single
 * underscores between digits. A token's text has the digits as written; its value is made in parse_literal.c. */
#include "qasm/lex_priv.h"

#include <stdio.h>

static bool is_digit_of(char c, int base)
{
    if (base == 16)
        return kt_lex_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return c >= '0' && c < '0' + base;
}

/* Behind the digits at `at`, with single underscores between them; `at` itself when no digit is there. */
static const char *over_digits(const char *at, const char *end, int base)
{
    const char *last = at;
    while (at < end && is_digit_of(*at, base)) {
        last = ++at;
        if (at + 1 < end && *at == '_' && is_digit_of(at[1], base))
            at++;
    }
    return last;
}

static int prefix_base(const char *at, const char *end)
{
    if (end - at < 2 || *at != '0')
        return 10;
    switch (at[1]) {
    case 'x':
    case 'X': return 16;
    case 'b':
    case 'B': return 2;
    case 'o':
    case 'O': return 8;
    default: return 10;
    }
}

/* Behind a real's fraction and exponent; sets *real when there is either. */
static const char *over_fraction(const char *at, const char *end, bool *real)
{
    if (at < end && *at == '.') {
        *real = true;
        at = over_digits(at + 1, end, 10);
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        const char *exponent = at + 1;
        if (exponent < end && (*exponent == '+' || *exponent == '-'))
            exponent++;
        const char *behind = over_digits(exponent, end, 10);
        if (behind > exponent) {
            *real = true;
            at = behind;
        }
    }
    return at;
}

/* Behind the word at `at`. */
static const char *over_word(const char *at, const char *end)
{
    size_t bytes;
    while (at < end && (bytes = kt_lex_digit(*at) ? 1 : kt_lex_letter(at, end)) > 0)
        at += bytes;
    return at;
}

static uint8_t suffix_kind(kt_view word)
{
    static const char *const units[] = { "dt", "ns", "us", "ms", "s", "\xc2\xb5s", "\xce\xbcs" };
    if (kt_view_is(word, "im"))
        return KT_TOK_IMAGINARY;
    for (size_t i = 0; i < KT_COUNT(units); i++)
        if (kt_view_is(word, units[i]))
            return KT_TOK_TIMING;
    return KT_TOK_BAD;
}

static void finish(kt_lexer *lexer, const char *to)
{
    for (const char *at = lexer->cursor; at < to; at++)
        lexer->continuation_bytes += ((unsigned char)*at & 0xc0) == 0x80;
    lexer->cursor = to;
}

static void run_on(kt_lexer *lexer, kt_token *out, const char *word_end)
{
    out->kind = KT_TOK_BAD;
    out->text = (kt_view){ lexer->cursor, (size_t)(word_end - lexer->cursor) };
    int shown = out->text.length > 24 ? 24 : (int)out->text.length;
    while (shown > 0 && shown < (int)out->text.length && ((unsigned char)lexer->cursor[shown] & 0xc0) == 0x80)
        shown--;
    snprintf(lexer->problem, sizeof(lexer->problem), "'%.*s' is neither a number nor a name", shown, lexer->cursor);
    finish(lexer, word_end);
}

void kt_lex_number(kt_lexer *lexer, kt_token *out)
{
    const char *start = lexer->cursor, *end = lexer->end;
    int base = prefix_base(start, end);
    bool real = false;
    const char *at = over_digits(base == 10 ? start : start + 2, end, base);
    if (base == 10)
        at = over_fraction(at, end, &real);
    out->text = (kt_view){ start, (size_t)(at - start) };
    out->kind = real ? KT_TOK_REAL : KT_TOK_INTEGER;
    const char *suffix = at;
    while (base == 10 && suffix < end && (*suffix == ' ' || *suffix == '\t'))
        suffix++;
    const char *word_end = suffix < end && !kt_lex_digit(*suffix) ? over_word(suffix, end) : suffix;
    out->unit = (kt_view){ suffix, (size_t)(word_end - suffix) };
    uint8_t kind = base == 10 ? suffix_kind(out->unit) : KT_TOK_BAD;
    if (kind != KT_TOK_BAD) {
        out->kind = kind;
        finish(lexer, word_end);
        return;
    }
    out->unit = (kt_view){ at, 0 };
    word_end = over_word(at, end);
    if (word_end > at || (base != 10 && at == start + 2))
        run_on(lexer, out, word_end);
    else
        finish(lexer, at);
}
