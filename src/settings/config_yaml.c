/* SPDX-License-Identifier: Apache-2.0 */
/* config_yaml.c - a settings file: maps in maps, at the ends of which are values. libyaml's events are enough for it:
 * lists and aliases have no meaning here, so nothing can grow. */
#include "base/buf.h"
#include "base/error.h"
#include "settings/config_priv.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MOST = 8, NAME_BYTES = 256 };

typedef struct reader {
    kt_config *config;
    const char *file;
    yaml_parser_t parser;
    char name[NAME_BYTES];      /* "executors.braket.region" */
    size_t lengths[DEPTH_MOST]; /* of the name, outside of each map */
    int depth;
    bool has_key, seen[64]; /* seen: by the setting's index */
    kt_error *err;
} reader;

static void origin_of(const reader *r, const yaml_mark_t *mark, char origin[512])
{
    snprintf(origin, 512, "%.480s:%zu", r->file, mark->line + 1);
}

#define FAIL(r, mark, code, ...) fail_at((r), &(mark), kt_fail((r)->err, (code), __VA_ARGS__))
static int fail_at(const reader *r, const yaml_mark_t *mark, int rc)
{
    return kt_wrap(r->err, rc, "%.300s:%zu:%zu", r->file, mark->line + 1, mark->column + 1);
}

static int syntax_error(const reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const yaml_mark_t mark = p->problem_mark;
    if (p->error == YAML_MEMORY_ERROR)
        return kt_fail_nomem(r->err, 0, "settings");
    return FAIL(r, mark, KT_E_SYNTAX, "%s%s%s", p->context == NULL ? "" : p->context, p->context == NULL ? "" : ", ",
                p->problem == NULL ? "it is no YAML" : p->problem);
}

/* ---- names ---- */

static int add_key(reader *r, const yaml_event_t *event)
{
    const char *key = (const char *)event->data.scalar.value;
    const size_t length = r->lengths[r->depth - 1], room = NAME_BYTES - length;
    const int added = snprintf(r->name + length, room, "%s%s", length == 0 ? "" : ".", key);
    if (event->data.scalar.length == 0 || strlen(key) != event->data.scalar.length || added < 0 ||
        (size_t)added >= room)
        return FAIL(r, event->start_mark, KT_E_INVALID, "found '%.40s', expected the name of a setting", key);
    r->has_key = true;
    return 0;
}

static int set_value(reader *r, const yaml_event_t *event)
{
    char origin[512];
    const int index = kt_setting_find(kt_view_of(r->name));
    const kt_view value = { (const char *)event->data.scalar.value, event->data.scalar.length };
    origin_of(r, &event->start_mark, origin);
    r->has_key = false;
    if (index < 0)
        return kt_config_unknown(kt_view_of(r->name), origin, r->err);
    if (r->seen[index])
        return FAIL(r, event->start_mark, KT_E_INVALID, "%s stands here for the second time", r->name);
    r->seen[index] = true;
    return kt_config_set(r->config, index, value, origin, r->err);
}

static int on_scalar(reader *r, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    const bool is_nothing = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                            (text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
    if (r->depth == 0 && is_nothing) /* a file with comments only */
        return 0;
    if (r->depth == 0)
        return FAIL(r, event->start_mark, KT_E_INVALID, "found '%.40s', expected settings such as 'shots: 100'", text);
    if (!r->has_key)
        return add_key(r, event);
    if (!is_nothing)
        return set_value(r, event);
    r->has_key = false; /* a name without a value leaves it as it is */
    return 0;
}

static bool begins_any(const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < kt_setting_count; i++)
        if (strncmp(kt_settings_table[i].name, name, length) == 0 && kt_settings_table[i].name[length] == '.')
            return true;
    return false;
}

static int on_map(reader *r, const yaml_event_t *event)
{
    char origin[512];
    if (r->depth > 0 && !r->has_key)
        return FAIL(r, event->start_mark, KT_E_INVALID, "found a map, expected the name of a setting");
    if (r->depth == DEPTH_MOST)
        return FAIL(r, event->start_mark, KT_E_LIMIT, "maps are nested deeper than %d", (int)DEPTH_MOST);
    origin_of(r, &event->start_mark, origin);
    if (r->depth > 0 && !begins_any(r->name))
        return kt_config_unknown(kt_view_of(r->name), origin, r->err);
    r->lengths[r->depth++] = strlen(r->name);
    r->has_key = false;
    return 0;
}

static int on_event(reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: {
        const int rc = on_scalar(r, event);
        if (rc == 0 && !r->has_key && r->depth > 0)
            r->name[r->lengths[r->depth - 1]] = '\0';
        return rc;
    }
    case YAML_MAPPING_START_EVENT: return on_map(r, event);
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        r->has_key = false;
        if (r->depth > 0)
            r->name[r->lengths[r->depth - 1]] = '\0';
        return 0;
    case YAML_SEQUENCE_START_EVENT: return FAIL(r, event->start_mark, KT_E_INVALID, "found a list; no setting is one");
    case YAML_ALIAS_EVENT: return FAIL(r, event->start_mark, KT_E_INVALID, "found an alias; write the value itself");
    default: return 0;
    }
}

static int read_events(reader *r)
{
    bool is_over = false;
    int rc = 0, documents = 0;
    while (rc == 0 && !is_over) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return syntax_error(r);
        is_over = event.type == YAML_STREAM_END_EVENT;
        if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
            rc = FAIL(r, event.start_mark, KT_E_INVALID, "a second document; a settings file is one");
        else
            rc = on_event(r, &event);
        yaml_event_delete(&event);
    }
    return rc;
}

int kt_config_add_yaml(kt_config *config, kt_view text, const char *file, kt_error *err)
{
    kt_error own;
    reader r = { .config = config, .file = file, .err = err == NULL ? &own : err };
    if (!yaml_parser_initialize(&r.parser))
        return kt_fail_nomem(err, sizeof(r.parser), "settings");
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.data == NULL ? "" : text.data), text.length);
    const int rc = read_events(&r);
    yaml_parser_delete(&r.parser);
    return rc;
}
