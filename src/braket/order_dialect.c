/* SPDX-License-Identifier: Apache-2.0 */
/* order_dialect.c - what Braket's devices leave out of OpenQASM, looked up in the program's tree: the circuit that
 * comes of it would not show it. Source: the Amazon Braket Developer Guide, "OpenQASM support on different Braket
 * devices"; supportsPartialVerbatimBox of the capabilities. */
#include "braket/order_priv.h"

#define SAY(c, source, ...)                                                                                            \
    kt_diag((c)->found, kt_program_file((c)->question->program, (source).file), (source), 1, KT_E_INVALID, NULL,       \
            __VA_ARGS__)

typedef struct reading {
    kt_order_check *check;
    bool is_qpu, in_box, expects_box; /* expects_box: the statement before was the verbatim pragma */
    int qubit_registers, bit_registers;
    const kt_stmt *first_box, *first_beside; /* first_beside: the first gate outside of verbatim boxes */
} reading;

static void refuse(const reading *r, kt_source at, const char *what)
{
    SAY(r->check, at, "%s takes no %s", kt_target_facts_of(r->check->target)->name, what);
}

/* NULL: it has it. */
static const char *left_out(const kt_stmt *s)
{
    static const char *const names[] = {
        [KT_STMT_ALIAS] = "aliases",
        [KT_STMT_GATE_DEF] = "gate definitions",
        [KT_STMT_DEF] = "subroutines",
        [KT_STMT_EXPR] = "calls",
        [KT_STMT_IF] = "if statements",
        [KT_STMT_FOR] = "for loops",
        [KT_STMT_WHILE] = "while loops",
        [KT_STMT_SWITCH] = "switch statements",
        [KT_STMT_END] = "end statements",
        [KT_STMT_EXTERN] = "extern declarations",
        [KT_STMT_CAL] = "calibration blocks",
        [KT_STMT_DEFCAL] = "gate calibrations",
        [KT_STMT_DEFCALGRAMMAR] = "calibration grammars",
        [KT_STMT_BLOCK] = "blocks",
    };
    return s->kind < KT_COUNT(names) ? names[s->kind] : NULL;
}

/* What the simulators lack as well. */
static bool is_left_out_by_all(const kt_stmt *s)
{
    return s->kind == KT_STMT_CAL || s->kind == KT_STMT_DEFCAL || s->kind == KT_STMT_DEFCALGRAMMAR ||
           s->kind == KT_STMT_EXTERN || s->kind == KT_STMT_SWITCH;
}

static void read_declaration(reading *r, const kt_stmt *s)
{
    const bool is_array = s->type->size != NULL;
    const bool is_register = s->type->kind == KT_TYPE_QUBIT || s->type->kind == KT_TYPE_BIT;
    if (s->io == 2)
        refuse(r, s->source, "output variables");
    else if (s->type->kind == KT_TYPE_QUBIT && is_array && ++r->qubit_registers > 1)
        refuse(r, s->source, "second qubit register");
    else if (s->type->kind == KT_TYPE_BIT && is_array && s->io == 0 && ++r->bit_registers > 1)
        refuse(r, s->source, "second bit register");
    else if (r->is_qpu && !is_register && (s->io != 1 || s->type->kind == KT_TYPE_ARRAY))
        refuse(r, s->source, "classical variables other than inputs");
}

static void read_block(reading *r, const kt_stmt *list);

static void read_box(reading *r, const kt_stmt *s)
{
    if (r->is_qpu && s->expr != NULL)
        refuse(r, s->source, "boxes with a duration");
    r->in_box = r->expects_box;
    if (r->in_box && r->first_box == NULL)
        r->first_box = s;
    read_block(r, s->body);
    r->in_box = false;
}

static void read_statement(reading *r, const kt_stmt *s)
{
    if ((r->is_qpu && left_out(s) != NULL) || is_left_out_by_all(s)) {
        refuse(r, s->source, left_out(s));
        return;
    }
    switch ((kt_stmt_kind)s->kind) {
    case KT_STMT_INCLUDE: refuse(r, s->source, "includes; its standard gates need none"); break;
    case KT_STMT_DECL: read_declaration(r, s); break;
    case KT_STMT_BOX: read_box(r, s); break;
    case KT_STMT_GATE_CALL:
        if (!r->in_box && r->first_beside == NULL)
            r->first_beside = s;
        break;
    case KT_STMT_FOR:
    case KT_STMT_WHILE:
    case KT_STMT_BLOCK:
    case KT_STMT_DEF: read_block(r, s->body); break;
    case KT_STMT_IF:
        read_block(r, s->body);
        read_block(r, s->orelse);
        break;
    default: break;
    }
}

static void read_block(reading *r, const kt_stmt *list)
{
    for (const kt_stmt *s = list; s != NULL && !kt_diag_full(r->check->found); s = s->next) {
        read_statement(r, s);
        r->expects_box = s->kind == KT_STMT_PRAGMA && s->pragma->kind == KT_PRAGMA_VERBATIM;
    }
}

void kt_order_check_dialect(kt_order_check *check)
{
    reading r = { .check = check, .is_qpu = !kt_target_facts_of(check->target)->is_simulator };
    read_block(&r, kt_program_ast(check->question->program)->statements);
    if (r.is_qpu && json_is_false(json_object_get(check->target->openqasm, "supportsPartialVerbatimBox")) &&
        r.first_box != NULL && r.first_beside != NULL)
        refuse(&r, r.first_beside->source, "gates outside of the verbatim box");
}
