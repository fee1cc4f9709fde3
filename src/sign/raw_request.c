/* SPDX-License-Identifier: Apache-2.0 */
/* raw_request.c - reads an HTTP request from text, line by line (RFC 9112 as servers read it, with the old folding of
 * headers). */
#include "sign/raw_request.h"

#include "sign/sign_priv.h"
#include <string.h>

typedef struct reader {
    kt_view rest;
    size_t line_number;
    kt_arena *arena;
    kt_raw_request *out;
} reader;

/* The next line without its end; false at the end of the text. */
static bool next_line(reader *r, kt_view *line)
{
    if (r->rest.length == 0)
        return false;
    const char *end = memchr(r->rest.data, '\n', r->rest.length);
    line->data = r->rest.data;
    line->length = end == NULL ? r->rest.length : (size_t)(end - line->data);
    const size_t taken = end == NULL ? r->rest.length : line->length + 1;
    r->rest.data += taken;
    r->rest.length -= taken;
    if (line->length > 0 && line->data[line->length - 1] == '\r')
        line->length--;
    r->line_number++;
    return true;
}

static bool is_token(kt_view text)
{
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c) != NULL)
            return false;
    }
    return text.length > 0;
}

/* "https://host/path": the host is a header's business, the path is what is signed. */
static kt_view without_origin(kt_view target)
{
    static const char *const schemes[] = { "http://", "https://" };
    for (size_t i = 0; i < KT_COUNT(schemes); i++) {
        if (!kt_view_starts(target, schemes[i]))
            continue;
        size_t at = strlen(schemes[i]);
        while (at < target.length && target.data[at] != '/' && target.data[at] != '?')
            at++;
        return (kt_view){ target.data + at, target.length - at };
    }
    return target;
}

static void split_target(kt_raw_request *out)
{
    const kt_view target = without_origin(out->target);
    const char *mark = target.length == 0 ? NULL : memchr(target.data, '?', target.length);
    out->path = target;
    out->has_query = mark != NULL;
    if (mark == NULL)
        return;
    out->path.length = (size_t)(mark - target.data);
    out->query = (kt_view){ mark + 1, target.length - out->path.length - 1 };
}

/* The version is the last word when it looks like one; everything between it and the method is the target. */
static void cut_version(kt_view *rest, kt_view *version)
{
    size_t at = rest->length;
    while (at > 0 && rest->data[at - 1] != ' ')
        at--;
    const kt_view last = { rest->data + at, rest->length - at };
    if (at == 0 || !kt_view_starts(last, "HTTP/"))
        return;
    *version = last;
    rest->length = at - 1;
}

static int read_request_line(reader *r, kt_error *err)
{
    kt_view line = { 0 };
    while (line.length == 0)
        if (!next_line(r, &line))
            return kt_fail(err, KT_E_SYNTAX, "no request; expected a line such as GET / HTTP/1.1");
    const char *blank = memchr(line.data, ' ', line.length);
    const kt_view method = { line.data, blank == NULL ? line.length : (size_t)(blank - line.data) };
    if (blank == NULL || !is_token(method))
        return kt_fail(err, KT_E_SYNTAX, "line %zu is no request line; expected METHOD TARGET HTTP/1.1",
                       r->line_number);
    kt_view rest = { blank + 1, line.length - method.length - 1 };
    r->out->method = method;
    cut_version(&rest, &r->out->version);
    r->out->target = kt_view_trim(rest);
    if (r->out->target.length == 0 || memchr(rest.data, '\0', rest.length) != NULL)
        return kt_fail(err, KT_E_SYNTAX, "line %zu has no target that can be signed; expected METHOD TARGET HTTP/1.1",
                       r->line_number);
    split_target(r->out);
    return 0;
}

/* The line belongs to the header before it. */
static int unfold(reader *r, kt_view line, kt_error *err)
{
    if (r->out->header_count == 0)
        return kt_fail(err, KT_E_SYNTAX, "line %zu begins with a blank, but there is no header that it could go on",
                       r->line_number);
    kt_view *value = &r->out->headers[r->out->header_count - 1].value;
    const kt_view more = kt_view_trim(line);
    const char *joined =
        kt_arena_printf(r->arena, "%.*s%s%.*s", KT_VIEW_ARG(*value), value->length == 0 ? "" : " ", KT_VIEW_ARG(more));
    if (joined == NULL)
        return kt_fail_nomem(err, value->length + more.length, "a folded header");
    *value = kt_view_of(joined);
    return 0;
}

static int read_header(reader *r, kt_view line, kt_error *err)
{
    const char *colon = memchr(line.data, ':', line.length);
    const kt_view name = { line.data, colon == NULL ? line.length : (size_t)(colon - line.data) };
    if (colon == NULL || !is_token(name) || memchr(line.data, '\0', line.length) != NULL)
        return kt_fail(err, KT_E_SYNTAX,
                       "line %zu is no header; expected NAME: VALUE, or an empty line before the body", r->line_number);
    if (r->out->header_count == KT_RAW_HEADERS_MOST)
        return kt_fail(err, KT_E_LIMIT, "more than %d headers", (int)KT_RAW_HEADERS_MOST);
    const kt_view value = { colon + 1, line.length - name.length - 1 };
    r->out->headers[r->out->header_count++] = (kt_sign_header){ name, kt_view_trim(value) };
    return 0;
}

static int read_headers(reader *r, kt_error *err)
{
    kt_view line;
    int rc = 0;
    while (rc == 0 && next_line(r, &line) && line.length > 0)
        rc = line.data[0] == ' ' || line.data[0] == '\t' ? unfold(r, line, err) : read_header(r, line, err);
    return rc;
}

int kt_raw_request_read(kt_view text, kt_arena *arena, kt_raw_request *out, kt_error *err)
{
    kt_raw_request made = { 0 };
    reader r = { .rest = text, .arena = arena, .out = &made };
    made.headers = KT_ARENA_ARRAY(arena, kt_sign_header, KT_RAW_HEADERS_MOST);
    if (made.headers == NULL)
        return kt_fail_nomem(err, KT_RAW_HEADERS_MOST * sizeof(*made.headers), "headers");
    int rc = read_request_line(&r, err);
    if (rc == 0)
        rc = read_headers(&r, err);
    if (rc < 0)
        return rc;
    made.body = r.rest;
    *out = made;
    return 0;
}
