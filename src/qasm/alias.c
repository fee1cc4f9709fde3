/* SPDX-License-Identifier: Apache-2.0 */
/* alias.c - `let`: a name for qubits, or for classical bits, that were declared elsewhere. An alias holds no bits of
 * its own but the places of others', so what is written through one name is read through all of them, and a measurement
 * into it shows in the column of the bit that it stands for. The same list of places says where any measurement and
 * the result of a call go. */
#include "qasm/play.h"

#include <inttypes.h>
#include <string.h>

/* ---- one place ---- */

static bool is_there(const kt_place *place)
{
    const kt_value *var = place->var;
    if (var->kind == KT_VALUE_BITS)
        return place->bit < var->bits->count;
    return var->kind == KT_VALUE_BOOL && var->is_bit && place->bit == 0;
}

static int gone(kt_play *p, const kt_expr *at)
{
    return kt_play_fail(p, at->source, at->length, KT_E_INVALID, NULL,
                        "a bit that this is an alias of is not there any more");
}

int kt_place_set(kt_play *p, const kt_place *place, const kt_value *bit, const kt_expr *at)
{
    if (!is_there(place))
        return gone(p, at);
    if (place->var->is_const)
        return kt_play_fail(p, at->source, at->length, KT_E_INVALID, NULL, "this is an alias of a const");
    if (place->var->kind == KT_VALUE_BITS)
        kt_bits_set(place->var->bits, place->bit, bit);
    else
        *place->var = *bit;
    return 0;
}

/* ---- the places of an expression ---- */

static kt_place *take_places(kt_play *p, uint64_t count)
{
    return kt_memory_take(&p->memory, (size_t)(count + 1) * sizeof(kt_place));
}

static int places_of_name(kt_play *p, const kt_expr *e, kt_places *out)
{
    if (e->slot < 0)
        return 0;
    kt_value *var = kt_play_slot(p, e->slot);
    if (var->kind == KT_VALUE_ALIAS) {
        *out = (kt_places){ .count = var->width, .single = var->is_bit, .at = var->places };
        return 0;
    }
    if (var->kind != KT_VALUE_BITS && !(var->kind == KT_VALUE_BOOL && var->is_bit))
        return 0;
    const kt_frame_info *info = (e->slot & KT_SLOT_GLOBAL) != 0 ? &p->program->globals : p->frame_info;
    const kt_cell first = (kt_cell)info->slots[e->slot & ~KT_SLOT_GLOBAL].declaration << 32;
    const uint32_t count = var->kind == KT_VALUE_BITS ? var->bits->count : 1;
    kt_place *at = take_places(p, count);
    if (at == NULL)
        return kt_play_memory(p, "the bits of a register");
    for (uint32_t i = 0; i < count; i++)
        at[i] = (kt_place){ var, first | i, i };
    *out = (kt_places){ .count = count, .single = var->kind == KT_VALUE_BOOL, .at = at };
    return 0;
}

static int places_of_index(kt_play *p, const kt_expr *e, kt_places *out)
{
    kt_places base = { 0 };
    kt_span span = { 0 };
    uint32_t dimensions = 0;
    int rc = kt_places_of(p, e->a, &base);
    if (rc < 0 || base.at == NULL)
        return rc;
    const uint64_t length = base.count;
    rc = kt_index_spans(p, e->b, &length, 1, &span, &dimensions);
    if (rc < 0)
        return rc;
    kt_place *at = take_places(p, span.count);
    if (at == NULL)
        return kt_play_memory(p, "the bits of a slice");
    for (uint64_t i = 0; i < span.count; i++)
        at[i] = base.at[kt_span_at(&span, i)];
    *out = (kt_places){ .count = (uint32_t)span.count, .single = !span.keep, .at = at };
    return 0;
}

static int places_of_concat(kt_play *p, const kt_expr *e, kt_places *out)
{
    kt_places a = { 0 }, b = { 0 };
    int rc = kt_places_of(p, e->a, &a);
    if (rc == 0)
        rc = kt_places_of(p, e->b, &b);
    if (rc < 0 || a.at == NULL || b.at == NULL)
        return rc;
    if ((uint64_t)a.count + b.count > p->limits.register_bits)
        return kt_play_fail(p, e->source, e->length, KT_E_LIMIT, "raise the limit",
                            "this joins more than %" PRIu64 " bits", p->limits.register_bits);
    kt_place *at = take_places(p, (uint64_t)a.count + b.count);
    if (at == NULL)
        return kt_play_memory(p, "an alias");
    memcpy(at, a.at, a.count * sizeof(*at));
    memcpy(at + a.count, b.at, b.count * sizeof(*at));
    *out = (kt_places){ .count = a.count + b.count, .at = at };
    return 0;
}

int kt_places_of(kt_play *p, const kt_expr *e, kt_places *out)
{
    *out = (kt_places){ 0 };
    if (e->kind == KT_EXPR_NAME)
        return places_of_name(p, e, out);
    if (e->kind != KT_EXPR_INDEX && e->kind != KT_EXPR_CONCAT)
        return 0;
    int rc = kt_play_stack(p, e->source, e->length);
    if (rc < 0)
        return rc;
    return e->kind == KT_EXPR_INDEX ? places_of_index(p, e, out) : places_of_concat(p, e, out);
}

/* ---- reading and writing ---- */

int kt_places_read(kt_play *p, const kt_places *places, const kt_expr *at, kt_value *out)
{
    for (uint32_t i = 0; i < places->count; i++)
        if (!is_there(&places->at[i]))
            return gone(p, at);
    kt_bits *bits = places->single ? NULL : kt_bits_take(&p->memory, places->count);
    if (bits == NULL && !places->single)
        return kt_play_memory(p, "the bits of an alias");
    for (uint32_t i = 0; i < places->count; i++) {
        const kt_value *var = places->at[i].var;
        const kt_value bit = var->kind == KT_VALUE_BITS ? kt_bits_get(var->bits, places->at[i].bit) : *var;
        if (places->single)
            *out = bit;
        else
            kt_bits_set(bits, i, &bit);
    }
    if (!places->single)
        *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = bits };
    return 0;
}

int kt_alias_read(kt_play *p, const kt_value *alias, const kt_expr *at, kt_value *out)
{
    const kt_places places = { .count = alias->width, .single = alias->is_bit, .at = alias->places };
    int rc = kt_places_read(p, &places, at, out);
    if (rc == 0 && out->unset)
        return kt_play_fail(p, at->source, at->length, KT_E_INVALID, NULL, "'%.*s' was never given a value",
                            KT_VIEW_ARG(at->text));
    return rc;
}

int kt_places_write(kt_play *p, const kt_places *places, const kt_value *v, const kt_expr *at)
{
    kt_value fitted;
    kt_error why = { 0 };
    const kt_shape_type type = { .kind = places->single ? KT_VALUE_BOOL : KT_VALUE_BITS,
                                 .is_bit = true,
                                 .low_first = p->arith.low_first,
                                 .width = places->single ? 0 : places->count };
    if (kt_value_cast(&p->memory, &type, v, &fitted, &why) < 0)
        return kt_play_fail_at(p, at, &why);
    int rc = 0;
    for (uint32_t i = 0; i < places->count && rc == 0; i++) {
        const kt_value bit = places->single ? fitted : kt_bits_get(fitted.bits, i);
        rc = kt_place_set(p, &places->at[i], &bit, at);
    }
    return rc;
}

/* ---- the statement ---- */

static int alias_bits(kt_play *p, const kt_stmt *s, const kt_places *places)
{
    kt_place *own = kt_memory_own(&p->memory, ((size_t)places->count + 1) * sizeof(*own));
    if (own == NULL)
        return kt_play_memory(p, "an alias");
    memcpy(own, places->at, places->count * sizeof(*own));
    kt_value *var = kt_play_slot(p, s->slot);
    kt_drop_variable(p, var);
    *var = (kt_value){ .kind = KT_VALUE_ALIAS, .is_bit = places->single, .width = places->count, .places = own };
    return 0;
}

static int alias_qubits(kt_play *p, const kt_stmt *s)
{
    kt_value v;
    int rc = kt_eval(p, s->expr, &v);
    if (rc < 0)
        return rc;
    if (v.kind != KT_VALUE_QUBITS)
        return kt_play_fail(p, s->expr->source, s->expr->length, KT_E_INVALID, NULL,
                            "an alias names qubits or classical bits");
    uint32_t *qubits = kt_memory_own(&p->memory, (v.width == 0 ? 1 : v.width) * sizeof(*qubits));
    if (qubits == NULL)
        return kt_play_memory(p, "an alias");
    memcpy(qubits, v.qubits, v.width * sizeof(*qubits));
    kt_value *var = kt_play_slot(p, s->slot);
    kt_drop_variable(p, var);
    *var = (kt_value){ .kind = KT_VALUE_QUBITS, .width = v.width, .qubits = qubits };
    return 0;
}

int kt_exec_alias(kt_play *p, const kt_stmt *s)
{
    kt_places places = { 0 };
    int rc = kt_places_of(p, s->expr, &places);
    if (rc < 0)
        return rc;
    return places.at != NULL ? alias_bits(p, s, &places) : alias_qubits(p, s);
}
