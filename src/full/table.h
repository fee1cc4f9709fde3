/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - columns of text, each as wide as its widest cell. */
#ifndef KT_FULL_TABLE_H
#define KT_FULL_TABLE_H

#include "base/arena.h"
#include "base/buf.h"

enum { KT_TABLE_COLUMNS_MOST = 12 };

typedef struct kt_table kt_table;
/* titles: one a column; one that begins with '>' is set to the right. */
int kt_table_new(const char *const *titles, size_t columns, kt_table **out, kt_error *err);
void kt_table_free(kt_table *table); /* NULL is fine */
KT_DEFINE_FREEP(kt_table)
/* The next cell, row by row; copied. */
int kt_table_add(kt_table *table, kt_error *err, const char *format, ...) KT_PRINTF(3, 4);
void kt_table_write(const kt_table *table, bool colour, kt_buf *out);

#endif
