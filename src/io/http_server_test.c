/* SPDX-License-Identifier: Apache-2.0 */
/* http_server_test.c - what the HTTP server promises about requests, bodies, ceilings and its own end. */
#include "io/http_client_test.h"

TEST(http_server, keeps_the_request_target_as_it_was_sent)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    client_ask(&bench, "GET /a%2Fb/%7e//../c?x=1%202&&y=+ HTTP/1.1\r\nHost: x\r\nX-Note: a  b\r\n\r\n",
               (client_wish){ 0 }, &got);
    assert_string_equal(bench.target, "/a%2Fb/%7e//../c?x=1%202&&y=+");
    assert_string_equal(bench.path, "/a%2Fb/%7e//../c");
    assert_string_equal(bench.query, "x=1%202&&y=+");
    assert_string_equal(bench.header, "a  b");
    assert_non_null(strstr(got.data, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(got.data, "x-answer: yes\r\n"));
    assert_non_null(strstr(got.data, "Date: "));
    assert_non_null(strstr(got.data, "\r\n\r\naaaaa"));
    bench_close(&bench);
}

TEST(http_server, takes_the_path_out_of_an_absolute_target)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    client_ask(&bench, "GET http://braket.aws/x%2F?q HTTP/1.1\r\nHost: x\r\n\r\n", (client_wish){ 0 }, &got);
    assert_string_equal(bench.path, "/x%2F");
    assert_string_equal(bench.query, "q");
    bench_close(&bench);
}

TEST(http_server, answers_many_requests_on_one_connection)
{
    http_bench bench;
    bench_open(&bench);
    const int fd = client_connect(&bench);
    for (unsigned i = 1; i <= 20; i++) {
        KT_BUF_OWN got;
        kt_buf_init(&got, 0);
        client_sends(&bench, fd, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        assert_int_equal(client_read(&bench, fd, (client_wish){ 0 }, &got), CLIENT_WHOLE);
        assert_int_equal(bench.requests, i);
        assert_int_equal(bench.body.length, 3);
    }
    close(fd);
    bench_close(&bench);
}

TEST(http_server, asks_for_the_body_when_the_client_waits_for_100_continue)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    const int fd = client_connect(&bench);
    client_sends(&bench, fd, "PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    client_read(&bench, fd, (client_wish){ 0 }, &got);
    assert_string_equal(got.data, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_int_equal(bench.requests, 0);
    kt_buf_clear(&got);
    client_sends(&bench, fd, "body");
    assert_int_equal(client_read(&bench, fd, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_string_equal(bench.body.data, "body");
    close(fd);
    bench_close(&bench);
}

TEST(http_server, refuses_an_announced_body_that_is_too_large_before_it_is_sent)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    client_ask(&bench, "PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n",
               (client_wish){ 0 }, &got);
    assert_true(bench.body_too_large);
    assert_int_equal(bench.body_bytes, 2000000);
    assert_null(strstr(got.data, "100 Continue"));
    bench_close(&bench);
}

TEST(http_server, swallows_a_body_that_is_too_large_so_that_the_client_reads_the_answer)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.body_most = 100;
    KT_BUF_OWN request;
    kt_buf_init(&request, 0);
    kt_buf_adds(&request, "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
    kt_buf_fill(&request, "z", 300000);
    const int fd = client_connect(&bench);
    client_send(&bench, fd, request.data, request.length);
    assert_int_equal(client_read(&bench, fd, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_true(bench.body_too_large);
    assert_int_equal(bench.body.length, 0);
    close(fd);
    bench_close(&bench);
}

TEST(http_server, joins_a_chunked_body)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    client_ask(&bench,
               "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
               "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nX-Trailer: y\r\n\r\n",
               (client_wish){ 0 }, &got);
    assert_int_equal(bench.body_bytes, 11);
    assert_string_equal(bench.body.data, "hello world");
    bench_close(&bench);
}

TEST(http_server, stops_a_chunked_body_at_its_ceiling)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.body_most = 10;
    client_ask(&bench,
               "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
               "5\r\nhello\r\n6\r\n world\r\n4\r\nmore\r\n0\r\n\r\n",
               (client_wish){ 0 }, &got);
    assert_true(bench.body_too_large);
    assert_int_equal(bench.body.length, 0);
    assert_non_null(strstr(got.data, "200 OK"));
    bench_close(&bench);
}

TEST(http_server, keeps_a_large_body_in_a_file)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    enum { BODY_BYTES = 500000 };
    KT_BUF_OWN request;
    kt_buf_init(&request, 0);
    kt_buf_addf(&request, "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", BODY_BYTES);
    const size_t head = request.length;
    for (int i = 0; i < BODY_BYTES; i++)
        kt_buf_addc(&request, (char)('a' + i % 23));
    const int fd = client_connect(&bench);
    client_send(&bench, fd, request.data, request.length);
    assert_int_equal(client_read(&bench, fd, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_true(bench.body_in_file);
    assert_int_equal(bench.body_bytes, BODY_BYTES);
    assert_int_equal(bench.body.length, BODY_BYTES);
    assert_memory_equal(bench.body.data, request.data + head, BODY_BYTES);
    close(fd);
    bench_close(&bench);
}

TEST(http_server, answers_431_when_the_head_is_too_large)
{
    http_bench bench;
    bench_open(&bench);
    static const size_t filler_bytes[] = { 9000, 60000 };
    for (size_t i = 0; i < KT_COUNT(filler_bytes); i++) {
        KT_BUF_OWN got, request;
        kt_buf_init(&got, 0);
        kt_buf_init(&request, 0);
        kt_buf_adds(&request, "GET /x HTTP/1.1\r\nHost: x\r\nX-Filler: ");
        kt_buf_fill(&request, "f", filler_bytes[i]);
        kt_buf_adds(&request, "\r\n\r\n");
        const int fd = client_connect(&bench);
        client_send(&bench, fd, request.data, request.length);
        client_read(&bench, fd, (client_wish){ 0 }, &got);
        assert_non_null(got.data);
        assert_non_null(strstr(got.data, "HTTP/1.1 431 "));
        close(fd);
    }
    assert_int_equal(bench.requests, 0);
    bench_close(&bench);
}

TEST(http_server, answers_431_when_there_are_too_many_headers)
{
    http_bench bench;
    KT_BUF_OWN got, request;
    kt_buf_init(&got, 0);
    kt_buf_init(&request, 0);
    bench_open(&bench);
    kt_buf_adds(&request, "GET /x HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 300; i++)
        kt_buf_addf(&request, "a%d: b\r\n", i);
    kt_buf_adds(&request, "\r\n");
    client_ask(&bench, request.data, (client_wish){ 0 }, &got);
    assert_non_null(strstr(got.data, "HTTP/1.1 431 "));
    bench_close(&bench);
}

TEST(http_server, survives_a_malformed_request)
{
    http_bench bench;
    bench_open(&bench);
    static const char *const requests[] = {
        "\r\n\r\n\r\n",
        "GARBAGE\r\n\r\n",
        "GET /x HTTP/1.1\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: x\r\nContent-Length: minus\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /x HTTP/1.1\r\nHost: x\r\nnocolon\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    };
    for (size_t i = 0; i < KT_COUNT(requests); i++) {
        KT_BUF_OWN got;
        kt_buf_init(&got, 0);
        client_ask(&bench, requests[i], (client_wish){ .wait_ms = 300 }, &got);
    }
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    assert_int_equal(client_ask(&bench, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n", (client_wish){ 0 }, &got), CLIENT_WHOLE);
    bench_close(&bench);
}

TEST(http_server, survives_a_client_that_leaves_in_the_middle_of_its_body)
{
    http_bench bench;
    bench_open(&bench);
    const int fd = client_connect(&bench);
    client_sends(&bench, fd, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this");
    for (int i = 0; i < 20; i++)
        uv_run(&bench.loop, UV_RUN_NOWAIT);
    close(fd);
    for (int i = 0; i < 20; i++)
        uv_run(&bench.loop, UV_RUN_NOWAIT);
    assert_int_equal(bench.requests, 0);
    bench_close(&bench);
}

TEST(http_server, closes_with_an_exchange_open_whose_answer_comes_later)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.handle = keep_pending;
    const int fd = client_connect(&bench);
    client_sends(&bench, fd, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    client_read(&bench, fd, (client_wish){ .wait_ms = 30 }, &got);
    assert_non_null(bench.pending);
    bench_close(&bench);
    assert_string_equal(bench.path, "/x");
    assert_true(kt_view_is(kt_http_exchange_request(bench.pending)->path, "/x"));
    answer_letters(&bench, bench.pending); /* must free, and touch no server */
    close(fd);
}

TEST(http_server, says_that_the_port_is_taken)
{
    http_bench bench;
    bench_open(&bench);
    const kt_http_server_options options = { .host = "127.0.0.1", .port = kt_http_server_port(bench.server) };
    kt_http_server *second = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_http_server_new(&bench.loop, &options, &second, &err), KT_E_IO);
    assert_int_equal(err.sys, EADDRINUSE);
    assert_non_null(strstr(err.message, "is taken by another program"));
    assert_null(second);
    bench_close(&bench);
}

TEST(http_server, says_that_an_address_is_none)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    kt_http_server *server = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_http_server_new(&loop, &(kt_http_server_options){ .host = "300.1.1.1" }, &server, &err),
                     KT_E_INVALID);
    assert_non_null(strstr(err.message, "300.1.1.1"));
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* Data and the end in one go: the second is easily overlooked. */
TEST(http_server, notices_a_client_that_ends_together_with_its_last_words)
{
    static const char *const words[] = { "nonsense\r\n\r\n", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc" };
    http_bench bench;
    bench_open(&bench);
    for (size_t i = 0; i < KT_COUNT(words); i++) {
        const char *text = words[i];
        KT_BUF_OWN got;
        kt_buf_init(&got, 0);
        const int fd = client_connect(&bench);
        for (int turn = 0; turn < 20; turn++) /* until it has been accepted and found silent */
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
        shutdown(fd, SHUT_WR);
        assert_int_not_equal(client_read(&bench, fd, (client_wish){ .until_closed = true }, &got), CLIENT_LATE);
        close(fd);
    }
    bench_close(&bench);
}
