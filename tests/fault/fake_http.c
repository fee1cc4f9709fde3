/* SPDX-License-Identifier: Apache-2.0 */
/* fake_http.c - requests made of text, answers counted. */
#include "tests/fault/fake_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct kt_http_server {
    int unused;
};

/* ---- for the test ---- */

static void read_headers(kt_http_exchange *x, const char *at, const char *end)
{
    while (at < end && x->request.header_count < FAKE_HEADERS_MOST) {
        const char *colon = memchr(at, ':', (size_t)(end - at)), *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        if (colon == NULL || colon > stop)
            break;
        x->headers[x->request.header_count++] =
            (kt_http_header){ { at, (size_t)(colon - at) }, { colon + 2, (size_t)(stop - colon - 2) } };
        at = stop + 1;
    }
    x->request.headers = x->headers;
}

static void read_target(kt_http_request *request, const char *from, size_t length)
{
    const char *mark = memchr(from, '?', length);
    const size_t path_length = mark == NULL ? length : (size_t)(mark - from);
    request->target = (kt_view){ from, length };
    request->path = (kt_view){ from, path_length };
    request->query = mark == NULL ? (kt_view){ "", 0 } : (kt_view){ mark + 1, length - path_length - 1 };
}

int fake_http_begin(const char *text, kt_http_exchange *out)
{
    *out = (kt_http_exchange){ .request.body_fd = -1 };
    kt_buf_init(&out->text, 0);
    kt_buf_init(&out->body, 0);
    out->arena = kt_arena_new(0);
    if (out->arena == NULL || kt_buf_adds(&out->text, text) < 0)
        return KT_E_NOMEM;
    const char *line = out->text.data, *gap = strstr(line, "\n\n"), *end = line + out->text.length;
    const char *head_end = gap == NULL ? end : gap, *space = strchr(line, ' ');
    const char *line_end = memchr(line, '\n', (size_t)(head_end - line));
    line_end = line_end == NULL ? head_end : line_end;
    out->request.method = (kt_view){ line, (size_t)(space - line) };
    read_target(&out->request, space + 1, (size_t)(line_end - space - 1));
    read_headers(out, line_end < head_end ? line_end + 1 : head_end, head_end);
    const kt_view fill = kt_http_header_get(&out->request, "Fill");
    if (fill.data != NULL)
        kt_buf_fill(&out->body, "x", strtoul(fill.data, NULL, 10));
    else if (gap != NULL)
        kt_buf_adds(&out->body, gap + 2);
    out->request.body = kt_buf_view(&out->body);
    out->request.body_bytes = out->body.length;
    return out->body.failed < 0 ? KT_E_NOMEM : 0;
}

void fake_http_end(kt_http_exchange *x)
{
    kt_arena_free(x->arena);
    kt_buf_fini(&x->text);
    kt_buf_fini(&x->body);
}

/* ---- for the sandbox ---- */

kt_view kt_http_header_get(const kt_http_request *request, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < request->header_count; i++)
        if (request->headers[i].name.length == length && strncasecmp(request->headers[i].name.data, name, length) == 0)
            return request->headers[i].value;
    return (kt_view){ NULL, 0 };
}

const kt_http_request *kt_http_exchange_request(const kt_http_exchange *x)
{
    return &x->request;
}

kt_arena *kt_http_exchange_arena(kt_http_exchange *x)
{
    return x->arena;
}

void kt_http_answer(kt_http_exchange *x, const kt_http_reply *reply)
{
    x->answer_count++;
    x->status = reply->status;
    if (reply->take_body != NULL) {
        x->bytes = reply->take_body->length;
        snprintf(x->answer, sizeof x->answer, "%s", x->bytes > 0 ? reply->take_body->data : "");
        kt_buf_fini(reply->take_body);
    } else if (reply->has_file) {
        x->bytes = reply->file_bytes;
        close(reply->take_file);
    }
}

int kt_http_server_new(uv_loop_t *loop, const kt_http_server_options *options, kt_http_server **out, kt_error *err)
{
    (void)loop, (void)options;
    kt_http_server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return kt_fail_nomem(err, sizeof *server, "an HTTP server");
    *out = server;
    return 0;
}

uint16_t kt_http_server_port(const kt_http_server *server)
{
    (void)server;
    return 4567;
}

void kt_http_server_close(kt_http_server *server)
{
    free(server);
}
