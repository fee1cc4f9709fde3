/* SPDX-License-Identifier: Apache-2.0 */
/* log_test.c - what is above the level is dropped, what is too long is cut. */
#include "base/log.h"

#include "tests/unit.h"
#include <ketch/version.h>
#include <stdio.h>
#include <string.h>

typedef struct heard {
    int count;
    kt_log_level level;
    char message[2048];
} heard;

static void hear(void *ctx, kt_log_level level, const char *message)
{
    heard *h = ctx;
    h->count++;
    h->level = level;
    snprintf(h->message, sizeof(h->message), "%s", message);
}

TEST(log, messages_up_to_the_level_are_written)
{
    heard h = { 0 };
    const kt_log log = { KT_LOG_WARN, hear, &h };
    kt_logf(&log, KT_LOG_INFO, "dropped");
    assert_int_equal(h.count, 0);
    kt_logf(&log, KT_LOG_WARN, "kept %d", 1);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.level, KT_LOG_WARN);
    assert_string_equal(h.message, "kept 1");
}

TEST(log, a_null_log_and_a_log_without_a_writer_are_silent)
{
    const kt_log silent = { 0 };
    kt_logf(NULL, KT_LOG_ERROR, "x");
    kt_logf(&silent, KT_LOG_ERROR, "x");
}

TEST(log, a_long_message_is_cut)
{
    heard h = { 0 };
    const kt_log log = { KT_LOG_ERROR, hear, &h };
    kt_logf(&log, KT_LOG_ERROR, "%02000d", 1);
    assert_int_equal(strlen(h.message), 1023);
}

TEST(log, standard_error_can_be_written_to)
{
    kt_log log;
    kt_log_to_stderr(&log, KT_LOG_ERROR);
    kt_logf(&log, KT_LOG_DEBUG, "not shown");
    assert_non_null(log.write);
}

TEST(version, the_library_says_the_version_it_was_built_as)
{
    assert_string_equal(kt_version(), KETCH_VERSION);
}
