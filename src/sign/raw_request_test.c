/* SPDX-License-Identifier: Apache-2.0 */
/* raw_request_test.c - requests as people keep them in files, good ones and bad ones. */
#include "sign/raw_request.h"

#include "tests/unit.h"
#include <string.h>

static void assert_view(kt_view text, const char *expected)
{
    if (!kt_view_is(text, expected))
        fail_msg("'%.*s' instead of '%s'", KT_VIEW_ARG(text), expected);
}

/* header: the last one as "name|value"; NULL: there is none. */
static const struct {
    const char *text, *method, *path, *query, *version, *header, *body;
} good[] = {
    { "GET / HTTP/1.1\nHost: a\n\n", "GET", "/", "", "HTTP/1.1", "Host|a", "" },
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\r\n", "GET", "/", "", "HTTP/1.1", "Host|a", "body\r\n" },
    { "GET / HTTP/1.1\nHost:a", "GET", "/", "", "HTTP/1.1", "Host|a", "" },
    { "POST /a b/?c=d e HTTP/1.1\nX: 1", "POST", "/a b/", "c=d e", "HTTP/1.1", "X|1", "" },
    { "GET /\xe1\x88\xb4\n", "GET", "/\xe1\x88\xb4", "", "", NULL, "" },
    { "GET /x?\n\nbody", "GET", "/x", "", "", NULL, "body" },
    { "\r\n\nGET /x HTTP/1.0", "GET", "/x", "", "HTTP/1.0", NULL, "" },
    { "GET / HTTP/1.1\nA: one\n  two\n\t three\n\n", "GET", "/", "", "HTTP/1.1", "A|one two three", "" },
    { "GET / HTTP/1.1\nA:\n b\n\n", "GET", "/", "", "HTTP/1.1", "A|b", "" },
    { "GET / HTTP/1.1\nA: b:c \n\n", "GET", "/", "", "HTTP/1.1", "A|b:c", "" },
    { "GET https://example.com/a?b HTTP/1.1\n", "GET", "/a", "b", "HTTP/1.1", NULL, "" },
    { "GET https://example.com HTTP/1.1\n", "GET", "", "", "HTTP/1.1", NULL, "" },
    { "GET //a/./b/.. HTTP/1.1\n", "GET", "//a/./b/..", "", "HTTP/1.1", NULL, "" },
};

TEST(raw_request, reads_what_people_keep_in_files)
{
    for (size_t i = 0; i < KT_COUNT(good); i++) {
        kt_arena *arena = kt_arena_new(0);
        kt_raw_request raw;
        kt_error err = { 0 };
        if (kt_raw_request_read(kt_view_of(good[i].text), arena, &raw, &err) < 0)
            fail_msg("%s: %s", good[i].text, err.message);
        assert_view(raw.method, good[i].method);
        assert_view(raw.path, good[i].path);
        assert_view(raw.query, good[i].query);
        assert_view(raw.version, good[i].version);
        assert_view(raw.body, good[i].body);
        assert_int_equal(raw.has_query, strchr(good[i].text, '?') != NULL);
        assert_int_equal(raw.header_count, good[i].header == NULL ? 0 : 1);
        if (raw.header_count > 0) {
            const char *bar = strchr(good[i].header, '|');
            assert_true(
                kt_view_equal(raw.headers[0].name, (kt_view){ good[i].header, (size_t)(bar - good[i].header) }));
            assert_view(raw.headers[0].value, bar + 1);
        }
        kt_arena_free(arena);
    }
}

static const struct {
    const char *text, *message;
} bad[] = {
    { "", "no request" },
    { "\n\r\n", "no request" },
    { "GET\n", "line 1 is no request line" },
    { "G@T / HTTP/1.1\n", "line 1 is no request line" },
    { "GET  HTTP/1.1\n", "line 1 has no target" },
    { "\nGET / HTTP/1.1\nnothing here\n", "line 3 is no header" },
    { "GET / HTTP/1.1\n: no name\n", "line 2 is no header" },
    { "GET / HTTP/1.1\na b: c\n", "line 2 is no header" },
    { "GET / HTTP/1.1\n  folded\n", "line 2 begins with a blank" },
};

TEST(raw_request, says_which_line_is_wrong)
{
    for (size_t i = 0; i < KT_COUNT(bad); i++) {
        kt_arena *arena = kt_arena_new(0);
        kt_raw_request raw = { .header_count = 77 };
        kt_error err = { 0 };
        assert_int_equal(kt_raw_request_read(kt_view_of(bad[i].text), arena, &raw, &err), KT_E_SYNTAX);
        if (strstr(err.message, bad[i].message) == NULL)
            fail_msg("'%s': %s", bad[i].text, err.message);
        assert_int_equal(raw.header_count, 77);
        kt_arena_free(arena);
    }
}

TEST(raw_request, has_a_limit_on_headers)
{
    KT_BUF_OWN text;
    kt_arena *arena = kt_arena_new(0);
    kt_raw_request raw;
    kt_buf_init(&text, 0);
    kt_buf_adds(&text, "GET / HTTP/1.1\n");
    kt_buf_fill(&text, "a: b\n", KT_RAW_HEADERS_MOST);
    assert_int_equal(kt_raw_request_read(kt_buf_view(&text), arena, &raw, NULL), 0);
    assert_int_equal(raw.header_count, KT_RAW_HEADERS_MOST);
    kt_buf_adds(&text, "a: b\n");
    assert_int_equal(kt_raw_request_read(kt_buf_view(&text), arena, &raw, NULL), KT_E_LIMIT);
    kt_arena_free(arena);
}
