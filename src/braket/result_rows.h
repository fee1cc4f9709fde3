/* SPDX-License-Identifier: Apache-2.0 */
/* result_rows.h - the rows of a task's measurements, taken out of its result before that is parsed: as JSON values
 * they would need fifty times their size. */
#ifndef KT_BRAKET_RESULT_ROWS_H
#define KT_BRAKET_RESULT_ROWS_H

#include "base/json.h"

enum { KT_ROW_COLUMNS_MOST = 4096 };

/* One "measurements": count rows of `width` bits, each in row_words words, the first column highest. */
typedef struct kt_rows {
    uint64_t *words;
    size_t count, width, row_words;
} kt_rows;

typedef struct kt_row_tables {
    kt_rows *tables;
    size_t count, room;
} kt_row_tables;

/* Copies the text to `rest`, with the number of a table, -1 for the first, -2 for the second, wherever rows of 0 and 1,
 * all as long, stood behind the key "measurements". What is no such list stays as it is, for whoever parses the rest to
 * say what is wrong with it; KT_E_INVALID only for a negative number there, which would be taken for a table's. */
int kt_rows_take(kt_view text, kt_buf *rest, kt_row_tables *tables, kt_error *err);
/* The table that stands in the rest as `number`; NULL: it is no table's. */
const kt_rows *kt_rows_at(const kt_row_tables *tables, int64_t number);
/* Puts the rows back as JSON wherever a table's number stands. false: no memory. */
bool kt_rows_restore(kt_json *json, const kt_row_tables *tables);
void kt_rows_free(kt_row_tables *tables);

#endif
