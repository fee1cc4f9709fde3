/* SPDX-License-Identifier: Apache-2.0 */
/* auth_check.c - what a request claims, and whether it may: each way of being wrong in the order in which AWS looks for
 * it, the signature itself (auth_signature.c) last. */
#include "sandbox/auth_priv.h"
#include "sandbox/route.h"
#include "sandbox/sandbox_priv.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S ((int64_t)1000000000)
enum { SKEW_MINUTES = 5, SKEW_MINUTES_S3 = 15 };
static const char aws_domain[] = ".amazonaws.com";

static const char *const signing_names[] = {
    [KT_SERVICE_BRAKET] = "braket", [KT_SERVICE_S3] = "s3",   [KT_SERVICE_STS] = "sts",
    [KT_SERVICE_IAM] = "iam",       [KT_SERVICE_ECR] = "ecr",
};

/* ---- what is claimed ---- */

/* "us-east-1": at least three words of letters, the last a number. */
static bool is_region(kt_view text)
{
    size_t dashes = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char c = text.data[i];
        if (c == '-')
            dashes++;
        else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
    }
    return text.length >= 9 && text.length <= 32 && dashes >= 2 && text.data[text.length - 1] >= '0' &&
           text.data[text.length - 1] <= '9' && text.data[0] != '-';
}

int kt_auth_read(kt_auth *auth, kt_call *call, kt_auth_claim *out)
{
    kt_sign_request request;
    memset(out, 0, sizeof(*out));
    int rc = kt_auth_sign_request(call, &request, &out->error);
    if (rc == 0)
        rc = out->code = kt_sign_claim_read(&request, call->arena, &out->claim, &out->error);
    if (rc == KT_E_NOMEM)
        return rc;
    if (rc == KT_E_NOT_FOUND && call->request->query.length > 0)
        kt_auth_v2_read(call, out);
    const kt_sign_claim *claim = &out->claim;
    call->account = auth->sandbox->account;
    if (claim->access_key.length == 0)
        return 0;
    call->access_key = kt_arena_strndup(call->arena, claim->access_key.data, claim->access_key.length);
    if (is_region(claim->scope.region)) /* what is none is refused, and with --no-auth not repeated in any ARN */
        call->region = kt_arena_strndup(call->arena, claim->scope.region.data, claim->scope.region.length);
    call->service = kt_route_service(claim->scope.service);
    out->key = kt_auth_find(auth, claim->access_key);
    if (out->key != NULL) {
        out->secret = out->key->secret;
        call->account = kt_arena_strndup(call->arena, out->key->account, strlen(out->key->account));
    }
    return kt_arena_failed(call->arena) ? kt_fail_nomem(&out->error, claim->credential.length, "a request's credential")
                                        : 0;
}

/* ---- the ways of being wrong; each answers and returns false ---- */

static bool refuse(kt_call *call, kt_refusal refusal, const char *message)
{
    kt_auth_refuse(call, refusal, &(kt_refusal_words){ .message = message });
    return false;
}

static bool is_readable(kt_call *call, const kt_auth_claim *claim)
{
    const bool is_s3 = call->service == KT_SERVICE_S3;
    char message[sizeof(claim->error.message) + 64];
    if (claim->code == 0)
        return true;
    if (claim->code == KT_E_NOT_FOUND)
        return refuse(call, KT_REFUSE_UNSIGNED, NULL);
    if (is_s3 && claim->claim.style == KT_SIGN_QUERY) {
        kt_auth_refuse_s3(call, 400, "AuthorizationQueryParametersError",
                          &(kt_refusal_words){ .message = claim->error.message });
        return false;
    }
    snprintf(message, sizeof(message), "%s%s", is_s3 ? "The authorization header is malformed; " : "",
             claim->error.message);
    return refuse(call, claim->code == KT_E_INVALID ? KT_REFUSE_SCOPE : KT_REFUSE_INCOMPLETE, message);
}

static bool is_key_good(kt_auth *auth, kt_call *call, const kt_auth_claim *claim)
{
    const kt_refusal_extra extra[] = { { "AWSAccessKeyId", claim->claim.access_key } };
    const kt_refusal_words words = { .extras = extra, .extra_count = 1 };
    const kt_view token = claim->claim.security_token;
    const kt_auth_key *key = claim->key;
    if (key == NULL) {
        kt_auth_refuse(call, KT_REFUSE_UNKNOWN_KEY, &words);
        return false;
    }
    if (key->token == NULL)
        return token.length == 0 ? true : refuse(call, KT_REFUSE_TOKEN, NULL);
    if (token.length != strlen(key->token) || CRYPTO_memcmp(token.data, key->token, token.length) != 0)
        return refuse(call, KT_REFUSE_TOKEN, NULL);
    if (key->expires_ns != 0 && key->expires_ns <= kt_world_now_ns(auth->sandbox->world))
        return refuse(call, KT_REFUSE_TOKEN_EXPIRED, NULL);
    return true;
}

static bool is_aws_host(kt_view host)
{
    const size_t length = sizeof(aws_domain) - 1;
    return host.length > length && memcmp(host.data + host.length - length, aws_domain, length) == 0;
}

/* The region in "braket.us-west-2.amazonaws.com", or in S3's old form "s3-us-west-2.amazonaws.com"; data NULL: the
 * host names none. */
static kt_view host_region(kt_view host)
{
    static const char *const old_forms[] = { "s3-fips-", "s3-website-", "s3-" };
    const char *end = host.data + host.length - (sizeof(aws_domain) - 1), *start = end;
    while (start > host.data && start[-1] != '.')
        start--;
    kt_view label = { start, (size_t)(end - start) };
    for (size_t i = 0; i < KT_COUNT(old_forms); i++)
        if (kt_view_starts(label, old_forms[i]))
            label = (kt_view){ label.data + strlen(old_forms[i]), label.length - strlen(old_forms[i]) };
    return is_region(label) ? label : (kt_view){ 0 };
}

static bool refuse_region(kt_call *call, kt_view region, kt_view expected)
{
    const bool is_s3 = call->service == KT_SERVICE_S3;
    const kt_refusal_extra extra = { "Region", expected };
    char message[256];
    if (is_s3 && expected.data != NULL)
        snprintf(message, sizeof(message),
                 "The authorization header is malformed; the region '%.*s' is wrong; expecting '%.*s'",
                 (int)(region.length < 64 ? region.length : 64), region.data, KT_VIEW_ARG(expected));
    else
        snprintf(message, sizeof(message), "%sCredential should be scoped to a valid region, not '%.*s'.",
                 is_s3 ? "The authorization header is malformed; " : "", (int)(region.length < 64 ? region.length : 64),
                 region.data);
    kt_auth_refuse(call, KT_REFUSE_SCOPE,
                   &(kt_refusal_words){ .message = message, .extras = &extra, .extra_count = expected.data != NULL });
    return false;
}

/* On a loopback address a scope names its service and region alone; a host of AWS's must be of the same ones. */
static bool is_scope_good(kt_call *call, const kt_auth_claim *claim)
{
    const kt_view region = claim->claim.scope.region, host = kt_http_header_get(call->request, "host");
    kt_view named = { 0 };
    if (is_aws_host(host)) {
        const kt_service service = kt_route_guess(call->request);
        char message[128];
        if (service != call->service && service < KT_COUNT(signing_names)) {
            snprintf(message, sizeof(message), "Credential should be scoped to correct service: '%s'.",
                     signing_names[service]);
            return refuse(call, KT_REFUSE_SCOPE, message);
        }
        named = host_region(host);
    }
    if (is_region(region) && (named.data == NULL || kt_view_equal(named, region)))
        return true;
    return refuse_region(call, region, named);
}

static bool starts_any_case(kt_view name, const char *prefix)
{
    const size_t length = strlen(prefix);
    return name.length >= length && strncasecmp(name.data, prefix, length) == 0;
}

/* The host must be signed, and whatever begins with x-amz-. */
static bool is_all_signed(kt_call *call, const kt_auth_claim *claim)
{
    kt_view missing = { 0 };
    if (!kt_sign_is_listed(claim->claim.signed_headers, kt_view_of("host")))
        missing = kt_view_of("host");
    for (size_t i = 0; i < call->request->header_count && missing.data == NULL; i++) {
        const kt_view name = call->request->headers[i].name;
        if (starts_any_case(name, "x-amz-") && !kt_sign_is_listed(claim->claim.signed_headers, name))
            missing = name;
    }
    if (missing.data == NULL)
        return true;
    char message[256];
    const kt_refusal_extra extra = { "HeadersNotSigned", missing };
    kt_refusal_words words = { .extras = &extra, .extra_count = 1 };
    snprintf(message, sizeof(message), "'%.*s' must be a 'SignedHeader' in the AWS Authorization.",
             (int)(missing.length < 100 ? missing.length : 100), missing.data);
    if (call->service != KT_SERVICE_S3)
        words.message = message;
    kt_auth_refuse(call, KT_REFUSE_NOT_SIGNED, &words);
    return false;
}

static bool refuse_skew_s3(kt_call *call, const kt_auth_claim *claim, int64_t now_ns)
{
    char now[17];
    kt_sign_date_text(now_ns, now);
    const kt_refusal_extra extras[] = { { "RequestTime", claim->claim.amz_date },
                                        { "ServerTime", kt_view_of(now) },
                                        { "MaxAllowedSkewMilliseconds", kt_view_of("900000") } };
    kt_auth_refuse(call, KT_REFUSE_SKEWED, &(kt_refusal_words){ .extras = extras, .extra_count = KT_COUNT(extras) });
    return false;
}

static bool refuse_skew(kt_call *call, int64_t signed_ns, int64_t now_ns)
{
    const int64_t most_ns = SKEW_MINUTES * 60 * NS_PER_S;
    const bool is_late = signed_ns < now_ns;
    char at[17], now[17], bound[17], message[256];
    kt_sign_date_text(signed_ns, at);
    kt_sign_date_text(now_ns, now);
    kt_sign_date_text(is_late ? now_ns - most_ns : now_ns + most_ns, bound);
    snprintf(message, sizeof(message), "%s: %s is %s than %s (%s %c %d min.)",
             is_late ? "Signature expired" : "Signature not yet current", at, is_late ? "now earlier" : "still later",
             bound, now, is_late ? '-' : '+', SKEW_MINUTES);
    return refuse(call, KT_REFUSE_SKEWED, message);
}

static bool refuse_expired(kt_call *call, const kt_auth_claim *claim, int64_t now_ns)
{
    const int64_t end_ns = claim->claim.signed_at_ns + claim->claim.expires_s * NS_PER_S;
    char end[17], now[17], seconds[24], message[128];
    kt_sign_date_text(end_ns, end);
    kt_sign_date_text(now_ns, now);
    snprintf(seconds, sizeof(seconds), "%lld", (long long)claim->claim.expires_s);
    snprintf(message, sizeof(message), "Signature expired: %s is now earlier than %s", end, now);
    const kt_refusal_extra extras[] = { { "X-Amz-Expires", kt_view_of(seconds) },
                                        { "Expires", kt_view_of(end) },
                                        { "ServerTime", kt_view_of(now) } };
    kt_refusal_words words = { .extras = extras, .extra_count = KT_COUNT(extras) };
    if (call->service != KT_SERVICE_S3)
        words.message = message;
    kt_auth_refuse(call, KT_REFUSE_EXPIRED, &words);
    return false;
}

static bool is_within(int64_t signed_ns, int64_t now_ns, int64_t most_ns)
{
    return signed_ns >= now_ns - most_ns && signed_ns <= now_ns + most_ns;
}

static bool is_in_time(kt_auth *auth, kt_call *call, const kt_auth_claim *claim)
{
    const bool is_s3 = call->service == KT_SERVICE_S3;
    const kt_clock *machine = kt_clock_system();
    const int64_t most_ns = (is_s3 ? SKEW_MINUTES_S3 : SKEW_MINUTES) * 60 * NS_PER_S;
    const int64_t signed_ns = claim->claim.signed_at_ns, now_ns = kt_world_now_ns(auth->sandbox->world);
    const int64_t machine_ns = machine->wall_ns(machine->ctx);
    if (claim->claim.style == KT_SIGN_QUERY) {
        if (now_ns >= signed_ns + claim->claim.expires_s * NS_PER_S)
            return refuse_expired(call, claim, now_ns);
        if (signed_ns <= now_ns + most_ns || signed_ns <= machine_ns + most_ns)
            return true;
    } else if (is_within(signed_ns, now_ns, most_ns) || is_within(signed_ns, machine_ns, most_ns)) {
        return true;
    }
    return is_s3 ? refuse_skew_s3(call, claim, now_ns) : refuse_skew(call, signed_ns, now_ns);
}

bool kt_auth_check(kt_auth *auth, kt_call *call, const kt_auth_claim *claim)
{
    if (claim->is_v2 && !auth->no_auth)
        return is_key_good(auth, call, claim) && kt_auth_v2_check(auth, call, claim);
    return auth->no_auth || (is_readable(call, claim) && is_key_good(auth, call, claim) && is_all_signed(call, claim) &&
                             is_scope_good(call, claim) && is_in_time(auth, call, claim) &&
                             kt_auth_signature_is_good(auth, call, claim));
}
