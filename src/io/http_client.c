/* SPDX-License-Identifier: Apache-2.0 */
/* http_client.c - libcurl's multi interface on a libuv loop: libcurl says which sockets it waits for and how long, the
 * loop watches them. Keeps the line of calls that wait, and ends those that have waited too long. */
#include "io/http_client_priv.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum { CALLS_AT_ONCE = 100, CALLS_MOST = 100000, WATCH_MS = 100 };

/* One socket that libcurl waits for. */
typedef struct socket_watch {
    uv_poll_t poll;
    kt_http_client *client;
    curl_socket_t fd;
} socket_watch;

int64_t kt_http_client_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- signals: a peer that goes away while OpenSSL writes must not end the program ---- */

typedef struct pipe_guard {
    sigset_t before;
    bool was_pending;
} pipe_guard;

static void guard_begin(pipe_guard *guard)
{
    sigset_t pipe, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    guard->was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe, &guard->before);
}

static void guard_end(const pipe_guard *guard)
{
    const struct timespec now = { 0 };
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    if (!guard->was_pending)
        sigtimedwait(&pipe, NULL, &now);
    pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

/* ---- the list of calls ---- */

static void append(kt_http_client *client, kt_http_call *call)
{
    call->previous = client->last;
    if (client->last != NULL)
        client->last->next = call;
    else
        client->first = call;
    client->last = call;
    client->call_count++;
}

static void take_out(kt_http_client *client, kt_http_call *call)
{
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        client->first = call->next;
    if (call->next != NULL)
        call->next->previous = call->previous;
    else
        client->last = call->previous;
    client->call_count--;
}

static void count(kt_http_client *client, kt_http_call *call)
{
    long connections = 0, version = 0;
    client->counts.calls++;
    if (call->easy == NULL)
        return;
    curl_easy_getinfo(call->easy, CURLINFO_NUM_CONNECTS, &connections);
    curl_easy_getinfo(call->easy, CURLINFO_HTTP_VERSION, &version);
    client->counts.connections_opened += (uint64_t)connections;
    client->counts.http2_calls += version == CURL_HTTP_VERSION_2_0;
}

/* Ends a call: out of libcurl, out of the list, told. */
static void end(kt_http_call *call)
{
    kt_http_client *client = call->client;
    if (call->state == KT_HTTP_CALL_RUNNING) {
        curl_multi_remove_handle(client->multi, call->easy);
        client->running_count--;
    }
    call->state = KT_HTTP_CALL_ENDED;
    count(client, call);
    take_out(client, call);
    kt_http_call_tell(call);
    kt_http_call_free(call);
}

/* ---- starting ---- */

static void on_soon(uv_timer_t *timer);
static void on_watch(uv_timer_t *timer);

/* Hands calls to libcurl while there is room, oldest first. A call that can't be started ends from the loop. */
static void start_waiting(kt_http_client *client)
{
    for (kt_http_call *call = client->first; call != NULL && client->running_count < client->calls_at_once;
         call = call->next) {
        if (call->state != KT_HTTP_CALL_WAITING)
            continue;
        int rc = kt_http_call_prepare(call, &call->error);
        if (rc == 0 && curl_multi_add_handle(client->multi, call->easy) != CURLM_OK)
            rc = kt_fail_nomem(&call->error, 0, "a request");
        if (rc < 0) {
            call->answer.rc = rc;
            call->state = KT_HTTP_CALL_ENDED;
            uv_timer_start(&client->soon, on_soon, 0, 0);
            continue;
        }
        call->state = KT_HTTP_CALL_RUNNING;
        client->running_count++;
    }
    if (client->running_count > 0 && !uv_is_active((uv_handle_t *)&client->watch))
        uv_timer_start(&client->watch, on_watch, WATCH_MS, WATCH_MS);
}

/* ---- ending ---- */

/* A callback may send, cancel or close; so the list is looked at anew after each. */
static kt_http_call *find_ended(const kt_http_client *client)
{
    kt_http_call *call = client->first;
    while (call != NULL && call->state != KT_HTTP_CALL_ENDED)
        call = call->next;
    return call;
}

static void on_soon(uv_timer_t *timer)
{
    kt_http_client *client = timer->data;
    kt_http_call *call;
    while (!client->is_closing && (call = find_ended(client)) != NULL)
        end(call);
    if (!client->is_closing)
        start_waiting(client);
}

static void on_watch(uv_timer_t *timer)
{
    kt_http_client *client = timer->data;
    const int64_t now_ns = kt_http_client_now_ns();
    if (client->running_count == 0)
        uv_timer_stop(timer);
    for (kt_http_call *call = client->first; call != NULL; call = call->next) {
        const char *why = call->state == KT_HTTP_CALL_RUNNING ? kt_http_call_overdue(call, now_ns) : NULL;
        if (why == NULL)
            continue;
        kt_http_call_fail(call, KT_E_NETWORK, why);
        curl_multi_remove_handle(client->multi, call->easy);
        client->running_count--;
        call->state = KT_HTTP_CALL_ENDED;
        uv_timer_start(&client->soon, on_soon, 0, 0);
    }
}

static void end_done(kt_http_client *client)
{
    int left;
    CURLMsg *message;
    while (!client->is_closing && (message = curl_multi_info_read(client->multi, &left)) != NULL) {
        kt_http_call *call = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        const CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        kt_http_call_finish(call, code);
        end(call);
    }
    if (!client->is_closing)
        start_waiting(client);
}

/* ---- libcurl and the loop ---- */

static void act(kt_http_client *client, curl_socket_t fd, int events)
{
    pipe_guard guard;
    int running;
    guard_begin(&guard);
    curl_multi_socket_action(client->multi, fd, events, &running);
    guard_end(&guard);
    end_done(client);
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    const socket_watch *watch = poll->data;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    flags |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    act(watch->client, watch->fd, flags);
}

static int set_timer(CURLM *multi, long wait_ms, void *user)
{
    kt_http_client *client = user;
    (void)multi;
    if (client->is_closing)
        return 0;
    if (wait_ms < 0)
        uv_timer_stop(&client->timer);
    else
        uv_timer_start(&client->timer, on_timer, (uint64_t)wait_ms, 0);
    return 0;
}

static void free_when_closed(kt_http_client *client)
{
    if (--client->handles == 0)
        free(client);
}

static void on_watch_closed(uv_handle_t *handle)
{
    socket_watch *watch = handle->data;
    kt_http_client *client = watch->client;
    free(watch);
    free_when_closed(client);
}

static socket_watch *watch_new(kt_http_client *client, curl_socket_t fd)
{
    socket_watch *watch = calloc(1, sizeof(*watch));
    if (watch == NULL)
        return NULL;
    *watch = (socket_watch){ .client = client, .fd = fd };
    if (uv_poll_init_socket(client->loop, &watch->poll, fd) < 0) {
        free(watch);
        return NULL;
    }
    watch->poll.data = watch;
    client->handles++;
    curl_multi_assign(client->multi, fd, watch);
    return watch;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *known)
{
    kt_http_client *client = user;
    socket_watch *watch = known;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) {
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
            curl_multi_assign(client->multi, fd, NULL);
        }
        return 0;
    }
    if (watch == NULL)
        watch = watch_new(client, fd);
    if (watch == NULL)
        return -1;
    const int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) | ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
    return uv_poll_start(&watch->poll, events, on_poll) < 0 ? -1 : 0;
}

/* ---- the client ---- */

static void global_init(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void timer_init(kt_http_client *client, uv_timer_t *timer)
{
    uv_timer_init(client->loop, timer);
    timer->data = client;
    client->handles++;
}

int kt_http_client_new(uv_loop_t *loop, const kt_http_client_options *options, kt_http_client **out, kt_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, global_init);
    kt_http_client *client = calloc(1, sizeof(*client));
    if (client == NULL)
        return kt_fail_nomem(err, sizeof(*client), "an HTTP client");
    *client = (kt_http_client){ .loop = loop,
                                .multi = curl_multi_init(),
                                .user_agent = options->user_agent,
                                .ca_bundle = options->ca_bundle,
                                .calls_at_once = options->calls_at_once > 0 ? options->calls_at_once : CALLS_AT_ONCE,
                                .calls_most = options->calls_most > 0 ? options->calls_most : CALLS_MOST };
    if (client->multi == NULL) {
        free(client);
        return kt_fail_nomem(err, 0, "an HTTP client");
    }
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)client->calls_at_once);
    timer_init(client, &client->timer);
    timer_init(client, &client->watch);
    timer_init(client, &client->soon);
    *out = client;
    return 0;
}

static void on_timer_closed(uv_handle_t *handle)
{
    free_when_closed(handle->data);
}

void kt_http_client_close(kt_http_client *client)
{
    if (client == NULL || client->is_closing)
        return;
    client->is_closing = true;
    while (client->first != NULL) {
        if (client->first->answer.rc == 0)
            kt_http_call_fail(client->first, KT_E_CANCELLED, "cancelled");
        end(client->first);
    }
    curl_multi_cleanup(client->multi);
    uv_timer_t *const timers[] = { &client->timer, &client->watch, &client->soon };
    for (size_t i = 0; i < KT_COUNT(timers); i++) {
        uv_timer_stop(timers[i]);
        uv_close((uv_handle_t *)timers[i], on_timer_closed);
    }
}

int kt_http_client_send(kt_http_client *client, const kt_http_send *send, kt_http_call **out, kt_error *err)
{
    kt_http_call *call = NULL;
    if (client->is_closing)
        return kt_fail(err, KT_E_CANCELLED, "the HTTP client is being closed");
    if (client->call_count >= client->calls_most)
        return kt_fail(err, KT_E_LIMIT, "%zu requests are under way, which is the limit", client->call_count);
    const int rc = kt_http_call_new(client, send, &call, err);
    if (rc < 0)
        return rc;
    append(client, call);
    start_waiting(client);
    if (out != NULL)
        *out = call;
    return 0;
}

void kt_http_client_cancel(kt_http_call *call)
{
    kt_http_client *client = call->client;
    if (call->state == KT_HTTP_CALL_ENDED)
        return;
    if (call->state == KT_HTTP_CALL_RUNNING) {
        curl_multi_remove_handle(client->multi, call->easy);
        client->running_count--;
    }
    kt_http_call_fail(call, KT_E_CANCELLED, "cancelled");
    call->state = KT_HTTP_CALL_ENDED;
    uv_timer_start(&client->soon, on_soon, 0, 0);
}

kt_http_client_counts kt_http_client_count(const kt_http_client *client)
{
    return client->counts;
}
