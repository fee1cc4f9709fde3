/* SPDX-License-Identifier: Apache-2.0 */
/* write_qasm.c - a circuit as an OpenQASM 3 program in Braket's dialect, which parses back to the same circuit.
 * Free parameters become inputs, noise, unitaries and results pragmas, controls and powers modifiers. Qubits are q[i],
 * or $label when labels differ from the indexes or a verbatim box asks for it. */
#include "circuit/write_qasm_priv.h"

#include "base/json.h"
#include "circuit/check.h"
#include "circuit/complex.h"
#include "circuit/gate.h"

#include <stdlib.h>
#include <string.h>

static const char *const reserved[] = {
    "OPENQASM", "angle",  "arccos",  "arcsin", "arctan",  "array",         "barrier", "bit",      "bool",
    "box",      "break",  "cal",     "case",   "ceiling", "complex",       "const",   "continue", "cos",
    "creg",     "ctrl",   "def",     "defcal", "default", "defcalgrammar", "delay",   "duration", "durationof",
    "else",     "end",    "euler",   "exp",    "extern",  "false",         "float",   "floor",    "for",
    "gate",     "gphase", "if",      "im",     "in",      "include",       "input",   "int",      "inv",
    "let",      "log",    "measure", "mod",    "mutable", "negctrl",       "opaque",  "output",   "pi",
    "popcount", "pow",    "pragma",  "qreg",   "qubit",   "readonly",      "reset",   "return",   "rotl",
    "rotr",     "sin",    "sizeof",  "sqrt",   "stretch", "switch",        "tan",     "tau",      "true",
    "uint",     "void",   "while",
};

static int check_names(const kt_circuit *c, kt_error *err)
{
    for (int p = 0; p < kt_circuit_parameter_count(c); p++) {
        const char *name = kt_circuit_parameter_name(c, p);
        for (size_t k = 0; k < KT_COUNT(reserved); k++) {
            if (strcmp(name, reserved[k]) == 0)
                return kt_fail(err, KT_E_UNSUPPORTED,
                               "a parameter named '%s' can't be written to OpenQASM, where that word has a meaning; "
                               "rename it",
                               name);
        }
    }
    return 0;
}

/* `base` with as many _ as keep it, with any number behind it, apart from the parameters' names. */
static const char *free_name(kt_arena *arena, const kt_circuit *c, const char *base)
{
    size_t length = strlen(base);
    for (int p = 0; p < kt_circuit_parameter_count(c); p++) {
        const char *name = kt_circuit_parameter_name(c, p);
        if (strncmp(name, base, length) == 0 && strspn(name + length, "0123456789") == strlen(name + length)) {
            const char *longer = kt_arena_printf(arena, "%s_", base);
            return longer == NULL ? base : free_name(arena, c, longer);
        }
    }
    return base;
}

/* Physical names where the indexes don't tell the labels; not when two qubits have one label. */
static bool wants_physical(kt_arena *arena, const kt_circuit *c)
{
    size_t op_count;
    const kt_op *ops = kt_circuit_ops(c, &op_count);
    uint32_t count = (uint32_t)kt_circuit_qubit_count(c), highest = 0;
    bool differs = false;
    for (uint32_t q = 0; q < count; q++) {
        uint32_t label = kt_circuit_label(c, q);
        differs = differs || label != q;
        highest = label > highest ? label : highest;
    }
    for (size_t k = 0; k < op_count && !differs; k++)
        differs = ops[k].kind == KT_OP_VERBATIM_BEGIN;
    if (!differs || highest > 16 * (uint32_t)KT_QUBITS_MOST)
        return differs;
    uint8_t *seen = kt_arena_alloc(arena, (size_t)highest + 1);
    for (uint32_t q = 0; q < count && seen != NULL; q++) {
        if (seen[kt_circuit_label(c, q)]++ > 0)
            return false;
    }
    return true;
}

static int compare_bits(const void *a, const void *b)
{
    const kt_qasm_bits *left = a, *right = b;
    if (left->declaration != right->declaration)
        return left->declaration < right->declaration ? -1 : 1;
    return (left->width < right->width) - (left->width > right->width); /* the widest first */
}

static int find_registers(kt_qasm_writer *w, kt_error *err)
{
    size_t op_count, cells = 0, kept = 0;
    const kt_op *ops = kt_circuit_ops(w->circuit, &op_count);
    kt_qasm_bits *all = KT_ARENA_ARRAY(w->arena, kt_qasm_bits, op_count + 1);
    if (all == NULL)
        return kt_fail_nomem(err, op_count * sizeof *all, "an OpenQASM program");
    for (size_t k = 0; k < op_count; k++) {
        if (ops[k].kind == KT_OP_MEASURE && ops[k].cell < KT_CELL_ANONYMOUS)
            all[cells++] = (kt_qasm_bits){ (uint32_t)(ops[k].cell >> 32), (ops[k].cell & UINT32_MAX) + 1 };
    }
    qsort(all, cells, sizeof *all, compare_bits);
    for (size_t k = 0; k < cells; k++) {
        if (kept == 0 || all[kept - 1].declaration != all[k].declaration)
            all[kept++] = all[k];
    }
    w->registers = all;
    w->register_count = kept;
    return 0;
}

static void put_register(kt_qasm_writer *w, size_t index)
{
    if (w->register_count == 1)
        kt_buf_adds(w->out, w->bits_name);
    else
        kt_buf_addf(w->out, "%s%zu", w->bits_name, index);
}

static void put_header(kt_qasm_writer *w)
{
    kt_buf_adds(w->out, "OPENQASM 3.0;\n");
    for (int p = 0; w->inputs && p < kt_circuit_parameter_count(w->circuit); p++)
        kt_buf_addf(w->out, "input float %s;\n", kt_circuit_parameter_name(w->circuit, p));
    for (size_t k = 0; k < w->register_count; k++) {
        kt_buf_addf(w->out, "bit[%llu] ", (unsigned long long)w->registers[k].width);
        put_register(w, k);
        kt_buf_adds(w->out, ";\n");
    }
    int qubits = kt_circuit_qubit_count(w->circuit);
    if (!w->physical && qubits > 0)
        kt_buf_addf(w->out, "qubit[%d] %s;\n", qubits, w->qubits_name);
}

void kt_qasm_put_qubit(kt_qasm_writer *w, uint32_t qubit)
{
    if (w->physical)
        kt_buf_addf(w->out, "$%u", kt_circuit_label(w->circuit, qubit));
    else
        kt_buf_addf(w->out, "%s[%u]", w->qubits_name, qubit);
}

void kt_qasm_put_qubits(kt_qasm_writer *w, const uint32_t *qubits, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        kt_buf_adds(w->out, k == 0 ? " " : ", ");
        kt_qasm_put_qubit(w, qubits[k]);
    }
}

void kt_qasm_put_number(kt_qasm_writer *w, double value)
{
    char text[32];
    kt_double_text(value, text, sizeof text);
    kt_buf_adds(w->out, text);
}

/* A number with a point or an exponent: Braket's noise pragmas take nothing else. */
static void put_float(kt_qasm_writer *w, double value)
{
    char text[32];
    kt_double_text(value, text, sizeof text);
    kt_buf_adds(w->out, text);
    if (strpbrk(text, ".e") == NULL)
        kt_buf_adds(w->out, ".0");
}

static void put_complex(kt_qasm_writer *w, kt_complex value)
{
    if (value.re != 0 || value.im == 0)
        put_float(w, value.re == 0 ? 0 : value.re); /* no -0 */
    if (value.im == 0)
        return;
    if (value.re != 0)
        kt_buf_adds(w->out, value.im < 0 ? "-" : "+");
    put_float(w, value.re != 0 ? fabs(value.im) : value.im);
    kt_buf_adds(w->out, "im");
}

void kt_qasm_put_matrix(kt_qasm_writer *w, size_t n, const kt_complex *matrix)
{
    kt_buf_addc(w->out, '[');
    for (size_t k = 0; k < n * n; k++) {
        if (k % n == 0)
            kt_buf_adds(w->out, k == 0 ? "[" : ", [");
        put_complex(w, matrix[k]);
        kt_buf_adds(w->out, k % n == n - 1 ? "]" : ", ");
    }
    kt_buf_addc(w->out, ']');
}

static void put_angle(kt_qasm_writer *w, const kt_angle *angle)
{
    size_t terms = w->inputs ? angle->term_count : 0;
    bool first = terms > 0 && angle->value == 0;
    if (!first)
        kt_qasm_put_number(w, angle->value);
    for (size_t k = 0; k < terms; k++) {
        double factor = angle->terms[k].factor;
        if (first)
            kt_buf_adds(w->out, factor < 0 ? "-" : "");
        else
            kt_buf_adds(w->out, factor < 0 ? " - " : " + ");
        first = false;
        if (fabs(factor) != 1) {
            kt_qasm_put_number(w, fabs(factor));
            kt_buf_adds(w->out, "*");
        }
        kt_buf_adds(w->out, kt_circuit_parameter_name(w->circuit, (int)angle->terms[k].parameter));
    }
}

static bool control_state(const kt_op *op, size_t control)
{
    return op->control_states >> control & 1;
}

/* "ctrl @ negctrl(2) @ pow(0.5) @ " */
static void put_modifiers(kt_qasm_writer *w, const kt_op *op)
{
    for (size_t k = 0, run; k < op->control_count; k += run) {
        for (run = 1; k + run < op->control_count && control_state(op, k + run) == control_state(op, k);)
            run++;
        kt_buf_adds(w->out, control_state(op, k) ? "ctrl" : "negctrl");
        if (run > 1)
            kt_buf_addf(w->out, "(%zu)", run);
        kt_buf_adds(w->out, " @ ");
    }
    if (op->power != 1) {
        kt_buf_adds(w->out, "pow(");
        kt_qasm_put_number(w, op->power);
        kt_buf_adds(w->out, ") @ ");
    }
}

static void put_gate(kt_qasm_writer *w, const kt_op *op)
{
    put_modifiers(w, op);
    kt_buf_adds(w->out, kt_gate_rows[op->gate].name);
    for (size_t k = 0; k < op->angle_count; k++) {
        kt_buf_adds(w->out, k == 0 ? "(" : ", ");
        put_angle(w, &op->angles[k]);
    }
    kt_buf_adds(w->out, op->angle_count > 0 ? ")" : "");
    kt_qasm_put_qubits(w, op->qubits, op->qubit_count);
    kt_buf_adds(w->out, ";\n");
}

/* The unitary pragma knows no modifiers: controls and power go into the matrix. */
static int put_unitary(kt_qasm_writer *w, const kt_op *op, kt_error *err)
{
    size_t targets = op->qubit_count - op->control_count;
    if (op->qubit_count > KT_UNITARY_QUBITS_MOST)
        return kt_fail(err, KT_E_UNSUPPORTED,
                       "a unitary with its controls on %u qubits can't be written to OpenQASM; at most %d can",
                       op->qubit_count, KT_UNITARY_QUBITS_MOST);
    size_t small = (size_t)1 << targets, n = (size_t)1 << op->qubit_count, block = 0;
    kt_complex *matrix = KT_ARENA_ARRAY(w->arena, kt_complex, n * n + small * small);
    if (matrix == NULL)
        return kt_fail_nomem(err, n * n * sizeof *matrix, "a matrix");
    kt_complex *own = matrix + n * n;
    int rc = kt_op_matrix(op, own, err);
    if (rc < 0)
        return rc;
    for (size_t k = 0; k < op->control_count; k++)
        block = block << 1 | control_state(op, k);
    for (size_t k = 0; k < n; k++)
        matrix[k * n + k].re = 1;
    for (size_t k = 0; k < small * small; k++)
        matrix[(block * small + k / small) * n + block * small + k % small] = own[k];
    kt_buf_adds(w->out, "#pragma braket unitary(");
    kt_qasm_put_matrix(w, n, matrix);
    kt_buf_adds(w->out, ")");
    kt_qasm_put_qubits(w, op->qubits, op->qubit_count);
    kt_buf_adds(w->out, "\n");
    return 0;
}

static void put_noise(kt_qasm_writer *w, const kt_op *op)
{
    kt_buf_addf(w->out, "#pragma braket noise %s(", kt_op_name(op));
    size_t numbers = (size_t)1 << (2 * op->qubit_count);
    for (size_t k = 0; k < op->angle_count; k++) {
        kt_buf_adds(w->out, k == 0 ? "" : ", ");
        put_float(w, op->angles[k].value);
    }
    for (size_t k = 0; op->kind == KT_OP_KRAUS && k < op->matrix_count; k++) {
        kt_buf_adds(w->out, k == 0 ? "" : ", ");
        kt_qasm_put_matrix(w, (size_t)1 << op->qubit_count, op->matrix + k * numbers);
    }
    kt_buf_adds(w->out, ")");
    kt_qasm_put_qubits(w, op->qubits, op->qubit_count);
    kt_buf_adds(w->out, "\n");
}

static void put_measure(kt_qasm_writer *w, const kt_op *op)
{
    if (op->cell < KT_CELL_ANONYMOUS) {
        const kt_qasm_bits key = { (uint32_t)(op->cell >> 32), UINT64_MAX }; /* sorts before the register itself */
        size_t low = 0, high = w->register_count;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (compare_bits(&w->registers[middle], &key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        put_register(w, low);
        kt_buf_addf(w->out, "[%llu] = ", (unsigned long long)(op->cell & UINT32_MAX));
    }
    kt_buf_adds(w->out, "measure");
    kt_qasm_put_qubits(w, op->qubits, 1);
    kt_buf_adds(w->out, ";\n");
}

static void put_word(kt_qasm_writer *w, const kt_op *op)
{
    kt_buf_adds(w->out, kt_op_name(op));
    if (op->kind == KT_OP_DELAY) {
        kt_buf_adds(w->out, "[");
        kt_qasm_put_number(w, op->angles[0].value);
        kt_buf_adds(w->out, "s]");
    }
    kt_qasm_put_qubits(w, op->qubits, op->qubit_count);
    kt_buf_adds(w->out, ";\n");
}

static int put_op(kt_qasm_writer *w, const kt_op *op, kt_error *err)
{
    if (op->kind == KT_OP_VERBATIM_END && w->depth > 0)
        w->depth--;
    kt_buf_fill(w->out, "    ", (size_t)w->depth);
    switch (op->kind) {
    case KT_OP_GATE: put_gate(w, op); return 0;
    case KT_OP_UNITARY: return put_unitary(w, op, err);
    case KT_OP_NOISE:
    case KT_OP_KRAUS: put_noise(w, op); return 0;
    case KT_OP_MEASURE: put_measure(w, op); return 0;
    case KT_OP_VERBATIM_BEGIN:
        kt_buf_adds(w->out, "#pragma braket verbatim\n");
        kt_buf_fill(w->out, "    ", (size_t)w->depth++);
        kt_buf_adds(w->out, "box {\n");
        return 0;
    case KT_OP_VERBATIM_END: kt_buf_adds(w->out, "}\n"); return 0;
    default: put_word(w, op); return 0;
    }
}

static int put_program(kt_qasm_writer *w, kt_error *err)
{
    size_t op_count, want_count;
    const kt_op *ops = kt_circuit_ops(w->circuit, &op_count);
    const kt_want *wants = kt_circuit_wants(w->circuit, &want_count);
    int rc = 0;
    put_header(w);
    for (size_t k = 0; rc == 0 && k < op_count; k++)
        rc = put_op(w, &ops[k], err);
    for (size_t k = 0; rc == 0 && k < want_count; k++)
        rc = kt_qasm_put_want(w, &wants[k], err);
    return rc == 0 ? kt_buf_check(w->out, err, "an OpenQASM program") : rc;
}

int kt_circuit_to_qasm(const kt_circuit *circuit, char **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    if (arena == NULL)
        return kt_fail_nomem(err, sizeof(kt_qasm_writer), "an OpenQASM program");
    kt_qasm_writer w = { .circuit = circuit, .arena = arena, .out = &text };
    w.inputs = !kt_circuit_is_bound(circuit);
    w.physical = wants_physical(arena, circuit);
    w.qubits_name = w.inputs ? free_name(arena, circuit, "q") : "q";
    w.bits_name = w.inputs ? free_name(arena, circuit, "b") : "b";
    int rc = w.inputs ? check_names(circuit, err) : 0;
    if (rc == 0)
        rc = find_registers(&w, err);
    if (rc == 0)
        rc = put_program(&w, err);
    if (rc == 0 && kt_arena_failed(arena))
        rc = kt_fail_nomem(err, kt_arena_used_bytes(arena), "an OpenQASM program");
    if (rc < 0)
        return rc;
    *out = kt_buf_take(&text);
    return 0;
}
