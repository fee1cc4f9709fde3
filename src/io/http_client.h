/* SPDX-License-Identifier: Apache-2.0 */
/* http_client.h - HTTP requests on a libuv loop (libcurl's multi interface does the protocol): connections are kept and
 * reused, HTTP/2 is taken where it is offered, proxies and certificates follow the usual variables. Everything runs on
 * the loop's thread. Bodies may come from a file and go to a file, so that their size costs no memory.
 * Nothing is repeated and no redirect is followed here: that is decided where the meaning of a request is known. */
#ifndef KT_IO_HTTP_CLIENT_H
#define KT_IO_HTTP_CLIENT_H

#include "base/buf.h"
#include "io/http_server.h" /* kt_http_header */

typedef struct kt_http_client kt_http_client;

typedef struct kt_http_client_options {
    const char *user_agent; /* NULL: none is sent */
    const char *ca_bundle;  /* a file of certificates; NULL: libcurl's own */
    size_t calls_at_once;   /* 0: 100; calls beyond wait in line, their time does not run meanwhile */
    size_t calls_most;      /* waiting or on their way; 0: 100000; beyond: KT_E_LIMIT */
} kt_http_client_options;

int kt_http_client_new(uv_loop_t *loop, const kt_http_client_options *options, kt_http_client **out, kt_error *err);
/* Calls still open end with KT_E_CANCELLED, now. Frees itself when the loop has closed its handles; run the loop once
 * more before closing it. NULL is fine. */
void kt_http_client_close(kt_http_client *client);

/* What came back. Valid during the callback only. */
typedef struct kt_http_response {
    int rc; /* 0: a whole answer, whatever its status; KT_E_NETWORK, KT_E_LIMIT, KT_E_CANCELLED, KT_E_IO */
    const kt_error *error; /* what happened when rc is negative: host, phase, reason; never the query or a header */
    bool sent_nothing;     /* rc is negative, and not one byte of the request has left: it is safe to repeat */
    int status;
    const kt_http_header *headers; /* names in lower case */
    size_t header_count;
    kt_view body;        /* empty when it went to a file */
    uint64_t body_bytes; /* how much there was */
    int64_t date_ns;     /* the Date header on the wall clock; 0: none */
} kt_http_response;
/* The first header of that name (lower case); NULL data: none. */
kt_view kt_http_response_header(const kt_http_response *answer, const char *name);

/* Times in milliseconds; 0: the default that is named. */
typedef struct kt_http_patience {
    int64_t connect_ms;    /* 10 s: name, TCP and TLS */
    int64_t first_byte_ms; /* 60 s: from the request's last byte to the answer's first */
    int64_t stall_ms;      /* 60 s: without a byte in either direction */
    int64_t whole_ms;      /* no limit */
} kt_http_patience;

typedef struct kt_http_send {
    const char *method, *url; /* the URL goes out as it is: nothing is decoded, normalised or encoded */
    const kt_http_header *headers;
    size_t header_count; /* Host, Content-Length and Expect are the client's business unless given */
    kt_view body;        /* borrowed until `done` */
    int body_file;       /* used when body_bytes > 0 and body is empty: read with pread, not closed */
    uint64_t body_offset, body_bytes;
    bool to_file; /* a 2xx body is written to answer_file from answer_offset on; others stay in memory */
    int answer_file;
    uint64_t answer_offset;
    uint64_t answer_bytes_most; /* 0: 16 MiB in memory, no limit for a file; beyond: KT_E_LIMIT */
    kt_http_patience patience;
    bool without_proxy;  /* of addresses that mean this machine only: 169.254.169.254 */
    bool new_connection; /* libcurl repeats a request when a kept connection turns out to be dead; not with this */
    /* Exactly once, from the loop, never before kt_http_client_send has returned. */
    void (*done)(void *ctx, const kt_http_response *answer);
    void *ctx;
} kt_http_send;

typedef struct kt_http_call kt_http_call;
/* Copies method, URL and headers. *out (may be NULL) is good until `done`. On failure `done` is never called. */
int kt_http_client_send(kt_http_client *client, const kt_http_send *send, kt_http_call **out, kt_error *err);
/* Ends it: `done` follows from the loop with KT_E_CANCELLED. */
void kt_http_client_cancel(kt_http_call *call);

/* For benches and tests: what calls that have ended cost. */
typedef struct kt_http_client_counts {
    uint64_t calls, connections_opened, http2_calls;
} kt_http_client_counts;
kt_http_client_counts kt_http_client_count(const kt_http_client *client);

#endif
