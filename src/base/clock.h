/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - time, handed in so that tests can fake it; durations and their text. */
#ifndef KT_BASE_CLOCK_H
#define KT_BASE_CLOCK_H

#include "base/error.h"
#include "base/view.h"

typedef struct kt_clock {
    int64_t (*wall_ns)(void *ctx);      /* since 1970-01-01 UTC */
    int64_t (*monotonic_ns)(void *ctx); /* for durations */
    void *ctx;
} kt_clock;

const kt_clock *kt_clock_system(void);
/* "2026-11-23T19:57:01.250Z"; text must hold 32. Years 0001 to 9999, else KT_E_INVALID. */
int kt_time_text(int64_t wall_ns, char *text, size_t bytes, kt_error *err);
/* ISO 8601: "2026-11-23", "2026-11-23T19:57Z", "2026-11-23T19:57:01.250+01:00"; without a zone UTC is meant. Digits
 * beyond the nanosecond are dropped. KT_E_INVALID says what is expected. Years 1970 to 2200. */
int kt_time_parse(kt_view text, int64_t *wall_ns, kt_error *err);
/* For a person: "430 ns", "4.2 ms", "1.50 s", "2 min 5 s", "3 h 20 min"; text must hold 32. */
void kt_duration_text(int64_t duration_ns, char *text, size_t bytes);

#endif
