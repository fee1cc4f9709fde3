/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_bill.c - `ketch sandbox bill`: asks a running sandbox for its bill and shows it. A small client for one GET
 * is all that this takes; it trusts nothing about the answer's size. */
#include "base/sandbox_args.h"

#include "base/json.h"
#include "full/bill_table.h"
#include "full/endpoint.h"
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    ANSWER_BYTES_MOST = 256 << 20,
    WAIT_S = 60,
    TASKS_SHOWN_MOST = 100000, /* the first ones; totals are of all */
    OK = 200,
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define FD_OWN __attribute__((cleanup(close_fd))) int

/* ---- one GET ---- */

static int connect_to(const kt_endpoint *endpoint, int *out, kt_error *err)
{
    char port[8], url[KT_ENDPOINT_URL_BYTES];
    snprintf(port, sizeof(port), "%u", endpoint->port);
    kt_endpoint_url(endpoint, url);
    const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    const int failure = getaddrinfo(endpoint->host, port, &wanted, &found);
    if (failure != 0)
        return kt_fail(err, KT_E_NETWORK, "can't find %s: %s", endpoint->host, gai_strerror(failure));
    int fd = -1, reason = 0;
    for (const struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) == 0)
            break;
        reason = errno;
        close_fd(&fd);
        fd = -1;
    }
    freeaddrinfo(found);
    if (fd < 0)
        return kt_fail_sys(err, KT_E_NETWORK, reason,
                           "no sandbox answers at %s (start one with 'ketch sandbox', or say where with --listen or "
                           "--endpoint)",
                           url);
    const struct timeval wait = { .tv_sec = WAIT_S };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    *out = fd;
    return 0;
}

static int send_whole(int fd, kt_view text, kt_error *err)
{
    while (text.length > 0) {
        const ssize_t sent = send(fd, text.data, text.length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return kt_fail_sys(err, KT_E_NETWORK, errno, "can't ask the sandbox");
        text.data += sent > 0 ? sent : 0;
        text.length -= sent > 0 ? (size_t)sent : 0;
    }
    return 0;
}

static int receive_whole(int fd, kt_buf *answer, kt_error *err)
{
    static const size_t piece_bytes = 64 * 1024;
    char *piece = malloc(piece_bytes);
    ssize_t got = piece == NULL ? 0 : 1;
    int rc = piece == NULL ? kt_fail_nomem(err, piece_bytes, "the bill") : 0;
    while (rc == 0 && got != 0) {
        got = recv(fd, piece, piece_bytes, 0);
        if (got < 0 && errno != EINTR)
            rc = kt_fail_sys(err, KT_E_NETWORK, errno, "the sandbox's answer broke off");
        if (got > 0 && kt_buf_add(answer, piece, (size_t)got) < 0)
            rc = kt_buf_check(answer, err, "the bill");
    }
    free(piece);
    return rc;
}

/* "HTTP/1.1 200 OK": the number; 0: this is no HTTP. */
static int status_of(kt_view answer)
{
    if (!kt_view_starts(answer, "HTTP/1.") || answer.length < 12)
        return 0;
    return atoi(answer.data + 9);
}

static int body_of(kt_view answer, kt_view *body, kt_error *err)
{
    const char *end = answer.length == 0 ? NULL : memmem(answer.data, answer.length, "\r\n\r\n", 4);
    const char *mark = end == NULL ? NULL : strcasestr(answer.data, "\r\ncontent-length:");
    if (mark == NULL || mark > end)
        return kt_fail(err, KT_E_NETWORK, "what answers there is no sandbox");
    *body = (kt_view){ end + 4, answer.length - (size_t)(end + 4 - answer.data) };
    const unsigned long long announced = strtoull(mark + 17, NULL, 10);
    if (announced != body->length)
        return kt_fail(err, KT_E_NETWORK, "the sandbox's answer broke off after %zu of %llu bytes", body->length,
                       announced);
    return 0;
}

/* The answer's text stays in `answer`; *body points into it. */
static int get_bill(const kt_endpoint *endpoint, kt_buf *answer, kt_view *body, kt_error *err)
{
    FD_OWN fd = -1;
    KT_BUF_OWN request;
    char url[KT_ENDPOINT_URL_BYTES];
    const char *token = getenv("KETCH_SANDBOX_TOKEN");
    kt_buf_init(&request, 4096);
    kt_endpoint_url(endpoint, url);
    kt_buf_addf(&request, "GET /_sandbox/bill?limit=%d HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", TASKS_SHOWN_MOST,
                url + strlen("http://"));
    if (token != NULL)
        kt_buf_addf(&request, "x-sandbox-token: %s\r\n", token);
    kt_buf_adds(&request, "\r\n");
    int rc = kt_buf_check(&request, err, "the request");
    if (rc == 0)
        rc = connect_to(endpoint, &fd, err);
    if (rc == 0)
        rc = send_whole(fd, kt_buf_view(&request), err);
    if (rc == 0)
        rc = receive_whole(fd, answer, err);
    if (rc == 0)
        rc = body_of(kt_buf_view(answer), body, err);
    if (rc < 0)
        return rc;
    const int status = status_of(kt_buf_view(answer));
    if (status == 401)
        return kt_fail(err, KT_E_INVALID,
                       "the sandbox at %s wants a token; set KETCH_SANDBOX_TOKEN to the one that it printed", url);
    if (status != OK)
        return kt_fail(err, KT_E_NETWORK, "what answers at %s is no sandbox (status %d)", url, status);
    return 0;
}

/* ---- showing it ---- */

static int show(kt_view body, bool as_json, kt_buf *out, kt_error *err)
{
    KT_OWN(kt_json) *bill = NULL;
    const int rc = kt_json_parse(body, &bill, err);
    if (rc < 0)
        return kt_wrap(err, rc, "the sandbox's bill");
    if (as_json) {
        kt_jw w;
        kt_jw_init(&w, kt_out_buf(out), 2);
        kt_jw_value(&w, bill);
        kt_jw_newline(&w);
        return kt_jw_end(&w, err);
    }
    kt_bill_table(bill, out);
    return kt_buf_check(out, err, "the bill");
}

/* --endpoint, else --listen when it is another than the default, else where the environment points. */
static int choose_endpoint(const kt_sandbox_args *args, kt_endpoint *out, kt_error *err)
{
    const char *from_environment = getenv("AWS_ENDPOINT_URL");
    if (args->endpoint != NULL)
        return kt_endpoint_parse_url(args->endpoint, out, err);
    if (from_environment != NULL && strcmp(args->listen, KT_ENDPOINT_DEFAULT) == 0 &&
        kt_endpoint_parse_url(from_environment, out, NULL) == 0)
        return 0;
    return kt_endpoint_parse(args->listen, out, err);
}

int kt_cmd_sandbox_bill(const kt_sandbox_args *args, kt_error *err)
{
    kt_endpoint endpoint;
    KT_BUF_OWN answer, shown;
    kt_view body = { NULL, 0 };
    kt_buf_init(&answer, ANSWER_BYTES_MOST);
    kt_buf_init(&shown, 0);
    int rc = choose_endpoint(args, &endpoint, err);
    if (rc == 0)
        rc = get_bill(&endpoint, &answer, &body, err);
    if (rc == 0)
        rc = show(body, args->json, &shown, err);
    if (rc < 0)
        return rc;
    if (fwrite(shown.data, 1, shown.length, stdout) != shown.length || fflush(stdout) != 0)
        return kt_fail_sys(err, KT_E_IO, errno, "can't write to standard output");
    return 0;
}
