/* SPDX-License-Identifier: Apache-2.0 */
/* program_priv.h - the inside of a checked program: its files, what they include, and what its names were resolved to.
 *
 * A name becomes a slot: the number of a variable in a frame. The main program has one frame, each call of a
 * subroutine or gate one of its own. Slots of the main frame carry KT_SLOT_GLOBAL, wherever they are used. */
#ifndef KT_QASM_PROGRAM_PRIV_H
#define KT_QASM_PROGRAM_PRIV_H

#include "circuit/gate.h"
#include "qasm/program.h"

enum {
    KT_SLOT_NONE = -1,
    KT_SLOT_GLOBAL = 1 << 30,
    KT_SLOT_CONSTANT = -2, /* and below: builtin constant -2 - n */
    KT_CALL_BUILTIN = -2,  /* and below: builtin gate (or function) -2 - n */
    KT_CALL_MEASURE_FF = -500,
    KT_CALL_CC_PRX = -501,
    KT_CALL_EXTERN = -502,
    KT_CALL_DEFCAL = -503
};

/* One variable of a frame. */
typedef struct kt_slot_info {
    kt_view name;
    uint32_t declaration; /* bits: position among the program's bit declarations, first half of a kt_cell */
    kt_source source;
} kt_slot_info;

typedef struct kt_frame_info {
    kt_slot_info *slots;
    uint32_t count, room;
} kt_frame_info;

typedef struct kt_gate_def {
    const kt_stmt *stmt;
    uint32_t parameter_count, qubit_count;
    bool has_phase; /* a gphase without a control somewhere in the body */
    kt_frame_info frame;
} kt_gate_def;

typedef struct kt_def {
    const kt_stmt *stmt;
    uint32_t formal_count;
    kt_frame_info frame;
} kt_def;

typedef struct kt_output_var {
    const kt_stmt *stmt;
    int32_t slot;
} kt_output_var;

struct kt_program {
    kt_arena *arena;
    kt_limits limits;
    bool syntax_only, wants_gradient;
    kt_ast *ast;
    kt_file_text *files;
    const char **folders; /* of each file: what relative includes start from; NULL: no includes */
    uint32_t file_count, file_room;
    kt_ast **includes; /* by the slot of the include statement */
    uint32_t include_count, include_room;
    kt_gate_def *gates;
    uint32_t gate_count, gate_room;
    kt_def *defs;
    uint32_t def_count, def_room;
    kt_frame_info globals;
    const kt_stmt **inputs; /* input declarations in order */
    uint32_t input_count, input_room;
    const kt_stmt **parameters; /* those that are float or angle */
    const char **parameter_names;
    uint32_t parameter_count, parameter_room;
    kt_output_var *outputs;
    uint32_t output_count, output_room;
    uint32_t bit_declarations;
    uint32_t *physical; /* the numbers of all $n, ascending */
    uint32_t physical_count, physical_room;
    int (*cancelled)(void *ctx); /* while it is parsed, as in kt_parse_options */
    void *cancelled_ctx;
};

/* Makes room for one more item in an arena array; false: no memory. */
bool kt_program_grow(kt_arena *arena, void **items, uint32_t *room, uint32_t count, size_t item_bytes);
#define KT_PROGRAM_GROW(arena, items, room, count)                                                                     \
    kt_program_grow((arena), (void **)&(items), &(room), (count), sizeof((items)[0]))

/* ---- include.c ---- */
typedef struct kt_include_options {
    bool allow_outside;
} kt_include_options;
/* The main file, or one more. name may be NULL: not from a file. */
int kt_program_add_file(kt_program *p, const char *name, kt_view text, kt_error *err);
/* Parses what the include statement names and gives it a slot in program->includes. Problems are diagnostics. */
int kt_program_include(kt_program *p, kt_stmt *include, const kt_include_options *options, int version,
                       kt_diagnostics *diags, kt_error *err);

/* ---- stdlib.c ---- */
/* The text of a library that is built in, or an empty view. */
kt_view kt_stdlib_text(kt_view name);

/* ---- check.c ---- */
int kt_program_check(kt_program *p, const kt_include_options *options, kt_diagnostics *diags, kt_error *err);

#endif
