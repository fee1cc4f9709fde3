/* SPDX-License-Identifier: Apache-2.0 */
/* print_priv.h - what the printer's files share. Failures stay in the buffer until its owner asks. */
#ifndef KT_QASM_PRINT_PRIV_H
#define KT_QASM_PRINT_PRIV_H

#include "qasm/parse.h"

typedef struct kt_printer {
    kt_buf *out;
    int version;      /* 2 writes ^ for the power and `measure a -> b` */
    int level;        /* of indentation */
    bool opened;      /* nothing stands in this block, or in the file, yet */
    bool line_is_own; /* what the line holds goes to its end (a comment, a pragma): nothing may follow on it */
} kt_printer;

void kt_print_expr(kt_printer *pr, const kt_expr *expr);
void kt_print_list(kt_printer *pr, const kt_expr *list); /* with ", " between */
void kt_print_type(kt_printer *pr, const kt_type *type);
void kt_print_pragma(kt_printer *pr, const kt_pragma *pragma); /* without the word and the line's end */
void kt_print_view(kt_printer *pr, kt_view text);
void kt_print_block(kt_printer *pr, const kt_stmt *body); /* { ... } */
void kt_print_comment(kt_printer *pr, kt_view comment);
void kt_print_new_line(kt_printer *pr);

#endif
