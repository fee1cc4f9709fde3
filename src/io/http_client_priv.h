/* SPDX-License-Identifier: Apache-2.0 */
/* http_client_priv.h - what the two files of the HTTP client share: the client, which owns libcurl's multi handle and
 * the loop's handles, and one call on it. */
#ifndef KT_IO_HTTP_CLIENT_PRIV_H
#define KT_IO_HTTP_CLIENT_PRIV_H

#include "base/arena.h"
#include "io/http_client.h"

#include <curl/curl.h>

typedef enum kt_http_call_state {
    KT_HTTP_CALL_WAITING, /* in line */
    KT_HTTP_CALL_RUNNING, /* libcurl has it */
    KT_HTTP_CALL_ENDED    /* its answer is there, and is told in the loop's next turn */
} kt_http_call_state;

struct kt_http_call {
    kt_http_client *client;
    kt_http_call *previous, *next; /* in the client's list, oldest first */
    kt_http_call_state state;
    kt_http_send send; /* what it points to lies in the arena, but for the body */
    kt_arena *arena;
    CURL *easy;
    struct curl_slist *header_lines;
    char reason[CURL_ERROR_SIZE]; /* libcurl's own words */

    struct {
        uint64_t sent_bytes; /* of a body from a file */
        int64_t moved_ns;    /* when the last byte moved, monotonic; or when it was started */
        bool has_begun;      /* the answer's first byte has come */
    } progress;

    struct {
        int status;
        kt_http_header *headers;
        size_t header_count, header_room, header_bytes;
        kt_buf body;
        uint64_t body_bytes;
        int rc; /* why it is ended from within a callback of libcurl's; 0: it is not */
    } answer;
    kt_error error;
};

struct kt_http_client {
    uv_loop_t *loop;
    CURLM *multi;
    const char *user_agent, *ca_bundle;
    size_t calls_at_once, calls_most;
    uv_timer_t timer; /* libcurl's */
    uv_timer_t watch; /* looks for calls that have waited too long */
    uv_timer_t soon;  /* tells what ended outside of libcurl's callbacks */
    int handles;      /* of the loop, not closed yet */
    kt_http_call *first, *last;
    size_t call_count, running_count;
    bool is_closing;
    kt_http_client_counts counts;
};

int64_t kt_http_client_now_ns(void); /* monotonic */

/* ---- http_call.c ---- */

/* Copies what is to be sent; starts nothing. */
int kt_http_call_new(kt_http_client *client, const kt_http_send *send, kt_http_call **out, kt_error *err);
void kt_http_call_free(kt_http_call *call);
/* Hands everything to a new easy handle. */
int kt_http_call_prepare(kt_http_call *call, kt_error *err);
/* What libcurl says at its end, turned into the call's answer. */
void kt_http_call_finish(kt_http_call *call, CURLcode code);
/* Why it has waited too long by now; NULL: it has not. */
const char *kt_http_call_overdue(const kt_http_call *call, int64_t now_ns);
/* An end of our own: overdue, cancelled. */
void kt_http_call_fail(kt_http_call *call, kt_code code, const char *why);
/* Calls `done`; the call is out of every list by then. */
void kt_http_call_tell(kt_http_call *call);

#endif
