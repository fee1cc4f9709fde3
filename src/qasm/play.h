/* SPDX-License-Identifier: Apache-2.0 */
/* play.h - inside of the interpreter. A kt_play walks a checked program's tree and sends its operations to a sink.
 * Every run starts from nothing but the inputs, so running again does the same, given the same outcomes.
 *
 * Functions return 0, a flow (how a list of statements was left), or a negative code; then play->error says why, with
 * the place in the program, and the same is among the diagnostics. */
#ifndef KT_QASM_PLAY_H
#define KT_QASM_PLAY_H

#include "qasm/builtin.h"
#include "qasm/program_priv.h"
#include "qasm/value.h"

/* What an expression gives when a subroutine called in it met `end`: on the way up it is like an error that was said
 * already, until the statement around it turns it into KT_FLOW_END. No kt_code has this number. */
enum { KT_PLAY_ENDS = -10000 };

typedef enum kt_flow { KT_FLOW_NEXT, KT_FLOW_BREAK, KT_FLOW_CONTINUE, KT_FLOW_RETURN, KT_FLOW_END } kt_flow;

/* Operations kept instead of sent: the body of a gate that is about to be inverted, repeated or controlled. */
typedef struct kt_recorder {
    struct kt_recorder *outer;
    kt_op *ops;
    size_t count, room;
} kt_recorder;

typedef struct kt_late_measure {
    uint32_t qubit;
    kt_source source;
    uint32_t length;
} kt_late_measure;

typedef struct kt_feedback {
    int64_t key;
    int outcome;
} kt_feedback;

/* One classical bit of a variable: of a register, or (bit 0) a bit on its own. The variable may have been declared
 * anew since: whether it has such a bit is looked at whenever it is read or written. */
typedef struct kt_place {
    kt_value *var;
    kt_cell cell; /* its column in the result */
    uint32_t bit;
} kt_place;

/* What a name, a slice of it or several of them joined stand for, bit by bit. */
typedef struct kt_places {
    uint32_t count;
    bool single; /* a bit, not a register of one */
    const kt_place *at;
} kt_places;

struct kt_play {
    const kt_program *program;
    kt_inputs *inputs;
    kt_limits limits;
    kt_arith arith;
    kt_memory memory;
    uint64_t executed;
    int (*tick)(void *ctx, kt_error *err);
    void *tick_ctx;

    /* of one run */
    const kt_sink *sink;
    kt_diagnostics *diags;
    kt_error error;
    const char *stack_base;
    kt_value *globals, *frame;
    const kt_frame_info *frame_info;
    const kt_stmt *now;     /* the statement that runs */
    uint64_t emitted_bytes; /* what the operations sent take */
    uint32_t depth;
    kt_recorder *recorder;
    kt_value result;                  /* of the subroutine that returns */
    const kt_places *destination;     /* of the call or measurement that is evaluated next: `return measure q` in there
                                         puts its outcome into the bits that the call is assigned to */
    const kt_places *own_destination; /* of the subroutine that runs */
    bool verbatim_next;
    uint32_t qubit_count, qubit_room;
    uint32_t *labels;
    uint8_t *touched;
    uint32_t register_qubits; /* declared so far: the next label */
    uint32_t *physical;       /* index of each of program->physical, or UINT32_MAX */
    kt_late_measure *late;
    uint32_t late_count, late_room;
    kt_feedback *feedback;
    uint32_t feedback_count, feedback_room;
    kt_arena *want_arena;
    kt_want *wants;
    uint32_t want_count, want_room;
};

/* ---- play.c ---- */
/* Says what is wrong at a place; returns code. */
int kt_play_fail(kt_play *p, kt_source at, uint32_t length, kt_code code, const char *hint, const char *format, ...)
    KT_PRINTF(6, 7);
int kt_play_fail_at(kt_play *p, const kt_expr *e, const kt_error *why); /* a message without a place gets one */
int kt_play_nomem(kt_play *p);
int kt_play_memory(kt_play *p, const char *what); /* for a NULL from p->memory */
/* Whether another level of calls fits the C stack. */
int kt_play_stack(kt_play *p, kt_source at, uint32_t length);
/* One more statement or operation. */
int kt_play_count_more(kt_play *p, kt_source at, uint32_t length);
bool kt_play_grow(void **items, uint32_t *room, uint32_t count, size_t item_bytes); /* on the heap */
int kt_play_add_qubit(kt_play *p, uint32_t label, kt_source at, uint32_t *out);

static inline kt_value *kt_play_slot(const kt_play *p, int32_t slot)
{
    return (slot & KT_SLOT_GLOBAL) != 0 ? &p->globals[slot & ~KT_SLOT_GLOBAL] : &p->frame[slot];
}

/* ---- eval.c ---- */
int kt_eval(kt_play *p, const kt_expr *e, kt_value *out);
int kt_eval_whole(kt_play *p, const kt_expr *e, const char *what, int64_t *out);
int kt_eval_truth(kt_play *p, const kt_expr *e, bool *out);
/* A copy that needs no variable. */
int kt_eval_detach(kt_play *p, kt_value *v);

/* ---- index.c ---- */
/* Spans of an index list over dimensions of these lengths. */
int kt_index_spans(kt_play *p, const kt_expr *items, const uint64_t *lengths, uint32_t rank, kt_span *spans,
                   uint32_t *count);
int kt_index_value(kt_play *p, const kt_expr *e, const kt_value *base, kt_value *out);
/* The bits of an integer or angle with a width, as a register. */
int kt_index_as_bits(kt_play *p, const kt_value *v, kt_value *out, kt_error *err);

/* ---- call.c ---- */
int kt_call(kt_play *p, const kt_expr *e, kt_value *out);

/* ---- declare.c ---- */
int kt_shape_of(kt_play *p, const kt_type *type, kt_shape_type *out);
int kt_exec_declare(kt_play *p, const kt_stmt *s);
/* Makes *var a variable of the type without a value (numbers start at 0, as in Braket's simulator). */
int kt_declare_variable(kt_play *p, const kt_type *type, kt_source at, kt_value *var);
/* Gives a variable a new value, fitted to its type. */
int kt_store_variable(kt_play *p, kt_value *var, const kt_value *v, const kt_expr *at);
int kt_store_literal(kt_play *p, kt_array *a, const kt_expr *set);
void kt_drop_variable(kt_play *p, kt_value *var);

/* ---- alias.c ---- */
int kt_exec_alias(kt_play *p, const kt_stmt *s);
/* The bits that an expression of names, indexes and ++ stands for; out->at is NULL when they are no classical bits. */
int kt_places_of(kt_play *p, const kt_expr *e, kt_places *out);
int kt_places_read(kt_play *p, const kt_places *places, const kt_expr *at, kt_value *out);
/* v: a bit for a single place, a register (or an integer) for several. */
int kt_places_write(kt_play *p, const kt_places *places, const kt_value *v, const kt_expr *at);
int kt_place_set(kt_play *p, const kt_place *place, const kt_value *bit, const kt_expr *at);
int kt_alias_read(kt_play *p, const kt_value *alias, const kt_expr *at, kt_value *out);

/* ---- assign.c ---- */
int kt_exec_assign(kt_play *p, const kt_stmt *s);
int kt_assign_value(kt_play *p, const kt_expr *target, const kt_value *v, const kt_expr *at);

/* ---- measure.c ---- */
int kt_exec_measure(kt_play *p, const kt_stmt *s);                                      /* without a destination */
int kt_measure_into(kt_play *p, const kt_expr *measure, const kt_expr *target);         /* target = measure q; */
int kt_measure_new(kt_play *p, const kt_expr *measure, int32_t slot, const kt_stmt *s); /* bit b = measure q; */
int kt_measure_value(kt_play *p, const kt_expr *measure, kt_value *out);                /* return measure q; */
int kt_measure_qubit(kt_play *p, uint32_t qubit, kt_cell cell, const kt_expr *at, kt_value *out);
int kt_measure_flush(kt_play *p); /* the measurements that were put off to the end */

/* ---- qubits.c ---- */
int kt_operand(kt_play *p, const kt_expr *e, const uint32_t **qubits, uint32_t *count);
int kt_operand_list(kt_play *p, const kt_expr *list, uint32_t **qubits, uint32_t *count);
/* The qubit $label; all that the program mentions come into being with the first, in ascending order. */
int kt_physical_qubit(kt_play *p, uint64_t label, kt_source at, uint32_t *out);
/* The next qubit of a register; it is $label where that exists. */
int kt_register_qubit(kt_play *p, kt_source at, uint32_t *out);
int kt_distinct(kt_play *p, const uint32_t *qubits, uint32_t count, kt_source at, uint32_t length);
int kt_emit(kt_play *p, const kt_op *op, uint32_t length);

/* ---- gate_call.c ---- */
int kt_exec_gate(kt_play *p, const kt_stmt *s);

/* ---- modify.c ---- */
typedef struct kt_modify {
    uint32_t control_count;
    uint64_t control_states;
    double power;
    const uint32_t *controls; /* control_count qubits */
    const uint32_t *targets;
    uint32_t target_count;
} kt_modify;
int kt_recorder_add(kt_play *p, kt_recorder *r, const kt_op *op);
/* Sends what was recorded, changed as the modifiers say. */
int kt_modify_emit(kt_play *p, const kt_recorder *r, const kt_modify *how, const kt_stmt *s);

/* ---- compose.c ---- */
/* The matrix of a row of gates on up to 6 qubits: 2^count square, first qubit most significant. */
int kt_compose(const kt_op *ops, size_t op_count, const uint32_t *qubits, uint32_t count, kt_complex *out,
               kt_error *err);

/* ---- exec.c ---- */
int kt_exec_list(kt_play *p, const kt_stmt *list);

/* ---- exec_pragma.c ---- */
int kt_exec_pragma(kt_play *p, const kt_stmt *s);

/* ---- inputs.c ---- */
/* The value of an input as JSON (borrowed), or NULL. */
const void *kt_inputs_find(const kt_inputs *inputs, kt_view name);
int kt_inputs_copy(const kt_inputs *from, kt_inputs **out, kt_error *err);
int kt_exec_input(kt_play *p, const kt_stmt *s);

#endif
