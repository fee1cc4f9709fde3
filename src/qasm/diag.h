/* SPDX-License-Identifier: Apache-2.0 */
/* diag.h - collects what is wrong with a program, with the source lines it concerns, and shows it.
 * A kt_diagnostics owns copies of all it says, so it outlives the program. */
#ifndef KT_QASM_DIAG_H
#define KT_QASM_DIAG_H

#include "base/error.h"
#include "base/view.h"
#include "circuit/op.h"
#include <ketch/program.h>

KT_DEFINE_FREEP(kt_diagnostics)

/* The files of a program, so that a kt_source can be shown. Borrowed texts. */
typedef struct kt_file_text {
    const char *name;
    kt_view text;
} kt_file_text;

kt_diagnostics *kt_diagnostics_new(uint32_t most); /* NULL when out of memory; 0: 20 */
/* Adds one; file may be NULL when the place is unknown (source.line 0). length: characters to mark, at least 1.
 * Beyond `most` only the count grows. Returns code. hint may be NULL. */
int kt_diag(kt_diagnostics *d, const kt_file_text *file, kt_source at, uint32_t length, kt_code code, const char *hint,
            const char *format, ...) KT_PRINTF(7, 8);
bool kt_diag_full(const kt_diagnostics *d);                   /* no point in looking further */
int kt_diag_to_error(const kt_diagnostics *d, kt_error *err); /* the first one as an error; 0 when there is none */

#endif
