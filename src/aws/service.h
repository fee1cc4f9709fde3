/* SPDX-License-Identifier: Apache-2.0 */
/* service.h - the services that Ketch calls and their operations, as rows. A protocol is written once, in protocol_*.c;
 * what differs between operations is here. Adding an operation is adding a row. */
#ifndef KT_AWS_SERVICE_H
#define KT_AWS_SERVICE_H

#include "base/error.h"

typedef enum kt_aws_protocol {
    KT_AWS_REST_JSON,
    KT_AWS_REST_XML,
    KT_AWS_QUERY,
    KT_AWS_JSON_1_0,
    KT_AWS_JSON_1_1
} kt_aws_protocol;

/* Why a call may be sent twice. */
typedef enum kt_aws_once {
    KT_AWS_ONCE_BY_READ,  /* it changes nothing */
    KT_AWS_ONCE_BY_STATE, /* sent twice it leaves the same behind: PUT of an object, DELETE, cancel, tag */
    KT_AWS_ONCE_BY_TOKEN, /* the member `token` makes the second one find the first */
    KT_AWS_ONCE_BY_NONE   /* only when nothing of the first has left this machine */
} kt_aws_once;

typedef enum kt_aws_cost { KT_AWS_FREE, KT_AWS_PAID } kt_aws_cost; /* PAID needs a permit (aws/permit.h) */

/* Where a member goes, or how, when it is not simply in the body under its name. */
typedef enum kt_aws_place {
    KT_AWS_IN_QUERY, /* a list repeats the name */
    KT_AWS_IN_HEADER,
    KT_AWS_IN_HEADER_MAP, /* wire is what every name begins with: "x-amz-meta-" */
    KT_AWS_AS_MAP,        /* query protocol: an object whose names are data; wire: "key/value" or "Name/Value" */
    KT_AWS_AS_PAYLOAD,    /* rest-xml: this member is the body; wire: the root element's name */
    KT_AWS_AS_ITEMS       /* rest-xml: a list without an element of its own; wire: the name of its items */
} kt_aws_place;
typedef struct kt_aws_member {
    const char *name, *wire; /* "tagKeys" -> "tagKeys" */
    kt_aws_place place;
} kt_aws_member;

typedef struct kt_aws_operation {
    const char *name;   /* "CreateQuantumTask" */
    const char *method; /* "POST" */
    const char *path;   /* "/quantum-task/{quantumTaskArn}/cancel"; "{Key+}" keeps slashes; may carry "?uploads" */
    kt_aws_once once;
    kt_aws_cost cost;
    const char *token;        /* the member that is an idempotency token and gets a UUID when absent; NULL: none */
    bool without_body;        /* members beyond path, query and header are refused */
    bool raw_answer;          /* a 2xx body is an object\'s bytes, not members */
    bool unsigned_call;       /* AssumeRoleWithWebIdentity, the SSO portal */
    double per_second, burst; /* Braket's documented quota, which seeds the client's rate; 0: none known */
    const kt_aws_member *members;
    size_t member_count;
} kt_aws_operation;

typedef struct kt_aws_service {
    const char *id;           /* "Braket", "CloudWatch Logs": AWS_ENDPOINT_URL_CLOUDWATCH_LOGS, `cloudwatch_logs =` */
    const char *signing_name; /* "braket", "logs" */
    kt_aws_protocol protocol;
    const char *version;                                          /* "2019-09-01" */
    const char *target;                                           /* "Logs_20140328", of JSON 1.x; else NULL */
    const char *host;                                             /* "braket.{region}.amazonaws.com" */
    const char *host_fips, *host_dualstack, *host_fips_dualstack; /* NULL: there is none, asking for it is an error */
    const char *only_region;  /* the signature's region of a service without regions; NULL: the caller's */
    double per_second, burst; /* all operations together; 0: none known */
    const kt_aws_operation *operations;
    size_t operation_count;
} kt_aws_service;

extern const kt_aws_service kt_aws_braket, kt_aws_s3, kt_aws_sts, kt_aws_logs, kt_aws_sqs, kt_aws_sns, kt_aws_sso,
    kt_aws_sso_oidc, kt_aws_iam;
extern const kt_aws_service *const kt_aws_services[]; /* all of them, ends in NULL */
const kt_aws_operation *kt_aws_operation_find(const kt_aws_service *service, const char *name); /* NULL: none */

#endif
