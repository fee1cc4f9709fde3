/* SPDX-License-Identifier: Apache-2.0 */
/* bucket.h - where results go: the bucket of a region, looked up, checked and made once, however many tasks wait. */
#ifndef KT_TASK_BUCKET_H
#define KT_TASK_BUCKET_H

#include "aws/call.h"

typedef struct kt_bucket_place {
    char bucket[64], prefix[1025];
} kt_bucket_place;

/* "s3://bucket/prefix" taken apart; prefix "tasks" when there is none. Names by S3's rules; KT_E_INVALID says which. */
int kt_bucket_parse(const char *text, kt_bucket_place *out, kt_error *err);

typedef struct kt_buckets kt_buckets;
/* s3 NULL: amazon-braket-{region}-{account}/tasks, account from the credentials or STS. */
int kt_buckets_new(kt_aws *aws, const char *s3, kt_buckets **out, kt_error *err);
void kt_buckets_free(kt_buckets *buckets); /* waiters are never called; NULL is fine */
typedef void kt_bucket_ready(void *ctx, int rc, const kt_bucket_place *place, const kt_error *err);
/* Exactly once, now or from the loop. The owner is checked (x-amz-expected-bucket-owner): a bucket of another account
 * is KT_E_INVALID and says so. The default bucket is made when missing, with public access blocked as the Amazon SDK
 * does; one that was named is not made (KT_E_NOT_FOUND). */
void kt_buckets_get(kt_buckets *buckets, const char *region, kt_bucket_ready *ready, void *ctx);

#endif
