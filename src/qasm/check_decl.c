/* SPDX-License-Identifier: Apache-2.0 */
/* check_decl.c - declarations: types and their sizes, variables and their slots, aliases, inputs and outputs. */
#include "qasm/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A size that is known now must lie in [1, most]. */
static int check_size(kt_checker *c, kt_expr *size, const char *what, uint64_t most)
{
    int64_t n;
    int rc = kt_check_number(c, size, "a size");
    if (rc < 0 || !kt_check_constant_whole(c, size, &n))
        return rc;
    if (n < 1)
        return kt_check_say(c, size->source, size->length, NULL, "%s must be at least 1, found %" PRId64, what, n);
    if ((uint64_t)n > most)
        return kt_check_say(c, size->source, size->length, NULL, "%s is %" PRId64 ", at most %" PRIu64 " %s", what, n,
                            most, most <= KT_WIDTH_MOST ? "bits are supported" : "is the limit");
    return 0;
}

static int check_float_size(kt_checker *c, kt_expr *size)
{
    int64_t n;
    int rc = kt_check_number(c, size, "a size");
    if (rc == 0 && kt_check_constant_whole(c, size, &n) && n != 16 && n != 32 && n != 64)
        return kt_check_say(c, size->source, size->length, NULL, "a float has 16, 32 or 64 bits, not %" PRId64, n);
    return rc;
}

int kt_check_type(kt_checker *c, kt_type *type)
{
    int rc = 0;
    uint32_t rank = 0;
    if (type == NULL)
        return 0;
    if (type->size != NULL) {
        switch ((kt_type_kind)type->kind) {
        case KT_TYPE_FLOAT: return check_float_size(c, type->size);
        case KT_TYPE_QUBIT:
            return check_size(c, type->size, "the length of a qubit register", c->program->limits.register_bits);
        case KT_TYPE_BIT:
            return check_size(c, type->size, "the length of a bit register", c->program->limits.register_bits);
        case KT_TYPE_ANGLE: return check_size(c, type->size, "the width of an angle", 52);
        default: return check_size(c, type->size, "the width of an integer", KT_WIDTH_MOST);
        }
    }
    if (type->base != NULL)
        rc = kt_check_type(c, type->base);
    for (kt_expr *dim = type->dims; dim != NULL && rc == 0; dim = dim->next, rank++)
        rc = check_size(c, dim, "a dimension of an array", c->program->limits.array_elements);
    if (rc == 0 && rank > KT_RANK_MOST)
        rc = kt_check_say(c, type->source, 1, NULL, "an array has at most %d dimensions, found %" PRIu32, KT_RANK_MOST,
                          rank);
    return rc < 0 || type->rank == NULL ? rc : check_size(c, type->rank, "the number of dimensions", KT_RANK_MOST);
}

static kt_class class_of_type(const kt_type *type)
{
    switch ((kt_type_kind)type->kind) {
    case KT_TYPE_BIT: return type->size == NULL ? KT_CLASS_NUMBER : KT_CLASS_BITS;
    case KT_TYPE_COMPLEX: return KT_CLASS_COMPLEX;
    case KT_TYPE_DURATION:
    case KT_TYPE_STRETCH: return KT_CLASS_DURATION;
    case KT_TYPE_QUBIT: return KT_CLASS_QUBITS;
    case KT_TYPE_ARRAY: return KT_CLASS_ARRAY;
    case KT_TYPE_VOID: return KT_CLASS_VOID;
    default: return KT_CLASS_NUMBER;
    }
}

static void note_shape(kt_checker *c, kt_symbol *s, const kt_type *type)
{
    int64_t n;
    if (type->kind == KT_TYPE_QUBIT || type->kind == KT_TYPE_BIT) {
        s->has_length = type->size == NULL || (kt_check_constant_whole(c, type->size, &n) && n >= 0);
        s->length = type->size == NULL ? 1 : s->has_length ? (uint64_t)n : 0;
    }
    if (type->kind != KT_TYPE_ARRAY || type->dims == NULL)
        return;
    s->has_length = true;
    for (const kt_expr *dim = type->dims; dim != NULL && s->rank < KT_RANK_MOST; dim = dim->next) {
        s->has_length = s->has_length && kt_check_constant_whole(c, dim, &n) && n >= 0;
        if (s->has_length)
            s->dims[s->rank] = (uint64_t)n;
        s->rank++;
    }
}

static int redeclared(kt_checker *c, kt_view name, kt_source at, const kt_symbol *first)
{
    char hint[120];
    const kt_file_text *file = kt_program_file(c->program, first->source.file);
    snprintf(hint, sizeof(hint), "first declared in %.60s, line %" PRIu32, file->name, first->source.line);
    return kt_check_say(c, at, (uint32_t)kt_utf8_count(name), hint, "'%.*s' is declared twice", KT_VIEW_ARG(name));
}

kt_symbol *kt_check_declare(kt_checker *c, kt_view name, kt_source at, const kt_type *type, int *rc)
{
    const kt_symbol *here = kt_scope_find_here(&c->scope, name);
    const kt_symbol *seen = kt_scope_find(&c->scope, name);
    const bool in_main = c->frame == &c->program->globals;
    const bool is_same = seen != NULL && seen->is_leaked && seen->type_kind == type->kind && seen->slot >= 0 &&
                         in_main == ((seen->slot & KT_SLOT_GLOBAL) != 0);
    const int32_t leaked_slot = is_same ? seen->slot : KT_SLOT_NONE;
    if (here != NULL) {
        *rc = redeclared(c, name, at, here);
        return NULL;
    }
    kt_symbol *s = kt_scope_add(&c->scope, name);
    kt_frame_info *frame = c->frame;
    if (s == NULL || !KT_PROGRAM_GROW(c->program->arena, frame->slots, frame->room, frame->count)) {
        *rc = kt_check_nomem(c);
        return NULL;
    }
    s->kind = type->kind == KT_TYPE_QUBIT ? KT_SYMBOL_QUBITS : KT_SYMBOL_VARIABLE;
    s->type_kind = type->kind;
    s->class_of = (uint8_t)class_of_type(type);
    s->source = at;
    note_shape(c, s, type);
    if (leaked_slot != KT_SLOT_NONE) {
        s->slot = leaked_slot;
        return s;
    }
    s->slot = (int32_t)frame->count | (frame == &c->program->globals ? KT_SLOT_GLOBAL : 0);
    frame->slots[frame->count++] = (kt_slot_info){
        .name = name, .source = at, .declaration = type->kind == KT_TYPE_BIT ? c->program->bit_declarations++ : 0
    };
    return s;
}

static int note_input(kt_checker *c, kt_stmt *s)
{
    kt_program *p = c->program;
    void *inputs = (void *)p->inputs, *parameters = (void *)p->parameters;
    const bool ok = kt_program_grow(p->arena, &inputs, &p->input_room, p->input_count, sizeof(void *)) &&
                    kt_program_grow(p->arena, &parameters, &p->parameter_room, p->parameter_count, sizeof(void *));
    if (!ok)
        return kt_check_nomem(c);
    p->inputs = inputs;
    p->parameters = parameters;
    p->inputs[p->input_count++] = s;
    if (s->type->kind == KT_TYPE_FLOAT || s->type->kind == KT_TYPE_ANGLE)
        p->parameters[p->parameter_count++] = s;
    return 0;
}

static int note_output(kt_checker *c, const kt_stmt *s)
{
    kt_program *p = c->program;
    if (!KT_PROGRAM_GROW(p->arena, p->outputs, p->output_room, p->output_count))
        return kt_check_nomem(c);
    p->outputs[p->output_count++] = (kt_output_var){ s, s->slot };
    return 0;
}

static int check_place(kt_checker *c, const kt_stmt *s)
{
    const bool in_main = c->frame == &c->program->globals;
    if (c->in_gate)
        return kt_check_say(c, s->source, s->length, NULL, "a gate's body holds gates only");
    if (s->type->kind == KT_TYPE_QUBIT && (!in_main || c->loops > 0))
        return kt_check_say(c, s->source, s->length, "declare them at the beginning of the program",
                            "qubits cannot be declared in a %s", in_main ? "loop" : "subroutine");
    if (s->io != 0 && (!in_main || c->blocks > 0))
        return kt_check_say(c, s->source, s->length, NULL, "%s is declared outside of blocks",
                            s->io == 1 ? "an input" : "an output");
    return 0;
}

static int check_initial(kt_checker *c, kt_stmt *s)
{
    kt_class class;
    int rc = kt_check_expr(c, s->expr, &class);
    if (rc < 0)
        return rc;
    if (s->is_const && s->expr->kind == KT_EXPR_MEASURE)
        return kt_check_say(c, s->expr->source, s->expr->length, NULL,
                            "a const cannot be initialised by a measurement");
    if (s->expr->kind == KT_EXPR_MEASURE && s->type->kind != KT_TYPE_BIT)
        return kt_check_say(c, s->expr->source, s->expr->length, "declare it as bit, or cast afterwards",
                            "a measurement goes into a bit or bit register");
    if (class == KT_CLASS_QUBITS || class == KT_CLASS_VOID)
        return kt_check_say(c, s->expr->source, s->expr->length, NULL, "%s no value for a variable",
                            class == KT_CLASS_QUBITS ? "qubits are" : "a call without a result is");
    return 0;
}

/* Remembers the number of a const, fitted to its type, so that sizes and indexes made from it are known. */
static void note_constant(kt_checker *c, kt_symbol *symbol, const kt_stmt *s)
{
    static const uint8_t kinds[] = { [KT_TYPE_BOOL] = KT_VALUE_BOOL,
                                     [KT_TYPE_INT] = KT_VALUE_INT,
                                     [KT_TYPE_UINT] = KT_VALUE_UINT,
                                     [KT_TYPE_FLOAT] = KT_VALUE_FLOAT };
    kt_value v;
    int64_t width = 0;
    if (s->type->kind < KT_TYPE_BOOL || s->type->kind > KT_TYPE_FLOAT || !kt_check_constant(c, s->expr, &v))
        return;
    if (s->type->size != NULL &&
        (!kt_check_constant_whole(c, s->type->size, &width) || width < 1 || width > KT_WIDTH_MOST))
        return;
    const kt_shape_type type = { .kind = kinds[s->type->kind], .width = (uint32_t)width };
    symbol->has_constant = kt_value_cast(&c->memory, &type, &v, &symbol->constant, NULL) == 0;
}

int kt_check_declaration(kt_checker *c, kt_stmt *s)
{
    int rc = check_place(c, s);
    if (rc == 0)
        rc = kt_check_type(c, s->type);
    if (rc == 0 && s->expr != NULL)
        rc = check_initial(c, s); /* before the name exists: it may mean an outer one */
    if (rc < 0)
        return rc;
    kt_symbol *symbol = kt_check_declare(c, s->name, s->name_source, s->type, &rc);
    if (symbol == NULL)
        return rc;
    s->slot = symbol->slot;
    symbol->is_const = s->is_const;
    symbol->is_input = s->io == 1;
    if (s->is_const && s->expr != NULL)
        note_constant(c, symbol, s);
    if (s->io == 1)
        return note_input(c, s);
    return s->io == 2 ? note_output(c, s) : 0;
}

/* How many qubits or bits an alias has, where that is known. */
static bool alias_length(kt_checker *c, const kt_expr *e, uint64_t *out)
{
    uint64_t a, b;
    const kt_symbol *s;
    switch (e->kind) {
    case KT_EXPR_NAME:
        s = kt_scope_find(&c->scope, e->text);
        *out = s == NULL ? 0 : s->length;
        return s != NULL && s->has_length;
    case KT_EXPR_PHYSICAL: *out = 1; return true;
    case KT_EXPR_INDEX: /* one place; what a range or a set selects is found when it runs */
        *out = 1;
        return e->a->kind == KT_EXPR_NAME && e->b->kind != KT_EXPR_RANGE && e->b->kind != KT_EXPR_SET;
    case KT_EXPR_CONCAT:
        if (!alias_length(c, e->a, &a) || !alias_length(c, e->b, &b))
            return false;
        *out = a + b;
        return true;
    default: return false;
    }
}

/* What an alias is one of. */
typedef struct alias_kind {
    bool qubits, bits, others; /* among the names it joins */
    bool is_const;
} alias_kind;

static void find_kind(kt_checker *c, const kt_expr *e, alias_kind *out)
{
    if (e->kind == KT_EXPR_CONCAT) {
        find_kind(c, e->a, out);
        find_kind(c, e->b, out);
        return;
    }
    while (e->kind == KT_EXPR_INDEX)
        e = e->a;
    const kt_symbol *s = e->kind == KT_EXPR_NAME ? kt_scope_find(&c->scope, e->text) : NULL;
    const bool is_bits = s != NULL && s->kind == KT_SYMBOL_VARIABLE && s->type_kind == KT_TYPE_BIT;
    const bool is_qubits = e->kind == KT_EXPR_PHYSICAL || (s != NULL && s->kind == KT_SYMBOL_QUBITS);
    const bool is_unknown = e->kind == KT_EXPR_NAME && s == NULL && e->slot == KT_SLOT_NONE; /* said already */
    out->qubits |= is_qubits;
    out->bits |= is_bits;
    out->others |= !is_bits && !is_qubits && !is_unknown;
    out->is_const |= s != NULL && s->is_const;
}

int kt_check_alias(kt_checker *c, kt_stmt *s)
{
    static const kt_type qubits = { .kind = KT_TYPE_QUBIT }, bits = { .kind = KT_TYPE_BIT };
    kt_class class;
    uint64_t length = 0;
    alias_kind kind = { 0 };
    if (c->in_gate)
        return kt_check_say(c, s->source, s->length, NULL, "a gate's body holds gates only");
    int rc = kt_check_expr(c, s->expr, &class);
    if (rc < 0)
        return rc;
    find_kind(c, s->expr, &kind);
    if (kind.others)
        return kt_check_say(c, s->expr->source, s->expr->length, "for a copy, declare a variable of its type",
                            "an alias names qubits or classical bits, and this is something else");
    if (kind.qubits && kind.bits)
        return kt_check_say(c, s->expr->source, s->expr->length, NULL, "qubits and classical bits cannot be joined");
    const bool known = alias_length(c, s->expr, &length);
    kt_symbol *symbol = kt_check_declare(c, s->name, s->name_source, kind.bits ? &bits : &qubits, &rc);
    if (symbol == NULL)
        return rc;
    if (kind.bits) {
        symbol->class_of = (uint8_t) class;
        symbol->is_const = kind.is_const;
    }
    symbol->has_length = known;
    symbol->length = length;
    s->slot = symbol->slot;
    return 0;
}
