/* SPDX-License-Identifier: Apache-2.0 */
/* chart.c - draws a chart. Few rows stand in the order of their labels; of many, only the heaviest are shown, heaviest
 * first, and a line says how many more there are and what they weigh together. */
#include "cli/chart.h"

#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_BAR = 8, MOST_BAR = 60, MARGIN = 2 };

typedef struct row {
    uint64_t index;
    double weight;
} row;

static int heavier_first(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

/* All rows with a weight; NULL when there is no memory. */
static row *gather(const kt_chart *chart, size_t *count)
{
    size_t used = 0, room = 0;
    for (uint64_t i = 0; i < chart->count; i++)
        room += chart->weight(chart->ctx, i) > 0;
    row *rows = calloc(room + 1, sizeof(*rows));
    for (uint64_t i = 0; i < chart->count && rows != NULL; i++) {
        const double weight = chart->weight(chart->ctx, i);
        if (weight > 0)
            rows[used++] = (row){ i, weight };
    }
    *count = used;
    return rows;
}

/* A bar of `cells` columns, to an eighth of a column where there are blocks for it. */
static void add_bar(kt_buf *out, double cells, const kt_show *show)
{
    static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    const int steps = (int)(cells * 8 + 0.5);
    if (show->colour)
        kt_buf_adds(out, "\033[36m");
    if (show->unicode) {
        kt_buf_fill(out, "█", (size_t)(steps / 8));
        kt_buf_adds(out, steps == 0 ? eighths[1] : eighths[steps % 8]);
    } else {
        kt_buf_fill(out, "#", steps < 4 ? 1 : (size_t)((steps + 4) / 8));
    }
    if (show->colour)
        kt_buf_adds(out, "\033[0m");
}

/* The widest label and value among the rows to show. */
static void measure(const kt_chart *chart, const row *rows, size_t count, int *label_width, int *value_width)
{
    KT_BUF_OWN label;
    kt_buf_init(&label, 0);
    for (size_t i = 0; i < count; i++) {
        char value[KT_CHART_TEXT_BYTES];
        kt_buf_clear(&label);
        chart->label(chart->ctx, rows[i].index, &label);
        chart->value(chart->ctx, rows[i].index, value);
        const int wide = (int)label.length, long_value = (int)strlen(value);
        *label_width = wide > *label_width ? wide : *label_width;
        *value_width = long_value > *value_width ? long_value : *value_width;
    }
}

static void add_row(kt_buf *out, const kt_chart *chart, const row *at, int value_width)
{
    char value[KT_CHART_TEXT_BYTES];
    kt_buf_fill(out, " ", MARGIN);
    chart->label(chart->ctx, at->index, out);
    chart->value(chart->ctx, at->index, value);
    kt_buf_addf(out, "  %*s  %5.1f %%", value_width, value, 100 * at->weight / chart->whole);
}

static void add_rest(kt_buf *out, const kt_chart *chart, const row *rows, size_t shown, size_t count)
{
    char text[32];
    double rest = 0;
    for (size_t i = shown; i < count; i++)
        rest += rows[i].weight;
    kt_group_text(count - shown, text, sizeof(text));
    kt_buf_fill(out, " ", MARGIN);
    kt_buf_addf(out, "%s more %s (%.1f %%)\n", text, chart->nouns, 100 * rest / chart->whole);
}

void kt_chart_add(kt_buf *out, const kt_chart *chart, const kt_show *show)
{
    size_t count = 0;
    row *rows = gather(chart, &count);
    if (rows == NULL) {
        out->failed = KT_E_NOMEM;
        return;
    }
    /* "1 more outcome" would take the line that the outcome itself needs. */
    const bool all = show->top == 0 || count <= show->top + 1;
    const size_t shown = all ? count : (size_t)show->top;
    double heaviest = 0;
    for (size_t i = 0; i < count; i++)
        heaviest = rows[i].weight > heaviest ? rows[i].weight : heaviest;
    if (!all)
        qsort(rows, count, sizeof(*rows), heavier_first);
    int label_width = 0, value_width = 0;
    measure(chart, rows, shown, &label_width, &value_width);
    const int taken = MARGIN + label_width + 2 + value_width + 2 + (int)strlen("100.0 %") + 2;
    const int room = show->width - 1 - taken > MOST_BAR ? MOST_BAR : show->width - 1 - taken;
    for (size_t i = 0; i < shown; i++) {
        add_row(out, chart, &rows[i], value_width);
        if (room >= LEAST_BAR) {
            kt_buf_adds(out, "  ");
            add_bar(out, room * rows[i].weight / heaviest, show);
        }
        kt_buf_addc(out, '\n');
    }
    if (shown < count)
        add_rest(out, chart, rows, shown, count);
    free(rows);
}
