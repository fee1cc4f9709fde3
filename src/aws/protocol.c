/* SPDX-License-Identifier: Apache-2.0 */
/* protocol.c - where each member of an operation goes: into the path, the query, a header or the body. Names and values
 * come from callers and from users, so whatever could end a header or a path early is refused or encoded. */
#include "aws/protocol_priv.h"

#include "sign/sigv4.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PATH_BYTES_MOST = 16 * 1024, BUCKET_BYTES_LEAST = 3, BUCKET_BYTES_MOST = 63 };

const kt_aws_member *kt_aws_member_find(const kt_aws_operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->member_count; i++)
        if (strcmp(operation->members[i].name, name) == 0)
            return &operation->members[i];
    return NULL;
}

/* Whether "{name}" or "{name+}" stands in the path. */
static bool is_in_path(const kt_aws_operation *operation, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = strchr(operation->path, '{'); at != NULL; at = strchr(at + 1, '{'))
        if (strncmp(at + 1, name, length) == 0 && (at[1 + length] == '}' || at[1 + length] == '+'))
            return true;
    return false;
}

bool kt_aws_member_is_bound(const kt_aws_operation *operation, const char *name)
{
    const kt_aws_member *row = kt_aws_member_find(operation, name);
    return is_in_path(operation, name) || (row != NULL && row->place <= KT_AWS_IN_HEADER_MAP);
}

/* ---- what is put together ---- */

typedef struct maker {
    const kt_aws_service *service;
    const kt_aws_operation *operation;
    const kt_aws_endpoint *endpoint;
    const kt_json *members;
    kt_arena *arena;
    kt_aws_request *out;
    kt_error *err;
    bool bucket_in_host;
} maker;

static int add_header(maker *m, const char *name, kt_view value)
{
    for (size_t i = 0; i < value.length; i++)
        if ((unsigned char)value.data[i] < ' ' && value.data[i] != '\t')
            return kt_fail(m->err, KT_E_INVALID, "the header %s can't hold a control character (byte %zu)", name, i);
    if (m->out->header_count == KT_AWS_HEADERS_MOST)
        return kt_fail(m->err, KT_E_LIMIT, "more than %d headers", (int)KT_AWS_HEADERS_MOST);
    const char *copy = kt_arena_strndup(m->arena, value.data, value.length);
    const char *name_copy = kt_arena_strndup(m->arena, name, strlen(name));
    if (copy == NULL || name_copy == NULL)
        return kt_fail_nomem(m->err, value.length, name);
    m->out->headers[m->out->header_count++] = (kt_http_header){ kt_view_of(name_copy), { copy, value.length } };
    return 0;
}

/* ---- the path ---- */

static int add_label(maker *m, const char *name, size_t name_length, bool is_greedy, kt_buf *path)
{
    char member[64];
    snprintf(member, sizeof(member), "%.*s", (int)name_length, name);
    const kt_json *value = json_object_get(m->members, member);
    if (value == NULL || json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0))
        return kt_fail(m->err, KT_E_INVALID, "the member '%s' is missing", member);
    KT_BUF_OWN text;
    kt_buf_init(&text, PATH_BYTES_MOST);
    const int rc = kt_aws_scalar_text(member, value, &text, m->err);
    if (rc < 0)
        return rc;
    kt_uri_encode(kt_buf_view(&text), is_greedy, path);
    return kt_buf_check(path, m->err, "a path");
}

/* "/{Bucket}" is left out when the bucket is part of the host. */
static const char *path_pattern(const maker *m)
{
    static const char bucket[] = "/{Bucket}";
    const char *pattern = m->operation->path;
    if (m->bucket_in_host && strncmp(pattern, bucket, strlen(bucket)) == 0)
        pattern += strlen(bucket);
    return pattern;
}

static int make_path(maker *m, const char **query_begin)
{
    KT_BUF_OWN path;
    kt_buf_init(&path, PATH_BYTES_MOST);
    kt_buf_adds(&path, m->endpoint->base_path);
    const size_t base = path.length;
    const char *at = path_pattern(m);
    while (*at != '\0' && *at != '?') {
        if (*at != '{') {
            kt_buf_addc(&path, *at++);
            continue;
        }
        const char *end = strchr(at, '}');
        const bool is_greedy = end[-1] == '+';
        const int rc = add_label(m, at + 1, (size_t)(end - at) - 1 - is_greedy, is_greedy, &path);
        if (rc < 0)
            return rc;
        at = end + 1;
    }
    if (path.length == base)
        kt_buf_addc(&path, '/');
    *query_begin = at;
    m->out->path = kt_arena_strndup(m->arena, path.data == NULL ? "" : path.data, path.length);
    return m->out->path == NULL ? kt_fail_nomem(m->err, path.length, "a path") : kt_buf_check(&path, m->err, "a path");
}

/* ---- the query ---- */

static int add_parameter(maker *m, const kt_aws_member *row, const kt_json *value, kt_buf *query)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, PATH_BYTES_MOST);
    const int rc = kt_aws_scalar_text(row->name, value, &text, m->err);
    if (rc < 0)
        return rc;
    kt_buf_addf(query, "%s%s=", query->length == 0 ? "" : "&", row->wire);
    kt_uri_encode(kt_buf_view(&text), false, query);
    return kt_buf_check(query, m->err, "a query");
}

static int add_parameters(maker *m, const kt_aws_member *row, const kt_json *value, kt_buf *query)
{
    const kt_json *item;
    size_t index;
    int rc = 0;
    if (!json_is_array(value))
        return add_parameter(m, row, value, query);
    json_array_foreach(value, index, item)
    {
        if (rc == 0)
            rc = add_parameter(m, row, item, query);
    }
    return rc;
}

static int make_query(maker *m, const char *begin)
{
    KT_BUF_OWN query;
    kt_buf_init(&query, PATH_BYTES_MOST);
    kt_buf_adds(&query, *begin == '?' ? begin + 1 : "");
    for (size_t i = 0; i < m->operation->member_count; i++) {
        const kt_aws_member *row = &m->operation->members[i];
        const kt_json *value = json_object_get(m->members, row->name);
        if (row->place != KT_AWS_IN_QUERY || value == NULL || json_is_null(value))
            continue;
        const int rc = add_parameters(m, row, value, &query);
        if (rc < 0)
            return rc;
    }
    m->out->query = kt_arena_strndup(m->arena, query.data == NULL ? "" : query.data, query.length);
    return m->out->query == NULL ? kt_fail_nomem(m->err, query.length, "a query")
                                 : kt_buf_check(&query, m->err, "a query");
}

/* ---- headers ---- */

static int add_member_header(maker *m, const char *name, const char *wire, const kt_json *value)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, PATH_BYTES_MOST);
    const int rc = kt_aws_scalar_text(name, value, &text, m->err);
    return rc < 0 ? rc : add_header(m, wire, kt_buf_view(&text));
}

static bool is_header_name(const char *name)
{
    const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    return length > 0 && name[length] == '\0';
}

/* {"author": "me"} -> x-amz-meta-author: me */
static int add_header_map(maker *m, const kt_aws_member *row, const kt_json *map)
{
    const char *key;
    kt_json *value;
    int rc = 0;
    json_object_foreach((kt_json *)map, key, value)
    {
        const char *wire = kt_arena_printf(m->arena, "%s%s", row->wire, key);
        if (rc == 0 && !is_header_name(key))
            rc = kt_fail(m->err, KT_E_INVALID, "'%.60s' in %s can't be part of a header's name", key, row->name);
        else if (rc == 0)
            rc = wire == NULL ? kt_fail_nomem(m->err, strlen(key), "a header")
                              : add_member_header(m, row->name, wire, value);
    }
    return rc;
}

static int make_headers(maker *m)
{
    int rc = 0;
    for (size_t i = 0; i < m->operation->member_count && rc == 0; i++) {
        const kt_aws_member *row = &m->operation->members[i];
        const kt_json *value = json_object_get(m->members, row->name);
        if (value == NULL || json_is_null(value))
            continue;
        if (row->place == KT_AWS_IN_HEADER)
            rc = add_member_header(m, row->name, row->wire, value);
        else if (row->place == KT_AWS_IN_HEADER_MAP)
            rc = add_header_map(m, row, value);
    }
    return rc;
}

/* ---- the host and the body ---- */

/* A bucket may be part of the host where a certificate covers it: no dots in its name, no custom endpoint. */
static bool bucket_fits_host(const char *bucket)
{
    const size_t length = bucket == NULL ? 0 : strlen(bucket);
    return length >= BUCKET_BYTES_LEAST && length <= BUCKET_BYTES_MOST &&
           strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static int make_host(maker *m)
{
    const char *bucket = json_string_value(json_object_get(m->members, "Bucket"));
    m->bucket_in_host = m->service == &kt_aws_s3 && !m->endpoint->is_custom && bucket_fits_host(bucket);
    m->out->scheme = m->endpoint->scheme;
    m->out->host =
        m->bucket_in_host ? kt_arena_printf(m->arena, "%s.%s", bucket, m->endpoint->host) : m->endpoint->host;
    return m->out->host == NULL ? kt_fail_nomem(m->err, 64, "a host") : 0;
}

static int make_target_header(maker *m)
{
    const char *target = kt_arena_printf(m->arena, "%s.%s", m->service->target, m->operation->name);
    return target == NULL ? kt_fail_nomem(m->err, 64, "a header") : add_header(m, "X-Amz-Target", kt_view_of(target));
}

static int make_body(maker *m)
{
    static const char *const types[] = {
        [KT_AWS_REST_JSON] = "application/json",
        [KT_AWS_REST_XML] = "application/xml",
        [KT_AWS_QUERY] = "application/x-www-form-urlencoded; charset=utf-8",
        [KT_AWS_JSON_1_0] = "application/x-amz-json-1.0",
        [KT_AWS_JSON_1_1] = "application/x-amz-json-1.1",
    };
    const kt_aws_protocol protocol = m->service->protocol;
    kt_buf *body = &m->out->body;
    int rc = 0;
    if (m->operation->without_body)
        return 0;
    if (protocol == KT_AWS_JSON_1_0 || protocol == KT_AWS_JSON_1_1)
        rc = make_target_header(m);
    if (rc == 0 && protocol == KT_AWS_QUERY)
        rc = kt_aws_body_query(m->service, m->operation, m->members, body, m->err);
    else if (rc == 0 && protocol == KT_AWS_REST_XML)
        rc = kt_aws_body_xml(m->operation, m->members, body, m->err);
    else if (rc == 0)
        rc = kt_aws_body_json(m->operation, m->members, body, m->err);
    return rc < 0 || body->length == 0 ? rc : add_header(m, "Content-Type", kt_view_of(types[protocol]));
}

/* Members that an operation without a body has no place for are a mistake of the caller's. */
static int check_members(const maker *m)
{
    const char *name;
    kt_json *value;
    const bool takes_any = !m->operation->without_body && m->service->protocol != KT_AWS_REST_XML;
    json_object_foreach((kt_json *)m->members, name, value)
    {
        if (!takes_any && !is_in_path(m->operation, name) && kt_aws_member_find(m->operation, name) == NULL)
            return kt_fail(m->err, KT_E_INVALID, "%s takes no member '%.60s'", m->operation->name, name);
    }
    return 0;
}

int kt_aws_request_make(const kt_aws_service *service, const kt_aws_operation *operation,
                        const kt_aws_endpoint *endpoint, const kt_json *members, kt_arena *arena, kt_aws_request *out,
                        kt_error *err)
{
    KT_OWN(kt_json) *none = members == NULL ? json_object() : NULL;
    const char *query_begin = "";
    kt_aws_request made = { .method = operation->method };
    maker m = { service, operation, endpoint, members == NULL ? none : members, arena, &made, err, false };
    if (m.members == NULL)
        return kt_fail_nomem(err, 0, "members");
    kt_buf_init(&made.body, KT_AWS_BODY_BYTES_MOST);
    int rc = check_members(&m);
    if (rc == 0)
        rc = make_host(&m);
    if (rc == 0)
        rc = make_path(&m, &query_begin);
    if (rc == 0)
        rc = make_query(&m, query_begin);
    if (rc == 0)
        rc = make_headers(&m);
    if (rc == 0)
        rc = make_body(&m);
    if (rc < 0) {
        kt_buf_fini(&made.body);
        return kt_wrap(err, rc, "%s", operation->name);
    }
    *out = made;
    return 0;
}

void kt_aws_request_fini(kt_aws_request *request)
{
    kt_buf_fini(&request->body);
}
