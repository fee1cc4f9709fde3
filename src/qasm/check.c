/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - goes through a program once, in order, and gives every name its slot. What can be known to be wrong
 * without running the program is said here, as many errors as there are; the rest is said when it is executed. */
#include "qasm/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What of the unread text is searched for names, and how often: beyond that nothing more is said of names. */
enum { GAPS_BYTES = 1 << 16, NAMES_IN_GAPS = 1000 };

enum { STATEMENTS_A_TICK = 1 << 12 };

static int say(kt_checker *c, kt_source at, uint32_t length, const char *hint, const char *message)
{
    if (kt_diag(c->diags, kt_program_file(c->program, at.file), at, length == 0 ? 1 : length, KT_E_INVALID, hint, "%s",
                message) == KT_E_NOMEM)
        return kt_check_nomem(c);
    return kt_diag_full(c->diags) ? KT_E_LIMIT : 0;
}

int kt_check_say(kt_checker *c, kt_source at, uint32_t length, const char *hint, const char *format, ...)
{
    char message[400];
    if (c->names_only)
        return 0;
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    return say(c, at, length, hint, message);
}

static bool is_letter(char c)
{
    return c == '_' || (c & 0x80) != 0 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* As a word, or grown together with what stands on one side of it, as where a blank or bracket is missing. */
static bool has_word(kt_view text, kt_view word)
{
    const char *end = text.data + text.length, *at = text.data;
    while ((at = memmem(at, (size_t)(end - at), word.data, word.length)) != NULL) {
        const char *behind = at + word.length;
        if (at == text.data || !is_letter(at[-1]) || behind == end || !is_letter(*behind))
            return true;
        at++;
    }
    return false;
}

bool kt_check_may_be_declared(kt_checker *c, kt_view name)
{
    const kt_view include = { "include", 7 };
    size_t bytes = 0;
    for (const kt_ast_gap *gap = c->program->ast->gaps; gap != NULL && !c->names_lost; gap = gap->next) {
        bytes += gap->text.length;
        c->names_lost = bytes > GAPS_BYTES || has_word(gap->text, include);
        if (has_word(gap->text, name)) {
            c->names_lost = ++c->names_in_gaps > NAMES_IN_GAPS;
            return true;
        }
    }
    return c->names_lost;
}

int kt_check_say_unknown(kt_checker *c, kt_source at, uint32_t length, const char *hint, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    return say(c, at, length, hint, message);
}

int kt_check_nomem(kt_checker *c)
{
    return kt_fail_nomem(c->err, 0, "checking a program");
}

/* A body with a scope of its own. */
static int check_block(kt_checker *c, kt_stmt *body, bool leaks)
{
    if (kt_scope_open(&c->scope) < 0)
        return kt_check_nomem(c);
    c->blocks++;
    int rc = kt_check_list(c, body);
    c->blocks--;
    kt_scope_close(&c->scope, leaks);
    return rc;
}

static int check_if(kt_checker *c, kt_stmt *s)
{
    int rc = kt_check_number(c, s->expr, "a condition");
    if (rc == 0)
        rc = check_block(c, s->body, true);
    if (rc == 0 && s->orelse != NULL)
        rc = check_block(c, s->orelse, true);
    return rc;
}

static int check_while(kt_checker *c, kt_stmt *s)
{
    int rc = kt_check_number(c, s->expr, "a condition");
    c->loops++;
    if (rc == 0)
        rc = check_block(c, s->body, true);
    c->loops--;
    return rc;
}

static int check_for_range(kt_checker *c, kt_expr *range)
{
    kt_class class;
    int64_t step;
    if (range->kind != KT_EXPR_RANGE)
        return kt_check_expr(c, range, &class);
    int rc = 0;
    kt_expr *parts[] = { range->a, range->step, range->b };
    for (size_t i = 0; i < KT_COUNT(parts) && rc == 0; i++)
        if (parts[i] != NULL)
            rc = kt_check_number(c, parts[i], "a bound of a range");
    if (rc == 0 && range->b == NULL)
        rc = kt_check_say(c, range->source, range->length, NULL, "the range of a loop needs an end");
    if (rc == 0 && range->step != NULL && kt_check_constant_whole(c, range->step, &step) && step == 0)
        rc = kt_check_say(c, range->step->source, range->step->length, NULL, "a range with step 0 never ends");
    return rc;
}

static int check_for(kt_checker *c, kt_stmt *s)
{
    int rc = kt_check_type(c, s->type);
    if (rc == 0)
        rc = check_for_range(c, s->expr);
    if (rc < 0)
        return rc;
    if (kt_scope_open(&c->scope) < 0)
        return kt_check_nomem(c);
    c->blocks++;
    c->loops++;
    const kt_symbol *variable = kt_check_declare(c, s->name, s->name_source, s->type, &rc);
    if (variable != NULL)
        s->slot = variable->slot;
    if (rc == 0)
        rc = kt_check_list(c, s->body);
    c->loops--;
    c->blocks--;
    kt_scope_close(&c->scope, false);
    return rc;
}

static int check_switch(kt_checker *c, kt_stmt *s)
{
    int rc = kt_check_number(c, s->expr, "the value of a switch");
    bool has_default = false;
    for (kt_stmt *branch = s->cases; branch != NULL && rc == 0; branch = branch->next) {
        if (branch->expr == NULL) {
            if (has_default)
                rc = kt_check_say(c, branch->source, branch->length, NULL, "a switch has one default");
            has_default = true;
        }
        for (kt_expr *label = branch->expr; label != NULL && rc == 0; label = label->next)
            rc = kt_check_number(c, label, "a case");
        if (rc == 0)
            rc = check_block(c, branch->body, false);
    }
    return rc;
}

/* A target that is no variable: its name was said to be unknown, or is one of the language's constants. */
static int check_no_constant(kt_checker *c, const kt_expr *target)
{
    const kt_expr *e = target;
    while (e->kind == KT_EXPR_INDEX)
        e = e->a;
    if (e->kind != KT_EXPR_NAME || e->slot > KT_SLOT_CONSTANT)
        return 0;
    return kt_check_say(c, target->source, target->length, "declare a variable of another name",
                        "'%.*s' is a constant of the language and cannot be changed", KT_VIEW_ARG(e->text));
}

static int check_assign(kt_checker *c, kt_stmt *s)
{
    kt_class target = KT_CLASS_UNKNOWN, value = KT_CLASS_UNKNOWN;
    int rc = kt_check_expr(c, s->target, &target);
    if (rc == 0)
        rc = kt_check_expr(c, s->expr, &value);
    if (rc < 0)
        return rc;
    const kt_symbol *root = kt_check_root(c, s->target);
    if (root == NULL)
        return check_no_constant(c, s->target);
    if (root->kind != KT_SYMBOL_VARIABLE)
        return kt_check_say(c, s->target->source, s->target->length, NULL, "'%.*s' is not a classical variable: %s",
                            KT_VIEW_ARG(root->name),
                            root->kind == KT_SYMBOL_QUBITS ? "qubits are not assigned to" : "it cannot be assigned to");
    if (root->is_const)
        return kt_check_say(c, s->target->source, s->target->length, NULL, "'%.*s' is const and cannot be changed",
                            KT_VIEW_ARG(root->name));
    const bool bits_of_number =
        s->target->kind == KT_EXPR_INDEX &&
        (root->type_kind == KT_TYPE_INT || root->type_kind == KT_TYPE_UINT || root->type_kind == KT_TYPE_ANGLE);
    if (s->expr->kind == KT_EXPR_MEASURE && root->type_kind != KT_TYPE_BIT && !bits_of_number)
        return kt_check_say(c, s->target->source, s->target->length, "declare it as bit, or cast afterwards",
                            "a measurement goes into a bit or bit register, and '%.*s' is none",
                            KT_VIEW_ARG(root->name));
    if (value == KT_CLASS_QUBITS)
        return kt_check_say(c, s->expr->source, s->expr->length, "measure them",
                            "qubits are not a value that can be assigned");
    if (value == KT_CLASS_VOID)
        return kt_check_say(c, s->expr->source, s->expr->length, NULL, "this subroutine returns nothing");
    return 0;
}

static int check_return(kt_checker *c, kt_stmt *s)
{
    kt_class class;
    if (c->def == NULL)
        return kt_check_say(c, s->source, s->length, NULL, "return stands outside a subroutine");
    if (s->expr == NULL)
        return 0;
    if (c->def->type == NULL || c->def->type->kind == KT_TYPE_VOID)
        return kt_check_say(c, s->expr->source, s->expr->length, "declare its result: def name(...) -> type",
                            "'%.*s' is declared without a result", KT_VIEW_ARG(c->def->name));
    return kt_check_expr(c, s->expr, &class);
}

static int check_quantum(kt_checker *c, kt_stmt *s)
{
    uint32_t count = 0;
    int rc = 0;
    if (c->in_gate && s->kind != KT_STMT_BARRIER)
        return kt_check_say(c, s->source, s->length, NULL, "a gate's body holds gates only");
    if (s->kind == KT_STMT_DELAY)
        rc = kt_check_number(c, s->expr, "a duration");
    return rc < 0 ? rc : kt_check_operands(c, s->operands, &count);
}

static int check_include(kt_checker *c, kt_stmt *s)
{
    if (c->blocks > 0 || c->frame != &c->program->globals)
        return kt_check_say(c, s->source, s->length, NULL, "include stands inside a block");
    const bool is_library = kt_stdlib_text(s->text).length > 0;
    int rc = kt_program_include(c->program, s, c->options, is_library ? 3 : c->version, c->diags, c->err);
    if (rc == KT_E_SYNTAX || rc == KT_E_INVALID || (rc == 0 && s->slot < 0)) {
        c->names_lost = true;
        return kt_diag_full(c->diags) ? KT_E_LIMIT : 0;
    }
    if (rc < 0)
        return rc;
    const bool outer = c->in_library;
    c->in_library = is_library;
    rc = kt_check_list(c, c->program->includes[s->slot]->statements);
    c->in_library = outer;
    return rc;
}

static int check_measure(kt_checker *c, kt_stmt *s)
{
    kt_class class;
    if (c->in_gate)
        return kt_check_say(c, s->source, s->length, NULL, "a gate's body holds gates only");
    return kt_check_expr(c, s->expr, &class);
}

static int check_loop_exit(kt_checker *c, const kt_stmt *s)
{
    if (c->loops > 0)
        return 0;
    return kt_check_say(c, s->source, s->length, NULL, "%s stands outside a loop",
                        s->kind == KT_STMT_BREAK ? "break" : "continue");
}

static int check_box(kt_checker *c, kt_stmt *s)
{
    kt_class class;
    int rc = s->expr == NULL ? 0 : kt_check_expr(c, s->expr, &class);
    return rc < 0 ? rc : check_block(c, s->body, true);
}

static int check_defcal(kt_checker *c, kt_stmt *s)
{
    kt_symbol *gate = kt_scope_find_gate(&c->scope, s->name);
    if (gate != NULL && gate->slot != KT_CALL_DEFCAL)
        return 0; /* calibrates a gate that is defined: its definition runs here */
    gate = kt_scope_add_gate(&c->scope, s->name);
    if (gate == NULL)
        return kt_check_nomem(c);
    gate->slot = KT_CALL_DEFCAL;
    gate->source = s->source;
    return 0;
}

/* Every few milliseconds: whether the caller wants to go on. */
static int ask_to_go_on(kt_checker *c)
{
    const kt_program *p = c->program;
    if (++c->statement_count % STATEMENTS_A_TICK != 0 || p->cancelled == NULL || p->cancelled(p->cancelled_ctx) == 0)
        return 0;
    return kt_fail(c->err, KT_E_CANCELLED, "%s: cancelled while the program was checked", p->files[0].name);
}

static int check_statement(kt_checker *c, kt_stmt *s)
{
    kt_class class;
    switch ((kt_stmt_kind)s->kind) {
    case KT_STMT_INCLUDE: return check_include(c, s);
    case KT_STMT_DECL: return kt_check_declaration(c, s);
    case KT_STMT_ALIAS: return kt_check_alias(c, s);
    case KT_STMT_GATE_DEF: return kt_check_gate_def(c, s);
    case KT_STMT_GATE_CALL: return kt_check_gate_call(c, s);
    case KT_STMT_MEASURE: return check_measure(c, s);
    case KT_STMT_ASSIGN: return check_assign(c, s);
    case KT_STMT_EXPR: return kt_check_expr(c, s->expr, &class);
    case KT_STMT_RESET:
    case KT_STMT_BARRIER:
    case KT_STMT_DELAY: return check_quantum(c, s);
    case KT_STMT_BOX: return check_box(c, s);
    case KT_STMT_IF: return check_if(c, s);
    case KT_STMT_FOR: return check_for(c, s);
    case KT_STMT_WHILE: return check_while(c, s);
    case KT_STMT_SWITCH: return check_switch(c, s);
    case KT_STMT_BREAK:
    case KT_STMT_CONTINUE: return check_loop_exit(c, s);
    case KT_STMT_DEF: return kt_check_def(c, s);
    case KT_STMT_RETURN: return check_return(c, s);
    case KT_STMT_EXTERN: return kt_check_extern(c, s);
    case KT_STMT_DEFCAL: return check_defcal(c, s);
    case KT_STMT_PRAGMA: return kt_check_pragma(c, s);
    case KT_STMT_BLOCK: return check_block(c, s->body, false);
    default: return 0; /* case (under switch), end, cal, defcalgrammar, annotation, nothing */
    }
}

int kt_check_list(kt_checker *c, kt_stmt *list)
{
    int rc = 0;
    for (kt_stmt *s = list; s != NULL && rc == 0; s = s->next) {
        const kt_memory_mark mark = kt_memory_get_mark(&c->memory);
        const bool wants_box = c->after_verbatim;
        c->after_verbatim = false;
        if (wants_box && s->kind != KT_STMT_BOX && s->kind != KT_STMT_ANNOTATION)
            rc = kt_check_say(c, s->source, s->length, "box { ... }",
                              "a box statement must follow the pragma 'braket verbatim'");
        if (rc == 0)
            rc = ask_to_go_on(c);
        if (rc == 0)
            rc = check_statement(c, s);
        kt_memory_release(&c->memory, mark);
    }
    return rc;
}

static int compare_labels(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The physical qubits, ascending, each once. */
static void sort_physical(kt_program *p)
{
    uint32_t kept = 0;
    if (p->physical_count > 0)
        qsort(p->physical, p->physical_count, sizeof(p->physical[0]), compare_labels);
    for (uint32_t i = 0; i < p->physical_count; i++)
        if (kept == 0 || p->physical[kept - 1] != p->physical[i])
            p->physical[kept++] = p->physical[i];
    p->physical_count = kept;
}

int kt_program_check(kt_program *p, const kt_include_options *options, kt_diagnostics *diags, kt_error *err)
{
    kt_checker c = {
        .program = p, .diags = diags, .err = err, .options = options, .frame = &p->globals, .version = p->ast->version
    };
    kt_memory_init(&c.memory, p->limits.memory_bytes);
    c.arith =
        (kt_arith){ .memory = &c.memory, .low_first = p->ast->version == 2, .real_division = p->ast->version == 2 };
    c.names_only = kt_diagnostics_count(diags) > 0;
    int rc = kt_scope_init(&c.scope, p->arena) < 0 ? kt_check_nomem(&c) : 0;
    if (rc == 0)
        rc = kt_check_list(&c, p->ast->statements);
    if (rc == 0)
        rc = kt_check_def_bodies(&c);
    sort_physical(p);
    kt_memory_reset(&c.memory);
    return rc == KT_E_LIMIT && kt_diagnostics_count(diags) > 0 ? 0 : rc;
}
