/* SPDX-License-Identifier: Apache-2.0 */
/* http_client_test.h - for the tests of this folder: a server on a loop of its own, whose handler writes down what it
 * got and answers as it is told, and a client of raw bytes that lets the loop run while it waits. */
#ifndef KT_IO_HTTP_CLIENT_TEST_H
#define KT_IO_HTTP_CLIENT_TEST_H

#include "tests/unit.h"

#include "io/http_server.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MOST_MS = 5000 };

typedef struct http_bench {
    uv_loop_t loop;
    kt_http_server *server;
    /* What the handler is told to do. */
    void (*handle)(struct http_bench *bench, kt_http_exchange *x);
    uint64_t body_most;
    kt_http_fault fault;
    size_t answer_bytes;
    /* What it saw. */
    unsigned requests;
    char target[256], path[256], query[256], header[256];
    uint64_t body_bytes;
    bool body_in_file, body_too_large;
    kt_buf body;
    kt_http_exchange *pending;
} http_bench;

static inline int64_t bench_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void copy_view(char *to, size_t room, kt_view from)
{
    snprintf(to, room, "%.*s", KT_VIEW_ARG(from));
}

static inline void note_request(http_bench *bench, const kt_http_request *request)
{
    bench->requests++;
    copy_view(bench->target, sizeof(bench->target), request->target);
    copy_view(bench->path, sizeof(bench->path), request->path);
    copy_view(bench->query, sizeof(bench->query), request->query);
    copy_view(bench->header, sizeof(bench->header), kt_http_header_get(request, "x-NOTE"));
    bench->body_bytes = request->body_bytes;
    bench->body_in_file = request->body_fd >= 0;
    bench->body_too_large = request->body_too_large;
    kt_buf_clear(&bench->body);
    if (request->body_fd < 0) {
        kt_buf_add(&bench->body, request->body.data, request->body.length);
        return;
    }
    char piece[4096];
    for (ssize_t got; (got = read(request->body_fd, piece, sizeof(piece))) > 0;)
        kt_buf_add(&bench->body, piece, (size_t)got);
}

/* 200 with answer_bytes letters 'a'. */
static inline void answer_letters(http_bench *bench, kt_http_exchange *x)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    kt_buf_fill(&body, "a", bench->answer_bytes);
    const kt_http_header header = { kt_view_of("x-answer"), kt_view_of("yes") };
    kt_http_answer(
        x, &(kt_http_reply){
               .status = 200, .headers = &header, .header_count = 1, .take_body = &body, .fault = &bench->fault });
}

static inline void keep_pending(http_bench *bench, kt_http_exchange *x)
{
    bench->pending = x;
}

static inline void on_bench_request(void *ctx, kt_http_exchange *x)
{
    http_bench *bench = ctx;
    note_request(bench, kt_http_exchange_request(x));
    bench->handle(bench, x);
}

static inline uint64_t bench_body_most(void *ctx, const kt_http_request *head)
{
    (void)head;
    return ((http_bench *)ctx)->body_most;
}

static inline void bench_open(http_bench *bench)
{
    *bench = (http_bench){ .handle = answer_letters, .body_most = 1 << 20, .answer_bytes = 5 };
    kt_buf_init(&bench->body, 0);
    uv_loop_init(&bench->loop);
    const kt_http_server_options options = { .host = "127.0.0.1",
                                             .header_bytes_most = 8192,
                                             .body_memory_bytes = 10000,
                                             .body_most = bench_body_most,
                                             .handle = on_bench_request,
                                             .ctx = bench };
    kt_error err = { 0 };
    assert_int_equal(kt_http_server_new(&bench->loop, &options, &bench->server, &err), 0);
}

static inline void bench_close(http_bench *bench)
{
    kt_http_server_close(bench->server);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    kt_buf_fini(&bench->body);
}

static inline int client_connect(http_bench *bench)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_port = htons(kt_http_server_port(bench->server)),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Sends while the loop runs, so that neither waits for the other. */
static inline void client_send(http_bench *bench, int fd, const void *data, size_t bytes)
{
    const char *at = data;
    const int64_t end_ms = bench_ms() + WAIT_MOST_MS;
    while (bytes > 0 && bench_ms() < end_ms) {
        const ssize_t sent = send(fd, at, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            return; /* refused; what came back tells why */
        if (sent > 0) {
            at += sent;
            bytes -= (size_t)sent;
        }
        uv_run(&bench->loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(bytes, 0);
}

static inline void client_sends(http_bench *bench, int fd, const char *text)
{
    client_send(bench, fd, text, strlen(text));
}

typedef enum client_end { CLIENT_WHOLE, CLIENT_CLOSED, CLIENT_RESET, CLIENT_LATE } client_end;

/* Whether `text` holds a head and the body that it announces. */
static inline bool is_whole(const kt_buf *text, bool is_head)
{
    const char *end = text->data == NULL ? NULL : strstr(text->data, "\r\n\r\n");
    if (end == NULL)
        return false;
    const char *length = strcasestr(text->data, "content-length:");
    const size_t announced = length == NULL || length > end || is_head ? 0 : strtoul(length + 15, NULL, 10);
    return text->length >= (size_t)(end + 4 - text->data) + announced;
}

typedef struct client_wish {
    bool is_head, until_closed;
    int64_t wait_ms; /* 0: WAIT_MOST_MS */
} client_wish;

static inline client_end client_read(http_bench *bench, int fd, client_wish wish, kt_buf *out)
{
    const int64_t end_ms = bench_ms() + (wish.wait_ms == 0 ? WAIT_MOST_MS : wish.wait_ms);
    char piece[16384];
    while (bench_ms() < end_ms) {
        uv_run(&bench->loop, UV_RUN_NOWAIT);
        const ssize_t got = recv(fd, piece, sizeof(piece), MSG_DONTWAIT);
        if (got == 0)
            return CLIENT_CLOSED;
        if (got < 0 && errno == ECONNRESET)
            return CLIENT_RESET;
        if (got < 0) {
            poll(NULL, 0, 1);
            continue;
        }
        kt_buf_add(out, piece, (size_t)got);
        if (!wish.until_closed && is_whole(out, wish.is_head))
            return CLIENT_WHOLE;
    }
    return CLIENT_LATE;
}

/* One request on a connection of its own. */
static inline client_end client_ask(http_bench *bench, const char *request, client_wish wish, kt_buf *out)
{
    const int fd = client_connect(bench);
    client_sends(bench, fd, request);
    const client_end end = client_read(bench, fd, wish, out);
    close(fd);
    return end;
}

#endif
