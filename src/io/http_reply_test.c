/* SPDX-License-Identifier: Apache-2.0 */
/* http_reply_test.c - answers given later, files, HEAD, and everything that goes wrong on purpose. */
#include "io/http_client_test.h"

#define ASK "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"

static size_t body_length(const kt_buf *got)
{
    const char *end = strstr(got->data, "\r\n\r\n");
    return end == NULL ? 0 : got->length - (size_t)(end + 4 - got->data);
}

TEST(http_reply, may_be_given_later)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.handle = keep_pending;
    const int fd = client_connect(&bench);
    client_sends(&bench, fd, ASK);
    assert_int_equal(client_read(&bench, fd, (client_wish){ .wait_ms = 30 }, &got), CLIENT_LATE);
    answer_letters(&bench, bench.pending);
    assert_int_equal(client_read(&bench, fd, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    kt_buf_clear(&got);
    client_sends(&bench, fd, ASK);
    client_read(&bench, fd, (client_wish){ .wait_ms = 30 }, &got);
    answer_letters(&bench, bench.pending);
    assert_int_equal(client_read(&bench, fd, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_int_equal(bench.requests, 2);
    close(fd);
    bench_close(&bench);
}

TEST(http_reply, to_a_client_that_has_left_is_no_error)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.handle = keep_pending;
    client_ask(&bench, ASK, (client_wish){ .wait_ms = 30 }, &got);
    assert_non_null(bench.pending);
    bench.answer_bytes = 3000000;
    answer_letters(&bench, bench.pending);
    bench.handle = answer_letters;
    bench.answer_bytes = 2;
    assert_int_equal(client_ask(&bench, ASK, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    bench_close(&bench);
}

TEST(http_reply, sends_megabytes)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.answer_bytes = 5000000;
    assert_int_equal(client_ask(&bench, ASK, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_int_equal(body_length(&got), 5000000);
    bench_close(&bench);
}

static void answer_head(http_bench *bench, kt_http_exchange *x)
{
    (void)bench;
    const kt_http_header header = { kt_view_of("content-type"), kt_view_of("text/x") };
    kt_http_answer(
        x, &(kt_http_reply){
               .status = 200, .headers = &header, .header_count = 1, .is_head = true, .content_bytes = 123456789012 });
}

TEST(http_reply, to_head_announces_a_length_without_a_body)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.handle = answer_head;
    const int fd = client_connect(&bench);
    for (int i = 0; i < 2; i++) {
        kt_buf_clear(&got);
        client_sends(&bench, fd, "HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
        client_read(&bench, fd, (client_wish){ .is_head = true }, &got);
        assert_non_null(strstr(got.data, "Content-Length: 123456789012\r\n"));
        assert_int_equal(body_length(&got), 0);
    }
    close(fd);
    bench_close(&bench);
}

static void answer_file(http_bench *bench, kt_http_exchange *x)
{
    FILE *file = tmpfile();
    fputs("0123456789", file);
    fflush(file);
    const int fd = dup(fileno(file));
    fclose(file);
    kt_http_answer(x, &(kt_http_reply){ .status = 206,
                                        .has_file = true,
                                        .take_file = fd,
                                        .file_offset = 3,
                                        .file_bytes = 4,
                                        .fault = &bench->fault });
}

TEST(http_reply, sends_a_part_of_a_file)
{
    http_bench bench;
    bench_open(&bench);
    bench.handle = answer_file;
    static const uint64_t speeds[] = { 0, 1000 };
    for (size_t i = 0; i < KT_COUNT(speeds); i++) {
        KT_BUF_OWN got;
        kt_buf_init(&got, 0);
        bench.fault.bytes_per_s = speeds[i];
        assert_int_equal(client_ask(&bench, ASK, (client_wish){ 0 }, &got), CLIENT_WHOLE);
        assert_non_null(strstr(got.data, "HTTP/1.1 206 "));
        assert_non_null(strstr(got.data, "\r\n\r\n3456"));
    }
    bench_close(&bench);
}

TEST(http_reply, waits_before_its_first_byte)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.fault.delay_ns = 80 * 1000 * 1000;
    const int64_t began = bench_ms();
    assert_int_equal(client_ask(&bench, ASK, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_in_range(bench_ms() - began, 79, 2000);
    bench_close(&bench);
}

TEST(http_reply, given_later_waits_too)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.handle = keep_pending;
    bench.fault.delay_ns = 80 * 1000 * 1000;
    const int fd = client_connect(&bench);
    client_sends(&bench, fd, ASK);
    client_read(&bench, fd, (client_wish){ .wait_ms = 20 }, &got);
    const int64_t began = bench_ms();
    answer_letters(&bench, bench.pending);
    assert_int_equal(client_read(&bench, fd, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_in_range(bench_ms() - began, 79, 2000);
    close(fd);
    bench_close(&bench);
}

TEST(http_reply, crawls_and_arrives_whole)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.fault.bytes_per_s = 1000;
    bench.answer_bytes = 150;
    const int64_t began = bench_ms();
    assert_int_equal(client_ask(&bench, ASK, (client_wish){ 0 }, &got), CLIENT_WHOLE);
    assert_in_range(bench_ms() - began, 130, 2000);
    assert_int_equal(body_length(&got), 150);
    bench_close(&bench);
}

TEST(http_reply, cut_short_ends_before_its_content_length)
{
    http_bench bench;
    bench_open(&bench);
    static const struct {
        uint64_t cut_after, expect;
    } cuts[] = { { 0, 0 }, { 40, 40 }, { 1000000, 99 } };
    bench.answer_bytes = 100;
    for (size_t i = 0; i < KT_COUNT(cuts); i++) {
        KT_BUF_OWN got;
        kt_buf_init(&got, 0);
        bench.fault = (kt_http_fault){ .cut = true, .cut_after_bytes = cuts[i].cut_after };
        const client_end end = client_ask(&bench, ASK, (client_wish){ .until_closed = true }, &got);
        assert_true(end == CLIENT_CLOSED || end == CLIENT_RESET);
        assert_non_null(strstr(got.data, "Content-Length: 100\r\n"));
        assert_int_equal(body_length(&got), cuts[i].expect);
    }
    bench_close(&bench);
}

TEST(http_reply, reset_gives_no_byte_and_an_rst)
{
    http_bench bench;
    bench_open(&bench);
    static const int64_t delays[] = { 0, 20 * 1000 * 1000 };
    for (size_t i = 0; i < KT_COUNT(delays); i++) {
        KT_BUF_OWN got;
        kt_buf_init(&got, 0);
        bench.fault = (kt_http_fault){ .reset = true, .delay_ns = delays[i] };
        assert_int_equal(client_ask(&bench, ASK, (client_wish){ .until_closed = true }, &got), CLIENT_RESET);
        assert_int_equal(got.length, 0);
    }
    bench_close(&bench);
}

TEST(http_reply, that_sleeps_does_not_keep_the_server_from_closing)
{
    http_bench bench;
    KT_BUF_OWN got;
    kt_buf_init(&got, 0);
    bench_open(&bench);
    bench.fault.delay_ns = INT64_C(60000000000);
    const int fd = client_connect(&bench);
    client_sends(&bench, fd, ASK);
    client_read(&bench, fd, (client_wish){ .wait_ms = 20 }, &got);
    bench.fault = (kt_http_fault){ .bytes_per_s = 1 };
    const int crawling = client_connect(&bench);
    client_sends(&bench, crawling, ASK);
    client_read(&bench, crawling, (client_wish){ .wait_ms = 50 }, &got);
    bench_close(&bench);
    close(fd);
    close(crawling);
}
