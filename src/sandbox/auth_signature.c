/* SPDX-License-Identifier: Apache-2.0 */
/* auth_signature.c - whether a request's signature and the hash of its body are right. The hash is computed here, never
 * believed; a body too long for the loop's thread is hashed by the worker that stores it. */
#include "sandbox/auth_priv.h"
#include "sandbox/sandbox_priv.h"

#include "sign/digest.h"

#include <openssl/crypto.h>
#include <string.h>

static const char empty_hash[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

int kt_auth_sign_request(const kt_call *call, kt_sign_request *out, kt_error *err)
{
    const kt_http_request *request = call->request;
    kt_sign_header *headers = KT_ARENA_ARRAY(call->arena, kt_sign_header, request->header_count + 1);
    if (headers == NULL)
        return kt_fail_nomem(err, request->header_count * sizeof(*headers), "a request's headers");
    for (size_t i = 0; i < request->header_count; i++)
        headers[i] = (kt_sign_header){ request->headers[i].name, request->headers[i].value };
    *out = (kt_sign_request){ .method = request->method,
                              .path = request->path,
                              .query = request->query,
                              .headers = headers,
                              .header_count = request->header_count };
    return 0;
}

/* ---- the body ---- */

static int hash_body(const kt_http_request *request, char out[KT_SHA256_HEX + 1], kt_error *err)
{
    if (request->body_fd >= 0)
        return kt_sha256_file_hex(request->body_fd, 0, request->body_bytes, out, err);
    if (request->body.length == 0)
        memcpy(out, empty_hash, sizeof(empty_hash));
    else
        kt_sha256_hex(request->body.data, request->body.length, out);
    return 0;
}

static bool is_digest(kt_view text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!(text.data[i] >= '0' && text.data[i] <= '9') && !(text.data[i] >= 'a' && text.data[i] <= 'f'))
            return false;
    return text.length == KT_SHA256_HEX;
}

static bool is_unsigned(kt_view hash)
{
    static const char *const words[] = { "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                                         "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                         "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" };
    for (size_t i = 0; i < KT_COUNT(words); i++)
        if (kt_view_is(hash, words[i]))
            return true;
    return false;
}

/* What S3 signs is the header's value; whether the body is of it is looked at when that is known to be the client's. */
static bool has_s3_hash(kt_call *call, const kt_auth_claim *claim, kt_view *out)
{
    *out = kt_view_trim(kt_http_header_get(call->request, "x-amz-content-sha256"));
    if (is_digest(*out) || is_unsigned(*out))
        return true;
    if (out->length == 0 && claim->claim.style == KT_SIGN_QUERY) {
        *out = kt_view_of("UNSIGNED-PAYLOAD");
        return true;
    }
    if (out->length == 0)
        kt_auth_refuse_s3(
            call, 400, "InvalidRequest",
            &(kt_refusal_words){ .message = "Missing required header for this request: x-amz-content-sha256" });
    else
        kt_auth_refuse_s3(
            call, 400, "InvalidArgument",
            &(kt_refusal_words){ .message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
                                            "STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, "
                                            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value." });
    return false;
}

static bool is_s3_body_good(kt_call *call, kt_view hash)
{
    char computed[KT_SHA256_HEX + 1];
    kt_error err = { 0 };
    if (!is_digest(hash) || call->request->body_fd >= 0) /* a long body is compared by a worker, see s3_ingest.c */
        return true;
    if (hash_body(call->request, computed, &err) < 0) {
        kt_call_failed(call, &err);
        return false;
    }
    if (kt_view_is(hash, computed))
        return true;
    const kt_refusal_extra extras[] = { { "ClientComputedContentSHA256", hash },
                                        { "S3ComputedContentSHA256", kt_view_of(computed) } };
    kt_auth_refuse_s3(
        call, 400, "XAmzContentSHA256Mismatch",
        &(kt_refusal_words){ .message = "The provided 'x-amz-content-sha256' header does not match what was computed.",
                             .extras = extras,
                             .extra_count = KT_COUNT(extras) });
    return false;
}

/* ---- the signature ---- */

static void signing_key(kt_auth *auth, const kt_auth_claim *claim, uint8_t out[KT_SHA256_BYTES])
{
    const kt_view credential = claim->claim.credential;
    kt_signing_key *slot = &auth->signing_keys[kt_view_hash(credential, 0) % SIGNING_KEYS];
    if (slot->length == credential.length && memcmp(slot->credential, credential.data, credential.length) == 0) {
        memcpy(out, slot->key, KT_SHA256_BYTES);
        return;
    }
    kt_sign_key(kt_view_of(claim->key->secret), &claim->claim.scope, out);
    if (credential.length > sizeof(slot->credential))
        return;
    slot->length = credential.length;
    memcpy(slot->credential, credential.data, credential.length);
    memcpy(slot->key, out, KT_SHA256_BYTES);
}

/* The bytes in hexadecimal, as S3 shows them: "41 57 53". */
static kt_view bytes_shown(kt_arena *arena, kt_view text)
{
    static const char digits[] = "0123456789abcdef";
    char *shown = kt_arena_alloc(arena, text.length * 3 + 1);
    if (shown == NULL)
        return (kt_view){ 0 };
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        memcpy(shown + 3 * i, (const char[]){ digits[byte >> 4], digits[byte & 15], ' ' }, 3);
    }
    return (kt_view){ shown, text.length == 0 ? 0 : text.length * 3 - 1 };
}

static void refuse_mismatch(kt_auth *auth, kt_call *call, const kt_auth_claim *claim)
{
    const kt_view canonical = kt_buf_view(&auth->canonical), string = kt_buf_view(&auth->string_to_sign);
    if (call->service == KT_SERVICE_S3) {
        const kt_refusal_extra extras[] = { { "AWSAccessKeyId", claim->claim.access_key },
                                            { "StringToSign", string },
                                            { "SignatureProvided", claim->claim.signature },
                                            { "StringToSignBytes", bytes_shown(call->arena, string) },
                                            { "CanonicalRequest", canonical },
                                            { "CanonicalRequestBytes", bytes_shown(call->arena, canonical) } };
        kt_auth_refuse(call, KT_REFUSE_MISMATCH,
                       &(kt_refusal_words){ .extras = extras, .extra_count = KT_COUNT(extras) });
        return;
    }
    const char *message = kt_arena_printf(
        call->arena,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this "
        "request should have been\n'%.*s'\n\nThe String-to-Sign should have been\n'%.*s'\n",
        KT_VIEW_ARG(canonical), KT_VIEW_ARG(string));
    kt_auth_refuse(call, KT_REFUSE_MISMATCH, &(kt_refusal_words){ .message = message }); /* NULL: the usual words */
}

static bool is_signature_good(kt_auth *auth, kt_call *call, const kt_auth_claim *claim, kt_view payload_hash)
{
    kt_sign_request request;
    uint8_t key[KT_SHA256_BYTES];
    kt_error err = { 0 };
    int rc = kt_auth_sign_request(call, &request, &err);
    if (rc == 0) {
        request.payload_hash = payload_hash;
        signing_key(auth, claim, key);
        rc = kt_sign_verify_key(&request, &claim->claim, key, &auth->canonical, &auth->string_to_sign, &err);
        OPENSSL_cleanse(key, sizeof(key));
    }
    if (rc == KT_E_INVALID)
        refuse_mismatch(auth, call, claim);
    else if (rc == KT_E_LIMIT)
        kt_auth_refuse(call, KT_REFUSE_INCOMPLETE, &(kt_refusal_words){ .message = err.message });
    else if (rc < 0)
        kt_call_failed(call, &err);
    return rc == 0;
}

static bool is_other_good(kt_auth *auth, kt_call *call, const kt_auth_claim *claim)
{
    char computed[KT_SHA256_HEX + 1];
    kt_error err = { 0 };
    const kt_view said = kt_view_trim(kt_http_header_get(call->request, "x-amz-content-sha256"));
    if (kt_view_is(said, "UNSIGNED-PAYLOAD"))
        return is_signature_good(auth, call, claim, said);
    if (hash_body(call->request, computed, &err) < 0) {
        kt_call_failed(call, &err);
        return false;
    }
    return is_signature_good(auth, call, claim, kt_view_of(computed));
}

bool kt_auth_signature_is_good(kt_auth *auth, kt_call *call, const kt_auth_claim *claim)
{
    kt_view hash;
    if (call->service != KT_SERVICE_S3)
        return is_other_good(auth, call, claim);
    return has_s3_hash(call, claim, &hash) && is_signature_good(auth, call, claim, hash) && is_s3_body_good(call, hash);
}
