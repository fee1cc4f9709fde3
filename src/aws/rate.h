/* SPDX-License-Identifier: Apache-2.0 */
/* rate.h - how fast the calls of one operation may go out, so that a thousand submissions don't bounce: a bucket with
 * the documented rate and burst, and, once the service has throttled in adaptive mode, the cubic rate of AWS's clients;
 * the slower one counts. Pure: time is handed in.
 * Source: Braket's quotas page; botocore 1.44's adaptive mode. */
#ifndef KT_AWS_RATE_H
#define KT_AWS_RATE_H

#include "base/base.h"

/* Tokens that come in at a steady rate. A call takes one, in advance if there is none left, and waits until it would
 * have come; so calls that wait are spaced, first come, first served. */
typedef struct kt_aws_bucket {
    double per_second, most, tokens; /* tokens below 0: that many calls wait already */
    int64_t filled_ns;
} kt_aws_bucket;

typedef struct kt_aws_rate {
    kt_aws_bucket quota; /* per_second 0: none is known */
    bool is_adapted;     /* throttled once, in adaptive mode */
    kt_aws_bucket adapted;
    double max_rate; /* of the last throttled call: where the cubic curve is flat */
    double rise_s;   /* how long the curve takes back to it */
    int64_t throttled_ns;
    double measured_rate;         /* answers a second, smoothed */
    int64_t measured_ns, answers; /* since when they are counted, and how many */
} kt_aws_rate;

void kt_aws_rate_init(kt_aws_rate *rate, double per_second, double burst, int64_t now_ns);
/* Takes one token and says how long to wait before using it. */
int64_t kt_aws_rate_take(kt_aws_rate *rate, int64_t now_ns);
/* An answer has come. */
void kt_aws_rate_heard(kt_aws_rate *rate, bool was_throttled, bool is_adaptive, int64_t now_ns);

#endif
