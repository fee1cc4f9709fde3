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

/* ---- reading a time ---- */

/* The next `digits` digits as a number, or -1. */
static int take_number(kt_view text, size_t *offset, size_t digits)
{
    int value = 0;
    if (text.length - *offset < digits)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        char c = text.data[*offset + i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *offset += digits;
    return value;
}

static bool take_char(kt_view text, size_t *offset, char c)
{
    if (*offset == text.length || text.data[*offset] != c)
        return false;
    ++*offset;
    return true;
}

static bool take_date(kt_view text, size_t *offset, struct tm *tm)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year = take_number(text, offset, 4);
    int month = take_char(text, offset, '-') ? take_number(text, offset, 2) : -1;
    int day = take_char(text, offset, '-') ? take_number(text, offset, 2) : -1;
    if (year < 1970 || year > 2200 || month < 1 || month > 12)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    tm->tm_mday = day;
    return day >= 1 && day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* "T19:57", "T19:57:01", "T19:57:01.25". */
static bool take_time_of_day(kt_view text, size_t *offset, struct tm *tm, int64_t *rest_ns)
{
    tm->tm_hour = take_number(text, offset, 2);
    tm->tm_min = take_char(text, offset, ':') ? take_number(text, offset, 2) : -1;
    if (take_char(text, offset, ':')) {
        tm->tm_sec = take_number(text, offset, 2);
        int64_t unit_ns = NS_PER_SECOND;
        if (tm->tm_sec >= 0 && take_char(text, offset, '.')) {
            int digit = take_number(text, offset, 1);
            if (digit < 0)
                return false;
            for (; digit >= 0; digit = take_number(text, offset, 1))
                *rest_ns += digit * (unit_ns /= 10);
        }
    }
    return tm->tm_hour >= 0 && tm->tm_hour <= 23 && tm->tm_min >= 0 && tm->tm_min <= 59 && tm->tm_sec >= 0 &&
           tm->tm_sec <= 59;
}

/* "", "Z", "+01:00", "-0500": seconds that local time is ahead of UTC. */
static bool take_zone(kt_view text, size_t *offset, int64_t *ahead_s)
{
    if (*offset == text.length || take_char(text, offset, 'Z'))
        return true;
    int sign = take_char(text, offset, '+') ? 1 : take_char(text, offset, '-') ? -1 : 0;
    int hours = take_number(text, offset, 2);
    take_char(text, offset, ':');
    int minutes = take_number(text, offset, 2);
    *ahead_s = sign * (hours * 3600 + minutes * 60);
    return sign != 0 && hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59;
}

int kt_time_parse(kt_view text, int64_t *wall_ns, kt_error *err)
{
    struct tm tm = { 0 };
    size_t offset = 0;
    int64_t rest_ns = 0, ahead_s = 0;
    bool right = take_date(text, &offset, &tm);
    if (right && take_char(text, &offset, 'T'))
        right = take_time_of_day(text, &offset, &tm, &rest_ns) && take_zone(text, &offset, &ahead_s);
    if (!right || offset != text.length)
        return kt_fail(err, KT_E_INVALID, "'%.*s' is no time such as 2026-11-23T19:57:01Z",
                       (int)(text.length < 40 ? text.length : 40), text.data);
    *wall_ns = ((int64_t)timegm(&tm) - ahead_s) * NS_PER_SECOND + rest_ns;
    return 0;
}

/* ---- durations ---- */

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
