/* SPDX-License-Identifier: Apache-2.0 */
/* parse_priv.h - what the parser's files share: the state of one parse and the small steps every rule is made of.
 * A rule that fails has said why (kt_parse_fail and its kin) and returns NULL or false; nobody above says it again,
 * and the statement loop goes on behind the damage. Memory that runs out is p->fatal: everything then unwinds. */
#ifndef KT_QASM_PARSE_PRIV_H
#define KT_QASM_PARSE_PRIV_H

#include "qasm/lex.h"
#include "qasm/parse.h"

/* However high kt_limits.nesting is set: what the parser's own stack is good for. */
#define KT_NESTING_MOST 2000

typedef struct kt_pending_comment {
    kt_comment_text comment;
    struct kt_pending_comment *next;
} kt_pending_comment;

typedef struct kt_parser {
    kt_lexer lexer;
    kt_token token;    /* the one to be read next */
    kt_token previous; /* the last one read */
    kt_arena *arena;
    const kt_parse_input *input;
    kt_diagnostics *diags;
    kt_error *err;
    int rc;       /* code of the first error */
    bool fatal;   /* out of memory, or too many errors: unwind */
    bool quiet;   /* errors are counted in `failures` but not said: a pragma that may be malformed */
    bool in_line; /* reading a pragma: the text ends where the line does */
    uint32_t failures;
    uint32_t depth, depth_most;
    int version;
    bool unclosed;          /* a brace that is never closed was said: those around it need not be */
    bool real_numbers;      /* integers are reals here: angles of an OpenQASM 2 gate */
    uint64_t gate_keywords; /* OpenQASM 2: keywords of 3 that the file itself defined as gates, by kind */
    kt_view statement_word; /* the plain name that the current statement began with, for hints */
    kt_pending_comment *comments, **comments_end;
    uint64_t statement_count;
    uint32_t token_count;
    kt_ast_gap *gaps;
    bool stray_brace;
} kt_parser;

/* ---- reading tokens (parse.c) ---- */
void kt_parser_advance(kt_parser *p);
bool kt_parser_take(kt_parser *p, kt_token_kind kind); /* reads it when it is there */
/* Reads it, or says "expected 'x' <where>, found ...". A missing ';' before a line's end is said there and forgiven. */
bool kt_parser_expect(kt_parser *p, kt_token_kind kind, const char *where);
bool kt_parser_is_name(const kt_parser *p, const kt_token *token);
bool kt_parser_expect_name(kt_parser *p, const char *what, kt_token *out);
bool kt_parser_starts_operand(const kt_parser *p);
/* Between rules that nest; kt_parser_enter says so when it is too deep. */
bool kt_parser_enter(kt_parser *p);
void kt_parser_leave(kt_parser *p);

/* ---- saying what is wrong (parse_report.c) ---- */
kt_source kt_token_source(const kt_parser *p, const kt_token *token);
/* Characters from `from` to the end of what was read last; a large number when that is on a later line. */
uint32_t kt_parser_span(const kt_parser *p, const kt_token *from);
void kt_parse_fail_at(kt_parser *p, const kt_token *token, kt_code code, const char *hint, const char *format, ...)
    KT_PRINTF(5, 6);
/* "expected <what>, found <the next token>" */
void kt_parse_unexpected(kt_parser *p, const char *what, const char *hint);
/* "did you mean 'gate'?" when the statement's first word is nearly a keyword, else NULL. */
const char *kt_parser_keyword_hint(const kt_parser *p, char *text, size_t bytes);
void kt_parse_nomem(kt_parser *p);
void kt_parse_missing_semicolon(kt_parser *p, const char *where);

/* ---- making nodes (parse.c) ---- */
void *kt_parser_alloc(kt_parser *p, size_t bytes); /* NULL: kt_parse_nomem was called */
kt_expr *kt_new_expr(kt_parser *p, kt_expr_kind kind, const kt_token *at);
kt_stmt *kt_new_stmt(kt_parser *p, kt_stmt_kind kind, const kt_token *at);
/* Sets the node's depth over its children and its length; NULL (and said) when it is too deep. */
kt_expr *kt_finish_expr(kt_parser *p, kt_expr *expr);

/* ---- literals (parse_literal.c) ---- */
kt_expr *kt_parse_literal(kt_parser *p); /* the next token is one */
bool kt_token_is_literal(kt_token_kind kind);

/* ---- expressions (parse_expr.c) ---- */
kt_expr *kt_parse_expression(kt_parser *p);
kt_expr *kt_parse_expression_from(kt_parser *p, kt_expr *left); /* the operand on the left has been read */
kt_expr *kt_parse_postfix(kt_parser *p, kt_expr *base);         /* [ ] behind it */
kt_expr *kt_parse_name_or_call(kt_parser *p, const kt_token *name);
kt_expr *kt_parse_range_or_expression(kt_parser *p);
kt_expr *kt_parse_set(kt_parser *p, bool nested, bool may_be_empty);
/* , between and perhaps at the end; up to and without `closing`. false when it failed. */
bool kt_parse_expression_list(kt_parser *p, kt_token_kind closing, kt_expr **out);
kt_expr *kt_parse_name(kt_parser *p, const kt_token *name);
kt_expr *kt_parse_physical(kt_parser *p);
kt_expr *kt_parse_cast(kt_parser *p, kt_type *type, const kt_token *at); /* the type has been read */

/* ---- what statements act on (parse_operand.c) ---- */
kt_expr *kt_parse_concat(kt_parser *p);
/* What may stand behind = in a declaration or an assignment: also measure, and {..} when it declares. */
kt_expr *kt_parse_right_side(kt_parser *p, bool braces);
kt_expr *kt_parse_measure(kt_parser *p);
kt_expr *kt_parse_operand(kt_parser *p, const char *what);
bool kt_parse_operands(kt_parser *p, const char *what, kt_expr **out);

/* ---- types and declarations (parse_type.c, parse_decl.c) ---- */
bool kt_starts_type(kt_token_kind kind);
kt_type *kt_parse_scalar_type(kt_parser *p);
kt_type *kt_parse_type(kt_parser *p);           /* also array */
kt_type *kt_parse_parameter_type(kt_parser *p); /* also array references, qubits */
kt_type *kt_parse_qubit_type(kt_parser *p);
bool kt_parse_designator(kt_parser *p, kt_expr **out);
kt_stmt *kt_parse_declaration(kt_parser *p);
kt_stmt *kt_parse_const(kt_parser *p);
kt_stmt *kt_parse_io(kt_parser *p);
kt_stmt *kt_parse_qubit(kt_parser *p);
kt_stmt *kt_parse_register(kt_parser *p);
kt_stmt *kt_parse_let(kt_parser *p);

/* ---- definitions (parse_def.c) ---- */
kt_stmt *kt_parse_gate_def(kt_parser *p);
kt_stmt *kt_parse_opaque(kt_parser *p);
kt_stmt *kt_parse_def(kt_parser *p);
kt_stmt *kt_parse_extern(kt_parser *p);
kt_stmt *kt_parse_cal(kt_parser *p, const kt_token *word);
kt_stmt *kt_parse_defcal(kt_parser *p);
kt_stmt *kt_parse_defcalgrammar(kt_parser *p);
kt_stmt *kt_parse_include(kt_parser *p);

/* ---- statements (parse_stmt.c, parse_flow.c) ---- */
kt_stmt *kt_parse_statement(kt_parser *p);
kt_stmt *kt_parse_gate_call(kt_parser *p);
kt_stmt *kt_parse_word_statement(kt_parser *p,
                                 const kt_token *name); /* begins with a name: gate call, assignment, expression */
/* A statement that is an expression, of which the first operand has been read (NULL: that failed). */
kt_stmt *kt_parse_expression_rest(kt_parser *p, kt_expr *left, const kt_token *at);
kt_stmt *kt_parse_measurement(kt_parser *p);
kt_stmt *kt_parse_reset(kt_parser *p);
kt_stmt *kt_parse_barrier(kt_parser *p);
kt_stmt *kt_parse_delay(kt_parser *p);
kt_stmt *kt_parse_nop(kt_parser *p, const kt_token *word);
kt_stmt *kt_parse_return(kt_parser *p);
kt_stmt *kt_parse_plain(kt_parser *p, kt_stmt_kind kind);
kt_stmt *kt_parse_expression_statement(kt_parser *p);
kt_stmt *kt_parse_box(kt_parser *p);
kt_stmt *kt_parse_if(kt_parser *p);
kt_stmt *kt_parse_for(kt_parser *p);
kt_stmt *kt_parse_while(kt_parser *p);
kt_stmt *kt_parse_switch(kt_parser *p, const kt_token *word);

/* ---- sequences (parse_block.c) ---- */
/* Takes the comments and the blank line that stand before the next token, as kt_stmt.comment has them. */
kt_view kt_parser_comments(kt_parser *p);
/* Statements up to the end of the text, or to the closing brace, which is left there. */
bool kt_parse_statements(kt_parser *p, bool in_block, kt_stmt **out);
/* Goes on after an error at what looks like the next statement; `from`: where the broken one began. */
void kt_parser_recover(kt_parser *p, const char *from, bool in_block);
/* Remembers the text from `from` to the next token as not read: names in it are not reported as unknown. */
void kt_parser_note_gap(kt_parser *p, const char *from);
bool kt_parse_block(kt_parser *p, const char *where, kt_stmt **out);              /* { ... } */
bool kt_parse_body(kt_parser *p, const char *where, kt_stmt **out, bool *braced); /* a block or one statement */

/* ---- pragmas (pragma.c, pragma_matrix.c, pragma_result.c) ---- */
/* The pragma word has been read; one statement for each pragma on the line, linked. */
kt_stmt *kt_parse_pragmas(kt_parser *p, const kt_token *word);
kt_ast_matrix *kt_parse_matrix(kt_parser *p);
bool kt_parse_pragma_result(kt_parser *p, kt_pragma *pragma);
bool kt_parse_pragma_targets(kt_parser *p, bool all_allowed, kt_expr **out, bool *all);
bool kt_parser_is_word(const kt_parser *p, const char *word);

#endif
