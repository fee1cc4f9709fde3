/* SPDX-License-Identifier: Apache-2.0 */
/* eval.c - what an expression is worth. Values of variables are lent, not copied; what is made on the way lives until
 * the statement is over. */
#include "qasm/play.h"

#include <inttypes.h>
#include <string.h>

static int not_set(kt_play *p, const kt_expr *e, const kt_value *v)
{
    for (uint32_t i = 0; i < p->program->input_count; i++)
        if (p->program->inputs[i]->slot == e->slot)
            return kt_play_fail(p, e->source, e->length, KT_E_INVALID, "give it with --set name=value or --inputs",
                                "input '%.*s' was given no value", KT_VIEW_ARG(e->text));
    if (v->kind == KT_VALUE_NONE)
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "'%.*s' is used before its declaration",
                            KT_VIEW_ARG(e->text));
    return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "'%.*s' was never given a value",
                        KT_VIEW_ARG(e->text));
}

static int eval_name(kt_play *p, const kt_expr *e, kt_value *out)
{
    if (e->slot <= KT_SLOT_CONSTANT) {
        *out = kt_value_float(kt_builtin_constant(KT_SLOT_CONSTANT - e->slot));
        return 0;
    }
    const kt_value *v = kt_play_slot(p, e->slot);
    if (v->kind == KT_VALUE_NONE || v->unset)
        return not_set(p, e, v);
    if (v->kind == KT_VALUE_ALIAS)
        return kt_alias_read(p, v, e, out);
    *out = *v;
    return 0;
}

static int eval_int(kt_play *p, const kt_expr *e, kt_value *out)
{
    if (!e->integer_overflow) {
        *out = kt_value_int((kt_int)e->integer);
        return 0;
    }
    kt_int sum = 0;
    const bool prefixed = e->text.length > 2 && e->text.data[0] == '0' && (e->text.data[1] | 32) > '9';
    const int base = !prefixed ? 10 : (e->text.data[1] | 32) == 'x' ? 16 : (e->text.data[1] | 32) == 'o' ? 8 : 2;
    for (size_t i = prefixed ? 2 : 0; i < e->text.length; i++) {
        const char ch = e->text.data[i];
        if (ch == '_')
            continue;
        const int digit = ch <= '9' ? ch - '0' : (ch | 32) - 'a' + 10;
        if (__builtin_mul_overflow(sum, (kt_int)base, &sum) || __builtin_add_overflow(sum, (kt_int)digit, &sum))
            return kt_play_fail(p, e->source, e->length, KT_E_LIMIT, NULL, "the number does not fit %d bits",
                                KT_WIDTH_MOST);
    }
    *out = kt_value_int(sum);
    return 0;
}

static int eval_binary(kt_play *p, const kt_expr *e, kt_value *out)
{
    kt_value a, b;
    kt_error why = { 0 };
    int rc = kt_eval(p, e->a, &a);
    if (rc == 0 && (e->op == KT_OPR_AND || e->op == KT_OPR_OR)) {
        /* the right side is looked at only when it matters */
        bool truth = false;
        if (kt_value_truth(&a, &truth, &why) < 0)
            return kt_play_fail_at(p, e->a, &why);
        if (truth == (e->op == KT_OPR_OR)) {
            *out = kt_value_bool(truth);
            return 0;
        }
    }
    if (rc == 0)
        rc = kt_eval(p, e->b, &b);
    if (rc < 0)
        return rc;
    if (kt_value_binary(&p->arith, e->op, &a, &b, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return 0;
}

static int eval_unary(kt_play *p, const kt_expr *e, kt_value *out)
{
    kt_value a;
    kt_error why = { 0 };
    int rc = kt_eval(p, e->a, &a);
    if (rc < 0)
        return rc;
    if (kt_value_unary(&p->arith, e->op, &a, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return 0;
}

static int eval_cast(kt_play *p, const kt_expr *e, kt_value *out)
{
    kt_value a;
    kt_shape_type type;
    kt_error why = { 0 };
    int rc = kt_shape_of(p, e->type, &type);
    if (rc == 0)
        rc = kt_eval(p, e->a, &a);
    if (rc < 0)
        return rc;
    if (kt_value_cast(&p->memory, &type, &a, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return 0;
}

static int eval_index(kt_play *p, const kt_expr *e, kt_value *out)
{
    kt_value base;
    int rc = 0;
    if (e->a->kind == KT_EXPR_NAME && e->a->slot >= 0) {
        /* an array or register with some elements set: whether this one is, is looked at below */
        base = *kt_play_slot(p, e->a->slot);
        if (base.kind == KT_VALUE_NONE || (base.unset && base.kind != KT_VALUE_BITS && base.kind != KT_VALUE_ARRAY))
            return not_set(p, e->a, &base);
        if (base.kind == KT_VALUE_ALIAS)
            rc = kt_alias_read(p, &base, e->a, &base);
    } else {
        rc = kt_eval(p, e->a, &base);
    }
    if (rc == 0)
        rc = kt_index_value(p, e, &base, out);
    if (rc == 0 && out->unset)
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "this element was never given a value");
    return rc;
}

static int eval_physical(kt_play *p, const kt_expr *e, kt_value *out)
{
    uint32_t *qubit = kt_memory_take(&p->memory, sizeof(*qubit));
    if (qubit == NULL)
        return kt_play_memory(p, "a qubit");
    int rc = kt_physical_qubit(p, e->integer, e->source, qubit);
    if (rc == 0)
        *out = (kt_value){ .kind = KT_VALUE_QUBITS, .width = 1, .qubits = qubit };
    return rc;
}

/* Qubits after qubits. */
static int eval_concat(kt_play *p, const kt_expr *e, kt_value *out)
{
    kt_value a = { 0 }, b = { 0 };
    int rc = kt_eval(p, e->a, &a);
    if (rc == 0)
        rc = kt_eval(p, e->b, &b);
    if (rc < 0)
        return rc;
    if (a.kind == KT_VALUE_QUBITS && b.kind == KT_VALUE_QUBITS) {
        uint32_t *all = kt_memory_take(&p->memory, ((size_t)a.width + b.width) * sizeof(*all));
        if (all == NULL)
            return kt_play_memory(p, "an alias");
        memcpy(all, a.qubits, a.width * sizeof(*all));
        memcpy(all + a.width, b.qubits, b.width * sizeof(*all));
        *out = (kt_value){ .kind = KT_VALUE_QUBITS, .width = a.width + b.width, .qubits = all };
        return 0;
    }
    char x[64], y[64];
    return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "++ does not join %s and %s",
                        kt_value_kind_text(&a, x, sizeof(x)), kt_value_kind_text(&b, y, sizeof(y)));
}

static double nanoseconds_of(const kt_expr *e)
{
    /* dt is a device's clock; a simulator has none, and takes one nanosecond */
    static const double units[] = {
        [KT_UNIT_DT] = 1, [KT_UNIT_NS] = 1, [KT_UNIT_US] = 1e3, [KT_UNIT_MS] = 1e6, [KT_UNIT_S] = 1e9
    };
    return e->number * units[e->op];
}

int kt_eval(kt_play *p, const kt_expr *e, kt_value *out)
{
    kt_error why = { 0 };
    switch ((kt_expr_kind)e->kind) {
    case KT_EXPR_INT: return eval_int(p, e, out);
    case KT_EXPR_FLOAT: *out = kt_value_float(e->number); return 0;
    case KT_EXPR_IMAGINARY: *out = (kt_value){ .kind = KT_VALUE_COMPLEX, .complex = { 0, e->number } }; return 0;
    case KT_EXPR_BOOL: *out = kt_value_bool(e->integer != 0); return 0;
    case KT_EXPR_BITSTRING: return kt_bits_parse(&p->memory, e->text, out, &why) < 0 ? kt_play_fail_at(p, e, &why) : 0;
    case KT_EXPR_DURATION: *out = (kt_value){ .kind = KT_VALUE_DURATION, .number = nanoseconds_of(e) }; return 0;
    case KT_EXPR_NAME: return eval_name(p, e, out);
    case KT_EXPR_PHYSICAL: return eval_physical(p, e, out);
    case KT_EXPR_SIZEOF_DURATION: *out = (kt_value){ .kind = KT_VALUE_DURATION }; return 0;
    default: break;
    }
    int rc = kt_play_stack(p, e->source, e->length);
    if (rc < 0)
        return rc;
    switch ((kt_expr_kind)e->kind) {
    case KT_EXPR_UNARY: return eval_unary(p, e, out);
    case KT_EXPR_BINARY: return eval_binary(p, e, out);
    case KT_EXPR_INDEX: return eval_index(p, e, out);
    case KT_EXPR_CALL: return kt_call(p, e, out);
    case KT_EXPR_CAST: return eval_cast(p, e, out);
    case KT_EXPR_MEASURE: return kt_measure_value(p, e, out);
    case KT_EXPR_CONCAT: return eval_concat(p, e, out);
    default:
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "a %s has no value of its own",
                            e->kind == KT_EXPR_RANGE ? "range" : "list in { }");
    }
}

int kt_eval_whole(kt_play *p, const kt_expr *e, const char *what, int64_t *out)
{
    kt_value v;
    kt_error why = { 0 };
    int rc = kt_eval(p, e, &v);
    if (rc == 0 && kt_value_whole(&v, what, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return rc;
}

int kt_eval_truth(kt_play *p, const kt_expr *e, bool *out)
{
    kt_value v;
    kt_error why = { 0 };
    int rc = kt_eval(p, e, &v);
    if (rc == 0 && kt_value_truth(&v, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return rc;
}

int kt_eval_detach(kt_play *p, kt_value *v)
{
    if (v->kind == KT_VALUE_BITS) {
        kt_bits *copy = kt_bits_take(&p->memory, v->bits->count);
        if (copy == NULL)
            return kt_play_memory(p, "a bit register");
        kt_bits_copy(copy, v->bits);
        v->bits = copy;
    } else if (v->kind == KT_VALUE_ARRAY) {
        kt_error why = { 0 };
        kt_span all = { .keep = true, .count = v->array->dims[0], .step = 1 };
        if (kt_array_select(&p->memory, v->array, &all, 1, v, &why) < 0)
            return kt_play_memory(p, "an array");
    }
    return 0;
}
