/* SPDX-License-Identifier: Apache-2.0 */
/* s3_copy.h - the source of a copy: x-amz-copy-source, read, judged and made ready to be taken in. */
#ifndef KT_SANDBOX_S3_COPY_H
#define KT_SANDBOX_S3_COPY_H

#include "sandbox/s3_put.h"

typedef struct kt_s3_copy_source {
    const char *bucket;
    kt_view key, etag; /* all in the call's arena */
    uint64_t bytes;
    kt_s3_meta meta; /* its own */
    kt_view checksums;
    kt_s3_source source; /* memory, or a file that is open */
    const char *path;    /* of that file; NULL: none */
} kt_s3_copy_source;
/* Refuses the call itself and returns false when it can't be copied. A file is closed by kt_s3_copy_close. */
bool kt_s3_copy_open(const kt_s3 *s3, kt_s3_copy_source *out);
void kt_s3_copy_close(kt_s3_copy_source *source);

#endif
