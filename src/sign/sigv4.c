/* SPDX-License-Identifier: Apache-2.0 */
/* sigv4.c - from a canonical request to its signature, and the comparing of one with what a client sent. */
#include "sign/sign_priv.h"

#include <openssl/crypto.h>
#include <string.h>

enum { SECRET_BYTES_MOST = 256, CANONICAL_BYTES_MOST = 1024 * 1024 };

int kt_sign_string(kt_view amz_date, const kt_sign_scope *scope, kt_view canonical_request, kt_buf *out, kt_error *err)
{
    char digest[KT_SHA256_HEX + 1];
    kt_sha256_hex(canonical_request.data, canonical_request.length, digest);
    kt_buf_adds(out, KT_SIGN_ALGORITHM "\n");
    kt_buf_add(out, amz_date.data, amz_date.length);
    kt_buf_addc(out, '\n');
    kt_buf_add(out, scope->date.data, scope->date.length);
    kt_buf_addc(out, '/');
    kt_buf_add(out, scope->region.data, scope->region.length);
    kt_buf_addc(out, '/');
    kt_buf_add(out, scope->service.data, scope->service.length);
    kt_buf_adds(out, "/" KT_SIGN_TERMINATOR "\n");
    kt_buf_add(out, digest, KT_SHA256_HEX);
    return kt_buf_check(out, err, "a string to sign");
}

/* A secret longer than any that AWS gives out counts with its first 256 bytes. */
void kt_sign_key(kt_view secret, const kt_sign_scope *scope, uint8_t out[KT_SHA256_BYTES])
{
    char start[4 + SECRET_BYTES_MOST] = "AWS4";
    const size_t length = secret.length < SECRET_BYTES_MOST ? secret.length : SECRET_BYTES_MOST;
    if (length > 0)
        memcpy(start + 4, secret.data, length);
    kt_hmac_sha256(start, 4 + length, scope->date.data, scope->date.length, out);
    kt_hmac_sha256(out, KT_SHA256_BYTES, scope->region.data, scope->region.length, out);
    kt_hmac_sha256(out, KT_SHA256_BYTES, scope->service.data, scope->service.length, out);
    kt_hmac_sha256(out, KT_SHA256_BYTES, KT_SIGN_TERMINATOR, strlen(KT_SIGN_TERMINATOR), out);
    OPENSSL_cleanse(start, sizeof(start));
}

void kt_sign_signature(const uint8_t key[KT_SHA256_BYTES], kt_view string_to_sign, char out[KT_SHA256_HEX + 1])
{
    uint8_t mac[KT_SHA256_BYTES];
    kt_hmac_sha256(key, KT_SHA256_BYTES, string_to_sign.data, string_to_sign.length, mac);
    kt_hex(mac, sizeof(mac), out);
}

typedef struct check {
    const kt_sign_request *request;
    const kt_sign_claim *claim;
    const uint8_t *key;
    kt_buf *canonical, *string_to_sign;
} check;

/* 1: it is the signature; 0: it is not; or a negative code. */
static int matches(const check *c, bool without_default_port, kt_error *err)
{
    const kt_canonical_options options = { .signed_headers = c->claim->signed_headers,
                                           .service = c->claim->scope.service,
                                           .without_signature = c->claim->style == KT_SIGN_QUERY,
                                           .without_default_port = without_default_port };
    char expected[KT_SHA256_HEX + 1];
    kt_buf_clear(c->canonical);
    kt_buf_clear(c->string_to_sign);
    int rc = kt_sign_canonical_with(c->request, &options, c->canonical, err);
    if (rc == 0)
        rc = kt_sign_string(c->claim->amz_date, &c->claim->scope, kt_buf_view(c->canonical), c->string_to_sign, err);
    if (rc < 0)
        return rc;
    kt_sign_signature(c->key, kt_buf_view(c->string_to_sign), expected);
    return c->claim->signature.length == KT_SHA256_HEX &&
           CRYPTO_memcmp(expected, c->claim->signature.data, KT_SHA256_HEX) == 0;
}

static bool has_default_port(const kt_sign_request *request)
{
    const kt_sign_header *host = kt_sign_header_find(request, "host");
    const kt_view value = host == NULL ? (kt_view){ 0 } : kt_view_trim(host->value);
    return (value.length > 3 && memcmp(value.data + value.length - 3, ":80", 3) == 0) ||
           (value.length > 4 && memcmp(value.data + value.length - 4, ":443", 4) == 0);
}

int kt_sign_verify_key(const kt_sign_request *request, const kt_sign_claim *claim, const uint8_t key[KT_SHA256_BYTES],
                       kt_buf *canonical, kt_buf *string_to_sign, kt_error *err)
{
    const check c = { request, claim, key, canonical, string_to_sign };
    int rc = matches(&c, false, err);
    if (rc == 0 && has_default_port(request))
        rc = matches(&c, true, err);
    if (rc < 0)
        return rc;
    return rc == 1 ? 0 : kt_fail(err, KT_E_INVALID, "the signature does not match the request");
}

int kt_sign_verify(const kt_sign_request *request, const kt_sign_claim *claim, kt_view secret, kt_buf *canonical,
                   kt_buf *string_to_sign, kt_error *err)
{
    KT_BUF_OWN own_canonical;
    KT_BUF_OWN own_string;
    uint8_t key[KT_SHA256_BYTES];
    kt_buf_init(&own_canonical, CANONICAL_BYTES_MOST);
    kt_buf_init(&own_string, CANONICAL_BYTES_MOST);
    kt_sign_key(secret, &claim->scope, key);
    const int rc = kt_sign_verify_key(request, claim, key, canonical == NULL ? &own_canonical : canonical,
                                      string_to_sign == NULL ? &own_string : string_to_sign, err);
    OPENSSL_cleanse(key, sizeof(key));
    return rc;
}
