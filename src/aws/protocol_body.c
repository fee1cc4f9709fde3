/* SPDX-License-Identifier: Apache-2.0 */
/* protocol_body.c - members as a body: JSON, a form of the query protocol, or XML. */
#include "aws/protocol_priv.h"

#include "aws/xml.h"
#include "sign/sigv4.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MOST = 32, NAME_BYTES_MOST = 1024 };

int kt_aws_scalar_text(const char *name, const kt_json *value, kt_buf *out, kt_error *err)
{
    char text[32];
    switch (json_typeof(value)) {
    case JSON_STRING: kt_buf_add(out, json_string_value(value), json_string_length(value)); break;
    case JSON_INTEGER: kt_buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL:
        kt_double_text(json_real_value(value), text, sizeof(text));
        kt_buf_adds(out, text);
        break;
    case JSON_TRUE:
    case JSON_FALSE: kt_buf_adds(out, json_is_true(value) ? "true" : "false"); break;
    default: return kt_fail(err, KT_E_INVALID, "the member '%.60s' must be a text, a number or a boolean", name);
    }
    return kt_buf_check(out, err, name);
}

/* ---- JSON ---- */

int kt_aws_body_json(const kt_aws_operation *operation, const kt_json *members, kt_buf *out, kt_error *err)
{
    kt_jw w;
    const char *name;
    kt_json *value;
    kt_jw_init(&w, kt_out_buf(out), 0);
    kt_jw_object(&w);
    json_object_foreach((kt_json *)members, name, value)
    {
        if (json_is_null(value) || kt_aws_member_is_bound(operation, name))
            continue;
        kt_jw_key(&w, name);
        kt_jw_value(&w, value);
    }
    kt_jw_close(&w);
    return kt_jw_end(&w, err);
}

/* ---- the query protocol ---- */

typedef struct form {
    const kt_aws_operation *operation;
    kt_buf *out;
    kt_error *err;
    char name[NAME_BYTES_MOST]; /* "Tags.member.1.Key" */
    size_t length;
    int depth;
} form;

static int form_value(form *f, const kt_json *value);

/* Goes one step down the name and writes what is there. */
static int form_step(form *f, const char *step, size_t index, const kt_json *value)
{
    const size_t before = f->length;
    char number[24] = "";
    if (index > 0)
        snprintf(number, sizeof(number), ".%zu", index);
    const int added =
        snprintf(f->name + before, sizeof(f->name) - before, "%s%s%s", before == 0 ? "" : ".", step, number);
    if (f->depth == DEPTH_MOST || added < 0 || (size_t)added >= sizeof(f->name) - before)
        return kt_fail(f->err, KT_E_LIMIT, "the member '%.60s' is nested too deep", f->name);
    f->length += (size_t)added;
    f->depth++;
    const int rc = form_value(f, value);
    f->depth--;
    f->length = before;
    f->name[before] = '\0';
    return rc;
}

/* wire: "key/value": entry.1.key, entry.1.value. */
static int form_map(form *f, const char *wire, const kt_json *map)
{
    char key_name[16], value_name[16];
    const char *key;
    kt_json *value;
    size_t index = 0;
    int rc = 0;
    const char *slash = strchr(wire, '/');
    snprintf(key_name, sizeof(key_name), "%.*s", (int)(slash - wire), wire);
    snprintf(value_name, sizeof(value_name), "%s", slash + 1);
    json_object_foreach((kt_json *)map, key, value)
    {
        const size_t before = f->length;
        kt_json *text = json_string(key);
        if (text == NULL)
            return kt_fail_nomem(f->err, strlen(key), "a form");
        f->length += (size_t)snprintf(f->name + before, sizeof(f->name) - before, ".entry.%zu", ++index);
        rc = f->length >= sizeof(f->name) ? kt_fail(f->err, KT_E_LIMIT, "a member's name is too long")
                                          : form_step(f, key_name, 0, text);
        json_decref(text);
        if (rc == 0)
            rc = form_step(f, value_name, 0, value);
        f->length = before;
        f->name[before] = '\0';
        if (rc < 0)
            break;
    }
    return rc;
}

static int form_scalar(form *f, const kt_json *value)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, KT_AWS_BODY_BYTES_MOST);
    const int rc = kt_aws_scalar_text(f->name, value, &text, f->err);
    if (rc < 0)
        return rc;
    kt_buf_addf(f->out, "&%s=", f->name);
    kt_uri_encode(kt_buf_view(&text), false, f->out);
    return kt_buf_check(f->out, f->err, "a form");
}

static int form_value(form *f, const kt_json *value)
{
    const kt_aws_member *row = f->depth == 1 ? kt_aws_member_find(f->operation, f->name) : NULL;
    const char *key;
    kt_json *item;
    size_t index;
    int rc = 0;
    if (json_is_null(value))
        return 0;
    if (row != NULL && row->place == KT_AWS_AS_MAP && json_is_object(value))
        return form_map(f, row->wire, value);
    if (json_is_object(value)) {
        json_object_foreach((kt_json *)value, key, item)
        {
            if (rc == 0)
                rc = form_step(f, key, 0, item);
        }
        return rc;
    }
    if (json_is_array(value)) {
        json_array_foreach(value, index, item)
        {
            if (rc == 0)
                rc = form_step(f, "member", index + 1, item);
        }
        return rc;
    }
    return form_scalar(f, value);
}

int kt_aws_body_query(const kt_aws_service *service, const kt_aws_operation *operation, const kt_json *members,
                      kt_buf *out, kt_error *err)
{
    form f = { .operation = operation, .out = out, .err = err };
    const char *name;
    kt_json *value;
    int rc = 0;
    kt_buf_addf(out, "Action=%s&Version=%s", operation->name, service->version);
    json_object_foreach((kt_json *)members, name, value)
    {
        if (rc == 0)
            rc = form_step(&f, name, 0, value);
    }
    return rc < 0 ? rc : kt_buf_check(out, err, "a form");
}

/* ---- XML ---- */

static int xml_value(const kt_aws_operation *operation, const char *name, const kt_json *value, int depth, kt_buf *out,
                     kt_error *err);

static int xml_element(const kt_aws_operation *operation, const char *name, const kt_json *value, int depth,
                       kt_buf *out, kt_error *err)
{
    kt_buf_addf(out, "<%s>", name);
    const int rc = xml_value(operation, name, value, depth, out, err);
    kt_buf_addf(out, "</%s>", name);
    return rc;
}

/* Each item in an element; a list with a row of its own has none around them. */
static int xml_items(const kt_aws_operation *operation, const char *name, const kt_json *list, int depth, kt_buf *out,
                     kt_error *err)
{
    const kt_aws_member *row = kt_aws_member_find(operation, name);
    const kt_json *item;
    size_t index;
    int rc = 0;
    json_array_foreach(list, index, item)
    {
        if (rc == 0)
            rc = xml_element(operation, row != NULL && row->place == KT_AWS_AS_ITEMS ? row->wire : "member", item,
                             depth, out, err);
    }
    return rc;
}

static int xml_value(const kt_aws_operation *operation, const char *name, const kt_json *value, int depth, kt_buf *out,
                     kt_error *err)
{
    const char *key;
    kt_json *item;
    int rc = 0;
    if (depth == DEPTH_MOST)
        return kt_fail(err, KT_E_LIMIT, "the member '%.60s' is nested too deep", name);
    if (!json_is_object(value)) {
        KT_BUF_OWN text;
        kt_buf_init(&text, KT_AWS_BODY_BYTES_MOST);
        rc = kt_aws_scalar_text(name, value, &text, err);
        if (rc == 0)
            kt_aws_xml_escape(kt_buf_view(&text), out);
        return rc;
    }
    json_object_foreach((kt_json *)value, key, item)
    {
        if (rc == 0 && json_is_array(item))
            rc = xml_items(operation, key, item, depth + 1, out, err);
        else if (rc == 0 && !json_is_null(item))
            rc = xml_element(operation, key, item, depth + 1, out, err);
    }
    return rc;
}

int kt_aws_body_xml(const kt_aws_operation *operation, const kt_json *members, kt_buf *out, kt_error *err)
{
    for (size_t i = 0; i < operation->member_count; i++) {
        const kt_aws_member *member = &operation->members[i];
        const kt_json *value = json_object_get(members, member->name);
        if (member->place != KT_AWS_AS_PAYLOAD || value == NULL || json_is_null(value))
            continue;
        kt_buf_addf(out, "<%s xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">", member->wire);
        const int rc = xml_value(operation, member->name, value, 0, out, err);
        if (rc < 0)
            return rc;
        kt_buf_addf(out, "</%s>", member->wire);
        return kt_buf_check(out, err, member->name);
    }
    return 0;
}
