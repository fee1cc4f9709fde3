/* SPDX-License-Identifier: Apache-2.0 */
/* dialect.c - walks a program's tree and refuses what the device's OpenQASM action does not offer. */
#include "sandbox/dialect.h"

#include "sandbox/device_priv.h"

#include <stdio.h>

typedef struct reading {
    const kt_sandbox_device *device;
    const kt_openqasm_offer *offer;
    bool is_qpu, in_box, expects_box; /* expects_box: the statement before was the verbatim pragma */
    int qubit_registers, bit_registers;
    const kt_stmt *first_box, *first_beside; /* first_beside: the first gate outside of verbatim boxes */
    kt_error *err;
} reading;

static int refuse(const reading *r, kt_source at, const char *what)
{
    return kt_fail(r->err, KT_E_INVALID, "[line %u] %s not supported by the device %s", at.line, what, r->device->name);
}

/* ---- expressions ---- */

/* "range", "selection" ...: the array operation that an index is; NULL: one plain index. */
static const char *array_operation(const kt_expr *index)
{
    switch ((kt_expr_kind)index->kind) {
    case KT_EXPR_RANGE: return index->step != NULL ? "rangeWithStep is" : "range is";
    case KT_EXPR_SET: return "selection is";
    case KT_EXPR_UNARY: return index->op == KT_OPR_NEG ? "negativeIndex is" : NULL;
    default: return NULL;
    }
}

/* An operand: a name, a physical qubit, or one of them with an index. */
static int read_operand(const reading *r, const kt_expr *e)
{
    if (e == NULL || (e->kind != KT_EXPR_INDEX && e->kind != KT_EXPR_CONCAT))
        return 0;
    const char *what = e->kind == KT_EXPR_CONCAT ? "concatenation is" : NULL;
    for (const kt_expr *index = e->b; e->kind == KT_EXPR_INDEX && what == NULL && index != NULL; index = index->next)
        what = array_operation(index);
    if (what != NULL)
        return refuse(r, e->source, what);
    return read_operand(r, e->a);
}

static int read_operands(const reading *r, const kt_expr *list)
{
    int rc = 0;
    for (; rc == 0 && list != NULL; list = list->next)
        rc = read_operand(r, list);
    return rc;
}

static int read_value(const reading *r, const kt_expr *e)
{
    if (e == NULL || e->kind != KT_EXPR_MEASURE)
        return 0;
    return read_operand(r, e->a);
}

/* ---- statements ---- */

static int read_block(reading *r, const kt_stmt *list);

static int read_declaration(reading *r, const kt_stmt *s)
{
    if (s->io == 2)
        return refuse(r, s->source, "an output variable is");
    const bool is_array = s->type->size != NULL;
    if (s->type->kind == KT_TYPE_QUBIT && is_array && ++r->qubit_registers > 1)
        return refuse(r, s->source, "more than one qubit register is");
    if (s->type->kind == KT_TYPE_BIT && is_array && s->io == 0 && ++r->bit_registers > 1)
        return refuse(r, s->source, "more than one bit register is");
    bool is_register = s->type->kind == KT_TYPE_QUBIT || s->type->kind == KT_TYPE_BIT;
    if (r->is_qpu && !is_register && (s->io != 1 || s->type->kind == KT_TYPE_ARRAY))
        return refuse(r, s->source, "a classical variable other than an input is");
    return read_value(r, s->expr);
}

static int read_measurement(const reading *r, const kt_stmt *s)
{
    if (!r->offer->unassigned_measurements)
        return refuse(r, s->source, "a measurement without a bit to write to (b[0] = measure q[0]) is");
    return read_operand(r, s->expr);
}

static int read_box(reading *r, const kt_stmt *s)
{
    if (r->is_qpu && s->expr != NULL)
        return refuse(r, s->source, "a box with a duration is");
    r->in_box = r->expects_box;
    if (r->in_box && r->first_box == NULL)
        r->first_box = s;
    int rc = read_block(r, s->body);
    r->in_box = false;
    return rc;
}

static int read_gate(reading *r, const kt_stmt *s)
{
    if (!r->in_box && r->first_beside == NULL)
        r->first_beside = s;
    return read_operands(r, s->operands);
}

/* What QPUs leave out of the language as a whole; NULL: they have it. */
static const char *left_out(const kt_stmt *s)
{
    static const char *const names[] = {
        [KT_STMT_ALIAS] = "an alias is",
        [KT_STMT_GATE_DEF] = "a gate definition is",
        [KT_STMT_DEF] = "a subroutine is",
        [KT_STMT_EXPR] = "a call is",
        [KT_STMT_IF] = "an if statement is",
        [KT_STMT_FOR] = "a for loop is",
        [KT_STMT_WHILE] = "a while loop is",
        [KT_STMT_SWITCH] = "a switch statement is",
        [KT_STMT_END] = "an end statement is",
        [KT_STMT_EXTERN] = "an extern declaration is",
        [KT_STMT_CAL] = "a calibration block is",
        [KT_STMT_DEFCAL] = "a gate calibration is",
        [KT_STMT_DEFCALGRAMMAR] = "a calibration grammar is",
        [KT_STMT_BLOCK] = "a block is",
    };
    return s->kind < KT_COUNT(names) ? names[s->kind] : NULL;
}

/* What no device has, the simulators included. */
static bool is_left_out_by_all(const kt_stmt *s)
{
    switch ((kt_stmt_kind)s->kind) {
    case KT_STMT_CAL:
    case KT_STMT_DEFCAL:
    case KT_STMT_DEFCALGRAMMAR:
    case KT_STMT_EXTERN:
    case KT_STMT_SWITCH: return true;
    default: return false;
    }
}

static int read_statement(reading *r, const kt_stmt *s)
{
    if ((r->is_qpu && left_out(s) != NULL) || is_left_out_by_all(s))
        return refuse(r, s->source, left_out(s));
    switch ((kt_stmt_kind)s->kind) {
    case KT_STMT_INCLUDE: return refuse(r, s->source, "an include is");
    case KT_STMT_DECL: return read_declaration(r, s);
    case KT_STMT_MEASURE: return read_measurement(r, s);
    case KT_STMT_BOX: return read_box(r, s);
    case KT_STMT_GATE_CALL: return read_gate(r, s);
    case KT_STMT_RESET:
    case KT_STMT_BARRIER:
    case KT_STMT_DELAY: return read_operands(r, s->operands);
    case KT_STMT_ASSIGN: return read_operand(r, s->target) < 0 ? KT_E_INVALID : read_value(r, s->expr);
    case KT_STMT_FOR:
    case KT_STMT_WHILE:
    case KT_STMT_BLOCK:
    case KT_STMT_DEF: return read_block(r, s->body);
    case KT_STMT_IF: return read_block(r, s->body) < 0 ? KT_E_INVALID : read_block(r, s->orelse);
    default: return 0;
    }
}

static int read_block(reading *r, const kt_stmt *list)
{
    int rc = 0;
    for (const kt_stmt *s = list; rc == 0 && s != NULL; s = s->next) {
        rc = read_statement(r, s);
        r->expects_box = s->kind == KT_STMT_PRAGMA && s->pragma->kind == KT_PRAGMA_VERBATIM;
    }
    return rc;
}

int kt_dialect_check(const kt_sandbox_device *device, const kt_ast *ast, kt_error *err)
{
    const kt_openqasm_offer *offer = &kt_device_record_of(device)->openqasm;
    reading r = { .device = device, .offer = offer, .is_qpu = device->kind == KT_DEVICE_GATE_QPU, .err = err };
    int rc = read_block(&r, ast->statements);
    if (rc == 0 && r.is_qpu && !offer->partial_verbatim && r.first_box != NULL && r.first_beside != NULL)
        rc = refuse(&r, r.first_beside->source, "a gate outside of the verbatim box is");
    return rc;
}

/* ---- gates of programs that have no circuit ---- */

static int check_label(const reading *r, const kt_stmt *s, const kt_expr *operand)
{
    if (operand->kind != KT_EXPR_PHYSICAL || kt_device_has_label(r->device, (uint32_t)operand->integer))
        return 0;
    return kt_fail(r->err, KT_E_INVALID, "[line %u] %s has no qubit $%llu", s->source.line, r->device->name,
                   (unsigned long long)operand->integer);
}

static int check_call(const reading *r, const kt_stmt *s)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", KT_VIEW_ARG(s->name));
    const kt_expr *first = s->operands, *second = first == NULL ? NULL : first->next;
    int rc = 0;
    for (const kt_expr *operand = first; rc == 0 && operand != NULL; operand = operand->next)
        rc = check_label(r, s, operand);
    if (rc < 0)
        return rc;
    if (r->in_box && !kt_device_is_native(r->device, name))
        return kt_fail(r->err, KT_E_INVALID,
                       "[line %u] gate %s is not a native gate of %s: a verbatim box takes native gates only",
                       s->source.line, name, r->device->name);
    if (!kt_device_supports_gate(r->device, name))
        return kt_fail(r->err, KT_E_INVALID, "[line %u] uses a gate: %s which is not supported by the device.",
                       s->source.line, name);
    if (r->in_box && second != NULL && first->kind == KT_EXPR_PHYSICAL && second->kind == KT_EXPR_PHYSICAL &&
        !kt_device_coupled(r->device, (uint32_t)first->integer, (uint32_t)second->integer))
        return kt_fail(r->err, KT_E_INVALID, "[line %u] qubits %u and %u are not connected on %s", s->source.line,
                       (uint32_t)first->integer, (uint32_t)second->integer, r->device->name);
    return 0;
}

static int check_calls(reading *r, const kt_stmt *list)
{
    bool expects_box = false;
    int rc = 0;
    for (const kt_stmt *s = list; rc == 0 && s != NULL; s = s->next) {
        if (s->kind == KT_STMT_BOX) {
            r->in_box = expects_box;
            rc = check_calls(r, s->body);
            r->in_box = false;
        } else if (s->kind == KT_STMT_GATE_CALL) {
            rc = check_call(r, s);
        }
        expects_box = s->kind == KT_STMT_PRAGMA && s->pragma->kind == KT_PRAGMA_VERBATIM;
    }
    return rc;
}

int kt_dialect_check_gates(const kt_sandbox_device *device, const kt_ast *ast, kt_error *err)
{
    reading r = { .device = device, .err = err };
    return check_calls(&r, ast->statements);
}
