/* SPDX-License-Identifier: Apache-2.0 */
/* http_priv.h - what the files of the HTTP server share: the server, one exchange on it, and the steps between them.
 * An exchange begins when its headers are there and ends when its answer has left or its connection has gone. When the
 * connection goes first, the exchange waits, orphaned, for the answer that was promised, and ends with it. */
#ifndef KT_IO_HTTP_PRIV_H
#define KT_IO_HTTP_PRIV_H

#include "io/http_server.h"

#include <microhttpd.h>

typedef enum kt_http_stage {
    KT_HTTP_READING,  /* the body is coming in */
    KT_HTTP_HANDED,   /* the handler has it and owes an answer */
    KT_HTTP_ANSWERED, /* the answer is there and waits for its turn, or is leaving */
} kt_http_stage;

struct kt_http_exchange {
    kt_http_server *server; /* NULL: orphaned */
    struct MHD_Connection *connection;
    kt_http_exchange *previous, *next; /* of the server's open exchanges */
    kt_arena *arena;                   /* this struct lies in it too */
    kt_http_request request;
    kt_http_stage stage;
    bool is_suspended; /* libmicrohttpd leaves the connection alone until it is resumed */

    struct {
        uint64_t most, swallowed; /* swallowed: read and thrown away */
        kt_buf memory;
    } body;

    struct {
        int status;
        struct MHD_Response *response; /* ours until it is queued */
        kt_http_fault fault;
        bool resets;
        char *bytes; /* of a crawling or cut reply; or, when NULL, file */
        int file;
        uint64_t file_offset, total_bytes;
        int64_t began_ns; /* when the first byte could leave; 0: not yet */
    } reply;

    kt_http_exchange *next_to_wake; /* of the server's sleepers, earliest first */
    int64_t wake_ns;
};

struct kt_http_server {
    kt_http_server_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    uv_poll_t poll;
    uv_timer_t timer;
    int64_t timer_ns; /* when it fires; INT64_MAX: it is off */
    int handles;      /* not closed yet */
    bool is_running, is_closing;
    struct connection *connections; /* of http_server.c */
    int64_t looked_ns;              /* when their ends were last looked for */
    kt_http_exchange *open;
    kt_http_exchange *sleepers;
};

int64_t kt_http_now_ns(void); /* monotonic */

/* ---- http_exchange.c: a request taken in ---- */

/* NULL when there is no memory. */
kt_http_exchange *kt_http_exchange_new(kt_http_server *server, struct MHD_Connection *connection, const char *method,
                                       kt_view target);
void kt_http_exchange_free(kt_http_exchange *x);
/* Whether the head is within the limits on its size and number of lines. */
bool kt_http_head_fits(const kt_http_exchange *x);
/* Decides about the body when the headers are there. True: the request is to be answered without its body. */
bool kt_http_body_begin(kt_http_exchange *x);
/* False: too much to swallow, the connection is to be closed. */
bool kt_http_body_add(kt_http_exchange *x, const char *data, size_t bytes);
/* The whole body is there; look at body_error. */
void kt_http_body_end(kt_http_exchange *x);

/* ---- http_reply.c: an answer sent out ---- */

/* Takes what the reply gives. On failure the exchange is marked to be reset. */
void kt_http_reply_take(kt_http_exchange *x, const kt_http_reply *reply);
/* Throws away what the reply gives. */
void kt_http_reply_drop(const kt_http_reply *reply);
/* Queues the answer, or lets it wait. MHD_NO: the connection is to be closed. */
enum MHD_Result kt_http_reply_send(kt_http_exchange *x);
/* An answer of the server's own, without a body. */
void kt_http_reply_plain(kt_http_exchange *x, int status);

/* ---- http_server.c ---- */

void kt_http_suspend(kt_http_exchange *x);
void kt_http_resume(kt_http_exchange *x);
void kt_http_wake(kt_http_server *server);                      /* lets the daemon run soon */
void kt_http_sleep_until(kt_http_exchange *x, int64_t wake_ns); /* suspended; resumed then */

#endif
