/* SPDX-License-Identifier: Apache-2.0 */
/* s3_condition.h - If-Match and its kin, byte ranges, and dates as HTTP writes them. */
#ifndef KT_SANDBOX_S3_CONDITION_H
#define KT_SANDBOX_S3_CONDITION_H

#include "sandbox/s3_priv.h"

typedef struct kt_s3_conditions {
    kt_view match, none_match, modified_since, unmodified_since; /* data NULL: not asked */
} kt_s3_conditions;
typedef enum kt_s3_verdict { KT_S3_GO, KT_S3_NOT_MODIFIED, KT_S3_FAILED } kt_s3_verdict;
/* For reading and copying. A date that can't be read is no condition. Source: RFC 9110, section 13.2.2. */
kt_s3_verdict kt_s3_judge(const kt_s3_conditions *conditions, kt_view etag, int64_t modified_ns);
bool kt_s3_etag_listed(kt_view list, kt_view etag); /* in `"a", W/"b", *`; quotes may be missing */

/* For writing: If-None-Match: * and If-Match: etag. */
typedef struct kt_s3_guard {
    bool must_be_new;
    kt_view must_match; /* data NULL: not asked */
} kt_s3_guard;
kt_s3_code kt_s3_guard_read(const kt_s3 *s3, kt_s3_guard *out);
/* In a writer's job: whether the object that is there now lets the write pass. Negative: our own failure. */
int kt_s3_guard_check(const kt_s3_guard *guard, kt_db *db, const char *bucket, kt_view key, kt_s3_code *out,
                      kt_error *err);

/* "bytes=0-99", "bytes=100-", "bytes=-5" of `whole` bytes. */
typedef enum kt_s3_range {
    KT_S3_WHOLE /* none, or not understood: S3 gives all */,
    KT_S3_PART,
    KT_S3_OUTSIDE
} kt_s3_range;
kt_s3_range kt_s3_range_read(kt_view text, uint64_t whole, uint64_t *offset, uint64_t *bytes);

enum { KT_HTTP_DATE_BYTES = 30 };
void kt_http_date_text(int64_t wall_ns, char out[KT_HTTP_DATE_BYTES]); /* Sun, 06 Nov 1994 08:49:37 GMT */
bool kt_http_date_parse(kt_view text, int64_t *seconds);

#endif
