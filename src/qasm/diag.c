/* SPDX-License-Identifier: Apache-2.0 */
/* diag.c - collects diagnostics: copies of all they say, and of the source line each concerns. How they are shown is
 * in diag_text.c. A list holds at most `most` of them; beyond that only a count grows. */
#include "qasm/diag_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BY_DEFAULT 20
/* A line longer than this is shown in part. */
#define LINE_CHARACTERS 160
#define BEFORE_CHARACTERS 80

kt_diagnostics *kt_diagnostics_new(uint32_t most)
{
    kt_diagnostics *d = calloc(1, sizeof(*d));
    if (d != NULL)
        d->most = most == 0 ? MOST_BY_DEFAULT : most;
    return d;
}

static void entry_fini(kt_diag_entry *entry)
{
    free((char *)entry->shown.file);
    free((char *)entry->shown.message);
    free((char *)entry->shown.hint);
    free(entry->line);
}

void kt_diagnostics_free(kt_diagnostics *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->count; i++)
        entry_fini(&d->entries[i]);
    free(d->entries);
    free(d);
}

size_t kt_diagnostics_count(const kt_diagnostics *d)
{
    return d == NULL ? 0 : d->count;
}

const kt_diagnostic *kt_diagnostics_get(const kt_diagnostics *d, size_t index)
{
    return d == NULL || index >= d->count ? NULL : &d->entries[index].shown;
}

bool kt_diag_full(const kt_diagnostics *d)
{
    return d->count >= d->most;
}

int kt_diag_to_error(const kt_diagnostics *d, kt_error *err)
{
    if (d->first.code == KT_OK)
        return 0;
    if (err != NULL)
        *err = d->first;
    return d->first.code;
}

/* ---- the source line ---- */

/* Line ends are \n, \r\n and \r, as the lexer counts them. */
static kt_view find_line(kt_view text, uint32_t line)
{
    const char *at = text.data, *end = text.data + text.length;
    if (text.length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    for (uint32_t now = 1; now < line && at < end; at++)
        if (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n')))
            now++;
    const char *stop = at;
    while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    return (kt_view){ at, (size_t)(stop - at) };
}

/* The bytes behind `count` characters. */
static kt_view without_first(kt_view text, size_t count)
{
    size_t offset = 0;
    for (; count > 0 && offset < text.length; count--)
        kt_utf8_next(text, &offset);
    return (kt_view){ text.data + offset, text.length - offset };
}

static int keep_line(kt_diag_entry *entry, kt_view line)
{
    entry->line_column = 1;
    uint32_t column = entry->shown.column;
    if (kt_utf8_count(line) > LINE_CHARACTERS && column > BEFORE_CHARACTERS) {
        entry->line_column = column - BEFORE_CHARACTERS;
        line = without_first(line, entry->line_column - 1);
    }
    kt_view rest = without_first(line, LINE_CHARACTERS);
    entry->cut_end = rest.length > 0;
    entry->line_bytes = line.length - rest.length;
    entry->line = malloc(entry->line_bytes + 1);
    if (entry->line == NULL)
        return KT_E_NOMEM;
    memcpy(entry->line, line.data, entry->line_bytes);
    return 0;
}

static int fill_place(kt_diag_entry *entry, const kt_file_text *file, kt_source at, uint32_t length)
{
    entry->shown.line = at.line;
    entry->shown.column = at.line == 0 ? 0 : at.column;
    entry->shown.end_column = entry->shown.column;
    if (file == NULL)
        return 0;
    if ((entry->shown.file = strdup(file->name)) == NULL)
        return KT_E_NOMEM;
    if (at.line == 0)
        return 0;
    kt_view line = find_line(file->text, at.line);
    uint64_t line_end = kt_utf8_count(line) + 1, end = (uint64_t)at.column + (length == 0 ? 1 : length);
    uint64_t least = (uint64_t)at.column + 1;
    if (end > line_end)
        end = line_end > least ? line_end : least;
    entry->shown.end_column = (uint32_t)end;
    return keep_line(entry, line);
}

/* ---- adding ---- */

static int keep_entry(kt_diagnostics *d, kt_diag_entry *entry)
{
    if ((d->count & (d->count - 1)) == 0) { /* 0, 1, 2, 4, 8: full */
        size_t capacity = d->count == 0 ? 1 : d->count * 2;
        kt_diag_entry *larger = realloc(d->entries, capacity * sizeof(*larger));
        if (larger == NULL)
            return KT_E_NOMEM;
        d->entries = larger;
    }
    d->entries[d->count++] = *entry;
    return 0;
}

static void keep_first(kt_diagnostics *d, const kt_file_text *file, kt_source at, kt_code code, const char *message)
{
    if (d->first.code != KT_OK)
        return;
    if (file == NULL)
        kt_fail(&d->first, code, "%s", message);
    else if (at.line == 0)
        kt_fail(&d->first, code, "%s: %s", file->name, message);
    else
        kt_fail(&d->first, code, "%s:%u:%u: %s", file->name, at.line, at.column, message);
}

int kt_diag(kt_diagnostics *d, const kt_file_text *file, kt_source at, uint32_t length, kt_code code, const char *hint,
            const char *format, ...)
{
    char message[480];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    keep_first(d, file, at, code, message);
    if (d->count >= d->most) {
        d->omitted++;
        return code;
    }
    kt_diag_entry entry = { .shown = { .code = code } };
    int rc = fill_place(&entry, file, at, length);
    if (rc == 0 && (entry.shown.message = strdup(message)) == NULL)
        rc = KT_E_NOMEM;
    if (rc == 0 && hint != NULL && (entry.shown.hint = strdup(hint)) == NULL)
        rc = KT_E_NOMEM;
    if (rc == 0)
        rc = keep_entry(d, &entry);
    if (rc == 0)
        return code;
    entry_fini(&entry);
    return rc;
}
