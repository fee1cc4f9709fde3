/* SPDX-License-Identifier: Apache-2.0 */
/* retry.h - when a failed call is tried again: AWS's standard mode with its constants. Pure: time and chance are handed
 * in, nothing waits here. How fast calls go out at all is in rate.h.
 * Source: the AWS SDK reference on retry behaviour; constants as botocore 1.44 has them. */
#ifndef KT_AWS_RETRY_H
#define KT_AWS_RETRY_H

#include "base/rng.h"
#include "base/view.h"

enum {
    KT_AWS_RETRY_TOKENS = 500,
    KT_AWS_RETRY_COST = 14,
    KT_AWS_RETRY_COST_THROTTLED = 5,
};

typedef enum kt_aws_failure {
    KT_AWS_FINAL,     /* trying again can't help: validation, access, not found */
    KT_AWS_TRANSIENT, /* connection, timeout, 500, 502, 503, 504 */
    KT_AWS_THROTTLED,
    KT_AWS_SKEWED, /* the clock is off: correct it and try once more */
    KT_AWS_STALE,  /* the credentials have expired: fetch new ones and try once more */
    KT_AWS_FULL    /* ServiceQuotaExceeded: hold the submission until one of ours ends */
} kt_aws_failure;
/* By HTTP status (0: no answer) and error code, which may be empty. */
kt_aws_failure kt_aws_failure_of(int status, kt_view code);

/* The retry quota of one client: failures use it up, so that a service in trouble is not asked three times as often. */
typedef struct kt_aws_retry_quota {
    int tokens;
} kt_aws_retry_quota;
void kt_aws_retry_quota_init(kt_aws_retry_quota *quota);

/* The retries of one call. */
typedef struct kt_aws_retry {
    int attempt; /* 1: the first try */
    int attempts_most;
    int taken; /* tokens that the last retry cost */
} kt_aws_retry;
void kt_aws_retry_init(kt_aws_retry *retry, int attempts_most);
/* After a failed try that is KT_AWS_TRANSIENT or KT_AWS_THROTTLED: true with the time to wait before the next one, or
 * false. retry_after_ms: the header x-amz-retry-after, 0: none. */
bool kt_aws_retry_again(kt_aws_retry *retry, kt_aws_retry_quota *quota, kt_aws_failure failure, int64_t retry_after_ms,
                        kt_rng *rng, int64_t *wait_ns);
/* After a success: gives back what the last retry cost, or one token. */
void kt_aws_retry_done(kt_aws_retry *retry, kt_aws_retry_quota *quota);

#endif
