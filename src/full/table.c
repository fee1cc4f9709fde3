/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - cells are kept until the widths are known. The last column is not filled up. */
#include "full/table.h"

#include "base/error.h"
#include "base/view.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct kt_table {
    kt_arena *arena;
    size_t columns, count, room;
    bool is_right[KT_TABLE_COLUMNS_MOST];
    size_t widths[KT_TABLE_COLUMNS_MOST];
    const char **cells;
};

int kt_table_add(kt_table *table, kt_error *err, const char *format, ...)
{
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    if (table->count == table->room) {
        const size_t room = table->room == 0 ? 64 : table->room * 2;
        const char **grown = realloc(table->cells, room * sizeof(*grown));
        if (grown == NULL)
            return kt_fail_nomem(err, room * sizeof(*grown), "a table");
        table->cells = grown;
        table->room = room;
    }
    const char *copy = kt_arena_printf(table->arena, "%s", text);
    if (copy == NULL)
        return kt_fail_nomem(err, sizeof(text), "a table");
    const size_t column = table->count % table->columns, width = kt_utf8_count(kt_view_of(copy));
    if (width > table->widths[column])
        table->widths[column] = width;
    table->cells[table->count++] = copy;
    return 0;
}

int kt_table_new(const char *const *titles, size_t columns, kt_table **out, kt_error *err)
{
    kt_table *table = calloc(1, sizeof(*table));
    if (table == NULL)
        return kt_fail_nomem(err, sizeof(*table), "a table");
    *table = (kt_table){ .arena = kt_arena_new(0), .columns = columns };
    int rc = table->arena == NULL ? kt_fail_nomem(err, 64, "a table") : 0;
    for (size_t i = 0; i < columns && rc == 0; i++) {
        table->is_right[i] = titles[i][0] == '>';
        rc = kt_table_add(table, err, "%s", titles[i] + table->is_right[i]);
    }
    if (rc < 0) {
        kt_table_free(table);
        return rc;
    }
    *out = table;
    return 0;
}

void kt_table_free(kt_table *table)
{
    if (table == NULL)
        return;
    kt_arena_free(table->arena);
    free(table->cells);
    free(table);
}

void kt_table_write(const kt_table *table, bool colour, kt_buf *out)
{
    for (size_t i = 0; i < table->count; i++) {
        const size_t column = i % table->columns, width = kt_utf8_count(kt_view_of(table->cells[i]));
        const size_t space = table->widths[column] - width;
        if (i == 0 && colour)
            kt_buf_adds(out, "\033[1m");
        if (table->is_right[column])
            kt_buf_fill(out, " ", space);
        kt_buf_adds(out, table->cells[i]);
        if (column + 1 == table->columns) {
            kt_buf_adds(out, i + 1 == table->columns && colour ? "\033[0m\n" : "\n");
            continue;
        }
        if (!table->is_right[column])
            kt_buf_fill(out, " ", space);
        kt_buf_adds(out, "  ");
    }
}
