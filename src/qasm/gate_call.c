/* SPDX-License-Identifier: Apache-2.0 */
/* gate_call.c - gates being applied: their parameters, operands and modifiers, element by element over registers.
 * Modifiers of a built-in gate become part of its operation; the body of a defined gate is recorded and changed. */
#include "qasm/play.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { CONTROLS_MOST = 63, ANGLES_MOST = 8 };
#define HALF_PI 1.5707963267948966

/* One gate statement on its way. */
typedef struct gate_call {
    const kt_stmt *stmt;
    const kt_value *arguments;
    uint32_t argument_count;
    uint32_t control_count;
    uint64_t control_states;
    double power;
} gate_call;

static int read_modifiers(kt_play *p, const kt_stmt *s, gate_call *call)
{
    for (const kt_modifier *m = s->modifiers; m != NULL; m = m->next) {
        kt_value v;
        kt_error why = { 0 };
        int64_t n = 1;
        int rc = 0;
        if (m->kind == KT_MOD_INV) {
            call->power = -call->power;
        } else if (m->kind == KT_MOD_POW) {
            rc = kt_eval(p, m->argument, &v);
            if (rc == 0 && kt_value_check(&v, &why) < 0)
                return kt_play_fail_at(p, m->argument, &why);
            if (rc == 0 && (!kt_value_is_real(&v) || !isfinite(kt_value_number(&v))))
                return kt_play_fail(p, m->argument->source, m->argument->length, KT_E_INVALID, NULL,
                                    "a power must be a finite number");
            if (rc == 0 && v.tangent != NULL)
                return kt_play_fail(p, m->argument->source, m->argument->length, KT_E_UNSUPPORTED, NULL,
                                    "a gradient by an input that is a power is not supported");
            call->power *= rc == 0 ? kt_value_number(&v) : 1;
        } else {
            if (m->argument != NULL)
                rc = kt_eval_whole(p, m->argument, "a number of controls", &n);
            if (rc == 0 && (n < 1 || n + call->control_count > CONTROLS_MOST))
                return kt_play_fail(p, m->source, 4, KT_E_INVALID, NULL, "a gate has 1 to %d controls, found %" PRId64,
                                    CONTROLS_MOST, n + call->control_count);
            for (int64_t k = 0; k < n && rc == 0; k++)
                call->control_states |= (uint64_t)(m->kind == KT_MOD_CTRL) << call->control_count++;
        }
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_arguments(kt_play *p, const kt_stmt *s, gate_call *call)
{
    uint32_t count = 0;
    for (const kt_expr *e = s->arguments; e != NULL; e = e->next)
        count++;
    kt_value *values = kt_memory_take(&p->memory, ((size_t)count + 1) * sizeof(*values));
    if (values == NULL)
        return kt_play_memory(p, "a gate's parameters");
    count = 0;
    for (const kt_expr *e = s->arguments; e != NULL; e = e->next) {
        kt_value *v = &values[count++];
        kt_error why = { 0 };
        int rc = kt_eval(p, e, v);
        if (rc < 0)
            return rc;
        if (kt_value_check(v, &why) < 0)
            return kt_play_fail_at(p, e, &why);
        char text[64];
        if (!kt_value_is_real(v))
            return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL,
                                "a gate's parameter is a real number, not %s",
                                kt_value_kind_text(v, text, sizeof(text)));
        if (!isfinite(kt_value_number(v)))
            return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL, "a gate's parameter must be finite");
    }
    call->arguments = values;
    call->argument_count = count;
    return 0;
}

/* Sends one built-in gate: controls first, then its own qubits. */
static int apply_builtin(kt_play *p, const gate_call *call, const uint32_t *qubits, uint32_t count)
{
    kt_angle angles[ANGLES_MOST];
    const kt_gate gate = (kt_gate)(KT_CALL_BUILTIN - call->stmt->slot);
    const uint32_t own = count - call->control_count;
    if (own != kt_gate_rows[gate].qubit_count && !(gate == KT_GATE_GPHASE && call->control_count == 0))
        return kt_play_fail(p, call->stmt->name_source, (uint32_t)call->stmt->name.length, KT_E_INVALID, NULL,
                            "gate '%.*s' acts on %d qubits%s, found %" PRIu32, KT_VIEW_ARG(call->stmt->name),
                            kt_gate_rows[gate].qubit_count + (int)call->control_count,
                            call->control_count > 0 ? " with its controls" : "", count);
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const kt_value *v = &call->arguments[i];
        angles[i] = (kt_angle){ kt_value_number(v), v->tangent == NULL ? 0 : v->tangent->count,
                                v->tangent == NULL ? NULL : v->tangent->terms };
    }
    uint32_t angle_count = call->argument_count;
    if (gate == KT_GATE_MS && angle_count == 2)
        angles[angle_count++] = (kt_angle){ .value = HALF_PI };
    const kt_op op = { .kind = KT_OP_GATE,
                       .gate = (uint8_t)gate,
                       .control_count = (uint8_t)call->control_count,
                       .angle_count = (uint8_t)angle_count,
                       .qubit_count = gate == KT_GATE_GPHASE ? call->control_count : count,
                       .qubits = qubits,
                       .control_states = call->control_states,
                       .power = call->power,
                       .angles = angles,
                       .source = call->stmt->source };
    return kt_emit(p, &op, call->stmt->length);
}

/* Runs the body of a defined gate on its own qubits. */
static int run_body(kt_play *p, const gate_call *call, const kt_gate_def *def, const uint32_t *qubits)
{
    const kt_stmt *s = call->stmt;
    if (p->depth >= p->limits.call_depth)
        return kt_play_fail(p, s->source, s->length, KT_E_LIMIT, NULL, "gates are nested more than %" PRIu32 " deep",
                            p->limits.call_depth);
    int rc = kt_play_stack(p, s->source, s->length);
    if (rc < 0)
        return rc;
    kt_value *frame = kt_memory_take(&p->memory, ((size_t)def->frame.count + 1) * sizeof(*frame));
    if (frame == NULL)
        return kt_play_memory(p, "a gate's body");
    memset(frame, 0, (size_t)def->frame.count * sizeof(*frame));
    for (uint32_t i = 0; i < def->parameter_count; i++) {
        const kt_value *v = &call->arguments[i];
        frame[i] = kt_value_is_integer(v) ? *v : kt_value_float(v->number);
        frame[i].tangent = v->tangent;
        frame[i].width = 0;
    }
    for (uint32_t i = 0; i < def->qubit_count; i++)
        frame[def->parameter_count + i] = (kt_value){ .kind = KT_VALUE_QUBITS, .width = 1, .qubits = qubits + i };
    kt_value *const outer = p->frame;
    const kt_frame_info *const outer_info = p->frame_info;
    p->frame = frame;
    p->frame_info = &def->frame;
    p->depth++;
    rc = kt_exec_list(p, def->stmt->body);
    p->depth--;
    p->frame = outer;
    p->frame_info = outer_info;
    return rc == KT_FLOW_END ? KT_PLAY_ENDS : rc;
}

/* A phase that belongs to no qubit still makes the gate's qubits part of the circuit, as Braket's simulator has it. */
static int touch(kt_play *p, const gate_call *call, const uint32_t *qubits, uint32_t count)
{
    int rc = 0;
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        const kt_op op = { .kind = KT_OP_GATE,
                           .gate = KT_GATE_I,
                           .qubit_count = 1,
                           .qubits = &qubits[i],
                           .power = 1,
                           .source = call->stmt->source };
        if (p->touched[qubits[i]] == 0)
            rc = kt_emit(p, &op, call->stmt->length);
    }
    return rc;
}

static int apply_defined(kt_play *p, const gate_call *call, const uint32_t *qubits, uint32_t count)
{
    const kt_gate_def *def = &p->program->gates[call->stmt->slot];
    const uint32_t *own = qubits + call->control_count;
    if (count - call->control_count != def->qubit_count || call->argument_count != def->parameter_count)
        return kt_play_fail(p, call->stmt->name_source, (uint32_t)call->stmt->name.length, KT_E_INVALID, NULL,
                            "gate '%.*s' acts on %" PRIu32 " qubits%s, found %" PRIu32, KT_VIEW_ARG(call->stmt->name),
                            def->qubit_count + call->control_count, call->control_count > 0 ? " with its controls" : "",
                            count);
    if (!def->stmt->braced)
        return kt_play_fail(p, call->stmt->source, call->stmt->length, KT_E_UNSUPPORTED, "define it with `gate`",
                            "gate '%.*s' is opaque: nobody said what it does, so it cannot be executed here",
                            KT_VIEW_ARG(call->stmt->name));
    int rc;
    if (call->control_count == 0 && call->power == 1) {
        rc = run_body(p, call, def, own);
    } else {
        kt_recorder recorder = { .outer = p->recorder };
        p->recorder = &recorder;
        rc = run_body(p, call, def, own);
        p->recorder = recorder.outer;
        const kt_modify how = { .control_count = call->control_count,
                                .control_states = call->control_states,
                                .power = call->power,
                                .controls = qubits,
                                .targets = own,
                                .target_count = def->qubit_count };
        if (rc >= 0)
            rc = kt_modify_emit(p, &recorder, &how, call->stmt);
    }
    if (rc >= 0 && def->has_phase && call->control_count == 0 && p->recorder == NULL)
        rc = touch(p, call, own, def->qubit_count);
    return rc < 0 ? rc : 0;
}

static kt_feedback *feedback_of(const kt_play *p, int64_t key)
{
    for (uint32_t i = 0; i < p->feedback_count; i++)
        if (p->feedback[i].key == key)
            return &p->feedback[i];
    return NULL;
}

/* measure_ff(key) q: measures into a feedback key. */
static int apply_measure_ff(kt_play *p, const gate_call *call, uint32_t qubit)
{
    const kt_expr *argument = call->stmt->arguments;
    kt_value bit;
    kt_error why = { 0 };
    int64_t key = 0;
    if (kt_value_whole(&call->arguments[0], "a feedback key", &key, &why) < 0)
        return kt_play_fail_at(p, argument, &why);
    int rc = kt_measure_qubit(p, qubit, KT_CELL_NONE, argument, &bit);
    if (rc < 0)
        return rc;
    if (bit.unknown)
        return kt_fail(&p->error, KT_E_DYNAMIC, "a feedback key is measured");
    kt_feedback *known = feedback_of(p, key);
    if (known == NULL) {
        if (!kt_play_grow((void **)&p->feedback, &p->feedback_room, p->feedback_count, sizeof(p->feedback[0])))
            return kt_play_nomem(p);
        known = &p->feedback[p->feedback_count++];
    }
    *known = (kt_feedback){ key, bit.integer != 0 };
    return 0;
}

/* cc_prx(theta, phi, key) q: prx where the key's measurement was 1. */
static int apply_cc_prx(kt_play *p, const gate_call *call, const uint32_t *qubits)
{
    const kt_expr *argument = call->stmt->arguments->next->next;
    kt_error why = { 0 };
    int64_t key = 0;
    if (kt_value_whole(&call->arguments[2], "a feedback key", &key, &why) < 0)
        return kt_play_fail_at(p, argument, &why);
    const kt_feedback *known = feedback_of(p, key);
    if (known == NULL)
        return kt_play_fail(p, argument->source, argument->length, KT_E_INVALID, "measure_ff(key) q; comes first",
                            "cc_prx asks for feedback key %" PRId64 ", and no measure_ff has recorded it", key);
    const kt_angle angles[2] = { { .value = kt_value_number(&call->arguments[0]) },
                                 { .value = kt_value_number(&call->arguments[1]) } };
    const kt_op op = { .kind = KT_OP_GATE,
                       .gate = KT_GATE_PRX,
                       .angle_count = 2,
                       .qubit_count = 1,
                       .qubits = qubits,
                       .power = 1,
                       .angles = angles,
                       .source = call->stmt->source };
    if (known->outcome == 0) {
        p->touched[qubits[0]] = 1;
        return 0;
    }
    return kt_emit(p, &op, call->stmt->length);
}

static int apply(kt_play *p, const gate_call *call, const uint32_t *qubits, uint32_t count)
{
    const kt_stmt *s = call->stmt;
    int rc = kt_distinct(p, qubits, count, s->source, s->length);
    if (rc < 0)
        return rc;
    if (s->slot >= 0)
        return apply_defined(p, call, qubits, count);
    if (s->slot == KT_CALL_MEASURE_FF)
        return apply_measure_ff(p, call, qubits[0]);
    if (s->slot == KT_CALL_CC_PRX)
        return apply_cc_prx(p, call, qubits);
    return apply_builtin(p, call, qubits, count);
}

/* The operands of a gate statement: for each its qubits and how many. */
typedef struct operand {
    const uint32_t *qubits;
    uint32_t count;
} operand;

static int read_operands(kt_play *p, const kt_stmt *s, operand **out, uint32_t *count, uint32_t *length)
{
    *count = 0;
    *length = 1;
    for (const kt_expr *e = s->operands; e != NULL; e = e->next)
        ++*count;
    operand *list = kt_memory_take(&p->memory, ((size_t)*count + 1) * sizeof(*list));
    if (list == NULL)
        return kt_play_memory(p, "a gate's operands");
    *out = list;
    for (const kt_expr *e = s->operands; e != NULL; e = e->next, list++) {
        int rc = kt_operand(p, e, &list->qubits, &list->count);
        if (rc < 0)
            return rc;
        if (list->count > 1 && *length > 1 && list->count != *length)
            return kt_play_fail(p, e->source, e->length, KT_E_INVALID, NULL,
                                "registers must all be the same length, found %" PRIu32 " and %" PRIu32 " qubits",
                                *length, list->count);
        if (list->count > 1)
            *length = list->count;
    }
    return 0;
}

/* Gate for gate over registers: operands of one qubit stay, all others have the same length. */
static int apply_to_operands(kt_play *p, const gate_call *call)
{
    operand *operands = NULL;
    uint32_t count = 0, length = 0;
    int rc = read_operands(p, call->stmt, &operands, &count, &length);
    if (rc < 0)
        return rc;
    uint32_t *qubits = kt_memory_take(&p->memory, ((size_t)count + 1) * sizeof(*qubits));
    if (operands == NULL || qubits == NULL)
        return kt_play_memory(p, "a gate's operands");
    for (uint32_t i = 0; i < length && rc == 0; i++) {
        for (uint32_t k = 0; k < count; k++)
            qubits[k] = operands[k].qubits[operands[k].count > 1 ? i : 0];
        rc = apply(p, call, qubits, count);
    }
    return rc;
}

int kt_exec_gate(kt_play *p, const kt_stmt *s)
{
    gate_call call = { .stmt = s, .power = 1 };
    if (s->slot == KT_CALL_DEFCAL)
        return kt_play_fail(p, s->source, s->length, KT_E_UNSUPPORTED, "run it on a device that takes pulses",
                            "gate '%.*s' is calibrated by defcal, and pulses are not executed here",
                            KT_VIEW_ARG(s->name));
    int rc = s->modifiers == NULL ? 0 : read_modifiers(p, s, &call);
    if (rc == 0)
        rc = read_arguments(p, s, &call);
    if (rc < 0)
        return rc;
    if (s->slot == KT_CALL_BUILTIN - KT_GATE_GPHASE && call.control_count == 0)
        return apply_builtin(p, &call, NULL, 0); /* its operands mean nothing */
    if ((s->slot == KT_CALL_MEASURE_FF || s->slot == KT_CALL_CC_PRX) && s->modifiers != NULL)
        return kt_play_fail(p, s->source, s->length, KT_E_INVALID, NULL, "'%.*s' takes no modifiers",
                            KT_VIEW_ARG(s->name));
    return apply_to_operands(p, &call);
}
