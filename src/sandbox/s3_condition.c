/* SPDX-License-Identifier: Apache-2.0 */
/* s3_condition.c - judging conditions, ranges and dates of HTTP. */
#include "sandbox/s3_condition.h"

#include "base/text.h"
#include "sandbox/object_priv.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_SECOND 1000000000

static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char *const months[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};

void kt_http_date_text(int64_t wall_ns, char out[KT_HTTP_DATE_BYTES])
{
    const time_t moment = (time_t)(wall_ns / NS_PER_SECOND);
    struct tm utc = { 0 };
    gmtime_r(&moment, &utc);
    snprintf(out, KT_HTTP_DATE_BYTES, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[utc.tm_wday],
             (unsigned)utc.tm_mday % 100, months[utc.tm_mon], (unsigned)(utc.tm_year + 1900) % 10000,
             (unsigned)utc.tm_hour % 100, (unsigned)utc.tm_min % 100, (unsigned)utc.tm_sec % 100);
}

static bool read_number(kt_view text, size_t at, size_t length, int most, int *out)
{
    uint64_t value;
    if (at + length > text.length ||
        kt_parse_uint((kt_view){ text.data + at, length }, 0, (uint64_t)most, &value, NULL) < 0)
        return false;
    *out = (int)value;
    return true;
}

/* The preferred form alone, of fixed width: that is what clients send. */
bool kt_http_date_parse(kt_view text, int64_t *seconds)
{
    struct tm utc = { 0 };
    int year = 0;
    if (text.length != KT_HTTP_DATE_BYTES - 1 || memcmp(text.data + 25, " GMT", 4) != 0 ||
        !read_number(text, 5, 2, 31, &utc.tm_mday) || !read_number(text, 12, 4, 9999, &year) ||
        !read_number(text, 17, 2, 23, &utc.tm_hour) || !read_number(text, 20, 2, 59, &utc.tm_min) ||
        !read_number(text, 23, 2, 60, &utc.tm_sec))
        return false;
    for (utc.tm_mon = 0; utc.tm_mon < 12; utc.tm_mon++)
        if (memcmp(text.data + 8, months[utc.tm_mon], 3) == 0)
            break;
    if (utc.tm_mon == 12 || utc.tm_mday == 0)
        return false;
    utc.tm_year = year - 1900;
    *seconds = (int64_t)timegm(&utc);
    return true;
}

/* ---- conditions ---- */

static kt_view bare_etag(kt_view etag)
{
    etag = kt_view_trim(etag);
    if (kt_view_starts(etag, "W/"))
        etag = (kt_view){ etag.data + 2, etag.length - 2 };
    if (etag.length >= 2 && etag.data[0] == '"' && etag.data[etag.length - 1] == '"')
        etag = (kt_view){ etag.data + 1, etag.length - 2 };
    return etag;
}

bool kt_s3_etag_listed(kt_view list, kt_view etag)
{
    while (list.data != NULL) {
        const char *comma = list.length == 0 ? NULL : memchr(list.data, ',', list.length);
        const kt_view item =
            bare_etag((kt_view){ list.data, comma == NULL ? list.length : (size_t)(comma - list.data) });
        if (kt_view_is(item, "*") || kt_view_equal(item, etag))
            return true;
        list = comma == NULL ? (kt_view){ NULL, 0 }
                             : (kt_view){ comma + 1, list.length - (size_t)(comma + 1 - list.data) };
    }
    return false;
}

kt_s3_verdict kt_s3_judge(const kt_s3_conditions *conditions, kt_view etag, int64_t modified_ns)
{
    const int64_t modified_s = modified_ns / NS_PER_SECOND;
    int64_t since;
    if (conditions->match.data != NULL) {
        if (!kt_s3_etag_listed(conditions->match, etag))
            return KT_S3_FAILED;
    } else if (kt_http_date_parse(conditions->unmodified_since, &since) && modified_s > since) {
        return KT_S3_FAILED;
    }
    if (conditions->none_match.data != NULL)
        return kt_s3_etag_listed(conditions->none_match, etag) ? KT_S3_NOT_MODIFIED : KT_S3_GO;
    return kt_http_date_parse(conditions->modified_since, &since) && modified_s <= since ? KT_S3_NOT_MODIFIED
                                                                                         : KT_S3_GO;
}

kt_s3_code kt_s3_guard_read(const kt_s3 *s3, kt_s3_guard *out)
{
    const kt_view none_match = kt_s3_header(s3, "if-none-match"), match = kt_s3_header(s3, "if-match");
    if (none_match.data != NULL && !kt_view_is(kt_view_trim(none_match), "*"))
        return KT_S3_NOT_IMPLEMENTED;
    *out = (kt_s3_guard){ .must_be_new = none_match.data != NULL, .must_match = match };
    return KT_S3_FINE;
}

int kt_s3_guard_check(const kt_s3_guard *guard, kt_db *db, const char *bucket, kt_view key, kt_s3_code *out,
                      kt_error *err)
{
    kt_object_row row = { 0 };
    *out = KT_S3_FINE;
    if (!guard->must_be_new && guard->must_match.data == NULL)
        return 0;
    const int rc = kt_object_row_open(db, bucket, key, &row, err);
    if (rc > 0 && (guard->must_be_new || !kt_s3_etag_listed(guard->must_match, row.etag)))
        *out = KT_S3_PRECONDITION;
    else if (rc == 0 && guard->must_match.data != NULL)
        *out = KT_S3_NO_SUCH_KEY;
    kt_object_row_close(&row);
    return rc < 0 ? rc : 0;
}

/* ---- ranges ---- */

kt_s3_range kt_s3_range_read(kt_view text, uint64_t whole, uint64_t *offset, uint64_t *bytes)
{
    static const char unit[] = "bytes=";
    const size_t skip = sizeof unit - 1;
    if (!kt_view_starts(text, unit))
        return KT_S3_WHOLE;
    const kt_view rest = kt_view_trim((kt_view){ text.data + skip, text.length - skip });
    const char *dash = rest.length == 0 ? NULL : memchr(rest.data, '-', rest.length);
    if (dash == NULL)
        return KT_S3_WHOLE;
    const kt_view first = { rest.data, (size_t)(dash - rest.data) };
    const kt_view last = { dash + 1, rest.length - first.length - 1 };
    uint64_t from = 0, to = UINT64_MAX;
    if ((first.length == 0 && last.length == 0) ||
        (first.length > 0 && kt_parse_uint(first, 0, UINT64_MAX, &from, NULL) < 0) ||
        (last.length > 0 && kt_parse_uint(last, 0, UINT64_MAX, &to, NULL) < 0) || (first.length > 0 && to < from))
        return KT_S3_WHOLE;
    if (first.length == 0) { /* the last so many */
        if (to == 0 || whole == 0)
            return KT_S3_OUTSIDE;
        *bytes = to < whole ? to : whole;
        *offset = whole - *bytes;
        return KT_S3_PART;
    }
    if (from >= whole)
        return KT_S3_OUTSIDE;
    *offset = from;
    *bytes = (to < whole - 1 ? to : whole - 1) - from + 1;
    return KT_S3_PART;
}
