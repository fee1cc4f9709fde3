/* SPDX-License-Identifier: Apache-2.0 */
/* toml.c - tables and keys. What may still be added to a table depends on how it came to be, so that is remembered
 * beside the tree: a header's table has been named once and for all, one that a dotted key made is open until the next
 * header, and one that stands in braces is closed.
 * Source: toml.io/en/v1.0.0. */
#include "settings/toml_priv.h"

#include "base/arena.h"
#include "base/map.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct mark {
    bool is_named;  /* by a header */
    bool is_closed; /* in braces or brackets */
    bool is_series; /* an array of tables */
    size_t section; /* in which a dotted key made it; 0: none did */
} mark;

typedef struct document {
    kt_toml t;
    kt_arena *arena;
    kt_map *marks; /* by the address of the value */
    kt_json *root, *table;
    size_t section;
} document;

static int read_value(document *d, kt_json **out);

/* ---- places ---- */

int kt_toml_fail(const kt_toml *t, size_t at, kt_code code, const char *format, ...)
{
    char message[300];
    size_t line = 1, from = 0;
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof(message), format, values);
    va_end(values);
    for (size_t i = 0; i < at && i < t->text.length; i++)
        if (t->text.data[i] == '\n') {
            line++;
            from = i + 1;
        }
    const kt_view before = { t->text.data + from, at - from };
    return kt_fail(t->err, code, "%.160s:%zu:%zu: %s", t->file, line, kt_utf8_count(before) + 1, message);
}

const char *kt_toml_found(const kt_toml *t, char text[32])
{
    const char c = kt_toml_peek(t, 0);
    if (t->at >= t->text.length)
        return "the end of the file";
    if (c == '\n' || c == '\r')
        return "the end of the line";
    size_t end = t->at;
    kt_utf8_next(t->text, &end);
    snprintf(text, 32, "'%.*s'", (int)(end - t->at), t->text.data + t->at);
    return text;
}

static int unexpected(document *d, const char *expected)
{
    char found[32];
    return kt_toml_fail(&d->t, d->t.at, KT_E_SYNTAX, "found %s, expected %s", kt_toml_found(&d->t, found), expected);
}

static int no_memory(document *d)
{
    return kt_fail_nomem(d->t.err, 0, "what the file says");
}

/* ---- white space ---- */

void kt_toml_skip_blank(kt_toml *t)
{
    while (kt_toml_peek(t, 0) == ' ' || kt_toml_peek(t, 0) == '\t')
        t->at++;
}

static int skip_comment(document *d)
{
    kt_toml *t = &d->t;
    if (kt_toml_peek(t, 0) != '#')
        return 0;
    for (; t->at < t->text.length && kt_toml_peek(t, 0) != '\n'; t->at++) {
        const unsigned char c = (unsigned char)kt_toml_peek(t, 0);
        const bool ends = c == '\r' && kt_toml_peek(t, 1) == '\n';
        if (((c < 0x20 && c != '\t') || c == 0x7f) && !ends)
            return kt_toml_fail(t, t->at, KT_E_SYNTAX, "a control character in a comment");
    }
    return 0;
}

static bool take_newline(kt_toml *t)
{
    const size_t length = kt_toml_peek(t, 0) == '\n'                                 ? 1
                          : kt_toml_peek(t, 0) == '\r' && kt_toml_peek(t, 1) == '\n' ? 2
                                                                                     : 0;
    t->at += length;
    return length > 0;
}

/* Blanks, comments and line ends. */
static int skip_all(document *d)
{
    int rc;
    do {
        kt_toml_skip_blank(&d->t);
        rc = skip_comment(d);
    } while (rc == 0 && take_newline(&d->t));
    return rc;
}

static int end_line(document *d)
{
    kt_toml_skip_blank(&d->t);
    const int rc = skip_comment(d);
    if (rc < 0 || d->t.at >= d->t.text.length || take_newline(&d->t))
        return rc;
    return unexpected(d, "the end of the line");
}

/* ---- marks ---- */

static mark *mark_of(document *d, const kt_json *value)
{
    const kt_view key = { (const char *)&value, sizeof(value) };
    mark *found = kt_map_get(d->marks, key);
    if (found != NULL)
        return found;
    found = kt_arena_alloc(d->arena, sizeof(*found));
    if (found == NULL || kt_map_set(d->marks, key, found) < 0) {
        no_memory(d);
        return NULL;
    }
    return found;
}

/* A new table or array under a name. */
static kt_json *attach(document *d, kt_json *parent, const char *name, kt_json *take_value)
{
    if (take_value == NULL || json_object_set_new(parent, name, take_value) < 0) {
        no_memory(d);
        return NULL;
    }
    return take_value;
}

/* ---- keys ---- */

typedef struct key {
    const char **parts;
    size_t *places;
    size_t count;
} key;

static bool is_bare_key(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static int read_part(document *d, const char **out)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    const char c = kt_toml_peek(&d->t, 0);
    const size_t from = d->t.at;
    int rc = 0;
    if (c == '"' || c == '\'')
        rc = kt_toml_string(&d->t, false, &text);
    else
        while (is_bare_key(kt_toml_peek(&d->t, 0)))
            kt_buf_addc(&text, d->t.text.data[d->t.at++]);
    if (rc == 0 && d->t.at == from)
        return unexpected(d, "a key");
    if (rc == 0 && text.length > 0 && memchr(text.data, '\0', text.length) != NULL)
        rc = kt_toml_fail(&d->t, from, KT_E_INVALID, "a key with a zero character in it is not taken");
    if (rc < 0)
        return rc;
    *out = text.failed ? NULL : kt_arena_strndup(d->arena, text.data == NULL ? "" : text.data, text.length);
    return *out == NULL ? no_memory(d) : 0;
}

static int read_key(document *d, key *out)
{
    const char *parts[KT_TOML_DEPTH_MOST];
    size_t places[KT_TOML_DEPTH_MOST], count = 0;
    for (;;) {
        kt_toml_skip_blank(&d->t);
        if (count == KT_TOML_DEPTH_MOST)
            return kt_toml_fail(&d->t, d->t.at, KT_E_LIMIT, "a key of more than %d parts", (int)KT_TOML_DEPTH_MOST);
        places[count] = d->t.at;
        const int rc = read_part(d, &parts[count]);
        if (rc < 0)
            return rc;
        count++;
        kt_toml_skip_blank(&d->t);
        if (kt_toml_peek(&d->t, 0) != '.')
            break;
        d->t.at++;
    }
    *out = (key){ .parts = kt_arena_copy(d->arena, parts, count * sizeof(*parts)),
                  .places = kt_arena_copy(d->arena, places, count * sizeof(*places)),
                  .count = count };
    return out->parts == NULL || out->places == NULL ? no_memory(d) : 0;
}

/* ---- keys with values ---- */

/* The table that the key's last part goes into; those on the way are made. */
static int open_dotted(document *d, kt_json **table, const key *k)
{
    for (size_t i = 0; i + 1 < k->count; i++) {
        kt_json *next = json_object_get(*table, k->parts[i]);
        const bool is_new = next == NULL;
        if (is_new)
            next = attach(d, *table, k->parts[i], json_object());
        mark *m = next == NULL ? NULL : mark_of(d, next);
        if (m == NULL)
            return KT_E_NOMEM;
        if (!json_is_object(next) || m->is_closed || m->is_named || (m->section != 0 && m->section != d->section))
            return kt_toml_fail(&d->t, k->places[i], KT_E_INVALID, "'%.60s' is complete, nothing can be added to it",
                                k->parts[i]);
        m->section = d->section;
        *table = next;
    }
    return 0;
}

static int read_pair(document *d, kt_json *table)
{
    key k;
    KT_OWN(kt_json) *value = NULL;
    int rc = read_key(d, &k);
    if (rc == 0 && kt_toml_peek(&d->t, 0) != '=')
        rc = unexpected(d, "'='");
    if (rc < 0)
        return rc;
    d->t.at++;
    kt_toml_skip_blank(&d->t);
    rc = open_dotted(d, &table, &k);
    if (rc == 0)
        rc = read_value(d, &value);
    if (rc < 0)
        return rc;
    const char *name = k.parts[k.count - 1];
    if (json_object_get(table, name) != NULL)
        return kt_toml_fail(&d->t, k.places[k.count - 1], KT_E_INVALID, "'%.60s' has a value already", name);
    return json_object_set(table, name, value) < 0 ? no_memory(d) : 0;
}

/* ---- values ---- */

static int read_text(document *d, kt_json **out)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    const int rc = kt_toml_string(&d->t, true, &text);
    if (rc < 0)
        return rc;
    *out = text.failed ? NULL : json_stringn(text.data == NULL ? "" : text.data, text.length);
    return *out == NULL ? no_memory(d) : 0;
}

static int close_value(document *d, kt_json *value)
{
    mark *m = mark_of(d, value);
    if (m == NULL)
        return KT_E_NOMEM;
    m->is_closed = true;
    return 0;
}

static int read_array(document *d, kt_json *list)
{
    int rc;
    d->t.at++;
    while ((rc = skip_all(d)) == 0 && kt_toml_peek(&d->t, 0) != ']') {
        kt_json *item = NULL;
        rc = read_value(d, &item);
        if (rc == 0 && json_array_append_new(list, item) < 0)
            rc = no_memory(d);
        if (rc == 0)
            rc = skip_all(d);
        if (rc < 0)
            return rc;
        if (kt_toml_peek(&d->t, 0) == ']')
            break;
        if (kt_toml_peek(&d->t, 0) != ',')
            return unexpected(d, "',' or ']'");
        d->t.at++;
    }
    d->t.at += rc == 0;
    return rc;
}

/* On one line, and without a comma at its end. Keys in it are a section of their own. */
static int read_inline(document *d, kt_json *table)
{
    const size_t outer = d->section;
    static const size_t far = SIZE_MAX / 2;
    int rc = 0;
    d->t.at++;
    kt_toml_skip_blank(&d->t);
    d->section = far + d->t.at;
    if (kt_toml_peek(&d->t, 0) != '}')
        for (;;) {
            rc = read_pair(d, table);
            kt_toml_skip_blank(&d->t);
            if (rc < 0 || kt_toml_peek(&d->t, 0) != ',')
                break;
            d->t.at++;
        }
    d->section = outer;
    if (rc == 0 && kt_toml_peek(&d->t, 0) != '}')
        rc = unexpected(d, "',' or '}'");
    d->t.at += rc == 0;
    return rc;
}

static int read_inner(document *d, bool is_array, kt_json **out)
{
    KT_OWN(kt_json) *made = is_array ? json_array() : json_object();
    if (made == NULL)
        return no_memory(d);
    if (d->t.depth++ >= KT_TOML_DEPTH_MOST)
        return kt_toml_fail(&d->t, d->t.at, KT_E_LIMIT, "values are nested deeper than %d", (int)KT_TOML_DEPTH_MOST);
    int rc = is_array ? read_array(d, made) : read_inline(d, made);
    d->t.depth--;
    if (rc == 0)
        rc = close_value(d, made);
    if (rc == 0)
        *out = KT_GIVE(made);
    return rc;
}

static int read_value(document *d, kt_json **out)
{
    const char c = kt_toml_peek(&d->t, 0);
    if (c == '"' || c == '\'')
        return read_text(d, out);
    return c == '[' || c == '{' ? read_inner(d, c == '[', out) : kt_toml_bare(&d->t, out);
}

/* ---- headers ---- */

/* One step down: into a table, or into the last of an array of tables. */
static int step(document *d, kt_json **table, const key *k, size_t i)
{
    kt_json *next = json_object_get(*table, k->parts[i]);
    if (next == NULL)
        next = attach(d, *table, k->parts[i], json_object());
    mark *m = next == NULL ? NULL : mark_of(d, next);
    if (m == NULL)
        return KT_E_NOMEM;
    if (json_is_array(next) && m->is_series)
        next = json_array_get(next, json_array_size(next) - 1);
    if (!json_is_object(next) || m->is_closed)
        return kt_toml_fail(&d->t, k->places[i], KT_E_INVALID, "'%.60s' is no table that can be added to", k->parts[i]);
    *table = next;
    return 0;
}

static int begin_table(document *d, kt_json *parent, const key *k)
{
    const size_t last = k->count - 1;
    kt_json *table = json_object_get(parent, k->parts[last]);
    if (table == NULL)
        table = attach(d, parent, k->parts[last], json_object());
    mark *m = table == NULL ? NULL : mark_of(d, table);
    if (m == NULL)
        return KT_E_NOMEM;
    if (!json_is_object(table) || m->is_closed || m->is_named || m->section != 0)
        return kt_toml_fail(&d->t, k->places[last], KT_E_INVALID, "'%.60s' is there already", k->parts[last]);
    m->is_named = true;
    d->table = table;
    return 0;
}

static int begin_series(document *d, kt_json *parent, const key *k)
{
    const size_t last = k->count - 1;
    kt_json *series = json_object_get(parent, k->parts[last]);
    const bool is_new = series == NULL;
    if (is_new)
        series = attach(d, parent, k->parts[last], json_array());
    mark *m = series == NULL ? NULL : mark_of(d, series);
    if (m == NULL)
        return KT_E_NOMEM;
    m->is_series = m->is_series || is_new;
    if (!m->is_series)
        return kt_toml_fail(&d->t, k->places[last], KT_E_INVALID, "'%.60s' is there already, and no array of tables",
                            k->parts[last]);
    kt_json *table = json_object();
    if (table == NULL || json_array_append_new(series, table) < 0)
        return no_memory(d);
    mark *own = mark_of(d, table);
    if (own == NULL)
        return KT_E_NOMEM;
    *own = (mark){ .is_named = true };
    d->table = table;
    return 0;
}

static int read_header(document *d)
{
    const bool is_series = kt_toml_peek(&d->t, 1) == '[';
    kt_json *table = d->root;
    key k;
    d->t.at += is_series ? 2 : 1;
    int rc = read_key(d, &k);
    for (int i = 0; i < 1 + is_series && rc == 0; i++) {
        if (kt_toml_peek(&d->t, 0) != ']')
            return unexpected(d, is_series ? "']]'" : "']'");
        d->t.at++;
    }
    d->section++;
    for (size_t i = 0; rc == 0 && i + 1 < k.count; i++)
        rc = step(d, &table, &k, i);
    if (rc == 0)
        rc = is_series ? begin_series(d, table, &k) : begin_table(d, table, &k);
    return rc;
}

/* ---- the whole ---- */

static int check_text(document *d)
{
    kt_toml *t = &d->t;
    if (t->text.length > KT_TOML_BYTES_MOST)
        return kt_fail(t->err, KT_E_LIMIT, "%.200s has %zu bytes; at most %d are read", t->file, t->text.length,
                       (int)KT_TOML_BYTES_MOST);
    for (size_t at = 0; at < t->text.length;) {
        const size_t from = at;
        const int32_t c = kt_utf8_next(t->text, &at);
        if (c <= 0)
            return kt_toml_fail(t, from, KT_E_SYNTAX, c == 0 ? "a zero byte" : "a byte that is no UTF-8");
    }
    if (kt_view_starts(t->text, "\xef\xbb\xbf"))
        t->at = 3;
    return 0;
}

static int read_document(document *d)
{
    int rc = check_text(d);
    while (rc == 0 && (rc = skip_all(d)) == 0 && d->t.at < d->t.text.length) {
        rc = kt_toml_peek(&d->t, 0) == '[' ? read_header(d) : read_pair(d, d->table);
        if (rc == 0)
            rc = end_line(d);
    }
    return rc;
}

int kt_toml_parse(kt_view text, const char *file, kt_json **out, kt_error *err)
{
    kt_error own;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    KT_OWN(kt_json) *root = json_object();
    document d = { .t = { .text = text, .file = file, .err = err == NULL ? &own : err },
                   .arena = arena,
                   .marks = kt_map_new(NULL),
                   .root = root,
                   .table = root,
                   .section = 1 };
    const int rc = arena == NULL || root == NULL || d.marks == NULL ? no_memory(&d) : read_document(&d);
    kt_map_free(d.marks);
    if (rc == 0)
        *out = KT_GIVE(root);
    return rc;
}
