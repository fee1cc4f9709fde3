/* SPDX-License-Identifier: Apache-2.0 */
/* upload.h - an object of any size from a file to S3: in one call when it is small, in parts, several at once, when it
 * is big. What can't be finished is given up, so that no parts are left behind to be paid for. */
#ifndef KT_AWS_UPLOAD_H
#define KT_AWS_UPLOAD_H

#include "aws/call.h"

enum { KT_AWS_PART_BYTES = 16 << 20, KT_AWS_PARTS_MOST = 10000, KT_AWS_PARTS_AT_ONCE = 4 };

typedef struct kt_aws_upload_input {
    const char *region; /* NULL: the settings'; texts are copied */
    const char *bucket, *key;
    const char *owner;   /* the account that the bucket must belong to; NULL: any */
    int file;            /* read with pread, not closed; open until `done` */
    uint64_t bytes;      /* of the file, from its start */
    uint64_t part_bytes; /* 0: 16 MiB, or more when that would be over 10,000 parts; S3 takes none below 5 MiB */
} kt_aws_upload_input;

/* Exactly once, from the loop, never when the starting call failed. */
typedef void kt_aws_uploaded(void *ctx, int rc, const kt_error *err);
/* Errors: KT_E_LIMIT above 5 TiB; KT_E_NOMEM; those of a call, with the object's name. */
int kt_aws_upload(kt_aws *aws, const kt_aws_upload_input *input, kt_aws_uploaded *done, void *ctx, kt_error *err);

#endif
