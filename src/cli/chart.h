/* SPDX-License-Identifier: Apache-2.0 */
/* chart.h - rows of label, value and bar; what several charts of one result share. */
#ifndef KT_CLI_CHART_H
#define KT_CLI_CHART_H

#include "cli/show.h"

enum { KT_CHART_TEXT_BYTES = 96 };

/* What is charted: `count` rows, of which those of weight 0 are left out. */
typedef struct kt_chart {
    uint64_t count;
    double (*weight)(const void *ctx, uint64_t row);
    void (*label)(const void *ctx, uint64_t row, kt_buf *out);
    void (*value)(const void *ctx, uint64_t row, char text[KT_CHART_TEXT_BYTES]);
    const void *ctx;
    const char *nouns; /* "outcomes": what rows are, when some are not shown */
    double whole;      /* the weights' sum, for percentages */
} kt_chart;

void kt_chart_add(kt_buf *out, const kt_chart *chart, const kt_show *show);

#endif
