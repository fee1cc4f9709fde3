/* SPDX-License-Identifier: Apache-2.0 */
/* diag_priv.h - what diag.c keeps and diag_text.c shows. */
#ifndef KT_QASM_DIAG_PRIV_H
#define KT_QASM_DIAG_PRIV_H

#include "qasm/diag.h"

typedef struct kt_diag_entry {
    kt_diagnostic shown;  /* its texts are owned here */
    char *line;           /* the source line, or the part of a long one around the place; NULL: not known */
    size_t line_bytes;    /* of it: a line of a hostile file may hold a NUL */
    uint32_t line_column; /* column of the first character of `line`: 1, unless the line was cut */
    bool cut_end;         /* the line goes on behind `line` */
} kt_diag_entry;

struct kt_diagnostics {
    uint32_t most;
    size_t count;   /* kept */
    size_t omitted; /* beyond `most` */
    kt_error first; /* kept here, so that it is there even when memory was not */
    kt_diag_entry *entries;
};

#endif
