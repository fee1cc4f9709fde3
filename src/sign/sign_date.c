/* SPDX-License-Identifier: Apache-2.0 */
/* sign_date.c - times as signatures write them: 20260314T150926Z, and the Date header of HTTP. No locale, no time zone
 * but UTC. */
#include "sign/sign_priv.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { YEAR_LEAST = 1970, YEAR_MOST = 2200 };

static bool digits(const char *text, size_t count, int *out)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

static int days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days[month - 1];
}

static bool is_possible(const struct tm *t)
{
    const int year = t->tm_year + 1900, month = t->tm_mon + 1;
    return year >= YEAR_LEAST && year <= YEAR_MOST && month >= 1 && month <= 12 && t->tm_mday >= 1 &&
           t->tm_mday <= days_of_month(year, month) && t->tm_hour <= 23 && t->tm_min <= 59 && t->tm_sec <= 59;
}

int kt_sign_date_parse(kt_view text, int64_t *wall_ns, kt_error *err)
{
    struct tm t = { 0 };
    const char *d = text.data;
    bool is_good = text.length == KT_SIGN_DATE_LENGTH && d[8] == 'T' && d[15] == 'Z' && digits(d, 4, &t.tm_year) &&
                   digits(d + 4, 2, &t.tm_mon) && digits(d + 6, 2, &t.tm_mday) && digits(d + 9, 2, &t.tm_hour) &&
                   digits(d + 11, 2, &t.tm_min) && digits(d + 13, 2, &t.tm_sec);
    if (is_good) {
        t.tm_year -= 1900;
        t.tm_mon -= 1;
        is_good = is_possible(&t);
    }
    if (!is_good)
        return kt_fail(err, KT_E_SYNTAX, "'%.*s' is no date of the form yyyymmddThhmmssZ",
                       (int)(text.length < 64 ? text.length : 64), text.data == NULL ? "" : text.data);
    *wall_ns = (int64_t)timegm(&t) * 1000000000;
    return 0;
}

void kt_sign_date_text(int64_t wall_ns, char out[17])
{
    const time_t seconds = (time_t)(wall_ns / 1000000000);
    struct tm t = { 0 };
    gmtime_r(&seconds, &t);
    snprintf(out, 17, "%04u%02u%02uT%02u%02u%02uZ", (unsigned)(t.tm_year + 1900) % 10000,
             (unsigned)(t.tm_mon + 1) % 100, (unsigned)t.tm_mday % 100, (unsigned)t.tm_hour % 100,
             (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100);
}

static int month_of(const char *name)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int month = 0; month < 12; month++)
        if (memcmp(names + 3 * month, name, 3) == 0)
            return month;
    return -1;
}

/* "Sat, 14 Mar 2026 15:09:26 GMT" */
bool kt_sign_date_from_http(kt_view text, char out[17])
{
    const char *d = text.data;
    struct tm t = { 0 };
    if (text.length != 29 || d[3] != ',' || memcmp(d + 25, " GMT", 4) != 0 || d[19] != ':' || d[22] != ':' ||
        !digits(d + 5, 2, &t.tm_mday) || !digits(d + 12, 4, &t.tm_year) || !digits(d + 17, 2, &t.tm_hour) ||
        !digits(d + 20, 2, &t.tm_min) || !digits(d + 23, 2, &t.tm_sec))
        return false;
    t.tm_mon = month_of(d + 8);
    t.tm_year -= 1900;
    if (!is_possible(&t))
        return false;
    kt_sign_date_text((int64_t)timegm(&t) * 1000000000, out);
    return true;
}
