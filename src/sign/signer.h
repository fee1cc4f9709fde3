/* SPDX-License-Identifier: Apache-2.0 */
/* signer.h - signs a request that is about to be sent, in its headers or in its query (a presigned URL), and keeps each
 * step so that a person can look at it. What verifies is in sigv4.h; both read the same canonical request. */
#ifndef KT_SIGN_SIGNER_H
#define KT_SIGN_SIGNER_H

#include "sign/sigv4.h"

typedef struct kt_sign_keys {
    kt_view access_key, secret;
    kt_view session_token; /* empty: none */
} kt_sign_keys;

typedef struct kt_sign_order {
    kt_sign_style style; /* KT_SIGN_HEADER or KT_SIGN_QUERY */
    kt_sign_keys keys;
    kt_view region, service;
    int64_t signed_at_ns;
    int64_t expires_s;     /* 1 .. KT_SIGN_EXPIRES_MOST_S; of a query only */
    bool token_after;      /* the session token is added when the request has been signed, and is not part of it */
    bool keep_path;        /* dot segments and double slashes stay in the canonical path */
    bool with_body_header; /* x-amz-content-sha256 is added, and signed; of headers only */
} kt_sign_order;

enum { KT_SIGN_ADDED_MOST = 4 };

/* Everything lies in the arena, or is borrowed from the request or the order. */
typedef struct kt_signed {
    kt_sign_header added[KT_SIGN_ADDED_MOST]; /* to be sent besides the request's own headers; authorization is last */
    size_t added_count;
    kt_view query; /* to be sent: the request's own, or with the signature in it */
    kt_view canonical_request, string_to_sign, signed_headers, signature;
} kt_signed;

/* Whether the signer sets this header, so that one in the request is left out and must not be sent. */
bool kt_sign_sets_header(const kt_sign_order *order, kt_view name);

/* Signs `request`, whose payload_hash must be set. What an earlier signature left in it (headers, parameters) is passed
 * over. Errors: KT_E_INVALID (no host, keys or scope; a life out of range), KT_E_LIMIT, KT_E_NOMEM. */
int kt_sign_make(const kt_sign_request *request, const kt_sign_order *order, kt_arena *arena, kt_signed *out,
                 kt_error *err);

#endif
