/* SPDX-License-Identifier: Apache-2.0 */
/* clock_test.c - times and durations as a person reads them. */
#include "base/clock.h"

#include "tests/unit.h"

static const struct {
    int64_t wall_ns;
    const char *text;
} times[] = {
    { 0, "1970-01-01T00:00:00.000Z" },         { 1795463821250999999, "2026-11-23T19:57:01.250Z" },
    { -1, "1969-12-31T23:59:59.999Z" },        { INT64_MAX, "2262-04-11T23:47:16.854Z" },
    { INT64_MIN, "1677-09-21T00:12:43.145Z" },
};

TEST(clock, a_time_is_written_in_utc_to_the_millisecond)
{
    char text[32];
    kt_error err = { 0 };
    for (size_t i = 0; i < KT_COUNT(times); i++) {
        assert_int_equal(kt_time_text(times[i].wall_ns, text, sizeof(text), NULL), 0);
        assert_string_equal(text, times[i].text);
    }
    assert_int_equal(kt_time_text(0, text, 8, &err), KT_E_INVALID);
}

static const struct {
    const char *text;
    int64_t wall_ns; /* -1: refused */
} parsed[] = {
    { "1970-01-01", 0 },
    { "1970-01-02T00:00Z", 86400000000000 },
    { "2026-11-23T19:57:01.250Z", 1795463821250000000 },
    { "2026-11-23T20:57:01.25+01:00", 1795463821250000000 },
    { "2026-11-23T14:57:01.2500000009-0500", 1795463821250000000 },
    { "2024-02-29T00:00:00", 1709164800000000000 },
    { "2026-02-29", -1 },
    { "2026-13-01", -1 },
    { "2026-00-10", -1 },
    { "2026-11-23T24:00Z", -1 },
    { "2026-11-23T10:60Z", -1 },
    { "2026-11-23T10:00:60Z", -1 },
    { "2026-11-23T10:00:00.Z", -1 },
    { "2026-11-23T10:00:00Zx", -1 },
    { "2026-11-23T10:00:00+1", -1 },
    { "2026-11-23 10:00", -1 },
    { "1969-12-31", -1 },
    { "", -1 },
};

TEST(clock, reads_iso_times_and_refuses_what_is_none)
{
    for (size_t i = 0; i < KT_COUNT(parsed); i++) {
        int64_t wall_ns = -1;
        kt_error err = { 0 };
        int rc = kt_time_parse(kt_view_of(parsed[i].text), &wall_ns, &err);
        assert_int_equal(rc, parsed[i].wall_ns < 0 ? KT_E_INVALID : 0);
        assert_int_equal(wall_ns, parsed[i].wall_ns);
    }
}

static const struct {
    int64_t ns;
    const char *text;
} durations[] = {
    { -5, "0 ns" },
    { 430, "430 ns" },
    { 4200, "4.2 us" },
    { 430000, "430 us" },
    { 4200000, "4.2 ms" },
    { 123456789, "123 ms" },
    { 1500000000, "1.50 s" },
    { 59990000000, "59.99 s" },
    { 59999000000, "1 min 0 s" },
    { 125000000000, "2 min 5 s" },
    { 3599600000000, "1 h 0 min" },
    { 12000000000000, "3 h 20 min" },
};

TEST(clock, a_duration_has_the_unit_that_suits_it)
{
    char text[32];
    for (size_t i = 0; i < KT_COUNT(durations); i++) {
        kt_duration_text(durations[i].ns, text, sizeof(text));
        assert_string_equal(text, durations[i].text);
    }
}

TEST(clock, the_system_s_clocks_go_forward)
{
    const kt_clock *clock = kt_clock_system();
    const int64_t begin = clock->monotonic_ns(clock->ctx);
    assert_true(clock->monotonic_ns(clock->ctx) >= begin);
    assert_true(clock->wall_ns(clock->ctx) > 1700000000 * (int64_t)1000000000);
}
