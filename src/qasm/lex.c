/* SPDX-License-Identifier: Apache-2.0 */
/* lex.c - cuts OpenQASM text into tokens: names, strings, symbols, comments, white space. Numbers are in lex_number.c.
 * The cursor only moves forward and every byte is looked at a bounded number of times, so any text takes linear time.
 * A byte that begins nothing gives one BAD token with the reason in lexer->problem; the next call goes on behind it. */
#include "qasm/lex_priv.h"

#include <stdio.h>
#include <string.h>

static const char *const token_texts[KT_TOK_KIND_COUNT] = { [KT_TOK_OPENQASM] = "OPENQASM",
                                                            [KT_TOK_HASH_DIM] = "#dim",
                                                            [KT_TOK_LBRACKET] = "[",
                                                            [KT_TOK_RBRACKET] = "]",
                                                            [KT_TOK_LBRACE] = "{",
                                                            [KT_TOK_RBRACE] = "}",
                                                            [KT_TOK_LPAREN] = "(",
                                                            [KT_TOK_RPAREN] = ")",
                                                            [KT_TOK_COLON] = ":",
                                                            [KT_TOK_SEMICOLON] = ";",
                                                            [KT_TOK_DOT] = ".",
                                                            [KT_TOK_COMMA] = ",",
                                                            [KT_TOK_ARROW] = "->",
                                                            [KT_TOK_AT] = "@",
                                                            [KT_TOK_PLUS] = "+",
                                                            [KT_TOK_DOUBLE_PLUS] = "++",
                                                            [KT_TOK_MINUS] = "-",
                                                            [KT_TOK_STAR] = "*",
                                                            [KT_TOK_POWER] = "**",
                                                            [KT_TOK_SLASH] = "/",
                                                            [KT_TOK_PERCENT] = "%",
                                                            [KT_TOK_PIPE] = "|",
                                                            [KT_TOK_OR] = "||",
                                                            [KT_TOK_AMPERSAND] = "&",
                                                            [KT_TOK_AND] = "&&",
                                                            [KT_TOK_CARET] = "^",
                                                            [KT_TOK_TILDE] = "~",
                                                            [KT_TOK_NOT] = "!",
                                                            [KT_TOK_EQ] = "==",
                                                            [KT_TOK_NE] = "!=",
                                                            [KT_TOK_LT] = "<",
                                                            [KT_TOK_LE] = "<=",
                                                            [KT_TOK_GT] = ">",
                                                            [KT_TOK_GE] = ">=",
                                                            [KT_TOK_SHL] = "<<",
                                                            [KT_TOK_SHR] = ">>",
                                                            [KT_TOK_ASSIGN] = "=",
                                                            [KT_TOK_ASSIGN_ADD] = "+=",
                                                            [KT_TOK_ASSIGN_SUB] = "-=",
                                                            [KT_TOK_ASSIGN_MUL] = "*=",
                                                            [KT_TOK_ASSIGN_DIV] = "/=",
                                                            [KT_TOK_ASSIGN_MOD] = "%=",
                                                            [KT_TOK_ASSIGN_POW] = "**=",
                                                            [KT_TOK_ASSIGN_AND] = "&=",
                                                            [KT_TOK_ASSIGN_OR] = "|=",
                                                            [KT_TOK_ASSIGN_XOR] = "^=",
                                                            [KT_TOK_ASSIGN_NOT] = "~=",
                                                            [KT_TOK_ASSIGN_SHL] = "<<=",
                                                            [KT_TOK_ASSIGN_SHR] = ">>=",
#define KEYWORD_TEXT(id, text, soft) [KT_TOK_##id] = (text),
                                                            KT_KEYWORDS(KEYWORD_TEXT)
#undef KEYWORD_TEXT
};

static const uint8_t keyword_softness[KT_TOK_KIND_COUNT] = {
#define KEYWORD_SOFT(id, text, soft) [KT_TOK_##id] = (soft),
    KT_KEYWORDS(KEYWORD_SOFT)
#undef KEYWORD_SOFT
};

/* The keywords of each first letter, as a range of token kinds; the table above is in alphabetical order. */
static const struct {
    uint8_t first, last;
} keywords_by_letter[26] = {
    ['a' - 'a'] = { KT_TOK_ANGLE, KT_TOK_ARRAY },     ['b' - 'a'] = { KT_TOK_BARRIER, KT_TOK_BREAK },
    ['c' - 'a'] = { KT_TOK_CAL, KT_TOK_CTRL },        ['d' - 'a'] = { KT_TOK_DEF, KT_TOK_DURATIONOF },
    ['e' - 'a'] = { KT_TOK_ELSE, KT_TOK_EXTERN },     ['f' - 'a'] = { KT_TOK_FALSE, KT_TOK_FOR },
    ['g' - 'a'] = { KT_TOK_GATE, KT_TOK_GPHASE },     ['i' - 'a'] = { KT_TOK_IF, KT_TOK_INV },
    ['l' - 'a'] = { KT_TOK_LET, KT_TOK_LET },         ['m' - 'a'] = { KT_TOK_MEASURE, KT_TOK_MUTABLE },
    ['n' - 'a'] = { KT_TOK_NEGCTRL, KT_TOK_NOP },     ['o' - 'a'] = { KT_TOK_OPAQUE, KT_TOK_OUTPUT },
    ['p' - 'a'] = { KT_TOK_POW, KT_TOK_PRAGMA },      ['q' - 'a'] = { KT_TOK_QREG, KT_TOK_QUBIT },
    ['r' - 'a'] = { KT_TOK_READONLY, KT_TOK_RETURN }, ['s' - 'a'] = { KT_TOK_STRETCH, KT_TOK_SWITCH },
    ['t' - 'a'] = { KT_TOK_TRUE, KT_TOK_TRUE },       ['u' - 'a'] = { KT_TOK_UINT, KT_TOK_UINT },
    ['v' - 'a'] = { KT_TOK_VOID, KT_TOK_VOID },       ['w' - 'a'] = { KT_TOK_WHILE, KT_TOK_WHILE },
};

const char *kt_token_text(kt_token_kind kind)
{
    return kind < KT_TOK_KIND_COUNT ? token_texts[kind] : NULL;
}

int kt_keyword_softness(kt_token_kind kind)
{
    return kind < KT_TOK_KIND_COUNT ? keyword_softness[kind] : 0;
}

void kt_lexer_init(kt_lexer *lexer, kt_view text)
{
    *lexer = (kt_lexer){ .cursor = text.data, .end = text.data + text.length, .line = 1 };
    if (text.length >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        lexer->cursor += 3;
    lexer->line_start = lexer->cursor;
}

static void new_line(kt_lexer *lexer)
{
    lexer->line++;
    lexer->line_start = lexer->cursor;
    lexer->continuation_bytes = 0;
}

static uint32_t column_here(const kt_lexer *lexer)
{
    return (uint32_t)(lexer->cursor - lexer->line_start) - lexer->continuation_bytes + 1;
}

/* Moves over a piece of text that may hold line ends and characters of several bytes. */
static void move_over(kt_lexer *lexer, const char *to)
{
    while (lexer->cursor < to) {
        unsigned char c = (unsigned char)*lexer->cursor++;
        if (c == '\n' || (c == '\r' && (lexer->cursor == lexer->end || *lexer->cursor != '\n')))
            new_line(lexer);
        else if ((c & 0xc0) == 0x80)
            lexer->continuation_bytes++;
    }
}

static void give_comment(kt_lexer *lexer, const char *start, const char *end)
{
    if (lexer->on_comment != NULL) {
        kt_comment_text comment = { { start, (size_t)(end - start) }, lexer->newlines };
        lexer->on_comment(lexer->ctx, &comment);
    }
    lexer->newlines = 0;
}

static void skip_line_comment(kt_lexer *lexer)
{
    const char *start = lexer->cursor, *end = start;
    while (end < lexer->end && *end != '\n' && *end != '\r')
        end++;
    move_over(lexer, end);
    give_comment(lexer, start, end);
}

/* false when the comment is never closed; nothing moves then. */
static bool skip_block_comment(kt_lexer *lexer)
{
    const char *start = lexer->cursor;
    const char *close = start + 2;
    do {
        close = memchr(close, '*', (size_t)(lexer->end - close));
        if (close == NULL)
            return false;
        close++;
    } while (close == lexer->end || *close != '/');
    close--;
    move_over(lexer, close + 2);
    give_comment(lexer, start, close + 2);
    return true;
}

/* To the first byte of the next token, counting line ends. false when a comment is never closed. */
static bool skip_blanks(kt_lexer *lexer)
{
    lexer->newlines = 0;
    while (lexer->cursor < lexer->end) {
        char c = *lexer->cursor;
        if (c == ' ' || c == '\t') {
            lexer->cursor++;
        } else if (c == '\n' || c == '\r') {
            lexer->cursor += c == '\r' && lexer->cursor + 1 < lexer->end && lexer->cursor[1] == '\n' ? 2 : 1;
            new_line(lexer);
            lexer->newlines = lexer->newlines == 0 ? 1 : 2;
        } else if (c == '/' && lexer->cursor + 1 < lexer->end && lexer->cursor[1] == '/') {
            skip_line_comment(lexer);
        } else if (c == '/' && lexer->cursor + 1 < lexer->end && lexer->cursor[1] == '*') {
            if (!skip_block_comment(lexer))
                return false;
        } else {
            break;
        }
    }
    return true;
}

size_t kt_lex_letter(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')
        return 1;
    if (c < 0x80)
        return 0;
    size_t bytes = 0;
    int32_t point = kt_utf8_next((kt_view){ at, (size_t)(end - at) }, &bytes);
    return kt_is_letter(point) ? bytes : 0;
}

static uint8_t keyword_kind(const char *word, size_t length)
{
    if (word[0] == 'O')
        return length == 8 && memcmp(word, "OPENQASM", 8) == 0 ? KT_TOK_OPENQASM : KT_TOK_NAME;
    if (length < 2 || word[0] < 'a' || word[0] > 'z')
        return KT_TOK_NAME;
    uint8_t first = keywords_by_letter[word[0] - 'a'].first, last = keywords_by_letter[word[0] - 'a'].last;
    for (uint8_t kind = first; kind != 0 && kind <= last; kind++) {
        const char *text = token_texts[kind];
        if (text[1] == word[1] && strncmp(text, word, length) == 0 && text[length] == '\0')
            return kind;
    }
    return KT_TOK_NAME;
}

static void lex_word(kt_lexer *lexer, kt_token *out)
{
    const char *at = lexer->cursor;
    while (at < lexer->end) {
        size_t bytes = *at >= '0' && *at <= '9' ? 1 : kt_lex_letter(at, lexer->end);
        if (bytes == 0)
            break;
        lexer->continuation_bytes += (uint32_t)bytes - 1;
        at += bytes;
    }
    out->text = (kt_view){ lexer->cursor, (size_t)(at - lexer->cursor) };
    out->kind = keyword_kind(lexer->cursor, out->text.length);
    lexer->cursor = at;
}

static void bad_token(kt_lexer *lexer, kt_token *out, size_t bytes, const char *problem)
{
    out->kind = KT_TOK_BAD;
    out->text = (kt_view){ lexer->cursor, bytes };
    snprintf(lexer->problem, sizeof(lexer->problem), "%s", problem);
    move_over(lexer, lexer->cursor + bytes);
}

/* Bits with single underscores between them. */
static bool is_bits(kt_view text)
{
    bool digit = false;
    for (size_t i = 0; i < text.length; i++) {
        bool is_digit = text.data[i] == '0' || text.data[i] == '1';
        if (!is_digit && (text.data[i] != '_' || !digit))
            return false;
        digit = is_digit;
    }
    return digit;
}

static void lex_string(kt_lexer *lexer, kt_token *out)
{
    char quote = *lexer->cursor;
    const char *at = lexer->cursor + 1;
    while (at < lexer->end && *at != quote && (unsigned char)*at >= ' ')
        at++;
    if (at == lexer->end || *at != quote) {
        bool line_end = at == lexer->end || *at == '\n' || *at == '\r';
        bad_token(lexer, out, (size_t)(at - lexer->cursor),
                  line_end ? "this text has no closing quote on its line" : "this text holds a control character");
        return;
    }
    out->text = (kt_view){ lexer->cursor + 1, (size_t)(at - lexer->cursor - 1) };
    out->kind = quote == '"' && is_bits(out->text) ? KT_TOK_BITSTRING : KT_TOK_STRING;
    move_over(lexer, at + 1);
}

static void lex_hash(kt_lexer *lexer, kt_token *out)
{
    static const struct {
        const char *text;
        uint8_t kind;
    } words[] = { { "#pragma", KT_TOK_PRAGMA }, { "#dim", KT_TOK_HASH_DIM } };
    kt_view rest = { lexer->cursor, (size_t)(lexer->end - lexer->cursor) };
    for (size_t i = 0; i < KT_COUNT(words); i++) {
        size_t length = strlen(words[i].text);
        if (!kt_view_starts(rest, words[i].text))
            continue;
        if (rest.length > length &&
            (kt_lex_letter(rest.data + length, lexer->end) > 0 || kt_lex_digit(rest.data[length])))
            continue;
        out->kind = words[i].kind;
        out->text = (kt_view){ rest.data, length };
        lexer->cursor += length;
        return;
    }
    bad_token(lexer, out, 1, "'#' begins only '#pragma' and '#dim'");
}

static void lex_physical(kt_lexer *lexer, kt_token *out)
{
    const char *at = lexer->cursor + 1;
    while (at < lexer->end && kt_lex_digit(*at))
        at++;
    if (at == lexer->cursor + 1) {
        bad_token(lexer, out, 1, "'$' must be followed by the number of a physical qubit, such as $0");
        return;
    }
    out->kind = KT_TOK_PHYSICAL;
    out->text = (kt_view){ lexer->cursor + 1, (size_t)(at - lexer->cursor - 1) };
    lexer->cursor = at;
}

/* Symbols by first character: the longest that fits wins. */
typedef struct symbol {
    char text[4];
    uint8_t kind;
} symbol;
static const symbol symbols[] = {
    { "**=", KT_TOK_ASSIGN_POW }, { "<<=", KT_TOK_ASSIGN_SHL }, { ">>=", KT_TOK_ASSIGN_SHR },
    { "->", KT_TOK_ARROW },       { "++", KT_TOK_DOUBLE_PLUS }, { "**", KT_TOK_POWER },
    { "||", KT_TOK_OR },          { "&&", KT_TOK_AND },         { "==", KT_TOK_EQ },
    { "!=", KT_TOK_NE },          { "<=", KT_TOK_LE },          { ">=", KT_TOK_GE },
    { "<<", KT_TOK_SHL },         { ">>", KT_TOK_SHR },         { "+=", KT_TOK_ASSIGN_ADD },
    { "-=", KT_TOK_ASSIGN_SUB },  { "*=", KT_TOK_ASSIGN_MUL },  { "/=", KT_TOK_ASSIGN_DIV },
    { "%=", KT_TOK_ASSIGN_MOD },  { "&=", KT_TOK_ASSIGN_AND },  { "|=", KT_TOK_ASSIGN_OR },
    { "^=", KT_TOK_ASSIGN_XOR },  { "~=", KT_TOK_ASSIGN_NOT },
};
/* What one character alone means. */
static const uint8_t single_symbols[128] = {
    ['['] = KT_TOK_LBRACKET, [']'] = KT_TOK_RBRACKET,  ['{'] = KT_TOK_LBRACE, ['}'] = KT_TOK_RBRACE,
    ['('] = KT_TOK_LPAREN,   [')'] = KT_TOK_RPAREN,    [':'] = KT_TOK_COLON,  [';'] = KT_TOK_SEMICOLON,
    ['.'] = KT_TOK_DOT,      [','] = KT_TOK_COMMA,     ['@'] = KT_TOK_AT,     ['+'] = KT_TOK_PLUS,
    ['-'] = KT_TOK_MINUS,    ['*'] = KT_TOK_STAR,      ['/'] = KT_TOK_SLASH,  ['%'] = KT_TOK_PERCENT,
    ['|'] = KT_TOK_PIPE,     ['&'] = KT_TOK_AMPERSAND, ['^'] = KT_TOK_CARET,  ['~'] = KT_TOK_TILDE,
    ['!'] = KT_TOK_NOT,      ['<'] = KT_TOK_LT,        ['>'] = KT_TOK_GT,     ['='] = KT_TOK_ASSIGN,
};

/* What may stand behind a symbol's first character. */
static const bool ends_symbol[256] = {
    ['='] = true, ['*'] = true, ['>'] = true, ['+'] = true, ['|'] = true, ['&'] = true, ['<'] = true
};

static void longest_symbol(const char *at, size_t left, uint8_t *kind, size_t *length)
{
    for (size_t i = 0; i < KT_COUNT(symbols); i++) {
        size_t size = symbols[i].text[2] == '\0' ? 2 : 3;
        if (left >= size && memcmp(at, symbols[i].text, size) == 0) {
            *kind = symbols[i].kind;
            *length = size;
            return;
        }
    }
}

static void lex_symbol(kt_lexer *lexer, kt_token *out)
{
    unsigned char c = (unsigned char)*lexer->cursor;
    uint8_t kind = c < 128 ? single_symbols[c] : 0;
    size_t length = 1, left = (size_t)(lexer->end - lexer->cursor);
    if (left > 1 && ends_symbol[(unsigned char)lexer->cursor[1]])
        longest_symbol(lexer->cursor, left, &kind, &length);
    if (kind == 0) {
        size_t bytes = 0;
        int32_t point = kt_utf8_next((kt_view){ lexer->cursor, left }, &bytes);
        char problem[80];
        if (point < 0)
            snprintf(problem, sizeof(problem), "the byte 0x%02x is not UTF-8 text", c);
        else if (point < 0x20 || point == 0x7f)
            snprintf(problem, sizeof(problem), "the control character U+%04X means nothing here", (unsigned)point);
        else
            snprintf(problem, sizeof(problem), "the character '%.*s' means nothing here", (int)bytes, lexer->cursor);
        bad_token(lexer, out, bytes, problem);
        return;
    }
    out->kind = kind;
    out->text = (kt_view){ lexer->cursor, length };
    lexer->cursor += length;
}

static void lex_token(kt_lexer *lexer, kt_token *out)
{
    char c = *lexer->cursor;
    if (kt_lex_letter(lexer->cursor, lexer->end) > 0)
        lex_word(lexer, out);
    else if (kt_lex_digit(c) || (c == '.' && lexer->end - lexer->cursor > 1 && kt_lex_digit(lexer->cursor[1])))
        kt_lex_number(lexer, out);
    else if (c == '"' || c == '\'')
        lex_string(lexer, out);
    else if (c == '$')
        lex_physical(lexer, out);
    else if (c == '#')
        lex_hash(lexer, out);
    else
        lex_symbol(lexer, out);
}

void kt_lexer_next(kt_lexer *lexer, kt_token *out)
{
    bool closed = skip_blanks(lexer);
    *out = (kt_token){ .line = lexer->line, .column = column_here(lexer), .newlines = lexer->newlines };
    out->start = out->end = lexer->cursor;
    out->text = (kt_view){ lexer->cursor, 0 };
    if (!closed) {
        bad_token(lexer, out, (size_t)(lexer->end - lexer->cursor), "this comment is never closed by '*/'");
        out->length = 2;
        out->end = out->start + 2;
        return;
    }
    if (lexer->cursor == lexer->end)
        return;
    uint32_t continuation_before = lexer->continuation_bytes;
    lex_token(lexer, out);
    out->end = lexer->cursor;
    out->length = (uint32_t)(lexer->cursor - out->start) - (lexer->continuation_bytes - continuation_before);
}

void kt_lexer_rest_of_line(kt_lexer *lexer, kt_token *out)
{
    while (lexer->cursor < lexer->end && (*lexer->cursor == ' ' || *lexer->cursor == '\t'))
        lexer->cursor++;
    *out = (kt_token){ .kind = KT_TOK_STRING, .line = lexer->line, .column = column_here(lexer) };
    const char *start = lexer->cursor, *end = start;
    while (end < lexer->end && *end != '\n' && *end != '\r')
        end++;
    move_over(lexer, end);
    out->text = kt_view_trim((kt_view){ start, (size_t)(end - start) });
    out->start = out->text.length == 0 ? start : out->text.data; /* a form feed may stand before it */
    out->end = out->start + out->text.length;
    out->length = (uint32_t)kt_utf8_count(out->text);
}

bool kt_lexer_braced(kt_lexer *lexer, kt_view *body)
{
    size_t depth = 1;
    for (const char *at = lexer->cursor; at < lexer->end; at++) {
        if (*at == '{')
            depth++;
        if (*at != '}' || --depth > 0)
            continue;
        *body = (kt_view){ lexer->cursor, (size_t)(at - lexer->cursor) };
        move_over(lexer, at + 1);
        return true;
    }
    return false;
}
