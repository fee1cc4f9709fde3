/* SPDX-License-Identifier: Apache-2.0 */
/* route_test.c - which service a request is for, and who may make admin calls. */
#include "tests/unit.h"

#include "sandbox/route.h"
#include "sandbox/s3.h"
#include <string.h>

typedef struct asked {
    const char *method, *target, *host, *name, *value; /* name, value: one more header */
    kt_service expect;
} asked;

static kt_http_request request_of(const asked *row, kt_http_header headers[2])
{
    const char *mark = strchr(row->target, '?');
    const kt_view target = kt_view_of(row->target);
    headers[0] = (kt_http_header){ kt_view_of("Host"), kt_view_of(row->host) };
    headers[1] = (kt_http_header){ kt_view_of(row->name == NULL ? "x" : row->name), kt_view_of(row->value) };
    return (kt_http_request){ .method = kt_view_of(row->method),
                              .target = target,
                              .path = { row->target, mark == NULL ? target.length : (size_t)(mark - row->target) },
                              .query = kt_view_of(mark == NULL ? "" : mark + 1),
                              .headers = headers,
                              .header_count = 2,
                              .body_fd = -1 };
}

TEST(route, tells_the_service_of_an_unsigned_request)
{
    static const char form[] = "application/x-www-form-urlencoded; charset=utf-8";
    static const asked rows[] = {
        { "GET", "/_sandbox/health", "127.0.0.1:4567", NULL, NULL, KT_SERVICE_ADMIN },
        { "GET", "/_sandbox", "s3.amazonaws.com", NULL, NULL, KT_SERVICE_ADMIN },
        { "GET", "/_sandboxes/key", "127.0.0.1", NULL, NULL, KT_SERVICE_S3 },
        { "GET", "/offers/v1.0/aws/AmazonBraket/current/index.csv", "127.0.0.1", NULL, NULL, KT_SERVICE_PRICES },
        { "GET", "/offers/v1.0/x", "s3.us-east-1.amazonaws.com", NULL, NULL, KT_SERVICE_S3 },
        { "GET", "/bucket/key", "127.0.0.1:4567", NULL, NULL, KT_SERVICE_S3 },
        { "GET", "/", "127.0.0.1:4567", NULL, NULL, KT_SERVICE_S3 },
        { "GET", "/key", "bucket.s3.us-west-2.amazonaws.com", NULL, NULL, KT_SERVICE_S3 },
        { "POST", "/", "127.0.0.1:4567", "content-type", form, KT_SERVICE_STS },
        { "POST", "/", "iam.amazonaws.com", "Content-Type", form, KT_SERVICE_IAM },
        { "POST", "/", "sts.us-east-1.amazonaws.com", NULL, NULL, KT_SERVICE_STS },
        { "POST", "/", "x", "X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.BatchGetImage", KT_SERVICE_ECR },
        { "POST", "/quantum-task", "127.0.0.1", NULL, NULL, KT_SERVICE_BRAKET },
        { "GET", "/device/arn%3Aaws", "127.0.0.1", NULL, NULL, KT_SERVICE_BRAKET },
        { "POST", "/devices", "127.0.0.1", NULL, NULL, KT_SERVICE_BRAKET },
        { "POST", "/devices", "braket.eu-west-2.amazonaws.com", NULL, NULL, KT_SERVICE_BRAKET },
        { "GET", "/device-photos", "127.0.0.1", NULL, NULL, KT_SERVICE_S3 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_http_header headers[2];
        const kt_http_request request = request_of(&rows[i], headers);
        if (kt_route_guess(&request) != rows[i].expect)
            fail_msg("%s %s at %s: %d", rows[i].method, rows[i].target, rows[i].host, kt_route_guess(&request));
    }
}

TEST(route, finds_the_bucket_in_every_style_of_host)
{
    static const struct {
        const char *host, *bucket;
    } rows[] = {
        { "data.s3.amazonaws.com", "data" },
        { "data.s3.eu-west-1.amazonaws.com", "data" },
        { "data.s3-eu-west-1.amazonaws.com", "data" },
        { "data.s3.dualstack.eu-west-1.amazonaws.com", "data" },
        { "data.s3-fips.us-east-1.amazonaws.com", "data" },
        { "data.s3-fips.dualstack.us-east-1.amazonaws.com", "data" },
        { "data.s3-accelerate.amazonaws.com", "data" },
        { "data.s3-external-1.amazonaws.com", "data" },
        { "data.s3.cn-north-1.amazonaws.com.cn", "data" },
        { "DATA.S3.EU-WEST-1.AMAZONAWS.COM", "DATA" },
        { "data.s3.amazonaws.com:4567", "data" },
        { "data.localhost:4567", "data" },
        { "data.s3.localhost:4567", "data" },
        { "data.s3.localhost.localstack.cloud:4566", "data" },
        { "my.dotted.data.s3-eu-west-1.amazonaws.com", "my.dotted.data" },
        { "x.s3.y.s3-accelerate.amazonaws.com", "x.s3.y" },
        { "x.s3.y.localhost", "x.s3.y" },
        { "s3-data.s3.amazonaws.com", "s3-data" },
        { "s3.amazonaws.com", "" },
        { "s3.eu-west-1.amazonaws.com", "" },
        { "s3-eu-west-1.amazonaws.com", "" },
        { "s3.dualstack.eu-west-1.amazonaws.com", "" },
        { "s3.localhost:4567", "" },
        { "localhost:4567", "" },
        { "127.0.0.1:4567", "" },
        { "[::1]:4567", "" },
        { "host.docker.internal:4567", "" },
        { ".localhost", "" },
        { "", "" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        const kt_view bucket = kt_s3_host_bucket(kt_view_of(rows[i].host));
        if (!kt_view_is(bucket, rows[i].bucket))
            fail_msg("%s: '%.*s'", rows[i].host, KT_VIEW_ARG(bucket));
    }
}

TEST(route, lets_in_bodies_by_the_service_that_the_signature_names)
{
    static const struct {
        asked asked;
        bool is_large;
    } rows[] = {
        { { "PUT", "/bucket/key", "127.0.0.1", "Authorization",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
            KT_SERVICE_S3 },
          true },
        { { "POST", "/", "127.0.0.1", "Authorization",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
            KT_SERVICE_STS },
          false },
        { { "PUT", "/bucket/key?X-Amz-Credential=AK%2F20260101%2Fus-east-1%2Fs3%2Faws4_request", "127.0.0.1", NULL,
            NULL, KT_SERVICE_S3 },
          true },
        { { "PUT", "/_sandbox/scenario", "127.0.0.1", NULL, NULL, KT_SERVICE_ADMIN }, false },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_http_header headers[2];
        const kt_http_request request = request_of(&rows[i].asked, headers);
        assert_int_equal(kt_route_body_most(NULL, &request) > (64u << 20), rows[i].is_large);
    }
}

TEST(admin, is_reached_only_by_this_machines_names)
{
    static const struct {
        const char *host, *listen;
        bool expect;
    } rows[] = {
        { "127.0.0.1:4567", "127.0.0.1", true },
        { "localhost", "127.0.0.1", true },
        { "LOCALHOST:1", "127.0.0.1", true },
        { "127.9.9.9:4567", "127.0.0.1", true },
        { "[::1]:4567", "::1", true },
        { "evil.example:4567", "127.0.0.1", false },
        { "localhost.evil.example", "127.0.0.1", false },
        { "", "127.0.0.1", false },
        { "10.0.0.5:4567", "127.0.0.1", false },
        { "10.0.0.5:4567", "10.0.0.5", true },
        { "10.0.0.5:4567", "0.0.0.0", true },
        { "evil.example", "0.0.0.0", false },
        { "lab.example:1", "lab.example", true },
        { "127.0.0.1.evil.example", "127.0.0.1", false },
        { "[fe80::1]:1", "::1", false },
        { "[fe80::1]:1", "::", true },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        if (kt_admin_host_is_ours(kt_view_of(rows[i].host), rows[i].listen) != rows[i].expect)
            fail_msg("%s at %s", rows[i].host, rows[i].listen);
}

TEST(admin, is_not_reached_by_pages_of_other_origins)
{
    static const struct {
        const char *origin, *host;
        bool expect;
    } rows[] = {
        { "http://127.0.0.1:4567", "127.0.0.1:4567", true },
        { "http://127.0.0.1:4568", "127.0.0.1:4567", false },
        { "null", "127.0.0.1:4567", false },
        { "http://evil.example", "127.0.0.1:4567", false },
        { "", "127.0.0.1:4567", false },
        { "https://127.0.0.1:4567", "127.0.0.1:4567", true },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        assert_int_equal(kt_admin_origin_is_ours(kt_view_of(rows[i].origin), kt_view_of(rows[i].host)), rows[i].expect);
    assert_true(kt_admin_origin_is_ours((kt_view){ NULL, 0 }, kt_view_of("x")));
}
