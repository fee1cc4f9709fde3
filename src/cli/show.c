/* SPDX-License-Identifier: Apache-2.0 */
/* show.c - a result as text for a person. Each type of wanted result has a row in `showers`; long ones are cut, which
 * is said, and --json has all of them. */
#include "cli/show.h"

#include "base/clock.h"
#include "base/map.h"
#include "circuit/result.h"
#include "cli/chart.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_SHOWN = 16, MATRIX_SIDE_SHOWN = 8 };
static const double crumb = 1e-14;

void kt_group_text(uint64_t number, char *text, size_t bytes)
{
    char digits[24];
    const int count = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    size_t used = 0;
    for (int i = 0; i < count && used + 2 < bytes; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = '\0';
}

void kt_number_text(double number, char *text, size_t bytes)
{
    snprintf(text, bytes, "%.10g", fabs(number) < crumb ? 0.0 : number);
}

/* "0.70711-0.5i", both parts to `digits` behind the point. */
static void complex_text(kt_complex z, char *text, size_t bytes)
{
    const double half = 0.000005;
    const double re = fabs(z.re) < half ? 0 : z.re, im = fabs(z.im) < half ? 0 : z.im;
    snprintf(text, bytes, "%8.5f %c %.5fi", re, im < 0 ? '-' : '+', fabs(im));
}

static void add_bits(kt_buf *out, uint64_t index, int count)
{
    for (int bit = count - 1; bit >= 0; bit--)
        kt_buf_addc(out, (index >> bit & 1) != 0 ? '1' : '0');
}

static int log2_of(size_t count)
{
    int bits = 0;
    while (count >> bits > 1)
        bits++;
    return bits;
}

typedef struct counts_ctx {
    const kt_result *result;
    char *bits; /* room for one outcome */
} counts_ctx;

static double counts_weight(const void *ctx, uint64_t row)
{
    const counts_ctx *c = ctx;
    return (double)kt_result_outcome(c->result, row, c->bits);
}

static void counts_label(const void *ctx, uint64_t row, kt_buf *out)
{
    const counts_ctx *c = ctx;
    kt_result_outcome(c->result, row, c->bits);
    kt_buf_adds(out, c->bits);
}

static void counts_value(const void *ctx, uint64_t row, char text[KT_CHART_TEXT_BYTES])
{
    const counts_ctx *c = ctx;
    kt_group_text(kt_result_outcome(c->result, row, c->bits), text, KT_CHART_TEXT_BYTES);
}

/* Which qubits the columns show, unless they are simply all of them in order. */
static void add_measured_qubits(kt_buf *out, const kt_result *result)
{
    const int columns = kt_result_column_count(result);
    bool plain = columns == kt_result_qubit_count(result);
    for (int i = 0; i < columns && plain; i++)
        plain = kt_result_measured_qubit(result, i) == (uint32_t)i;
    if (plain)
        return;
    kt_buf_adds(out, columns == 1 ? "measured qubit " : "measured qubits ");
    for (int i = 0; i < columns; i++)
        kt_buf_addf(out, "%s%u", i == 0 ? "" : ", ", kt_result_measured_qubit(result, i));
    kt_buf_adds(out, ":\n");
}

static void add_counts(kt_buf *out, const kt_result *result, const kt_show *show)
{
    if (kt_result_shots(result) == 0 || kt_result_column_count(result) == 0)
        return;
    const counts_ctx ctx = { result, malloc((size_t)kt_result_column_count(result) + 1) };
    if (ctx.bits == NULL) {
        out->failed = KT_E_NOMEM;
        return;
    }
    const kt_chart chart = {
        .count = kt_result_outcome_count(result),
        .weight = counts_weight,
        .label = counts_label,
        .value = counts_value,
        .ctx = &ctx,
        .nouns = "outcomes",
        .whole = (double)kt_result_shots(result),
    };
    add_measured_qubits(out, result);
    kt_chart_add(out, &chart, show);
    free(ctx.bits);
}

typedef struct vector_ctx {
    const double *numbers;
    const kt_complex *complexes;
    int bits;
    size_t stride; /* of the diagonal, for a density matrix */
} vector_ctx;

static void basis_label(const void *ctx, uint64_t row, kt_buf *out)
{
    add_bits(out, row, ((const vector_ctx *)ctx)->bits);
}

static void ket_label(const void *ctx, uint64_t row, kt_buf *out)
{
    kt_buf_addc(out, '|');
    add_bits(out, row, ((const vector_ctx *)ctx)->bits);
    kt_buf_addc(out, '>');
}

static double number_weight(const void *ctx, uint64_t row)
{
    const double p = ((const vector_ctx *)ctx)->numbers[row];
    return p < crumb ? 0 : p;
}

static void number_value(const void *ctx, uint64_t row, char text[KT_CHART_TEXT_BYTES])
{
    snprintf(text, KT_CHART_TEXT_BYTES, "%.6f", ((const vector_ctx *)ctx)->numbers[row]);
}

static double amplitude_weight(const void *ctx, uint64_t row)
{
    const kt_complex a = ((const vector_ctx *)ctx)->complexes[row];
    const double p = a.re * a.re + a.im * a.im;
    return p < crumb ? 0 : p;
}

static void amplitude_value(const void *ctx, uint64_t row, char text[KT_CHART_TEXT_BYTES])
{
    complex_text(((const vector_ctx *)ctx)->complexes[row], text, KT_CHART_TEXT_BYTES);
}

static double diagonal_weight(const void *ctx, uint64_t row)
{
    const vector_ctx *c = ctx;
    const double p = c->complexes[row * c->stride].re;
    return p < crumb ? 0 : p;
}

static void diagonal_value(const void *ctx, uint64_t row, char text[KT_CHART_TEXT_BYTES])
{
    const vector_ctx *c = ctx;
    snprintf(text, KT_CHART_TEXT_BYTES, "%.6f", c->complexes[row * c->stride].re);
}

static void show_probability(kt_buf *out, const kt_result *result, size_t index, const kt_show *show)
{
    size_t count = 0;
    const vector_ctx ctx = { .numbers = kt_result_numbers(result, index, &count), .bits = log2_of(count) };
    const kt_chart chart = {
        .count = count,
        .weight = number_weight,
        .label = basis_label,
        .value = number_value,
        .ctx = &ctx,
        .nouns = "outcomes",
        .whole = 1,
    };
    kt_buf_adds(out, ":\n");
    kt_chart_add(out, &chart, show);
}

static void show_state_vector(kt_buf *out, const kt_result *result, size_t index, const kt_show *show)
{
    size_t count = 0;
    const vector_ctx ctx = { .complexes = kt_result_complexes(result, index, &count), .bits = log2_of(count) };
    const kt_chart chart = {
        .count = count,
        .weight = amplitude_weight,
        .label = ket_label,
        .value = amplitude_value,
        .ctx = &ctx,
        .nouns = "amplitudes",
        .whole = 1,
    };
    kt_buf_adds(out, ":\n");
    kt_chart_add(out, &chart, show);
}

/* The states that were asked for are the quoted bits in the result's words, in order. */
static void show_amplitude(kt_buf *out, const kt_result *result, size_t index, const kt_show *show)
{
    (void)show;
    size_t count = 0;
    const kt_complex *amplitudes = kt_result_complexes(result, index, &count);
    const char *at = strchr(kt_result_value_text(result, index), '"');
    kt_buf_adds(out, ":\n");
    for (size_t i = 0; i < count; i++) {
        char text[64];
        complex_text(amplitudes[i], text, sizeof(text));
        const char *end = at == NULL ? NULL : strchr(at + 1, '"');
        if (end == NULL)
            kt_buf_addf(out, "  %s\n", text);
        else
            kt_buf_addf(out, "  |%.*s>  %s\n", (int)(end - at - 1), at + 1, text);
        at = end == NULL ? NULL : strchr(end + 1, '"');
    }
}

static void show_numbers(kt_buf *out, const kt_result *result, size_t index, const kt_show *show)
{
    (void)show;
    size_t count = 0;
    const double *numbers = kt_result_numbers(result, index, &count);
    kt_buf_adds(out, count == 1 ? "  " : ":");
    for (size_t i = 0; i < count; i++) {
        char text[32];
        kt_number_text(numbers[i], text, sizeof(text));
        kt_buf_addf(out, "%s%s", count == 1 ? "" : "\n  ", text);
    }
    kt_buf_addc(out, '\n');
}

static void show_sample(kt_buf *out, const kt_result *result, size_t index, const kt_show *show)
{
    size_t count = 0;
    char text[32];
    const double *samples = kt_result_numbers(result, index, &count);
    kt_buf_adds(out, ":\n ");
    for (size_t i = 0; i < count && i < SAMPLES_SHOWN; i++) {
        kt_number_text(samples[i], text, sizeof(text));
        kt_buf_addf(out, " %s", text);
    }
    kt_group_text(count, text, sizeof(text));
    if (count > SAMPLES_SHOWN)
        kt_buf_addf(out, " %s (%s values)", show->unicode ? "…" : "...", text);
    kt_buf_addc(out, '\n');
}

static void add_matrix(kt_buf *out, const kt_complex *matrix, size_t side)
{
    for (size_t row = 0; row < side; row++) {
        kt_buf_adds(out, "  ");
        for (size_t column = 0; column < side; column++) {
            const kt_complex z = matrix[row * side + column];
            const double half = 0.0005;
            kt_buf_addf(out, "%s%6.3f%+.3fi", column == 0 ? "" : "  ", fabs(z.re) < half ? 0 : z.re,
                        fabs(z.im) < half ? 0 : z.im);
        }
        kt_buf_addc(out, '\n');
    }
}

/* Small ones in full when the terminal is wide enough, of others the diagonal. */
static void show_density_matrix(kt_buf *out, const kt_result *result, size_t index, const kt_show *show)
{
    enum { ENTRY_COLUMNS = 15 };
    size_t count = 0;
    const kt_complex *matrix = kt_result_complexes(result, index, &count);
    const int bits = log2_of(count) / 2;
    const size_t side = (size_t)1 << bits;
    if (side <= MATRIX_SIDE_SHOWN && (int)side * ENTRY_COLUMNS < show->width) {
        kt_buf_adds(out, ":\n");
        add_matrix(out, matrix, side);
        return;
    }
    const vector_ctx ctx = { .complexes = matrix, .bits = bits, .stride = side + 1 };
    const kt_chart chart = {
        .count = side,
        .weight = diagonal_weight,
        .label = basis_label,
        .value = diagonal_value,
        .ctx = &ctx,
        .nouns = "diagonal entries",
        .whole = 1,
    };
    kt_buf_addf(out, ": the diagonal of %zu x %zu\n", side, side);
    kt_chart_add(out, &chart, show);
}

static void show_gradient(kt_buf *out, const kt_result *result, size_t index, const kt_show *show)
{
    char text[32];
    kt_number_text(kt_result_gradient_expectation(result, index), text, sizeof(text));
    kt_buf_addf(out, ":\n  expectation  %s\n", text);
    for (int p = 0; p < kt_result_gradient_count(result, index); p++) {
        kt_number_text(kt_result_gradient_value(result, index, p), text, sizeof(text));
        kt_buf_addf(out, "  %s%s  %s\n", show->unicode ? "∂/∂" : "d/d", kt_result_gradient_name(result, index, p),
                    text);
    }
}

/* What one program run gave its output variables, gathered over the bits that came with it. */
typedef struct outputs_ctx {
    kt_map *times; /* text -> count, as a pointer's value */
    const kt_view *texts;
} outputs_ctx;

static uint64_t outputs_times(const void *ctx, uint64_t row)
{
    const outputs_ctx *c = ctx;
    return (uintptr_t)kt_map_get(c->times, c->texts[row]);
}

static double outputs_weight(const void *ctx, uint64_t row)
{
    return (double)outputs_times(ctx, row);
}

static void outputs_label(const void *ctx, uint64_t row, kt_buf *out)
{
    const kt_view text = ((const outputs_ctx *)ctx)->texts[row];
    kt_buf_add(out, text.data, text.length);
}

static void outputs_value(const void *ctx, uint64_t row, char text[KT_CHART_TEXT_BYTES])
{
    kt_group_text(outputs_times(ctx, row), text, KT_CHART_TEXT_BYTES);
}

static void count_outputs(kt_map *map, const kt_result *result, kt_buf *out)
{
    const char *text;
    uint64_t times = 0;
    for (size_t i = 0; (text = kt_result_outputs(result, i, &times)) != NULL; i++) {
        const kt_view key = kt_view_of(text);
        const uintptr_t before = (uintptr_t)kt_map_get(map, key);
        if (kt_map_set(map, key, (void *)(before + times)) < 0)
            out->failed = KT_E_NOMEM;
    }
}

static void add_outputs(kt_buf *out, const kt_result *result, const kt_show *show)
{
    uint64_t times;
    if (kt_result_outputs(result, 0, &times) == NULL)
        return;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    kt_map *map = arena == NULL ? NULL : kt_map_new(arena);
    if (map != NULL)
        count_outputs(map, result, out);
    kt_view *texts = map == NULL ? NULL : KT_ARENA_ARRAY(arena, kt_view, kt_map_count(map));
    if (texts == NULL || out->failed != 0) {
        out->failed = KT_E_NOMEM;
        return;
    }
    size_t cursor = 0;
    for (size_t i = 0; kt_map_next(map, &cursor, &texts[i], NULL); i++)
        continue;
    const outputs_ctx ctx = { map, texts };
    const kt_chart chart = {
        .count = kt_map_count(map),
        .weight = outputs_weight,
        .label = outputs_label,
        .value = outputs_value,
        .ctx = &ctx,
        .nouns = "outputs",
        .whole = (double)kt_result_shots(result),
    };
    kt_buf_adds(out, out->length > 0 ? "\noutputs:\n" : "outputs:\n");
    kt_chart_add(out, &chart, show);
}

typedef void shower(kt_buf *out, const kt_result *result, size_t index, const kt_show *show);

static shower *const showers[KT_RESULT_TYPE_COUNT] = {
    [KT_RESULT_STATE_VECTOR] = show_state_vector,
    [KT_RESULT_AMPLITUDE] = show_amplitude,
    [KT_RESULT_PROBABILITY] = show_probability,
    [KT_RESULT_EXPECTATION] = show_numbers,
    [KT_RESULT_VARIANCE] = show_numbers,
    [KT_RESULT_SAMPLE] = show_sample,
    [KT_RESULT_DENSITY_MATRIX] = show_density_matrix,
    [KT_RESULT_ADJOINT_GRADIENT] = show_gradient,
};

static void add_name(kt_buf *out, const char *name, const kt_show *show)
{
    kt_buf_addf(out, show->colour ? "\033[1m%s\033[0m" : "%s", name);
}

static void add_summary(kt_buf *out, const kt_result *result, const kt_show *show)
{
    char number[32], elapsed[32];
    const char *dot = show->unicode ? " · " : ", ";
    const int qubits = kt_result_qubit_count(result);
    const uint64_t shots = kt_result_shots(result);
    if (show->colour)
        kt_buf_adds(out, "\033[2m");
    kt_buf_addf(out, "%s%s%d qubit%s%s", kt_result_device(result), dot, qubits, qubits == 1 ? "" : "s", dot);
    kt_group_text(shots, number, sizeof(number));
    if (shots == 0)
        kt_buf_adds(out, "exact");
    else
        kt_buf_addf(out, "%s shot%s", number, shots == 1 ? "" : "s");
    if (strncmp(kt_result_device(result), "local", strlen("local")) == 0) { /* what is not known of others */
        if (shots > 0)
            kt_buf_addf(out, "%sseed %llu", dot, (unsigned long long)kt_result_seed(result));
        kt_duration_text(kt_result_elapsed_ns(result), elapsed, sizeof(elapsed));
        kt_buf_addf(out, "%s%s", dot, elapsed);
    }
    kt_buf_addf(out, "%s\n", show->colour ? "\033[0m" : "");
}

void kt_show_result(kt_buf *out, const kt_result *result, const kt_show *show)
{
    add_counts(out, result, show);
    add_outputs(out, result, show);
    for (size_t i = 0; i < kt_result_value_count(result); i++) {
        if (out->length > 0 && i == 0)
            kt_buf_addc(out, '\n');
        add_name(out, kt_result_value_text(result, i), show);
        showers[kt_result_value_type(result, i)](out, result, i, show);
    }
    if (out->length > 0)
        kt_buf_addc(out, '\n');
    add_summary(out, result, show);
}
