/* SPDX-License-Identifier: Apache-2.0 */
/* retry_test.c - retries cost what AWS says, wait as long as AWS says, and end. */
#include "aws/retry.h"

#include "base/base.h"

#include "tests/unit.h"

static const struct {
    int status;
    const char *code;
    kt_aws_failure failure;
} failures[] = {
    { 0, "", KT_AWS_TRANSIENT },
    { 500, "", KT_AWS_TRANSIENT },
    { 503, "SlowDown", KT_AWS_THROTTLED },
    { 503, "", KT_AWS_TRANSIENT },
    { 501, "", KT_AWS_FINAL },
    { 429, "", KT_AWS_THROTTLED },
    { 400, "ThrottlingException", KT_AWS_THROTTLED },
    { 400, "ValidationException", KT_AWS_FINAL },
    { 400, "RequestTimeout", KT_AWS_TRANSIENT },
    { 402, "ServiceQuotaExceededException", KT_AWS_FULL },
    { 403, "RequestTimeTooSkewed", KT_AWS_SKEWED },
    { 403, "ExpiredTokenException", KT_AWS_STALE },
    { 404, "ResourceNotFoundException", KT_AWS_FINAL },
    { 410, "DeviceRetiredException", KT_AWS_FINAL },
    { 424, "DeviceOfflineException", KT_AWS_FINAL },
};

TEST(retry, knows_which_failures_are_worth_another_try)
{
    for (size_t i = 0; i < KT_COUNT(failures); i++)
        if (kt_aws_failure_of(failures[i].status, kt_view_of(failures[i].code)) != failures[i].failure)
            fail_msg("%d %s", failures[i].status, failures[i].code);
}

TEST(retry, ends_after_as_many_tries_as_were_allowed)
{
    kt_aws_retry_quota quota;
    kt_aws_retry retry;
    kt_rng rng;
    int64_t wait_ns;
    kt_rng_seed(&rng, 1);
    kt_aws_retry_quota_init(&quota);
    kt_aws_retry_init(&retry, 3);
    assert_true(kt_aws_retry_again(&retry, &quota, KT_AWS_TRANSIENT, 0, &rng, &wait_ns));
    assert_true(kt_aws_retry_again(&retry, &quota, KT_AWS_THROTTLED, 0, &rng, &wait_ns));
    assert_false(kt_aws_retry_again(&retry, &quota, KT_AWS_TRANSIENT, 0, &rng, &wait_ns));
    assert_int_equal(retry.attempt, 3);
    assert_int_equal(quota.tokens, KT_AWS_RETRY_TOKENS - KT_AWS_RETRY_COST - KT_AWS_RETRY_COST_THROTTLED);
    kt_aws_retry_init(&retry, 3);
    assert_false(kt_aws_retry_again(&retry, &quota, KT_AWS_FINAL, 0, &rng, &wait_ns));
}

/* The longest wait of each try, over many draws, comes near its bound and never above it. */
TEST(retry, waits_a_random_part_of_a_time_that_doubles)
{
    static const struct {
        kt_aws_failure failure;
        int attempt;
        double most_s;
    } rows[] = {
        { KT_AWS_TRANSIENT, 1, 0.05 }, { KT_AWS_TRANSIENT, 2, 0.1 }, { KT_AWS_TRANSIENT, 12, 20 },
        { KT_AWS_THROTTLED, 1, 1 },    { KT_AWS_THROTTLED, 3, 4 },   { KT_AWS_THROTTLED, 90, 20 },
    };
    kt_rng rng;
    kt_rng_seed(&rng, 1);
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        int64_t longest_ns = 0;
        for (int n = 0; n < 1000; n++) {
            kt_aws_retry_quota quota = { KT_AWS_RETRY_TOKENS };
            kt_aws_retry retry = { .attempt = rows[i].attempt, .attempts_most = 100 };
            int64_t wait_ns = -1;
            assert_true(kt_aws_retry_again(&retry, &quota, rows[i].failure, 0, &rng, &wait_ns));
            assert_true(wait_ns >= 0);
            longest_ns = wait_ns > longest_ns ? wait_ns : longest_ns;
        }
        assert_true((double)longest_ns <= rows[i].most_s * 1e9 && (double)longest_ns > rows[i].most_s * 0.98e9);
    }
}

TEST(retry, hears_how_long_the_service_asks_to_wait_within_five_seconds)
{
    static const struct {
        int64_t asked_ms;
        double least_s, most_s;
    } rows[] = { { 1500, 1.5, 1.5 }, { 60000, 5, 5.05 }, { 0, 0, 0.05 } };
    kt_rng rng;
    kt_rng_seed(&rng, 1);
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_aws_retry_quota quota = { KT_AWS_RETRY_TOKENS };
        kt_aws_retry retry = { .attempt = 1, .attempts_most = 3 };
        int64_t wait_ns;
        assert_true(kt_aws_retry_again(&retry, &quota, KT_AWS_TRANSIENT, rows[i].asked_ms, &rng, &wait_ns));
        assert_true((double)wait_ns >= rows[i].least_s * 1e9 && (double)wait_ns <= rows[i].most_s * 1e9);
    }
}

TEST(retry, a_client_that_only_fails_stops_trying_again)
{
    kt_aws_retry_quota quota;
    kt_rng rng;
    int64_t wait_ns;
    int retries = 0;
    kt_rng_seed(&rng, 1);
    kt_aws_retry_quota_init(&quota);
    for (int call = 0; call < 1000; call++) {
        kt_aws_retry retry;
        kt_aws_retry_init(&retry, 3);
        while (kt_aws_retry_again(&retry, &quota, KT_AWS_TRANSIENT, 0, &rng, &wait_ns))
            retries++;
    }
    assert_int_equal(retries, KT_AWS_RETRY_TOKENS / KT_AWS_RETRY_COST);
    kt_aws_retry retry = { .attempt = 1, .attempts_most = 3 };
    for (int call = 0; call < KT_AWS_RETRY_COST; call++) /* successes earn the next retry */
        kt_aws_retry_done(&retry, &quota);
    assert_true(kt_aws_retry_again(&retry, &quota, KT_AWS_TRANSIENT, 0, &rng, &wait_ns));
    kt_aws_retry_done(&retry, &quota);
    assert_true(quota.tokens >= KT_AWS_RETRY_COST);
}
