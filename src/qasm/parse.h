/* SPDX-License-Identifier: Apache-2.0 */
/* parse.h - from OpenQASM text to a tree. Grammar only: names are not looked up and includes not opened. */
#ifndef KT_QASM_PARSE_H
#define KT_QASM_PARSE_H

#include "base/buf.h"
#include "qasm/ast.h"

typedef struct kt_parse_input {
    kt_file_text file;
    uint32_t file_index;     /* goes into every kt_source */
    int version;             /* 0: by the file's own header (default 3); 2 or 3: an included file of such a program */
    bool any_pragma;         /* take pragmas that are not Braket's, or are malformed, as UNKNOWN */
    const kt_limits *limits; /* resolved: no zeros */
    int (*cancelled)(void *ctx); /* as in kt_parse_options */
    void *cancelled_ctx;
} kt_parse_input;

/* Parses all of it, going on after an error at the next statement. Always gives a tree of what could be read, except
 * on KT_E_NOMEM / KT_E_LIMIT / KT_E_CANCELLED. Returns 0, or the code of the first error; every error is in diags. */
int kt_ast_parse(kt_arena *arena, const kt_parse_input *input, kt_diagnostics *diags, kt_ast **out, kt_error *err);

/* Prints the canonical form: one statement a line, four spaces a level, one blank between operators, comments kept. */
int kt_ast_print(const kt_ast *ast, kt_buf *out, kt_error *err);
/* One type, for messages. */
int kt_type_print(const kt_type *type, kt_buf *out);

const char *kt_operator_text(kt_operator op);

#endif
