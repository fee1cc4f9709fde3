/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - what happens, for whoever runs the program; handed in, never global. NULL logs nothing. */
#ifndef KT_BASE_LOG_H
#define KT_BASE_LOG_H

#include "base/base.h"

typedef enum kt_log_level { KT_LOG_ERROR, KT_LOG_WARN, KT_LOG_INFO, KT_LOG_DEBUG } kt_log_level;
typedef struct kt_log {
    kt_log_level level; /* messages above it are dropped */
    void (*write)(void *ctx, kt_log_level level, const char *message);
    void *ctx;
} kt_log;

void kt_log_to_stderr(kt_log *log, kt_log_level level);
void kt_logf(const kt_log *log, kt_log_level level, const char *format, ...) KT_PRINTF(3, 4);

#endif
