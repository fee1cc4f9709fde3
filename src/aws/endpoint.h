/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint.h - where a service listens: regional rules of each service's row, overrides in AWS's order. */
#ifndef KT_AWS_ENDPOINT_H
#define KT_AWS_ENDPOINT_H

#include "aws/service.h"
#include "aws/settings.h"

typedef struct kt_aws_endpoint {
    const char *scheme;    /* "https", "http" */
    const char *host;      /* with its port when that is not the scheme's own */
    const char *base_path; /* "" or "/prefix": without a slash at its end */
    const char *region;    /* of the signature: "us-east-1" for services without regions */
    bool is_custom;        /* overridden: S3 then puts the bucket into the path */
    const char *from;      /* which setting gave it: "AWS_ENDPOINT_URL"; NULL: none, it is the region's own */
} kt_aws_endpoint;

/* Errors: KT_E_INVALID (no region; a URL that is none; an override together with FIPS or dual stack, as AWS's clients
 * refuse it; a region with characters that no region has), KT_E_NOMEM. Texts live in the arena. */
int kt_aws_endpoint_find(const kt_aws_settings *settings, const kt_aws_service *service, const char *region,
                         kt_arena *arena, kt_aws_endpoint *out, kt_error *err);

#endif
