/* SPDX-License-Identifier: Apache-2.0 */
/* compile.c - what a device refuses in a program before it is queued: syntax, gates it lacks, noise, result types,
 * qubits that it does not have or does not couple. Where Braket's words for a refusal are known they are used. */
#include "sandbox/compile.h"

#include "circuit/gate.h"
#include "circuit/pass.h"
#include "sandbox/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const kt_limits limits = {
    .source_bytes = 6 << 20, .memory_bytes = 256 << 20, .statements = 1000000, .include_files = 1, .errors = 3
};

static bool is_simulator(const kt_sandbox_device *device)
{
    return device->kind == KT_DEVICE_SV1 || device->kind == KT_DEVICE_DM1;
}

/* Whether the text names a physical qubit: a '$' outside comments and strings. */
static bool names_physical(kt_view source)
{
    for (size_t i = 0; i < source.length; i++) {
        char c = source.data[i], next = i + 1 < source.length ? source.data[i + 1] : '\0';
        if (c == '$' && next >= '0' && next <= '9')
            return true;
        const char *end = NULL;
        if (c == '/' && next == '/')
            end = memchr(source.data + i, '\n', source.length - i);
        else if (c == '/' && next == '*')
            end = memmem(source.data + i + 2, source.length - i - 2, "*/", 2);
        else if (c == '"')
            end = memchr(source.data + i + 1, '"', source.length - i - 1);
        else
            continue;
        if (end == NULL)
            return false;
        i = (size_t)(end - source.data);
    }
    return false;
}

/* ---- operations ---- */

/* Walks a circuit's operations with what has been met so far. */
typedef struct op_check {
    const kt_compile_question *question;
    const kt_circuit *circuit;
    bool physical, in_verbatim;
} op_check;

static int refuse_at(const kt_op *op, kt_error *err, const char *text)
{
    return op->source.line == 0 ? kt_fail(err, KT_E_INVALID, "%s", text)
                                : kt_fail(err, KT_E_INVALID, "[line %u] %s", op->source.line, text);
}

static int check_verbatim_gate(const op_check *c, const kt_op *op, kt_error *err)
{
    const kt_sandbox_device *device = c->question->device;
    char text[200];
    if (!kt_device_is_native(device, kt_op_name(op))) {
        snprintf(text, sizeof text, "gate %s is not a native gate of %s: a verbatim box takes native gates only",
                 kt_op_name(op), device->name);
        return refuse_at(op, err, text);
    }
    if (op->qubit_count != 2)
        return 0;
    uint32_t a = kt_circuit_label(c->circuit, op->qubits[0]), b = kt_circuit_label(c->circuit, op->qubits[1]);
    if (kt_device_coupled(device, a, b))
        return 0;
    snprintf(text, sizeof text, "qubits %u and %u are not connected on %s", a, b, device->name);
    return refuse_at(op, err, text);
}

static int check_gate(const op_check *c, const kt_op *op, kt_error *err)
{
    const kt_sandbox_device *device = c->question->device;
    const char *name = kt_op_name(op);
    char text[200];
    if (!is_simulator(device) && (op->control_count > 0 || op->power != 1)) {
        snprintf(text, sizeof text, "gate modifiers are not supported on %s", device->name);
        return refuse_at(op, err, text);
    }
    if (c->in_verbatim && !is_simulator(device))
        return check_verbatim_gate(c, op, err);
    bool plain = strcmp(name, "gphase") == 0 || strcmp(name, "U") == 0;
    if (kt_device_supports_gate(device, name) || (plain && is_simulator(device)))
        return 0;
    snprintf(text, sizeof text, "uses a gate: %s which is not supported by the device.", name);
    return refuse_at(op, err, text);
}

static int check_op(op_check *c, const kt_op *op, kt_error *err)
{
    const kt_sandbox_device *device = c->question->device;
    switch ((kt_op_kind)op->kind) {
    case KT_OP_GATE: return check_gate(c, op, err);
    case KT_OP_UNITARY:
        return is_simulator(device) ? 0 : refuse_at(op, err, "unitary pragmas are not supported on this device");
    case KT_OP_NOISE:
    case KT_OP_KRAUS:
        return device->kind == KT_DEVICE_DM1 ? 0
                                             : refuse_at(op, err, "noise instructions are not supported by the device");
    case KT_OP_RESET: return is_simulator(device) ? 0 : refuse_at(op, err, "reset is not supported on this device");
    case KT_OP_DELAY: return is_simulator(device) ? 0 : refuse_at(op, err, "delay is not supported on this device");
    case KT_OP_BARRIER:
        return is_simulator(device) || kt_device_supports_gate(device, "barrier")
                   ? 0
                   : refuse_at(op, err, "barrier is not supported on this device");
    case KT_OP_VERBATIM_BEGIN:
    case KT_OP_VERBATIM_END:
        c->in_verbatim = op->kind == KT_OP_VERBATIM_BEGIN;
        return c->in_verbatim && !is_simulator(device) && !c->physical
                   ? refuse_at(op, err, "a verbatim box works on physical qubits, written $0, $1")
                   : 0;
    default: return 0;
    }
}

/* Measurements end a circuit, but where dynamic ones are offered and asked for. */
static int check_order(const op_check *c, const kt_op *ops, size_t count, kt_error *err)
{
    const kt_compile_question *q = c->question;
    if (q->has_experimental && kt_device_supports_gate(q->device, "cc_prx"))
        return 0;
    const size_t qubits = (size_t)kt_circuit_qubit_count(c->circuit);
    bool *is_measured = calloc(qubits + 1, sizeof *is_measured);
    if (is_measured == NULL)
        return kt_fail_nomem(err, qubits, "measured qubits");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        const bool acts = ops[i].kind <= KT_OP_KRAUS || ops[i].kind == KT_OP_RESET;
        for (uint32_t k = 0; rc == 0 && k < ops[i].qubit_count; k++) {
            if (acts && is_measured[ops[i].qubits[k]])
                rc = refuse_at(&ops[i], err, "an operation on a measured qubit is not supported by the device");
            is_measured[ops[i].qubits[k]] |= ops[i].kind == KT_OP_MEASURE;
        }
    }
    free(is_measured);
    return rc;
}

/* ---- qubits ---- */

static int check_qubits(const op_check *c, kt_error *err)
{
    const kt_sandbox_device *device = c->question->device;
    uint32_t count = (uint32_t)kt_circuit_qubit_count(c->circuit);
    if (count > device->qubit_count)
        return kt_fail(err, KT_E_INVALID, "the program uses %u qubits, %s has %u", count, device->name,
                       device->qubit_count);
    for (uint32_t q = 0; q < count; q++) {
        uint32_t label = kt_circuit_label(c->circuit, q);
        if (is_simulator(device) && label != q)
            return kt_fail(err, KT_E_INVALID,
                           "the qubit indices of the program are not contiguous: qubit %u is not used and qubit %u is",
                           q, label);
        if (c->physical && !kt_device_has_label(device, label))
            return kt_fail(err, KT_E_INVALID, "%s has no qubit $%u", device->name, label);
    }
    return 0;
}

/* ---- results ---- */

static const char *const result_names[KT_RESULT_TYPE_COUNT] = {
    [KT_RESULT_STATE_VECTOR] = "StateVector",
    [KT_RESULT_AMPLITUDE] = "Amplitude",
    [KT_RESULT_PROBABILITY] = "Probability",
    [KT_RESULT_EXPECTATION] = "Expectation",
    [KT_RESULT_VARIANCE] = "Variance",
    [KT_RESULT_SAMPLE] = "Sample",
    [KT_RESULT_DENSITY_MATRIX] = "DensityMatrix",
    [KT_RESULT_ADJOINT_GRADIENT] = "AdjointGradient",
};

/* Qubits that a measurement names. */
static uint32_t count_measured(const kt_circuit *circuit)
{
    size_t count;
    uint32_t measured = 0;
    const kt_op *ops = kt_circuit_ops(circuit, &count);
    for (size_t i = 0; i < count; i++)
        measured += ops[i].kind == KT_OP_MEASURE;
    return measured;
}

static bool has_hermitian(const kt_want *want)
{
    for (uint32_t t = 0; t < want->term_count; t++)
        for (uint32_t f = 0; f < want->terms[t].factor_count; f++)
            if (want->terms[t].factors[f].kind == KT_OBS_HERMITIAN)
                return true;
    return false;
}

/* What can be had only without shots, and only with them. */
static int check_want_shots(const kt_want *want, int64_t shots, kt_error *err)
{
    bool exact = want->type == KT_RESULT_STATE_VECTOR || want->type == KT_RESULT_AMPLITUDE ||
                 want->type == KT_RESULT_DENSITY_MATRIX || want->type == KT_RESULT_ADJOINT_GRADIENT;
    if (exact && shots > 0)
        return kt_fail(err, KT_E_INVALID, "[line %u] result type %s is not available when shots>0", want->source.line,
                       result_names[want->type]);
    if (want->type == KT_RESULT_SAMPLE && shots == 0)
        return kt_fail(err, KT_E_INVALID, "[line %u] sample can only be specified when shots>0", want->source.line);
    return 0;
}

/* With shots every qubit is measured in one basis: two on one qubit are refused, with the lines of both. */
static int check_bases(const op_check *c, kt_error *err)
{
    KT_OWN(kt_circuit) *rotated = NULL;
    return kt_pass_measure_basis(c->circuit, &rotated, err);
}

static int check_wants(const op_check *c, kt_error *err)
{
    const kt_compile_question *q = c->question;
    size_t count;
    const kt_want *wants = kt_circuit_wants(c->circuit, &count);
    uint32_t measured = count_measured(c->circuit);
    if (q->in_set && count > 0)
        return kt_fail(err, KT_E_INVALID, "Result types are not supported with program set.");
    if (count > 0 && measured > 0 && measured < (uint32_t)kt_circuit_qubit_count(c->circuit))
        return kt_fail(err, KT_E_INVALID, "result types can't be asked for when only some of the qubits are measured");
    for (size_t i = 0; i < count; i++) {
        const char *name = result_names[wants[i].type];
        if (!kt_device_supports_result(q->device, name))
            return kt_fail(err, KT_E_INVALID, "[line %u] result type %s is not supported on %s", wants[i].source.line,
                           name, q->device->name);
        if (!is_simulator(q->device) && has_hermitian(&wants[i]))
            return kt_fail(err, KT_E_INVALID, "[line %u] hermitian observables are not supported on %s",
                           wants[i].source.line, q->device->name);
        int rc = check_want_shots(&wants[i], q->shots, err);
        if (rc < 0)
            return rc;
    }
    return count > 0 && q->shots > 0 ? check_bases(c, err) : 0;
}

static int check_circuit(const kt_compile_question *question, const kt_compiled *compiled, kt_error *err)
{
    op_check c = { .question = question, .circuit = compiled->circuit, .physical = compiled->is_physical };
    size_t count;
    const kt_op *ops = kt_circuit_ops(compiled->circuit, &count);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = check_op(&c, &ops[i], err);
    if (rc == 0)
        rc = check_order(&c, ops, count, err);
    if (rc == 0)
        rc = check_qubits(&c, err);
    return rc < 0 ? rc : check_wants(&c, err);
}

/* ---- the whole ---- */

/* A failure of this machine; everything else is the program's fault. */
static bool is_ours(int rc)
{
    return rc == KT_E_NOMEM || rc == KT_E_IO || rc == KT_E_INTERNAL;
}

/* A refusal in one sentence: the first diagnostic with its line. */
static int refuse(const kt_diagnostics *found, int rc, const kt_error *own, kt_error *err)
{
    const kt_diagnostic *first = kt_diagnostics_get(found, 0);
    if (is_ours(rc))
        return kt_fail(err, (kt_code)rc, "%s", own->message);
    if (first == NULL)
        return kt_fail(err, KT_E_INVALID, "%s", own->message);
    return kt_fail(err, KT_E_INVALID, "[line %u:%u] %s", first->line, first->column, first->message);
}

static int parse(const kt_compile_question *question, kt_compiled *compiled, kt_error *err)
{
    kt_diagnostics *found = NULL;
    kt_error own = { 0 };
    const kt_parse_options options = { .limits = &limits };
    int rc =
        kt_program_parse(question->source.data, question->source.length, &options, &compiled->program, &found, &own);
    if (rc < 0)
        rc = refuse(found, rc, &own, err);
    kt_diagnostics_free(found);
    return rc;
}

/* A program that decides by measured values has no circuit whose end results could be taken from. */
static int check_dynamic_wants(const kt_program *program, kt_error *err)
{
    for (const kt_stmt *s = kt_program_ast(program)->statements; s != NULL; s = s->next)
        if (s->kind == KT_STMT_PRAGMA && s->pragma->kind == KT_PRAGMA_RESULT)
            return kt_fail(err, KT_E_INVALID, "[line %u] result types are not supported with dynamic circuits",
                           s->source.line);
    return 0;
}

static int lower(const kt_compile_question *question, kt_compiled *compiled, kt_error *err)
{
    kt_diagnostics *found = NULL;
    kt_error own = { 0 };
    int rc = kt_program_circuit(compiled->program, question->inputs, &compiled->circuit, &found, &own);
    bool dynamic = rc == KT_E_DYNAMIC;
    if (dynamic && question->has_experimental && kt_device_supports_gate(question->device, "cc_prx"))
        rc = check_dynamic_wants(compiled->program, err);
    else if (dynamic)
        rc = kt_fail(err, KT_E_INVALID, "the program acts on measured values: dynamic circuits are not supported %s",
                     kt_device_supports_gate(question->device, "cc_prx") ? "without experimentalCapabilities ALL"
                                                                         : "by this device");
    else if (rc < 0)
        rc = refuse(found, rc, &own, err);
    kt_diagnostics_free(found);
    return rc;
}

int kt_compile(const kt_compile_question *question, kt_compiled *out, kt_error *err)
{
    kt_compiled compiled = { .is_physical = names_physical(question->source) ||
                                            (question->keeps_labels && !is_simulator(question->device)) };
    int rc = 0;
    if (compiled.is_physical && is_simulator(question->device))
        rc = kt_fail(err, KT_E_INVALID, "physical qubits are not supported on %s", question->device->name);
    if (rc == 0)
        rc = parse(question, &compiled, err);
    if (rc == 0)
        rc = kt_dialect_check(question->device, kt_program_ast(compiled.program), err);
    if (rc == 0)
        rc = lower(question, &compiled, err);
    if (rc == 0)
        rc = compiled.circuit != NULL ? check_circuit(question, &compiled, err)
                                      : kt_dialect_check_gates(question->device, kt_program_ast(compiled.program), err);
    if (rc < 0) {
        kt_compiled_fini(&compiled);
        return is_ours(rc) ? rc : KT_E_INVALID;
    }
    *out = compiled;
    return 0;
}

void kt_compiled_fini(kt_compiled *compiled)
{
    kt_circuit_free(compiled->circuit);
    kt_program_free(compiled->program);
    *compiled = (kt_compiled){ 0 };
}
