/* SPDX-License-Identifier: Apache-2.0 */
/* sign_args.h - what `ketch debug sign` hands over to libketch, which has the cryptography. */
#ifndef KT_BASE_SIGN_ARGS_H
#define KT_BASE_SIGN_ARGS_H

#include "base/error.h"

typedef struct kt_sign_args {
    const char *request; /* a file; "-": standard input */
    bool in_query;       /* presigned instead of an Authorization header */
    const char *region, *service;
    const char *timestamp; /* NULL: the request's X-Amz-Date, or now */
    uint64_t expires_s;
    const char *access_key, *secret_key; /* NULL: from the environment */
    const char *session_token;           /* NULL: none, or from the environment together with the keys */
    bool token_after, keep_path, sign_body;
} kt_sign_args;

/* Writes one JSON object to stdout. Returns the exit status, or a negative code with *err filled. */
typedef int kt_sign_function(const kt_sign_args *args, kt_error *err);
kt_sign_function kt_cmd_debug_sign;

#endif
