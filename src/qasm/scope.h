/* SPDX-License-Identifier: Apache-2.0 */
/* scope.h - the names that are visible at a place of a program, innermost block first.
 * Gates have names of their own: a register called `h` does not hide the gate. */
#ifndef KT_QASM_SCOPE_H
#define KT_QASM_SCOPE_H

#include "base/map.h"
#include "base/text.h"
#include "qasm/program_priv.h"
#include "qasm/value.h"

typedef enum kt_symbol_kind {
    KT_SYMBOL_VARIABLE,
    KT_SYMBOL_QUBITS,
    KT_SYMBOL_DEF, /* slot: index of the subroutine */
    KT_SYMBOL_EXTERN,
    KT_SYMBOL_GATE /* slot: index of the gate, or KT_CALL_DEFCAL */
} kt_symbol_kind;

typedef struct kt_symbol {
    uint8_t kind;
    uint8_t class_of;  /* kt_class of a variable */
    uint8_t type_kind; /* kt_type_kind it was declared with */
    bool is_const, is_input;
    bool is_leaked;  /* declared in a block that is over; see kt_scope_close */
    bool is_library; /* from stdgates.inc or qelib1.inc: may be defined again */
    bool has_length, has_constant;
    kt_view name;
    int32_t slot;
    uint32_t rank;   /* of an array; 0: not known */
    uint64_t length; /* of a register */
    uint64_t dims[KT_RANK_MOST];
    kt_value constant; /* a number known before the program runs */
    kt_source source;
    struct kt_symbol *shadowed; /* the same name further out */
    struct kt_symbol *next;     /* in the same block */
} kt_symbol;

typedef struct kt_block {
    struct kt_block *outer;
    kt_symbol *symbols;
} kt_block;

typedef struct kt_scope {
    kt_arena *arena;
    kt_map *names, *gates;
    kt_block *block;
} kt_scope;

int kt_scope_init(kt_scope *scope, kt_arena *arena); /* 0 or KT_E_NOMEM */
int kt_scope_open(kt_scope *scope);                  /* 0 or KT_E_NOMEM */
/* Names of the block are gone. leaks: a name that means nothing outside keeps its last meaning until it is declared
 * again, as Braket's simulator has it for the bodies of `if` and `while`. */
void kt_scope_close(kt_scope *scope, bool leaks);
kt_symbol *kt_scope_find(const kt_scope *scope, kt_view name);
/* The symbol of that name in the innermost block, unless it is a leaked one. */
kt_symbol *kt_scope_find_here(const kt_scope *scope, kt_view name);
kt_symbol *kt_scope_add(kt_scope *scope, kt_view name); /* NULL: no memory */
kt_symbol *kt_scope_find_gate(const kt_scope *scope, kt_view name);
kt_symbol *kt_scope_add_gate(kt_scope *scope, kt_view name);
void kt_scope_offer(const kt_scope *scope, kt_nearest *nearest);
void kt_scope_offer_gates(const kt_scope *scope, kt_nearest *nearest);

#endif
