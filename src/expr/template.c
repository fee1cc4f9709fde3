/* SPDX-License-Identifier: Apache-2.0 */
/* template.c - texts with expressions in them. The end of an expression is found by the lexical rules of expressions: a
 * brace in a quoted text does not end it. */
#include "expr/expr_priv.h"

#include "base/error.h"
#include <string.h>

typedef struct piece {
    struct piece *next;
    kt_view text;        /* when expr is NULL */
    const kt_expr *expr; /* its positions count from `start` */
    size_t start;
} piece;

struct kt_template {
    piece *pieces;
    bool is_plain;
};

/* ---- reading ---- */

typedef struct reader {
    kt_view text;
    size_t at;
    kt_arena *arena;
    piece **end;
    size_t *where;
    kt_error *err;
} reader;

static piece *add_piece(reader *r)
{
    piece *made = kt_arena_alloc(r->arena, sizeof(*made));
    if (made == NULL) {
        kt_fail_nomem(r->err, sizeof(*made), "a text");
        return NULL;
    }
    *r->end = made;
    r->end = &made->next;
    return made;
}

static int add_text(reader *r, const char *text, size_t length)
{
    piece *made = add_piece(r);
    if (made == NULL)
        return KT_E_NOMEM;
    made->text = (kt_view){ text, length };
    return 0;
}

/* Where the brace is that ends the expression; the text's length when there is none. */
static size_t find_end(kt_view text, size_t at)
{
    char quote = '\0';
    for (; at < text.length; at++) {
        const char c = text.data[at];
        if (quote != '\0' && c == '\\')
            at++;
        else if (quote != '\0' && c == quote)
            quote = '\0';
        else if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (quote == '\0' && c == '}')
            return at;
    }
    return text.length;
}

/* From "${" on. */
static int add_expression(reader *r)
{
    const size_t start = r->at + 2, end = find_end(r->text, start);
    if (end >= r->text.length) {
        *r->where = r->at;
        return kt_fail(r->err, KT_E_SYNTAX, "'${' without its '}'; '$${' stands for '${' itself");
    }
    piece *made = add_piece(r);
    if (made == NULL)
        return KT_E_NOMEM;
    made->start = start;
    const kt_view inner = { r->text.data + start, end - start };
    const int rc = kt_expr_parse(inner, r->arena, &made->expr, r->where, r->err);
    if (rc < 0)
        *r->where += start;
    r->at = end + 1;
    return rc;
}

/* Where the next "${" or "$${" is. */
static size_t find_dollar(kt_view text, size_t at)
{
    for (; at + 1 < text.length; at++)
        if (text.data[at] == '$' && (text.data[at + 1] == '{' ||
                                     (text.data[at + 1] == '$' && at + 2 < text.length && text.data[at + 2] == '{')))
            return at;
    return text.length;
}

static int check_text(const reader *r)
{
    for (size_t at = 0; at < r->text.length;) {
        const size_t from = at;
        if (kt_utf8_next(r->text, &at) < 0) {
            *r->where = from;
            return kt_fail(r->err, KT_E_SYNTAX, "a byte that is no UTF-8");
        }
    }
    return 0;
}

int kt_template_parse(kt_view text, kt_arena *arena, const kt_template **out, size_t *where, kt_error *err)
{
    size_t ignored;
    kt_template *t = kt_arena_alloc(arena, sizeof(*t));
    reader r = { .text = text, .arena = arena, .where = where == NULL ? &ignored : where, .err = err };
    *r.where = 0;
    if (t == NULL)
        return kt_fail_nomem(err, sizeof(*t), "a text");
    t->is_plain = true;
    r.end = &t->pieces;
    int rc = text.length == 0 ? add_text(&r, "", 0) : check_text(&r);
    while (rc == 0 && r.at < text.length) {
        const size_t dollar = find_dollar(text, r.at);
        if (dollar > r.at)
            rc = add_text(&r, text.data + r.at, dollar - r.at);
        r.at = dollar;
        if (rc < 0 || dollar == text.length)
            break;
        if (text.data[dollar + 1] == '$') {
            rc = add_text(&r, "${", 2);
            r.at += 3;
        } else {
            t->is_plain = false;
            rc = add_expression(&r);
        }
    }
    if (rc == 0)
        *out = t;
    return rc;
}

bool kt_template_is_plain(const kt_template *t)
{
    return t->is_plain;
}

void kt_template_names(const kt_template *t, kt_expr_visit *visit, void *ctx)
{
    for (const piece *p = t->pieces; p != NULL; p = p->next)
        if (p->expr != NULL)
            kt_expr_names(p->expr, p->start, visit, ctx);
}

/* ---- the value ---- */

static int eval_piece(const piece *p, const kt_expr_scope *scope, kt_json **out, size_t *where, kt_error *err)
{
    const int rc = kt_expr_eval(p->expr, scope, out, where, err);
    if (rc < 0 && where != NULL)
        *where += p->start;
    return rc;
}

static int add_value(kt_buf *text, const kt_json *value, kt_error *err)
{
    kt_jw w;
    if (json_is_string(value)) {
        kt_buf_add(text, json_string_value(value), json_string_length(value));
        return 0;
    }
    kt_jw_init(&w, kt_out_buf(text), 0);
    kt_jw_value(&w, value);
    return kt_jw_end(&w, err);
}

int kt_template_eval(const kt_template *t, const kt_expr_scope *scope, kt_json **out, size_t *where, kt_error *err)
{
    if (t->pieces->expr != NULL && t->pieces->next == NULL)
        return eval_piece(t->pieces, scope, out, where, err);
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = 0;
    for (const piece *p = t->pieces; p != NULL && rc == 0; p = p->next) {
        KT_OWN(kt_json) *value = NULL;
        if (p->expr == NULL) {
            kt_buf_add(&text, p->text.data, p->text.length);
            continue;
        }
        rc = eval_piece(p, scope, &value, where, err);
        if (rc == 0 && (rc = add_value(&text, value, err)) < 0 && where != NULL)
            *where = p->start;
    }
    if (rc == 0)
        rc = kt_buf_check(&text, err, "a text");
    kt_json *made = rc < 0 ? NULL : json_stringn(text.data == NULL ? "" : text.data, text.length);
    if (rc == 0 && made == NULL)
        rc = kt_fail_nomem(err, text.length, "a text");
    if (rc == 0)
        *out = made;
    return rc;
}
