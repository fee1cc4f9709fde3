/* SPDX-License-Identifier: Apache-2.0 */
/* order_check.c - a circuit against what a device advertises: operations, modifiers, pragmas, labels, couplings, result
 * types. Lists that a device does not have are not held against the program.
 * Source: braket-schemas device_schema/openqasm_device_action_properties.py; recorded capabilities. */
#include "braket/observe_priv.h"

#include "circuit/gate.h"
#include "circuit/pass.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAY(c, source, code, ...)                                                                                      \
    kt_diag((c)->found, kt_program_file((c)->question->program, (source).file), (source), 1, (code), NULL, __VA_ARGS__)

static const char *name_of(const kt_order_check *c)
{
    return kt_target_facts_of(c->target)->name;
}

static const kt_json *said(const kt_order_check *c, const char *member)
{
    return json_object_get(c->target->openqasm, member);
}

/* Whether a list is there and lacks it. */
static bool lacks(const kt_order_check *c, const char *member, const char *text)
{
    const kt_json *list = said(c, member);
    return json_is_array(list) && !kt_json_has_text(list, text);
}

/* ---- where qubits are ---- */

/* "3" in the graph {"3": ["4"]}, in either direction: what is coupled one way is coupled. */
static bool is_edge(const kt_json *graph, uint32_t a, uint32_t b)
{
    char from[16], to[16];
    snprintf(from, sizeof(from), "%u", a);
    snprintf(to, sizeof(to), "%u", b);
    return kt_json_has_text(json_object_get(graph, from), to) || kt_json_has_text(json_object_get(graph, to), from);
}

static bool is_coupled(const kt_order_check *c, uint32_t a, uint32_t b)
{
    const kt_json *connectivity = json_object_get(c->target->paradigm, "connectivity");
    const kt_json *graph = json_object_get(connectivity, "connectivityGraph");
    return json_is_true(json_object_get(connectivity, "fullyConnected")) || json_object_size(graph) == 0 ||
           is_edge(graph, a, b);
}

static bool has_label(const kt_order_check *c, uint32_t label)
{
    const kt_json *graph = kt_json_at(c->target->paradigm, "connectivity", "connectivityGraph");
    char text[16];
    const char *from;
    kt_json *to;
    snprintf(text, sizeof(text), "%u", label);
    if (json_object_size(graph) == 0 || json_object_get(graph, text) != NULL)
        return true;
    json_object_foreach((kt_json *)graph, from, to) /* which only reads */
    {
        if (kt_json_has_text(to, text))
            return true;
    }
    return false;
}

/* ---- operations ---- */

static void check_native(kt_order_check *c, const kt_op *op)
{
    const kt_json *native = json_object_get(c->target->paradigm, "nativeGateSet");
    if (json_is_array(native) && !kt_json_has_text(native, kt_op_name(op)))
        SAY(c, op->source, KT_E_INVALID, "'%s' is no native gate of %s; a verbatim box takes those only",
            kt_op_name(op), name_of(c));
}

static void check_gate(kt_order_check *c, const kt_op *op)
{
    const char *name = kt_op_name(op);
    const bool is_simulator = kt_target_facts_of(c->target)->is_simulator;
    const bool is_basic = strcmp(name, "gphase") == 0 || strcmp(name, "U") == 0;
    if ((op->control_count > 0 || op->power != 1) && !is_simulator)
        SAY(c, op->source, KT_E_INVALID, "%s takes no gate modifiers", name_of(c));
    else if (c->in_verbatim && !is_simulator)
        check_native(c, op);
    else if (lacks(c, "supportedOperations", name) && !(is_basic && is_simulator))
        SAY(c, op->source, KT_E_INVALID, "%s has no gate '%s'; 'ketch devices %s' lists those that it has", name_of(c),
            name, name_of(c));
    if (c->is_physical && op->qubit_count == 2 &&
        !is_coupled(c, kt_circuit_label(c->circuit, op->qubits[0]), kt_circuit_label(c->circuit, op->qubits[1])) &&
        c->in_verbatim)
        SAY(c, op->source, KT_E_INVALID, "qubits $%u and $%u are not coupled on %s",
            kt_circuit_label(c->circuit, op->qubits[0]), kt_circuit_label(c->circuit, op->qubits[1]), name_of(c));
}

static bool takes_noise(const kt_order_check *c)
{
    const kt_json *pragmas = said(c, "supportedPragmas");
    for (size_t i = 0; i < json_array_size(pragmas); i++) {
        const char *one = json_string_value(json_array_get(pragmas, i));
        if (one != NULL && strncmp(one, "braket_noise", strlen("braket_noise")) == 0)
            return true;
    }
    return false;
}

static void check_op(kt_order_check *c, const kt_op *op)
{
    const bool is_simulator = kt_target_facts_of(c->target)->is_simulator;
    switch ((kt_op_kind)op->kind) {
    case KT_OP_GATE: check_gate(c, op); break;
    case KT_OP_UNITARY:
        if (lacks(c, "supportedPragmas", "braket_unitary_matrix"))
            SAY(c, op->source, KT_E_INVALID, "%s takes no unitaries by their matrix", name_of(c));
        break;
    case KT_OP_NOISE:
    case KT_OP_KRAUS:
        if (!takes_noise(c))
            SAY(c, op->source, KT_E_INVALID, "%s takes no noise; dm1 does, and so does the local simulator",
                name_of(c));
        break;
    case KT_OP_RESET:
    case KT_OP_DELAY:
        if (!is_simulator)
            SAY(c, op->source, KT_E_INVALID, "%s takes no %s", name_of(c), op->kind == KT_OP_RESET ? "reset" : "delay");
        break;
    case KT_OP_BARRIER:
        if (!is_simulator && lacks(c, "supportedOperations", "barrier"))
            SAY(c, op->source, KT_E_INVALID, "%s takes no barriers", name_of(c));
        break;
    case KT_OP_VERBATIM_BEGIN:
    case KT_OP_VERBATIM_END:
        c->in_verbatim = op->kind == KT_OP_VERBATIM_BEGIN;
        if (c->in_verbatim && !is_simulator && !c->is_physical)
            SAY(c, op->source, KT_E_INVALID, "a verbatim box works on the device's own qubits, written $0, $1");
        break;
    case KT_OP_MEASURE:
        if (json_is_false(said(c, "supportsUnassignedMeasurements")) && op->cell >= KT_CELL_ANONYMOUS &&
            op->cell != KT_CELL_NONE)
            SAY(c, op->source, KT_E_INVALID, "%s wants a bit for each measurement; write b = measure q", name_of(c));
        break;
    case KT_OP_KIND_COUNT: break;
    }
}

/* A measurement ends a qubit, but on devices with feedback. */
static int check_order(kt_order_check *c, const kt_op *ops, size_t count, kt_error *err)
{
    const size_t qubits = (size_t)kt_circuit_qubit_count(c->circuit);
    if (!lacks(c, "supportedOperations", "measure_ff"))
        return 0;
    bool *is_measured = calloc(qubits + 1, sizeof(*is_measured));
    if (is_measured == NULL)
        return kt_fail_nomem(err, qubits, "measured qubits");
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < ops[i].qubit_count; k++) {
            bool *measured = &is_measured[ops[i].qubits[k]];
            if (*measured && (ops[i].kind <= KT_OP_KRAUS || ops[i].kind == KT_OP_RESET)) {
                SAY(c, ops[i].source, KT_E_INVALID, "%s does nothing to a qubit that was measured", name_of(c));
                break;
            }
            *measured |= ops[i].kind == KT_OP_MEASURE;
        }
    free(is_measured);
    return 0;
}

/* ---- qubits ---- */

/* Where the first operation stands that uses one of the qubits from `least` on. */
static kt_source first_use(const kt_order_check *c, uint32_t least, uint32_t most)
{
    size_t count = 0;
    const kt_op *ops = kt_circuit_ops(c->circuit, &count);
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < ops[i].qubit_count; k++)
            if (ops[i].qubits[k] >= least && ops[i].qubits[k] <= most)
                return ops[i].source;
    return (kt_source){ 0 };
}

static void check_qubits(kt_order_check *c)
{
    const kt_target_facts *facts = kt_target_facts_of(c->target);
    const uint32_t count = (uint32_t)kt_circuit_qubit_count(c->circuit);
    if (facts->qubit_count > 0 && count > facts->qubit_count)
        SAY(c, first_use(c, (uint32_t)facts->qubit_count, UINT32_MAX), KT_E_INVALID,
            "the program uses %u qubits, %s has %lld", count, facts->name, (long long)facts->qubit_count);
    if (c->is_physical && json_is_false(said(c, "supportPhysicalQubits")))
        SAY(c, first_use(c, 0, UINT32_MAX), KT_E_INVALID, "%s has no physical qubits ($0, $1); declare a register",
            facts->name);
    for (uint32_t q = 0; q < count && !kt_diag_full(c->found); q++) {
        const uint32_t label = kt_circuit_label(c->circuit, q);
        if (!c->is_physical && label != q && json_is_true(said(c, "requiresContiguousQubitIndices"))) {
            SAY(c, first_use(c, q, q), KT_E_INVALID,
                "%s wants qubits without gaps: qubit %u is used and qubit %u is not", facts->name, label, q);
            return;
        }
        if (c->is_physical && !has_label(c, label))
            SAY(c, first_use(c, q, q), KT_E_INVALID, "%s has no qubit $%u", facts->name, label);
    }
}

/* Whether the program names the device's own qubits. */
static bool names_physical(kt_view source)
{
    for (size_t i = 0; i + 1 < source.length; i++) {
        const char c = source.data[i], next = source.data[i + 1];
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

/* ---- result types ---- */

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

static const kt_json *advertised(const kt_order_check *c, const char *name)
{
    const kt_json *list = said(c, "supportedResultTypes");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const kt_json *one = json_array_get(list, i);
        const char *found = json_string_value(json_object_get(one, "name"));
        if (found != NULL && strcmp(found, name) == 0)
            return one;
    }
    return NULL;
}

/* Why the device does not measure the want's observable; false: it does, as far as it says. */
static bool lacks_observable(const kt_order_check *c, const kt_want *want, const kt_json *type, char *why, size_t bytes)
{
    static const char *const names[] = {
        [KT_OBS_I] = "i", [KT_OBS_X] = "x", [KT_OBS_Y] = "y",
        [KT_OBS_Z] = "z", [KT_OBS_H] = "h", [KT_OBS_HERMITIAN] = "hermitian",
    };
    const kt_json *list = json_object_get(type, "observables");
    for (uint32_t t = 0; t < want->term_count && json_is_array(list); t++)
        for (uint32_t f = 0; f < want->terms[t].factor_count; f++) {
            const char *name = names[want->terms[t].factors[f].kind];
            if (kt_json_has_text(list, name))
                continue;
            snprintf(why, bytes, "%s does not measure the observable %s", name_of(c), name);
            return true;
        }
    return false;
}

/* Why the device does not compute the want; false: it does. */
static bool lacks_want(const kt_order_check *c, const kt_want *want, char *why, size_t bytes)
{
    const char *name = result_names[want->type];
    const kt_json *type = advertised(c, name);
    const kt_json *least = json_object_get(type, "minShots"), *most = json_object_get(type, "maxShots");
    if (c->question->in_set)
        snprintf(why, bytes, "result types are not computed for members of a program set");
    else if (json_is_array(said(c, "supportedResultTypes")) && type == NULL)
        snprintf(why, bytes, "%s does not compute the result type %s", name_of(c), name);
    else if (json_is_integer(least) && c->shots < json_integer_value(least))
        snprintf(why, bytes, "%s computes %s with at least %lld shots; found %lld", name_of(c), name,
                 (long long)json_integer_value(least), (long long)c->shots);
    else if (json_is_integer(most) && c->shots > json_integer_value(most))
        snprintf(why, bytes, "%s computes %s with at most %lld shots; found %lld", name_of(c), name,
                 (long long)json_integer_value(most), (long long)c->shots);
    else
        return lacks_observable(c, want, type, why, bytes);
    return true;
}

/* What counts are enough for. */
static bool is_of_counts(const kt_want *want)
{
    return want->type == KT_RESULT_PROBABILITY || want->type == KT_RESULT_EXPECTATION ||
           want->type == KT_RESULT_VARIANCE || want->type == KT_RESULT_SAMPLE;
}

/* Everything is computed here as soon as one want has to be; why: of that one. */
static bool is_computed_here(const kt_order_check *c, const kt_want *wants, size_t count, char *why, size_t bytes)
{
    bool is_needed = false;
    for (size_t i = 0; i < count; i++) {
        char own[300];
        if (!is_of_counts(&wants[i]))
            return false;
        if (lacks_want(c, &wants[i], own, sizeof(own)) && !is_needed) {
            snprintf(why, bytes, "%s", own);
            is_needed = true;
        }
    }
    return is_needed && c->question->observes && c->shots > 0;
}

/* The first want that can't be measured together with those before it. */
static kt_source place_of_conflict(const kt_order_check *c, const kt_want *wants, size_t count)
{
    for (size_t most = 1; most <= count; most++) {
        KT_OWN(kt_circuit) *some = NULL, *rotated = NULL;
        int rc = kt_circuit_new_like(c->circuit, &some, NULL);
        for (size_t i = 0; rc >= 0 && i < most; i++)
            rc = kt_circuit_add_want(some, &wants[i], NULL);
        if (rc < 0)
            break;
        if (kt_pass_measure_basis(some, &rotated, NULL) < 0)
            return wants[most - 1].source;
    }
    return wants[0].source;
}

/* Two bases on one qubit can't be measured in one shot. */
static bool check_bases(kt_order_check *c, const kt_want *wants, size_t count)
{
    KT_OWN(kt_circuit) *rotated = NULL;
    kt_error own = { 0 };
    if (kt_pass_measure_basis(c->circuit, &rotated, &own) == 0)
        return true;
    SAY(c, place_of_conflict(c, wants, count), KT_E_INVALID, "%s", own.message);
    return false;
}

static int compute_here(kt_order_check *c, const char *why, kt_error *err)
{
    char note[400];
    snprintf(note, sizeof(note), "results are computed here from counts: %s", why);
    const int rc = kt_observe_text(c, &c->text, err);
    return rc < 0 ? rc : kt_observe_plan_new(c->circuit, note, &c->observe, err);
}

static int check_wants(kt_order_check *c, kt_error *err)
{
    size_t count = 0;
    const kt_want *wants = kt_circuit_wants(c->circuit, &count);
    char why[300] = "";
    const bool is_here = is_computed_here(c, wants, count, why, sizeof(why));
    for (size_t i = 0; i < count && !is_here; i++)
        if (lacks_want(c, &wants[i], why, sizeof(why)))
            SAY(c, wants[i].source, KT_E_INVALID, "%s", why);
    if (count == 0 && c->shots == 0)
        SAY(c, ((kt_source){ 0 }), KT_E_INVALID,
            "0 shots give exact results, and the program asks for none; add a result "
            "pragma or give --shots");
    const bool is_one_basis = count == 0 || c->shots == 0 || check_bases(c, wants, count);
    return is_here && is_one_basis ? compute_here(c, why, err) : 0;
}

int kt_order_check_circuit(kt_order_check *check, kt_error *err)
{
    size_t count = 0;
    const kt_op *ops = kt_circuit_ops(check->circuit, &count);
    check->is_physical = names_physical(check->question->source);
    for (size_t i = 0; i < count && !kt_diag_full(check->found); i++)
        check_op(check, &ops[i]);
    const int rc = check_order(check, ops, count, err);
    if (rc < 0)
        return rc;
    check_qubits(check);
    return check_wants(check, err);
}
