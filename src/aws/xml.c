/* SPDX-License-Identifier: Apache-2.0 */
/* xml.c - XML to JSON, by expat. Namespaces' prefixes stay in the names; attributes say nothing that is needed here. */
#include "aws/xml.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

/* One open element. */
typedef struct level {
    char name[64];
    kt_json *object; /* NULL: nothing but text so far */
} level;

typedef struct reader {
    XML_Parser parser;
    const char *const *items;
    level levels[KT_AWS_XML_DEPTH_MOST];
    int depth;
    size_t element_count;
    kt_buf text; /* of the innermost element */
    kt_json *result;
    char *root;
    kt_error *err;
    int rc;
} reader;

static void stop(reader *r, int rc)
{
    r->rc = rc;
    XML_StopParser(r->parser, XML_FALSE);
}

static bool is_item(const reader *r, const char *name)
{
    if (strcmp(name, "member") == 0)
        return true;
    for (const char *const *at = r->items; at != NULL && *at != NULL; at++)
        if (strcmp(*at, name) == 0)
            return true;
    return false;
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = user;
    (void)attributes;
    if (r->depth == KT_AWS_XML_DEPTH_MOST || ++r->element_count > KT_AWS_XML_ELEMENTS_MOST) {
        stop(r, kt_fail(r->err, KT_E_LIMIT, "XML with more than %d levels or %d elements", (int)KT_AWS_XML_DEPTH_MOST,
                        (int)KT_AWS_XML_ELEMENTS_MOST));
        return;
    }
    level *here = &r->levels[r->depth++];
    here->object = NULL;
    snprintf(here->name, sizeof(here->name), "%s", name);
    kt_buf_clear(&r->text);
}

static void on_text(void *user, const XML_Char *text, int length)
{
    reader *r = user;
    if (kt_buf_add(&r->text, text, (size_t)length) < 0)
        stop(r, kt_buf_check(&r->text, r->err, "XML text"));
}

/* Puts a value under its name; one that comes again, or is an item, makes a list. Takes the value. */
static int put(const reader *r, kt_json *object, const char *name, kt_json *take_value)
{
    kt_json *there = json_object_get(object, name);
    if (json_is_array(there))
        return json_array_append_new(there, take_value);
    if (there == NULL && !is_item(r, name))
        return json_object_set_new(object, name, take_value);
    kt_json *list = json_array();
    if (list != NULL && there != NULL)
        json_array_append(list, there);
    if (list == NULL || json_array_append_new(list, take_value) < 0) {
        json_decref(list);
        return -1;
    }
    return json_object_set_new(object, name, list);
}

/* <Roles><member/>...</Roles> is the list itself. */
static kt_json *without_members(kt_json *take_object)
{
    kt_json *members = json_object_get(take_object, "member");
    if (members == NULL || json_object_size(take_object) != 1)
        return take_object;
    json_incref(members);
    json_decref(take_object);
    return members;
}

static kt_json *value_of(reader *r, level *here)
{
    kt_json *object = here->object;
    here->object = NULL;
    if (object != NULL)
        return without_members(object);
    return json_stringn(r->text.data == NULL ? "" : r->text.data, r->text.length);
}

static void on_end(void *user, const XML_Char *name)
{
    reader *r = user;
    (void)name;
    level *here = &r->levels[r->depth - 1];
    kt_json *value = value_of(r, here);
    kt_buf_clear(&r->text);
    r->depth--;
    if (value == NULL) {
        stop(r, kt_fail_nomem(r->err, 0, "XML"));
        return;
    }
    if (r->depth == 0) {
        r->result = value;
        snprintf(r->root, sizeof(here->name), "%s", here->name);
        return;
    }
    level *above = &r->levels[r->depth - 1];
    if (above->object == NULL)
        above->object = json_object();
    if (above->object == NULL) {
        json_decref(value);
        stop(r, kt_fail_nomem(r->err, 0, "XML"));
    } else if (put(r, above->object, here->name, value) < 0) {
        stop(r, kt_fail_nomem(r->err, 0, "XML"));
    }
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    reader *r = user;
    (void)name, (void)system, (void)public, (void)internal;
    stop(r, kt_fail(r->err, KT_E_SYNTAX, "XML with a document type declaration, which no answer of AWS has"));
}

static int parse(reader *r, kt_view text)
{
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    if (text.length > INT32_MAX / 2)
        return kt_fail(r->err, KT_E_LIMIT, "XML of %zu bytes", text.length);
    const enum XML_Status status = XML_Parse(r->parser, text.data == NULL ? "" : text.data, (int)text.length, XML_TRUE);
    if (r->rc < 0)
        return r->rc;
    const enum XML_Error code = XML_GetErrorCode(r->parser);
    if (status == XML_STATUS_ERROR && code == XML_ERROR_NO_MEMORY)
        return kt_fail_nomem(r->err, 0, "XML");
    if (status == XML_STATUS_ERROR)
        return kt_fail(r->err, KT_E_SYNTAX, "broken XML, line %lu: %s", XML_GetCurrentLineNumber(r->parser),
                       XML_ErrorString(code));
    return 0;
}

int kt_aws_xml_read(kt_view text, const char *const *items, char root[64], kt_json **out, kt_error *err)
{
    reader r = { .parser = XML_ParserCreate(NULL), .items = items, .root = root, .err = err };
    if (r.parser == NULL)
        return kt_fail_nomem(err, 0, "XML");
    kt_buf_init(&r.text, 0);
    const int rc = parse(&r, text);
    for (int i = 0; i < r.depth; i++)
        json_decref(r.levels[i].object);
    kt_buf_fini(&r.text);
    XML_ParserFree(r.parser);
    if (rc < 0)
        json_decref(r.result);
    else
        *out = r.result;
    return rc;
}

void kt_aws_xml_escape(kt_view text, kt_buf *out)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\r', "&#xD;" } };
    kt_buf_adds(out, "");
    for (size_t i = 0; i < text.length; i++) {
        const char *entity = NULL;
        for (size_t n = 0; n < KT_COUNT(entities) && entity == NULL; n++)
            if (text.data[i] == entities[n].c)
                entity = entities[n].entity;
        if (entity != NULL)
            kt_buf_adds(out, entity);
        else
            kt_buf_addc(out, text.data[i]);
    }
}
