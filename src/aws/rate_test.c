/* SPDX-License-Identifier: Apache-2.0 */
/* rate_test.c - calls go out as fast as the quota allows and no faster; a throttled client slows down, and comes
 * back. */
#include "aws/rate.h"

#include "tests/unit.h"

#define SECOND_NS INT64_C(1000000000)

TEST(rate, a_burst_goes_at_once_and_the_rest_at_the_rate)
{
    kt_aws_rate rate;
    kt_aws_rate_init(&rate, 20, 40, 0);
    for (int i = 0; i < 40; i++)
        assert_int_equal(kt_aws_rate_take(&rate, 0), 0);
    for (int i = 1; i <= 960; i++) {
        const int64_t wait_ns = kt_aws_rate_take(&rate, 0);
        assert_true(wait_ns > i * SECOND_NS / 20 - 1000 && wait_ns < i * SECOND_NS / 20 + 1000);
    }
}

TEST(rate, an_unknown_quota_holds_nothing_back)
{
    kt_aws_rate rate;
    kt_aws_rate_init(&rate, 0, 0, 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(kt_aws_rate_take(&rate, 0), 0);
}

TEST(rate, a_clock_set_back_gives_no_tokens_away_and_loses_none)
{
    kt_aws_rate rate;
    kt_aws_rate_init(&rate, 1, 1, 100 * SECOND_NS);
    assert_int_equal(kt_aws_rate_take(&rate, 100 * SECOND_NS), 0);
    assert_int_equal(kt_aws_rate_take(&rate, 50 * SECOND_NS), SECOND_NS);
    assert_int_equal(kt_aws_rate_take(&rate, 102 * SECOND_NS), 0);
}

/* A service that takes ten calls a second: returns how many it refused in the last of `seconds`. */
static int refusals(kt_aws_rate *rate, bool is_adaptive, int seconds)
{
    double tokens = 10;
    int64_t now_ns = 0;
    int refused = 0;
    while (now_ns < seconds * SECOND_NS) {
        now_ns += kt_aws_rate_take(rate, now_ns) + SECOND_NS / 1000;
        tokens = tokens + 10.0 / 1000 > 10 ? 10 : tokens + 10.0 / 1000;
        if (rate->is_adapted && rate->adapted.per_second > 0)
            tokens = tokens + 10 / rate->adapted.per_second > 10 ? 10 : tokens + 10 / rate->adapted.per_second;
        const bool is_refused = tokens < 1;
        tokens -= is_refused ? 0 : 1;
        refused += is_refused && now_ns > (seconds - 1) * SECOND_NS;
        kt_aws_rate_heard(rate, is_refused, is_adaptive, now_ns);
    }
    return refused;
}

TEST(rate, adaptive_mode_finds_a_rate_that_is_taken)
{
    kt_aws_rate rate;
    kt_aws_rate_init(&rate, 0, 0, 0);
    assert_true(refusals(&rate, false, 10) > 100);
    kt_aws_rate_init(&rate, 0, 0, 0);
    assert_true(refusals(&rate, true, 10) <= 5);
    assert_true(rate.is_adapted && rate.adapted.per_second >= 0.5);
}

TEST(rate, after_a_throttle_it_goes_on_at_seven_tenths_and_comes_back)
{
    kt_aws_rate rate;
    int64_t now_ns = 0;
    kt_aws_rate_init(&rate, 0, 0, 0);
    for (int i = 0; i < 200; i++, now_ns += SECOND_NS / 20)
        kt_aws_rate_heard(&rate, false, true, now_ns);
    assert_false(rate.is_adapted);
    kt_aws_rate_heard(&rate, true, true, now_ns);
    assert_true(rate.adapted.per_second > 13.9 && rate.adapted.per_second < 14.1);
    for (int i = 0; i < 400; i++, now_ns += SECOND_NS / 20)
        kt_aws_rate_heard(&rate, false, true, now_ns);
    assert_true(rate.adapted.per_second > 20 && rate.adapted.per_second <= 40.1);
}
