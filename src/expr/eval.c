/* SPDX-License-Identifier: Apache-2.0 */
/* eval.c - the value of an expression. Whatever goes wrong says which byte of the text it is about. */
#include "expr/expr_priv.h"

#include "base/error.h"
#include "base/text.h"
#include <string.h>

typedef struct evaluation {
    const kt_expr_scope *scope;
    const kt_json *hole; /* the item that a [*] is at */
    size_t *where;
    int rc;
    kt_error *err;
} evaluation;

static kt_json *value_of(evaluation *e, const kt_expr *x);

#define FAIL(e, x, code, ...) failed((e), (x), kt_fail((e)->err, (code), __VA_ARGS__))
static kt_json *failed(evaluation *e, const kt_expr *x, int rc)
{
    *e->where = x->where;
    e->rc = rc;
    return NULL;
}

static kt_json *no_memory(evaluation *e, const kt_expr *x)
{
    *e->where = x->where;
    e->rc = kt_fail_nomem(e->err, 0, "a value");
    return NULL;
}

static kt_json *made(evaluation *e, const kt_expr *x, kt_json *value)
{
    return value != NULL ? value : no_memory(e, x);
}

/* What a calculation gave, or why not. */
static kt_json *placed(evaluation *e, const kt_expr *x, kt_json *value)
{
    if (value == NULL)
        *e->where = x->where;
    return value;
}

/* ---- names and paths ---- */

static kt_json *find_name(evaluation *e, const kt_expr *x)
{
    const kt_json *found = e->scope == NULL ? NULL : e->scope->find(e->scope->ctx, x->text);
    if (found == NULL)
        return FAIL(e, x, KT_E_NOT_FOUND, "there is nothing named '%.*s'",
                    (int)(x->text.length < 80 ? x->text.length : 80), x->text.data);
    return json_incref((kt_json *)found); /* values are never changed, only held */
}

static kt_json *field_missing(evaluation *e, const kt_expr *x, kt_view name, const kt_json *object)
{
    kt_nearest nearest;
    char hint[96];
    const char *key;
    kt_json *value;
    kt_nearest_init(&nearest, name);
    json_object_foreach((kt_json *)object, key, value)
    {
        kt_nearest_offer(&nearest, kt_view_of(key));
    }
    kt_nearest_hint(&nearest, hint, sizeof(hint));
    return FAIL(e, x, KT_E_NOT_FOUND, "there is no field '%.*s'%s; the object has %zu fields",
                (int)(name.length < 80 ? name.length : 80), name.data, hint, json_object_size(object));
}

static kt_json *get_field(evaluation *e, const kt_expr *x, const kt_json *base, kt_view name)
{
    if (!json_is_object(base))
        return FAIL(e, x, KT_E_INVALID, "found %s, expected an object with the field '%.*s'", kt_expr_kind_text(base),
                    (int)(name.length < 80 ? name.length : 80), name.data);
    kt_json *found = json_object_getn(base, name.data, name.length);
    return found == NULL ? field_missing(e, x, name, base) : json_incref(found);
}

static kt_json *get_item(evaluation *e, const kt_expr *x, const kt_json *base, const kt_json *index)
{
    const json_int_t size = (json_int_t)json_array_size(base), at = json_integer_value(index);
    if (!json_is_array(base))
        return FAIL(e, x, KT_E_INVALID, "found %s, expected a list to take an item of", kt_expr_kind_text(base));
    if (!json_is_integer(index))
        return FAIL(e, x, KT_E_INVALID, "found %s as an index, expected a whole number", kt_expr_kind_text(index));
    if (at >= size || at < -size)
        return FAIL(e, x, KT_E_NOT_FOUND, "there is no item %lld; the list has %lld", (long long)at, (long long)size);
    return json_incref(json_array_get(base, (size_t)(at < 0 ? at + size : at)));
}

static kt_json *take_field(evaluation *e, const kt_expr *x)
{
    KT_OWN(kt_json) *base = value_of(e, x->items[0]);
    return base == NULL ? NULL : get_field(e, x, base, x->text);
}

static kt_json *take_index(evaluation *e, const kt_expr *x)
{
    KT_OWN(kt_json) *base = value_of(e, x->items[0]);
    KT_OWN(kt_json) *index = base == NULL ? NULL : value_of(e, x->items[1]);
    if (index == NULL)
        return NULL;
    if (!json_is_string(index))
        return get_item(e, x, base, index);
    return get_field(e, x, base, (kt_view){ json_string_value(index), json_string_length(index) });
}

static kt_json *take_each(evaluation *e, const kt_expr *x)
{
    KT_OWN(kt_json) *list = value_of(e, x->items[0]);
    if (list == NULL)
        return NULL;
    if (!json_is_array(list))
        return FAIL(e, x, KT_E_INVALID, "found %s, expected a list before [*]", kt_expr_kind_text(list));
    KT_OWN(kt_json) *out = made(e, x, json_array());
    const kt_json *outer = e->hole;
    for (size_t i = 0; out != NULL && i < json_array_size(list); i++) {
        e->hole = json_array_get(list, i);
        kt_json *item = value_of(e, x->items[1]);
        if (item == NULL || json_array_append_new(out, item) < 0) {
            if (item != NULL)
                no_memory(e, x);
            kt_json_free(KT_GIVE(out));
        }
    }
    e->hole = outer;
    return KT_GIVE(out);
}

/* ---- what has parts ---- */

static kt_json *make_list(evaluation *e, const kt_expr *x)
{
    KT_OWN(kt_json) *list = made(e, x, json_array());
    for (size_t i = 0; list != NULL && i < x->count; i++) {
        kt_json *item = value_of(e, x->items[i]);
        if (item == NULL)
            return NULL;
        if (json_array_append_new(list, item) < 0)
            return no_memory(e, x);
    }
    return KT_GIVE(list);
}

static kt_json *call(evaluation *e, const kt_expr *x)
{
    KT_OWN(kt_json) *values = make_list(e, x);
    if (values == NULL)
        return NULL;
    const kt_json *items[KT_EXPR_NODES_MOST];
    for (size_t i = 0; i < x->count; i++)
        items[i] = json_array_get(values, i);
    return placed(e, x, kt_expr_call(x->function, items, x->count, &e->rc, e->err));
}

static kt_json *calculate(evaluation *e, const kt_expr *x)
{
    KT_OWN(kt_json) *a = value_of(e, x->items[0]);
    KT_OWN(kt_json) *b = a == NULL ? NULL : value_of(e, x->items[1]);
    return b == NULL ? NULL : placed(e, x, kt_expr_calculate(x->operator, a, b, &e->rc, e->err));
}

/* 1, 0, or -1: it is no truth value. */
static int truth_of(evaluation *e, const kt_expr *x, const char *of)
{
    KT_OWN(kt_json) *value = value_of(e, x);
    if (value == NULL)
        return -1;
    if (!json_is_boolean(value)) {
        FAIL(e, x, KT_E_INVALID, "found %s, expected true or false %s", kt_expr_kind_text(value), of);
        return -1;
    }
    return json_is_true(value);
}

static kt_json *decide(evaluation *e, const kt_expr *x)
{
    const char *of = x->kind == KT_EXPR_NOT ? "behind 'not'" : x->kind == KT_EXPR_AND ? "beside 'and'" : "beside 'or'";
    int truth = truth_of(e, x->items[0], of);
    if (truth >= 0 && x->kind == KT_EXPR_NOT)
        truth = !truth;
    else if (truth >= 0 && truth == (x->kind == KT_EXPR_AND))
        truth = truth_of(e, x->items[1], of);
    return truth < 0 ? NULL : json_boolean(truth);
}

static kt_json *change_sign(evaluation *e, const kt_expr *x)
{
    KT_OWN(kt_json) *value = value_of(e, x->items[0]);
    if (value == NULL)
        return NULL;
    if (x->kind == KT_EXPR_NEGATE)
        return placed(e, x, kt_expr_negate(value, &e->rc, e->err));
    if (!json_is_number(value))
        return FAIL(e, x, KT_E_INVALID, "found %s behind '+', expected a number", kt_expr_kind_text(value));
    return KT_GIVE(value);
}

static kt_json *constant(evaluation *e, const kt_expr *x)
{
    switch (x->kind) {
    case KT_EXPR_BOOL: return json_boolean(x->integer);
    case KT_EXPR_INTEGER: return made(e, x, json_integer(x->integer));
    case KT_EXPR_REAL: return made(e, x, json_real(x->real));
    case KT_EXPR_STRING: return made(e, x, json_stringn(x->text.data, x->text.length));
    case KT_EXPR_HOLE: return json_incref((kt_json *)e->hole);
    default: return json_null();
    }
}

typedef kt_json *evaluator(evaluation *e, const kt_expr *x);
static evaluator *const evaluators[] = {
    [KT_EXPR_NULL] = constant,      [KT_EXPR_BOOL] = constant,    [KT_EXPR_INTEGER] = constant,
    [KT_EXPR_REAL] = constant,      [KT_EXPR_STRING] = constant,  [KT_EXPR_NAME] = find_name,
    [KT_EXPR_LIST] = make_list,     [KT_EXPR_FIELD] = take_field, [KT_EXPR_INDEX] = take_index,
    [KT_EXPR_EACH] = take_each,     [KT_EXPR_HOLE] = constant,    [KT_EXPR_CALL] = call,
    [KT_EXPR_NOT] = decide,         [KT_EXPR_AND] = decide,       [KT_EXPR_OR] = decide,
    [KT_EXPR_NEGATE] = change_sign, [KT_EXPR_PLUS] = change_sign, [KT_EXPR_OPERATOR] = calculate,
};

static kt_json *value_of(evaluation *e, const kt_expr *x)
{
    return evaluators[x->kind](e, x);
}

int kt_expr_eval(const kt_expr *expr, const kt_expr_scope *scope, kt_json **out, size_t *where, kt_error *err)
{
    size_t at;
    evaluation e = { .scope = scope, .where = where == NULL ? &at : where, .err = err };
    kt_json *value = value_of(&e, expr);
    if (value == NULL)
        return e.rc;
    *out = value;
    return 0;
}

void kt_expr_names(const kt_expr *expr, size_t start, kt_expr_visit *visit, void *ctx)
{
    if (expr->kind == KT_EXPR_NAME)
        visit(ctx, expr->text, start + expr->where);
    for (size_t i = 0; i < expr->count; i++)
        kt_expr_names(expr->items[i], start, visit, ctx);
}
