/* SPDX-License-Identifier: Apache-2.0 */
/* auth_refuse.c - how each kind of service says no: one table of status, code and words. S3 has elements of its own in
 * its errors, which clients and people read. */
#include "sandbox/auth_priv.h"
#include "sandbox/s3_xml.h"

#include <string.h>

enum { FAMILY_REST_JSON, FAMILY_S3, FAMILY_QUERY, FAMILY_JSON_11, FAMILY_COUNT };

typedef struct answer {
    int status;
    const char *code, *message; /* NULL: the caller's words */
} answer;

#define NO_TOKEN "The security token included in the request is invalid."
#define NO_MATCH                                                                                                       \
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " \
    "and signing method. Consult the service documentation for details."

static const answer answers[KT_REFUSE_COUNT][FAMILY_COUNT] = {
    [KT_REFUSE_UNSIGNED] = { { 403, "MissingAuthenticationTokenException", "Missing Authentication Token" },
                             { 403, "AccessDenied", "Access Denied" },
                             { 403, "MissingAuthenticationToken", "Request is missing Authentication Token" },
                             { 400, "MissingAuthenticationTokenException", "Missing Authentication Token" } },
    [KT_REFUSE_INCOMPLETE] = { { 403, "IncompleteSignatureException", NULL },
                               { 400, "AuthorizationHeaderMalformed", NULL },
                               { 400, "IncompleteSignature", NULL },
                               { 400, "IncompleteSignatureException", NULL } },
    [KT_REFUSE_UNKNOWN_KEY] = { { 403, "UnrecognizedClientException", NO_TOKEN },
                                { 403, "InvalidAccessKeyId",
                                  "The AWS Access Key Id you provided does not exist in our records." },
                                { 403, "InvalidClientTokenId", NO_TOKEN },
                                { 400, "UnrecognizedClientException", NO_TOKEN } },
    [KT_REFUSE_TOKEN] = { { 403, "UnrecognizedClientException", NO_TOKEN },
                          { 400, "InvalidToken", "The provided token is malformed or otherwise invalid." },
                          { 403, "InvalidClientTokenId", NO_TOKEN },
                          { 400, "UnrecognizedClientException", NO_TOKEN } },
    [KT_REFUSE_TOKEN_EXPIRED] = { { 403, "ExpiredTokenException",
                                    "The security token included in the request is expired" },
                                  { 400, "ExpiredToken", "The provided token has expired." },
                                  { 403, "ExpiredToken", "The security token included in the request is expired" },
                                  { 400, "ExpiredTokenException",
                                    "The security token included in the request is expired" } },
    [KT_REFUSE_SCOPE] = { { 403, "InvalidSignatureException", NULL },
                          { 400, "AuthorizationHeaderMalformed", NULL },
                          { 403, "SignatureDoesNotMatch", NULL },
                          { 400, "InvalidSignatureException", NULL } },
    [KT_REFUSE_NOT_SIGNED] = { { 403, "InvalidSignatureException", NULL },
                               { 403, "AccessDenied",
                                 "There were headers present in the request which were not signed" },
                               { 403, "SignatureDoesNotMatch", NULL },
                               { 400, "InvalidSignatureException", NULL } },
    [KT_REFUSE_SKEWED] = { { 403, "InvalidSignatureException", NULL },
                           { 403, "RequestTimeTooSkewed",
                             "The difference between the request time and the current time is too large." },
                           { 403, "SignatureDoesNotMatch", NULL },
                           { 400, "InvalidSignatureException", NULL } },
    [KT_REFUSE_EXPIRED] = { { 403, "InvalidSignatureException", NULL },
                            { 403, "AccessDenied", "Request has expired" },
                            { 403, "SignatureDoesNotMatch", NULL },
                            { 400, "InvalidSignatureException", NULL } },
    [KT_REFUSE_MISMATCH] = { { 403, "InvalidSignatureException", NO_MATCH },
                             { 403, "SignatureDoesNotMatch",
                               "The request signature we calculated does not match the signature you provided. Check "
                               "your key and signing method." },
                             { 403, "SignatureDoesNotMatch", NO_MATCH },
                             { 400, "InvalidSignatureException", NO_MATCH } },
};

static int family_of(kt_service service)
{
    switch (service) {
    case KT_SERVICE_S3: return FAMILY_S3;
    case KT_SERVICE_STS:
    case KT_SERVICE_IAM: return FAMILY_QUERY;
    case KT_SERVICE_ECR: return FAMILY_JSON_11;
    default: return FAMILY_REST_JSON;
    }
}

void kt_auth_refuse_s3(kt_call *call, int status, const char *code, const kt_refusal_words *words)
{
    KT_BUF_OWN body;
    kt_error err = { 0 };
    kt_buf_init(&body, 0);
    kt_xml_open(&body, "Error");
    kt_xml_strz(&body, "Code", code);
    kt_xml_strz(&body, "Message", words->message);
    for (size_t i = 0; i < words->extra_count; i++)
        kt_xml_text(&body, words->extras[i].name, words->extras[i].value);
    kt_xml_strz(&body, "RequestId", call->request_id);
    kt_xml_strz(&body, "HostId", call->request_id);
    kt_xml_close(&body, "Error");
    if (kt_buf_check(&body, &err, "an error's text") < 0)
        kt_call_failed(call, &err);
    else
        kt_call_xml(call, status, &body);
}

void kt_auth_refuse(kt_call *call, kt_refusal refusal, const kt_refusal_words *words)
{
    static const kt_refusal_words none = { 0 };
    const int family = family_of(call->service);
    const answer *a = &answers[refusal][family];
    if (words == NULL)
        words = &none;
    kt_refusal_words said = *words;
    if (said.message == NULL)
        said.message = a->message;
    if (family == FAMILY_S3)
        kt_auth_refuse_s3(call, a->status, a->code, &said);
    else
        kt_call_error(call, a->status, a->code, "%s", said.message);
}
