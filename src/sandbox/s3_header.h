/* SPDX-License-Identifier: Apache-2.0 */
/* s3_header.h - headers that are kept with an object and come back with it, and the headers of an answer. Kept ones are
 * lines "name:value\n", which is how an answer needs them. */
#ifndef KT_SANDBOX_S3_HEADER_H
#define KT_SANDBOX_S3_HEADER_H

#include "sandbox/s3_priv.h"

typedef struct kt_s3_meta {
    kt_view content_type; /* never NULL */
    kt_view lines;        /* data NULL: none */
    kt_view tags;         /* of x-amz-tagging, as XML; data NULL: none */
} kt_s3_meta;
/* From the request's headers, in the call's arena. Refuses the call itself and returns false when they are wrong. */
bool kt_s3_meta_read(const kt_s3 *s3, kt_s3_meta *out);

/* Headers of an answer, in the call's arena; what does not fit is left out (KT_S3_HEADERS_MOST). */
typedef struct kt_s3_answer {
    const kt_s3 *s3;
    kt_http_header headers[KT_S3_HEADERS_MOST];
    size_t count;
} kt_s3_answer;
void kt_s3_answer_add(kt_s3_answer *answer, const char *name, kt_view value); /* a NULL value: nothing */
void kt_s3_answer_etag(kt_s3_answer *answer, kt_view etag);                   /* put into quotes */
void kt_s3_answer_lines(kt_s3_answer *answer, kt_view lines);
void kt_s3_answer_encryption(kt_s3_answer *answer, kt_view lines); /* AES256 unless the lines say something else */
void kt_s3_answer_send(const kt_s3_answer *answer, int status);    /* without a body */
void kt_s3_xml_etag(kt_buf *out, kt_view etag);                    /* <ETag>&quot;...&quot;</ETag> */
/* <ChecksumCRC32>...</...> and <ChecksumType> from kept lines. */
void kt_s3_xml_checksums(kt_buf *out, kt_view lines);

#endif
