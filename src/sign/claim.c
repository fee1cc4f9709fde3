/* SPDX-License-Identifier: Apache-2.0 */
/* claim.c - reading what a client claims: the Authorization header, or the query of a presigned URL. The words of the
 * errors are AWS's, so that a client's log reads as it would there. Nothing is verified here. */
#include "sign/sign_priv.h"

#include <string.h>

enum { DATE_DIGITS = 8, SCOPE_PARTS = 5, AUTHORIZATION_PARTS_MOST = 8 };

/* "AKIA.../20260314/us-east-1/braket/aws4_request"; `malformed` is what to say when it is not. */
static int split_credential(kt_view credential, const char *malformed, kt_sign_claim *out, kt_error *err)
{
    kt_view parts[SCOPE_PARTS] = { 0 }, part, rest = credential;
    bool is_whole = true;
    size_t count = 0;
    out->credential = credential;
    for (; kt_sign_split(&rest, '/', &part); count++) {
        is_whole = is_whole && part.length > 0;
        if (count < SCOPE_PARTS)
            parts[count] = part;
    }
    if (!is_whole || count != SCOPE_PARTS)
        return kt_fail(err, KT_E_SYNTAX, "%s, got '%.*s'", malformed,
                       (int)(credential.length < 200 ? credential.length : 200), credential.data);
    out->access_key = parts[0];
    out->scope = (kt_sign_scope){ parts[1], parts[2], parts[3] };
    if (!kt_view_is(parts[4], KT_SIGN_TERMINATOR))
        return kt_fail(err, KT_E_INVALID,
                       "Credential should be scoped with a valid terminator: '" KT_SIGN_TERMINATOR "', not '%.*s'.",
                       (int)(parts[4].length < 64 ? parts[4].length : 64), parts[4].data);
    return 0;
}

static int check_date(kt_sign_claim *out, kt_error *err)
{
    const int rc = kt_sign_date_parse(out->amz_date, &out->signed_at_ns, NULL);
    if (rc < 0)
        return kt_fail(err, KT_E_SYNTAX,
                       "Date must be in ISO-8601 'basic format'. Got '%.*s'. See http://en.wikipedia.org/wiki/ISO_8601",
                       (int)(out->amz_date.length < 64 ? out->amz_date.length : 64), out->amz_date.data);
    if (out->scope.date.length != DATE_DIGITS || memcmp(out->scope.date.data, out->amz_date.data, DATE_DIGITS) != 0)
        return kt_fail(err, KT_E_INVALID,
                       "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                       "'%.*s' != '%.8s', from '%.*s'.",
                       (int)(out->scope.date.length < 64 ? out->scope.date.length : 64), out->scope.date.data,
                       out->amz_date.data, KT_VIEW_ARG(out->amz_date));
    return 0;
}

/* ---- the header ---- */

typedef struct authorization {
    kt_view credential, signed_headers, signature;
} authorization;

/* Takes "Name=value" into its place; false for a name of no meaning, a repeated one, or no '='. */
static bool take_part(kt_view part, authorization *out)
{
    const struct {
        const char *name;
        kt_view *value;
    } places[] = { { "Credential", &out->credential },
                   { "SignedHeaders", &out->signed_headers },
                   { "Signature", &out->signature } };
    kt_view value = part, name;
    kt_sign_split(&value, '=', &name);
    for (size_t i = 0; i < KT_COUNT(places) && value.data != NULL; i++)
        if (kt_view_is(name, places[i].name) && places[i].value->data == NULL) {
            *places[i].value = value;
            return true;
        }
    return false;
}

static int read_parts(kt_view parts, authorization *out, kt_error *err)
{
    kt_view part;
    size_t count = 0;
    while (kt_sign_split(&parts, ',', &part)) {
        part = kt_view_trim(part);
        if (count++ == AUTHORIZATION_PARTS_MOST || !take_part(part, out))
            return kt_fail(err, KT_E_SYNTAX,
                           "'%.*s' not a valid key=value pair (missing equal-sign) in Authorization header",
                           (int)(part.length < 200 ? part.length : 200), part.data);
    }
    return 0;
}

/* Names all that is not there, as AWS does. */
static int check_parts(const authorization *parts, bool has_date, kt_error *err)
{
    if (parts->credential.length > 0 && parts->signed_headers.length > 0 && parts->signature.length > 0 && has_date)
        return 0;
    return kt_fail(err, KT_E_SYNTAX, "%s%s%s%sAuthorization=" KT_SIGN_ALGORITHM,
                   parts->credential.length == 0 ? "Authorization header requires 'Credential' parameter. " : "",
                   parts->signature.length == 0 ? "Authorization header requires 'Signature' parameter. " : "",
                   parts->signed_headers.length == 0 ? "Authorization header requires 'SignedHeaders' parameter. " : "",
                   has_date ? ""
                            : "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
}

static int find_date(const kt_sign_request *request, kt_arena *arena, kt_view *out, kt_error *err)
{
    const kt_sign_header *header = kt_sign_header_find(request, "x-amz-date");
    *out = (kt_view){ 0 };
    if (header != NULL) {
        *out = kt_view_trim(header->value);
        return 0;
    }
    char text[17];
    header = kt_sign_header_find(request, "date");
    if (header == NULL)
        return 0;
    *out = kt_view_trim(header->value);
    if (!kt_sign_date_from_http(*out, text))
        return 0;
    const char *copy = kt_arena_strndup(arena, text, KT_SIGN_DATE_LENGTH);
    if (copy == NULL)
        return kt_fail_nomem(err, sizeof(text), "the date of a signature");
    *out = (kt_view){ copy, KT_SIGN_DATE_LENGTH };
    return 0;
}

static int read_header(const kt_sign_request *request, kt_view text, kt_arena *arena, kt_sign_claim *out, kt_error *err)
{
    const kt_sign_header *token = kt_sign_header_find(request, "x-amz-security-token");
    authorization parts = { 0 };
    kt_view rest = text, algorithm;
    out->style = KT_SIGN_HEADER;
    if (token != NULL)
        out->security_token = kt_view_trim(token->value);
    kt_sign_split(&rest, ' ', &algorithm);
    if (!kt_view_is(algorithm, KT_SIGN_ALGORITHM))
        return kt_fail(
            err, KT_E_SYNTAX,
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
            "parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=%.*s",
            (int)(algorithm.length < 64 ? algorithm.length : 64), algorithm.data);
    int rc = find_date(request, arena, &out->amz_date, err);
    if (rc == 0)
        rc = rest.data == NULL ? 0 : read_parts(rest, &parts, err);
    if (rc == 0)
        rc = check_parts(&parts, out->amz_date.length > 0, err);
    if (rc < 0)
        return rc;
    out->signed_headers = parts.signed_headers;
    out->signature = parts.signature;
    rc = split_credential(
        parts.credential,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/" KT_SIGN_TERMINATOR,
        out, err);
    return rc == 0 ? check_date(out, err) : rc;
}

/* ---- the query ---- */

typedef struct presigned {
    kt_view algorithm, credential, date, expires, signed_headers, signature, token;
} presigned;

static int decode(kt_view raw, kt_arena *arena, kt_view *out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = kt_uri_decode(raw, false, &text, err);
    if (rc < 0)
        return rc;
    const char *copy = kt_arena_strndup(arena, text.data, text.length);
    if (copy == NULL)
        return kt_fail_nomem(err, text.length, "a presigned query");
    *out = (kt_view){ copy, text.length };
    return 0;
}

static int read_query_parts(kt_view query, kt_arena *arena, presigned *out, kt_error *err)
{
    const struct {
        const char *name;
        kt_view *value;
    } places[] = { { "X-Amz-Algorithm", &out->algorithm },
                   { "X-Amz-Credential", &out->credential },
                   { "X-Amz-Date", &out->date },
                   { "X-Amz-Expires", &out->expires },
                   { "X-Amz-SignedHeaders", &out->signed_headers },
                   { "X-Amz-Signature", &out->signature },
                   { "X-Amz-Security-Token", &out->token } };
    kt_view pair;
    int rc = 0;
    while (rc == 0 && kt_sign_split(&query, '&', &pair)) {
        kt_view value = pair, name;
        kt_sign_split(&value, '=', &name);
        if (!kt_view_starts(name, "X-Amz-"))
            continue;
        for (size_t i = 0; i < KT_COUNT(places) && rc == 0; i++)
            if (kt_view_is(name, places[i].name) && places[i].value->data == NULL)
                rc = decode(value, arena, places[i].value, err);
    }
    return rc;
}

static int read_expiry(kt_view text, int64_t *out, kt_error *err)
{
    int64_t seconds = 0;
    if (text.length > 0 && text.data[0] == '-')
        return kt_fail(err, KT_E_SYNTAX, "X-Amz-Expires must be non-negative");
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return kt_fail(err, KT_E_SYNTAX, "X-Amz-Expires should be a number");
        if (seconds <= KT_SIGN_EXPIRES_MOST_S)
            seconds = seconds * 10 + (text.data[i] - '0');
    }
    if (seconds > KT_SIGN_EXPIRES_MOST_S)
        return kt_fail(err, KT_E_SYNTAX,
                       "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
                       "less than %d seconds",
                       KT_SIGN_EXPIRES_MOST_S);
    *out = seconds;
    return 0;
}

static int read_presigned(const kt_sign_request *request, kt_arena *arena, kt_sign_claim *out, kt_error *err)
{
    presigned q = { 0 };
    out->style = KT_SIGN_QUERY;
    int rc = read_query_parts(request->query, arena, &q, err);
    if (rc < 0)
        return rc;
    if (q.algorithm.length == 0 || q.credential.length == 0 || q.date.length == 0 || q.expires.length == 0 ||
        q.signed_headers.length == 0 || q.signature.length == 0)
        return kt_fail(err, KT_E_SYNTAX,
                       "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                       "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
    if (!kt_view_is(q.algorithm, KT_SIGN_ALGORITHM))
        return kt_fail(err, KT_E_SYNTAX, "X-Amz-Algorithm only supports \"" KT_SIGN_ALGORITHM "\"");
    out->signed_headers = q.signed_headers;
    out->signature = q.signature;
    out->security_token = q.token;
    out->amz_date = q.date;
    rc = split_credential(q.credential,
                          "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
                          "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/" KT_SIGN_TERMINATOR "\"",
                          out, err);
    if (rc == 0)
        rc = read_expiry(q.expires, &out->expires_s, err);
    return rc == 0 ? check_date(out, err) : rc;
}

/* Whether the query has any of what makes a presigned URL. */
static bool is_presigned(kt_view query)
{
    kt_view pair;
    while (kt_sign_split(&query, '&', &pair))
        if (kt_view_starts(pair, "X-Amz-Algorithm=") || kt_view_starts(pair, "X-Amz-Signature=") ||
            kt_view_starts(pair, "X-Amz-Credential="))
            return true;
    return false;
}

int kt_sign_claim_read(const kt_sign_request *request, kt_arena *arena, kt_sign_claim *out, kt_error *err)
{
    const kt_sign_header *header = kt_sign_header_find(request, "authorization");
    const bool has_query = is_presigned(request->query);
    *out = (kt_sign_claim){ 0 };
    if (header != NULL && has_query) {
        out->style = KT_SIGN_HEADER;
        return kt_fail(err, KT_E_SYNTAX,
                       "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
                       "string parameter or the Authorization header should be specified");
    }
    if (header != NULL)
        return read_header(request, kt_view_trim(header->value), arena, out, err);
    if (has_query)
        return read_presigned(request, arena, out, err);
    return kt_fail(err, KT_E_NOT_FOUND, "the request is not signed");
}
