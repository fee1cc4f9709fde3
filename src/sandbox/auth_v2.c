/* SPDX-License-Identifier: Apache-2.0 */
/* auth_v2.c - URLs that were signed beforehand in the older way (AWSAccessKeyId, Expires, Signature): boto3 and the AWS
 * CLI still make them for S3 unless they are told otherwise, and S3 takes them. Nothing else is taken in that way.
 * What is signed: method, Content-MD5, Content-Type, the end, x-amz- headers, the resource. The scheme: S3's
 * documentation, "Signing and authenticating REST requests", query string authentication. */
#include "sandbox/auth_priv.h"
#include "sandbox/s3.h"
#include "sandbox/sandbox_priv.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PARTS_MOST = 64, SHA1_BYTES = 20, SIGNATURE_BYTES = 28 };

/* Of a query string, these and no others are signed. In order. */
static const char *const signed_queries[] = {
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
};

void kt_auth_v2_read(const kt_call *call, kt_auth_claim *out)
{
    const kt_view key = kt_call_query(call, "AWSAccessKeyId", 0), signature = kt_call_query(call, "Signature", 0);
    if (key.data == NULL || signature.data == NULL || kt_call_query(call, "Expires", 0).data == NULL)
        return;
    kt_view token = kt_call_query(call, "x-amz-security-token", 0);
    if (token.data == NULL)
        token = kt_http_header_get(call->request, "x-amz-security-token");
    out->is_v2 = true;
    out->code = 0;
    out->claim = (kt_sign_claim){ .style = KT_SIGN_QUERY,
                                  .access_key = key,
                                  .signature = signature,
                                  .security_token = token,
                                  .scope = { .service = kt_view_of("s3") } };
}

/* ---- what is signed ---- */

typedef struct part {
    kt_view name, value;
} part;

static int by_name(const void *a, const void *b)
{
    const part *one = a, *other = b;
    const size_t shorter = one->name.length < other->name.length ? one->name.length : other->name.length;
    const int order = strncasecmp(one->name.data, other->name.data, shorter);
    return order != 0 ? order : (one->name.length > other->name.length) - (one->name.length < other->name.length);
}

static bool is_amz(kt_view name)
{
    return name.length > 6 && strncasecmp(name.data, "x-amz-", 6) == 0;
}

typedef struct amz_parts {
    part parts[PARTS_MOST]; /* what is beyond is not signed by anybody */
    size_t count;
} amz_parts;

static void gather_headers(const kt_call *call, amz_parts *found)
{
    const kt_http_request *request = call->request;
    for (size_t i = 0; i < request->header_count && found->count < PARTS_MOST; i++)
        if (is_amz(request->headers[i].name))
            found->parts[found->count++] = (part){ request->headers[i].name, kt_view_trim(request->headers[i].value) };
}

/* Headers that the client has moved into the query, unless they came as headers all the same. */
static void gather_moved(const kt_call *call, amz_parts *found)
{
    const char *at = call->request->query.data, *end = at + call->request->query.length;
    while (at < end && found->count < PARTS_MOST) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        const char *equal = memchr(at, '=', (size_t)(stop - at));
        const kt_view name = { at, (size_t)((equal == NULL ? stop : equal) - at) };
        const char *text = is_amz(name) ? kt_arena_strndup(call->arena, name.data, name.length) : NULL;
        if (text != NULL && kt_http_header_get(call->request, text).data == NULL)
            found->parts[found->count++] = (part){ name, kt_call_query(call, text, 0) };
        at = stop + 1;
    }
}

static void add_headers(const kt_call *call, kt_buf *out)
{
    amz_parts found = { .count = 0 };
    gather_headers(call, &found);
    gather_moved(call, &found);
    qsort(found.parts, found.count, sizeof *found.parts, by_name);
    for (size_t i = 0; i < found.count; i++) {
        const part *one = &found.parts[i];
        for (size_t k = 0; k < one->name.length; k++)
            kt_buf_addc(out, (char)tolower((unsigned char)one->name.data[k]));
        kt_buf_addf(out, ":%.*s\n", KT_VIEW_ARG(one->value));
    }
}

/* "/bucket/key" as on the wire, then what of the query is S3's. */
static void add_resource(const kt_call *call, kt_buf *out)
{
    const kt_view bucket = kt_s3_host_bucket(kt_http_header_get(call->request, "Host"));
    if (bucket.length > 0)
        kt_buf_addf(out, "/%.*s", KT_VIEW_ARG(bucket));
    kt_buf_add(out, call->request->path.data, call->request->path.length);
    char mark = '?';
    for (size_t i = 0; i < KT_COUNT(signed_queries); i++) {
        const kt_view value = kt_call_query(call, signed_queries[i], 0);
        if (value.data == NULL)
            continue;
        kt_buf_addf(out, "%c%s", mark, signed_queries[i]);
        if (value.length > 0)
            kt_buf_addf(out, "=%.*s", KT_VIEW_ARG(value));
        mark = '&';
    }
}

static kt_view either(const kt_call *call, const char *name)
{
    const kt_view said = kt_call_query(call, name, 0);
    return said.data != NULL ? said : kt_view_trim(kt_http_header_get(call->request, name));
}

static void add_string(const kt_call *call, kt_buf *out)
{
    const kt_view md5 = either(call, "content-md5"), type = either(call, "content-type"),
                  end = kt_call_query(call, "Expires", 0);
    kt_buf_addf(out, "%.*s\n%.*s\n%.*s\n%.*s\n", KT_VIEW_ARG(call->request->method), KT_VIEW_ARG(md5),
                KT_VIEW_ARG(type), KT_VIEW_ARG(end));
    add_headers(call, out);
    add_resource(call, out);
}

/* ---- whether it holds ---- */

static bool is_in_time(kt_auth *auth, kt_call *call)
{
    const kt_view text = kt_call_query(call, "Expires", 0);
    int64_t end_s = 0;
    bool is_number = text.length > 0 && text.length <= 10;
    for (size_t i = 0; i < text.length && is_number; i++) {
        is_number = text.data[i] >= '0' && text.data[i] <= '9';
        end_s = end_s * 10 + (text.data[i] - '0');
    }
    if (is_number && end_s > kt_world_now_ns(auth->sandbox->world) / 1000000000)
        return true;
    const kt_refusal_extra extra = { "Expires", text };
    kt_auth_refuse(call, KT_REFUSE_EXPIRED,
                   &(kt_refusal_words){ .message = is_number ? NULL : "Invalid date (should be seconds since epoch)",
                                        .extras = &extra,
                                        .extra_count = 1 });
    return false;
}

bool kt_auth_v2_check(kt_auth *auth, kt_call *call, const kt_auth_claim *claim)
{
    uint8_t digest[SHA1_BYTES];
    unsigned char right[SIGNATURE_BYTES + 1];
    unsigned length = sizeof digest;
    kt_error err = { 0 };
    if (!is_in_time(auth, call))
        return false;
    KT_BUF_OWN string;
    kt_buf_init(&string, 0);
    add_string(call, &string);
    if (kt_buf_check(&string, &err, "the string to sign") < 0 ||
        HMAC(EVP_sha1(), claim->secret, (int)strlen(claim->secret), (const unsigned char *)string.data, string.length,
             digest, &length) == NULL) {
        kt_call_failed(call, &err);
        return false;
    }
    EVP_EncodeBlock(right, digest, (int)length);
    const kt_view given = claim->claim.signature;
    if (given.length == SIGNATURE_BYTES && CRYPTO_memcmp(given.data, right, SIGNATURE_BYTES) == 0)
        return true;
    const kt_refusal_extra extras[] = { { "AWSAccessKeyId", claim->claim.access_key },
                                        { "StringToSign", kt_buf_view(&string) },
                                        { "SignatureProvided", given } };
    kt_auth_refuse(call, KT_REFUSE_MISMATCH, &(kt_refusal_words){ .extras = extras, .extra_count = KT_COUNT(extras) });
    return false;
}
