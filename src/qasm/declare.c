/* SPDX-License-Identifier: Apache-2.0 */
/* declare.c - variables come into being and are given values that fit their types. Numbers start at 0 and bools at
 * false, as in Braket's simulator; bits, angles, arrays and the rest start without a value. OpenQASM 2 registers start
 * at 0. A variable declared again (in a loop) starts anew. */
#include "qasm/play.h"

#include <inttypes.h>
#include <string.h>

/* Making this many array elements counts as one executed statement. */
enum { ELEMENTS_A_STATEMENT = 16 };

static int size_of(kt_play *p, const kt_expr *e, const char *what, uint64_t most, uint32_t *out)
{
    int64_t n = 0;
    if (most > UINT32_MAX) /* whatever a limit was raised to */
        most = UINT32_MAX;
    int rc = kt_eval_whole(p, e, what, &n);
    if (rc < 0)
        return rc;
    if (n < 1)
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "%s must be at least 1, found %" PRId64, what,
                            n);
    if ((uint64_t)n > most)
        return kt_play_fail(p, e->source, e->length, KT_E_LIMIT, NULL,
                            "%s is %" PRId64 ", at most %" PRIu64 " are supported", what, n, most);
    *out = (uint32_t)n;
    return 0;
}

int kt_shape_of(kt_play *p, const kt_type *type, kt_shape_type *out)
{
    static const uint8_t kinds[] = {
        [KT_TYPE_BIT] = KT_VALUE_BOOL,         [KT_TYPE_BOOL] = KT_VALUE_BOOL,
        [KT_TYPE_INT] = KT_VALUE_INT,          [KT_TYPE_UINT] = KT_VALUE_UINT,
        [KT_TYPE_FLOAT] = KT_VALUE_FLOAT,      [KT_TYPE_ANGLE] = KT_VALUE_ANGLE,
        [KT_TYPE_COMPLEX] = KT_VALUE_COMPLEX,  [KT_TYPE_DURATION] = KT_VALUE_DURATION,
        [KT_TYPE_STRETCH] = KT_VALUE_DURATION, [KT_TYPE_QUBIT] = KT_VALUE_QUBITS,
        [KT_TYPE_ARRAY] = KT_VALUE_ARRAY,      [KT_TYPE_VOID] = KT_VALUE_NONE,
    };
    uint32_t width = 0;
    int rc = 0;
    if (type->size != NULL && type->kind == KT_TYPE_BIT)
        rc = size_of(p, type->size, "the length of a bit register", p->limits.register_bits, &width);
    else if (type->size != NULL && type->kind == KT_TYPE_ANGLE)
        rc = size_of(p, type->size, "the width of an angle", 52, &width);
    else if (type->size != NULL && type->kind != KT_TYPE_QUBIT)
        rc = size_of(p, type->size, "the width of a number", KT_WIDTH_MOST, &width);
    if (rc < 0)
        return rc;
    if (type->kind == KT_TYPE_FLOAT && type->size != NULL && width != 16 && width != 32 && width != 64)
        return kt_play_fail(p, type->size->source, type->size->length, KT_E_INVALID, NULL,
                            "a float has 16, 32 or 64 bits, not %" PRIu32, width);
    *out = (kt_shape_type){ .kind = kinds[type->kind], .width = width, .low_first = p->arith.low_first };
    if (type->kind == KT_TYPE_BIT && type->size != NULL)
        out->kind = KT_VALUE_BITS;
    out->is_bit = type->kind == KT_TYPE_BIT;
    return 0;
}

void kt_drop_variable(kt_play *p, kt_value *var)
{
    if (var->kind == KT_VALUE_BITS)
        kt_memory_disown(&p->memory, var->bits);
    else if (var->kind == KT_VALUE_ALIAS)
        kt_memory_disown(&p->memory, (void *)(uintptr_t)var->places);
    else if (var->kind == KT_VALUE_QUBITS && !var->is_shared)
        kt_memory_disown(&p->memory, (void *)(uintptr_t)var->qubits);
    else if (var->kind == KT_VALUE_ARRAY && !var->is_shared)
        kt_memory_disown(&p->memory, var->array);
    *var = (kt_value){ 0 };
}

/* array[bit[k], n] is kept as n x k bools. */
static int declare_array(kt_play *p, const kt_type *type, kt_source at, kt_value *var)
{
    uint64_t dims[KT_RANK_MOST + 1];
    uint32_t rank = 0, n = 0;
    kt_shape_type element = { 0 };
    int rc = kt_shape_of(p, type->base, &element);
    for (const kt_expr *e = type->dims; e != NULL && rc == 0; e = e->next) {
        if (rank == KT_RANK_MOST)
            return kt_play_fail(p, at, 1, KT_E_LIMIT, NULL, "an array has at most %d dimensions", KT_RANK_MOST);
        rc = size_of(p, e, "a dimension of an array", p->limits.array_elements, &n);
        dims[rank++] = n;
    }
    if (rc < 0)
        return rc;
    if (element.kind == KT_VALUE_BITS && rank < KT_RANK_MOST) {
        dims[rank++] = element.width;
        element = (kt_shape_type){ .kind = KT_VALUE_BOOL };
    }
    if (kt_array_count(rank, dims, p->limits.array_elements) == SIZE_MAX)
        return kt_play_fail(p, at, 1, KT_E_LIMIT, "raise the limit", "an array has more than %" PRIu64 " elements",
                            p->limits.array_elements);
    kt_array *array = kt_array_make(&p->memory, &element, rank, dims, true, p->program->wants_gradient);
    if (array == NULL)
        return kt_play_memory(p, "an array");
    p->executed += array->count / ELEMENTS_A_STATEMENT;
    *var = (kt_value){ .kind = KT_VALUE_ARRAY, .array = array };
    return 0;
}

int kt_declare_variable(kt_play *p, const kt_type *type, kt_source at, kt_value *var)
{
    kt_shape_type shape = { 0 };
    if (type->kind == KT_TYPE_ARRAY) {
        kt_drop_variable(p, var);
        return declare_array(p, type, at, var);
    }
    int rc = kt_shape_of(p, type, &shape);
    if (rc < 0)
        return rc;
    const bool starts_at_zero = shape.kind == KT_VALUE_INT || shape.kind == KT_VALUE_UINT ||
                                shape.kind == KT_VALUE_FLOAT || type->kind == KT_TYPE_BOOL ||
                                type->kind == KT_TYPE_STRETCH || (type->kind == KT_TYPE_BIT && p->arith.low_first);
    kt_drop_variable(p, var);
    *var = (kt_value){ .kind = shape.kind, .is_bit = shape.is_bit, .width = shape.width, .unset = !starts_at_zero };
    if (shape.kind != KT_VALUE_BITS)
        return 0;
    var->unset = false;
    var->bits = kt_bits_own(&p->memory, shape.width);
    if (var->bits == NULL) {
        *var = (kt_value){ 0 };
        return kt_play_memory(p, "a bit register");
    }
    const kt_value zero = kt_value_bool(false);
    for (uint32_t i = 0; i < shape.width && starts_at_zero; i++)
        kt_bits_set(var->bits, i, &zero);
    return 0;
}

int kt_store_variable(kt_play *p, kt_value *var, const kt_value *v, const kt_expr *at)
{
    kt_value fitted;
    kt_error why = { 0 };
    if (var->kind == KT_VALUE_ARRAY) {
        if (kt_array_store(&p->memory, var->array, NULL, 0, v, p->arith.low_first, &why) < 0)
            return kt_play_fail_at(p, at, &why);
        return 0;
    }
    const kt_shape_type type = { .kind = var->kind,
                                 .is_bit = var->is_bit,
                                 .low_first = p->arith.low_first,
                                 .width = var->kind == KT_VALUE_BITS ? var->bits->count : var->width };
    if (kt_value_cast(&p->memory, &type, v, &fitted, &why) < 0)
        return kt_play_fail_at(p, at, &why);
    if (var->kind == KT_VALUE_BITS) {
        kt_bits_copy(var->bits, fitted.bits);
        return 0;
    }
    fitted.is_const = var->is_const;
    *var = fitted;
    return 0;
}

/* One row of a literal, from the cell on. */
static int store_row(kt_play *p, kt_array *a, uint32_t dim, size_t cell, const kt_expr *set)
{
    size_t block = 1;
    uint64_t count = 0;
    for (uint32_t d = dim + 1; d < a->rank; d++)
        block *= (size_t)a->dims[d];
    for (const kt_expr *e = set->a; e != NULL; e = e->next)
        count++;
    if (count != a->dims[dim])
        return kt_play_fail(p, set->source, set->length, KT_E_INVALID, NULL,
                            "%" PRIu64 " values for a dimension of %" PRIu64, count, a->dims[dim]);
    for (const kt_expr *e = set->a; e != NULL; e = e->next, cell += block) {
        kt_value v;
        kt_error why = { 0 };
        int rc = e->kind == KT_EXPR_SET && dim + 1 < a->rank ? store_row(p, a, dim + 1, cell, e) : 1;
        if (rc <= 0) {
            if (rc < 0)
                return rc;
            continue;
        }
        rc = kt_eval(p, e, &v);
        if (rc < 0)
            return rc;
        kt_array part = *a;
        part.rank = (uint8_t)(a->rank - dim - 1);
        memmove(part.dims, a->dims + dim + 1, part.rank * sizeof(part.dims[0]));
        part.count = block;
        part.cells += cell;
        part.set += cell;
        part.tangents = a->tangents == NULL ? NULL : a->tangents + cell;
        if (kt_array_store(&p->memory, &part, NULL, 0, &v, p->arith.low_first, &why) < 0)
            return kt_play_fail_at(p, e, &why);
    }
    return 0;
}

int kt_store_literal(kt_play *p, kt_array *a, const kt_expr *set)
{
    return store_row(p, a, 0, 0, set);
}

static int declare_qubits(kt_play *p, const kt_stmt *s)
{
    uint32_t count = 1;
    int rc = s->type->size == NULL
                 ? 0
                 : size_of(p, s->type->size, "the length of a qubit register", p->limits.register_bits, &count);
    if (rc < 0)
        return rc;
    uint32_t *qubits = kt_memory_own(&p->memory, count * sizeof(*qubits));
    if (qubits == NULL)
        return kt_play_memory(p, "a qubit register");
    for (uint32_t i = 0; i < count && rc == 0; i++)
        rc = kt_register_qubit(p, s->source, &qubits[i]);
    if (rc == 0)
        *kt_play_slot(p, s->slot) = (kt_value){ .kind = KT_VALUE_QUBITS, .width = count, .qubits = qubits };
    return rc;
}

int kt_exec_declare(kt_play *p, const kt_stmt *s)
{
    if (s->type->kind == KT_TYPE_QUBIT)
        return declare_qubits(p, s);
    if (s->io == 1)
        return kt_exec_input(p, s);
    if (s->expr == NULL)
        return kt_declare_variable(p, s->type, s->source, kt_play_slot(p, s->slot));
    if (s->expr->kind == KT_EXPR_MEASURE) {
        int rc = kt_declare_variable(p, s->type, s->source, kt_play_slot(p, s->slot));
        return rc < 0 ? rc : kt_measure_new(p, s->expr, s->slot, s);
    }
    kt_value initial = { 0 };
    const bool is_literal = s->type->kind == KT_TYPE_ARRAY && s->expr->kind == KT_EXPR_SET;
    int rc = is_literal ? 0 : kt_eval(p, s->expr, &initial);
    if (rc == 0 && initial.kind == KT_VALUE_NONE && !is_literal)
        rc = kt_play_fail(p, s->expr->source, s->expr->length, KT_E_INVALID, NULL, "this call has no result");
    if (rc == 0 && s->expr->kind == KT_EXPR_NAME && s->expr->slot == s->slot)
        rc = kt_eval_detach(p, &initial);
    if (rc == 0)
        rc = kt_declare_variable(p, s->type, s->source, kt_play_slot(p, s->slot));
    if (rc < 0)
        return rc;
    kt_value *var = kt_play_slot(p, s->slot);
    rc = is_literal ? kt_store_literal(p, var->array, s->expr) : kt_store_variable(p, var, &initial, s->expr);
    var->is_const = s->is_const;
    return rc;
}
