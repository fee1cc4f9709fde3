/* SPDX-License-Identifier: Apache-2.0 */
/* show.h - a result for a person: histograms with bars, named values, a line that sums up. */
#ifndef KT_CLI_SHOW_H
#define KT_CLI_SHOW_H

#include "base/buf.h"
#include <ketch/result.h>

typedef struct kt_show {
    int width;    /* columns */
    bool unicode; /* blocks and dots; else ASCII */
    bool colour;
    uint64_t top; /* outcomes or amplitudes to show; 0: all */
} kt_show;

/* out remembers failures; check with kt_buf_check. Nothing shown depends on the time but the summary's last part. */
void kt_show_result(kt_buf *out, const kt_result *result, const kt_show *show);
/* 1234567 as "1,234,567"; text must hold 32. */
void kt_group_text(uint64_t number, char *text, size_t bytes);
/* A number for a person: ten digits at most, nothing of rounding's crumbs below 1e-14; text must hold 32. */
void kt_number_text(double number, char *text, size_t bytes);

#endif
