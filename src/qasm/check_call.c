/* SPDX-License-Identifier: Apache-2.0 */
/* check_call.c - definitions and calls of gates and subroutines: which one is meant, and with how many of what.
 * A gate is known from its definition on; the bodies of subroutines are checked at the end of the program, because
 * they may use what is declared behind them. */
#include "qasm/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- gate calls ---- */

static int unknown_gate(kt_checker *c, const kt_stmt *s)
{
    char hint[140] = "";
    kt_nearest nearest;
    if (kt_check_may_be_declared(c, s->name))
        return 0;
    kt_nearest_init(&nearest, s->name);
    kt_scope_offer_gates(&c->scope, &nearest);
    const kt_symbol *other = kt_scope_find(&c->scope, s->name);
    const char *library = c->version == 2 ? "qelib1.inc" : "stdgates.inc";
    char word[80];
    snprintf(word, sizeof(word), "gate %.*s", (int)(s->name.length > 40 ? 40 : s->name.length), s->name.data);
    const kt_view text = kt_stdlib_text(kt_view_of(library));
    const char *at = memmem(text.data, text.length, word, strlen(word));
    if (other != NULL && other->kind == KT_SYMBOL_DEF)
        snprintf(hint, sizeof(hint), "it is a subroutine: call it as %.*s(...)",
                 (int)(s->name.length > 60 ? 60 : s->name.length), s->name.data);
    else if (at != NULL && (at[strlen(word)] == ' ' || at[strlen(word)] == '('))
        snprintf(hint, sizeof(hint), "include \"%s\" defines it", library);
    else if (nearest.text.data != NULL)
        snprintf(hint, sizeof(hint), "did you mean '%.*s'?", (int)(nearest.text.length > 60 ? 60 : nearest.text.length),
                 nearest.text.data);
    return kt_check_say_unknown(c, s->name_source, (uint32_t)kt_utf8_count(s->name), hint[0] == '\0' ? NULL : hint,
                                "gate '%.*s' is not defined", KT_VIEW_ARG(s->name));
}

/* What gate is meant: sets s->slot and the numbers it takes. False: unknown. */
static bool find_gate(kt_checker *c, kt_stmt *s, uint32_t *qubits, uint32_t *parameters)
{
    const kt_symbol *user = kt_scope_find_gate(&c->scope, s->name);
    const int builtin = kt_gate_find(s->name);
    if (user != NULL && !(c->in_library && builtin >= 0)) {
        s->slot = user->slot;
        if (user->slot >= 0) {
            *qubits = c->program->gates[user->slot].qubit_count;
            *parameters = c->program->gates[user->slot].parameter_count;
        }
        return true;
    }
    if (builtin >= 0) {
        s->slot = KT_CALL_BUILTIN - builtin;
        *qubits = kt_gate_rows[builtin].qubit_count;
        *parameters = kt_gate_rows[builtin].angle_count;
        return true;
    }
    if (kt_view_is(s->name, "measure_ff") || kt_view_is(s->name, "cc_prx")) {
        const bool is_prx = kt_view_is(s->name, "cc_prx");
        s->slot = is_prx ? KT_CALL_CC_PRX : KT_CALL_MEASURE_FF;
        *qubits = 1;
        *parameters = is_prx ? 3 : 1;
        return true;
    }
    if (kt_view_is(s->name, "CX")) { /* with U the other gate of the language itself */
        s->slot = KT_CALL_BUILTIN - KT_GATE_CNOT;
        *qubits = 2;
        *parameters = 0;
        return true;
    }
    return false;
}

/* Checks modifiers; *controls gets how many control qubits they add, *known whether that is certain. */
static int check_modifiers(kt_checker *c, kt_stmt *s, uint64_t *controls, bool *known)
{
    int rc = 0;
    *controls = 0;
    *known = true;
    for (kt_modifier *m = s->modifiers; m != NULL && rc == 0; m = m->next) {
        int64_t n = 1;
        const bool is_control = m->kind == KT_MOD_CTRL || m->kind == KT_MOD_NEGCTRL;
        if (m->argument != NULL)
            rc = kt_check_number(c, m->argument, is_control ? "a number of controls" : "a power");
        if (rc < 0 || !is_control)
            continue;
        if (m->argument != NULL && !kt_check_constant_whole(c, m->argument, &n)) {
            *known = false;
            continue;
        }
        if (n < 1)
            rc = kt_check_say(c, m->argument->source, m->argument->length, NULL,
                              "a gate has at least 1 control with ctrl, found %" PRId64, n);
        *controls += n < 1 ? 0 : (uint64_t)n;
    }
    return rc;
}

static int check_counts(kt_checker *c, const kt_stmt *s, uint64_t wanted_qubits, uint32_t qubits,
                        uint32_t wanted_parameters, uint32_t parameters, bool qubits_known)
{
    int rc = 0;
    const bool is_short_ms = s->slot == KT_CALL_BUILTIN - KT_GATE_MS && parameters == 2; /* the third is pi / 2 then */
    if (parameters != wanted_parameters && !is_short_ms)
        rc = kt_check_say(c, s->name_source, (uint32_t)kt_utf8_count(s->name), NULL,
                          "gate '%.*s' takes %" PRIu32 " parameter%s, found %" PRIu32, KT_VIEW_ARG(s->name),
                          wanted_parameters, wanted_parameters == 1 ? "" : "s", parameters);
    if (rc == 0 && qubits_known && qubits != wanted_qubits)
        rc = kt_check_say(c, s->name_source, (uint32_t)kt_utf8_count(s->name), NULL,
                          "gate '%.*s' acts on %" PRIu64 " qubit%s%s, found %" PRIu32, KT_VIEW_ARG(s->name),
                          wanted_qubits, wanted_qubits == 1 ? "" : "s",
                          s->modifiers != NULL ? " with its controls" : "", qubits);
    return rc;
}

/* The same qubit named twice, where indexes are constant. */
static int check_twice(kt_checker *c, const kt_stmt *s)
{
    for (const kt_expr *e = s->operands; e != NULL; e = e->next) {
        for (const kt_expr *f = s->operands; f != e; f = f->next) {
            int64_t i = 0, k = 0;
            bool same = false;
            if (e->kind == KT_EXPR_PHYSICAL && f->kind == KT_EXPR_PHYSICAL)
                same = e->integer == f->integer;
            else if (e->kind == KT_EXPR_NAME && f->kind == KT_EXPR_NAME)
                same = e->slot == f->slot && e->slot != KT_SLOT_NONE;
            else if (e->kind == KT_EXPR_INDEX && f->kind == KT_EXPR_INDEX && e->a->kind == KT_EXPR_NAME &&
                     f->a->kind == KT_EXPR_NAME && e->a->slot == f->a->slot && e->b->next == NULL && f->b->next == NULL)
                same = kt_check_constant_whole(c, e->b, &i) && kt_check_constant_whole(c, f->b, &k) && i == k;
            if (same)
                return kt_check_say(c, e->source, e->length, NULL, "gate '%.*s' is given the same qubit twice",
                                    KT_VIEW_ARG(s->name));
        }
    }
    return 0;
}

int kt_check_gate_call(kt_checker *c, kt_stmt *s)
{
    uint32_t wanted_qubits = 0, wanted_parameters = 0, qubits = 0, parameters = 0;
    uint64_t controls = 0;
    bool known = true;
    int rc = check_modifiers(c, s, &controls, &known);
    if (rc == 0)
        rc = kt_check_operands(c, s->operands, &qubits);
    if (rc == 0 && !find_gate(c, s, &wanted_qubits, &wanted_parameters)) {
        rc = unknown_gate(c, s);
        return rc < 0 ? rc : kt_check_exprs(c, s->arguments, NULL);
    }
    for (kt_expr *e = s->arguments; e != NULL && rc == 0; e = e->next, parameters++)
        rc = kt_check_number(c, e, "a gate's parameter");
    if (rc < 0 || s->slot == KT_CALL_DEFCAL)
        return rc;
    if (c->in_gate && (s->slot == KT_CALL_MEASURE_FF || s->slot == KT_CALL_CC_PRX))
        return kt_check_say(c, s->source, s->length, NULL, "a gate's body holds gates only");
    const bool is_phase = s->slot == KT_CALL_BUILTIN - KT_GATE_GPHASE;
    if (is_phase && controls == 0)
        known = false; /* operands of a plain gphase mean nothing, and do no harm */
    rc = check_counts(c, s, wanted_qubits + controls, qubits, wanted_parameters, parameters, known);
    return rc < 0 ? rc : check_twice(c, s);
}

/* ---- gate definitions ---- */

static const kt_type parameter_type = { .kind = KT_TYPE_FLOAT };
static const kt_type operand_type = { .kind = KT_TYPE_QUBIT };

static int declare_formals(kt_checker *c, kt_formal *list, const kt_type *type, uint32_t *count)
{
    int rc = 0;
    *count = 0;
    for (kt_formal *f = list; f != NULL && rc == 0; f = f->next, ++*count) {
        const kt_symbol *symbol = kt_check_declare(c, f->name, f->source, type != NULL ? type : f->type, &rc);
        if (symbol != NULL)
            f->slot = symbol->slot;
    }
    return rc;
}

static bool has_body(const kt_stmt *s)
{
    return s->kind == KT_STMT_BOX || s->kind == KT_STMT_IF || s->kind == KT_STMT_FOR || s->kind == KT_STMT_WHILE ||
           s->kind == KT_STMT_CASE || s->kind == KT_STMT_BLOCK;
}

/* Whether a phase of the body reaches whoever calls it without a control. */
static bool body_has_phase(const kt_checker *c, const kt_stmt *body)
{
    for (const kt_stmt *s = body; s != NULL; s = s->next) {
        if ((has_body(s) && body_has_phase(c, s->body)) || (s->kind == KT_STMT_IF && body_has_phase(c, s->orelse)) ||
            (s->kind == KT_STMT_SWITCH && body_has_phase(c, s->cases)))
            return true;
        if (s->kind != KT_STMT_GATE_CALL)
            continue;
        bool is_controlled = false;
        for (const kt_modifier *m = s->modifiers; m != NULL; m = m->next)
            is_controlled |= m->kind == KT_MOD_CTRL || m->kind == KT_MOD_NEGCTRL;
        if (!is_controlled &&
            (s->slot == KT_CALL_BUILTIN - KT_GATE_GPHASE || (s->slot >= 0 && c->program->gates[s->slot].has_phase)))
            return true;
    }
    return false;
}

static int check_gate_body(kt_checker *c, kt_stmt *s, kt_gate_def *def)
{
    kt_frame_info *outer = c->frame;
    if (kt_scope_open(&c->scope) < 0)
        return kt_check_nomem(c);
    c->frame = &def->frame;
    c->in_gate = true;
    int rc = declare_formals(c, s->formals, &parameter_type, &def->parameter_count);
    if (rc == 0)
        rc = declare_formals(c, s->qubits, &operand_type, &def->qubit_count);
    if (rc == 0)
        rc = kt_check_list(c, s->body);
    def->has_phase = body_has_phase(c, s->body);
    c->in_gate = false;
    c->frame = outer;
    kt_scope_close(&c->scope, false);
    return rc;
}

int kt_check_gate_def(kt_checker *c, kt_stmt *s)
{
    kt_program *p = c->program;
    if (c->blocks > 0 || c->in_gate || c->frame != &p->globals)
        return kt_check_say(c, s->source, s->length, NULL, "a gate is defined outside of blocks");
    kt_symbol *known = kt_scope_find_gate(&c->scope, s->name);
    if (known != NULL && c->in_library)
        return 0; /* the program's own definition stands */
    if (known != NULL && !known->is_library && known->slot != KT_CALL_DEFCAL) {
        char hint[120];
        snprintf(hint, sizeof(hint), "first defined in %.60s, line %" PRIu32,
                 kt_program_file(p, known->source.file)->name, known->source.line);
        return kt_check_say(c, s->name_source, (uint32_t)kt_utf8_count(s->name), hint, "gate '%.*s' is defined twice",
                            KT_VIEW_ARG(s->name));
    }
    kt_gate_def def = { .stmt = s };
    int rc = check_gate_body(c, s, &def);
    if (rc < 0)
        return rc;
    kt_symbol *symbol = kt_scope_add_gate(&c->scope, s->name);
    if (symbol == NULL || !KT_PROGRAM_GROW(p->arena, p->gates, p->gate_room, p->gate_count))
        return kt_check_nomem(c);
    symbol->slot = known != NULL && known->slot == KT_CALL_DEFCAL ? KT_CALL_DEFCAL : (int32_t)p->gate_count;
    symbol->is_library = c->in_library;
    symbol->source = s->name_source;
    s->slot = (int32_t)p->gate_count;
    p->gates[p->gate_count++] = def;
    return 0;
}

/* ---- subroutines ---- */

int kt_check_def(kt_checker *c, kt_stmt *s)
{
    kt_program *p = c->program;
    if (c->blocks > 0 || c->in_gate || c->frame != &p->globals)
        return kt_check_say(c, s->source, s->length, NULL, "a subroutine is defined outside of blocks");
    const kt_symbol *known = kt_scope_find_here(&c->scope, s->name);
    if (known != NULL)
        return kt_check_say(c, s->name_source, (uint32_t)kt_utf8_count(s->name), NULL, "'%.*s' is declared twice",
                            KT_VIEW_ARG(s->name));
    kt_symbol *symbol = kt_scope_add(&c->scope, s->name);
    if (symbol == NULL || !KT_PROGRAM_GROW(p->arena, p->defs, p->def_room, p->def_count))
        return kt_check_nomem(c);
    symbol->kind = KT_SYMBOL_DEF;
    symbol->slot = (int32_t)p->def_count;
    symbol->source = s->name_source;
    s->slot = symbol->slot;
    kt_def def = { .stmt = s };
    for (const kt_formal *f = s->formals; f != NULL; f = f->next)
        def.formal_count++;
    p->defs[p->def_count++] = def;
    return 0;
}

static int check_def_body(kt_checker *c, kt_def *def)
{
    kt_stmt *s = (kt_stmt *)(uintptr_t)def->stmt; /* the tree is still ours */
    kt_frame_info *outer = c->frame;
    uint32_t count = 0;
    int rc = 0;
    for (kt_formal *f = s->formals; f != NULL && rc == 0; f = f->next)
        rc = kt_check_type(c, f->type);
    if (rc == 0)
        rc = kt_check_type(c, s->type);
    if (rc < 0)
        return rc;
    if (kt_scope_open(&c->scope) < 0)
        return kt_check_nomem(c);
    c->frame = &def->frame;
    c->def = s;
    rc = declare_formals(c, s->formals, NULL, &count);
    if (rc == 0)
        rc = kt_check_list(c, s->body);
    c->def = NULL;
    c->frame = outer;
    kt_scope_close(&c->scope, false);
    return rc;
}

int kt_check_def_bodies(kt_checker *c)
{
    int rc = 0;
    c->blocks = 1;
    for (uint32_t i = 0; i < c->program->def_count && rc == 0; i++)
        rc = check_def_body(c, &c->program->defs[i]);
    return rc;
}

int kt_check_extern(kt_checker *c, kt_stmt *s)
{
    kt_symbol *symbol = kt_scope_find_here(&c->scope, s->name);
    if (symbol != NULL)
        return kt_check_say(c, s->name_source, (uint32_t)kt_utf8_count(s->name), NULL, "'%.*s' is declared twice",
                            KT_VIEW_ARG(s->name));
    symbol = kt_scope_add(&c->scope, s->name);
    if (symbol == NULL)
        return kt_check_nomem(c);
    symbol->kind = KT_SYMBOL_EXTERN;
    symbol->slot = KT_CALL_EXTERN;
    symbol->source = s->name_source;
    return 0;
}

/* Qubits where qubits are wanted, values where values are. */
static int check_arguments(kt_checker *c, kt_expr *e, const kt_def *def)
{
    uint32_t count = 0;
    int rc = 0;
    const kt_formal *formal = def->stmt->formals;
    for (kt_expr *a = e->a; a != NULL && rc == 0; a = a->next, count++) {
        kt_class class;
        rc = kt_check_expr(c, a, &class);
        if (rc == 0 && formal != NULL && class != KT_CLASS_UNKNOWN &&
            (class == KT_CLASS_QUBITS) != (formal->type->kind == KT_TYPE_QUBIT))
            rc = kt_check_say(c, a->source, a->length, NULL, "parameter '%.*s' of '%.*s' takes %s",
                              KT_VIEW_ARG(formal->name), KT_VIEW_ARG(e->text),
                              class == KT_CLASS_QUBITS ? "a value, not qubits" : "qubits, not a value");
        formal = formal == NULL ? NULL : formal->next;
    }
    if (rc == 0 && count != def->formal_count)
        rc = kt_check_say(c, e->source, e->length, NULL, "'%.*s' takes %" PRIu32 " argument%s, found %" PRIu32,
                          KT_VIEW_ARG(e->text), def->formal_count, def->formal_count == 1 ? "" : "s", count);
    return rc;
}

static kt_class class_of_result(const kt_type *type)
{
    if (type == NULL || type->kind == KT_TYPE_VOID)
        return KT_CLASS_VOID;
    return type->kind == KT_TYPE_BIT && type->size != NULL ? KT_CLASS_BITS
           : type->kind == KT_TYPE_COMPLEX                 ? KT_CLASS_COMPLEX
           : type->kind == KT_TYPE_ARRAY                   ? KT_CLASS_ARRAY
           : type->kind == KT_TYPE_DURATION                ? KT_CLASS_DURATION
                                                           : KT_CLASS_NUMBER;
}

static int unknown_function(kt_checker *c, const kt_expr *e)
{
    kt_nearest nearest;
    char hint[96];
    if (kt_check_may_be_declared(c, e->text))
        return 0;
    kt_nearest_init(&nearest, e->text);
    kt_builtin_offer(&nearest);
    kt_scope_offer(&c->scope, &nearest);
    if (nearest.text.data != NULL)
        snprintf(hint, sizeof(hint), "did you mean '%.*s'?", (int)(nearest.text.length > 60 ? 60 : nearest.text.length),
                 nearest.text.data);
    return kt_check_say_unknown(c, e->source, (uint32_t)kt_utf8_count(e->text), nearest.text.data == NULL ? NULL : hint,
                                "subroutine '%.*s' is not defined", KT_VIEW_ARG(e->text));
}

static int check_builtin(kt_checker *c, kt_expr *e, int builtin)
{
    uint32_t count = 0, least, most;
    int rc = kt_check_exprs(c, e->a, &count);
    kt_builtin_arity(builtin, &least, &most);
    if (rc < 0 || (count >= least && count <= most))
        return rc;
    return kt_check_say(c, e->source, e->length, NULL, "%s takes %" PRIu32 "%s argument%s, found %" PRIu32,
                        kt_builtin_function_name(builtin), least, least == most ? "" : " or 2", most == 1 ? "" : "s",
                        count);
}

int kt_check_call(kt_checker *c, kt_expr *e, kt_class *out)
{
    const kt_symbol *s = kt_scope_find(&c->scope, e->text);
    const int builtin = kt_builtin_function_find(e->text);
    if (s != NULL && s->kind == KT_SYMBOL_EXTERN) {
        e->slot = KT_CALL_EXTERN;
        return kt_check_exprs(c, e->a, NULL);
    }
    if (s != NULL && s->kind == KT_SYMBOL_DEF) {
        const kt_def *def = &c->program->defs[s->slot];
        e->slot = s->slot;
        *out = class_of_result(def->stmt->type);
        if (c->in_gate)
            return kt_check_say(c, e->source, e->length, NULL, "a gate's body calls no subroutines");
        return check_arguments(c, e, def);
    }
    if (builtin < 0)
        return unknown_function(c, e);
    e->slot = KT_CALL_BUILTIN - builtin;
    return check_builtin(c, e, builtin);
}
