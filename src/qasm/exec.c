/* SPDX-License-Identifier: Apache-2.0 */
/* exec.c - statements in order: control flow, and the way to everything else. Temporary values of a statement are
 * gone when it is over, except on the way out of a subroutine, which may carry a value. */
#include "qasm/play.h"

#include <inttypes.h>
#include <string.h>

/* What is recorded lies among the temporary values: while a gate's body is recorded, they stay. */
static void release(kt_play *p, kt_memory_mark mark)
{
    if (p->recorder == NULL)
        kt_memory_release(&p->memory, mark);
}

static int exec_if(kt_play *p, const kt_stmt *s)
{
    bool yes = false;
    int rc = kt_eval_truth(p, s->expr, &yes);
    if (rc < 0)
        return rc;
    return kt_exec_list(p, yes ? s->body : s->orelse);
}

/* One round of a loop; *over is set when the loop is to be left, with what to return. */
static int round_of(kt_play *p, const kt_stmt *s, bool *over)
{
    int rc = kt_play_count_more(p, s->source, s->length);
    if (rc == 0)
        rc = kt_exec_list(p, s->body);
    *over = rc != KT_FLOW_NEXT && rc != KT_FLOW_CONTINUE;
    return rc == KT_FLOW_BREAK || rc == KT_FLOW_CONTINUE ? 0 : rc;
}

static int exec_while(kt_play *p, const kt_stmt *s)
{
    for (;;) {
        const kt_memory_mark mark = kt_memory_get_mark(&p->memory);
        bool again = false, over = false;
        int rc = kt_eval_truth(p, s->expr, &again);
        if (rc < 0 || !again)
            return rc;
        rc = round_of(p, s, &over);
        if (over)
            return rc;
        release(p, mark);
    }
}

/* A round of `for` with this value of its variable. */
static int for_round(kt_play *p, const kt_stmt *s, const kt_value *v, bool *over)
{
    kt_value *var = kt_play_slot(p, s->slot);
    *over = true;
    int rc = kt_declare_variable(p, s->type, s->source, var);
    if (rc == 0)
        rc = kt_store_variable(p, var, v, s->expr);
    return rc < 0 ? rc : round_of(p, s, over);
}

static int for_range(kt_play *p, const kt_stmt *s)
{
    const kt_expr *range = s->expr;
    int64_t start = 0, stop = 0, step = 1;
    int rc = range->a == NULL ? 0 : kt_eval_whole(p, range->a, "the start of a range", &start);
    if (rc == 0 && range->b == NULL)
        rc = kt_play_fail(p, range->source, range->length, KT_E_INVALID, NULL, "the range of a loop needs an end");
    if (rc == 0)
        rc = kt_eval_whole(p, range->b, "the end of a range", &stop);
    if (rc == 0 && range->step != NULL)
        rc = kt_eval_whole(p, range->step, "the step of a range", &step);
    if (rc == 0 && step == 0)
        rc = kt_play_fail(p, range->source, range->length, KT_E_INVALID, NULL, "a range with step 0 never ends");
    bool over = false;
    for (kt_int i = start; rc == 0 && (step > 0 ? i <= stop : i >= stop); i += step) {
        const kt_memory_mark mark = kt_memory_get_mark(&p->memory);
        const kt_value v = kt_value_int(i);
        rc = for_round(p, s, &v, &over);
        if (over)
            return rc;
        release(p, mark);
    }
    return rc;
}

static int for_set(kt_play *p, const kt_stmt *s)
{
    size_t count = 0, i = 0;
    int rc = 0;
    bool over = false;
    for (const kt_expr *e = s->expr->a; e != NULL; e = e->next)
        count++;
    kt_value *values = kt_memory_take(&p->memory, (count + 1) * sizeof(*values));
    if (values == NULL)
        return kt_play_memory(p, "the values of a loop");
    for (const kt_expr *e = s->expr->a; e != NULL && rc == 0; e = e->next)
        rc = kt_eval(p, e, &values[i++]);
    for (i = 0; i < count && rc == 0; i++) {
        const kt_memory_mark mark = kt_memory_get_mark(&p->memory);
        rc = for_round(p, s, &values[i], &over);
        if (over)
            return rc;
        release(p, mark);
    }
    return rc;
}

/* Over the elements of an array or the bits of a register, as they were when the loop began. */
static int for_elements(kt_play *p, const kt_stmt *s)
{
    kt_value list, element;
    kt_error why = { 0 };
    bool over = false;
    int rc = kt_eval(p, s->expr, &list);
    if (rc == 0)
        rc = kt_eval_detach(p, &list);
    if (rc < 0)
        return rc;
    if (list.kind != KT_VALUE_ARRAY && list.kind != KT_VALUE_BITS) {
        char text[64];
        return kt_play_fail(p, s->expr->source, s->expr->length, KT_E_INVALID, NULL,
                            "a loop goes over a range, a set, an array or a register, not %s",
                            kt_value_kind_text(&list, text, sizeof(text)));
    }
    const uint64_t count = list.kind == KT_VALUE_ARRAY ? list.array->dims[0] : list.bits->count;
    for (uint64_t i = 0; i < count && rc == 0; i++) {
        const kt_memory_mark mark = kt_memory_get_mark(&p->memory);
        const kt_span one = { .count = 1, .start = (int64_t)i, .step = 1 };
        if (list.kind == KT_VALUE_BITS)
            element = kt_bits_get(list.bits, (uint32_t)i);
        else if (kt_array_select(&p->memory, list.array, &one, 1, &element, &why) < 0)
            return kt_play_fail_at(p, s->expr, &why);
        rc = for_round(p, s, &element, &over);
        if (over)
            return rc;
        release(p, mark);
    }
    return rc;
}

static int exec_for(kt_play *p, const kt_stmt *s)
{
    if (s->expr->kind == KT_EXPR_RANGE)
        return for_range(p, s);
    return s->expr->kind == KT_EXPR_SET ? for_set(p, s) : for_elements(p, s);
}

static int exec_switch(kt_play *p, const kt_stmt *s)
{
    kt_value subject, label, same;
    kt_error why = { 0 };
    const kt_stmt *otherwise = NULL;
    int rc = kt_eval(p, s->expr, &subject);
    if (rc < 0)
        return rc;
    for (const kt_stmt *branch = s->cases; branch != NULL; branch = branch->next) {
        if (branch->expr == NULL)
            otherwise = branch;
        for (const kt_expr *e = branch->expr; e != NULL; e = e->next) {
            rc = kt_eval(p, e, &label);
            if (rc < 0)
                return rc;
            if (kt_value_binary(&p->arith, KT_OPR_EQ, &subject, &label, &same, &why) < 0)
                return kt_play_fail_at(p, e, &why);
            if (same.integer != 0)
                return kt_exec_list(p, branch->body);
        }
    }
    return otherwise == NULL ? 0 : kt_exec_list(p, otherwise->body);
}

static int exec_return(kt_play *p, const kt_stmt *s)
{
    kt_value v = { 0 };
    if (s->expr != NULL) {
        const bool hands_on = s->expr->kind == KT_EXPR_MEASURE || s->expr->kind == KT_EXPR_CALL;
        p->destination = hands_on ? p->own_destination : NULL;
        int rc = kt_eval(p, s->expr, &v);
        p->destination = NULL;
        if (rc < 0)
            return rc;
    }
    p->result = v;
    return KT_FLOW_RETURN;
}

static int exec_reset(kt_play *p, const kt_stmt *s)
{
    uint32_t *qubits, count = 0;
    int rc = kt_operand_list(p, s->operands, &qubits, &count);
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        const kt_op op = {
            .kind = KT_OP_RESET, .qubit_count = 1, .qubits = &qubits[i], .power = 1, .source = s->source
        };
        rc = kt_emit(p, &op, s->length);
    }
    return rc;
}

/* Barrier and delay; without operands a barrier stands across all qubits. */
static int exec_barrier(kt_play *p, const kt_stmt *s)
{
    uint32_t *qubits, count = 0;
    kt_value duration = { 0 };
    int rc = kt_operand_list(p, s->operands, &qubits, &count);
    if (rc == 0 && s->kind == KT_STMT_DELAY)
        rc = kt_eval(p, s->expr, &duration);
    if (rc < 0)
        return rc;
    if (s->kind == KT_STMT_DELAY && duration.kind != KT_VALUE_DURATION)
        return kt_play_fail(p, s->expr->source, s->expr->length, KT_E_INVALID, "write a unit, as in 100ns",
                            "a delay takes a duration");
    if (s->operands == NULL) {
        count = p->qubit_count;
        qubits = kt_memory_take(&p->memory, ((size_t)count + 1) * sizeof(*qubits));
        if (qubits == NULL)
            return kt_play_memory(p, "a barrier");
        for (uint32_t i = 0; i < count; i++)
            qubits[i] = i;
    }
    const kt_angle seconds = { .value = duration.number / 1e9 };
    const kt_op op = { .kind = s->kind == KT_STMT_DELAY ? KT_OP_DELAY : KT_OP_BARRIER,
                       .qubit_count = count,
                       .qubits = qubits,
                       .power = 1,
                       .angles = &seconds,
                       .angle_count = s->kind == KT_STMT_DELAY ? 1 : 0,
                       .source = s->source };
    return kt_emit(p, &op, s->length);
}

static int exec_box(kt_play *p, const kt_stmt *s)
{
    const bool verbatim = p->verbatim_next;
    kt_op op = { .kind = KT_OP_VERBATIM_BEGIN, .power = 1, .source = s->source };
    p->verbatim_next = false;
    int rc = verbatim ? kt_emit(p, &op, s->length) : 0;
    if (rc == 0)
        rc = kt_exec_list(p, s->body);
    op.kind = KT_OP_VERBATIM_END;
    if (rc >= 0 && verbatim) {
        const int flow = rc;
        rc = kt_emit(p, &op, s->length);
        return rc < 0 ? rc : flow;
    }
    return rc;
}

static int exec_expression(kt_play *p, const kt_stmt *s)
{
    kt_value ignored;
    return kt_eval(p, s->expr, &ignored);
}

static int exec_one(kt_play *p, const kt_stmt *s)
{
    switch ((kt_stmt_kind)s->kind) {
    case KT_STMT_INCLUDE: return s->slot < 0 ? 0 : kt_exec_list(p, p->program->includes[s->slot]->statements);
    case KT_STMT_DECL: return kt_exec_declare(p, s);
    case KT_STMT_ALIAS: return kt_exec_alias(p, s);
    case KT_STMT_GATE_CALL: return kt_exec_gate(p, s);
    case KT_STMT_MEASURE: return kt_exec_measure(p, s);
    case KT_STMT_ASSIGN: return kt_exec_assign(p, s);
    case KT_STMT_EXPR: return exec_expression(p, s);
    case KT_STMT_RESET: return exec_reset(p, s);
    case KT_STMT_BARRIER:
    case KT_STMT_DELAY: return exec_barrier(p, s);
    case KT_STMT_BOX: return exec_box(p, s);
    case KT_STMT_IF: return exec_if(p, s);
    case KT_STMT_FOR: return exec_for(p, s);
    case KT_STMT_WHILE: return exec_while(p, s);
    case KT_STMT_SWITCH: return exec_switch(p, s);
    case KT_STMT_BREAK: return KT_FLOW_BREAK;
    case KT_STMT_CONTINUE: return KT_FLOW_CONTINUE;
    case KT_STMT_END: return KT_FLOW_END;
    case KT_STMT_RETURN: return exec_return(p, s);
    case KT_STMT_PRAGMA: return kt_exec_pragma(p, s);
    case KT_STMT_BLOCK: return kt_exec_list(p, s->body);
    default: return 0; /* definitions and calibrations: nothing happens until they are called */
    }
}

int kt_exec_list(kt_play *p, const kt_stmt *list)
{
    if (list == NULL)
        return 0;
    int rc = kt_play_stack(p, list->source, list->length);
    for (const kt_stmt *s = list; s != NULL && rc == 0; s = s->next) {
        const kt_memory_mark mark = kt_memory_get_mark(&p->memory);
        p->now = s;
        rc = kt_play_count_more(p, s->source, s->length);
        if (rc == 0)
            rc = exec_one(p, s);
        if (rc == KT_PLAY_ENDS)
            rc = KT_FLOW_END;
        if (rc != KT_FLOW_RETURN && rc >= 0 && p->recorder == NULL)
            release(p, mark);
    }
    return rc;
}
