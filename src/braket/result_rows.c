/* SPDX-License-Identifier: Apache-2.0 */
/* result_rows.c - one pass over the text: strings are told from the rest, so that a program's source which speaks of
 * measurements is no key. Rows are read where they stand, bit by bit. */
#include "braket/result_rows.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 64, TABLES_FIRST = 4, WORDS_FIRST = 64 };

static const char KEY[] = "\"measurements\"";

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* Behind the closing quote; `end` when there is none. */
static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end)
            at++;
    return at < end ? at + 1 : end;
}

/* ---- rows ---- */

/* Bits up to the bracket: how many, and *at is behind it; -1 for anything else. */
static long read_bits(const char **at, const char *end, uint64_t *words)
{
    const char *p = *at;
    long width = 0;
    for (;;) {
        p = skip_space(p, end);
        if (p == end || (*p != '0' && *p != '1') || width == KT_ROW_COLUMNS_MOST)
            return -1;
        if (*p == '1')
            words[width / WORD] |= UINT64_C(1) << (WORD - 1 - width % WORD);
        width++;
        p = skip_space(p + 1, end);
        if (p < end && *p == ']') {
            *at = p + 1;
            return width;
        }
        if (p == end || *p++ != ',')
            return -1;
    }
}

/* false: no memory. */
static bool append(kt_rows *rows, size_t *room, const uint64_t *words)
{
    const size_t used = rows->count * rows->row_words;
    if (used + rows->row_words > *room) {
        const size_t more = *room == 0 ? WORDS_FIRST + rows->row_words : *room * 2;
        uint64_t *grown = realloc(rows->words, more * sizeof(*grown));
        if (grown == NULL)
            return false;
        rows->words = grown;
        *room = more;
    }
    memcpy(rows->words + used, words, rows->row_words * sizeof(*words));
    rows->count++;
    return true;
}

/* From the outer bracket on. 1: all of it is rows and *at is behind them; 0: it is something else; or negative. */
static int read_rows(const char **at, const char *end, kt_rows *rows, kt_error *err)
{
    uint64_t words[KT_ROW_COLUMNS_MOST / WORD];
    const char *p = *at + 1;
    size_t room = 0;
    for (;;) {
        p = skip_space(p, end);
        if (p == end || *p++ != '[')
            return 0;
        memset(words, 0, rows->count == 0 ? sizeof(words) : rows->row_words * sizeof(*words));
        const long width = read_bits(&p, end, words);
        if (width < 0 || (rows->count > 0 && (size_t)width != rows->width))
            return 0;
        rows->width = (size_t)width;
        rows->row_words = (rows->width + WORD - 1) / WORD;
        if (!append(rows, &room, words))
            return kt_fail_nomem(err, room * sizeof(*words), "measurements");
        p = skip_space(p, end);
        if (p < end && *p == ']') {
            *at = p + 1;
            return 1;
        }
        if (p == end || *p++ != ',')
            return 0;
    }
}

/* ---- the text ---- */

static int keep(kt_row_tables *tables, const kt_rows *rows, kt_error *err)
{
    if (tables->count == tables->room) {
        const size_t room = tables->room == 0 ? TABLES_FIRST : tables->room * 2;
        kt_rows *grown = realloc(tables->tables, room * sizeof(*grown));
        if (grown == NULL)
            return kt_fail_nomem(err, room * sizeof(*grown), "measurements");
        tables->tables = grown;
        tables->room = room;
    }
    tables->tables[tables->count++] = *rows;
    return 0;
}

/* *at: behind the key. What stands there is copied or replaced up to *at then. */
static int take_value(const char **at, const char *end, kt_buf *rest, kt_row_tables *tables, kt_error *err)
{
    kt_rows rows = { 0 };
    const char *value = skip_space(*at, end);
    if (value == end || *value != ':')
        return 0;
    value = skip_space(value + 1, end);
    if (value < end && *value == '-')
        return kt_fail(err, KT_E_INVALID,
                       "measurements: found a negative number, expected rows of 0 and 1, one a shot");
    if (value == end || *value != '[')
        return 0;
    int rc = read_rows(&value, end, &rows, err);
    if (rc == 1) {
        kt_buf_addf(rest, ":-%zu", tables->count + 1);
        *at = value;
        rc = keep(tables, &rows, err);
        if (rc == 0)
            return 0;
    }
    free(rows.words);
    return rc;
}

int kt_rows_take(kt_view text, kt_buf *rest, kt_row_tables *tables, kt_error *err)
{
    const char *at = text.data, *end = text.data + text.length, *from = at;
    int rc = 0;
    while (at < end && rc == 0) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        if (quote == NULL)
            break;
        at = skip_string(quote, end);
        if ((size_t)(at - quote) != sizeof(KEY) - 1 || memcmp(quote, KEY, sizeof(KEY) - 1) != 0)
            continue;
        kt_buf_add(rest, from, (size_t)(at - from));
        rc = take_value(&at, end, rest, tables, err);
        from = at;
    }
    if (rc == 0 && from < end)
        kt_buf_add(rest, from, (size_t)(end - from));
    return rc < 0 ? rc : kt_buf_check(rest, err, "a result");
}

const kt_rows *kt_rows_at(const kt_row_tables *tables, int64_t number)
{
    return number < 0 && number >= -(int64_t)tables->count ? &tables->tables[-1 - number] : NULL;
}

/* ---- back again ---- */

static kt_json *row_of(const kt_rows *rows, size_t index)
{
    const uint64_t *words = rows->words + index * rows->row_words;
    KT_OWN(kt_json) *row = json_array();
    for (size_t c = 0; row != NULL && c < rows->width; c++)
        if (json_array_append_new(row, json_integer(words[c / WORD] >> (WORD - 1 - c % WORD) & 1)) < 0)
            return NULL;
    return KT_GIVE(row);
}

static kt_json *all_rows(const kt_rows *rows)
{
    KT_OWN(kt_json) *list = json_array();
    for (size_t i = 0; list != NULL && i < rows->count; i++)
        if (json_array_append_new(list, row_of(rows, i)) < 0)
            return NULL;
    return KT_GIVE(list);
}

static bool restore_member(kt_json *object, const char *key, kt_json *value, const kt_row_tables *tables)
{
    const kt_rows *rows = strcmp(key, "measurements") == 0 && json_is_integer(value)
                              ? kt_rows_at(tables, json_integer_value(value))
                              : NULL;
    return rows == NULL ? kt_rows_restore(value, tables) : json_object_set_new(object, key, all_rows(rows)) == 0;
}

/* As deep as a text may be nested that was read. */
bool kt_rows_restore(kt_json *json, const kt_row_tables *tables)
{
    const char *key;
    kt_json *value;
    void *next;
    size_t i;
    if (tables->count == 0)
        return true;
    json_array_foreach(json, i, value)
    {
        if (!kt_rows_restore(value, tables))
            return false;
    }
    json_object_foreach_safe(json, next, key, value)
    {
        if (!restore_member(json, key, value, tables))
            return false;
    }
    return true;
}

void kt_rows_free(kt_row_tables *tables)
{
    for (size_t i = 0; i < tables->count; i++)
        free(tables->tables[i].words);
    free(tables->tables);
    *tables = (kt_row_tables){ 0 };
}
