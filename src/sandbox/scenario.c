/* SPDX-License-Identifier: Apache-2.0 */
/* scenario.c - reads a scenario. Every object has a table of its members; a name that is in no table, a wrong kind or a
 * value out of range is an error that tells where it stands. */
#include "sandbox/scenario.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 160, LIST_MOST = 1000 };

typedef enum member_kind {
    MEMBER_TEXT,    /* const char * */
    MEMBER_SECONDS, /* int64_t, nanoseconds */
    MEMBER_NUMBER,  /* double, 0 to most */
    MEMBER_COUNT,   /* int64_t, 0 to most */
    MEMBER_BOOL,    /* bool */
    MEMBER_TIME,    /* int64_t, nanoseconds since 1970, from "2026-03-14T09:00:00Z" */
    MEMBER_OTHER,   /* read by code of its own */
} member_kind;

typedef struct member {
    const char *name;
    member_kind kind;
    size_t offset;
    double most;
} member;

/* ---- values ---- */

static int wrong(kt_error *err, const char *path, const char *name, const char *expected)
{
    return kt_fail(err, KT_E_INVALID, "%s%s%s: %s is expected", path, path[0] == '\0' ? "" : ".", name, expected);
}

static int read_member(kt_arena *arena, const char *path, const member *m, const kt_json *value, char *target,
                       kt_error *err)
{
    double number = json_number_value(value);
    bool in_range = json_is_number(value) && number >= 0 && number <= m->most;
    switch (m->kind) {
    case MEMBER_TEXT:
        if (!json_is_string(value))
            return wrong(err, path, m->name, "a text");
        const char *kept = kt_arena_strndup(arena, json_string_value(value), json_string_length(value));
        *(const char **)(void *)(target + m->offset) = kept;
        return kept == NULL ? kt_fail_nomem(err, json_string_length(value), "a scenario") : 0;
    case MEMBER_SECONDS:
        if (!in_range)
            return wrong(err, path, m->name, "a number of seconds from 0 to a year");
        *(int64_t *)(void *)(target + m->offset) = (int64_t)llround(number * 1e9);
        return 0;
    case MEMBER_NUMBER:
        if (!in_range)
            return wrong(err, path, m->name, m->most <= 1 ? "a number from 0 to 1" : "a number, 0 or more");
        *(double *)(void *)(target + m->offset) = number;
        return 0;
    case MEMBER_COUNT:
        if (!in_range || !json_is_integer(value))
            return wrong(err, path, m->name, "a whole number, 0 or more");
        *(int64_t *)(void *)(target + m->offset) = json_integer_value(value);
        return 0;
    case MEMBER_BOOL:
        if (!json_is_boolean(value))
            return wrong(err, path, m->name, "true or false");
        *(bool *)(void *)(target + m->offset) = json_is_true(value);
        return 0;
    case MEMBER_TIME:
        if (!json_is_string(value) ||
            kt_time_parse(kt_view_of(json_string_value(value)), (int64_t *)(void *)(target + m->offset), NULL) < 0)
            return wrong(err, path, m->name, "a time such as \"2026-03-14T09:00:00Z\"");
        return 0;
    case MEMBER_OTHER: return 0;
    }
    return 0;
}

/* Reads the members of an object into the struct at `target`. */
static int read_members(kt_arena *arena, const char *path, const kt_json *object, const member *members, size_t count,
                        void *target, kt_error *err)
{
    if (!json_is_object(object))
        return kt_fail(err, KT_E_INVALID, "%s: an object is expected", path[0] == '\0' ? "the scenario" : path);
    const char *name;
    kt_json *value;
    json_object_foreach((kt_json *)(uintptr_t)object, name, value)
    {
        kt_nearest nearest;
        kt_nearest_init(&nearest, kt_view_of(name));
        const member *found = NULL;
        for (size_t i = 0; i < count; i++) {
            kt_nearest_offer(&nearest, kt_view_of(members[i].name));
            if (strcmp(members[i].name, name) == 0)
                found = &members[i];
        }
        char hint[96];
        if (found == NULL) {
            kt_nearest_hint(&nearest, hint, sizeof hint);
            return kt_fail(err, KT_E_INVALID, "%s%s%.60s: no such member%s", path, path[0] == '\0' ? "" : ".", name,
                           hint);
        }
        int rc = read_member(arena, path, found, value, target, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

#define YEAR_S (366.0 * 86400)
#define OF(type, field) offsetof(type, field)

/* ---- lists ---- */

typedef int (*read_item)(kt_scenario *s, const char *path, const kt_json *item, void *target, kt_error *err);

/* An array of objects, each read into one element of a new array. */
static int read_list(kt_scenario *s, const char *name, size_t item_bytes, read_item read, void **out, size_t *count,
                     kt_error *err)
{
    const kt_json *list = json_object_get(s->document, name);
    if (list == NULL)
        return 0;
    size_t given = json_array_size(list);
    if (!json_is_array(list) || given > LIST_MOST)
        return kt_fail(err, KT_E_INVALID, "%s: a list of at most %d is expected", name, LIST_MOST);
    char *items = kt_arena_array(s->arena, given + 1, item_bytes);
    if (items == NULL)
        return kt_fail_nomem(err, given * item_bytes, "a scenario");
    for (size_t i = 0; i < given; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s[%zu]", name, i);
        int rc = read(s, path, json_array_get(list, i), items + i * item_bytes, err);
        if (rc < 0)
            return rc;
    }
    *out = items;
    *count = given;
    return 0;
}

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
    static const member members[] = {
        { "status", MEMBER_COUNT, OF(struct parts, status), 599 },
        { "code", MEMBER_TEXT, OF(struct parts, code), 0 },
        { "message", MEMBER_TEXT, OF(struct parts, message), 0 },
    };
    if (error == NULL)
        return 0;
    char inner[PATH_BYTES];
    snprintf(inner, sizeof inner, "%.100s.error", path);
    int rc = read_members(s->arena, inner, error, members, KT_COUNT(members), &parts, err);
    if (rc == 0 && !is_code(parts.code))
        rc = wrong(err, inner, "code", "a name of letters, digits, '.', '_' and '-'");
    if (rc == 0 && json_object_get(error, "status") == NULL)
        parts.status = status_of(parts.code);
    if (rc == 0 && (parts.status < 400 || parts.status > 599))
        rc = wrong(err, inner, "status", "an HTTP status from 400 to 599");
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
        return wrong(err, path, "latency_s", "a number of seconds or [least, most], up to 3600,");
    fault->latency_ns = (int64_t)llround(from * 1e9);
    fault->latency_most_ns = (int64_t)llround(to * 1e9);
    return 0;
}

static int read_fault(kt_scenario *s, const char *path, const kt_json *item, void *target, kt_error *err)
{
    static const member members[] = {
        { "operation", MEMBER_TEXT, OF(kt_scenario_fault, operation), 0 },
        { "rate", MEMBER_NUMBER, OF(kt_scenario_fault, rate), 1 },
        { "skip", MEMBER_COUNT, OF(kt_scenario_fault, skip), 1e15 },
        { "times", MEMBER_COUNT, OF(kt_scenario_fault, times), 1e15 },
        { "from_s", MEMBER_SECONDS, OF(kt_scenario_fault, from_ns), YEAR_S },
        { "until_s", MEMBER_SECONDS, OF(kt_scenario_fault, until_ns), YEAR_S },
        { "reset", MEMBER_BOOL, OF(kt_scenario_fault, reset), 0 },
        { "cut_after_bytes", MEMBER_COUNT, OF(kt_scenario_fault, cut_after_bytes), 1e15 },
        { "bytes_per_s", MEMBER_COUNT, OF(kt_scenario_fault, bytes_per_s), 1e15 },
        { "error", MEMBER_OTHER, 0, 0 },
        { "latency_s", MEMBER_OTHER, 0, 0 },
    };
    kt_scenario_fault *fault = target;
    *fault = (kt_scenario_fault){ .operation = "*", .rate = 1, .times = -1, .until_ns = INT64_MAX };
    int rc = read_members(s->arena, path, item, members, KT_COUNT(members), fault, err);
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

static int read_event(kt_scenario *s, const char *path, const kt_json *item, void *target, kt_error *err)
{
    static const member members[] = {
        { "after_s", MEMBER_SECONDS, OF(kt_scenario_event, after_ns), YEAR_S },
        { "set", MEMBER_OTHER, 0, 0 },
    };
    kt_scenario_event *event = target;
    int rc = read_members(s->arena, path, item, members, KT_COUNT(members), event, err);
    event->set = json_object_get(item, "set");
    if (rc == 0 && (!json_is_object(event->set) || json_object_get(event->set, "events") != NULL))
        rc = wrong(err, path, "set", "an object of scenario members other than events");
    if (rc == 0 && event->after_ns < s->event_after_ns)
        rc = wrong(err, path, "after_s", "a time not before that of the event in front");
    s->event_after_ns = event->after_ns;
    return rc;
}

/* ---- objects by name ---- */

static int read_device(kt_scenario *s, const char *name, const kt_json *item, kt_scenario_device *device, kt_error *err)
{
    static const member members[] = {
        { "status", MEMBER_TEXT, OF(kt_scenario_device, status), 0 },
        { "queue_s", MEMBER_SECONDS, OF(kt_scenario_device, queue_ns), YEAR_S },
        { "fail_rate", MEMBER_NUMBER, OF(kt_scenario_device, fail_rate), 1 },
        { "fail_reason", MEMBER_TEXT, OF(kt_scenario_device, fail_reason), 0 },
        { "result_file", MEMBER_TEXT, OF(kt_scenario_device, result_file), 0 },
    };
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "devices[\"%.100s\"]", name);
    *device =
        (kt_scenario_device){ .queue_ns = -1, .fail_rate = -1, .fail_reason = "the scenario made this task fail" };
    device->device = kt_arena_strndup(s->arena, name, strlen(name));
    if (device->device == NULL)
        return kt_fail_nomem(err, strlen(name), "a scenario");
    int rc = read_members(s->arena, path, item, members, KT_COUNT(members), device, err);
    const char *status = device->status;
    if (rc == 0 && status != NULL && strcmp(status, "ONLINE") != 0 && strcmp(status, "OFFLINE") != 0 &&
        strcmp(status, "RETIRED") != 0)
        rc = wrong(err, path, "status", "ONLINE, OFFLINE or RETIRED");
    return rc;
}

static int read_devices(kt_scenario *s, kt_error *err)
{
    kt_json *devices = json_object_get(s->document, "devices"), *item;
    if (devices == NULL)
        return 0;
    if (!json_is_object(devices))
        return kt_fail(err, KT_E_INVALID, "devices: an object with device names is expected");
    s->devices = kt_arena_array(s->arena, json_object_size(devices) + 1, sizeof *s->devices);
    if (s->devices == NULL)
        return kt_fail_nomem(err, sizeof *s->devices, "a scenario");
    const char *name;
    json_object_foreach(devices, name, item)
    {
        int rc = read_device(s, name, item, &s->devices[s->device_count++], err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_rate(kt_scenario *s, const char *name, const kt_json *item, kt_scenario_rate *rate, kt_error *err)
{
    static const member members[] = {
        { "per_second", MEMBER_NUMBER, OF(kt_scenario_rate, per_second), 1e9 },
        { "burst", MEMBER_NUMBER, OF(kt_scenario_rate, burst), 1e9 },
    };
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "quotas.%.100s", name);
    *rate = (kt_scenario_rate){ .operation = kt_arena_strndup(s->arena, name, strlen(name)), .burst = 1 };
    if (rate->operation == NULL)
        return kt_fail_nomem(err, strlen(name), "a scenario");
    int rc = read_members(s->arena, path, item, members, KT_COUNT(members), rate, err);
    if (rc == 0 && rate->burst < 1)
        rc = wrong(err, path, "burst", "a number, 1 or more");
    return rc;
}

/* Source: the quotas page of Amazon Braket's developer guide (2026). */
static const kt_scenario_rate aws_rates[] = {
    { "*", 140, 600 },
    { "CreateQuantumTask", 20, 40 },
    { "GetQuantumTask", 100, 500 },
    { "CancelQuantumTask", 2, 20 },
    { "SearchQuantumTasks", 5, 50 },
    { "GetDevice", 5, 50 },
    { "SearchDevices", 5, 50 },
    { "CreateJob", 1, 5 },
    { "GetJob", 5, 25 },
    { "CancelJob", 2, 5 },
    { "SearchJobs", 5, 50 },
};

const kt_scenario_rate *kt_scenario_aws_rates(size_t *count)
{
    *count = KT_COUNT(aws_rates);
    return aws_rates;
}

/* "quotas": "aws", or an object of operations. */
static int read_quotas(kt_scenario *s, kt_error *err)
{
    kt_json *quotas = json_object_get(s->document, "quotas"), *item;
    if (quotas == NULL)
        return 0;
    bool aws = json_is_string(quotas) && strcmp(json_string_value(quotas), "aws") == 0;
    if (!aws && !json_is_object(quotas))
        return kt_fail(err, KT_E_INVALID, "quotas: \"aws\" or an object of operations is expected");
    size_t most = aws ? KT_COUNT(aws_rates) : json_object_size(quotas);
    s->rates = kt_arena_array(s->arena, most + 1, sizeof *s->rates);
    if (s->rates == NULL)
        return kt_fail_nomem(err, most * sizeof *s->rates, "a scenario");
    if (aws) {
        memcpy(s->rates, aws_rates, sizeof aws_rates);
        s->rate_count = KT_COUNT(aws_rates);
        return 0;
    }
    const char *name;
    json_object_foreach(quotas, name, item)
    {
        int rc = read_rate(s, name, item, &s->rates[s->rate_count++], err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_clock(kt_scenario *s, kt_error *err)
{
    static const member members[] = {
        { "at", MEMBER_TIME, OF(kt_scenario, clock_at_ns), 0 },
        { "speed", MEMBER_NUMBER, OF(kt_scenario, clock_speed), 1e6 },
    };
    const kt_json *clock = json_object_get(s->document, "clock");
    s->has_clock = clock != NULL;
    return clock == NULL ? 0 : read_members(s->arena, "clock", clock, members, KT_COUNT(members), s, err);
}

/* ---- the whole ---- */

static int read_scenario(kt_scenario *s, kt_error *err)
{
    struct top {
        int64_t seed, cancellable_ns, token_ns, stale_ns, concurrent;
        bool too_late, keep_windows;
    } top = { .cancellable_ns = 200000000, .token_ns = INT64_MAX };
    static const member members[] = {
        { "$schema", MEMBER_OTHER, 0, 0 },
        { "seed", MEMBER_COUNT, OF(struct top, seed), 9007199254740992.0 },
        { "simulator_cancellable_s", MEMBER_SECONDS, OF(struct top, cancellable_ns), YEAR_S },
        { "token_memory_s", MEMBER_SECONDS, OF(struct top, token_ns), YEAR_S },
        { "search_stale_s", MEMBER_SECONDS, OF(struct top, stale_ns), YEAR_S },
        { "concurrent_tasks", MEMBER_COUNT, OF(struct top, concurrent), 1e9 },
        { "cancel_too_late", MEMBER_BOOL, OF(struct top, too_late), 0 },
        { "keep_windows", MEMBER_BOOL, OF(struct top, keep_windows), 0 },
        { "clock", MEMBER_OTHER, 0, 0 },
        { "quotas", MEMBER_OTHER, 0, 0 },
        { "faults", MEMBER_OTHER, 0, 0 },
        { "devices", MEMBER_OTHER, 0, 0 },
        { "events", MEMBER_OTHER, 0, 0 },
    };
    int rc = read_members(s->arena, "", s->document, members, KT_COUNT(members), &top, err);
    s->seed = (uint64_t)top.seed;
    s->simulator_cancellable_ns = top.cancellable_ns;
    s->token_memory_ns = top.token_ns;
    s->search_stale_ns = top.stale_ns;
    s->concurrent_tasks = (uint32_t)top.concurrent;
    s->cancel_too_late = top.too_late;
    s->keep_windows = top.keep_windows;
    if (rc == 0)
        rc = read_clock(s, err);
    if (rc == 0)
        rc = read_quotas(s, err);
    if (rc == 0)
        rc = read_devices(s, err);
    if (rc == 0)
        rc = read_list(s, "faults", sizeof *s->faults, read_fault, (void **)&s->faults, &s->fault_count, err);
    if (rc == 0)
        rc = read_list(s, "events", sizeof *s->events, read_event, (void **)&s->events, &s->event_count, err);
    return rc;
}

/* What an event will set later is checked now. */
static int check_events(const kt_scenario *s, kt_error *err)
{
    for (size_t i = 0; i < s->event_count; i++) {
        kt_json *merged = kt_scenario_merge(s->document, s->events[i].set);
        if (merged == NULL)
            return kt_fail_nomem(err, 0, "a scenario");
        json_object_del(merged, "events");
        KT_OWN(kt_scenario) *later = NULL;
        int rc = kt_scenario_read(merged, &later, err);
        if (rc < 0)
            return kt_wrap(err, rc, "events[%zu].set", i);
    }
    return 0;
}

int kt_scenario_read(kt_json *take_document, kt_scenario **out, kt_error *err)
{
    KT_OWN(kt_scenario) *s = calloc(1, sizeof *s);
    if (s == NULL || (s->arena = kt_arena_new(16 << 20)) == NULL) {
        kt_json_free(take_document);
        return kt_fail_nomem(err, sizeof *s, "a scenario");
    }
    s->document = take_document;
    s->clock_speed = 1;
    int rc = read_scenario(s, err);
    if (rc == 0)
        rc = check_events(s, err);
    if (rc < 0)
        return rc;
    *out = KT_GIVE(s);
    return 0;
}

void kt_scenario_free(kt_scenario *scenario)
{
    if (scenario == NULL)
        return;
    kt_json_free(scenario->document);
    kt_arena_free(scenario->arena);
    free(scenario);
}

kt_json *kt_scenario_merge(const kt_json *document, const kt_json *patch)
{
    kt_json *merged = json_deep_copy(document), *value;
    const char *name;
    if (merged == NULL)
        return NULL;
    json_object_foreach((kt_json *)(uintptr_t)patch, name, value)
    {
        int rc = json_is_null(value) ? (json_object_del(merged, name), 0)
                                     : json_object_set_new(merged, name, json_deep_copy(value));
        if (rc < 0) {
            kt_json_free(merged);
            return NULL;
        }
    }
    return merged;
}
