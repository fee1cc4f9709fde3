/* SPDX-License-Identifier: Apache-2.0 */
/* canonical.c - the canonical request: one text for all the ways in which the same request can be written. It is made
 * from the bytes on the wire, never from decoded ones. What is signed is said by the list of signed headers and by
 * nothing else. */
#include "sign/sign_priv.h"
#include "sign/uri_priv.h"

#include <stdlib.h>
#include <string.h>

enum { QUERY_PARAMETERS_MOST = 1000 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool kt_sign_name_equal(kt_view a, kt_view b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

bool kt_sign_split(kt_view *rest, char separator, kt_view *part)
{
    if (rest->data == NULL)
        return false;
    const char *end = rest->length == 0 ? NULL : memchr(rest->data, separator, rest->length);
    *part = *rest;
    if (end == NULL) {
        *rest = (kt_view){ 0 };
        return true;
    }
    part->length = (size_t)(end - rest->data);
    *rest = (kt_view){ end + 1, rest->length - part->length - 1 };
    return true;
}

bool kt_sign_is_listed(kt_view signed_headers, kt_view name)
{
    kt_view listed;
    while (kt_sign_split(&signed_headers, ';', &listed))
        if (kt_sign_name_equal(listed, name))
            return true;
    return false;
}

const kt_sign_header *kt_sign_header_find(const kt_sign_request *request, const char *name)
{
    const kt_view wanted = kt_view_of(name);
    for (size_t i = 0; i < request->header_count; i++)
        if (kt_sign_name_equal(request->headers[i].name, wanted))
            return &request->headers[i];
    return NULL;
}

/* ---- the path ---- */

/* Takes the last "/segment" back out of what stands behind `base`. */
static void drop_segment(kt_buf *out, size_t base)
{
    while (out->length > base && out->data[--out->length] != '/') {}
    if (out->data != NULL)
        out->data[out->length] = '\0';
}

/* Dot segments and empty ones removed (RFC 3986, 5.2.4), then encoded once more. */
static int add_normal_path(kt_view path, kt_buf *out)
{
    const size_t base = out->length;
    const bool ends_in_slash = path.length > 0 && path.data[path.length - 1] == '/';
    kt_view rest = path, segment;
    while (kt_sign_split(&rest, '/', &segment) && out->failed == 0) {
        if (segment.length == 0 || kt_view_is(segment, "."))
            continue;
        if (kt_view_is(segment, "..")) {
            drop_segment(out, base);
            continue;
        }
        kt_buf_addc(out, '/');
        kt_uri_encode(segment, false, out);
    }
    return out->length == base || ends_in_slash ? kt_buf_addc(out, '/') : out->failed;
}

static int add_path(kt_view path, const kt_canonical_options *options, kt_buf *out)
{
    const bool is_s3 = kt_view_is(options->service, "s3");
    if (!is_s3 && !options->keep_path)
        return add_normal_path(path, out);
    if (path.length == 0)
        return kt_buf_addc(out, '/');
    return is_s3 ? kt_buf_add(out, path.data, path.length) : kt_uri_encode(path, true, out);
}

/* ---- the query ---- */

typedef struct parameter {
    size_t name_at, value_at, end; /* in the buffer of encoded text */
    kt_view name, value;           /* the same as views, once that buffer grows no more */
} parameter;

static int compare_parameters(const void *a, const void *b)
{
    const parameter *left = a, *right = b;
    const int order = kt_view_compare(left->name, right->name);
    return order != 0 ? order : kt_view_compare(left->value, right->value);
}

static size_t count_parameters(kt_view query)
{
    size_t count = 1;
    for (size_t i = 0; i < query.length; i++)
        count += query.data[i] == '&';
    return count;
}

/* How many of the query's parameters are to be signed, each encoded into `encoded`. */
static size_t encode_parameters(kt_view query, bool without_signature, kt_buf *encoded, parameter *parameters)
{
    size_t count = 0;
    kt_view pair;
    while (kt_sign_split(&query, '&', &pair)) {
        kt_view value = pair, name;
        kt_sign_split(&value, '=', &name);
        if (without_signature && kt_view_is(name, "X-Amz-Signature"))
            continue;
        parameter *p = &parameters[count++];
        p->name_at = encoded->length;
        kt_uri_canonical(name, encoded);
        p->value_at = encoded->length;
        kt_uri_canonical(value, encoded);
        p->end = encoded->length;
    }
    for (size_t i = 0; i < count && encoded->failed == 0; i++) {
        parameter *p = &parameters[i];
        p->name = (kt_view){ encoded->data + p->name_at, p->value_at - p->name_at };
        p->value = (kt_view){ encoded->data + p->value_at, p->end - p->value_at };
    }
    return count;
}

static int add_sorted_query(kt_view query, bool without_signature, parameter *parameters, kt_buf *out)
{
    KT_BUF_OWN encoded;
    kt_buf_init(&encoded, out->ceiling_bytes);
    const size_t count = encode_parameters(query, without_signature, &encoded, parameters);
    if (encoded.failed != 0)
        return out->failed = encoded.failed;
    qsort(parameters, count, sizeof(*parameters), compare_parameters);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            kt_buf_addc(out, '&');
        kt_buf_add(out, parameters[i].name.data, parameters[i].name.length);
        kt_buf_addc(out, '=');
        kt_buf_add(out, parameters[i].value.data, parameters[i].value.length);
    }
    return out->failed;
}

static int add_query(kt_view query, bool without_signature, kt_buf *out, kt_error *err)
{
    parameter few[16];
    if (query.length == 0)
        return 0;
    const size_t count = count_parameters(query);
    if (count > QUERY_PARAMETERS_MOST)
        return kt_fail(err, KT_E_LIMIT, "%zu parameters in a query, above the limit of %d", count,
                       QUERY_PARAMETERS_MOST);
    parameter *parameters = count <= KT_COUNT(few) ? few : malloc(count * sizeof(*parameters));
    if (parameters == NULL)
        return kt_fail_nomem(err, count * sizeof(*parameters), "a query");
    const int rc = add_sorted_query(query, without_signature, parameters, out);
    if (parameters != few)
        free(parameters);
    return rc == 0 ? 0 : kt_buf_check(out, err, "a canonical query");
}

/* ---- the headers ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Trimmed, with one blank for each run of them. */
static void add_value(kt_view value, bool in_lower_case, kt_buf *out)
{
    value = kt_view_trim(value);
    for (size_t at = 0; at < value.length;) {
        size_t end = at;
        while (end < value.length && !is_blank(value.data[end]))
            end++;
        if (in_lower_case)
            for (size_t i = at; i < end; i++)
                kt_buf_addc(out, lower(value.data[i]));
        else
            kt_buf_add(out, value.data + at, end - at);
        if (end < value.length)
            kt_buf_addc(out, ' ');
        for (at = end; at < value.length && is_blank(value.data[at]);)
            at++;
    }
}

static kt_view without_default_port(kt_view host)
{
    host = kt_view_trim(host);
    static const char *const ports[] = { ":80", ":443" };
    for (size_t i = 0; i < KT_COUNT(ports); i++) {
        const size_t length = strlen(ports[i]);
        if (host.length > length && memcmp(host.data + host.length - length, ports[i], length) == 0)
            return (kt_view){ host.data, host.length - length };
    }
    return host;
}

/* One line for all headers of the name, in the order in which they came. */
static void add_header(const kt_sign_request *request, kt_view name, bool drop_port, kt_buf *out)
{
    const bool is_host = kt_view_is(name, "host");
    bool has_value = false;
    kt_buf_add(out, name.data, name.length);
    kt_buf_addc(out, ':');
    for (size_t i = 0; i < request->header_count; i++) {
        if (!kt_sign_name_equal(request->headers[i].name, name))
            continue;
        if (has_value)
            kt_buf_addc(out, ',');
        has_value = true;
        const kt_view value = request->headers[i].value;
        add_value(is_host && drop_port ? without_default_port(value) : value, is_host, out);
    }
    kt_buf_addc(out, '\n');
}

int kt_sign_canonical_with(const kt_sign_request *request, const kt_canonical_options *options, kt_buf *out,
                           kt_error *err)
{
    kt_buf_add(out, request->method.data, request->method.length);
    kt_buf_addc(out, '\n');
    add_path(request->path, options, out);
    kt_buf_addc(out, '\n');
    const int rc = add_query(request->query, options->without_signature, out, err);
    if (rc < 0)
        return rc;
    kt_buf_addc(out, '\n');
    kt_view names = options->signed_headers, name;
    while (kt_sign_split(&names, ';', &name))
        add_header(request, name, options->without_default_port, out);
    kt_buf_addc(out, '\n');
    kt_buf_add(out, options->signed_headers.data, options->signed_headers.length);
    kt_buf_addc(out, '\n');
    kt_buf_add(out, request->payload_hash.data, request->payload_hash.length);
    return kt_buf_check(out, err, "a canonical request");
}

int kt_sign_canonical(const kt_sign_request *request, kt_view signed_headers, kt_view service, bool without_signature,
                      kt_buf *out, kt_error *err)
{
    const kt_canonical_options options = { .signed_headers = signed_headers,
                                           .service = service,
                                           .without_signature = without_signature };
    return kt_sign_canonical_with(request, &options, out, err);
}
