/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - one line a message; too long a message is cut, never allocated for. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

enum { LONGEST_MESSAGE = 1024 };

static void write_to_stderr(void *ctx, kt_log_level level, const char *message)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    (void)ctx;
    fprintf(stderr, "ketch: %s: %s\n", names[level], message);
}

void kt_log_to_stderr(kt_log *log, kt_log_level level)
{
    *log = (kt_log){ level, write_to_stderr, NULL };
}

void kt_logf(const kt_log *log, kt_log_level level, const char *format, ...)
{
    if (log == NULL || log->write == NULL || level > log->level)
        return;
    char message[LONGEST_MESSAGE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    log->write(log->ctx, level, message);
}
