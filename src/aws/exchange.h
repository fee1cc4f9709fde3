/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.h - one signed request of an operation and its answer, once: no rate, no retry. What repeats it, and why it
 * may, is in call.h; what fetches keys uses it as it is. */
#ifndef KT_AWS_EXCHANGE_H
#define KT_AWS_EXCHANGE_H

#include "aws/credentials.h"
#include "aws/protocol.h"

typedef struct kt_aws_exchange_order {
    kt_http_client *client;
    const kt_aws_service *service;
    const kt_aws_operation *operation;
    const kt_aws_endpoint *endpoint;
    const kt_json *members;                 /* NULL: {} */
    const kt_credentials *credentials;      /* copied; NULL: unsigned */
    int64_t now_ns;                         /* as the service's clock has it */
    const kt_http_header *unsigned_headers; /* sent, not signed */
    size_t unsigned_count;
    kt_view body; /* of S3: the object; borrowed until `done` */
    int body_file;
    uint64_t body_offset, body_bytes;
    bool to_file;
    int answer_file;
    uint64_t answer_offset, answer_bytes_most;
    kt_http_patience patience;
    bool never_twice; /* on a connection of its own, so that not even libcurl repeats it */
} kt_aws_exchange_order;

typedef struct kt_aws_exchange_result {
    const kt_http_response *response;
    kt_json *members;   /* of a success that is no object's bytes; borrowed; else NULL */
    kt_aws_fault fault; /* of an answer that is no success; code "" when there was none */
    int rc;             /* 0: a success; else what to tell: KT_E_NETWORK, KT_E_AWS, ... */
    kt_error error;
} kt_aws_exchange_result;

typedef struct kt_aws_exchange kt_aws_exchange;
/* `done` is called once, from the loop, never when this fails. *out (may be NULL) is good until then. */
int kt_aws_exchange_start(const kt_aws_exchange_order *order,
                          void (*done)(void *ctx, const kt_aws_exchange_result *result), void *ctx,
                          kt_aws_exchange **out, kt_error *err);
void kt_aws_exchange_cancel(kt_aws_exchange *exchange);

#endif
