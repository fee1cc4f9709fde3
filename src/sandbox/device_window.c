/* SPDX-License-Identifier: Apache-2.0 */
/* device_window.c - availability windows: on which days of the week and between which hours (UTC) a device runs tasks.
 * The end of a window is the last second in it ("23:59:59"), as the Braket SDK reads it. */
#include "sandbox/device_priv.h"

#include <string.h>

enum { DAY_S = 86400, WEEK_DAYS = 7 };

/* Of the day since 1970-01-01, which was a Thursday; 0: Monday. */
static int week_day(int64_t day)
{
    return (int)(((day + 3) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS);
}

static bool is_on(const kt_qpu_window *window, int64_t day)
{
    static const char *const names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
    int at = week_day(day);
    if (strcmp(window->day, "Everyday") == 0)
        return true;
    if (strcmp(window->day, "Weekdays") == 0)
        return at < 5;
    if (strcmp(window->day, "Weekend") == 0)
        return at >= 5;
    return strcmp(window->day, names[at]) == 0;
}

/* The next opening within the coming week, looked for day by day; a device without windows never opens. */
static int64_t next_opening_s(const kt_sandbox_device *device, int64_t now_s, int64_t today)
{
    for (int64_t day = today; day <= today + WEEK_DAYS; day++) {
        int64_t first = INT64_MAX;
        for (size_t i = 0; i < device->window_count; i++) {
            int64_t start = day * DAY_S + device->windows[i].start_s;
            if (is_on(&device->windows[i], day) && start > now_s && start < first)
                first = start;
        }
        if (first != INT64_MAX)
            return first;
    }
    return INT64_MAX;
}

bool kt_device_is_open(const kt_sandbox_device *device, int64_t wall_ns, int64_t *next_ns)
{
    const int64_t second_ns = 1000000000;
    int64_t now_s = wall_ns / second_ns - (wall_ns % second_ns < 0 ? 1 : 0);
    int64_t today = now_s / DAY_S - (now_s % DAY_S < 0 ? 1 : 0);
    int64_t hour_s = now_s - today * DAY_S;
    for (size_t i = 0; i < device->window_count; i++) {
        const kt_qpu_window *window = &device->windows[i];
        if (is_on(window, today) && hour_s >= window->start_s && hour_s <= window->end_s) {
            *next_ns = wall_ns;
            return true;
        }
    }
    int64_t next_s = next_opening_s(device, now_s, today);
    *next_ns = next_s > INT64_MAX / second_ns ? INT64_MAX : next_s * second_ns;
    return false;
}
