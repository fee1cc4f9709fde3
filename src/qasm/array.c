/* SPDX-License-Identifier: Apache-2.0 */
/* array.c - arrays of up to seven dimensions, row-major, with a mark on each element that has a value. */
#include "qasm/value.h"

#include <inttypes.h>
#include <string.h>

size_t kt_array_count(uint32_t rank, const uint64_t *dims, uint64_t most)
{
    uint64_t count = 1;
    for (uint32_t d = 0; d < rank; d++)
        if (__builtin_mul_overflow(count, dims[d], &count) || count > most)
            return SIZE_MAX;
    return (size_t)count;
}

kt_array *kt_array_make(kt_memory *m, const kt_shape_type *element, uint32_t rank, const uint64_t *dims, bool owned,
                        bool with_tangents)
{
    const size_t count = kt_array_count(rank, dims, SIZE_MAX / 64);
    const size_t cells_at = (sizeof(kt_array) + 15) / 16 * 16;
    const size_t tangents_at = cells_at + count * sizeof(kt_cell16);
    const size_t set_at = tangents_at + (with_tangents ? count * sizeof(kt_tangent *) : 0);
    const size_t bytes = set_at + count;
    unsigned char *at = count == SIZE_MAX ? NULL : owned ? kt_memory_own(m, bytes) : kt_memory_take(m, bytes);
    if (at == NULL)
        return NULL;
    if (!owned)
        memset(at, 0, bytes);
    kt_array *a = (kt_array *)(void *)at;
    *a = (kt_array){ .kind = element->kind,
                     .rank = (uint8_t)rank,
                     .width = element->width,
                     .count = count,
                     .cells = (kt_cell16 *)(void *)(at + cells_at),
                     .set = at + set_at };
    memcpy(a->dims, dims, rank * sizeof(dims[0]));
    if (with_tangents)
        a->tangents = (const kt_tangent **)(void *)(at + tangents_at);
    return a;
}

kt_value kt_array_get(const kt_array *a, size_t cell)
{
    kt_value v = { .kind = a->kind, .width = a->width, .unset = !a->set[cell] };
    if (a->kind == KT_VALUE_COMPLEX)
        v.complex = a->cells[cell].complex;
    else if (a->kind == KT_VALUE_FLOAT || a->kind == KT_VALUE_ANGLE || a->kind == KT_VALUE_DURATION)
        v.number = a->cells[cell].number;
    else
        v.integer = a->cells[cell].integer;
    if (a->tangents != NULL)
        v.tangent = a->tangents[cell];
    return v;
}

int kt_array_put(kt_memory *m, kt_array *a, size_t cell, const kt_value *v, bool low_first, kt_error *err)
{
    const kt_shape_type type = { .kind = a->kind, .width = a->width, .low_first = low_first };
    kt_value fitted;
    int rc = kt_value_cast(m, &type, v, &fitted, err);
    if (rc < 0)
        return rc;
    if (fitted.unknown)
        return kt_fail(err, KT_E_DYNAMIC, "a measured value goes into an array");
    if (a->kind == KT_VALUE_COMPLEX)
        a->cells[cell].complex = fitted.complex;
    else if (a->kind == KT_VALUE_FLOAT || a->kind == KT_VALUE_ANGLE || a->kind == KT_VALUE_DURATION)
        a->cells[cell].number = fitted.number;
    else
        a->cells[cell].integer = fitted.integer;
    if (a->tangents != NULL)
        a->tangents[cell] = fitted.tangent;
    a->set[cell] = 1;
    return 0;
}

/* Where the selection stands: one counter a dimension, the last one runs fastest. */
typedef struct cursor {
    const kt_array *array;
    const kt_span *spans;
    uint32_t span_count;
    uint64_t at[KT_RANK_MOST];
    bool done;
} cursor;

static uint64_t extent(const cursor *c, uint32_t d)
{
    return d < c->span_count ? c->spans[d].count : c->array->dims[d];
}

static void cursor_start(cursor *c, const kt_array *a, const kt_span *spans, uint32_t span_count)
{
    *c = (cursor){ .array = a, .spans = spans, .span_count = span_count };
    for (uint32_t d = 0; d < a->rank; d++)
        c->done |= extent(c, d) == 0;
}

static size_t cursor_cell(const cursor *c)
{
    uint64_t cell = 0;
    for (uint32_t d = 0; d < c->array->rank; d++)
        cell = cell * c->array->dims[d] + (d < c->span_count ? kt_span_at(&c->spans[d], c->at[d]) : c->at[d]);
    return (size_t)cell;
}

static void cursor_next(cursor *c)
{
    for (uint32_t d = c->array->rank; d-- > 0;) {
        if (++c->at[d] < extent(c, d))
            return;
        c->at[d] = 0;
    }
    c->done = true;
}

/* The shape of what is selected: dimensions with a single index are gone. */
static uint32_t selected_shape(const kt_array *a, const kt_span *spans, uint32_t span_count, uint64_t *dims)
{
    uint32_t rank = 0;
    for (uint32_t d = 0; d < a->rank; d++)
        if (d >= span_count || spans[d].keep)
            dims[rank++] = d < span_count ? spans[d].count : a->dims[d];
    return rank;
}

/* Leading single indexes select a block that stands together: no copy. */
static int share(kt_memory *m, const kt_array *a, const kt_span *spans, uint32_t span_count, kt_value *out,
                 kt_error *err)
{
    kt_array *part = kt_memory_take(m, sizeof(*part));
    if (part == NULL)
        return kt_memory_fail(m, err, "a sub-array");
    *part = *a;
    part->rank = (uint8_t)(a->rank - span_count);
    memcpy(part->dims, a->dims + span_count, part->rank * sizeof(part->dims[0]));
    size_t cell = 0;
    part->count = a->count;
    for (uint32_t d = 0; d < span_count; d++) {
        part->count /= (size_t)a->dims[d];
        cell += (size_t)kt_span_at(&spans[d], 0) * part->count;
    }
    part->cells += cell;
    part->set += cell;
    if (part->tangents != NULL)
        part->tangents += cell;
    *out = (kt_value){ .kind = KT_VALUE_ARRAY, .is_shared = true, .array = part };
    return 0;
}

int kt_array_select(kt_memory *m, const kt_array *a, const kt_span *spans, uint32_t span_count, kt_value *out,
                    kt_error *err)
{
    uint64_t dims[KT_RANK_MOST] = { 0 };
    cursor c;
    bool keeps = false;
    for (uint32_t d = 0; d < span_count; d++)
        keeps |= spans[d].keep;
    cursor_start(&c, a, spans, span_count);
    if (!keeps && span_count == a->rank) {
        *out = kt_array_get(a, cursor_cell(&c));
        return 0;
    }
    if (!keeps)
        return share(m, a, spans, span_count, out, err);
    const uint32_t rank = selected_shape(a, spans, span_count, dims);
    const kt_shape_type element = { .kind = a->kind, .width = a->width };
    kt_array *copy = kt_array_make(m, &element, rank, dims, false, a->tangents != NULL);
    if (copy == NULL)
        return kt_memory_fail(m, err, "a slice of an array");
    for (size_t i = 0; !c.done; i++, cursor_next(&c)) {
        const size_t cell = cursor_cell(&c);
        copy->cells[i] = a->cells[cell];
        copy->set[i] = a->set[cell];
        if (a->tangents != NULL)
            copy->tangents[i] = a->tangents[cell];
    }
    *out = (kt_value){ .kind = KT_VALUE_ARRAY, .array = copy };
    return 0;
}

static void shape_text(uint32_t rank, const uint64_t *dims, char *text, size_t bytes)
{
    kt_buf b;
    kt_buf_init(&b, bytes);
    text[0] = '\0';
    for (uint32_t d = 0; d < rank; d++)
        kt_buf_addf(&b, "%s%" PRIu64, d == 0 ? "" : " x ", dims[d]);
    if (b.data != NULL && b.failed == 0 && b.length < bytes)
        memcpy(text, b.data, b.length + 1);
    kt_buf_fini(&b);
}

/* Bits stored as a row of elements. */
static int store_bits(kt_memory *m, kt_array *a, cursor *c, const kt_value *v, bool low_first, kt_error *err)
{
    for (uint32_t i = 0; !c->done; i++, cursor_next(c)) {
        const kt_value bit = kt_bits_get(v->bits, i);
        int rc = kt_array_put(m, a, cursor_cell(c), &bit, low_first, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int kt_array_store(kt_memory *m, kt_array *a, const kt_span *spans, uint32_t span_count, const kt_value *v,
                   bool low_first, kt_error *err)
{
    uint64_t dims[KT_RANK_MOST];
    cursor c;
    cursor_start(&c, a, spans, span_count);
    const uint32_t rank = selected_shape(a, spans, span_count, dims);
    if (rank == 0)
        return kt_array_put(m, a, cursor_cell(&c), v, low_first, err);
    if (v->kind == KT_VALUE_BITS && rank == 1 && v->bits->count == dims[0])
        return store_bits(m, a, &c, v, low_first, err);
    char wanted[96], found[96];
    shape_text(rank, dims, wanted, sizeof(wanted));
    if (v->kind != KT_VALUE_ARRAY)
        return kt_fail(err, KT_E_INVALID, "%s cannot fill a slice of %s elements; an array is wanted",
                       kt_value_kind_text(v, found, sizeof(found)), wanted);
    const kt_array *from = v->array;
    if (from->rank != rank || memcmp(from->dims, dims, rank * sizeof(dims[0])) != 0) {
        shape_text(from->rank, from->dims, found, sizeof(found));
        return kt_fail(err, KT_E_INVALID, "dimensions do not match: %s elements into %s", found, wanted);
    }
    for (size_t i = 0; !c.done; i++, cursor_next(&c)) {
        const kt_value element = kt_array_get(from, i);
        const size_t cell = cursor_cell(&c);
        if (element.unset) {
            a->set[cell] = 0;
            continue;
        }
        int rc = kt_array_put(m, a, cell, &element, low_first, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}
