/* SPDX-License-Identifier: Apache-2.0 */
/* call.h - one call of a client: what was asked, by whom, and the ways to answer in the wire form of its service.
 * A handler answers exactly once, now or later; the call is gone afterwards. */
#ifndef KT_SANDBOX_CALL_H
#define KT_SANDBOX_CALL_H

#include "base/json.h"
#include "sandbox/sandbox.h"

typedef enum kt_service {
    KT_SERVICE_BRAKET, /* rest-json */
    KT_SERVICE_S3,     /* rest-xml */
    KT_SERVICE_STS,    /* query, XML */
    KT_SERVICE_IAM,    /* query, XML */
    KT_SERVICE_ECR,    /* json 1.1 */
    KT_SERVICE_PRICES, /* the price-list files: plain GET, unsigned */
    KT_SERVICE_ADMIN,  /* /_sandbox/ */
    KT_SERVICE_UNKNOWN
} kt_service;

enum { KT_PATH_SEGMENTS_MOST = 16 };

typedef struct kt_call kt_call;
struct kt_call {
    kt_sandbox *sandbox;
    kt_http_exchange *exchange;
    const kt_http_request *request;
    kt_arena *arena; /* of the exchange: lives until the answer */
    kt_service service;
    const char *operation; /* "CreateQuantumTask"; for quotas, faults and the log */
    const char *region;    /* from the signature's scope, else us-east-1 */
    const char *account;   /* the caller's */
    const char *access_key;
    kt_view segments[KT_PATH_SEGMENTS_MOST]; /* of the raw path, split at '/', each decoded once, in the arena */
    size_t segment_count;
    kt_json *body; /* of a JSON service, an object; owned by the call */
    const char *request_id;
    kt_http_fault fault; /* what the world does to the answer */
};

/* The value of a query parameter, decoded, in the arena; data NULL: absent. nth from 0 for repeated ones. */
kt_view kt_call_query(const kt_call *call, const char *name, size_t nth);
/* A parameter of a query-protocol body or of the query string (Action=...&Version=...). */
kt_view kt_call_form(const kt_call *call, const char *name);

/* The answers. Each takes its body. Every one carries x-amzn-RequestId (S3: x-amz-request-id and x-amz-id-2). */
void kt_call_json(kt_call *call, int status, kt_buf *take_body);
void kt_call_xml(kt_call *call, int status, kt_buf *take_body); /* `take_body` begins after the XML declaration */
void kt_call_reply(kt_call *call, const kt_http_reply *reply);  /* anything else (S3 objects, files) */
/* An error in the wire form of the call's service: rest-json (x-amzn-ErrorType and {"message"}), S3's <Error>, the
 * query protocol's <ErrorResponse>, json 1.1's __type. */
void kt_call_error(kt_call *call, int status, const char *code, const char *format, ...) KT_PRINTF(4, 5);
/* Our own failure: 500 InternalServiceException (S3: InternalError) and a line in the log. */
void kt_call_failed(kt_call *call, const kt_error *err);

/* Entry points of the services; route.c calls them when the call is authenticated, not throttled and not faulted. */
void kt_braket_handle(kt_call *call);
void kt_s3_handle(kt_call *call);
void kt_sts_handle(kt_call *call);
void kt_iam_handle(kt_call *call);
void kt_ecr_handle(kt_call *call);
void kt_prices_handle(kt_call *call);
void kt_admin_handle(kt_call *call);

/* How large a body route.c lets in for this request head. */
uint64_t kt_s3_body_most(const kt_http_request *head);

#endif
