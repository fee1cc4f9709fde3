/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - the reader (jansson, with its errors turned into ours) and the streaming writer.
 * The writer keeps one bit of state a level and 4 KiB of pending text, so a result of any size costs the same memory.
 * Laid out (indent > 0), every member of an object stands on a line of its own; in an array only objects and arrays
 * do, so that a row of numbers stays a row. */
#include "base/json.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What kt_jw.has_items says of a level. */
enum { NO_ITEMS, ON_ONE_LINE, ON_LINES };

static kt_json *load(kt_view text, json_error_t *problem)
{
    return json_loadb(text.data == NULL ? "" : text.data, text.length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                      problem);
}

/* jansson takes some allocations that fail for a mistake in the text, or reports nothing at all. A real mistake is
 * found again at the same place. */
static bool is_memory(const json_error_t *first, const json_error_t *second)
{
    return json_error_code(first) == json_error_out_of_memory || second->text[0] == '\0' ||
           first->position != second->position || strcmp(first->text, second->text) != 0;
}

int kt_json_parse(kt_view text, kt_json **out, kt_error *err)
{
    json_error_t first, second = { 0 };
    kt_json *value = load(text, &first);
    if (value == NULL)
        value = load(text, &second);
    if (value != NULL) {
        *out = value;
        return 0;
    }
    if (is_memory(&first, &second))
        return kt_fail_nomem(err, text.length, "JSON");
    if (json_error_code(&first) == json_error_stack_overflow)
        return kt_fail(err, KT_E_LIMIT, "JSON is nested deeper than the limit of 2048 levels");
    return kt_fail(err, KT_E_SYNTAX, "JSON, line %d, column %d: %s", first.line, first.column, first.text);
}

static int write_to_buf(void *ctx, const void *data, size_t length, kt_error *err)
{
    kt_buf *buf = ctx;
    kt_buf_add(buf, data, length);
    return buf->failed == 0 ? 0 : kt_buf_check(buf, err, "JSON text");
}

kt_out kt_out_buf(kt_buf *buf)
{
    return (kt_out){ write_to_buf, buf };
}

static int write_to_file(void *ctx, const void *data, size_t length, kt_error *err)
{
    if (fwrite(data, 1, length, ctx) != length)
        return kt_fail_sys(err, KT_E_IO, errno, "can't write the output");
    return 0;
}

kt_out kt_out_file(void *stdio_file)
{
    return (kt_out){ write_to_file, stdio_file };
}

void kt_jw_init(kt_jw *w, kt_out out, int indent)
{
    memset(w, 0, sizeof(*w));
    w->out = out;
    w->indent = indent;
}

static void flush(kt_jw *w)
{
    if (w->rc == 0 && w->used > 0)
        w->rc = w->out.write(w->out.ctx, w->pending, w->used, &w->error);
    w->used = 0;
}

static void put(kt_jw *w, const char *data, size_t length)
{
    if (w->rc < 0)
        return;
    if (length > sizeof(w->pending) - w->used)
        flush(w);
    if (length > sizeof(w->pending)) {
        if (w->rc == 0)
            w->rc = w->out.write(w->out.ctx, data, length, &w->error);
        return;
    }
    if (length > 0)
        memcpy(w->pending + w->used, data, length);
    w->used += length;
}

static void put_text(kt_jw *w, const char *text)
{
    put(w, text, strlen(text));
}

static void put_line(kt_jw *w)
{
    put(w, "\n", 1);
    for (int i = 0; i < w->depth * w->indent; i++)
        put(w, " ", 1);
}

/* What stands in front of a value or key: a comma if it is not the first, a new line if it deserves one. */
static void begin_item(kt_jw *w, bool is_nested)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->depth == 0)
        return;
    uint8_t *state = &w->has_items[w->depth - 1];
    const bool own_line = w->indent > 0 && (is_nested || w->is_object[w->depth - 1]);
    if (*state != NO_ITEMS)
        put(w, ",", 1);
    if (own_line)
        put_line(w);
    else if (*state != NO_ITEMS && w->indent > 0)
        put(w, " ", 1);
    if (own_line)
        *state = ON_LINES;
    else if (*state == NO_ITEMS)
        *state = ON_ONE_LINE;
}

static void open_level(kt_jw *w, bool is_object)
{
    if (w->rc < 0)
        return;
    begin_item(w, true);
    if (w->depth == (int)KT_COUNT(w->has_items)) {
        w->rc = kt_fail(&w->error, KT_E_LIMIT, "JSON is nested deeper than the limit of %zu levels of the writer",
                        KT_COUNT(w->has_items));
        return;
    }
    put(w, is_object ? "{" : "[", 1);
    w->has_items[w->depth] = NO_ITEMS;
    w->is_object[w->depth] = is_object;
    w->depth++;
}

void kt_jw_object(kt_jw *w)
{
    open_level(w, true);
}

void kt_jw_array(kt_jw *w)
{
    open_level(w, false);
}

void kt_jw_close(kt_jw *w)
{
    if (w->rc < 0)
        return;
    assert(w->depth > 0 && !w->after_key);
    w->depth--;
    if (w->has_items[w->depth] == ON_LINES)
        put_line(w);
    put(w, w->is_object[w->depth] ? "}" : "]", 1);
}

/* The escape for a byte that may not stand in a JSON string as it is, or NULL. */
static const char *escape_of(unsigned char c, char room[8])
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default:
        if (c >= 0x20)
            return NULL;
        snprintf(room, 8, "\\u%04x", c);
        return room;
    }
}

static void put_quoted(kt_jw *w, kt_view text)
{
    char room[8];
    size_t at = 0, plain = 0; /* [plain, at): bytes that stand as they are */
    put(w, "\"", 1);
    while (at < text.length) {
        const size_t start = at;
        const int32_t point = kt_utf8_next(text, &at);
        const char *instead = point < 0 ? "\xEF\xBF\xBD" : point < 0x80 ? escape_of((unsigned char)point, room) : NULL;
        if (instead == NULL)
            continue;
        put(w, text.data + plain, start - plain);
        put_text(w, instead);
        plain = at;
    }
    if (at > plain)
        put(w, text.data + plain, at - plain);
    put(w, "\"", 1);
}

void kt_jw_keyn(kt_jw *w, kt_view key)
{
    assert(w->rc < 0 || (w->depth > 0 && w->is_object[w->depth - 1] && !w->after_key));
    begin_item(w, false);
    put_quoted(w, key);
    put_text(w, w->indent > 0 ? ": " : ":");
    w->after_key = true;
}

void kt_jw_key(kt_jw *w, const char *key)
{
    kt_jw_keyn(w, kt_view_of(key));
}

void kt_jw_string(kt_jw *w, kt_view text)
{
    begin_item(w, false);
    put_quoted(w, text);
}

void kt_jw_strz(kt_jw *w, const char *text)
{
    if (text == NULL)
        kt_jw_null(w);
    else
        kt_jw_string(w, kt_view_of(text));
}

void kt_jw_raw(kt_jw *w, kt_view json_text)
{
    begin_item(w, json_text.length > 0 && (json_text.data[0] == '{' || json_text.data[0] == '['));
    put(w, json_text.data, json_text.length);
}

void kt_jw_members(kt_jw *w, kt_view json_text)
{
    kt_view inside = kt_view_trim(json_text);
    assert(inside.length >= 2 && inside.data[0] == '{');
    inside = kt_view_trim((kt_view){ inside.data + 1, inside.length - 2 });
    if (inside.length == 0)
        return;
    begin_item(w, false);
    put(w, inside.data, inside.length);
}

static void put_scalar(kt_jw *w, const char *text)
{
    begin_item(w, false);
    put_text(w, text);
}

void kt_jw_int(kt_jw *w, int64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "%lld", (long long)value);
    put_scalar(w, text);
}

void kt_jw_uint(kt_jw *w, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    put_scalar(w, text);
}

void kt_jw_double(kt_jw *w, double value)
{
    char text[32];
    if (isfinite(value))
        kt_double_text(value, text, sizeof(text));
    put_scalar(w, isfinite(value) ? text : "null");
}

void kt_jw_bool(kt_jw *w, bool value)
{
    put_scalar(w, value ? "true" : "false");
}

void kt_jw_null(kt_jw *w)
{
    put_scalar(w, "null");
}

static void put_members(kt_jw *w, const kt_json *object)
{
    kt_jw_object(w);
    /* jansson's iterators take a non-const object, and change nothing. */
    kt_json *source = (kt_json *)(uintptr_t)object;
    for (void *at = json_object_iter(source); at != NULL; at = json_object_iter_next(source, at)) {
        if (w->rc < 0)
            return;
        kt_jw_key(w, json_object_iter_key(at));
        kt_jw_value(w, json_object_iter_value(at));
    }
    kt_jw_close(w);
}

static void put_elements(kt_jw *w, const kt_json *array)
{
    kt_jw_array(w);
    for (size_t i = 0; i < json_array_size(array) && w->rc == 0; i++)
        kt_jw_value(w, json_array_get(array, i));
    kt_jw_close(w);
}

void kt_jw_value(kt_jw *w, const kt_json *value)
{
    if (w->rc < 0)
        return;
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_OBJECT: put_members(w, value); break;
    case JSON_ARRAY: put_elements(w, value); break;
    case JSON_STRING: kt_jw_string(w, (kt_view){ json_string_value(value), json_string_length(value) }); break;
    case JSON_INTEGER: kt_jw_int(w, json_integer_value(value)); break;
    case JSON_REAL: kt_jw_double(w, json_real_value(value)); break;
    case JSON_TRUE:
    case JSON_FALSE: kt_jw_bool(w, json_is_true(value)); break;
    case JSON_NULL: kt_jw_null(w); break;
    }
}

void kt_jw_newline(kt_jw *w)
{
    put(w, "\n", 1);
}

int kt_jw_end(kt_jw *w, kt_error *err)
{
    flush(w);
    if (w->rc < 0) {
        if (err != NULL)
            *err = w->error;
        return w->rc;
    }
    assert(w->depth == 0);
    return 0;
}
