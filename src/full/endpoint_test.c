/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint_test.c - places to listen, good and bad. */
#include "tests/unit.h"

#include "full/endpoint.h"

TEST(endpoint, reads_host_and_port)
{
    static const struct {
        const char *text, *host, *url;
        uint16_t port;
        bool is_loopback;
    } rows[] = {
        { "127.0.0.1:4567", "127.0.0.1", "http://127.0.0.1:4567", 4567, true },
        { "localhost:0", "localhost", "http://localhost:0", 0, true },
        { "[::1]:80", "::1", "http://[::1]:80", 80, true },
        { "0.0.0.0:1", "0.0.0.0", "http://127.0.0.1:1", 1, false },
        { "[::]:1", "::", "http://[::1]:1", 1, false },
        { "lab.example:65535", "lab.example", "http://lab.example:65535", 65535, false },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_endpoint endpoint;
        char url[KT_ENDPOINT_URL_BYTES];
        assert_int_equal(kt_endpoint_parse(rows[i].text, &endpoint, NULL), 0);
        assert_string_equal(endpoint.host, rows[i].host);
        assert_int_equal(endpoint.port, rows[i].port);
        assert_int_equal(kt_endpoint_is_loopback(&endpoint), rows[i].is_loopback);
        kt_endpoint_url(&endpoint, url);
        assert_string_equal(url, rows[i].url);
    }
}

TEST(endpoint, refuses_what_is_no_place)
{
    static const char *const bad[] = { "",      ":",    "127.0.0.1", "127.0.0.1:", ":4567",    "a:b", "a:65536",
                                       "a:1:2", "[::1", "[::1]4567", "[]:4567",    "::1:4567", "a:-1" };
    for (size_t i = 0; i < KT_COUNT(bad); i++) {
        kt_endpoint endpoint;
        kt_error err = { 0 };
        assert_int_equal(kt_endpoint_parse(bad[i], &endpoint, &err), KT_E_INVALID);
        assert_non_null(err.message);
    }
}

TEST(endpoint, reads_a_url)
{
    kt_endpoint endpoint;
    assert_int_equal(kt_endpoint_parse_url("http://127.0.0.1:4567/x?y", &endpoint, NULL), 0);
    assert_int_equal(endpoint.port, 4567);
    assert_int_equal(kt_endpoint_parse_url("HTTP://localhost", &endpoint, NULL), 0);
    assert_int_equal(endpoint.port, 80);
    assert_int_equal(kt_endpoint_parse_url("https://localhost:1", &endpoint, NULL), KT_E_INVALID);
    assert_int_equal(kt_endpoint_parse_url("localhost:1", &endpoint, NULL), KT_E_INVALID);
}
