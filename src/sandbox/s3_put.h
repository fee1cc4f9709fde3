/* SPDX-License-Identifier: Apache-2.0 */
/* s3_put.h - what PutObject, CopyObject and CompleteMultipartUpload share: an object about to be stored. */
#ifndef KT_SANDBOX_S3_PUT_H
#define KT_SANDBOX_S3_PUT_H

#include "sandbox/s3_condition.h"
#include "sandbox/s3_header.h"
#include "sandbox/s3_write.h"

typedef struct kt_s3_object_plan {
    kt_s3_guard guard;
    kt_s3_meta meta;
    kt_view checksums; /* header lines; data NULL: none */
    kt_view upload_id; /* data NULL: none */
    char etag[2 * KT_SUM_BYTES_MOST + 1];
    char checksum_text[256];
} kt_s3_object_plan;

/* ETag and kept checksums from sums that were found. */
int kt_s3_plan_sums(kt_s3_object_plan *plan, const kt_sums *sums, kt_error *err);
/* In `apply`: checks the guard and stores what write->ingest has made. */
int kt_s3_store(kt_s3_write *write, kt_s3_object_plan *plan, kt_db *db, kt_error *err);

#endif
