/* SPDX-License-Identifier: Apache-2.0 */
/* action.h - a task's action, taken apart: which kind it is, its programs, and the inputs of each execution.
 * A program set's input values are lists, all of one length: that many executables has the program. */
#ifndef KT_SANDBOX_ACTION_H
#define KT_SANDBOX_ACTION_H

#include "base/json.h"
#include "qasm/program.h"

typedef enum kt_action_kind {
    KT_ACTION_OPENQASM,
    KT_ACTION_PROGRAM_SET,
    KT_ACTION_AHS,
    KT_ACTION_JAQCD, /* the old JSON form of circuits, as OpenQASM from here on */
    KT_ACTION_OTHER
} kt_action_kind;

typedef struct kt_action {
    kt_json *document;
    char *translated; /* JAQCD: its OpenQASM */
    kt_action_kind kind;
    const char *type;     /* the name in its header: "braket.ir.openqasm.program" */
    size_t program_count; /* 1, unless it is a set */
} kt_action;

/* Errors: KT_E_INVALID, in words for the client. */
int kt_action_read(kt_view text, kt_action *out, kt_error *err);
void kt_action_fini(kt_action *action);
/* The text of a program; checked by kt_action_read. */
kt_view kt_action_source(const kt_action *action, size_t program);
/* How many executables the program has; 1 outside a set. KT_E_INVALID: its inputs are of different lengths. */
int kt_action_executables(const kt_action *action, size_t program, uint32_t *out, kt_error *err);
/* Equal for executables of a program whose inputs are of the same kinds and lengths: what is wrong with the values of
 * one is, as a rule, wrong with those of the other. */
uint64_t kt_action_signature(const kt_action *action, size_t program, uint32_t executable);
int kt_action_inputs(const kt_action *action, size_t program, uint32_t executable, kt_inputs **out, kt_error *err);

#endif
