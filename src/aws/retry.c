/* SPDX-License-Identifier: Apache-2.0 */
/* retry.c - which failures are worth another try, how long to wait before it, and when a client has tried enough. */
#include "aws/retry.h"

#include "base/base.h"

enum { ASKED_MORE_MS_MOST = 5000 };
#define BASE_S 0.05
#define BASE_THROTTLED_S 1.0
#define WAIT_S_MOST 20.0

/* The code counts before the status. */
static const struct {
    const char *code;
    kt_aws_failure failure;
} codes[] = {
    { "Throttling", KT_AWS_THROTTLED },
    { "ThrottlingException", KT_AWS_THROTTLED },
    { "ThrottledException", KT_AWS_THROTTLED },
    { "RequestThrottledException", KT_AWS_THROTTLED },
    { "RequestThrottled", KT_AWS_THROTTLED },
    { "TooManyRequestsException", KT_AWS_THROTTLED },
    { "ProvisionedThroughputExceededException", KT_AWS_THROTTLED },
    { "TransactionInProgressException", KT_AWS_THROTTLED },
    { "RequestLimitExceeded", KT_AWS_THROTTLED },
    { "BandwidthLimitExceeded", KT_AWS_THROTTLED },
    { "LimitExceededException", KT_AWS_THROTTLED },
    { "SlowDown", KT_AWS_THROTTLED },
    { "PriorRequestNotComplete", KT_AWS_THROTTLED },
    { "EC2ThrottledException", KT_AWS_THROTTLED },
    { "RequestTimeout", KT_AWS_TRANSIENT },
    { "RequestTimeoutException", KT_AWS_TRANSIENT },
    { "InternalError", KT_AWS_TRANSIENT },
    { "IDPCommunicationError", KT_AWS_TRANSIENT },
    { "RequestTimeTooSkewed", KT_AWS_SKEWED },
    { "RequestExpired", KT_AWS_SKEWED },
    { "RequestInTheFuture", KT_AWS_SKEWED },
    { "SignatureDoesNotMatch", KT_AWS_SKEWED }, /* these two also when it is not the clock: the Date header tells */
    { "InvalidSignatureException", KT_AWS_SKEWED },
    { "ExpiredToken", KT_AWS_STALE },
    { "ExpiredTokenException", KT_AWS_STALE },
    { "TokenRefreshRequired", KT_AWS_STALE },
    { "ServiceQuotaExceededException", KT_AWS_FULL },
};

static const struct {
    int status;
    kt_aws_failure failure;
} statuses[] = {
    { 0, KT_AWS_TRANSIENT },   { 429, KT_AWS_THROTTLED }, { 500, KT_AWS_TRANSIENT },
    { 502, KT_AWS_TRANSIENT }, { 503, KT_AWS_TRANSIENT }, { 504, KT_AWS_TRANSIENT },
};

kt_aws_failure kt_aws_failure_of(int status, kt_view code)
{
    for (size_t i = 0; i < KT_COUNT(codes); i++)
        if (kt_view_is(code, codes[i].code))
            return codes[i].failure;
    for (size_t i = 0; i < KT_COUNT(statuses); i++)
        if (status == statuses[i].status)
            return statuses[i].failure;
    return KT_AWS_FINAL;
}

void kt_aws_retry_quota_init(kt_aws_retry_quota *quota)
{
    quota->tokens = KT_AWS_RETRY_TOKENS;
}

void kt_aws_retry_init(kt_aws_retry *retry, int attempts_most)
{
    *retry = (kt_aws_retry){ .attempt = 1, .attempts_most = attempts_most };
}

/* A random part of a time that doubles with each try. What the service asks for is heard, within reason. */
static double wait_s(const kt_aws_retry *retry, bool throttled, int64_t retry_after_ms, kt_rng *rng)
{
    double most = throttled ? BASE_THROTTLED_S : BASE_S;
    for (int i = 1; i < retry->attempt && most < WAIT_S_MOST; i++)
        most *= 2;
    const double wait = kt_rng_uniform(rng) * (most < WAIT_S_MOST ? most : WAIT_S_MOST);
    const double asked = (double)retry_after_ms / 1000, bound = wait + (double)ASKED_MORE_MS_MOST / 1000;
    if (asked <= wait)
        return wait;
    return asked < bound ? asked : bound;
}

bool kt_aws_retry_again(kt_aws_retry *retry, kt_aws_retry_quota *quota, kt_aws_failure failure, int64_t retry_after_ms,
                        kt_rng *rng, int64_t *wait_ns)
{
    const bool throttled = failure == KT_AWS_THROTTLED;
    const int cost = throttled ? KT_AWS_RETRY_COST_THROTTLED : KT_AWS_RETRY_COST;
    if ((!throttled && failure != KT_AWS_TRANSIENT) || retry->attempt >= retry->attempts_most || quota->tokens < cost)
        return false;
    quota->tokens -= cost;
    retry->taken = cost;
    *wait_ns = (int64_t)(wait_s(retry, throttled, retry_after_ms, rng) * 1e9);
    retry->attempt++;
    return true;
}

void kt_aws_retry_done(kt_aws_retry *retry, kt_aws_retry_quota *quota)
{
    quota->tokens += retry->taken > 0 ? retry->taken : 1;
    if (quota->tokens > KT_AWS_RETRY_TOKENS)
        quota->tokens = KT_AWS_RETRY_TOKENS;
    retry->taken = 0;
}
