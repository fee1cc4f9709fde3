/* SPDX-License-Identifier: Apache-2.0 */
/* index.c - what an index selects. Negative numbers count from the end; a range start:step:stop includes both its ends
 * and must lie inside, unless it is empty; a set lists places. */
#include "qasm/play.h"

#include <inttypes.h>
#include <math.h>

#define TWO_PI 6.283185307179586476925286766559

static int out_of_range(kt_play *p, const kt_expr *e, int64_t at, uint64_t length)
{
    if (length == 0)
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "index %" PRId64 " of something empty", at);
    return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL,
                        "index %" PRId64 " is out of range, there are %" PRIu64 " places (0 to %" PRIu64 ")", at,
                        length, length - 1);
}

static int place(kt_play *p, const kt_expr *e, uint64_t length, int64_t *out)
{
    int64_t at = 0;
    int rc = kt_eval_whole(p, e, "an index", &at);
    if (rc < 0)
        return rc;
    *out = at < 0 ? at + (int64_t)length : at;
    return *out < 0 || *out >= (int64_t)length ? out_of_range(p, e, at, length) : 0;
}

static int range_span(kt_play *p, const kt_expr *e, uint64_t length, kt_span *out)
{
    const int64_t n = (int64_t)length;
    int64_t step = 1, start, stop;
    int rc = e->step == NULL ? 0 : kt_eval_whole(p, e->step, "the step of a range", &step);
    if (rc < 0)
        return rc;
    if (step == 0)
        return kt_play_fail(p, e->step->source, e->step->length, KT_E_INVALID, NULL, "a range with step 0 never ends");
    start = step > 0 ? 0 : n - 1;
    stop = step > 0 ? n - 1 : 0;
    if (e->a != NULL && (rc = kt_eval_whole(p, e->a, "the start of a range", &start)) < 0)
        return rc;
    if (e->b != NULL && (rc = kt_eval_whole(p, e->b, "the end of a range", &stop)) < 0)
        return rc;
    const int64_t from = start < 0 ? start + n : start, to = stop < 0 ? stop + n : stop;
    *out = (kt_span){ .keep = true, .start = from, .step = step };
    if (step > 0 ? from > to : from < to)
        return 0;
    if (from < 0 || from >= n)
        return out_of_range(p, e->a != NULL ? e->a : e, start, length);
    if (to < 0 || to >= n)
        return out_of_range(p, e->b != NULL ? e->b : e, stop, length);
    out->count = (uint64_t)((to - from) / step) + 1;
    return 0;
}

static int set_span(kt_play *p, const kt_expr *set, uint64_t length, kt_span *out)
{
    uint64_t count = 0;
    for (const kt_expr *e = set->a; e != NULL; e = e->next)
        count++;
    int64_t *places = kt_memory_take(&p->memory, count * sizeof(*places));
    if (places == NULL)
        return kt_play_memory(p, "an index set");
    uint64_t i = 0;
    for (const kt_expr *e = set->a; e != NULL; e = e->next) {
        int rc = place(p, e, length, &places[i++]);
        if (rc < 0)
            return rc;
    }
    *out = (kt_span){ .keep = true, .count = count, .places = places };
    return 0;
}

int kt_index_spans(kt_play *p, const kt_expr *items, const uint64_t *lengths, uint32_t rank, kt_span *spans,
                   uint32_t *count)
{
    uint32_t d = 0;
    for (const kt_expr *e = items; e != NULL; e = e->next, d++) {
        if (d == rank)
            return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL,
                                "too many indexes: there %s %" PRIu32 " dimension%s", rank == 1 ? "is" : "are", rank,
                                rank == 1 ? "" : "s");
        int rc;
        if (e->kind == KT_EXPR_RANGE) {
            rc = range_span(p, e, lengths[d], &spans[d]);
        } else if (e->kind == KT_EXPR_SET) {
            rc = set_span(p, e, lengths[d], &spans[d]);
        } else {
            spans[d] = (kt_span){ .count = 1, .step = 1 };
            rc = place(p, e, lengths[d], &spans[d].start);
        }
        if (rc < 0)
            return rc;
    }
    *count = d;
    return 0;
}

static int index_qubits(kt_play *p, const kt_value *base, const kt_span *span, kt_value *out)
{
    if (!span->keep) {
        *out = (kt_value){ .kind = KT_VALUE_QUBITS, .width = 1, .qubits = base->qubits + span->start };
        return 0;
    }
    uint32_t *picked = kt_memory_take(&p->memory, span->count * sizeof(*picked));
    if (picked == NULL)
        return kt_play_memory(p, "a slice of qubits");
    for (uint64_t i = 0; i < span->count; i++)
        picked[i] = base->qubits[kt_span_at(span, i)];
    *out = (kt_value){ .kind = KT_VALUE_QUBITS, .width = (uint32_t)span->count, .qubits = picked };
    return 0;
}

static int index_bits(kt_play *p, const kt_value *base, const kt_span *span, kt_value *out)
{
    if (!span->keep) {
        *out = kt_bits_get(base->bits, (uint32_t)span->start);
        return 0;
    }
    kt_bits *picked = kt_bits_take(&p->memory, (uint32_t)span->count);
    if (picked == NULL)
        return kt_play_memory(p, "a slice of bits");
    for (uint64_t i = 0; i < span->count; i++) {
        const kt_value bit = kt_bits_get(base->bits, (uint32_t)kt_span_at(span, i));
        kt_bits_set(picked, (uint32_t)i, &bit);
    }
    *out = (kt_value){ .kind = KT_VALUE_BITS, .bits = picked };
    return 0;
}

int kt_index_as_bits(kt_play *p, const kt_value *v, kt_value *out, kt_error *err)
{
    if (v->kind == KT_VALUE_ANGLE)
        return kt_bits_of_int(&p->memory, (kt_int)llround(v->number / TWO_PI * ldexp(1, (int)v->width)), v->width,
                              p->arith.low_first, out, err);
    return kt_bits_of_int(&p->memory, v->integer, v->width, p->arith.low_first, out, err);
}

/* An index behind the last dimension of an array goes into the bits of its elements. */
static int index_array(kt_play *p, const kt_expr *e, const kt_value *base, kt_value *out)
{
    kt_span spans[KT_RANK_MOST];
    kt_error why = { 0 };
    uint32_t count = 0;
    int rc = kt_index_spans(p, e->b, base->array->dims, base->array->rank, spans, &count);
    if (rc == 0 && kt_array_select(&p->memory, base->array, spans, count, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return rc;
}

int kt_index_value(kt_play *p, const kt_expr *e, const kt_value *base, kt_value *out)
{
    kt_span span = { 0 };
    kt_value bits = *base;
    kt_error why = { 0 };
    uint32_t count = 0;
    if (base->kind == KT_VALUE_ARRAY)
        return index_array(p, e, base, out);
    const bool has_bits =
        (base->kind == KT_VALUE_INT || base->kind == KT_VALUE_UINT || base->kind == KT_VALUE_ANGLE) && base->width != 0;
    if (has_bits && kt_index_as_bits(p, base, &bits, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    uint64_t length = base->kind == KT_VALUE_QUBITS ? base->width : bits.kind == KT_VALUE_BITS ? bits.bits->count : 1;
    if (base->kind != KT_VALUE_QUBITS && bits.kind != KT_VALUE_BITS && !(base->kind == KT_VALUE_BOOL && base->is_bit)) {
        char text[64];
        const bool is_number =
            base->kind == KT_VALUE_INT || base->kind == KT_VALUE_UINT || base->kind == KT_VALUE_ANGLE;
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, is_number ? "give it a width, as in int[8]" : NULL,
                            "%s%s has no places to be indexed", kt_value_kind_text(base, text, sizeof(text)),
                            is_number ? " without a width" : "");
    }
    int rc = kt_index_spans(p, e->b, &length, 1, &span, &count);
    if (rc < 0)
        return rc;
    if (base->kind == KT_VALUE_QUBITS)
        return index_qubits(p, base, &span, out);
    if (bits.kind == KT_VALUE_BITS)
        return index_bits(p, &bits, &span, out);
    *out = *base;
    return 0;
}
