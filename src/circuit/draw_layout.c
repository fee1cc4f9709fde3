/* SPDX-License-Identifier: Apache-2.0 */
/* draw_layout.c - places every operation in the leftmost column where all wires that it touches or crosses are free,
 * never left of what stands on them already. */
#include "circuit/draw_layout.h"

#include "circuit/draw.h"
#include "circuit/gate.h"
#include "circuit/pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How a gate looks: how many of its qubits are controls, what its targets show, and whether all targets show the same
 * (else their boxes are numbered). */
typedef struct look {
    uint8_t controls;
    kt_mark_kind target;
    const char *label; /* NULL: the gate's name */
    bool symmetric;
} look;

static const look looks[KT_GATE_COUNT] = {
    [KT_GATE_I] = { 0, KT_MARK_BOX, "I", true },
    [KT_GATE_X] = { 0, KT_MARK_BOX, "X", true },
    [KT_GATE_Y] = { 0, KT_MARK_BOX, "Y", true },
    [KT_GATE_Z] = { 0, KT_MARK_BOX, "Z", true },
    [KT_GATE_H] = { 0, KT_MARK_BOX, "H", true },
    [KT_GATE_S] = { 0, KT_MARK_BOX, "S", true },
    [KT_GATE_SI] = { 0, KT_MARK_BOX, "S†", true },
    [KT_GATE_T] = { 0, KT_MARK_BOX, "T", true },
    [KT_GATE_TI] = { 0, KT_MARK_BOX, "T†", true },
    [KT_GATE_V] = { 0, KT_MARK_BOX, "V", true },
    [KT_GATE_VI] = { 0, KT_MARK_BOX, "V†", true },
    [KT_GATE_RX] = { 0, KT_MARK_BOX, "Rx", true },
    [KT_GATE_RY] = { 0, KT_MARK_BOX, "Ry", true },
    [KT_GATE_RZ] = { 0, KT_MARK_BOX, "Rz", true },
    [KT_GATE_PHASESHIFT] = { 0, KT_MARK_BOX, "Phase", true },
    [KT_GATE_GPHASE] = { 0, KT_MARK_BOX, "Phase", true },
    [KT_GATE_CNOT] = { 1, KT_MARK_PLUS, "X", true },
    [KT_GATE_CY] = { 1, KT_MARK_BOX, "Y", true },
    [KT_GATE_CZ] = { 1, KT_MARK_DOT, "Z", true },
    [KT_GATE_CV] = { 1, KT_MARK_BOX, "V", true },
    [KT_GATE_CPHASESHIFT] = { 1, KT_MARK_BOX, "Phase", true },
    [KT_GATE_SWAP] = { 0, KT_MARK_CROSS, NULL, true },
    [KT_GATE_ISWAP] = { 0, KT_MARK_BOX, NULL, true },
    [KT_GATE_PSWAP] = { 0, KT_MARK_BOX, NULL, true },
    [KT_GATE_XY] = { 0, KT_MARK_BOX, NULL, true },
    [KT_GATE_XX] = { 0, KT_MARK_BOX, NULL, true },
    [KT_GATE_YY] = { 0, KT_MARK_BOX, NULL, true },
    [KT_GATE_ZZ] = { 0, KT_MARK_BOX, NULL, true },
    [KT_GATE_CPHASESHIFT00] = { 0, KT_MARK_BOX, NULL, true },
    [KT_GATE_CCNOT] = { 2, KT_MARK_PLUS, "X", true },
    [KT_GATE_CSWAP] = { 1, KT_MARK_CROSS, "swap", true },
};

typedef struct maker {
    const kt_circuit *circuit;
    kt_arena *arena;
    bool ascii;
    uint32_t *next; /* first free column of every row */
    uint32_t column_count;
    kt_mark *marks;
    size_t mark_count;
    kt_tie *ties;
    size_t tie_count;
    kt_cell *cells; /* measured ones, ascending, each once */
    size_t cell_count;
    double phase, *phase_factors; /* by free parameter */
    bool has_phase;
    bool has_verbatim;
} maker;

static void put_number(kt_buf *out, double value, bool ascii)
{
    static const int parts[] = { 1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128 };
    for (size_t k = 0; k < KT_COUNT(parts) && value != 0; k++) {
        double times = value / M_PI * parts[k], whole = nearbyint(times);
        if (whole == 0 || fabs(whole) > 99 || fabs(times - whole) > 1e-9)
            continue;
        if (fabs(whole) == 1)
            kt_buf_adds(out, whole < 0 ? "-" : "");
        else
            kt_buf_addf(out, "%.0f", whole);
        kt_buf_adds(out, ascii ? (fabs(whole) == 1 ? "pi" : "*pi") : "π");
        if (parts[k] > 1)
            kt_buf_addf(out, "/%d", parts[k]);
        return;
    }
    kt_buf_addf(out, "%.4g", value);
}

void kt_draw_angle(const kt_circuit *c, const kt_angle *angle, bool ascii, kt_buf *out)
{
    size_t terms = kt_circuit_is_bound(c) ? 0 : angle->term_count;
    bool first = terms > 0 && angle->value == 0;
    if (!first)
        put_number(out, angle->value, ascii);
    for (size_t k = 0; k < terms; k++) {
        double factor = angle->terms[k].factor;
        kt_buf_adds(out, factor < 0 ? "-" : (first ? "" : "+"));
        if (fabs(factor) != 1)
            kt_buf_addf(out, "%.4g*", fabs(factor));
        kt_buf_adds(out, kt_circuit_parameter_name(c, (int)angle->terms[k].parameter));
        first = false;
    }
}

/* The text in the arena; "" when there is no memory, which the arena remembers. */
static const char *keep(maker *m, const kt_buf *text)
{
    const char *kept = kt_arena_strndup(m->arena, text->data == NULL ? "" : text->data, text->length);
    return kept == NULL ? "" : kept;
}

static void put_angles(maker *m, const kt_op *op, kt_buf *out)
{
    for (size_t k = 0; k < op->angle_count; k++) {
        kt_buf_adds(out, k == 0 ? "(" : ", ");
        kt_draw_angle(m->circuit, &op->angles[k], m->ascii, out);
    }
    kt_buf_adds(out, op->angle_count > 0 ? ")" : "");
}

static bool is_ascii(const char *text)
{
    while (*text > 0)
        text++;
    return *text == '\0';
}

/* The words in the box of target number `target`. */
static int gate_label(maker *m, const kt_op *op, size_t target, size_t targets, const char **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    const look *l = op->kind == KT_OP_GATE ? &looks[op->gate] : NULL;
    const char *name = l == NULL || l->label == NULL || (m->ascii && !is_ascii(l->label)) ? kt_op_name(op) : l->label;
    if (targets > 1 && op->kind != KT_OP_NOISE && (l == NULL || !l->symmetric))
        kt_buf_addf(&text, "%zu:", target);
    kt_buf_adds(&text, name);
    if (target == 0)
        put_angles(m, op, &text);
    if (op->power == -1 && !m->ascii && op->angle_count == 0)
        kt_buf_adds(&text, "†");
    else if (op->power != 1)
        kt_buf_addf(&text, "^%.4g", op->power);
    int rc = kt_buf_check(&text, err, "a picture of a circuit");
    if (rc == 0)
        *out = keep(m, &text);
    return rc;
}

static void add_mark(maker *m, uint32_t column, uint32_t row, kt_mark_kind kind, const char *label)
{
    m->marks[m->mark_count++] = (kt_mark){
        .column = column,
        .row = row,
        .kind = kind,
        .label = label,
        .label_width = (uint32_t)kt_utf8_count(kt_view_of(label)),
    };
}

/* Takes the leftmost column that is free on the rows first .. last. */
static uint32_t take_column(maker *m, uint32_t first, uint32_t last)
{
    uint32_t column = 0;
    for (uint32_t row = first; row <= last; row++)
        column = m->next[row] > column ? m->next[row] : column;
    for (uint32_t row = first; row <= last; row++)
        m->next[row] = column + 1;
    if (column >= m->column_count)
        m->column_count = column + 1;
    return column;
}

static void span_of(const kt_op *op, uint32_t *first, uint32_t *last)
{
    *first = *last = op->qubits[0];
    for (size_t k = 1; k < op->qubit_count; k++) {
        *first = op->qubits[k] < *first ? op->qubits[k] : *first;
        *last = op->qubits[k] > *last ? op->qubits[k] : *last;
    }
}

static kt_mark_kind target_kind(const kt_op *op)
{
    if (op->kind == KT_OP_NOISE || op->kind == KT_OP_KRAUS)
        return KT_MARK_NOISE;
    if (op->kind != KT_OP_GATE || op->power != 1)
        return KT_MARK_BOX;
    if (op->control_count > 0 && op->gate == KT_GATE_X)
        return KT_MARK_PLUS;
    if (op->control_count > 0 && op->gate == KT_GATE_Z)
        return KT_MARK_DOT;
    return looks[op->gate].target;
}

/* Gates, unitaries and channels: dots for controls, boxes or signs for targets, a line from the first to the last. */
static int place_gate(maker *m, const kt_op *op, kt_error *err)
{
    uint32_t first, last;
    size_t controls = op->control_count;
    bool bare_phase = op->kind == KT_OP_GATE && op->gate == KT_GATE_GPHASE; /* on its last control */
    if (op->kind == KT_OP_GATE)
        controls += looks[op->gate].controls;
    if (bare_phase)
        controls--;
    span_of(op, &first, &last);
    uint32_t column = take_column(m, first, last);
    for (size_t k = 0; k < op->qubit_count; k++) {
        bool on = k >= op->control_count || op->control_states >> k & 1;
        const char *label = "";
        kt_mark_kind kind = k < controls ? (on ? KT_MARK_DOT : KT_MARK_RING) : target_kind(op);
        if (kind == KT_MARK_BOX || kind == KT_MARK_NOISE) {
            int rc = gate_label(m, op, k - controls, op->qubit_count - controls, &label, err);
            if (rc < 0)
                return rc;
            if (bare_phase && !on) {
                const char *longer = kt_arena_printf(m->arena, m->ascii ? "%s:0" : "%s₀", label);
                label = longer == NULL ? label : longer;
            }
        }
        add_mark(m, column, op->qubits[k], kind, label);
    }
    if (last > first)
        m->ties[m->tie_count++] = (kt_tie){ column, first, last };
    return 0;
}

static void add_phase(maker *m, const kt_op *op)
{
    const kt_angle *angle = &op->angles[0];
    bool bound = kt_circuit_is_bound(m->circuit);
    m->has_phase = true;
    m->phase += op->power * angle->value;
    for (size_t k = 0; k < angle->term_count && !bound; k++)
        m->phase_factors[angle->terms[k].parameter] += op->power * angle->terms[k].factor;
}

static int compare_cells(const void *a, const void *b)
{
    kt_cell left = *(const kt_cell *)a, right = *(const kt_cell *)b;
    return (left > right) - (left < right);
}

/* A measurement shows which column of the result it fills. */
static void place_measure(maker *m, const kt_op *op, uint32_t column)
{
    const kt_cell *cell = bsearch(&op->cell, m->cells, m->cell_count, sizeof *m->cells, compare_cells);
    const char *label = kt_arena_printf(m->arena, "%zu", (size_t)(cell - m->cells));
    add_mark(m, column, op->qubits[0], KT_MARK_MEASURE, label == NULL ? "" : label);
}

static void place_delay(maker *m, const kt_op *op)
{
    static const struct {
        double factor;
        const char *unit;
    } units[] = { { 1, "s" }, { 1e3, "ms" }, { 1e6, "us" }, { 1e9, "ns" } };
    size_t u = 0;
    while (u + 1 < KT_COUNT(units) && fabs(op->angles[0].value) * units[u].factor < 1)
        u++;
    const char *label =
        kt_arena_printf(m->arena, "delay %.4g %s", op->angles[0].value * units[u].factor, units[u].unit);
    for (size_t k = 0; k < op->qubit_count; k++) {
        uint32_t row = op->qubits[k];
        add_mark(m, take_column(m, row, row), row, KT_MARK_BOX, label == NULL ? "" : label);
    }
}

static void place_barrier(maker *m, const kt_op *op)
{
    uint32_t first, last;
    span_of(op, &first, &last);
    uint32_t column = take_column(m, first, last);
    for (size_t k = 0; k < op->qubit_count; k++)
        add_mark(m, column, op->qubits[k], KT_MARK_BARRIER, "");
}

static int place(maker *m, const kt_op *op, kt_error *err)
{
    uint32_t rows = (uint32_t)kt_circuit_qubit_count(m->circuit);
    switch (op->kind) {
    case KT_OP_VERBATIM_BEGIN:
    case KT_OP_VERBATIM_END:
        m->has_verbatim = true;
        if (rows > 0)
            add_mark(m, take_column(m, 0, rows - 1), 0, op->kind == KT_OP_VERBATIM_BEGIN ? KT_MARK_OPEN : KT_MARK_CLOSE,
                     "");
        return 0;
    default: break;
    }
    if (op->qubit_count == 0) {
        if (op->kind == KT_OP_GATE)
            add_phase(m, op);
        return 0;
    }
    switch (op->kind) {
    case KT_OP_MEASURE: place_measure(m, op, take_column(m, op->qubits[0], op->qubits[0])); return 0;
    case KT_OP_RESET:
        add_mark(m, take_column(m, op->qubits[0], op->qubits[0]), op->qubits[0], KT_MARK_RESET, "");
        return 0;
    case KT_OP_DELAY: place_delay(m, op); return 0;
    case KT_OP_BARRIER: place_barrier(m, op); return 0;
    default: return place_gate(m, op, err);
    }
}

static int compare_marks(const void *a, const void *b)
{
    const kt_mark *left = a, *right = b;
    if (left->column != right->column)
        return left->column < right->column ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

static int compare_ties(const void *a, const void *b)
{
    const kt_tie *left = a, *right = b;
    if (left->column != right->column)
        return left->column < right->column ? -1 : 1;
    return (left->first_row > right->first_row) - (left->first_row < right->first_row);
}

static void sort_cells(maker *m, const kt_op *ops, size_t op_count)
{
    size_t kept = 0;
    for (size_t k = 0; k < op_count; k++) {
        if (ops[k].kind == KT_OP_MEASURE)
            m->cells[m->cell_count++] = ops[k].cell;
    }
    qsort(m->cells, m->cell_count, sizeof *m->cells, compare_cells);
    for (size_t k = 0; k < m->cell_count; k++) {
        if (kept == 0 || m->cells[kept - 1] != m->cells[k])
            m->cells[kept++] = m->cells[k];
    }
    m->cell_count = kept;
}

static int phase_text(maker *m, const char **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int count = kt_circuit_parameter_count(m->circuit);
    kt_angle_term *terms = KT_ARENA_ARRAY(m->arena, kt_angle_term, (size_t)count + 1);
    kt_angle sum = { .value = m->phase, .terms = terms };
    for (int k = 0; terms != NULL && k < count; k++) {
        if (m->phase_factors[k] != 0)
            terms[sum.term_count++] = (kt_angle_term){ (uint32_t)k, m->phase_factors[k] };
    }
    kt_draw_angle(m->circuit, &sum, m->ascii, &text);
    int rc = kt_buf_check(&text, err, "a picture of a circuit");
    if (rc == 0)
        *out = keep(m, &text);
    return rc;
}

/* Bounds the work as well: an operation costs as many steps as it spans rows. */
static int check_size(const maker *m, kt_error *err)
{
    uint32_t rows = (uint32_t)kt_circuit_qubit_count(m->circuit);
    if (rows == 0 || m->column_count <= KT_DRAW_CELLS_MOST / rows)
        return 0;
    return kt_fail(err, KT_E_LIMIT,
                   "the circuit has more than %u columns on %u qubits, which is too large for a picture",
                   m->column_count - 1, rows);
}

/* Everything in its place. Measurements that nothing follows stand below each other in a last column of their own. */
static int place_all(maker *m, const kt_op *ops, size_t op_count, kt_error *err)
{
    kt_circuit_facts facts;
    int rc = kt_pass_facts(m->circuit, &facts, err);
    bool together = rc == 0 && facts.terminal_measurements && facts.measure_count > 0;
    for (size_t k = 0; rc == 0 && k < op_count; k++) {
        if (!together || ops[k].kind != KT_OP_MEASURE)
            rc = place(m, &ops[k], err);
        if (rc == 0)
            rc = check_size(m, err);
    }
    if (rc < 0 || !together)
        return rc;
    uint32_t last = m->column_count++;
    for (size_t k = 0; k < op_count; k++) {
        if (ops[k].kind == KT_OP_MEASURE)
            place_measure(m, &ops[k], last);
    }
    return 0;
}

static bool make_room(maker *m, const kt_op *ops, size_t op_count)
{
    size_t marks = 0;
    for (size_t k = 0; k < op_count; k++)
        marks += ops[k].qubit_count > 0 ? ops[k].qubit_count : 1;
    m->next = KT_ARENA_ARRAY(m->arena, uint32_t, (size_t)kt_circuit_qubit_count(m->circuit) + 1);
    m->marks = KT_ARENA_ARRAY(m->arena, kt_mark, marks + 1);
    m->ties = KT_ARENA_ARRAY(m->arena, kt_tie, op_count + 1);
    m->cells = KT_ARENA_ARRAY(m->arena, kt_cell, op_count + 1);
    m->phase_factors = KT_ARENA_ARRAY(m->arena, double, (size_t)kt_circuit_parameter_count(m->circuit) + 1);
    return !kt_arena_failed(m->arena);
}

int kt_layout_make(const kt_circuit *c, bool ascii, kt_arena *arena, kt_layout *out, kt_error *err)
{
    size_t op_count;
    const kt_op *ops = kt_circuit_ops(c, &op_count);
    maker m = { .circuit = c, .arena = arena, .ascii = ascii };
    const char *phase = NULL;
    if (!make_room(&m, ops, op_count))
        return kt_fail_nomem(err, op_count * sizeof(kt_mark), "a picture of a circuit");
    sort_cells(&m, ops, op_count);
    int rc = place_all(&m, ops, op_count, err);
    if (rc == 0 && m.has_phase)
        rc = phase_text(&m, &phase, err);
    if (rc < 0)
        return rc;
    if (kt_arena_failed(arena))
        return kt_fail_nomem(err, kt_arena_used_bytes(arena), "a picture of a circuit");
    qsort(m.marks, m.mark_count, sizeof *m.marks, compare_marks);
    qsort(m.ties, m.tie_count, sizeof *m.ties, compare_ties);
    *out = (kt_layout){ .row_count = (uint32_t)kt_circuit_qubit_count(c),
                        .column_count = m.column_count,
                        .marks = m.marks,
                        .mark_count = m.mark_count,
                        .ties = m.ties,
                        .tie_count = m.tie_count,
                        .phase = phase,
                        .has_verbatim = m.has_verbatim };
    return 0;
}
