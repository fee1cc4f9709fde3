/* SPDX-License-Identifier: Apache-2.0 */
/* aws_chunked.h - the aws-chunked content coding of S3 uploads: chunk sizes, chunk signatures, trailers. A push parser:
 * bytes in, decoded bytes out to a callback. */
#ifndef KT_SIGN_AWS_CHUNKED_H
#define KT_SIGN_AWS_CHUNKED_H

#include "sign/sigv4.h"

typedef struct kt_aws_chunked kt_aws_chunked;

typedef struct kt_aws_chunked_options {
    bool is_signed;   /* chunk signatures are expected and checked */
    bool has_trailer; /* ...-TRAILER: header lines follow the last chunk */
    uint8_t signing_key[KT_SHA256_BYTES];
    kt_view amz_date;          /* copied */
    kt_sign_scope scope;       /* copied */
    kt_view seed_signature;    /* of the request itself; copied */
    uint64_t decoded_bytes;    /* x-amz-decoded-content-length: must be met exactly */
    uint64_t chunk_bytes_most; /* 0: 16 MiB */
    int (*data)(void *ctx, kt_view bytes, kt_error *err);
    int (*trailer)(void *ctx, kt_view name, kt_view value, kt_error *err); /* may be NULL */
    void *ctx;
} kt_aws_chunked_options;

int kt_aws_chunked_new(const kt_aws_chunked_options *options, kt_aws_chunked **out, kt_error *err);
void kt_aws_chunked_free(kt_aws_chunked *c); /* NULL is fine */
KT_DEFINE_FREEP(kt_aws_chunked)
/* Data is handed on before the signature of its chunk is known: it is good only once _end has returned 0.
 * KT_E_SYNTAX: malformed; KT_E_INVALID: a chunk's signature does not match; KT_E_LIMIT. */
int kt_aws_chunked_put(kt_aws_chunked *c, kt_view bytes, kt_error *err);
int kt_aws_chunked_end(kt_aws_chunked *c, kt_error *err); /* KT_E_SYNTAX when something is missing */

#endif
