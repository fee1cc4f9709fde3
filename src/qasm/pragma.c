/* SPDX-License-Identifier: Apache-2.0 */
/* pragma.c - pragmas: the line behind the word, cut where another one begins on it, and Braket's pragmas read by the
 * parser's own rules, so that an error in one has its true place. Observables and result types are in
 * pragma_result.c, matrices in pragma_matrix.c.
 * Beyond the reference: `unitary` without its parentheses, integers as noise parameters, adjoint_gradient. */
#include "base/text.h"
#include "qasm/parse_priv.h"

#include <stdio.h>
#include <string.h>

bool kt_parser_is_word(const kt_parser *p, const char *word)
{
    return kt_view_is(p->token.text, word) && p->token.kind != KT_TOK_STRING && p->token.kind != KT_TOK_BITSTRING;
}

bool kt_parse_pragma_targets(kt_parser *p, bool all_allowed, kt_expr **out, bool *all)
{
    if (!kt_parser_is_word(p, "all"))
        return kt_parse_operands(p, all_allowed ? "a qubit or 'all'" : "a qubit", out);
    if (!all_allowed) {
        kt_parse_unexpected(p, "a qubit", "`all` is for result types; name the qubits here");
        return false;
    }
    *all = true;
    kt_parser_advance(p);
    return true;
}

/* ---- unitary, noise ---- */

static bool parse_unitary(kt_parser *p, kt_pragma *pragma)
{
    pragma->kind = KT_PRAGMA_UNITARY;
    bool open = kt_parser_take(p, KT_TOK_LPAREN);
    kt_token at = p->token;
    if ((pragma->matrices = kt_parse_matrix(p)) == NULL ||
        (open && !kt_parser_expect(p, KT_TOK_RPAREN, "after the matrix")))
        return false;
    uint32_t rows = pragma->matrices->rows;
    if (rows < 2 || (rows & (rows - 1)) != 0) {
        kt_parse_fail_at(p, &at, KT_E_INVALID, NULL, "a unitary has 2, 4, 8, ... rows, this matrix has %u",
                         (unsigned)rows);
        return false;
    }
    return kt_parse_pragma_targets(p, false, &pragma->targets, &pragma->all);
}

static bool parse_kraus(kt_parser *p, kt_pragma *pragma)
{
    pragma->kind = KT_PRAGMA_KRAUS;
    if (!kt_parser_expect(p, KT_TOK_LPAREN, "after 'kraus'"))
        return false;
    kt_ast_matrix **end = &pragma->matrices;
    do {
        kt_token at = p->token;
        if ((*end = kt_parse_matrix(p)) == NULL)
            return false;
        uint32_t rows = (*end)->rows, first = pragma->matrices->rows;
        if (rows != 2 && rows != 4) {
            kt_parse_fail_at(p, &at, KT_E_INVALID, NULL, "a Kraus operator has 2 or 4 rows, this one has %u",
                             (unsigned)rows);
            return false;
        }
        if (rows != first) {
            kt_parse_fail_at(p, &at, KT_E_INVALID, NULL, "this Kraus operator has %u rows, the first one has %u",
                             (unsigned)rows, (unsigned)first);
            return false;
        }
        end = &(*end)->next;
    } while (kt_parser_take(p, KT_TOK_COMMA));
    return kt_parser_expect(p, KT_TOK_RPAREN, "after the Kraus operators") &&
           kt_parse_pragma_targets(p, false, &pragma->targets, &pragma->all);
}

static const struct {
    const char *name;
    unsigned parameters;
} noise_rows[] = {
#define KT_NOISE(id, name, qubits, parameters) { name, parameters },
#include <ketch/noise.def>
#undef KT_NOISE
};

static bool count_parameters(kt_parser *p, const kt_token *name, unsigned wanted, const kt_expr *list)
{
    unsigned found = 0;
    for (; list != NULL; list = list->next)
        found++;
    if (found == wanted)
        return true;
    kt_parse_fail_at(p, name, KT_E_INVALID, NULL, "'%.*s' takes %u parameter%s, found %u", KT_VIEW_ARG(name->text),
                     wanted, wanted == 1 ? "" : "s", found);
    return false;
}

static bool unknown_noise(kt_parser *p)
{
    kt_nearest nearest;
    kt_nearest_init(&nearest, p->token.text);
    for (size_t i = 0; i < KT_COUNT(noise_rows); i++)
        kt_nearest_offer(&nearest, kt_view_of(noise_rows[i].name));
    kt_nearest_offer(&nearest, kt_view_of("kraus"));
    char hint[96];
    snprintf(hint, sizeof(hint), "did you mean '%.*s'?", KT_VIEW_ARG(nearest.text));
    kt_parse_unexpected(p, "the name of a noise channel, such as bit_flip or kraus",
                        nearest.text.data == NULL ? NULL : hint);
    return false;
}

static bool parse_noise(kt_parser *p, kt_pragma *pragma)
{
    kt_token name = p->token;
    if (kt_parser_is_word(p, "kraus")) {
        kt_parser_advance(p);
        return parse_kraus(p, pragma);
    }
    for (size_t i = 0; i < KT_COUNT(noise_rows); i++) {
        if (!kt_parser_is_word(p, noise_rows[i].name))
            continue;
        pragma->kind = KT_PRAGMA_NOISE;
        pragma->name = name.text;
        kt_parser_advance(p);
        return kt_parser_expect(p, KT_TOK_LPAREN, "and the parameters after the noise channel") &&
               kt_parse_expression_list(p, KT_TOK_RPAREN, &pragma->arguments) &&
               kt_parser_expect(p, KT_TOK_RPAREN, "after the parameters") &&
               count_parameters(p, &name, noise_rows[i].parameters, pragma->arguments) &&
               kt_parse_pragma_targets(p, false, &pragma->targets, &pragma->all);
    }
    return unknown_noise(p);
}

static bool parse_verbatim(kt_parser *p, kt_pragma *pragma)
{
    (void)p;
    pragma->kind = KT_PRAGMA_VERBATIM;
    return true;
}

/* ---- the pragma ---- */

static const struct {
    const char *word;
    bool (*parse)(kt_parser *p, kt_pragma *pragma);
} braket_pragmas[] = {
    { "verbatim", parse_verbatim },
    { "unitary", parse_unitary },
    { "noise", parse_noise },
    { "result", kt_parse_pragma_result },
};

static bool parse_braket(kt_parser *p, kt_pragma *pragma)
{
    kt_nearest nearest;
    kt_nearest_init(&nearest, p->token.text);
    for (size_t i = 0; i < KT_COUNT(braket_pragmas); i++) {
        kt_nearest_offer(&nearest, kt_view_of(braket_pragmas[i].word));
        if (!kt_parser_is_word(p, braket_pragmas[i].word))
            continue;
        kt_parser_advance(p);
        if (!braket_pragmas[i].parse(p, pragma))
            return false;
        kt_parser_take(p, KT_TOK_SEMICOLON);
        if (p->token.kind == KT_TOK_END)
            return true;
        kt_parse_unexpected(p, "the end of the line after the pragma", NULL);
        return false;
    }
    char hint[96];
    snprintf(hint, sizeof(hint), "did you mean '%.*s'?", KT_VIEW_ARG(nearest.text));
    kt_parse_unexpected(p, "'result', 'noise', 'unitary' or 'verbatim' after 'braket'",
                        nearest.text.data == NULL ? NULL : hint);
    return false;
}

/* Reads one pragma's text, to which the lexer has been set. */
static bool parse_text(kt_parser *p, kt_pragma *pragma)
{
    kt_parser_advance(p);
    if (kt_parser_is_word(p, "braket")) {
        kt_parser_advance(p);
        return parse_braket(p, pragma);
    }
    if (p->token.kind == KT_TOK_END)
        kt_parse_unexpected(p, "words after 'pragma'", NULL);
    else
        kt_parse_fail_at(p, &p->token, KT_E_UNSUPPORTED, NULL,
                         "the pragma '%.*s' is not known: Ketch knows those that begin with 'braket'",
                         pragma->text.length > 60 ? 60 : (int)pragma->text.length, pragma->text.data);
    return false;
}

/* Parses `text`, which begins at `column`, in a parser that sees nothing else. What cannot be read is UNKNOWN. */
static bool parse_apart(kt_parser *p, kt_pragma *pragma, uint32_t column)
{
    const kt_parser outer = *p;
    p->lexer.cursor = pragma->text.data;
    p->lexer.end = pragma->text.data + pragma->text.length;
    p->lexer.line_start = p->lexer.cursor - (column - 1);
    p->lexer.continuation_bytes = 0;
    p->in_line = true;
    p->quiet = p->quiet || p->input->any_pragma;
    bool good = parse_text(p, pragma);
    p->lexer = outer.lexer;
    p->token = outer.token;
    p->previous = outer.previous;
    p->in_line = outer.in_line;
    p->quiet = outer.quiet;
    p->depth = outer.depth;
    if (good)
        return true;
    kt_view text = pragma->text;
    *pragma = (kt_pragma){ .kind = KT_PRAGMA_UNKNOWN, .text = text };
    if (outer.comments == NULL)
        p->comments = NULL;
    p->comments_end = outer.comments == NULL ? &p->comments : outer.comments_end;
    *p->comments_end = NULL;
    return !p->fatal;
}

/* ---- several on a line ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the next pragma begins in the text, or its end; *behind: the first byte behind its word. A word without #
 * counts only when `braket` follows, for elsewhere it may be a part of the text. */
static const char *next_pragma(const char *at, const char *end, const char **behind)
{
    static const char word[] = "pragma";
    for (; at + sizeof(word) - 1 <= end; at++) {
        if (memcmp(at, word, sizeof(word) - 1) != 0)
            continue;
        const char *after = at + sizeof(word) - 1;
        bool hash = at[-1] == '#', word_ends = after == end || is_blank(*after) || *after == '#';
        const char *next = after;
        while (next < end && is_blank(*next))
            next++;
        bool braket = end - next >= 6 && memcmp(next, "braket", 6) == 0;
        if (!word_ends || (!hash && (!is_blank(at[-1]) || !braket)))
            continue;
        *behind = after;
        return hash ? at - 1 : at;
    }
    *behind = end;
    return end;
}

/* A place on the line, which only moves to the right. */
typedef struct line_place {
    const char *at;
    uint32_t column;
} line_place;

static void move_to(line_place *place, const char *to)
{
    place->column += (uint32_t)kt_utf8_count((kt_view){ place->at, (size_t)(to - place->at) });
    place->at = to;
}

static kt_stmt *parse_one(kt_parser *p, const kt_token *word, kt_view text, line_place *place)
{
    kt_stmt *stmt = kt_new_stmt(p, KT_STMT_PRAGMA, word);
    kt_pragma *pragma = stmt == NULL ? NULL : kt_parser_alloc(p, sizeof(*pragma));
    if (pragma == NULL)
        return NULL;
    stmt->pragma = pragma;
    pragma->text = kt_view_trim(text);
    bool first = place->at == text.data;
    move_to(place, pragma->text.data);
    uint32_t column = place->column;
    move_to(place, pragma->text.data + pragma->text.length);
    if (!first)
        stmt->source.column = column;
    stmt->length = place->column - stmt->source.column;
    return parse_apart(p, pragma, column) ? stmt : NULL;
}

kt_stmt *kt_parse_pragmas(kt_parser *p, const kt_token *word)
{
    kt_token line;
    kt_lexer_rest_of_line(&p->lexer, &line);
    kt_stmt *first = NULL, **end = &first;
    const char *at = line.start, *line_end = line.text.data + line.text.length;
    line_place place = { line.start, line.column };
    do {
        const char *behind;
        const char *stop = at < line_end ? next_pragma(at + 1, line_end, &behind) : (behind = line_end);
        *end = parse_one(p, word, (kt_view){ at, (size_t)(stop - at) }, &place);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
        at = behind;
    } while (at < line_end);
    kt_parser_advance(p);
    return first;
}
