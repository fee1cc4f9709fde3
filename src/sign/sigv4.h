/* SPDX-License-Identifier: Apache-2.0 */
/* sigv4.h - AWS Signature Version 4: canonical request, string to sign, signature; the same code signs and verifies.
 * S3 encodes the path once, all others twice. Source: the AWS documentation's algorithm; vectors in
 * tests/data/sigv4_vectors.json. */
#ifndef KT_SIGN_SIGV4_H
#define KT_SIGN_SIGV4_H

#include "base/arena.h"
#include "base/buf.h"

typedef struct kt_sign_header {
    kt_view name, value;
} kt_sign_header;

typedef struct kt_sign_request {
    kt_view method;
    kt_view path;  /* raw, as on the wire; empty means "/" */
    kt_view query; /* raw, without '?' */
    const kt_sign_header *headers;
    size_t header_count;
    kt_view payload_hash; /* what stands in the last line: 64 hex digits, UNSIGNED-PAYLOAD, STREAMING-... */
} kt_sign_request;

typedef struct kt_sign_scope {
    kt_view date; /* yyyymmdd */
    kt_view region, service;
} kt_sign_scope;

enum { KT_SHA256_BYTES = 32, KT_SHA256_HEX = 64 };
void kt_sha256(const void *data, size_t bytes, uint8_t out[KT_SHA256_BYTES]);
void kt_sha256_hex(const void *data, size_t bytes, char out[KT_SHA256_HEX + 1]);
void kt_hmac_sha256(const void *key, size_t key_bytes, const void *data, size_t bytes, uint8_t out[KT_SHA256_BYTES]);
void kt_hex(const uint8_t *data, size_t bytes, char *out); /* 2 * bytes characters and a NUL, lower case */
bool kt_unhex(kt_view text, uint8_t *out); /* its undoing: text.length / 2 bytes; false: it is none of kt_hex's */

/* Which headers are signed: names in lower case, sorted, joined by ';' (the SignedHeaders list, given or to be made).
 * without_signature leaves X-Amz-Signature out of the query. Each adds to `out`. */
int kt_sign_canonical(const kt_sign_request *request, kt_view signed_headers, kt_view service, bool without_signature,
                      kt_buf *out, kt_error *err);
int kt_sign_string(kt_view amz_date, const kt_sign_scope *scope, kt_view canonical_request, kt_buf *out, kt_error *err);
void kt_sign_key(kt_view secret, const kt_sign_scope *scope, uint8_t out[KT_SHA256_BYTES]);
void kt_sign_signature(const uint8_t key[KT_SHA256_BYTES], kt_view string_to_sign, char out[KT_SHA256_HEX + 1]);

/* "20260314T150926Z" <-> nanoseconds. */
int kt_sign_date_parse(kt_view amz_date, int64_t *wall_ns, kt_error *err);
void kt_sign_date_text(int64_t wall_ns, char out[17]);

/* The parts of an Authorization header or of a presigned query. Views into the request or, what had to be decoded, into
 * the arena. */
typedef enum kt_sign_style { KT_SIGN_NONE, KT_SIGN_HEADER, KT_SIGN_QUERY } kt_sign_style;
enum { KT_SIGN_EXPIRES_MOST_S = 7 * 24 * 3600 };
typedef struct kt_sign_claim {
    kt_sign_style style;
    kt_view credential; /* access key and scope, joined by '/' */
    kt_view access_key;
    kt_sign_scope scope;
    kt_view amz_date, signed_headers, signature, security_token;
    int64_t signed_at_ns, expires_s; /* expires_s for the query style */
} kt_sign_claim;
/* What the client claims. KT_E_NOT_FOUND: the request is not signed. KT_E_SYNTAX: an incomplete signature, the message
 * in AWS's words; *out then holds what could be read (its style, at least). KT_E_INVALID: whole, but it contradicts
 * itself (the scope's date and terminator). */
int kt_sign_claim_read(const kt_sign_request *request, kt_arena *arena, kt_sign_claim *out, kt_error *err);
/* Whether `claim` is the signature of `request` under the signing key. 0; KT_E_INVALID: it does not match. canonical
 * and string_to_sign are cleared, and hold then what was expected. A host with :80 or :443 may be signed with its port
 * or without. Compared in constant time. */
int kt_sign_verify_key(const kt_sign_request *request, const kt_sign_claim *claim, const uint8_t key[KT_SHA256_BYTES],
                       kt_buf *canonical, kt_buf *string_to_sign, kt_error *err);
/* The same, from the secret, whose key is made for this once; the buffers may be NULL. */
int kt_sign_verify(const kt_sign_request *request, const kt_sign_claim *claim, kt_view secret, kt_buf *canonical,
                   kt_buf *string_to_sign, kt_error *err);
/* Whether a name is in a SignedHeaders list, any case. */
bool kt_sign_is_listed(kt_view signed_headers, kt_view name);
/* The first header of that name (lower case); NULL: none. */
const kt_sign_header *kt_sign_header_find(const kt_sign_request *request, const char *name);

/* Percent-encoding with A-Z a-z 0-9 - _ . ~ kept (and '/' when asked). */
int kt_uri_encode(kt_view text, bool keep_slash, kt_buf *out);
/* Decodes %XX (and '+' as a blank when asked). KT_E_SYNTAX for a broken escape or a NUL. */
int kt_uri_decode(kt_view text, bool plus_is_blank, kt_buf *out, kt_error *err);

#endif
