/* SPDX-License-Identifier: Apache-2.0 */
/* s3_ingest.h - bytes on their way into a row or a file: a request's body, or parts of what is stored. They are decoded
 * (aws-chunked), summed and laid down in one pass that knows neither the database nor HTTP, so any thread may do it. */
#ifndef KT_SANDBOX_S3_INGEST_H
#define KT_SANDBOX_S3_INGEST_H

#include "sandbox/object_priv.h"
#include "sign/aws_chunked.h"

/* Memory when fd is negative and file NULL. */
typedef struct kt_s3_source {
    kt_view memory;
    int fd;           /* read from `offset`, its position is left alone; the caller's */
    const char *file; /* an object's or part's, opened when its turn comes */
    uint64_t offset, bytes;
} kt_s3_source;

typedef struct kt_s3_ingest {
    /* given */
    const char *state_dir;
    const kt_crc_tables *tables;
    const kt_s3_source *sources;
    size_t source_count;
    bool is_chunked;
    kt_aws_chunked_options chunked; /* its callbacks are set here */
    size_t memory_most;             /* so long a body stays in memory */
    bool memory_only;               /* a longer one is refused */
    bool needs_file;                /* even an empty one goes into a file */
    uint64_t bytes_most;
    const char *link_from; /* a file that is the whole body: linked when the file system can; NULL */
    kt_sums sums;          /* wanted, expected, trailing; found is filled */
    /* made */
    uint64_t bytes;
    kt_view body;                    /* when it stays in memory; lives as long as this and the source */
    char file[KT_OBJECT_FILE_BYTES]; /* else; "" when none. Whoever names it in a row clears it */
    kt_s3_code refusal;              /* the client's fault, with its text (NULL: the table's) */
    const char *refusal_text;
    /* its own */
    kt_buf memory;
    kt_summer summer;
    int fd;
} kt_s3_ingest;

/* 0 (look at `refusal`), or our own failure: KT_E_IO, KT_E_NOMEM; KT_E_NOT_FOUND: a source's file is gone. */
int kt_s3_ingest_run(kt_s3_ingest *in, kt_error *err);
void kt_s3_ingest_fini(kt_s3_ingest *in); /* removes a file that nobody took; a zeroed one is fine */

#endif
