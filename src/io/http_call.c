/* SPDX-License-Identifier: Apache-2.0 */
/* http_call.c - one request of the HTTP client and its answer: what libcurl is told about it, and what it tells back,
 * bit by bit. Errors name the host and what was going on, never a path, a query or a header: those hold secrets. */
#include "io/http_client_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    ANSWER_BYTES_DEFAULT = 16 << 20,
    HEADER_BYTES_MOST = 256 << 10,
    HEADERS_MOST = 1000,
    CONNECT_MS = 10000,
    FIRST_BYTE_MS = 60000,
    STALL_MS = 60000,
    CONTINUE_WAIT_MS = 1000,
    NS_A_MS = 1000000,
};

/* "https://host:1/..." -> host:1 */
static kt_view host_of(const char *url)
{
    const char *begin = strstr(url, "://");
    begin = begin == NULL ? url : begin + 3;
    return (kt_view){ begin, strcspn(begin, "/?#") };
}

static int fail(kt_http_call *call, kt_code code, const char *why, const char *detail)
{
    const kt_view host = host_of(call->send.url);
    call->answer.rc = kt_fail(&call->error, code, "%.*s: %s%s%s", (int)(host.length < 200 ? host.length : 200),
                              host.data, why, detail[0] == '\0' ? "" : ": ", detail);
    return call->answer.rc;
}

/* ---- what is to be sent, copied ---- */

static int copy_headers(kt_http_call *call, const kt_http_send *send, kt_error *err)
{
    kt_http_header *headers = KT_ARENA_ARRAY(call->arena, kt_http_header, send->header_count + 1);
    for (size_t i = 0; headers != NULL && i < send->header_count; i++) {
        const kt_http_header *h = &send->headers[i];
        headers[i].name = (kt_view){ kt_arena_strndup(call->arena, h->name.data, h->name.length), h->name.length };
        headers[i].value = (kt_view){ kt_arena_strndup(call->arena, h->value.data, h->value.length), h->value.length };
    }
    call->send.headers = headers;
    return kt_arena_failed(call->arena) ? kt_fail_nomem(err, 0, "a request") : 0;
}

int kt_http_call_new(kt_http_client *client, const kt_http_send *send, kt_http_call **out, kt_error *err)
{
    kt_http_call *call = calloc(1, sizeof(*call));
    if (call == NULL)
        return kt_fail_nomem(err, sizeof(*call), "a request");
    call->client = client;
    call->send = *send;
    call->arena = kt_arena_new(0);
    kt_buf_init(&call->answer.body, 0);
    int rc = call->arena == NULL ? kt_fail_nomem(err, 0, "a request") : 0;
    if (rc == 0) {
        call->send.method = kt_arena_strndup(call->arena, send->method, strlen(send->method));
        call->send.url = kt_arena_strndup(call->arena, send->url, strlen(send->url));
        rc = copy_headers(call, send, err);
    }
    if (rc < 0) {
        kt_http_call_free(call);
        return rc;
    }
    *out = call;
    return 0;
}

void kt_http_call_free(kt_http_call *call)
{
    if (call == NULL)
        return;
    if (call->easy != NULL)
        curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->header_lines);
    kt_buf_fini(&call->answer.body);
    kt_arena_free(call->arena);
    free(call);
}

/* ---- what libcurl calls ---- */

static void moved(kt_http_call *call)
{
    call->progress.moved_ns = kt_http_client_now_ns();
}

static size_t on_read(char *out, size_t size, size_t count, void *user)
{
    kt_http_call *call = user;
    const uint64_t left = call->send.body_bytes - call->progress.sent_bytes;
    const size_t room = size * count;
    ssize_t got;
    moved(call);
    do
        got = pread(call->send.body_file, out, left < room ? left : room,
                    (off_t)(call->send.body_offset + call->progress.sent_bytes));
    while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && left > 0)) {
        fail(call, KT_E_IO, "can't read the file to be sent", got < 0 ? strerror(errno) : "it became shorter");
        return CURL_READFUNC_ABORT;
    }
    call->progress.sent_bytes += (uint64_t)got;
    return (size_t)got;
}

/* libcurl starts the body again: after 401s of proxies, or a dead connection. */
static int on_seek(void *user, curl_off_t offset, int origin)
{
    kt_http_call *call = user;
    if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > call->send.body_bytes)
        return CURL_SEEKFUNC_FAIL;
    call->progress.sent_bytes = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

static void forget_headers(kt_http_call *call)
{
    call->answer.header_count = 0;
    call->answer.header_bytes = 0;
}

static int grow_headers(kt_http_call *call)
{
    if (call->answer.header_count < call->answer.header_room)
        return 0;
    const size_t room = call->answer.header_room == 0 ? 16 : 2 * call->answer.header_room;
    kt_http_header *headers = room > 2 * HEADERS_MOST ? NULL : KT_ARENA_ARRAY(call->arena, kt_http_header, room);
    if (headers == NULL)
        return fail(call, KT_E_LIMIT, "an answer with too many headers", "");
    if (call->answer.header_count > 0)
        memcpy(headers, call->answer.headers, call->answer.header_count * sizeof(*headers));
    call->answer.headers = headers;
    call->answer.header_room = room;
    return 0;
}

static int add_header(kt_http_call *call, kt_view line)
{
    const char *colon = line.length == 0 ? NULL : memchr(line.data, ':', line.length);
    if (colon == NULL)
        return 0;
    if (grow_headers(call) < 0)
        return call->answer.rc;
    const kt_view value = kt_view_trim((kt_view){ colon + 1, line.length - (size_t)(colon + 1 - line.data) });
    const size_t name_length = (size_t)(colon - line.data);
    char *name = kt_arena_strndup(call->arena, line.data, name_length);
    const char *copy = kt_arena_strndup(call->arena, value.data, value.length);
    if (name == NULL || copy == NULL)
        return fail(call, KT_E_NOMEM, "out of memory", "");
    for (size_t i = 0; i < name_length; i++)
        if (name[i] >= 'A' && name[i] <= 'Z')
            name[i] = (char)(name[i] + ('a' - 'A'));
    call->answer.headers[call->answer.header_count++] =
        (kt_http_header){ { name, name_length }, { copy, value.length } };
    return 0;
}

/* One line a call. A status line begins a new answer: the one before was a 100 Continue. */
static size_t on_header(char *data, size_t size, size_t count, void *user)
{
    kt_http_call *call = user;
    const size_t bytes = size * count;
    const kt_view line = kt_view_trim((kt_view){ data, bytes });
    moved(call);
    call->progress.has_begun = true;
    call->answer.header_bytes += bytes;
    if (call->answer.header_bytes > HEADER_BYTES_MOST) {
        fail(call, KT_E_LIMIT, "an answer with more than 256 KiB of headers", "");
        return 0;
    }
    if (kt_view_starts(line, "HTTP/")) {
        const char *blank = memchr(line.data, ' ', line.length);
        forget_headers(call);
        call->answer.status = blank == NULL ? 0 : atoi(blank + 1);
        return bytes;
    }
    return add_header(call, line) < 0 ? 0 : bytes;
}

static int write_file(kt_http_call *call, const char *data, size_t bytes)
{
    while (bytes > 0) {
        const ssize_t put =
            pwrite(call->send.answer_file, data, bytes, (off_t)(call->send.answer_offset + call->answer.body_bytes));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return fail(call, KT_E_IO, "can't write what was received", strerror(put < 0 ? errno : ENOSPC));
        data += put;
        bytes -= (size_t)put;
        call->answer.body_bytes += (uint64_t)put;
    }
    return 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
    kt_http_call *call = user;
    const size_t bytes = size * count;
    const bool to_file = call->send.to_file && call->answer.status / 100 == 2;
    uint64_t most = call->send.answer_bytes_most;
    if (most == 0)
        most = to_file ? UINT64_MAX : ANSWER_BYTES_DEFAULT;
    moved(call);
    if (bytes > most - call->answer.body_bytes) {
        char limit[64];
        snprintf(limit, sizeof(limit), "%llu bytes", (unsigned long long)most);
        fail(call, KT_E_LIMIT, "an answer larger than the limit of", limit);
        return 0;
    }
    if (to_file)
        return write_file(call, data, bytes) < 0 ? 0 : bytes;
    if (kt_buf_add(&call->answer.body, data, bytes) < 0) {
        fail(call, KT_E_NOMEM, "out of memory", "");
        return 0;
    }
    call->answer.body_bytes += bytes;
    return bytes;
}

/* ---- what libcurl is told ---- */

static bool has_header(const kt_http_call *call, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < call->send.header_count; i++)
        if (call->send.headers[i].name.length == length &&
            strncasecmp(call->send.headers[i].name.data, name, length) == 0)
            return true;
    return false;
}

static bool add_line(kt_http_call *call, const char *line)
{
    struct curl_slist *longer = line == NULL ? NULL : curl_slist_append(call->header_lines, line);
    if (longer != NULL)
        call->header_lines = longer;
    return longer != NULL;
}

/* Ours, and "Name:" for what libcurl would send unasked. */
static bool add_lines(kt_http_call *call)
{
    static const char *const unasked[] = { "Accept", "Content-Type", "Expect" };
    bool is_good = true;
    for (size_t i = 0; i < call->send.header_count && is_good; i++) {
        const kt_http_header *h = &call->send.headers[i];
        is_good = add_line(
            call, kt_arena_printf(call->arena, h->value.length == 0 ? "%s;" : "%s: %s", h->name.data, h->value.data));
    }
    for (size_t i = 0; i < KT_COUNT(unasked) && is_good; i++) {
        const bool wanted =
            strcmp(unasked[i], "Expect") == 0 && call->send.body_bytes > 0 && call->send.body.length == 0;
        if (!wanted && !has_header(call, unasked[i]))
            is_good = add_line(call, kt_arena_printf(call->arena, "%s:", unasked[i]));
    }
    return is_good;
}

static long ms_or(int64_t wanted_ms, long otherwise_ms)
{
    return wanted_ms > 0 ? (long)wanted_ms : otherwise_ms;
}

/* A method that may have a body says its length, also when that is 0. */
static void set_body(kt_http_call *call)
{
    const bool is_get = strcmp(call->send.method, "GET") == 0, is_head = strcmp(call->send.method, "HEAD") == 0;
    CURL *easy = call->easy;
    if (is_head)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (call->send.body.length == 0 && call->send.body_bytes > 0) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)call->send.body_bytes);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(easy, CURLOPT_READDATA, call);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, call);
        curl_easy_setopt(easy, CURLOPT_EXPECT_100_TIMEOUT_MS, (long)CONTINUE_WAIT_MS);
    } else if (!is_head && (!is_get || call->send.body.length > 0)) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->send.body.length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->send.body.length == 0 ? "" : call->send.body.data);
    }
    if (!is_get && !is_head)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->send.method);
}

int kt_http_call_prepare(kt_http_call *call, kt_error *err)
{
    const kt_http_client *client = call->client;
    call->easy = curl_easy_init();
    if (call->easy == NULL || !add_lines(call))
        return kt_fail_nomem(err, 0, "a request");
    CURL *easy = call->easy;
    const bool is_good = curl_easy_setopt(easy, CURLOPT_URL, call->send.url) == CURLE_OK;
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->reason);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->header_lines);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, ms_or(call->send.patience.connect_ms, CONNECT_MS));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, ms_or(call->send.patience.whole_ms, 0));
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    if (client->user_agent != NULL)
        curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent);
    if (client->ca_bundle != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, client->ca_bundle);
    if (call->send.without_proxy)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (call->send.new_connection)
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    set_body(call);
    call->progress.moved_ns = kt_http_client_now_ns();
    return is_good ? 0 : kt_fail_nomem(err, 0, "a request");
}

/* ---- how it ends ---- */

void kt_http_call_finish(kt_http_call *call, CURLcode code)
{
    if (code == CURLE_OK || call->answer.rc < 0)
        return;
    fail(call, code == CURLE_OUT_OF_MEMORY ? KT_E_NOMEM : KT_E_NETWORK, curl_easy_strerror(code), call->reason);
}

const char *kt_http_call_overdue(const kt_http_call *call, int64_t now_ns)
{
    const bool is_sent = call->send.body.length > 0 || call->progress.sent_bytes == call->send.body_bytes;
    const bool awaits_first = is_sent && !call->progress.has_begun;
    curl_off_t connect_us = 0;
    curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &connect_us);
    if (connect_us == 0) /* still connecting: libcurl's own limit */
        return NULL;
    const int64_t most_ms = awaits_first ? ms_or(call->send.patience.first_byte_ms, FIRST_BYTE_MS)
                                         : ms_or(call->send.patience.stall_ms, STALL_MS);
    if (now_ns - call->progress.moved_ns < most_ms * NS_A_MS)
        return NULL;
    return awaits_first ? "no answer came in time" : "the connection stalled";
}

void kt_http_call_fail(kt_http_call *call, kt_code code, const char *why)
{
    fail(call, code, why, "");
}

static bool nothing_was_sent(const kt_http_call *call)
{
    long request_bytes = 0;
    if (call->easy != NULL)
        curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    return request_bytes == 0 && call->progress.sent_bytes == 0;
}

static int64_t date_of(const kt_http_response *answer)
{
    const kt_view date = kt_http_response_header(answer, "date"); /* ends in NUL: a copy of add_header's */
    const time_t at = date.data == NULL ? -1 : curl_getdate(date.data, NULL);
    return at <= 0 ? 0 : (int64_t)at * 1000 * NS_A_MS;
}

void kt_http_call_tell(kt_http_call *call)
{
    const int rc = call->answer.rc;
    kt_http_response answer = { .rc = rc,
                                .error = rc < 0 ? &call->error : NULL,
                                .sent_nothing = rc < 0 && nothing_was_sent(call),
                                .status = rc < 0 ? 0 : call->answer.status,
                                .headers = call->answer.headers,
                                .header_count = rc < 0 ? 0 : call->answer.header_count,
                                .body_bytes = call->answer.body_bytes };
    if (rc == 0)
        answer.body = kt_buf_view(&call->answer.body);
    answer.date_ns = date_of(&answer);
    call->send.done(call->send.ctx, &answer);
}

kt_view kt_http_response_header(const kt_http_response *answer, const char *name)
{
    for (size_t i = 0; i < answer->header_count; i++)
        if (kt_view_is(answer->headers[i].name, name))
            return answer->headers[i].value;
    return (kt_view){ 0 };
}
