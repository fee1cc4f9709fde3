/* SPDX-License-Identifier: Apache-2.0 */
/* assign.c - assignment to variables, to elements and slices of arrays and registers, and to the bits of integers. */
#include "qasm/play.h"

#include <inttypes.h>
#include <string.h>

enum { LEVELS_MOST = 8 };

/* The variable at the root of a target, and the index lists behind it from left to right. */
static const kt_expr *unfold(const kt_expr *target, const kt_expr **items, uint32_t *count)
{
    uint32_t n = 0;
    const kt_expr *e = target;
    for (; e->kind == KT_EXPR_INDEX && n < LEVELS_MOST; e = e->a)
        items[n++] = e->b;
    for (uint32_t i = 0; i < n / 2; i++) {
        const kt_expr *swap = items[i];
        items[i] = items[n - 1 - i];
        items[n - 1 - i] = swap;
    }
    *count = n;
    return e;
}

/* Sets bits of a register; v: a bit for one place, a register (or an integer) for several. */
static int store_bits(kt_play *p, kt_bits *bits, const kt_span *span, const kt_value *v, const kt_expr *at)
{
    kt_value fitted;
    kt_error why = { 0 };
    const kt_shape_type type = { .kind = span->keep ? KT_VALUE_BITS : KT_VALUE_BOOL,
                                 .is_bit = true,
                                 .low_first = p->arith.low_first,
                                 .width = span->keep ? (uint32_t)span->count : 0 };
    if (kt_value_cast(&p->memory, &type, v, &fitted, &why) < 0)
        return kt_play_fail_at(p, at, &why);
    for (uint64_t i = 0; i < span->count; i++) {
        const kt_value bit = span->keep ? kt_bits_get(fitted.bits, (uint32_t)i) : fitted;
        kt_bits_set(bits, (uint32_t)kt_span_at(span, i), &bit);
    }
    return 0;
}

/* x[3] = true for an integer (or angle) with a width. */
static int store_number_bits(kt_play *p, kt_value *number, const kt_expr *items, const kt_value *v, const kt_expr *at)
{
    kt_value bits;
    kt_span span;
    kt_error why = { 0 };
    uint32_t count = 0;
    if (number->width == 0)
        return kt_play_fail(p, at->source, at->length, KT_E_INVALID, "give it a width, as in int[8]",
                            "a number without a width has no bits to be set");
    if (number->unset)
        return kt_play_fail(p, at->source, at->length, KT_E_INVALID, NULL, "it was never given a value");
    if (kt_index_as_bits(p, number, &bits, &why) < 0)
        return kt_play_fail_at(p, at, &why);
    const uint64_t length = number->width;
    int rc = kt_index_spans(p, items, &length, 1, &span, &count);
    if (rc == 0)
        rc = store_bits(p, bits.bits, &span, v, at);
    return rc < 0 ? rc : kt_store_variable(p, number, &bits, at);
}

/* Element or slice of an array; index lists beyond its rank go into the bits of the element. */
static int store_array(kt_play *p, kt_value *var, const kt_expr *const *items, uint32_t levels, const kt_value *v,
                       const kt_expr *at)
{
    kt_array *a = var->array;
    kt_span spans[KT_RANK_MOST];
    kt_error why = { 0 };
    uint32_t used = 0, level = 0;
    for (; level < levels && used < a->rank; level++) {
        uint32_t count = 0;
        int rc = kt_index_spans(p, items[level], a->dims + used, a->rank - used, spans + used, &count);
        if (rc < 0)
            return rc;
        used += count;
    }
    if (level == levels) {
        if (kt_array_store(&p->memory, a, spans, used, v, p->arith.low_first, &why) < 0)
            return kt_play_fail_at(p, at, &why);
        return 0;
    }
    kt_value element;
    if (kt_array_select(&p->memory, a, spans, used, &element, &why) < 0)
        return kt_play_fail_at(p, at, &why);
    if (level + 1 < levels || (element.kind != KT_VALUE_INT && element.kind != KT_VALUE_UINT))
        return kt_play_fail(p, at->source, at->length, KT_E_INVALID, NULL, "too many indexes");
    int rc = store_number_bits(p, &element, items[level], v, at);
    if (rc == 0 && kt_array_store(&p->memory, a, spans, used, &element, p->arith.low_first, &why) < 0)
        return kt_play_fail_at(p, at, &why);
    return rc;
}

static int store_alias(kt_play *p, const kt_expr *target, const kt_value *v, const kt_expr *at)
{
    kt_places places = { 0 };
    int rc = kt_places_of(p, target, &places);
    return rc < 0 ? rc : kt_places_write(p, &places, v, at);
}

int kt_assign_value(kt_play *p, const kt_expr *target, const kt_value *v, const kt_expr *at)
{
    const kt_expr *items[LEVELS_MOST];
    uint32_t levels = 0;
    const kt_expr *root = unfold(target, items, &levels);
    if (root->kind != KT_EXPR_NAME)
        return kt_play_fail(p, target->source, target->length, KT_E_LIMIT, NULL, "more than %d index lists",
                            LEVELS_MOST);
    kt_value *var = kt_play_slot(p, root->slot);
    if (var->kind == KT_VALUE_NONE)
        return kt_play_fail(p, root->source, root->length, KT_E_INVALID, NULL, "'%.*s' is used before its declaration",
                            KT_VIEW_ARG(root->text));
    if (var->is_const || (var->kind == KT_VALUE_ARRAY && var->array->access == 1))
        return kt_play_fail(p, root->source, root->length, KT_E_INVALID, NULL, "'%.*s' is %s and cannot be changed",
                            KT_VIEW_ARG(root->text), var->is_const ? "const" : "readonly");
    if (v->kind == KT_VALUE_NONE)
        return kt_play_fail(p, at->source, at->length, KT_E_INVALID, NULL, "this call has no result");
    if (var->kind == KT_VALUE_ALIAS)
        return store_alias(p, target, v, at);
    if (levels == 0)
        return kt_store_variable(p, var, v, at);
    if (var->kind == KT_VALUE_ARRAY)
        return store_array(p, var, items, levels, v, at);
    if (levels > 1)
        return kt_play_fail(p, target->source, target->length, KT_E_INVALID, NULL, "'%.*s' has one dimension",
                            KT_VIEW_ARG(root->text));
    if (var->kind == KT_VALUE_INT || var->kind == KT_VALUE_UINT || var->kind == KT_VALUE_ANGLE)
        return store_number_bits(p, var, items[0], v, at);
    kt_span span;
    uint32_t count = 0;
    const uint64_t length = var->kind == KT_VALUE_BITS ? var->bits->count : 1;
    if (var->kind != KT_VALUE_BITS && !(var->kind == KT_VALUE_BOOL && var->is_bit))
        return kt_play_fail(p, target->source, target->length, KT_E_INVALID, NULL, "'%.*s' has no places to be indexed",
                            KT_VIEW_ARG(root->text));
    int rc = kt_index_spans(p, items[0], &length, 1, &span, &count);
    if (rc < 0)
        return rc;
    return var->kind == KT_VALUE_BITS ? store_bits(p, var->bits, &span, v, at) : kt_store_variable(p, var, v, at);
}

int kt_exec_assign(kt_play *p, const kt_stmt *s)
{
    kt_value v;
    kt_error why = { 0 };
    if (s->expr->kind == KT_EXPR_MEASURE && s->op == KT_OPR_NONE)
        return kt_measure_into(p, s->expr, s->target);
    kt_places destination = { 0 };
    const kt_places *outer = p->destination;
    int rc = 0;
    if (s->expr->kind == KT_EXPR_CALL && s->expr->slot >= 0 && s->op == KT_OPR_NONE) {
        /* `return measure q` in there writes these bits; targets that are no bits have no cells */
        rc = kt_places_of(p, s->target, &destination);
        p->destination = rc == 0 && destination.at != NULL ? &destination : NULL;
    }
    rc = rc < 0 ? rc : kt_eval(p, s->expr, &v);
    p->destination = outer;
    if (rc == 0 && s->op != KT_OPR_NONE) {
        kt_value now;
        rc = kt_eval(p, s->target, &now);
        if (rc == 0 && kt_value_binary(&p->arith, s->op, &now, &v, &v, &why) < 0)
            rc = kt_play_fail(p, s->source, s->length, why.code, NULL, "%s", why.message);
    }
    return rc < 0 ? rc : kt_assign_value(p, s->target, &v, s->expr);
}
