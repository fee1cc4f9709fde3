/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - the grammar of expr.h by recursive descent, one function a rule. Nodes and depth are counted, so that no
 * text can exhaust the stack. */
#include "expr/expr_priv.h"

#include "base/error.h"
#include "base/text.h"
#include <string.h>

const char *const kt_expr_functions[KT_FN_COUNT] = { "len", "min", "max", "abs", "sum" };

typedef struct parser {
    kt_view text;
    size_t at;
    kt_arena *arena;
    size_t nodes;
    int depth, rc;
    size_t *where;
    kt_error *err;
} parser;

static kt_expr *parse_or(parser *p);

/* ---- characters ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static char peek(const parser *p)
{
    return p->at < p->text.length ? p->text.data[p->at] : '\0';
}

static void skip_space(parser *p)
{
    while (is_space(peek(p)))
        p->at++;
}

static kt_expr *fail(parser *p, const char *expected)
{
    if (p->rc == 0 && p->at >= p->text.length)
        p->rc = KT_EXPR_FAIL(p->where, p->text.length, p->err, KT_E_SYNTAX, "the expression ends here; expected %s",
                             expected);
    else if (p->rc == 0)
        p->rc = KT_EXPR_FAIL(
            p->where, p->at, p->err, KT_E_SYNTAX, "found '%.20s', expected %s",
            kt_arena_strndup(p->arena, p->text.data + p->at, p->text.length - p->at < 20 ? p->text.length - p->at : 20),
            expected);
    return NULL;
}

static bool take(parser *p, const char *symbol)
{
    const size_t length = strlen(symbol);
    skip_space(p);
    if (p->text.length - p->at < length || memcmp(p->text.data + p->at, symbol, length) != 0)
        return false;
    p->at += length;
    return true;
}

/* A whole word. */
static bool take_word(parser *p, const char *word)
{
    const size_t before = p->at;
    if (take(p, word) && !is_word(peek(p)))
        return true;
    p->at = before;
    return false;
}

static kt_view read_word(parser *p)
{
    const size_t from = p->at;
    while (is_word(peek(p)))
        p->at++;
    return (kt_view){ p->text.data + from, p->at - from };
}

/* ---- nodes ---- */

static kt_expr *node(parser *p, kt_expr_kind kind, size_t where)
{
    if (p->rc == 0 && p->nodes++ >= KT_EXPR_NODES_MOST)
        p->rc = KT_EXPR_FAIL(p->where, where, p->err, KT_E_LIMIT, "the expression has more than %d parts",
                             (int)KT_EXPR_NODES_MOST);
    kt_expr *made = p->rc < 0 ? NULL : kt_arena_alloc(p->arena, sizeof(*made));
    if (made == NULL && p->rc == 0) {
        *p->where = where;
        p->rc = kt_fail_nomem(p->err, sizeof(*made), "an expression");
    }
    if (made != NULL)
        *made = (kt_expr){ .kind = kind, .where = (uint32_t)where };
    return made;
}

/* NULL when an item is missing: it has failed before. */
static kt_expr *node_of(parser *p, kt_expr_kind kind, size_t where, kt_expr *first, kt_expr *second)
{
    const size_t count = second == NULL ? 1 : 2;
    kt_expr *made = first == NULL ? NULL : node(p, kind, where);
    if (made == NULL)
        return NULL;
    made->items = kt_arena_array(p->arena, count, sizeof(kt_expr *));
    if (made->items == NULL) {
        *p->where = where;
        p->rc = kt_fail_nomem(p->err, count * sizeof(kt_expr *), "an expression");
        return NULL;
    }
    made->items[0] = first;
    if (second != NULL)
        made->items[1] = second;
    made->count = count;
    return made;
}

static bool deeper(parser *p)
{
    if (p->depth++ >= KT_EXPR_DEPTH_MOST && p->rc == 0)
        p->rc = KT_EXPR_FAIL(p->where, p->at, p->err, KT_E_LIMIT, "the expression is nested deeper than %d",
                             (int)KT_EXPR_DEPTH_MOST);
    return p->rc == 0;
}

/* ---- literals ---- */

static kt_expr *parse_number(parser *p)
{
    const size_t from = p->at;
    bool is_real = false;
    while (is_digit(peek(p)) || peek(p) == '.' || peek(p) == 'e' || peek(p) == 'E' ||
           ((peek(p) == '-' || peek(p) == '+') && (p->text.data[p->at - 1] == 'e' || p->text.data[p->at - 1] == 'E'))) {
        is_real |= !is_digit(peek(p));
        p->at++;
    }
    const kt_view digits = { p->text.data + from, p->at - from };
    kt_expr *made = node(p, is_real ? KT_EXPR_REAL : KT_EXPR_INTEGER, from);
    if (made == NULL)
        return NULL;
    uint64_t whole = 0;
    kt_error why = { 0 };
    const int rc = is_word(peek(p)) ? KT_E_INVALID
                   : is_real        ? kt_parse_double(digits, &made->real, &why)
                                    : kt_parse_uint(digits, 0, INT64_MAX, &whole, &why);
    made->integer = (int64_t)whole;
    if (rc < 0) {
        p->at = from;
        return fail(p, is_real ? "a number such as 0.5 or 1e-9" : "a number up to 9223372036854775807");
    }
    return made;
}

/* The escapes of JSON but \u. */
static char unescape(char c)
{
    static const char from[] = "\"'\\/bfnrt", to[] = "\"'\\/\b\f\n\r\t";
    const char *found = c == '\0' ? NULL : strchr(from, c);
    return found == NULL ? '\0' : to[found - from];
}

static kt_expr *parse_string(parser *p)
{
    const size_t from = p->at;
    const char quote = p->text.data[p->at++];
    kt_expr *made = node(p, KT_EXPR_STRING, from);
    char *out = made == NULL ? NULL : kt_arena_alloc(p->arena, p->text.length - from);
    size_t length = 0;
    if (made != NULL && out == NULL) {
        *p->where = from;
        p->rc = kt_fail_nomem(p->err, p->text.length, "an expression");
    }
    if (made == NULL || out == NULL)
        return NULL;
    while (p->at < p->text.length && peek(p) != quote) {
        char c = p->text.data[p->at++];
        if (c == '\\') {
            c = unescape(peek(p));
            if (c == '\0')
                return fail(p, "one of \" ' \\ / b f n r t behind a backslash");
            p->at++;
        }
        out[length++] = c;
    }
    if (p->at >= p->text.length)
        return fail(p, "the closing quote of a text");
    p->at++;
    made->text = (kt_view){ out, length };
    return made;
}

/* ---- values ---- */

static bool set_items(parser *p, kt_expr *into, const kt_expr *first)
{
    size_t count = 0;
    for (const kt_expr *item = first; item != NULL; item = item->next)
        count++;
    into->items = kt_arena_array(p->arena, count, sizeof(kt_expr *));
    if (into->items == NULL) {
        *p->where = into->where;
        p->rc = kt_fail_nomem(p->err, count * sizeof(kt_expr *), "an expression");
        return false;
    }
    for (const kt_expr *item = first; item != NULL; item = item->next)
        into->items[into->count++] = item;
    return true;
}

/* The items up to `close`, which is taken. */
static bool parse_items(parser *p, kt_expr *into, const char *close)
{
    kt_expr *first = NULL, **end = &first;
    if (take(p, close))
        return true;
    do {
        kt_expr *item = parse_or(p);
        if (item == NULL)
            return false;
        *end = item;
        end = &item->next;
    } while (take(p, ","));
    if (!take(p, close)) {
        fail(p, *close == ']' ? "',' or ']'" : "',' or ')'");
        return false;
    }
    return set_items(p, into, first);
}

static kt_expr *parse_call(parser *p, kt_view name, size_t where)
{
    kt_nearest nearest;
    char hint[96];
    kt_nearest_init(&nearest, name);
    for (size_t i = 0; i < KT_FN_COUNT; i++) {
        kt_nearest_offer(&nearest, kt_view_of(kt_expr_functions[i]));
        if (!kt_view_is(name, kt_expr_functions[i]))
            continue;
        kt_expr *made = node(p, KT_EXPR_CALL, where);
        if (made == NULL || !parse_items(p, made, ")"))
            return NULL;
        made->function = (kt_expr_function)i;
        if (made->count > 0)
            return made;
        p->rc = KT_EXPR_FAIL(p->where, where, p->err, KT_E_SYNTAX, "%s() needs something in its brackets",
                             kt_expr_functions[i]);
        return NULL;
    }
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    p->rc = KT_EXPR_FAIL(p->where, where, p->err, KT_E_SYNTAX, "there is no function '%.*s'%s; expected %s",
                         (int)(name.length < 40 ? name.length : 40), name.data, hint, "len, min, max, abs or sum");
    return NULL;
}

static bool is_reserved(kt_view name)
{
    return kt_view_is(name, "and") || kt_view_is(name, "or") || kt_view_is(name, "not");
}

static kt_expr *parse_name(parser *p)
{
    static const struct {
        const char *word;
        kt_expr_kind kind;
        int64_t value;
    } words[] = { { "true", KT_EXPR_BOOL, 1 }, { "false", KT_EXPR_BOOL, 0 }, { "null", KT_EXPR_NULL, 0 } };
    const size_t where = p->at;
    const kt_view name = read_word(p);
    if (is_reserved(name)) {
        p->at = where;
        return fail(p, "a value");
    }
    if (take(p, "("))
        return parse_call(p, name, where);
    kt_expr *made = node(p, KT_EXPR_NAME, where);
    if (made == NULL)
        return NULL;
    made->text = name;
    for (size_t i = 0; i < KT_COUNT(words); i++)
        if (kt_view_is(name, words[i].word)) {
            made->kind = words[i].kind;
            made->integer = words[i].value;
        }
    return made;
}

static kt_expr *parse_value(parser *p)
{
    skip_space(p);
    const char c = peek(p);
    const size_t where = p->at;
    if (is_digit(c))
        return parse_number(p);
    if (c == '"' || c == '\'')
        return parse_string(p);
    if (is_word(c))
        return parse_name(p);
    if (take(p, "[")) {
        kt_expr *list = node(p, KT_EXPR_LIST, where);
        return list != NULL && parse_items(p, list, "]") ? list : NULL;
    }
    if (!take(p, "("))
        return fail(p, "a value: a name, a number, a text in quotes, (...) or [...]");
    kt_expr *inner = parse_or(p);
    return inner == NULL || take(p, ")") ? inner : fail(p, "')'");
}

/* ---- paths ---- */

static kt_expr *parse_steps(parser *p, kt_expr *base);

static kt_expr *parse_field(parser *p, kt_expr *base, size_t where)
{
    const kt_view name = read_word(p);
    if (name.length == 0 || is_digit(name.data[0])) {
        p->at = where + 1;
        return fail(p, "the name of a field");
    }
    kt_expr *made = node_of(p, KT_EXPR_FIELD, where, base, NULL);
    if (made != NULL)
        made->text = name;
    return made;
}

/* The rest of the path belongs to each item. */
static kt_expr *parse_each(parser *p, kt_expr *base, size_t where)
{
    if (!take(p, "]"))
        return fail(p, "']'");
    if (!deeper(p))
        return NULL;
    kt_expr *rest = parse_steps(p, node(p, KT_EXPR_HOLE, where));
    p->depth--;
    return rest == NULL ? NULL : node_of(p, KT_EXPR_EACH, where, base, rest);
}

static kt_expr *parse_steps(parser *p, kt_expr *base)
{
    while (base != NULL) {
        skip_space(p);
        const size_t where = p->at;
        if (take(p, ".")) {
            base = parse_field(p, base, where);
        } else if (take(p, "[")) {
            if (take(p, "*"))
                return parse_each(p, base, where);
            kt_expr *index = parse_or(p);
            if (index != NULL && !take(p, "]"))
                return fail(p, "']'");
            base = index == NULL ? NULL : node_of(p, KT_EXPR_INDEX, where, base, index);
        } else {
            break;
        }
    }
    return base;
}

/* ---- operators ---- */

static kt_expr *parse_sign(parser *p)
{
    skip_space(p);
    const size_t where = p->at;
    const bool is_minus = take(p, "-");
    if (!is_minus && !take(p, "+"))
        return parse_steps(p, parse_value(p));
    if (!deeper(p))
        return NULL;
    kt_expr *operand = parse_sign(p);
    p->depth--;
    return operand == NULL ? NULL : node_of(p, is_minus ? KT_EXPR_NEGATE : KT_EXPR_PLUS, where, operand, NULL);
}

typedef struct symbol {
    const char *text;
    kt_expr_operator operator;
} symbol;

/* Longer ones first. */
static const symbol products[] = { { "*", KT_OP_MULTIPLY }, { "/", KT_OP_DIVIDE }, { "%", KT_OP_REMAINDER }, { 0 } };
static const symbol sums[] = { { "+", KT_OP_ADD }, { "-", KT_OP_SUBTRACT }, { 0 } };
static const symbol comparisons[] = { { "==", KT_OP_EQUAL },
                                      { "!=", KT_OP_UNEQUAL },
                                      { "<=", KT_OP_LESS_EQUAL },
                                      { ">=", KT_OP_GREATER_EQUAL },
                                      { "<", KT_OP_LESS },
                                      { ">", KT_OP_GREATER },
                                      { 0 } };

static const symbol *take_symbol(parser *p, const symbol *symbols)
{
    for (; symbols->text != NULL; symbols++)
        if (take(p, symbols->text))
            return symbols;
    return NULL;
}

static kt_expr *parse_operators(parser *p, const symbol *symbols, kt_expr *(*operand)(parser *p), size_t times_most)
{
    kt_expr *left = operand(p);
    for (size_t times = 0; left != NULL && times < times_most; times++) {
        skip_space(p);
        const size_t where = p->at;
        const symbol *found = take_symbol(p, symbols);
        if (found == NULL)
            break;
        kt_expr *right = operand(p);
        kt_expr *made = right == NULL ? NULL : node_of(p, KT_EXPR_OPERATOR, where, left, right);
        if (made != NULL)
            made->operator= found->operator;
        left = made;
    }
    return left;
}

static kt_expr *parse_product(parser *p)
{
    return parse_operators(p, products, parse_sign, SIZE_MAX);
}

static kt_expr *parse_sum(parser *p)
{
    return parse_operators(p, sums, parse_product, SIZE_MAX);
}

static kt_expr *parse_not(parser *p)
{
    skip_space(p);
    const size_t where = p->at;
    if (!take_word(p, "not"))
        return parse_operators(p, comparisons, parse_sum, 1);
    if (!deeper(p))
        return NULL;
    kt_expr *operand = parse_not(p);
    p->depth--;
    return operand == NULL ? NULL : node_of(p, KT_EXPR_NOT, where, operand, NULL);
}

static kt_expr *parse_words(parser *p, const char *word, kt_expr_kind kind, kt_expr *(*operand)(parser *p))
{
    kt_expr *left = operand(p);
    while (left != NULL) {
        skip_space(p);
        const size_t where = p->at;
        if (!take_word(p, word))
            break;
        kt_expr *right = operand(p);
        left = right == NULL ? NULL : node_of(p, kind, where, left, right);
    }
    return left;
}

static kt_expr *parse_and(parser *p)
{
    return parse_words(p, "and", KT_EXPR_AND, parse_not);
}

static kt_expr *parse_or(parser *p)
{
    if (!deeper(p))
        return NULL;
    kt_expr *found = parse_words(p, "or", KT_EXPR_OR, parse_and);
    p->depth--;
    return found;
}

int kt_expr_parse(kt_view text, kt_arena *arena, const kt_expr **out, size_t *where, kt_error *err)
{
    size_t at;
    parser p = { .text = text, .arena = arena, .where = where == NULL ? &at : where, .err = err };
    if (text.length > KT_EXPR_BYTES_MOST)
        return KT_EXPR_FAIL(p.where, 0, err, KT_E_LIMIT, "an expression of %zu bytes; at most %d are read", text.length,
                            (int)KT_EXPR_BYTES_MOST);
    kt_expr *found = parse_or(&p);
    skip_space(&p);
    if (found != NULL && p.at < text.length)
        found = fail(&p, "an operator or the end");
    if (found == NULL)
        return p.rc;
    *out = found;
    return 0;
}
