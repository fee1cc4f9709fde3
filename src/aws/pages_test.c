/* SPDX-License-Identifier: Apache-2.0 */
/* pages_test.c - every page of every region is seen once, a region that fails is told of, and the end comes once. */
#include "aws/pages.h"

#include "aws/settings_bench_test.h"
#include "io/http_server.h"

enum { PAGES = 3 };

typedef struct bench {
    settings_bench settings;
    uv_loop_t loop;
    kt_http_server *server;
    kt_aws *aws;
    const char *failing; /* this region answers 403 */
    int enough_after;    /* pages of a region, 0: never */
    unsigned asked, pages, failed, ended;
    char seen[256]; /* "us-east-1:0 eu-north-1:0 ..." */
    char failure[1024], url[64];
} bench;

/* The next token is the next page's number. */
static void handle(void *ctx, kt_http_exchange *x)
{
    bench *b = ctx;
    const kt_http_request *request = kt_http_exchange_request(x);
    const kt_view signature = kt_http_header_get(request, "authorization");
    const char *failing = b->failing;
    char head[512], region[64];
    KT_OWN(kt_json) *asked = NULL;
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    b->asked++;
    snprintf(head, sizeof(head), "%.*s", KT_VIEW_ARG(signature));
    snprintf(region, sizeof(region), "/%s/", failing == NULL ? "nowhere" : failing);
    assert_int_equal(kt_json_parse(request->body, &asked, NULL), 0);
    assert_int_equal(json_integer_value(json_object_get(asked, "maxResults")), 7); /* with every page */
    const char *token = json_string_value(json_object_get(asked, "nextToken"));
    const int page = token == NULL ? 0 : atoi(token);
    const bool is_refused = strstr(head, region) != NULL;
    if (is_refused)
        kt_buf_adds(&body, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}");
    else if (page + 1 < PAGES)
        kt_buf_addf(&body, "{\"devices\":[%d],\"nextToken\":\"%d\"}", page, page + 1);
    else
        kt_buf_addf(&body, "{\"devices\":[%d]}", page);
    kt_http_answer(x, &(kt_http_reply){ .status = is_refused ? 403 : 200, .take_body = &body });
}

static int on_page(void *ctx, const char *region, const kt_json *answer, kt_error *err)
{
    bench *b = ctx;
    const size_t used = strlen(b->seen);
    const int page = (int)json_integer_value(json_array_get(json_object_get(answer, "devices"), 0));
    (void)err;
    b->pages++;
    snprintf(b->seen + used, sizeof(b->seen) - used, "%s:%d ", region, page);
    return b->enough_after > 0 && page + 1 >= b->enough_after;
}

static void on_failed(void *ctx, const char *region, int rc, const kt_error *err)
{
    bench *b = ctx;
    assert_true(rc < 0);
    b->failed++;
    snprintf(b->failure, sizeof(b->failure), "%s: %s", region, err->message);
}

static void on_done(void *ctx)
{
    bench *b = ctx;
    b->ended++;
}

static void open_bench(bench *b)
{
    kt_error err = { 0 };
    *b = (bench){ .ended = 0 };
    settings_bench_open(&b->settings, "", "");
    uv_loop_init(&b->loop);
    const kt_http_server_options server = { .host = "127.0.0.1", .handle = handle, .ctx = b };
    assert_int_equal(kt_http_server_new(&b->loop, &server, &b->server, &err), 0);
    snprintf(b->url, sizeof(b->url), "http://127.0.0.1:%u", kt_http_server_port(b->server));
    const kt_aws_options options = { .loop = &b->loop,
                                     .choice = { .region = "us-east-1", .endpoint_url = b->url },
                                     .environment = &b->settings.environment,
                                     .seed = 1,
                                     .access_key = "AKIDEXAMPLE",
                                     .secret_key = "secret" };
    if (kt_aws_new(&options, &b->aws, &err) < 0)
        fail_msg("%s", err.message);
}

static void walk(bench *b, const char *const *regions, size_t count)
{
    KT_OWN(kt_json) *members = json_pack("{s[], si}", "filters", "maxResults", 7);
    const kt_pages_options options = { .aws = b->aws,
                                       .service = &kt_aws_braket,
                                       .operation = "SearchDevices",
                                       .regions = regions,
                                       .region_count = count,
                                       .members = members,
                                       .page = on_page,
                                       .failed = on_failed,
                                       .done = on_done,
                                       .ctx = b };
    kt_error err = { 0 };
    if (kt_pages_walk(&options, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(b->ended, 0); /* never before it returns */
    while (b->ended == 0)
        uv_run(&b->loop, UV_RUN_ONCE);
    assert_null(json_object_get(members, "nextToken")); /* the caller's stay as they were */
}

static void close_bench(bench *b)
{
    kt_aws_close(b->aws);
    kt_http_server_close(b->server);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&b->loop), 0);
    settings_bench_close(&b->settings);
}

static const char *const two[] = { "us-east-1", "eu-north-1" };

TEST(pages, every_page_of_every_region_is_seen_once)
{
    bench b;
    open_bench(&b);
    walk(&b, two, 2);
    assert_int_equal(b.pages, 2 * PAGES);
    assert_int_equal(b.asked, 2 * PAGES);
    assert_int_equal(b.failed, 0);
    assert_int_equal(b.ended, 1);
    for (int page = 0; page < PAGES; page++) {
        char one[32];
        snprintf(one, sizeof(one), "eu-north-1:%d ", page);
        assert_non_null(strstr(b.seen, one));
    }
    close_bench(&b);
}

TEST(pages, a_region_that_fails_is_told_of_and_the_others_go_on)
{
    bench b;
    open_bench(&b);
    b.failing = "eu-north-1";
    walk(&b, two, 2);
    assert_int_equal(b.failed, 1);
    assert_non_null(strstr(b.failure, "eu-north-1: "));
    assert_int_equal(b.pages, PAGES);
    close_bench(&b);
}

TEST(pages, a_caller_who_has_enough_is_asked_no_more)
{
    bench b;
    open_bench(&b);
    b.enough_after = 2;
    walk(&b, two, 1);
    assert_int_equal(b.asked, 2);
    assert_int_equal(b.failed, 0);
    close_bench(&b);
}

TEST(pages, no_region_is_refused)
{
    kt_error err = { 0 };
    assert_int_equal(kt_pages_walk(&(kt_pages_options){ .region_count = 0 }, &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "found 0 regions"));
}
