/* SPDX-License-Identifier: Apache-2.0 */
/* constant_server.c - the yardstick of the bench: an HTTP server that answers each kind of call with the same bytes, of
 * whoever and whatever it is asked.
 *     constant_server FILE     a JSON list of {"method", "prefix", "status", "headers": {}, "body"}, first match counts
 * Prints its port on a line and serves until it is told to end. */
#include "base/file.h"
#include "base/json.h"
#include "io/http_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MOST = 16 << 20, HEADERS_MOST = 32 };

static const kt_json *find(const kt_json *answers, const kt_http_request *request)
{
    for (size_t i = 0; i < json_array_size(answers); i++) {
        const kt_json *row = json_array_get(answers, i);
        if (kt_view_is(request->method, json_string_value(json_object_get(row, "method"))) &&
            kt_view_starts(request->target, json_string_value(json_object_get(row, "prefix"))))
            return row;
    }
    return NULL;
}

static void answer(void *ctx, kt_http_exchange *x)
{
    const kt_json *row = find(ctx, kt_http_exchange_request(x));
    kt_http_header headers[HEADERS_MOST];
    size_t count = 0;
    const char *name;
    json_t *value;
    if (row == NULL) {
        kt_http_answer(x, &(kt_http_reply){ .status = 404 });
        return;
    }
    json_object_foreach(json_object_get(row, "headers"), name, value) if (count < HEADERS_MOST) headers[count++] =
        (kt_http_header){ kt_view_of(name), kt_view_of(json_string_value(value)) };
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_buf_adds(&body, json_string_value(json_object_get(row, "body")));
    kt_http_answer(x, &(kt_http_reply){ .status = (int)json_integer_value(json_object_get(row, "status")),
                                        .headers = headers,
                                        .header_count = count,
                                        .take_body = &body });
}

static void on_end(uv_signal_t *handle, int number)
{
    (void)number;
    uv_stop(handle->loop);
}

static int fail(const kt_error *err)
{
    fprintf(stderr, "constant_server: %s\n", err->message);
    return 1;
}

int main(int argc, char **argv)
{
    kt_error err = { 0 };
    KT_BUF_OWN text;
    KT_OWN(kt_json) *answers = NULL;
    kt_http_server *server = NULL;
    uv_loop_t loop;
    uv_signal_t ends;
    kt_buf_init(&text, 0);
    if (argc != 2) {
        fputs("usage: constant_server FILE\n", stderr);
        return 2;
    }
    if (kt_file_read(argv[1], FILE_BYTES_MOST, &text, &err) < 0 ||
        kt_json_parse(kt_buf_view(&text), &answers, &err) < 0)
        return fail(&err);
    uv_loop_init(&loop);
    const kt_http_server_options options = { .host = "127.0.0.1", .handle = answer, .ctx = answers };
    if (kt_http_server_new(&loop, &options, &server, &err) < 0)
        return fail(&err);
    printf("%u\n", kt_http_server_port(server));
    fflush(stdout);
    uv_signal_init(&loop, &ends);
    uv_signal_start(&ends, on_end, SIGTERM);
    uv_run(&loop, UV_RUN_DEFAULT);
    kt_http_server_close(server);
    uv_close((uv_handle_t *)&ends, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) == 0 ? 0 : 1;
}
