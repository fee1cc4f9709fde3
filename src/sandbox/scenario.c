/* SPDX-License-Identifier: Apache-2.0 */
/* scenario.c - reads a scenario. Every object has a table of its members; a name that is in no table, a wrong kind or a
 * value out of range is an error that tells where it stands. */
#include "sandbox/scenario_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MOST = 1000 };

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
        char path[KT_SCENARIO_PATH_BYTES];
        snprintf(path, sizeof path, "%s[%zu]", name, i);
        int rc = read(s, path, json_array_get(list, i), items + i * item_bytes, err);
        if (rc < 0)
            return rc;
    }
    *out = items;
    *count = given;
    return 0;
}

static int read_event(kt_scenario *s, const char *path, const kt_json *item, void *target, kt_error *err)
{
    static const kt_member members[] = {
        { "after_s", KT_MEMBER_SECONDS, KT_SCENARIO_AT(kt_scenario_event, after_ns), KT_SCENARIO_YEAR_S },
        { "set", KT_MEMBER_OTHER, 0, 0 },
    };
    kt_scenario_event *event = target;
    int rc = kt_scenario_members(s->arena, path, item, members, KT_COUNT(members), event, err);
    event->set = json_object_get(item, "set");
    if (rc == 0 && (!json_is_object(event->set) || json_object_get(event->set, "events") != NULL))
        rc = kt_scenario_wrong(err, path, "set", "an object of scenario members other than events");
    if (rc == 0 && event->after_ns < s->event_after_ns)
        rc = kt_scenario_wrong(err, path, "after_s", "a time not before that of the event in front");
    s->event_after_ns = event->after_ns;
    return rc;
}

/* ---- objects by name ---- */

static int read_device(kt_scenario *s, const char *name, const kt_json *item, kt_scenario_device *device, kt_error *err)
{
    static const kt_member members[] = {
        { "status", KT_MEMBER_TEXT, KT_SCENARIO_AT(kt_scenario_device, status), 0 },
        { "queue_s", KT_MEMBER_SECONDS, KT_SCENARIO_AT(kt_scenario_device, queue_ns), KT_SCENARIO_YEAR_S },
        { "fail_rate", KT_MEMBER_NUMBER, KT_SCENARIO_AT(kt_scenario_device, fail_rate), 1 },
        { "fail_reason", KT_MEMBER_TEXT, KT_SCENARIO_AT(kt_scenario_device, fail_reason), 0 },
        { "result_file", KT_MEMBER_TEXT, KT_SCENARIO_AT(kt_scenario_device, result_file), 0 },
    };
    char path[KT_SCENARIO_PATH_BYTES];
    snprintf(path, sizeof path, "devices[\"%.100s\"]", name);
    *device =
        (kt_scenario_device){ .queue_ns = -1, .fail_rate = -1, .fail_reason = "the scenario made this task fail" };
    device->device = kt_arena_strndup(s->arena, name, strlen(name));
    if (device->device == NULL)
        return kt_fail_nomem(err, strlen(name), "a scenario");
    int rc = kt_scenario_members(s->arena, path, item, members, KT_COUNT(members), device, err);
    const char *status = device->status;
    if (rc == 0 && status != NULL && strcmp(status, "ONLINE") != 0 && strcmp(status, "OFFLINE") != 0 &&
        strcmp(status, "RETIRED") != 0)
        rc = kt_scenario_wrong(err, path, "status", "ONLINE, OFFLINE or RETIRED");
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
    static const kt_member members[] = {
        { "per_second", KT_MEMBER_NUMBER, KT_SCENARIO_AT(kt_scenario_rate, per_second), 1e9 },
        { "burst", KT_MEMBER_NUMBER, KT_SCENARIO_AT(kt_scenario_rate, burst), 1e9 },
    };
    char path[KT_SCENARIO_PATH_BYTES];
    snprintf(path, sizeof path, "quotas.%.100s", name);
    *rate = (kt_scenario_rate){ .operation = kt_arena_strndup(s->arena, name, strlen(name)), .burst = 1 };
    if (rate->operation == NULL)
        return kt_fail_nomem(err, strlen(name), "a scenario");
    int rc = kt_scenario_members(s->arena, path, item, members, KT_COUNT(members), rate, err);
    if (rc == 0 && rate->burst < 1)
        rc = kt_scenario_wrong(err, path, "burst", "a number from 1 to 1000000000");
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
    static const kt_member members[] = {
        { "at", KT_MEMBER_TIME, KT_SCENARIO_AT(kt_scenario, clock_at_ns), 0 },
        { "speed", KT_MEMBER_NUMBER, KT_SCENARIO_AT(kt_scenario, clock_speed), 1e6 },
    };
    const kt_json *clock = json_object_get(s->document, "clock");
    s->has_clock = clock != NULL;
    return clock == NULL ? 0 : kt_scenario_members(s->arena, "clock", clock, members, KT_COUNT(members), s, err);
}

/* ---- the whole ---- */

static int read_scenario(kt_scenario *s, kt_error *err)
{
    struct top {
        int64_t seed, cancellable_ns, token_ns, stale_ns, concurrent;
        bool too_late, keep_windows;
    } top = { .cancellable_ns = 200000000, .token_ns = INT64_MAX };
    static const kt_member members[] = {
        { "$schema", KT_MEMBER_OTHER, 0, 0 },
        { "seed", KT_MEMBER_COUNT, KT_SCENARIO_AT(struct top, seed), 9007199254740992.0 },
        { "simulator_cancellable_s", KT_MEMBER_SECONDS, KT_SCENARIO_AT(struct top, cancellable_ns),
          KT_SCENARIO_YEAR_S },
        { "token_memory_s", KT_MEMBER_SECONDS, KT_SCENARIO_AT(struct top, token_ns), KT_SCENARIO_YEAR_S },
        { "search_stale_s", KT_MEMBER_SECONDS, KT_SCENARIO_AT(struct top, stale_ns), KT_SCENARIO_YEAR_S },
        { "concurrent_tasks", KT_MEMBER_COUNT, KT_SCENARIO_AT(struct top, concurrent), 1e9 },
        { "cancel_too_late", KT_MEMBER_BOOL, KT_SCENARIO_AT(struct top, too_late), 0 },
        { "keep_windows", KT_MEMBER_BOOL, KT_SCENARIO_AT(struct top, keep_windows), 0 },
        { "clock", KT_MEMBER_OTHER, 0, 0 },
        { "quotas", KT_MEMBER_OTHER, 0, 0 },
        { "faults", KT_MEMBER_OTHER, 0, 0 },
        { "devices", KT_MEMBER_OTHER, 0, 0 },
        { "events", KT_MEMBER_OTHER, 0, 0 },
    };
    int rc = kt_scenario_members(s->arena, "", s->document, members, KT_COUNT(members), &top, err);
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
        rc = read_list(s, "faults", sizeof *s->faults, kt_scenario_fault_read, (void **)&s->faults, &s->fault_count,
                       err);
    if (rc == 0)
        rc = read_list(s, "events", sizeof *s->events, read_event, (void **)&s->events, &s->event_count, err);
    return rc;
}

static int read_document(kt_json *take_document, kt_scenario **out, kt_error *err)
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
        *out = KT_GIVE(s);
    return rc;
}

/* What an event will set later is checked now. No member's being right depends on another, so that what is set is
 * looked at alone: together with all the rest, a long list of events would take minutes. */
static int check_events(const kt_scenario *s, kt_error *err)
{
    KT_OWN(kt_json) *nothing = json_object();
    for (size_t i = 0; i < s->event_count; i++) {
        kt_json *set = nothing == NULL ? NULL : kt_scenario_merge(nothing, s->events[i].set);
        if (set == NULL)
            return kt_fail_nomem(err, 0, "a scenario");
        KT_OWN(kt_scenario) *later = NULL;
        int rc = read_document(set, &later, err);
        if (rc < 0)
            return kt_wrap(err, rc, "events[%zu].set", i);
    }
    return 0;
}

int kt_scenario_read(kt_json *take_document, kt_scenario **out, kt_error *err)
{
    KT_OWN(kt_scenario) *s = NULL;
    int rc = read_document(take_document, &s, err);
    if (rc == 0)
        rc = check_events(s, err);
    if (rc == 0)
        *out = KT_GIVE(s);
    return rc;
}

int kt_scenario_read_later(const kt_scenario *scenario, const kt_scenario_event *event, kt_scenario **out,
                           kt_error *err)
{
    kt_json *document = kt_scenario_merge(scenario->document, event->set);
    return document == NULL ? kt_fail_nomem(err, 0, "a scenario") : read_document(document, out, err);
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
    kt_json *merged = json_copy((kt_json *)(uintptr_t)document), *value;
    const char *name;
    if (merged == NULL)
        return NULL;
    json_object_foreach((kt_json *)(uintptr_t)patch, name, value)
    {
        int rc = json_is_null(value) ? (json_object_del(merged, name), 0) : json_object_set(merged, name, value);
        if (rc < 0) {
            kt_json_free(merged);
            return NULL;
        }
    }
    return merged;
}
