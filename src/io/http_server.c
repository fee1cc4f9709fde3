/* SPDX-License-Identifier: Apache-2.0 */
/* http_server.c - libmicrohttpd on a libuv loop. The daemon has no thread and no loop of its own: its epoll descriptor
 * is watched by ours, and one timer serves its time limits and the exchanges that sleep. A connection whose answer is
 * not there yet is suspended, which takes it out of the daemon's sight until it is resumed. */
#include "io/http_priv.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    HEADER_BYTES_MOST = 64 * 1024,
    BODY_MEMORY_BYTES = 1024 * 1024,
    CONNECTIONS_MOST = 1024,
    IDLE_TIMEOUT_S = 60,
    ANSWER_HEADER_BYTES = 16 * 1024, /* room beside a request's head for the daemon's own and the reply's head */
    BACKLOG = 511,
    ROUNDS_MOST = 4, /* of the daemon, before the loop's other work has its turn */
    LOOK_AGAIN_MS = 200,
    NS_PER_MS = 1000000,
};

int64_t kt_http_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* ---- sleeping and waking ---- */

void kt_http_suspend(kt_http_exchange *x)
{
    MHD_suspend_connection(x->connection);
    x->is_suspended = true;
}

static void on_timer(uv_timer_t *timer);

static void set_timer(kt_http_server *server, int64_t at_ns)
{
    if (server->is_closing || at_ns >= server->timer_ns)
        return;
    const int64_t wait_ns = at_ns - kt_http_now_ns();
    server->timer_ns = at_ns;
    uv_update_time(server->timer.loop);
    uv_timer_start(&server->timer, on_timer, wait_ns <= 0 ? 0 : (uint64_t)((wait_ns + NS_PER_MS - 1) / NS_PER_MS), 0);
}

void kt_http_wake(kt_http_server *server)
{
    set_timer(server, kt_http_now_ns());
}

/* The daemon without a thread of its own does not notice by itself. */
void kt_http_resume(kt_http_exchange *x)
{
    x->is_suspended = false;
    MHD_resume_connection(x->connection);
    kt_http_wake(x->server);
}

void kt_http_sleep_until(kt_http_exchange *x, int64_t wake_ns)
{
    x->wake_ns = wake_ns;
    kt_http_exchange **at = &x->server->sleepers;
    while (*at != NULL && (*at)->wake_ns <= wake_ns)
        at = &(*at)->next_to_wake;
    x->next_to_wake = *at;
    *at = x;
    set_timer(x->server, wake_ns);
}

static void wake_sleepers(kt_http_server *server)
{
    const int64_t now = kt_http_now_ns();
    while (server->sleepers != NULL && server->sleepers->wake_ns <= now) {
        kt_http_exchange *x = server->sleepers;
        server->sleepers = x->next_to_wake;
        kt_http_resume(x);
    }
}

/* ---- the connections themselves ---- */

/* What is kept beside each connection of the daemon's. */
typedef struct connection {
    kt_http_server *server;
    struct connection *previous, *next; /* of the server's */
    int fd;
    kt_buf target; /* of the request whose headers are being read */
} connection;

/* The daemon waits for changes of a connection only. An end that came together with data is none any more when the data
 * has been read, and the daemon would wait out the idle time with it; so it is told once more. */
static void tell_of_ends(const kt_http_server *server)
{
    char byte;
    for (const connection *at = server->connections; at != NULL; at = at->next)
        if (recv(at->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
            shutdown(at->fd, SHUT_RD);
}

/* ---- running the daemon ---- */

static void close_now(kt_http_server *server);

static void run(kt_http_server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    const int64_t now_ns = kt_http_now_ns();
    server->is_running = true;
    if (now_ns - server->looked_ns >= (int64_t)LOOK_AGAIN_MS * NS_PER_MS) {
        server->looked_ns = now_ns;
        tell_of_ends(server);
    }
    enum MHD_Result has_limit = MHD_YES;
    for (int i = 0; i < ROUNDS_MOST && has_limit == MHD_YES && wait_ms == 0; i++) {
        wake_sleepers(server);
        MHD_run(server->daemon);
        has_limit = MHD_get_timeout(server->daemon, &wait_ms);
    }
    server->is_running = false;
    if (server->is_closing) {
        close_now(server);
        return;
    }
    /* When files run out, or connections are as many as may be, the daemon accepts no more until one has ended, and
     * only begins again when it is run once more. */
    if (has_limit != MHD_YES || wait_ms > LOOK_AGAIN_MS)
        wait_ms = LOOK_AGAIN_MS;
    set_timer(server, kt_http_now_ns() + (int64_t)wait_ms * NS_PER_MS);
    if (server->sleepers != NULL)
        set_timer(server, server->sleepers->wake_ns);
}

static void on_timer(uv_timer_t *timer)
{
    kt_http_server *server = timer->data;
    server->timer_ns = INT64_MAX;
    run(server);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    run(poll->data);
}

/* ---- what the daemon calls ---- */

/* The request line's target, kept beside its connection until the headers are there: an exchange made here would be
 * lost when they turn out to be malformed. */
static void *on_target(void *ctx, const char *target, struct MHD_Connection *of)
{
    (void)ctx;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(of, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    connection *kept = info == NULL ? NULL : info->socket_context;
    if (kept != NULL) {
        kt_buf_clear(&kept->target);
        kt_buf_adds(&kept->target, target);
    }
    return NULL;
}

static connection *connection_new(kt_http_server *server, struct MHD_Connection *of)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(of, MHD_CONNECTION_INFO_CONNECTION_FD);
    connection *made = info == NULL ? NULL : calloc(1, sizeof(*made));
    if (made == NULL)
        return NULL;
    *made = (connection){ .server = server, .next = server->connections, .fd = info->connect_fd };
    kt_buf_init(&made->target, 0);
    if (made->next != NULL)
        made->next->previous = made;
    server->connections = made;
    return made;
}

static void connection_free(connection *gone)
{
    if (gone->previous != NULL)
        gone->previous->next = gone->next;
    else
        gone->server->connections = gone->next;
    if (gone->next != NULL)
        gone->next->previous = gone->previous;
    kt_buf_fini(&gone->target);
    free(gone);
}

static void on_connection(void *ctx, struct MHD_Connection *of, void **slot, enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *slot = connection_new(ctx, of);
    } else if (*slot != NULL) {
        connection_free(*slot);
        *slot = NULL;
    }
}

/* The daemon shall not decode anything for us. */
static size_t leave_escapes(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx, (void)connection;
    return strlen(text);
}

static void link_open(kt_http_server *server, kt_http_exchange *x)
{
    x->next = server->open;
    if (x->next != NULL)
        x->next->previous = x;
    server->open = x;
}

static void unlink_open(kt_http_server *server, kt_http_exchange *x)
{
    if (x->previous != NULL)
        x->previous->next = x->next;
    else
        server->open = x->next;
    if (x->next != NULL)
        x->next->previous = x->previous;
    x->previous = x->next = NULL;
}

static enum MHD_Result hand_over(kt_http_exchange *x)
{
    x->stage = KT_HTTP_HANDED;
    x->server->options.handle(x->server->options.ctx, x);
    if (x->stage == KT_HTTP_ANSWERED)
        return kt_http_reply_send(x);
    kt_http_suspend(x);
    return MHD_YES;
}

static enum MHD_Result begin(kt_http_server *server, struct MHD_Connection *connection, const char *method,
                             void **exchange)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    const struct connection *kept = info == NULL ? NULL : info->socket_context;
    if (server->is_closing || kept == NULL || kept->target.failed < 0)
        return MHD_NO;
    kt_http_exchange *x = kt_http_exchange_new(server, connection, method, kt_buf_view(&kept->target));
    if (x == NULL)
        return MHD_NO;
    link_open(server, x);
    *exchange = x;
    if (!kt_http_head_fits(x)) {
        kt_http_reply_plain(x, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE);
        return kt_http_reply_send(x);
    }
    return kt_http_body_begin(x) ? hand_over(x) : MHD_YES;
}

/* Called with the head, with each piece of the body, at its end, and again after each resume. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_bytes, void **exchange)
{
    (void)url, (void)version;
    kt_http_exchange *x = *exchange;
    if (x == NULL)
        return begin(ctx, connection, method, exchange);
    if (*data_bytes > 0) {
        const bool goes_on = kt_http_body_add(x, data, *data_bytes);
        *data_bytes = 0;
        return goes_on ? MHD_YES : MHD_NO;
    }
    if (x->stage == KT_HTTP_ANSWERED)
        return kt_http_reply_send(x);
    if (x->stage == KT_HTTP_HANDED) /* resumed to be closed */
        return MHD_NO;
    kt_http_body_end(x);
    return hand_over(x);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection, (void)code;
    kt_http_exchange *x = *exchange;
    if (x == NULL)
        return;
    *exchange = NULL;
    unlink_open(ctx, x);
    x->server = NULL;
    x->connection = NULL;
    if (x->stage != KT_HTTP_HANDED)
        kt_http_exchange_free(x);
}

void kt_http_answer(kt_http_exchange *x, const kt_http_reply *reply)
{
    if (x->server == NULL) {
        kt_http_reply_drop(reply);
        kt_http_exchange_free(x);
        return;
    }
    kt_http_reply_take(x, reply);
    if (!x->is_suspended) /* the handler has not returned yet */
        return;
    if (x->reply.fault.delay_ns > 0) {
        const int64_t wake_ns = kt_http_now_ns() + x->reply.fault.delay_ns;
        x->reply.fault.delay_ns = 0;
        kt_http_sleep_until(x, wake_ns);
        return;
    }
    kt_http_resume(x);
}

/* ---- beginning and end ---- */

static int listen_at(const struct addrinfo *address, int *out, uint16_t *port)
{
    const int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    struct sockaddr_storage bound = { 0 };
    socklen_t length = sizeof(bound);
    if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0 ||
        getsockname(fd, (struct sockaddr *)&bound, &length) < 0) {
        const int reason = errno;
        close(fd);
        return -reason;
    }
    in_port_t raw = 0; /* at the same place in both families */
    memcpy(&raw, (const char *)&bound + offsetof(struct sockaddr_in, sin_port), sizeof(raw));
    *port = ntohs(raw);
    *out = fd;
    return 0;
}

static int open_listener(const kt_http_server_options *options, int *out, uint16_t *port, bool *is_v6, kt_error *err)
{
    char service[8];
    snprintf(service, sizeof(service), "%u", options->port);
    const struct addrinfo wanted = { .ai_family = AF_UNSPEC,
                                     .ai_socktype = SOCK_STREAM,
                                     .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    const int failure = getaddrinfo(options->host, service, &wanted, &found);
    if (failure != 0)
        return kt_fail(err, KT_E_INVALID, "can't listen on '%s': %s", options->host, gai_strerror(failure));
    const int rc = listen_at(found, out, port);
    *is_v6 = found->ai_family == AF_INET6;
    freeaddrinfo(found);
    if (rc == -EADDRINUSE)
        return kt_fail_sys(err, KT_E_IO, EADDRINUSE, "port %u of %s is taken by another program", options->port,
                           options->host);
    if (rc < 0)
        return kt_fail_sys(err, rc == -EADDRNOTAVAIL ? KT_E_INVALID : KT_E_IO, -rc, "can't listen on %s port %u",
                           options->host, options->port);
    return 0;
}

/* With sendfile() a client that leaves raises SIGPIPE; only a program that ignores it may have it used. */
static bool ignores_sigpipe(void)
{
    struct sigaction action;
    return sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static struct MHD_Daemon *start_daemon(kt_http_server *server, int listener, bool is_v6)
{
    const kt_http_server_options *options = &server->options;
    const unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME | (is_v6 ? MHD_USE_IPv6 : 0u);
    const size_t memory_bytes = options->header_bytes_most + ANSWER_HEADER_BYTES;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server,                     /* */
                            MHD_OPTION_LISTEN_SOCKET, listener,                           /* */
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, server,               /* */
                            MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL,            /* */
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,          /* */
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,            /* */
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_bytes,             /* */
                            MHD_OPTION_CONNECTION_LIMIT, options->connections_most,       /* */
                            MHD_OPTION_CONNECTION_TIMEOUT, options->idle_timeout_s,       /* */
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,                              /* */
                            MHD_OPTION_SIGPIPE_HANDLED_BY_APP, ignores_sigpipe() ? 1 : 0, /* */
                            MHD_OPTION_END);
}

static void fill_defaults(kt_http_server_options *options)
{
    if (options->header_bytes_most == 0)
        options->header_bytes_most = HEADER_BYTES_MOST;
    if (options->body_memory_bytes == 0)
        options->body_memory_bytes = BODY_MEMORY_BYTES;
    if (options->connections_most == 0)
        options->connections_most = CONNECTIONS_MOST;
    if (options->idle_timeout_s == 0)
        options->idle_timeout_s = IDLE_TIMEOUT_S;
}

static int start(kt_http_server *server, uv_loop_t *loop, int listener, bool is_v6, kt_error *err)
{
    server->daemon = start_daemon(server, listener, is_v6);
    if (server->daemon == NULL) {
        close(listener);
        return kt_fail(err, KT_E_NOMEM, "can't start the HTTP server");
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    const int rc = info == NULL ? UV_EINVAL : uv_poll_init(loop, &server->poll, info->epoll_fd);
    if (rc < 0) {
        MHD_stop_daemon(server->daemon);
        return kt_fail(err, KT_E_IO, "can't watch the HTTP server: %s", uv_strerror(rc));
    }
    uv_timer_init(loop, &server->timer);
    server->handles = 2;
    server->poll.data = server->timer.data = server;
    server->timer_ns = INT64_MAX;
    uv_poll_start(&server->poll, UV_READABLE, on_ready);
    set_timer(server, kt_http_now_ns()); /* the daemon begins to listen on its first run */
    return 0;
}

int kt_http_server_new(uv_loop_t *loop, const kt_http_server_options *options, kt_http_server **out, kt_error *err)
{
    int listener = -1;
    bool is_v6 = false;
    kt_http_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return kt_fail_nomem(err, sizeof(*server), "an HTTP server");
    server->options = *options;
    fill_defaults(&server->options);
    int rc = open_listener(options, &listener, &server->port, &is_v6, err);
    if (rc == 0)
        rc = start(server, loop, listener, is_v6, err);
    if (rc < 0) {
        free(server);
        return rc;
    }
    *out = server;
    return 0;
}

uint16_t kt_http_server_port(const kt_http_server *server)
{
    return server->port;
}

static void on_closed(uv_handle_t *handle)
{
    kt_http_server *server = handle->data;
    if (--server->handles == 0)
        free(server);
}

static void close_now(kt_http_server *server)
{
    server->sleepers = NULL;
    for (kt_http_exchange *x = server->open; x != NULL; x = x->next)
        if (x->is_suspended)
            kt_http_resume(x);
    uv_close((uv_handle_t *)&server->poll, on_closed);
    uv_close((uv_handle_t *)&server->timer, on_closed);
    MHD_stop_daemon(server->daemon); /* completes every open exchange */
    server->daemon = NULL;
}

void kt_http_server_close(kt_http_server *server)
{
    if (server == NULL || server->is_closing)
        return;
    server->is_closing = true;
    if (!server->is_running) /* else when the daemon returns */
        close_now(server);
}
