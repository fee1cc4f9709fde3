/* SPDX-License-Identifier: Apache-2.0 */
/* window.c - when a device takes work: windows of the week, in UTC, none over midnight. A task for an ONLINE device
 * outside of them is accepted and waits, so this is for people who wait, not for refusing.
 * Source: braket-schemas' DeviceExecutionWindow. */
#include "braket/target_priv.h"

#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400, WEEK_DAYS = 7 };
#define NS INT64_C(1000000000)

/* Days as bits, Monday first. */
static const struct {
    const char *name;
    unsigned days;
} day_names[] = {
    { "Everyday", 0x7f }, { "Weekdays", 0x1f }, { "Weekend", 0x60 }, { "Monday", 1 },      { "Tuesday", 2 },
    { "Wednesday", 4 },   { "Thursday", 8 },    { "Friday", 0x10 },  { "Saturday", 0x20 }, { "Sunday", 0x40 },
};

static unsigned days_of(const char *name)
{
    for (size_t i = 0; name != NULL && i < KT_COUNT(day_names); i++)
        if (strcmp(day_names[i].name, name) == 0)
            return day_names[i].days;
    return 0;
}

/* "03:15:00", or "03:15" as old records have it; -1 for anything else. */
static int64_t second_of_day(const char *text)
{
    int hour = 0, minute = 0, second = 0;
    if (text == NULL || sscanf(text, "%2d:%2d:%2d", &hour, &minute, &second) < 2)
        return -1;
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return -1;
    return (int64_t)hour * 3600 + minute * 60 + second;
}

bool kt_target_is_open(const kt_target *target, int64_t wall_ns, int64_t *next_open_ns)
{
    const int64_t now_s = wall_ns / NS, day = now_s / DAY_S, in_day_s = now_s % DAY_S;
    int64_t next_s = 0;
    bool is_open = false;
    for (size_t i = 0; i < json_array_size(target->windows); i++) {
        const kt_json *window = json_array_get(target->windows, i);
        const unsigned days = days_of(json_string_value(json_object_get(window, "executionDay")));
        const int64_t from = second_of_day(json_string_value(json_object_get(window, "windowStartHour")));
        const int64_t to = second_of_day(json_string_value(json_object_get(window, "windowEndHour")));
        for (int64_t ahead = 0; from >= 0 && to > from && ahead <= WEEK_DAYS; ahead++) {
            if ((days >> ((day + ahead + 3) % WEEK_DAYS) & 1) == 0) /* 1970-01-01 was a Thursday */
                continue;
            if (ahead == 0 && in_day_s >= from && in_day_s <= to)
                is_open = true;
            const int64_t opens_s = (day + ahead) * DAY_S + from;
            if (opens_s > now_s && (next_s == 0 || opens_s < next_s))
                next_s = opens_s;
        }
    }
    *next_open_ns = is_open ? wall_ns : next_s * NS;
    return is_open;
}
