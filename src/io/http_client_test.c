/* SPDX-License-Identifier: Apache-2.0 */
/* http_client_test.c - what the HTTP client promises, against our own server and against peers that misbehave. Client
 * and server share one loop. */
#include "io/http_client.h"

#include "io/http_client_test.h"

/* One client, and what its calls came to. */
typedef struct asker {
    uv_loop_t *loop;
    kt_http_client *client;
    int told; /* how many calls have ended */
    int rc, status;
    char message[256], body[64], note[64];
    uint64_t body_bytes;
    bool sent_nothing;
    int64_t date_ns;
} asker;

static void on_done(void *ctx, const kt_http_response *answer)
{
    asker *a = ctx;
    a->told++;
    a->rc = answer->rc;
    a->status = answer->status;
    a->body_bytes = answer->body_bytes;
    a->sent_nothing = answer->sent_nothing;
    a->date_ns = answer->date_ns;
    copy_view(a->message, sizeof(a->message), kt_view_of(answer->error == NULL ? "" : answer->error->message));
    copy_view(a->body, sizeof(a->body), answer->body);
    copy_view(a->note, sizeof(a->note), kt_http_response_header(answer, "x-answer"));
}

static void asker_open(asker *a, uv_loop_t *loop, size_t calls_at_once)
{
    const kt_http_client_options options = { .user_agent = "ketch-test", .calls_at_once = calls_at_once };
    *a = (asker){ .loop = loop };
    assert_int_equal(kt_http_client_new(loop, &options, &a->client, NULL), 0);
}

static void run_until(asker *a, int told)
{
    const int64_t end_ms = bench_ms() + WAIT_MOST_MS;
    while (a->told < told && bench_ms() < end_ms)
        uv_run(a->loop, UV_RUN_ONCE);
    assert_int_equal(a->told, told);
}

static kt_http_call *send_to(asker *a, unsigned port, const char *path, kt_http_send send)
{
    char url[128];
    kt_http_call *call = NULL;
    kt_error err = { 0 };
    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, path);
    send.method = send.method == NULL ? "GET" : send.method;
    send.url = url;
    send.done = on_done;
    send.ctx = a;
    if (kt_http_client_send(a->client, &send, &call, &err) < 0)
        fail_msg("%s", err.message);
    return call;
}

static void ask(asker *a, unsigned port, const char *path, kt_http_send send)
{
    const int told = a->told;
    send_to(a, port, path, send);
    run_until(a, told + 1);
}

/* An unlinked file with `bytes` bytes of 'f'. */
static int file_of(size_t bytes)
{
    char name[] = "/tmp/ketch-client-XXXXXX";
    const int fd = mkstemp(name);
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_buf_fill(&text, "f", bytes);
    assert_true(fd >= 0);
    unlink(name);
    assert_int_equal(write(fd, text.data, bytes), (ssize_t)bytes);
    return fd;
}

TEST(http_client, sends_what_it_was_given_and_hands_back_what_came)
{
    http_bench bench;
    asker a;
    bench_open(&bench);
    asker_open(&a, &bench.loop, 0);
    const kt_http_header note = { { "X-Note", 6 }, { "a  b", 4 } };
    ask(&a, kt_http_server_port(bench.server), "/a%2Fb//./c?x=1%202&y",
        (kt_http_send){ .headers = &note, .header_count = 1 });
    assert_int_equal(a.rc, 0);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "aaaaa");
    assert_string_equal(a.note, "yes");
    assert_true(a.date_ns > INT64_C(1700000000000000000));
    assert_string_equal(bench.target, "/a%2Fb//./c?x=1%202&y");
    assert_string_equal(bench.header, "a  b");
    kt_http_client_close(a.client);
    bench_close(&bench);
}

TEST(http_client, takes_a_body_from_memory_and_from_a_file)
{
    http_bench bench;
    asker a;
    bench_open(&bench);
    asker_open(&a, &bench.loop, 0);
    const int fd = file_of(300000);
    ask(&a, kt_http_server_port(bench.server), "/", (kt_http_send){ .method = "PUT", .body = { "abc", 3 } });
    assert_int_equal(bench.body_bytes, 3);
    ask(&a, kt_http_server_port(bench.server), "/",
        (kt_http_send){ .method = "PUT", .body_file = fd, .body_offset = 100000, .body_bytes = 200000 });
    assert_int_equal(bench.body_bytes, 200000);
    ask(&a, kt_http_server_port(bench.server), "/", (kt_http_send){ .method = "PUT" });
    assert_int_equal(bench.body_bytes, 0);
    ask(&a, kt_http_server_port(bench.server), "/",
        (kt_http_send){ .method = "PUT", .body_file = fd, .body_bytes = 300001 });
    assert_int_equal(a.rc, KT_E_IO);
    assert_non_null(strstr(a.message, "it became shorter"));
    close(fd);
    kt_http_client_close(a.client);
    bench_close(&bench);
}

TEST(http_client, writes_an_answer_to_a_file_where_it_is_told)
{
    http_bench bench;
    asker a;
    bench_open(&bench);
    bench.answer_bytes = 100000;
    asker_open(&a, &bench.loop, 0);
    const int fd = file_of(10);
    ask(&a, kt_http_server_port(bench.server), "/",
        (kt_http_send){ .to_file = true, .answer_file = fd, .answer_offset = 7 });
    assert_int_equal(a.rc, 0);
    assert_int_equal(a.body_bytes, 100000);
    assert_int_equal(lseek(fd, 0, SEEK_END), 100007);
    char text[9] = "";
    assert_int_equal(pread(fd, text, 8, 0), 8);
    assert_string_equal(text, "fffffffa");
    close(fd);
    kt_http_client_close(a.client);
    bench_close(&bench);
}

TEST(http_client, has_a_ceiling_on_answers)
{
    http_bench bench;
    asker a;
    bench_open(&bench);
    bench.answer_bytes = 1001;
    asker_open(&a, &bench.loop, 0);
    ask(&a, kt_http_server_port(bench.server), "/", (kt_http_send){ .answer_bytes_most = 1001 });
    assert_int_equal(a.rc, 0);
    ask(&a, kt_http_server_port(bench.server), "/", (kt_http_send){ .answer_bytes_most = 1000 });
    assert_int_equal(a.rc, KT_E_LIMIT);
    assert_non_null(strstr(a.message, "1000 bytes"));
    kt_http_client_close(a.client);
    bench_close(&bench);
}

TEST(http_client, keeps_connections_and_does_as_much_at_once_as_it_may)
{
    http_bench bench;
    asker a;
    bench_open(&bench);
    asker_open(&a, &bench.loop, 4);
    for (int i = 0; i < 200; i++)
        send_to(&a, kt_http_server_port(bench.server), "/", (kt_http_send){ 0 });
    run_until(&a, 200);
    assert_int_equal(bench.requests, 200);
    assert_int_equal(kt_http_client_count(a.client).calls, 200);
    assert_in_range(kt_http_client_count(a.client).connections_opened, 1, 4);
    kt_http_client_close(a.client);
    bench_close(&bench);
}

TEST(http_client, says_when_nothing_listens_and_that_nothing_was_sent)
{
    http_bench bench;
    asker a;
    bench_open(&bench);
    asker_open(&a, &bench.loop, 0);
    ask(&a, 1, "/secret?token=hush", (kt_http_send){ .method = "POST", .body = { "x", 1 } });
    assert_int_equal(a.rc, KT_E_NETWORK);
    assert_true(a.sent_nothing);
    assert_non_null(strstr(a.message, "127.0.0.1:1"));
    assert_null(strstr(a.message, "hush"));
    assert_null(strstr(a.message, "secret"));
    kt_http_client_close(a.client);
    bench_close(&bench);
}

/* ---- peers that say nothing: a listener that nobody accepts from ---- */

/* The kernel takes connections and requests for it; what it says is the test's business. */
typedef struct bad_peer {
    int listener, connection;
    unsigned port;
} bad_peer;

static void peer_open(bad_peer *peer)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    *peer = (bad_peer){ .listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), .connection = -1 };
    assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(peer->listener, 8), 0);
    assert_int_equal(getsockname(peer->listener, (struct sockaddr *)&address, &length), 0);
    peer->port = ntohs(address.sin_port);
}

static void peer_close(bad_peer *peer)
{
    if (peer->connection >= 0)
        close(peer->connection);
    close(peer->listener);
}

/* Until a request has come, which is left where it is. */
static void wait_for_request(asker *a, bad_peer *peer)
{
    const int64_t end_ms = bench_ms() + WAIT_MOST_MS;
    char byte;
    do {
        uv_run(a->loop, UV_RUN_NOWAIT);
        if (peer->connection < 0)
            peer->connection = accept4(peer->listener, NULL, NULL, SOCK_NONBLOCK);
    } while (recv(peer->connection, &byte, 1, MSG_PEEK) != 1 && bench_ms() < end_ms);
    assert_true(bench_ms() < end_ms);
}

static void end_loop(uv_loop_t *loop)
{
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(loop), 0);
}

TEST(http_client, a_cancelled_call_ends_once_whether_it_waits_or_runs)
{
    bad_peer peer;
    uv_loop_t loop;
    asker a;
    uv_loop_init(&loop);
    peer_open(&peer);
    asker_open(&a, &loop, 1);
    kt_http_call *runs = send_to(&a, peer.port, "/", (kt_http_send){ 0 });
    kt_http_call *waits = send_to(&a, peer.port, "/", (kt_http_send){ 0 });
    wait_for_request(&a, &peer);
    kt_http_client_cancel(waits);
    assert_int_equal(a.told, 0); /* never from within the call */
    run_until(&a, 1);
    assert_int_equal(a.rc, KT_E_CANCELLED);
    kt_http_client_cancel(runs);
    kt_http_client_cancel(runs);
    run_until(&a, 2);
    assert_int_equal(a.rc, KT_E_CANCELLED);
    assert_false(a.sent_nothing);
    kt_http_client_close(a.client);
    end_loop(&loop);
    peer_close(&peer);
}

TEST(http_client, closing_ends_every_call)
{
    bad_peer peer;
    uv_loop_t loop;
    asker a;
    uv_loop_init(&loop);
    peer_open(&peer);
    asker_open(&a, &loop, 2);
    for (int i = 0; i < 5; i++)
        send_to(&a, peer.port, "/", (kt_http_send){ 0 });
    wait_for_request(&a, &peer);
    kt_http_client_close(a.client);
    assert_int_equal(a.told, 5);
    assert_int_equal(a.rc, KT_E_CANCELLED);
    end_loop(&loop);
    peer_close(&peer);
}

TEST(http_client, does_not_wait_longer_than_it_was_told)
{
    bad_peer peer;
    uv_loop_t loop;
    asker a;
    uv_loop_init(&loop);
    peer_open(&peer);
    asker_open(&a, &loop, 0);
    ask(&a, peer.port, "/", (kt_http_send){ .patience = { .first_byte_ms = 50 } });
    assert_int_equal(a.rc, KT_E_NETWORK);
    assert_non_null(strstr(a.message, "no answer came in time"));
    ask(&a, peer.port, "/", (kt_http_send){ .patience = { .whole_ms = 50 } });
    assert_int_equal(a.rc, KT_E_NETWORK);
    kt_http_client_close(a.client);
    end_loop(&loop);
    peer_close(&peer);
}

TEST(http_client, refuses_more_calls_than_it_may_hold)
{
    uv_loop_t loop;
    asker a = { .loop = &loop };
    const kt_http_client_options options = { .calls_most = 1 };
    const kt_http_send send = { .method = "GET", .url = "http://127.0.0.1:1/", .done = on_done, .ctx = &a };
    uv_loop_init(&loop);
    assert_int_equal(kt_http_client_new(&loop, &options, &a.client, NULL), 0);
    assert_int_equal(kt_http_client_send(a.client, &send, NULL, NULL), 0);
    assert_int_equal(kt_http_client_send(a.client, &send, NULL, NULL), KT_E_LIMIT);
    run_until(&a, 1);
    kt_http_client_close(a.client);
    end_loop(&loop);
}

/* ---- peers that misbehave ---- */

static const struct {
    const char *says;
    bool closes;
    int rc, status;
    const char *message; /* a part of it, or of the body */
} pieces[] = {
    { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", true, KT_E_NETWORK, 0, "" },
    { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", false, KT_E_NETWORK, 0, "stalled" },
    { "HTTP/1.1 200 OK\r\nContent-Le", false, KT_E_NETWORK, 0, "stalled" },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", true, KT_E_NETWORK, 0, "" },
    { "nonsense\r\n\r\n", true, KT_E_NETWORK, 0, "" },
    { "", true, KT_E_NETWORK, 0, "" },
    { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", true, 0, 201, "ok" },
    { "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", true, 0, 302, "" },
    { "HTTP/1.1 200 OK\r\n\r\nto the end", true, 0, 200, "to the end" },
};

TEST(http_client, survives_peers_that_misbehave)
{
    for (size_t i = 0; i < KT_COUNT(pieces); i++) {
        uv_loop_t loop;
        asker a;
        bad_peer peer;
        bool has_said = false;
        const int64_t end_ms = bench_ms() + WAIT_MOST_MS;
        uv_loop_init(&loop);
        peer_open(&peer);
        asker_open(&a, &loop, 0);
        send_to(&a, peer.port, "/", (kt_http_send){ .new_connection = true, .patience = { .stall_ms = 100 } });
        while (a.told == 0 && bench_ms() < end_ms) {
            char request[1024];
            uv_run(&loop, UV_RUN_NOWAIT);
            if (peer.connection < 0)
                peer.connection = accept4(peer.listener, NULL, NULL, SOCK_NONBLOCK);
            if (peer.connection < 0 || has_said || recv(peer.connection, request, sizeof(request), 0) <= 0)
                continue;
            assert_int_equal(send(peer.connection, pieces[i].says, strlen(pieces[i].says), MSG_NOSIGNAL),
                             (ssize_t)strlen(pieces[i].says));
            if (pieces[i].closes)
                shutdown(peer.connection, SHUT_WR);
            has_said = true;
        }
        if (a.told != 1 || a.rc != pieces[i].rc || a.status != pieces[i].status ||
            strstr(a.rc < 0 ? a.message : a.body, pieces[i].message) == NULL)
            fail_msg("piece %zu: told %d, rc %d, status %d, '%s' '%s'", i, a.told, a.rc, a.status, a.message, a.body);
        kt_http_client_close(a.client);
        end_loop(&loop);
        peer_close(&peer);
    }
}
