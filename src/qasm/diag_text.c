/* SPDX-License-Identifier: Apache-2.0 */
/* diag_text.c - diagnostics for a person (the source line with the place marked below it) and as JSON.
 * A mark stands below its character whatever stands before it: tabs go to the next multiple of eight columns, wide
 * characters take two, combining ones none. Control characters of the source never reach the terminal. */
#include "base/json.h"
#include "qasm/diag_priv.h"

#include <stdio.h>

#define TAB_COLUMNS 8

/* ---- how wide a character is ---- */

static int character_width(int32_t point)
{
    static const struct {
        int32_t first, last;
        int width;
    } ranges[] = {
        { 0x0300, 0x036f, 0 },   { 0x1100, 0x115f, 2 }, { 0x200b, 0x200f, 0 },   { 0x2e80, 0xa4cf, 2 },
        { 0xac00, 0xd7a3, 2 },   { 0xf900, 0xfaff, 2 }, { 0xfe00, 0xfe0f, 0 },   { 0xfe30, 0xfe6f, 2 },
        { 0xff00, 0xff60, 2 },   { 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1f64f, 2 }, { 0x1f900, 0x1f9ff, 2 },
        { 0x20000, 0x3fffd, 2 },
    };
    for (size_t i = 0; i < KT_COUNT(ranges); i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return ranges[i].width;
    return 1;
}

/* What would move the cursor or turn the writing around instead of showing. */
static bool is_control(int32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x202a && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069);
}

/* Adds the text with tabs as blanks and a replacement for what cannot be shown. *columns goes on from its value. */
static void add_shown(kt_buf *out, kt_view text, size_t *columns)
{
    size_t offset = 0;
    while (offset < text.length) {
        size_t start = offset;
        int32_t point = kt_utf8_next(text, &offset);
        if (point == '\t') {
            size_t blanks = TAB_COLUMNS - *columns % TAB_COLUMNS;
            kt_buf_fill(out, " ", blanks);
            *columns += blanks;
        } else if (is_control(point)) {
            kt_buf_adds(out, "\xef\xbf\xbd");
            *columns += 1;
        } else {
            kt_buf_add(out, text.data + start, offset - start);
            *columns += (size_t)character_width(point);
        }
    }
}

/* ---- one diagnostic ---- */

typedef struct colours {
    const char *bold, *red, *cyan, *blue, *off;
} colours;
static const colours no_colours = { "", "", "", "", "" };
static const colours ansi_colours = { "\033[1m", "\033[1;31m", "\033[1;36m", "\033[1;34m", "\033[0m" };

static void add_message(kt_buf *out, const char *text)
{
    size_t columns = 0;
    add_shown(out, kt_view_of(text), &columns);
}

static void add_head(kt_buf *out, const kt_diagnostic *shown, const colours *c)
{
    kt_buf_adds(out, c->bold);
    if (shown->file != NULL) {
        add_message(out, shown->file);
        if (shown->line > 0)
            kt_buf_addf(out, ":%u:%u", shown->line, shown->column);
        kt_buf_adds(out, ": ");
    }
    kt_buf_addf(out, "%s%serror: %s%s", c->off, c->red, c->off, c->bold);
    add_message(out, shown->message);
    kt_buf_addf(out, "%s\n", c->off);
}

static kt_view first_characters(kt_view text, size_t count)
{
    size_t offset = 0;
    for (; count > 0 && offset < text.length; count--)
        kt_utf8_next(text, &offset);
    return (kt_view){ text.data, offset };
}

/* Columns on the terminal that the first `count` characters take; characters beyond the text count one each. */
static size_t shown_columns(kt_view text, size_t count)
{
    KT_BUF_OWN scratch;
    kt_buf_init(&scratch, 0);
    size_t columns = 0, there = kt_utf8_count(text);
    add_shown(&scratch, first_characters(text, count), &columns);
    return columns + (count > there ? count - there : 0);
}

/* The line behind its number, and below it ^~~~ under the place. */
static void add_line(kt_buf *out, const kt_diag_entry *entry, int gutter, const colours *c)
{
    const kt_diagnostic *shown = &entry->shown;
    kt_view line = { entry->line, entry->line_bytes };
    bool cut = entry->line_column > 1;
    size_t columns = 0, first = shown->column - entry->line_column, last = shown->end_column - entry->line_column;
    kt_buf_addf(out, " %s%*u |%s %s", c->blue, gutter, shown->line, c->off, cut ? "..." : "");
    add_shown(out, line, &columns);
    kt_buf_adds(out, entry->cut_end ? "...\n" : "\n");
    if (entry->cut_end && last > kt_utf8_count(line)) /* what is not shown is not underlined */
        last = kt_utf8_count(line);
    size_t before = shown_columns(line, first), marked = shown_columns(line, last) - before;
    kt_buf_addf(out, " %s%*s |%s ", c->blue, gutter, "", c->off);
    kt_buf_fill(out, " ", before + (cut ? 3 : 0));
    kt_buf_addf(out, "%s^", c->red);
    kt_buf_fill(out, "~", marked > 1 ? marked - 1 : 0);
    kt_buf_addf(out, "%s\n", c->off);
}

static void add_entry(kt_buf *out, const kt_diag_entry *entry, const colours *c)
{
    char number[16];
    int gutter = snprintf(number, sizeof(number), "%u", entry->shown.line);
    gutter = gutter < 4 ? 4 : gutter;
    add_head(out, &entry->shown, c);
    if (entry->line != NULL)
        add_line(out, entry, gutter, c);
    if (entry->shown.hint != NULL) {
        kt_buf_addf(out, " %s%*s =%s %shint:%s ", c->blue, gutter, "", c->off, c->cyan, c->off);
        add_message(out, entry->shown.hint);
        kt_buf_addc(out, '\n');
    }
}

int kt_diagnostics_text(const kt_diagnostics *d, int colour, char **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_buf_adds(&text, "");
    for (size_t i = 0; i < d->count; i++)
        add_entry(&text, &d->entries[i], colour ? &ansi_colours : &no_colours);
    if (d->omitted > 0)
        kt_buf_addf(&text, "%zu more error%s not shown\n", d->omitted, d->omitted == 1 ? "" : "s");
    int rc = kt_buf_check(&text, err, "the diagnostics");
    if (rc < 0)
        return rc;
    char *taken = kt_buf_take(&text);
    if (taken == NULL)
        return kt_fail_nomem(err, 1, "the diagnostics");
    *out = taken;
    return 0;
}

/* ---- JSON ---- */

static void write_entry(kt_jw *w, const kt_diagnostic *shown)
{
    kt_jw_object(w);
    kt_jw_key(w, "file");
    kt_jw_strz(w, shown->file);
    kt_jw_key(w, "line");
    kt_jw_uint(w, shown->line);
    kt_jw_key(w, "column");
    kt_jw_uint(w, shown->column);
    kt_jw_key(w, "end_column");
    kt_jw_uint(w, shown->end_column);
    kt_jw_key(w, "severity");
    kt_jw_strz(w, "error");
    kt_jw_key(w, "code");
    kt_jw_strz(w, kt_code_text(shown->code));
    kt_jw_key(w, "message");
    kt_jw_strz(w, shown->message);
    kt_jw_key(w, "hint");
    kt_jw_strz(w, shown->hint);
    kt_jw_close(w);
}

int kt_diagnostics_json(const kt_diagnostics *d, char **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_jw w;
    kt_jw_init(&w, kt_out_buf(&text), 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "diagnostics");
    kt_jw_array(&w);
    for (size_t i = 0; i < d->count; i++)
        write_entry(&w, &d->entries[i].shown);
    kt_jw_close(&w);
    kt_jw_key(&w, "omitted");
    kt_jw_uint(&w, d->omitted);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    int rc = kt_jw_end(&w, err);
    if (rc < 0)
        return rc;
    char *taken = kt_buf_take(&text);
    if (taken == NULL)
        return kt_fail_nomem(err, 1, "the diagnostics");
    *out = taken;
    return 0;
}
