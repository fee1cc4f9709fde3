/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - the system's two clocks, and times and durations as text. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#define NS_PER_SECOND ((int64_t)1000000000)

static int64_t read_clock(clockid_t id)
{
    struct timespec now = { 0 };
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static int64_t system_wall_ns(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_monotonic_ns(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC);
}

const kt_clock *kt_clock_system(void)
{
    static const kt_clock system_clock = { system_wall_ns, system_monotonic_ns, NULL };
    return &system_clock;
}

int kt_time_text(int64_t wall_ns, char *text, size_t bytes, kt_error *err)
{
    int64_t seconds = wall_ns / NS_PER_SECOND, rest_ns = wall_ns % NS_PER_SECOND;
    if (rest_ns < 0) {
        rest_ns += NS_PER_SECOND;
        seconds--;
    }
    const time_t moment = (time_t)seconds;
    struct tm utc;
    if (gmtime_r(&moment, &utc) == NULL || bytes < 32)
        return kt_fail(err, KT_E_INVALID, "a time of %lld ns can't be written in %zu bytes; 32 are needed",
                       (long long)wall_ns, bytes);
    snprintf(text, bytes, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
             utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(rest_ns / 1000000));
    return 0;
}

/* Durations below a minute: the first unit that is large enough gives the format. */
static const struct {
    double below_ns, unit_ns;
    const char *format;
} short_forms[] = {
    { 1e3, 1, "%.0f ns" },   { 1e5, 1e3, "%.1f us" }, { 1e6, 1e3, "%.0f us" },
    { 1e8, 1e6, "%.1f ms" }, { 1e9, 1e6, "%.0f ms" }, { 59.995e9, 1e9, "%.2f s" },
};

void kt_duration_text(int64_t duration_ns, char *text, size_t bytes)
{
    const double ns = duration_ns < 0 ? 0 : (double)duration_ns;
    for (size_t i = 0; i < KT_COUNT(short_forms); i++)
        if (ns < short_forms[i].below_ns) {
            snprintf(text, bytes, short_forms[i].format, ns / short_forms[i].unit_ns);
            return;
        }
    const int64_t seconds = (duration_ns + NS_PER_SECOND / 2) / NS_PER_SECOND;
    if (seconds < 3600)
        snprintf(text, bytes, "%lld min %lld s", (long long)(seconds / 60), (long long)(seconds % 60));
    else
        snprintf(text, bytes, "%lld h %lld min", (long long)(seconds / 3600), (long long)(seconds % 3600 / 60));
}
