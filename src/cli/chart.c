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

static int by_index(const void *a, const void *b)
{
    const row *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

/* The heaviest rows of a chart, and what there is in all. */
typedef struct selection {
    row *rows; /* once it is full, a heap with the lightest row on top */
    size_t count, room;
    uint64_t total_count; /* of rows with a weight */
    double total, heaviest;
} selection;

static void sink(row *rows, size_t count, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count && heavier_first(&rows[child + 1], &rows[child]) > 0)
            child++;
        if (heavier_first(&rows[child], &rows[at]) < 0)
            return;
        const row moved = rows[at];
        rows[at] = rows[child];
        rows[child] = moved;
        at = child;
    }
}

static void offer(selection *s, row offered)
{
    s->total_count++;
    s->total += offered.weight;
    s->heaviest = offered.weight > s->heaviest ? offered.weight : s->heaviest;
    if (s->count < s->room) {
        s->rows[s->count++] = offered;
        for (size_t i = s->count == s->room ? s->room / 2 : 0; i > 0; i--)
            sink(s->rows, s->count, i - 1);
    } else if (heavier_first(&offered, &s->rows[0]) < 0) {
        s->rows[0] = offered;
        sink(s->rows, s->count, 0);
    }
}

/* At most `most` rows, whatever the chart holds: a state of many qubits is looked at, never copied. */
static bool select_rows(const kt_chart *chart, uint64_t most, selection *s)
{
    *s = (selection){ .room = (size_t)(most < chart->count ? most : chart->count) };
    s->rows = calloc(s->room + 1, sizeof(*s->rows));
    for (uint64_t i = 0; i < chart->count && s->rows != NULL; i++) {
        const row offered = { i, chart->weight(chart->ctx, i) };
        if (offered.weight > 0)
            offer(s, offered);
    }
    return s->rows != NULL;
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

static void add_rest(kt_buf *out, const kt_chart *chart, const selection *s, size_t shown)
{
    char text[32];
    double rest = s->total;
    for (size_t i = 0; i < shown; i++)
        rest -= s->rows[i].weight;
    kt_group_text(s->total_count - shown, text, sizeof(text));
    kt_buf_fill(out, " ", MARGIN);
    kt_buf_addf(out, "%s more %s (%.1f %%)\n", text, chart->nouns, 100 * rest / chart->whole);
}

void kt_chart_add(kt_buf *out, const kt_chart *chart, const kt_show *show)
{
    /* One row more than asked for: "1 more outcome" would take the line that the outcome itself needs. */
    selection s;
    if (!select_rows(chart, show->top == 0 ? chart->count : show->top + 1, &s)) {
        out->failed = KT_E_NOMEM;
        return;
    }
    const bool all = s.count == s.total_count;
    const size_t shown = all ? s.count : s.count - 1;
    qsort(s.rows, s.count, sizeof(*s.rows), all ? by_index : heavier_first);
    int label_width = 0, value_width = 0;
    measure(chart, s.rows, shown, &label_width, &value_width);
    const int taken = MARGIN + label_width + 2 + value_width + 2 + (int)strlen("100.0 %") + 2;
    const int room = show->width - 1 - taken > MOST_BAR ? MOST_BAR : show->width - 1 - taken;
    for (size_t i = 0; i < shown; i++) {
        add_row(out, chart, &s.rows[i], value_width);
        if (room >= LEAST_BAR) {
            kt_buf_adds(out, "  ");
            add_bar(out, room * s.rows[i].weight / s.heaviest, show);
        }
        kt_buf_addc(out, '\n');
    }
    if (!all)
        add_rest(out, chart, &s, shown);
    free(s.rows);
}
