/* SPDX-License-Identifier: Apache-2.0 */
/* rate.c - token buckets, and the cubic curve by which a throttled client comes back: fast at first, slow around the
 * rate that was too much, then faster again. */
#include "aws/rate.h"

#include <math.h>

#define BETA 0.7
#define SCALE 0.4
#define SMOOTHING 0.8
#define RATE_LEAST 0.5
#define MEASURE_NS 500000000 /* answers are counted over half seconds */
#define MEASURED_TIMES_MOST 2.0
#define SECOND_NS 1e9

static void bucket_fill(kt_aws_bucket *bucket, int64_t now_ns)
{
    if (now_ns > bucket->filled_ns) {
        bucket->tokens += bucket->per_second * (double)(now_ns - bucket->filled_ns) / SECOND_NS;
        if (bucket->tokens > bucket->most)
            bucket->tokens = bucket->most;
        bucket->filled_ns = now_ns;
    }
}

static int64_t bucket_take(kt_aws_bucket *bucket, int64_t now_ns)
{
    bucket_fill(bucket, now_ns);
    bucket->tokens -= 1;
    return bucket->tokens >= 0 ? 0 : (int64_t)(-bucket->tokens / bucket->per_second * SECOND_NS);
}

void kt_aws_rate_init(kt_aws_rate *rate, double per_second, double burst, int64_t now_ns)
{
    *rate = (kt_aws_rate){ .quota = { per_second, burst, burst, now_ns }, .measured_ns = now_ns };
}

int64_t kt_aws_rate_take(kt_aws_rate *rate, int64_t now_ns)
{
    const int64_t quota_ns = rate->quota.per_second > 0 ? bucket_take(&rate->quota, now_ns) : 0;
    const int64_t adapted_ns = rate->is_adapted ? bucket_take(&rate->adapted, now_ns) : 0;
    return quota_ns > adapted_ns ? quota_ns : adapted_ns;
}

static void measure(kt_aws_rate *rate, int64_t now_ns)
{
    rate->answers++;
    const int64_t passed_ns = (now_ns - rate->measured_ns) / MEASURE_NS * MEASURE_NS;
    if (passed_ns <= 0)
        return;
    const double now_rate = (double)rate->answers / ((double)passed_ns / SECOND_NS);
    rate->measured_rate = SMOOTHING * now_rate + (1 - SMOOTHING) * rate->measured_rate;
    rate->answers = 0;
    rate->measured_ns += passed_ns;
}

/* The rate of the adapted bucket, within what has been seen to work. */
static void adapt(kt_aws_rate *rate, double per_second, int64_t now_ns)
{
    const double most = MEASURED_TIMES_MOST * rate->measured_rate;
    if (per_second > most)
        per_second = most;
    bucket_fill(&rate->adapted, now_ns);
    rate->adapted.per_second = per_second < RATE_LEAST ? RATE_LEAST : per_second;
    rate->adapted.most = per_second < 1 ? 1 : per_second;
    if (rate->adapted.tokens > rate->adapted.most)
        rate->adapted.tokens = rate->adapted.most;
}

void kt_aws_rate_heard(kt_aws_rate *rate, bool was_throttled, bool is_adaptive, int64_t now_ns)
{
    if (!is_adaptive)
        return;
    measure(rate, now_ns);
    if (was_throttled) {
        rate->max_rate = rate->measured_rate;
        if (rate->is_adapted && rate->adapted.per_second < rate->max_rate)
            rate->max_rate = rate->adapted.per_second;
        else if (!rate->is_adapted)
            rate->adapted = (kt_aws_bucket){ .filled_ns = now_ns };
        rate->is_adapted = true;
        rate->rise_s = cbrt(rate->max_rate * (1 - BETA) / SCALE);
        rate->throttled_ns = now_ns;
        adapt(rate, rate->max_rate * BETA, now_ns);
    } else if (rate->is_adapted) {
        const double since_s = (double)(now_ns - rate->throttled_ns) / SECOND_NS - rate->rise_s;
        adapt(rate, SCALE * since_s * since_s * since_s + rate->max_rate, now_ns);
    }
}
