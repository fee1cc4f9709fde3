/* SPDX-License-Identifier: Apache-2.0 */
/* s3_upload.h - multipart uploads: begun, given parts, completed or aborted. */
#ifndef KT_SANDBOX_S3_UPLOAD_H
#define KT_SANDBOX_S3_UPLOAD_H

#include "sandbox/s3_put.h"

typedef struct kt_s3_upload {
    const char *id; /* in the call's arena, as all of it */
    kt_s3_meta meta;
    kt_sum sum;          /* KT_SUM_COUNT: none was chosen */
    bool is_full_object; /* the checksum is of all bytes, not of the parts' checksums */
} kt_s3_upload;
/* 1; 0: there is no such upload of this bucket and key; negative: our own failure. */
int kt_s3_upload_find(const kt_s3 *s3, kt_s3_upload *out, kt_error *err);
/* The same, refusing the call itself. */
bool kt_s3_upload_need(const kt_s3 *s3, kt_s3_upload *out);

#endif
