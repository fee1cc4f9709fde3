/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - inside of the checker: what it carries from statement to statement, and its parts.
 * A problem in the program becomes a diagnostic and checking goes on; a negative code from these functions means that
 * it cannot go on (no memory, a limit, enough errors). */
#ifndef KT_QASM_CHECK_H
#define KT_QASM_CHECK_H

#include "qasm/builtin.h"
#include "qasm/scope.h"

/* What kind of thing an expression stands for, as far as it shows without running the program. */
typedef enum kt_class {
    KT_CLASS_UNKNOWN,
    KT_CLASS_NUMBER, /* bool, int, uint, float, angle */
    KT_CLASS_BITS,   /* a bit register */
    KT_CLASS_COMPLEX,
    KT_CLASS_ARRAY,
    KT_CLASS_DURATION,
    KT_CLASS_QUBITS,
    KT_CLASS_VOID
} kt_class;

typedef struct kt_checker {
    kt_program *program;
    kt_diagnostics *diags;
    kt_error *err;
    const kt_include_options *options;
    kt_scope scope;
    kt_memory memory; /* for numbers that are worked out while checking */
    kt_arith arith;
    kt_frame_info *frame; /* whose variables are being declared */
    int version;
    uint32_t blocks, loops, include_depth, statement_count;
    const kt_stmt *def; /* the subroutine being checked, or NULL */
    bool in_gate, in_library, after_verbatim;
    /* After a syntax error only unknown names are said, and of them only those that nothing unread can have declared:
     * everything else might be a consequence. */
    bool names_only;
    uint32_t names_in_gaps; /* such names so far */
    bool names_lost;        /* a file that could not be included may have declared anything */
} kt_checker;

/* Adds a diagnostic; returns 0, or KT_E_LIMIT when enough were found. */
int kt_check_say(kt_checker *c, kt_source at, uint32_t length, const char *hint, const char *format, ...)
    KT_PRINTF(5, 6);
int kt_check_nomem(kt_checker *c);
/* The same for a name that is not known. First comes the question whether what could not be read may have declared
 * it; if so, nothing is said. */
int kt_check_say_unknown(kt_checker *c, kt_source at, uint32_t length, const char *hint, const char *format, ...)
    KT_PRINTF(5, 6);
bool kt_check_may_be_declared(kt_checker *c, kt_view name);

/* ---- check_expr.c ---- */
int kt_check_expr(kt_checker *c, kt_expr *e, kt_class *out);
/* A list; out (may be NULL) gets how many. wanted NUMBER: each must be one. */
int kt_check_exprs(kt_checker *c, kt_expr *list, uint32_t *count);
/* An expression that must be a number (not qubits, not an array); what: "a condition". */
int kt_check_number(kt_checker *c, kt_expr *e, const char *what);
int kt_check_unknown_name(kt_checker *c, const kt_expr *e);
/* The number an expression has whatever happens at run time; false: not known now. */
bool kt_check_constant(kt_checker *c, const kt_expr *e, kt_value *out);
bool kt_check_constant_whole(kt_checker *c, const kt_expr *e, int64_t *out);
/* Operands of gates, measure, reset ...: names of qubits. */
int kt_check_operands(kt_checker *c, kt_expr *list, uint32_t *count);
kt_symbol *kt_check_root(kt_checker *c, const kt_expr *e); /* of a name, or of what is indexed */

/* ---- check_decl.c ---- */
int kt_check_type(kt_checker *c, kt_type *type);
int kt_check_declaration(kt_checker *c, kt_stmt *s);
int kt_check_alias(kt_checker *c, kt_stmt *s);
/* Declares a variable in the current frame. NULL: redeclared (said) or no memory (*rc < 0). */
kt_symbol *kt_check_declare(kt_checker *c, kt_view name, kt_source at, const kt_type *type, int *rc);

/* ---- check_call.c ---- */
int kt_check_gate_call(kt_checker *c, kt_stmt *s);
int kt_check_gate_def(kt_checker *c, kt_stmt *s);
int kt_check_def(kt_checker *c, kt_stmt *s);
int kt_check_def_bodies(kt_checker *c);
int kt_check_call(kt_checker *c, kt_expr *e, kt_class *out);
int kt_check_extern(kt_checker *c, kt_stmt *s);

/* ---- check.c ---- */
int kt_check_list(kt_checker *c, kt_stmt *list);

/* ---- check_pragma.c ---- */
int kt_check_pragma(kt_checker *c, kt_stmt *s);

#endif
