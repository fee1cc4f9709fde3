/* SPDX-License-Identifier: Apache-2.0 */
/* http_reply.c - an answer on its way out, and what goes wrong with it on purpose. A whole body is handed over as it
 * is; one that crawls or is cut short is read piece by piece, and the connection sleeps between the pieces. */
#include "io/http_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PIECE_BYTES = 16 * 1024,
    CRAWL_STEP_NS = 20 * 1000 * 1000, /* how long a crawling body sleeps between its pieces */
};

/* What is the server's business, whoever says otherwise. */
static bool is_own_header(kt_view name)
{
    static const char *const own[] = { "Content-Length", "Date", "Transfer-Encoding", "Connection" };
    for (size_t i = 0; i < KT_COUNT(own); i++)
        if (strlen(own[i]) == name.length && strncasecmp(own[i], name.data, name.length) == 0)
            return true;
    return false;
}

static bool add_headers(kt_http_exchange *x, const kt_http_reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        const kt_http_header *header = &reply->headers[i];
        if (is_own_header(header->name))
            continue;
        const char *name = kt_arena_strndup(x->arena, header->name.data, header->name.length);
        const char *value = kt_arena_strndup(x->arena, header->value.data, header->value.length);
        if (name == NULL || value == NULL ||
            (value[0] != '\0' && MHD_add_response_header(x->reply.response, name, value) != MHD_YES))
            return false;
    }
    return true;
}

/* How many bytes of the body may have left by now. */
static uint64_t allowed_bytes(kt_http_exchange *x)
{
    const kt_http_fault *fault = &x->reply.fault;
    if (fault->bytes_per_s == 0)
        return UINT64_MAX;
    const int64_t now = kt_http_now_ns();
    if (x->reply.began_ns == 0)
        x->reply.began_ns = now;
    const double seconds = (double)(now - x->reply.began_ns) / 1e9;
    return 1 + (uint64_t)(seconds * (double)fault->bytes_per_s);
}

static ssize_t copy_piece(kt_http_exchange *x, uint64_t position, char *to, size_t bytes)
{
    if (x->reply.bytes != NULL) {
        memcpy(to, x->reply.bytes + position, bytes);
        return (ssize_t)bytes;
    }
    ssize_t got;
    do
        got = pread(x->reply.file, to, bytes, (off_t)(x->reply.file_offset + position));
    while (got < 0 && errno == EINTR);
    return got > 0 ? got : MHD_CONTENT_READER_END_WITH_ERROR;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static ssize_t next_piece(void *ctx, uint64_t position, char *to, size_t room)
{
    kt_http_exchange *x = ctx;
    const kt_http_fault *fault = &x->reply.fault;
    uint64_t end = x->reply.total_bytes;
    if (fault->cut)
        end = least(end, fault->cut_after_bytes);
    if (position >= end) {
        /* The daemon looks at a connection that ended so only when time limits are looked at; one with a limit of its
         * own is looked at in each round. */
        MHD_set_connection_option(x->connection, MHD_CONNECTION_OPTION_TIMEOUT, 1u);
        kt_http_wake(x->server);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    const uint64_t allowed = least(allowed_bytes(x), end);
    if (allowed <= position) {
        kt_http_suspend(x);
        kt_http_sleep_until(x, kt_http_now_ns() + CRAWL_STEP_NS);
        return 0;
    }
    return copy_piece(x, position, to, (size_t)least(allowed - position, room));
}

static ssize_t no_piece(void *ctx, uint64_t position, char *to, size_t room)
{
    (void)ctx, (void)position, (void)to, (void)room;
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *response_in_pieces(kt_http_exchange *x, const kt_http_reply *reply)
{
    if (reply->take_body != NULL) {
        x->reply.total_bytes = reply->take_body->length;
        x->reply.bytes = kt_buf_take(reply->take_body);
    } else {
        x->reply.total_bytes = reply->file_bytes;
        x->reply.file = reply->take_file;
        x->reply.file_offset = reply->file_offset;
    }
    if (x->reply.fault.cut && x->reply.fault.cut_after_bytes >= x->reply.total_bytes)
        x->reply.fault.cut_after_bytes = x->reply.total_bytes - 1;
    return MHD_create_response_from_callback(x->reply.total_bytes, PIECE_BYTES, next_piece, x, NULL);
}

static struct MHD_Response *response_whole(const kt_http_reply *reply, uint64_t bytes)
{
    if (reply->take_body != NULL) {
        char *body = bytes == 0 ? NULL : kt_buf_take(reply->take_body);
        struct MHD_Response *made =
            MHD_create_response_from_buffer((size_t)bytes, body == NULL ? (void *)(uintptr_t) "" : body,
                                            body == NULL ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE);
        if (made == NULL)
            free(body);
        return made;
    }
    if (reply->has_file && bytes > 0) {
        struct MHD_Response *made =
            MHD_create_response_from_fd_at_offset64(bytes, reply->take_file, reply->file_offset);
        if (made == NULL)
            close(reply->take_file);
        return made;
    }
    if (reply->has_file)
        close(reply->take_file);
    return MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
}

static struct MHD_Response *make_response(kt_http_exchange *x, const kt_http_reply *reply)
{
    const uint64_t bytes = reply->take_body != NULL ? reply->take_body->length
                           : reply->has_file        ? reply->file_bytes
                                                    : 0;
    if (reply->is_head) {
        kt_http_reply_drop(reply);
        return MHD_create_response_from_callback(reply->content_bytes, 1024, no_piece, NULL, NULL);
    }
    const bool is_hampered = x->reply.fault.cut || x->reply.fault.bytes_per_s != 0;
    return is_hampered && bytes > 0 ? response_in_pieces(x, reply) : response_whole(reply, bytes);
}

void kt_http_reply_drop(const kt_http_reply *reply)
{
    if (reply->take_body != NULL)
        kt_buf_fini(reply->take_body);
    else if (reply->has_file)
        close(reply->take_file);
}

void kt_http_reply_take(kt_http_exchange *x, const kt_http_reply *reply)
{
    x->stage = KT_HTTP_ANSWERED;
    if (reply->fault != NULL)
        x->reply.fault = *reply->fault;
    x->reply.status = reply->status;
    if (x->reply.fault.reset || (reply->take_body != NULL && reply->take_body->failed < 0)) {
        kt_http_reply_drop(reply);
        x->reply.resets = true;
        return;
    }
    x->reply.response = make_response(x, reply);
    x->reply.resets = x->reply.response == NULL || !add_headers(x, reply);
}

void kt_http_reply_plain(kt_http_exchange *x, int status)
{
    kt_http_reply_take(x, &(kt_http_reply){ .status = status });
}

/* Ends the connection at once with an RST: a socket that is told to belong to nobody forgets what it still had to
 * send, which closing it politely would not. */
static void reset(kt_http_exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
    if (info != NULL)
        (void)connect(info->connect_fd, &nobody, sizeof(nobody));
}

enum MHD_Result kt_http_reply_send(kt_http_exchange *x)
{
    if (x->reply.fault.delay_ns > 0) {
        const int64_t wake_ns = kt_http_now_ns() + x->reply.fault.delay_ns;
        x->reply.fault.delay_ns = 0;
        kt_http_suspend(x);
        kt_http_sleep_until(x, wake_ns);
        return MHD_YES;
    }
    if (x->reply.resets) {
        reset(x);
        return MHD_NO;
    }
    const enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)x->reply.status, x->reply.response);
    MHD_destroy_response(x->reply.response);
    x->reply.response = NULL;
    return queued;
}
