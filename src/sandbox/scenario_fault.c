/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_fault.c - one fault of a scenario: which calls it strikes, and what it does to them. */
#include "sandbox/scenario_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The status with which AWS answers this code; 500 for codes that are not its own. */
static int64_t status_of(const char *code)
{
    static const struct {
        const char *code;
        int status;
    } rows[] = {
        { "ValidationException", 400 },
        { "Throttling", 400 },
        { "RequestTimeout", 400 },
        { "ServiceQuotaExceededException", 402 },
        { "AccessDeniedException", 403 },
        { "AccessDenied", 403 },
        { "ExpiredTokenException", 403 },
        { "UnrecognizedClientException", 403 },
        { "ResourceNotFoundException", 404 },
        { "NoSuchKey", 404 },
        { "NoSuchBucket", 404 },
        { "ConflictException", 409 },
        { "DeviceRetiredException", 410 },
        { "DeviceOfflineException", 424 },
        { "ThrottlingException", 429 },
        { "InternalServiceException", 500 },
        { "InternalError", 500 },
        { "SlowDown", 503 },
        { "ServiceUnavailable", 503 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        if (strcmp(rows[i].code, code) == 0)
            return rows[i].status;
    return 500;
}

/* A code becomes a header and an XML element, so it is a plain word. */
static bool is_code(const char *code)
{
    size_t length = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return length > 0 && length <= 100 && code[length] == '\0';
}

static int read_error(kt_scenario *s, const char *path, const kt_json *error, kt_scenario_fault *fault, kt_error *err)
{
    struct parts {
        int64_t status;
        const char *code, *message;
    } parts = { 0, "InternalServiceException", "an error that the scenario ordered" };
    static const kt_member members[] = {
        { "status", KT_MEMBER_COUNT, KT_SCENARIO_AT(struct parts, status), 599 },
        { "code", KT_MEMBER_TEXT, KT_SCENARIO_AT(struct parts, code), 0 },
        { "message", KT_MEMBER_TEXT, KT_SCENARIO_AT(struct parts, message), 0 },
    };
    if (error == NULL)
        return 0;
    char inner[KT_SCENARIO_PATH_BYTES];
    snprintf(inner, sizeof inner, "%.100s.error", path);
    int rc = kt_scenario_members(s->arena, inner, error, members, KT_COUNT(members), &parts, err);
    if (rc == 0 && !is_code(parts.code))
        rc = kt_scenario_wrong(err, inner, "code", "a name of letters, digits, '.', '_' and '-'");
    if (rc == 0 && json_object_get(error, "status") == NULL)
        parts.status = status_of(parts.code);
    if (rc == 0 && (parts.status < 400 || parts.status > 599))
        rc = kt_scenario_wrong(err, inner, "status", "an HTTP status from 400 to 599");
    if (rc < 0)
        return rc;
    fault->status = (int)parts.status;
    fault->code = parts.code;
    fault->message = parts.message;
    return 0;
}

/* "latency_s": a number, or [least, most]. */
static int read_latency(const char *path, const kt_json *latency, kt_scenario_fault *fault, kt_error *err)
{
    if (latency == NULL)
        return 0;
    bool pair = json_is_array(latency) && json_array_size(latency) == 2;
    const kt_json *least = pair ? json_array_get(latency, 0) : latency;
    const kt_json *most = pair ? json_array_get(latency, 1) : latency;
    double from = json_number_value(least), to = json_number_value(most);
    if (!json_is_number(least) || !json_is_number(most) || from < 0 || to < from || to > 3600)
        return kt_scenario_wrong(err, path, "latency_s", "a number of seconds or [least, most], up to 3600,");
    fault->latency_ns = (int64_t)llround(from * 1e9);
    fault->latency_most_ns = (int64_t)llround(to * 1e9);
    return 0;
}

int kt_scenario_fault_read(kt_scenario *s, const char *path, const kt_json *item, void *target, kt_error *err)
{
    static const kt_member members[] = {
        { "operation", KT_MEMBER_TEXT, KT_SCENARIO_AT(kt_scenario_fault, operation), 0 },
        { "rate", KT_MEMBER_NUMBER, KT_SCENARIO_AT(kt_scenario_fault, rate), 1 },
        { "skip", KT_MEMBER_COUNT, KT_SCENARIO_AT(kt_scenario_fault, skip), 1e15 },
        { "times", KT_MEMBER_COUNT, KT_SCENARIO_AT(kt_scenario_fault, times), 1e15 },
        { "from_s", KT_MEMBER_SECONDS, KT_SCENARIO_AT(kt_scenario_fault, from_ns), KT_SCENARIO_YEAR_S },
        { "until_s", KT_MEMBER_SECONDS, KT_SCENARIO_AT(kt_scenario_fault, until_ns), KT_SCENARIO_YEAR_S },
        { "reset", KT_MEMBER_BOOL, KT_SCENARIO_AT(kt_scenario_fault, reset), 0 },
        { "cut_after_bytes", KT_MEMBER_COUNT, KT_SCENARIO_AT(kt_scenario_fault, cut_after_bytes), 1e15 },
        { "bytes_per_s", KT_MEMBER_COUNT, KT_SCENARIO_AT(kt_scenario_fault, bytes_per_s), 1e15 },
        { "error", KT_MEMBER_OTHER, 0, 0 },
        { "latency_s", KT_MEMBER_OTHER, 0, 0 },
    };
    kt_scenario_fault *fault = target;
    *fault = (kt_scenario_fault){ .operation = "*", .rate = 1, .times = -1, .until_ns = INT64_MAX };
    int rc = kt_scenario_members(s->arena, path, item, members, KT_COUNT(members), fault, err);
    if (rc == 0)
        rc = read_error(s, path, json_object_get(item, "error"), fault, err);
    if (rc == 0)
        rc = read_latency(path, json_object_get(item, "latency_s"), fault, err);
    fault->cut = rc == 0 && json_object_get(item, "cut_after_bytes") != NULL;
    if (rc == 0 && fault->status == 0 && fault->latency_most_ns == 0 && !fault->reset && !fault->cut &&
        fault->bytes_per_s == 0)
        rc = kt_fail(err, KT_E_INVALID,
                     "%s: says nothing that goes wrong: error, latency_s, reset, cut_after_bytes or bytes_per_s", path);
    return rc;
}
