/* SPDX-License-Identifier: Apache-2.0 */
/* reader.c - see reader.h. The path of the member at hand is kept as text, so a message costs nothing until it is
 * needed; entering returns the length to go back to. */
#include "sandbox/reader.h"
#include "base/text.h"
#include "sandbox/device_priv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES_MOST = 2048 };

size_t kt_reader_enter(kt_reader *reader, const char *member)
{
    size_t mark = strlen(reader->path);
    snprintf(reader->path + mark, sizeof reader->path - mark, "%s%s", mark > 0 ? "." : "", member);
    return mark;
}

size_t kt_reader_enter_item(kt_reader *reader, size_t index)
{
    size_t mark = strlen(reader->path);
    snprintf(reader->path + mark, sizeof reader->path - mark, "[%zu]", index);
    return mark;
}

void kt_reader_leave(kt_reader *reader, size_t mark)
{
    reader->path[mark] = '\0';
}

int kt_reader_fail(kt_reader *reader, const char *format, ...)
{
    char text[320];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *member = reader->path[0] != '\0' ? reader->path : "the file";
    return kt_fail(reader->err, KT_E_INVALID, "%s: %s %s", reader->file, member, text);
}

int kt_reader_nomem(kt_reader *reader, size_t bytes)
{
    return kt_fail_nomem(reader->err, bytes, "a device file");
}

int kt_read_text(kt_reader *reader, const kt_json *json, const char **out)
{
    if (!json_is_string(json))
        return kt_reader_fail(reader, "must be a text");
    size_t length = json_string_length(json);
    if (length == 0 || length > TEXT_BYTES_MOST)
        return kt_reader_fail(reader, "must be 1 to %d bytes long, not %zu", TEXT_BYTES_MOST, length);
    char *copy = kt_arena_strndup(reader->arena, json_string_value(json), length);
    if (copy == NULL)
        return kt_reader_nomem(reader, length);
    *out = copy;
    return 0;
}

int kt_read_int(kt_reader *reader, const kt_json *json, int64_t least, int64_t most, int64_t *out)
{
    if (!json_is_integer(json))
        return kt_reader_fail(reader, "must be a whole number");
    int64_t value = json_integer_value(json);
    if (value < least || value > most)
        return kt_reader_fail(reader, "must be %lld to %lld, not %lld", (long long)least, (long long)most,
                              (long long)value);
    *out = value;
    return 0;
}

int kt_read_number(kt_reader *reader, const kt_json *json, double least, double most, double *out)
{
    if (!json_is_number(json))
        return kt_reader_fail(reader, "must be a number");
    double value = json_number_value(json);
    if (!(value >= least && value <= most))
        return kt_reader_fail(reader, "must be %g to %g, not %g", least, most, value);
    *out = value;
    return 0;
}

int kt_read_array(kt_reader *reader, const kt_json *json, size_t least, size_t most, size_t *count)
{
    if (!json_is_array(json))
        return kt_reader_fail(reader, "must be a list");
    size_t length = json_array_size(json);
    if (length != least && least == most)
        return kt_reader_fail(reader, "must have %zu items, not %zu", least, length);
    if (length < least || length > most)
        return kt_reader_fail(reader, "must have %zu to %zu items, not %zu", least, most, length);
    *count = length;
    return 0;
}

static int read_texts(kt_reader *reader, const kt_json *json, kt_texts *out)
{
    size_t count = 0;
    int rc = kt_read_array(reader, json, 0, KT_DEVICE_LIST_MOST, &count);
    if (rc < 0)
        return rc;
    const char **items = KT_ARENA_ARRAY(reader->arena, const char *, count + 1);
    if (items == NULL)
        return kt_reader_nomem(reader, count * sizeof *items);
    for (size_t i = 0; i < count && rc == 0; i++) {
        size_t mark = kt_reader_enter_item(reader, i);
        rc = kt_read_text(reader, json_array_get(json, i), &items[i]);
        kt_reader_leave(reader, mark);
    }
    if (rc == 0)
        *out = (kt_texts){ .items = items, .count = count };
    return rc;
}

static int read_range(kt_reader *reader, const kt_json *json, const kt_field *field, kt_range *out)
{
    size_t count = 0;
    kt_range range = { 0, 0 };
    int rc = kt_read_array(reader, json, 2, 2, &count);
    if (rc == 0)
        rc = kt_read_int(reader, json_array_get(json, 0), (int64_t)field->least, (int64_t)field->most, &range.least);
    if (rc == 0)
        rc = kt_read_int(reader, json_array_get(json, 1), range.least, (int64_t)field->most, &range.most);
    if (rc == 0)
        *out = range;
    return rc;
}

static int read_field(kt_reader *reader, const kt_json *json, const kt_field *field, void *target)
{
    switch (field->kind) {
    case KT_FIELD_TEXT: return kt_read_text(reader, json, target);
    case KT_FIELD_INT: return kt_read_int(reader, json, (int64_t)field->least, (int64_t)field->most, target);
    case KT_FIELD_NUMBER: return kt_read_number(reader, json, field->least, field->most, target);
    case KT_FIELD_TEXTS: return read_texts(reader, json, target);
    case KT_FIELD_RANGE: return read_range(reader, json, field, target);
    case KT_FIELD_OTHER: return field->read(reader, json, target);
    case KT_FIELD_LATER: return 0;
    case KT_FIELD_BOOL:
        if (!json_is_boolean(json))
            return kt_reader_fail(reader, "must be true or false");
        *(bool *)target = json_is_true(json);
        return 0;
    }
    return kt_reader_fail(reader, "has a kind that is not known");
}

static int fail_unknown(kt_reader *reader, const char *key, const kt_field *fields, size_t count)
{
    kt_nearest nearest;
    kt_nearest_init(&nearest, kt_view_of(key));
    for (size_t i = 0; i < count; i++)
        kt_nearest_offer(&nearest, kt_view_of(fields[i].name));
    char hint[96];
    kt_nearest_hint(&nearest, hint, sizeof hint);
    return kt_reader_fail(reader, "has no member '%.64s'%s", key, hint);
}

/* A member that the table does not have: most likely a slip of the pen. */
static int refuse_unknown(kt_reader *reader, const kt_json *json, const kt_field *fields, size_t count)
{
    const char *key = NULL;
    kt_json *value = NULL;
    json_object_foreach((kt_json *)json, key, value)
    {
        size_t i = 0;
        while (i < count && strcmp(fields[i].name, key) != 0)
            i++;
        if (i == count)
            return fail_unknown(reader, key, fields, count);
    }
    return 0;
}

int kt_read_fields(kt_reader *reader, const kt_json *json, const kt_field *fields, size_t count, void *base)
{
    if (!json_is_object(json))
        return kt_reader_fail(reader, "must be an object");
    int rc = refuse_unknown(reader, json, fields, count);
    for (size_t i = 0; i < count && rc == 0; i++) {
        const kt_json *value = json_object_get(json, fields[i].name);
        if (value == NULL || json_is_null(value)) {
            if (fields[i].is_required)
                return kt_reader_fail(reader, "needs the member '%s'", fields[i].name);
            continue;
        }
        size_t mark = kt_reader_enter(reader, fields[i].name);
        rc = read_field(reader, value, &fields[i], (char *)base + fields[i].offset);
        kt_reader_leave(reader, mark);
    }
    return rc;
}
