/* SPDX-License-Identifier: Apache-2.0 */
/* http_server.h - an HTTP/1.1 server on a libuv loop (libmicrohttpd does the parsing). Everything runs on the loop's
 * thread. The request target is given as it came, never decoded: signatures and routing need the raw bytes.
 * A reply may be given at once or later; what a reply may do wrong on purpose (wait, crawl, stop short, reset) is part
 * of it, because the sandbox plays a bad network. */
#ifndef KT_IO_HTTP_SERVER_H
#define KT_IO_HTTP_SERVER_H

#include "base/arena.h"
#include "base/buf.h"

#include <uv.h>

typedef struct kt_http_header {
    kt_view name, value; /* as sent; a name may come several times */
} kt_http_header;

typedef struct kt_http_request {
    kt_view method;
    kt_view target;      /* raw: "/a%2Fb?x=1" */
    kt_view path, query; /* its two halves, raw; query without the '?' */
    const kt_http_header *headers;
    size_t header_count;
    kt_view body; /* when it fitted into body_memory_bytes; else empty */
    int body_fd;  /* otherwise a file, positioned at its start, closed with the exchange; -1: none */
    uint64_t body_bytes;
    bool body_too_large; /* more came than body_most allowed; the body is not kept */
    int body_error;      /* an errno: there was no room or no memory to keep the body; 0: none */
} kt_http_request;

/* The first header of that name, any case; empty view with NULL data when there is none. */
kt_view kt_http_header_get(const kt_http_request *request, const char *name);

/* What goes back. Zeroed is an empty reply; everything given is copied or taken as said. */
typedef struct kt_http_fault {
    int64_t delay_ns;     /* before the first byte */
    uint64_t bytes_per_s; /* 0: as fast as it goes */
    bool cut;             /* the connection is closed after cut_after_bytes of the body, short of Content-Length */
    uint64_t cut_after_bytes;
    bool reset; /* no reply at all: the connection is closed (RST) */
} kt_http_fault;

typedef struct kt_http_reply {
    int status;
    const kt_http_header *headers; /* copied; Content-Length and Date are the server's business */
    size_t header_count;
    kt_buf *take_body; /* moved out of; NULL: none */
    int take_file;     /* used when take_body is NULL and has_file; closed by the server */
    bool has_file;
    uint64_t file_offset, file_bytes;
    uint64_t content_bytes; /* for HEAD: the Content-Length to announce without a body */
    bool is_head;
    const kt_http_fault *fault; /* copied; NULL: none */
} kt_http_reply;

typedef struct kt_http_exchange kt_http_exchange;
const kt_http_request *kt_http_exchange_request(const kt_http_exchange *x);
/* Lives as long as the exchange. */
kt_arena *kt_http_exchange_arena(kt_http_exchange *x);
/* Exactly once an exchange, on the loop thread; afterwards the exchange is gone for the caller. A client that has left
 * is no error. */
void kt_http_answer(kt_http_exchange *x, const kt_http_reply *reply);

typedef struct kt_http_server kt_http_server;
typedef struct kt_http_server_options {
    const char *host;          /* "127.0.0.1", "::1" */
    uint16_t port;             /* 0: any free one */
    size_t header_bytes_most;  /* 0: 64 KiB */
    size_t body_memory_bytes;  /* above it a body goes into an unlinked file in temp_dir; 0: 1 MiB */
    const char *temp_dir;      /* NULL: TMPDIR or /tmp */
    unsigned connections_most; /* 0: 1024 */
    unsigned idle_timeout_s;   /* 0: 60 */
    /* How large a body this request may have, asked when its headers are there; NULL: 16 MiB. */
    uint64_t (*body_most)(void *ctx, const kt_http_request *head);
    void (*handle)(void *ctx, kt_http_exchange *x);
    void *ctx;
} kt_http_server_options;

/* Errors: KT_E_INVALID (address), KT_E_IO (in use: says so), KT_E_NOMEM. */
int kt_http_server_new(uv_loop_t *loop, const kt_http_server_options *options, kt_http_server **out, kt_error *err);
uint16_t kt_http_server_port(const kt_http_server *server);
/* Stops listening, closes connections (unanswered exchanges are dropped: their answers are taken and thrown away) and
 * frees itself after the loop has closed its handles; run the loop once more before closing it. */
void kt_http_server_close(kt_http_server *server);

#endif
