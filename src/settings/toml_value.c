/* SPDX-License-Identifier: Apache-2.0 */
/* toml_value.c - strings, numbers, truth values, dates and times.
 * Source: toml.io/en/v1.0.0. */
#include "base/text.h"
#include "settings/toml_priv.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- strings ---- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_utf8(kt_buf *out, uint32_t c)
{
    if (c < 0x80) {
        kt_buf_addc(out, (char)c);
    } else if (c < 0x800) {
        kt_buf_addc(out, (char)(0xc0 | (c >> 6)));
        kt_buf_addc(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        kt_buf_addc(out, (char)(0xe0 | (c >> 12)));
        kt_buf_addc(out, (char)(0x80 | ((c >> 6) & 0x3f)));
        kt_buf_addc(out, (char)(0x80 | (c & 0x3f)));
    } else {
        kt_buf_addc(out, (char)(0xf0 | (c >> 18)));
        kt_buf_addc(out, (char)(0x80 | ((c >> 12) & 0x3f)));
        kt_buf_addc(out, (char)(0x80 | ((c >> 6) & 0x3f)));
        kt_buf_addc(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* \uXXXX and \UXXXXXXXX: a scalar value. */
static int read_code(kt_toml *t, size_t digits, kt_buf *out)
{
    uint32_t code = 0;
    for (size_t i = 0; i < digits; i++) {
        const int value = hex_value(kt_toml_peek(t, 2 + i));
        if (value < 0)
            return kt_toml_fail(t, t->at, KT_E_SYNTAX, "expected %zu hexadecimal digits behind \\%c", digits,
                                kt_toml_peek(t, 1));
        code = code << 4 | (uint32_t)value;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return kt_toml_fail(t, t->at, KT_E_SYNTAX, "U+%04X is no character", (unsigned)code);
    add_utf8(out, code);
    t->at += 2 + digits;
    return 0;
}

/* A backslash at the end of a line takes the white space that follows with it. */
static bool skip_line_end(kt_toml *t)
{
    size_t at = t->at + 1;
    while (at < t->text.length && (t->text.data[at] == ' ' || t->text.data[at] == '\t'))
        at++;
    if (at < t->text.length && t->text.data[at] == '\r')
        at++;
    if (at >= t->text.length || t->text.data[at] != '\n')
        return false;
    while (at < t->text.length && strchr(" \t\r\n", t->text.data[at]) != NULL)
        at++;
    t->at = at;
    return true;
}

static int read_escape(kt_toml *t, bool is_long, kt_buf *out)
{
    static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
    const char c = kt_toml_peek(t, 1);
    const char *found = c == '\0' ? NULL : strchr(from, c);
    if (c == 'u' || c == 'U')
        return read_code(t, c == 'u' ? 4 : 8, out);
    if (is_long && skip_line_end(t))
        return 0;
    if (found == NULL)
        return kt_toml_fail(t, t->at, KT_E_SYNTAX, "expected one of b t n f r u U \" \\ behind a backslash");
    kt_buf_addc(out, to[found - from]);
    t->at += 2;
    return 0;
}

static bool is_newline(const kt_toml *t)
{
    return kt_toml_peek(t, 0) == '\n' || (kt_toml_peek(t, 0) == '\r' && kt_toml_peek(t, 1) == '\n');
}

static bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

/* How many quotes stand here, five at most: the last three end a long string, those before belong to it. */
static size_t count_quotes(const kt_toml *t, char quote)
{
    size_t count = 0;
    while (count < 5 && kt_toml_peek(t, count) == quote)
        count++;
    return count;
}

static int read_long(kt_toml *t, char quote, size_t from, kt_buf *out)
{
    if (is_newline(t)) /* the first one is not part of it */
        t->at += kt_toml_peek(t, 0) == '\r' ? 2 : 1;
    while (t->at < t->text.length) {
        const char c = kt_toml_peek(t, 0);
        const size_t quotes = count_quotes(t, quote);
        int rc = 0;
        if (quotes >= 3) {
            kt_buf_add(out, t->text.data + t->at, quotes - 3);
            t->at += quotes;
            return 0;
        }
        if (c == '\\' && quote == '"') {
            rc = read_escape(t, true, out);
        } else if (is_control(c) && !is_newline(t)) {
            rc = kt_toml_fail(t, t->at, KT_E_SYNTAX, "a control character in a string; write it as an escape");
        } else if (is_newline(t)) {
            kt_buf_addc(out, '\n');
            t->at += c == '\r' ? 2 : 1;
        } else {
            kt_buf_addc(out, c);
            t->at++;
        }
        if (rc < 0)
            return rc;
    }
    return kt_toml_fail(t, from, KT_E_SYNTAX, "a string that begins here has no end; expected %c%c%c", quote, quote,
                        quote);
}

int kt_toml_string(kt_toml *t, bool may_be_long, kt_buf *out)
{
    const size_t from = t->at;
    const char quote = kt_toml_peek(t, 0);
    if (may_be_long && kt_toml_peek(t, 1) == quote && kt_toml_peek(t, 2) == quote) {
        t->at += 3;
        return read_long(t, quote, from, out);
    }
    for (t->at++; t->at < t->text.length && !is_newline(t);) {
        const char c = kt_toml_peek(t, 0);
        if (c == quote) {
            t->at++;
            return 0;
        }
        if (is_control(c))
            return kt_toml_fail(t, t->at, KT_E_SYNTAX, "a control character in a string; write it as an escape");
        if (c == '\\' && quote == '"') {
            const int rc = read_escape(t, false, out);
            if (rc < 0)
                return rc;
        } else {
            kt_buf_addc(out, c);
            t->at++;
        }
    }
    return kt_toml_fail(t, from, KT_E_SYNTAX, "a string that begins here has no end on its line; expected %c", quote);
}

/* ---- numbers ---- */

/* Digits of the base with single underscores between them, into `digits`. */
static bool take_digits(const char **at, const char *end, int base, char **digits)
{
    const char *from = *at;
    for (; *at < end; (*at)++) {
        const int value = hex_value(**at);
        if (**at == '_' ? (*at == from || *at + 1 == end || hex_value((*at)[1]) < 0 || hex_value((*at)[1]) >= base ||
                           (*at)[-1] == '_')
                        : value < 0 || value >= base)
            break;
        if (**at != '_')
            *(*digits)++ = **at;
    }
    return *at > from && (*at == end || **at != '_');
}

/* The functions below say by *is_value whether the word is one: then NULL means that there is no memory for it. */
static kt_json *based_integer(kt_view word, int base, bool *is_value)
{
    const char *at = word.data + 2, *end = word.data + word.length;
    char digits[128], *to = digits;
    if (word.length > 100 || !take_digits(&at, end, base, &to) || at != end)
        return NULL;
    *to = '\0';
    char *rest;
    const unsigned long long value = strtoull(digits, &rest, base);
    *is_value = *rest == '\0' && value <= INT64_MAX && strlen(digits) <= 64;
    return *is_value ? json_integer((json_int_t)value) : NULL;
}

static kt_json *decimal_integer(const char *digits, bool *is_value)
{
    char *rest;
    const bool is_negative = digits[0] == '-';
    const char *first = digits + (digits[0] == '-' || digits[0] == '+');
    const unsigned long long value = strlen(first) > 19 ? ULLONG_MAX : strtoull(first, &rest, 10);
    *is_value = value <= (unsigned long long)INT64_MAX + is_negative;
    if (!*is_value)
        return NULL;
    return json_integer(is_negative ? (json_int_t)(0 - value) : (json_int_t)value);
}

/* [+-] digits [. digits] [e [+-] digits] */
static kt_json *decimal(kt_view word, bool *is_value)
{
    char digits[160], *to = digits;
    const char *at = word.data, *end = word.data + word.length;
    bool is_real = false;
    if (word.length > 128)
        return NULL;
    if (*at == '+' || *at == '-')
        *to++ = *at++;
    const char *first = at;
    if (!take_digits(&at, end, 10, &to) || (*first == '0' && at - first > 1))
        return NULL;
    if (at < end && *at == '.') {
        is_real = true;
        *to++ = *at++;
        if (!take_digits(&at, end, 10, &to))
            return NULL;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        is_real = true;
        *to++ = *at++;
        if (at < end && (*at == '+' || *at == '-'))
            *to++ = *at++;
        if (!take_digits(&at, end, 10, &to))
            return NULL;
    }
    *to = '\0';
    double value;
    if (at != end)
        return NULL;
    if (!is_real)
        return decimal_integer(digits, is_value);
    *is_value = kt_parse_double(kt_view_of(digits + (digits[0] == '+')), &value, NULL) == 0;
    return *is_value ? json_real(value) : NULL;
}

static kt_json *special(kt_view word, bool *is_value)
{
    const bool has_sign = word.length > 0 && (word.data[0] == '+' || word.data[0] == '-');
    const kt_view rest = { word.data + has_sign, word.length - has_sign };
    if (!kt_view_is(rest, "inf") && !kt_view_is(rest, "nan"))
        return NULL;
    *is_value = true;
    return json_stringn(word.data, word.length);
}

/* ---- dates and times ---- */

/* '0' stands for a digit; everything else for itself. How far it fits, or -1. */
static long fits(kt_view word, size_t at, const char *pattern)
{
    for (; *pattern != '\0'; pattern++, at++)
        if (at >= word.length || (*pattern == '0' ? !isdigit((unsigned char)word.data[at]) : word.data[at] != *pattern))
            return -1;
    return (long)at;
}

static int two(kt_view word, size_t at)
{
    return (word.data[at] - '0') * 10 + word.data[at + 1] - '0';
}

static bool is_date(kt_view word)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const int year = two(word, 0) * 100 + two(word, 2), month = two(word, 5), day = two(word, 8);
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && is_leap);
}

/* From `at` on: a time; where it ends, or -1. */
static long time_end(kt_view word, size_t at)
{
    long end = fits(word, at, "00:00:00");
    if (end < 0 || two(word, at) > 23 || two(word, at + 3) > 59 || two(word, at + 6) > 60)
        return -1;
    if ((size_t)end < word.length && word.data[end] == '.') {
        const long from = ++end;
        while ((size_t)end < word.length && isdigit((unsigned char)word.data[end]))
            end++;
        if (end == from)
            return -1;
    }
    return end;
}

static bool is_zone(kt_view word, size_t at)
{
    if (at + 1 == word.length)
        return word.data[at] == 'Z' || word.data[at] == 'z';
    const bool has_sign = at < word.length && (word.data[at] == '+' || word.data[at] == '-');
    return has_sign && fits(word, at + 1, "00:00") == (long)word.length && two(word, at + 1) <= 23 &&
           two(word, at + 4) <= 59;
}

static bool is_moment(kt_view word)
{
    if (fits(word, 0, "00:00:00") >= 0)
        return time_end(word, 0) == (long)word.length;
    if (fits(word, 0, "0000-00-00") < 0 || !is_date(word))
        return false;
    if (word.length == 10)
        return true;
    if (strchr("Tt ", word.data[10]) == NULL)
        return false;
    const long end = time_end(word, 11);
    return end >= 0 && ((size_t)end == word.length || is_zone(word, (size_t)end));
}

/* ---- all of them ---- */

static bool is_bare(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("_+-.:", c) != NULL);
}

static kt_view take_word(kt_toml *t)
{
    const size_t from = t->at;
    while (is_bare(kt_toml_peek(t, 0)))
        t->at++;
    const kt_view date = { t->text.data + from, t->at - from };
    /* a blank may stand between date and time */
    if (date.length == 10 && fits(date, 0, "0000-00-00") >= 0 && kt_toml_peek(t, 0) == ' ' &&
        isdigit((unsigned char)kt_toml_peek(t, 1)))
        for (t->at++; is_bare(kt_toml_peek(t, 0));)
            t->at++;
    return (kt_view){ t->text.data + from, t->at - from };
}

static kt_json *read_word(kt_view word, bool *is_value)
{
    static const struct {
        const char *prefix;
        int base;
    } bases[] = { { "0x", 16 }, { "0o", 8 }, { "0b", 2 } };
    if (kt_view_is(word, "true") || kt_view_is(word, "false"))
        return json_boolean(word.data[0] == 't');
    for (size_t i = 0; i < KT_COUNT(bases); i++)
        if (kt_view_starts(word, bases[i].prefix))
            return based_integer(word, bases[i].base, is_value);
    *is_value = is_moment(word);
    if (*is_value)
        return json_stringn(word.data, word.length);
    kt_json *found = decimal(word, is_value);
    return *is_value ? found : special(word, is_value);
}

int kt_toml_bare(kt_toml *t, kt_json **out)
{
    char found[32];
    bool is_value = false;
    const size_t from = t->at;
    const kt_view word = take_word(t);
    if (word.length == 0)
        return kt_toml_fail(t, from, KT_E_SYNTAX, "found %s, expected a value", kt_toml_found(t, found));
    *out = read_word(word, &is_value);
    if (*out != NULL)
        return 0;
    if (is_value)
        return kt_fail_nomem(t->err, word.length, "a value");
    return kt_toml_fail(t, from, KT_E_SYNTAX,
                        "'%.*s' is no value; expected a string in quotes, a number up to 64 bits, true, false, a date, "
                        "a time, [...] or {...}",
                        (int)(word.length < 60 ? word.length : 60), word.data);
}
