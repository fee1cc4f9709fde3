/* SPDX-License-Identifier: Apache-2.0 */
/* check_expr.c - names in expressions get their slots; numbers that are known now are worked out, so that a constant
 * index outside its register is found before the program runs. */
#include "qasm/check.h"

#include <inttypes.h>
#include <stdio.h>

int kt_check_unknown_name(kt_checker *c, const kt_expr *e)
{
    char hint[96];
    kt_nearest nearest;
    if (kt_check_may_be_declared(c, e->text))
        return 0;
    kt_nearest_init(&nearest, e->text);
    kt_scope_offer(&c->scope, &nearest);
    kt_builtin_offer(&nearest);
    if (nearest.text.data != NULL)
        snprintf(hint, sizeof(hint), "did you mean '%.*s'?", (int)(nearest.text.length > 60 ? 60 : nearest.text.length),
                 nearest.text.data);
    return kt_check_say_unknown(c, e->source, e->length, nearest.text.data == NULL ? NULL : hint,
                                "'%.*s' is not declared", KT_VIEW_ARG(e->text));
}

kt_symbol *kt_check_root(kt_checker *c, const kt_expr *e)
{
    while (e->kind == KT_EXPR_INDEX)
        e = e->a;
    return e->kind == KT_EXPR_NAME ? kt_scope_find(&c->scope, e->text) : NULL;
}

static int check_name(kt_checker *c, kt_expr *e, kt_class *out)
{
    const kt_symbol *s = kt_scope_find(&c->scope, e->text);
    if (s == NULL) {
        const int constant = kt_builtin_constant_find(e->text);
        if (constant < 0)
            return kt_check_unknown_name(c, e);
        e->slot = KT_SLOT_CONSTANT - constant;
        *out = KT_CLASS_NUMBER;
        return 0;
    }
    if (s->kind == KT_SYMBOL_DEF || s->kind == KT_SYMBOL_EXTERN)
        return kt_check_say(c, e->source, e->length, "call it with ( )", "'%.*s' is a subroutine, not a value",
                            KT_VIEW_ARG(e->text));
    e->slot = s->slot;
    *out = s->kind == KT_SYMBOL_QUBITS ? KT_CLASS_QUBITS : (kt_class)s->class_of;
    return 0;
}

/* The constant index `item` of a dimension that has `length` places. */
static int check_index_range(kt_checker *c, const kt_symbol *s, const kt_expr *item, uint64_t length)
{
    int64_t at;
    if (!kt_check_constant_whole(c, item, &at))
        return 0;
    if (at < 0 ? 0 - (uint64_t)at <= length : (uint64_t)at < length)
        return 0;
    return kt_check_say(c, item->source, item->length, NULL,
                        "index %" PRId64 " is out of range for '%.*s', which has %" PRIu64 " %s (0 to %" PRIu64 ")", at,
                        KT_VIEW_ARG(s->name), length,
                        s->kind == KT_SYMBOL_QUBITS     ? (length == 1 ? "qubit" : "qubits")
                        : s->class_of == KT_CLASS_ARRAY ? "places"
                        : length == 1                   ? "bit"
                                                        : "bits",
                        length == 0 ? 0 : length - 1);
}

static int check_index_item(kt_checker *c, kt_expr *item, const kt_symbol *s, uint64_t length, bool has_length)
{
    kt_expr *parts[3] = { item, NULL, NULL };
    int rc = 0;
    if (item->kind == KT_EXPR_RANGE) {
        parts[0] = item->a;
        parts[1] = item->b;
        parts[2] = item->step;
    }
    for (size_t i = 0; i < KT_COUNT(parts) && rc == 0; i++) {
        if (parts[i] == NULL)
            continue;
        rc = kt_check_number(c, parts[i], "an index");
        if (rc == 0 && i < 2 && has_length)
            rc = check_index_range(c, s, parts[i], length);
    }
    return rc;
}

static int check_index(kt_checker *c, kt_expr *e, kt_class *out)
{
    kt_class base = KT_CLASS_UNKNOWN;
    int rc = kt_check_expr(c, e->a, &base);
    if (rc < 0)
        return rc;
    const kt_symbol *s = e->a->kind == KT_EXPR_NAME ? kt_scope_find(&c->scope, e->a->text) : NULL;
    uint32_t d = 0;
    bool keeps = false;
    kt_expr *first = e->b != NULL && e->b->kind == KT_EXPR_SET ? e->b->a : e->b;
    keeps = first != e->b;
    for (kt_expr *item = first; item != NULL && rc == 0; item = item->next, d += !keeps || d == 0 ? 1 : 0) {
        const uint32_t dim = keeps && e->b->kind == KT_EXPR_SET ? 0 : d;
        const bool is_array = base == KT_CLASS_ARRAY;
        const bool known = s != NULL && s->has_length && (is_array ? dim < s->rank && dim < KT_RANK_MOST : dim == 0);
        rc = check_index_item(c, item, s, !known ? 0 : is_array ? s->dims[dim] : s->length, known);
        keeps |= item->kind == KT_EXPR_RANGE;
    }
    if (rc < 0)
        return rc;
    if (base == KT_CLASS_COMPLEX || base == KT_CLASS_DURATION || base == KT_CLASS_VOID)
        return kt_check_say(c, e->source, e->length, NULL, "this value has no parts to be indexed");
    *out = base == KT_CLASS_QUBITS           ? KT_CLASS_QUBITS
           : base == KT_CLASS_BITS && !keeps ? KT_CLASS_NUMBER
           : base == KT_CLASS_BITS           ? KT_CLASS_BITS
                                             : KT_CLASS_UNKNOWN;
    return 0;
}

static int check_binary(kt_checker *c, kt_expr *e, kt_class *out)
{
    kt_class a = KT_CLASS_UNKNOWN, b = KT_CLASS_UNKNOWN;
    int rc = kt_check_expr(c, e->a, &a);
    if (rc == 0)
        rc = kt_check_expr(c, e->b, &b);
    if (rc < 0)
        return rc;
    const kt_expr *wrong = a == KT_CLASS_QUBITS || a == KT_CLASS_ARRAY || a == KT_CLASS_VOID   ? e->a
                           : b == KT_CLASS_QUBITS || b == KT_CLASS_ARRAY || b == KT_CLASS_VOID ? e->b
                                                                                               : NULL;
    if (wrong != NULL) {
        const kt_class class = wrong == e->a ? a : b;
        return kt_check_say(c, wrong->source, wrong->length, NULL, "an operator does not take %s",
                            class == KT_CLASS_QUBITS  ? "qubits"
                            : class == KT_CLASS_ARRAY ? "a whole array"
                                                      : "a call without a result");
    }
    const bool decides = (e->op >= KT_OPR_LT && e->op <= KT_OPR_NE) || e->op == KT_OPR_AND || e->op == KT_OPR_OR;
    *out = decides                                          ? KT_CLASS_NUMBER
           : a == KT_CLASS_UNKNOWN || b == KT_CLASS_UNKNOWN ? KT_CLASS_UNKNOWN
           : a == b                                         ? a
                                                            : KT_CLASS_UNKNOWN;
    return 0;
}

static int check_cast(kt_checker *c, kt_expr *e, kt_class *out)
{
    static const uint8_t classes[] = {
        [KT_TYPE_BOOL] = KT_CLASS_NUMBER,       [KT_TYPE_INT] = KT_CLASS_NUMBER,   [KT_TYPE_UINT] = KT_CLASS_NUMBER,
        [KT_TYPE_FLOAT] = KT_CLASS_NUMBER,      [KT_TYPE_ANGLE] = KT_CLASS_NUMBER, [KT_TYPE_COMPLEX] = KT_CLASS_COMPLEX,
        [KT_TYPE_DURATION] = KT_CLASS_DURATION, [KT_TYPE_VOID] = KT_CLASS_UNKNOWN
    };
    kt_class inner = KT_CLASS_UNKNOWN;
    int rc = kt_check_type(c, e->type);
    if (rc == 0)
        rc = kt_check_expr(c, e->a, &inner);
    if (rc < 0)
        return rc;
    if (inner == KT_CLASS_QUBITS || inner == KT_CLASS_VOID)
        return kt_check_say(c, e->a->source, e->a->length, NULL, "%s cannot be cast",
                            inner == KT_CLASS_QUBITS ? "qubits" : "a call without a result");
    *out = e->type->kind == KT_TYPE_BIT ? (e->type->size == NULL ? KT_CLASS_NUMBER : KT_CLASS_BITS)
                                        : (kt_class)classes[e->type->kind];
    return 0;
}

static int check_set(kt_checker *c, kt_expr *e)
{
    kt_class class;
    int rc = 0;
    for (kt_expr *item = e->a; item != NULL && rc == 0; item = item->next)
        rc = kt_check_expr(c, item, &class);
    return rc;
}

static int check_concat(kt_checker *c, kt_expr *e, kt_class *out)
{
    kt_class a = KT_CLASS_UNKNOWN, b = KT_CLASS_UNKNOWN;
    int rc = kt_check_expr(c, e->a, &a);
    if (rc == 0)
        rc = kt_check_expr(c, e->b, &b);
    const bool bits = (a == KT_CLASS_BITS || a == KT_CLASS_NUMBER) && (b == KT_CLASS_BITS || b == KT_CLASS_NUMBER);
    *out = bits ? KT_CLASS_BITS : a == b ? a : KT_CLASS_UNKNOWN; /* a single bit counts as a number */
    return rc;
}

static int note_physical(kt_checker *c, const kt_expr *e)
{
    kt_program *p = c->program;
    if (e->integer >= UINT32_MAX)
        return kt_check_say(c, e->source, e->length, NULL, "the highest physical qubit is $%" PRIu32, UINT32_MAX - 1);
    if (!KT_PROGRAM_GROW(p->arena, p->physical, p->physical_room, p->physical_count))
        return kt_check_nomem(c);
    p->physical[p->physical_count++] = (uint32_t)e->integer;
    return 0;
}

int kt_check_expr(kt_checker *c, kt_expr *e, kt_class *out)
{
    kt_class inner = KT_CLASS_UNKNOWN;
    int rc = 0;
    *out = KT_CLASS_UNKNOWN;
    switch ((kt_expr_kind)e->kind) {
    case KT_EXPR_INT:
    case KT_EXPR_FLOAT:
    case KT_EXPR_BOOL: *out = KT_CLASS_NUMBER; return 0;
    case KT_EXPR_IMAGINARY: *out = KT_CLASS_COMPLEX; return 0;
    case KT_EXPR_BITSTRING: *out = KT_CLASS_BITS; return 0;
    case KT_EXPR_DURATION: *out = KT_CLASS_DURATION; return 0;
    case KT_EXPR_NAME: return check_name(c, e, out);
    case KT_EXPR_PHYSICAL: *out = KT_CLASS_QUBITS; return note_physical(c, e);
    case KT_EXPR_UNARY:
        rc = kt_check_expr(c, e->a, &inner);
        if (rc == 0 && (inner == KT_CLASS_QUBITS || inner == KT_CLASS_ARRAY))
            return kt_check_say(c, e->a->source, e->a->length, NULL, "an operator does not take %s",
                                inner == KT_CLASS_QUBITS ? "qubits" : "a whole array");
        *out = e->op == KT_OPR_NOT ? KT_CLASS_NUMBER : inner;
        return rc;
    case KT_EXPR_BINARY: return check_binary(c, e, out);
    case KT_EXPR_INDEX: return check_index(c, e, out);
    case KT_EXPR_RANGE:
        if (e->a != NULL)
            rc = kt_check_expr(c, e->a, &inner);
        if (rc == 0 && e->step != NULL)
            rc = kt_check_expr(c, e->step, &inner);
        return rc == 0 && e->b != NULL ? kt_check_expr(c, e->b, &inner) : rc;
    case KT_EXPR_SET: return check_set(c, e);
    case KT_EXPR_CALL: return kt_check_call(c, e, out);
    case KT_EXPR_CAST: return check_cast(c, e, out);
    case KT_EXPR_MEASURE: {
        uint32_t count = 0;
        *out = KT_CLASS_UNKNOWN;
        if (c->in_gate)
            return kt_check_say(c, e->source, e->length, NULL, "a gate's body holds gates only");
        return kt_check_operands(c, e->a, &count);
    }
    case KT_EXPR_SIZEOF_DURATION: {
        *out = KT_CLASS_DURATION;
        if (kt_scope_open(&c->scope) < 0)
            return kt_check_nomem(c);
        rc = kt_check_list(c, e->body);
        kt_scope_close(&c->scope, false);
        return rc;
    }
    case KT_EXPR_CONCAT: return check_concat(c, e, out);
    }
    return 0;
}

int kt_check_exprs(kt_checker *c, kt_expr *list, uint32_t *count)
{
    int rc = 0;
    kt_class class;
    uint32_t n = 0;
    for (kt_expr *e = list; e != NULL && rc == 0; e = e->next, n++)
        rc = kt_check_expr(c, e, &class);
    if (count != NULL)
        *count = n;
    return rc;
}

int kt_check_number(kt_checker *c, kt_expr *e, const char *what)
{
    static const char *const names[] = {
        [KT_CLASS_ARRAY] = "an array", [KT_CLASS_QUBITS] = "qubits", [KT_CLASS_VOID] = "a call without a result"
    };
    kt_class class;
    int rc = kt_check_expr(c, e, &class);
    if (rc == 0 && (class == KT_CLASS_ARRAY || class == KT_CLASS_QUBITS || class == KT_CLASS_VOID))
        return kt_check_say(c, e->source, e->length, NULL, "%s cannot be %s", what, names[class]);
    return rc;
}

int kt_check_operands(kt_checker *c, kt_expr *list, uint32_t *count)
{
    int rc = 0;
    uint32_t n = 0;
    for (kt_expr *e = list; e != NULL && rc == 0; e = e->next, n++) {
        kt_class class;
        rc = kt_check_expr(c, e, &class);
        if (rc == 0 && class != KT_CLASS_QUBITS && class != KT_CLASS_UNKNOWN)
            rc = kt_check_say(c, e->source, e->length, NULL, "a qubit or qubit register is expected here");
    }
    *count = n;
    return rc;
}

bool kt_check_constant(kt_checker *c, const kt_expr *e, kt_value *out)
{
    kt_value a, b;
    const kt_symbol *s;
    switch ((kt_expr_kind)e->kind) {
    case KT_EXPR_INT: *out = kt_value_int((kt_int)e->integer); return !e->integer_overflow;
    case KT_EXPR_FLOAT: *out = kt_value_float(e->number); return true;
    case KT_EXPR_BOOL: *out = kt_value_bool(e->integer != 0); return true;
    case KT_EXPR_NAME:
        s = kt_scope_find(&c->scope, e->text);
        if (s != NULL && s->has_constant)
            *out = s->constant;
        else if (s == NULL && e->slot <= KT_SLOT_CONSTANT)
            *out = kt_value_float(kt_builtin_constant(KT_SLOT_CONSTANT - e->slot));
        else
            return false;
        return true;
    case KT_EXPR_UNARY: return kt_check_constant(c, e->a, &a) && kt_value_unary(&c->arith, e->op, &a, out, NULL) == 0;
    case KT_EXPR_BINARY:
        return kt_check_constant(c, e->a, &a) && kt_check_constant(c, e->b, &b) &&
               kt_value_binary(&c->arith, e->op, &a, &b, out, NULL) == 0;
    default: return false;
    }
}

bool kt_check_constant_whole(kt_checker *c, const kt_expr *e, int64_t *out)
{
    kt_value v;
    return kt_check_constant(c, e, &v) && kt_value_is_integer(&v) && kt_value_whole(&v, "", out, NULL) == 0;
}
