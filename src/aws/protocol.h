/* SPDX-License-Identifier: Apache-2.0 */
/* protocol.h - an operation's members as an HTTP request, and an HTTP answer as members, for each of AWS's protocols.
 * Pure: nothing is signed, sent or repeated here. */
#ifndef KT_AWS_PROTOCOL_H
#define KT_AWS_PROTOCOL_H

#include "aws/endpoint.h"
#include "base/json.h"
#include "io/http_server.h" /* kt_http_header */

enum { KT_AWS_HEADERS_MOST = 64, KT_AWS_BODY_BYTES_MOST = 64 << 20, KT_AWS_CODE_BYTES = 96 };

/* Everything lies in the arena but the body, which the caller frees. */
typedef struct kt_aws_request {
    const char *method, *scheme, *host; /* host: with the bucket in front where S3 wants it there */
    const char *path, *query;           /* as on the wire; query without '?', may be "" */
    kt_http_header headers[KT_AWS_HEADERS_MOST];
    size_t header_count;
    kt_buf body; /* empty when the call's body is an object, and when there is none */
} kt_aws_request;

/* members: an object, or NULL for {}. An absent member of the path, a value that fits nowhere (an object in a header, a
 * line end in one) or a member that the operation does not take is KT_E_INVALID and named; KT_E_LIMIT, KT_E_NOMEM. */
int kt_aws_request_make(const kt_aws_service *service, const kt_aws_operation *operation,
                        const kt_aws_endpoint *endpoint, const kt_json *members, kt_arena *arena, kt_aws_request *out,
                        kt_error *err);
void kt_aws_request_fini(kt_aws_request *request);

/* What an answer says when it is no success. */
typedef struct kt_aws_fault {
    char code[KT_AWS_CODE_BYTES]; /* "ValidationException"; the status as digits when there is nothing better */
    char message[400];            /* AWS's words; "" when there are none */
    char region[64];              /* of S3's redirects and AuthorizationHeaderMalformed: the right one; "" : none */
} kt_aws_fault;

/* A 2xx answer's members into *out, an object ({} for an empty body). The query protocol's <XResult> is unwrapped.
 * is_fault: a 200 that holds an error after all (S3's CompleteMultipartUpload), which is then in *fault.
 * Errors: KT_E_SYNTAX for a body that is none of the protocol's, KT_E_LIMIT, KT_E_NOMEM. */
int kt_aws_answer_read(const kt_aws_service *service, const kt_aws_operation *operation, kt_view body, kt_json **out,
                       bool *is_fault, kt_aws_fault *fault, kt_error *err);
/* An answer that is no success; never fails: what can't be read is left out. type: the header x-amzn-errortype. */
void kt_aws_fault_read(const kt_aws_service *service, int status, kt_view type, kt_view body, kt_aws_fault *out);

#endif
