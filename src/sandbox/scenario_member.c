/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_member.c - values of a scenario's members, each checked for its kind and range. What is wrong is told with
 * the place where it stands, and a name that nobody knows with the nearest that somebody does. */
#include "sandbox/scenario_priv.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int kt_scenario_wrong(kt_error *err, const char *path, const char *name, const char *expected)
{
    return kt_fail(err, KT_E_INVALID, "%s%s%s: %s is expected", path, path[0] == '\0' ? "" : ".", name, expected);
}

static int read_member(kt_arena *arena, const char *path, const kt_member *m, const kt_json *value, char *target,
                       kt_error *err)
{
    double number = json_number_value(value);
    bool in_range = json_is_number(value) && number >= 0 && number <= m->most;
    char expected[64];
    switch (m->kind) {
    case KT_MEMBER_TEXT:
        if (!json_is_string(value))
            return kt_scenario_wrong(err, path, m->name, "a text");
        const char *kept = kt_arena_strndup(arena, json_string_value(value), json_string_length(value));
        *(const char **)(void *)(target + m->offset) = kept;
        return kept == NULL ? kt_fail_nomem(err, json_string_length(value), "a scenario") : 0;
    case KT_MEMBER_SECONDS:
        if (!in_range)
            return kt_scenario_wrong(err, path, m->name, "a number of seconds from 0 to a year");
        *(int64_t *)(void *)(target + m->offset) = (int64_t)llround(number * 1e9);
        return 0;
    case KT_MEMBER_NUMBER:
        snprintf(expected, sizeof expected, "a number from 0 to %.0f", m->most);
        if (!in_range)
            return kt_scenario_wrong(err, path, m->name, expected);
        *(double *)(void *)(target + m->offset) = number;
        return 0;
    case KT_MEMBER_COUNT:
        snprintf(expected, sizeof expected, "a whole number from 0 to %.0f", m->most);
        if (!in_range || !json_is_integer(value) || json_integer_value(value) > (json_int_t)m->most)
            return kt_scenario_wrong(err, path, m->name, expected);
        *(int64_t *)(void *)(target + m->offset) = json_integer_value(value);
        return 0;
    case KT_MEMBER_BOOL:
        if (!json_is_boolean(value))
            return kt_scenario_wrong(err, path, m->name, "true or false");
        *(bool *)(void *)(target + m->offset) = json_is_true(value);
        return 0;
    case KT_MEMBER_TIME:
        if (!json_is_string(value) ||
            kt_time_parse(kt_view_of(json_string_value(value)), (int64_t *)(void *)(target + m->offset), NULL) < 0)
            return kt_scenario_wrong(err, path, m->name, "a time such as \"2026-03-14T09:00:00Z\"");
        return 0;
    case KT_MEMBER_OTHER: return 0;
    }
    return 0;
}

static const kt_member *find_member(const kt_member *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static int unknown_member(const char *path, const char *name, const kt_member *members, size_t count, kt_error *err)
{
    kt_nearest nearest;
    char hint[96];
    kt_nearest_init(&nearest, kt_view_of(name));
    for (size_t i = 0; i < count; i++)
        kt_nearest_offer(&nearest, kt_view_of(members[i].name));
    kt_nearest_hint(&nearest, hint, sizeof hint);
    return kt_fail(err, KT_E_INVALID, "%s%s%.60s: no such member%s", path, path[0] == '\0' ? "" : ".", name, hint);
}

int kt_scenario_members(kt_arena *arena, const char *path, const kt_json *object, const kt_member *members,
                        size_t count, void *target, kt_error *err)
{
    if (!json_is_object(object))
        return kt_fail(err, KT_E_INVALID, "%s: an object is expected", path[0] == '\0' ? "the scenario" : path);
    const char *name;
    kt_json *value;
    json_object_foreach((kt_json *)(uintptr_t)object, name, value)
    {
        const kt_member *found = find_member(members, count, name);
        if (found == NULL)
            return unknown_member(path, name, members, count, err);
        int rc = read_member(arena, path, found, value, target, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}
