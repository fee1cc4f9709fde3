/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - calls of builtin functions and of subroutines. Arguments are fitted to the parameters' types; qubits and
 * arrays are handed over as they are, so that a mutable array is the caller's own. */
#include "qasm/play.h"

#include <inttypes.h>
#include <string.h>

enum { ARGUMENTS_MOST = 4 }; /* of a builtin function */

static int call_builtin(kt_play *p, const kt_expr *e, kt_value *out)
{
    kt_value arguments[ARGUMENTS_MOST];
    kt_error why = { 0 };
    uint32_t count = 0;
    int rc = 0;
    for (const kt_expr *a = e->a; a != NULL && rc == 0 && count < ARGUMENTS_MOST; a = a->next) {
        const kt_value *var = a->kind == KT_EXPR_NAME && a->slot >= 0 ? kt_play_slot(p, a->slot) : NULL;
        if (var != NULL && (var->kind == KT_VALUE_ARRAY || var->kind == KT_VALUE_QUBITS))
            arguments[count++] = *var; /* sizeof looks at no elements */
        else
            rc = kt_eval(p, a, &arguments[count++]);
    }
    if (rc == 0 && kt_builtin_call(KT_CALL_BUILTIN - e->slot, &p->arith, arguments, count, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return rc;
}

/* An array for a parameter: the caller's cells, if the shape is what the parameter says. */
static int bind_array(kt_play *p, const kt_formal *formal, const kt_expr *argument, kt_value *v, kt_value *slot)
{
    const kt_type *type = formal->type;
    const kt_array *given = v->array;
    kt_shape_type element;
    uint32_t rank = 0;
    int64_t n = 0;
    int rc = kt_shape_of(p, type->base, &element);
    for (const kt_expr *e = type->dims; e != NULL && rc == 0; e = e->next, rank++) {
        rc = kt_eval_whole(p, e, "a dimension", &n);
        if (rc == 0 && rank < given->rank && (uint64_t)n != given->dims[rank])
            return kt_play_fail(p, argument->source, argument->length, KT_E_INVALID, NULL,
                                "dimension %" PRIu32 " has %" PRIu64 " places, parameter '%.*s' wants %" PRId64, rank,
                                given->dims[rank], KT_VIEW_ARG(formal->name), n);
    }
    if (rc == 0 && type->rank != NULL) {
        rc = kt_eval_whole(p, type->rank, "a number of dimensions", &n);
        rank = n < 0 || n > KT_RANK_MOST ? UINT32_MAX : (uint32_t)n;
    }
    if (rc < 0)
        return rc;
    if (rank != given->rank)
        return kt_play_fail(p, argument->source, argument->length, KT_E_INVALID, NULL,
                            "an array of %d dimension%s, parameter '%.*s' wants %" PRIu32, given->rank,
                            given->rank == 1 ? "" : "s", KT_VIEW_ARG(formal->name), rank);
    if (element.kind != given->kind)
        return kt_play_fail(p, argument->source, argument->length, KT_E_INVALID, NULL,
                            "the elements of this array are not of the type that parameter '%.*s' wants",
                            KT_VIEW_ARG(formal->name));
    if (type->access == 0 && (rc = kt_eval_detach(p, v)) < 0)
        return rc;
    kt_array *header = kt_memory_take(&p->memory, sizeof(*header));
    if (header == NULL)
        return kt_play_memory(p, "an array parameter");
    *header = *v->array;
    if (type->access == 1)
        header->access = 1;
    *slot = (kt_value){ .kind = KT_VALUE_ARRAY, .is_shared = true, .array = header };
    return 0;
}

static int bind_qubits(kt_play *p, const kt_formal *formal, const kt_expr *argument, const kt_value *v, kt_value *slot)
{
    int64_t n = 1;
    int rc = formal->type->size == NULL ? 0 : kt_eval_whole(p, formal->type->size, "the length of a register", &n);
    if (rc < 0)
        return rc;
    if ((formal->type->size != NULL && (uint64_t)n != v->width) || v->width == 0)
        return kt_play_fail(p, argument->source, argument->length, KT_E_INVALID, NULL,
                            "%" PRIu32 " qubit%s, parameter '%.*s' takes %" PRId64, v->width, v->width == 1 ? "" : "s",
                            KT_VIEW_ARG(formal->name), n);
    *slot = *v;
    slot->is_shared = true;
    return 0;
}

/* Evaluated in the caller's frame, stored in the callee's. */
static int bind_argument(kt_play *p, const kt_formal *formal, const kt_expr *argument, kt_value *frame)
{
    kt_value v;
    kt_value *slot = &frame[formal->slot];
    const kt_value *var =
        argument->kind == KT_EXPR_NAME && argument->slot >= 0 ? kt_play_slot(p, argument->slot) : NULL;
    int rc = 0;
    if (var != NULL && (var->kind == KT_VALUE_ARRAY || var->kind == KT_VALUE_QUBITS))
        v = *var;
    else
        rc = kt_eval(p, argument, &v);
    if (rc < 0)
        return rc;
    const bool wants_qubits = formal->type->kind == KT_TYPE_QUBIT, wants_array = formal->type->kind == KT_TYPE_ARRAY;
    char text[64];
    if (wants_qubits != (v.kind == KT_VALUE_QUBITS) || wants_array != (v.kind == KT_VALUE_ARRAY))
        return kt_play_fail(p, argument->source, argument->length, KT_E_INVALID, NULL,
                            "parameter '%.*s' does not take %s", KT_VIEW_ARG(formal->name),
                            kt_value_kind_text(&v, text, sizeof(text)));
    if (wants_qubits)
        return bind_qubits(p, formal, argument, &v, slot);
    if (wants_array)
        return bind_array(p, formal, argument, &v, slot);
    rc = kt_declare_variable(p, formal->type, formal->source, slot);
    return rc < 0 ? rc : kt_store_variable(p, slot, &v, argument);
}

/* Slices of arrays were copied for the call: what a mutable one has become goes back. */
static int copy_back(kt_play *p, const kt_def *def, const kt_expr *e, const kt_value *frame)
{
    const kt_formal *formal = def->stmt->formals;
    for (const kt_expr *a = e->a; a != NULL && formal != NULL; a = a->next, formal = formal->next) {
        if (formal->type->kind != KT_TYPE_ARRAY || formal->type->access != 2 || a->kind != KT_EXPR_INDEX)
            continue;
        bool is_slice = false;
        for (const kt_expr *item = a->b; item != NULL; item = item->next)
            is_slice |= item->kind == KT_EXPR_RANGE || item->kind == KT_EXPR_SET;
        int rc = is_slice ? kt_assign_value(p, a, &frame[formal->slot], a) : 0;
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void drop_frame(kt_play *p, const kt_def *def, kt_value *frame)
{
    for (uint32_t i = 0; i < def->frame.count; i++)
        kt_drop_variable(p, &frame[i]);
}

/* The value that a body returned, fitted to the declared type. */
static int take_result(kt_play *p, const kt_def *def, const kt_expr *e, int flow, kt_value *out)
{
    const kt_type *type = def->stmt->type;
    kt_shape_type shape;
    kt_error why = { 0 };
    *out = (kt_value){ 0 };
    if (type == NULL || type->kind == KT_TYPE_VOID)
        return 0;
    if (flow != KT_FLOW_RETURN || p->result.kind == KT_VALUE_NONE)
        return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "'%.*s' ended without returning a value",
                            KT_VIEW_ARG(e->text));
    if (type->kind == KT_TYPE_ARRAY) {
        *out = p->result;
        return kt_eval_detach(p, out);
    }
    int rc = kt_shape_of(p, type, &shape);
    if (rc == 0 && kt_value_cast(&p->memory, &shape, &p->result, out, &why) < 0)
        return kt_play_fail_at(p, e, &why);
    return rc < 0 ? rc : kt_eval_detach(p, out);
}

static int call_def(kt_play *p, const kt_expr *e, kt_value *out)
{
    const kt_def *def = &p->program->defs[e->slot];
    const kt_places *destination = p->destination;
    p->destination = NULL;
    if (p->depth >= p->limits.call_depth)
        return kt_play_fail(p, e->source, e->length, KT_E_LIMIT, "does it call itself without an end?",
                            "calls are nested more than %" PRIu32 " deep", p->limits.call_depth);
    kt_value *frame = kt_memory_take(&p->memory, ((size_t)def->frame.count + 1) * sizeof(*frame));
    if (frame == NULL)
        return kt_play_memory(p, "a call");
    memset(frame, 0, (size_t)def->frame.count * sizeof(*frame));
    int rc = 0;
    const kt_formal *formal = def->stmt->formals;
    for (const kt_expr *a = e->a; a != NULL && formal != NULL && rc == 0; a = a->next, formal = formal->next)
        rc = bind_argument(p, formal, a, frame);
    kt_value *const outer = p->frame;
    const kt_frame_info *const outer_info = p->frame_info;
    const kt_places *const outer_destination = p->own_destination;
    p->frame = frame;
    p->frame_info = &def->frame;
    p->own_destination = destination;
    p->result = (kt_value){ 0 };
    p->depth++;
    if (rc == 0)
        rc = kt_exec_list(p, def->stmt->body);
    p->depth--;
    const int flow = rc;
    if (rc >= 0 && flow != KT_FLOW_END)
        rc = take_result(p, def, e, flow, out);
    p->frame = outer;
    p->frame_info = outer_info;
    p->own_destination = outer_destination;
    if (rc >= 0)
        rc = copy_back(p, def, e, frame);
    drop_frame(p, def, frame);
    return rc == 0 && flow == KT_FLOW_END ? KT_PLAY_ENDS : rc;
}

int kt_call(kt_play *p, const kt_expr *e, kt_value *out)
{
    if (e->slot >= 0)
        return call_def(p, e, out);
    if (e->slot == KT_CALL_EXTERN)
        return kt_play_fail(p, e->source, e->length, KT_E_UNSUPPORTED, NULL,
                            "'%.*s' is extern: it lives on a device and cannot be called here", KT_VIEW_ARG(e->text));
    return call_builtin(p, e, out);
}
