/* SPDX-License-Identifier: Apache-2.0 */
/* show_test.c - results as a person sees them. */
#include "cli/show.h"

#include "circuit/result.h"
#include "cli/watch.h"
#include "tests/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const kt_show plain = { .width = 60, .top = 32 };
static const kt_show blocks = { .width = 60, .unicode = true, .top = 32 };

/* A result of `columns` columns with these outcomes (their first columns as the highest bits) and counts. */
static kt_result *make(uint32_t columns, size_t count, const uint64_t *outcomes, const uint64_t *times)
{
    kt_result *result = NULL;
    uint32_t labels[64];
    uint64_t shots = 0;
    for (uint32_t i = 0; i < 64; i++)
        labels[i] = i;
    for (size_t i = 0; i < count; i++)
        shots += times[i];
    const kt_result_info info = {
        .device = "local:sv", .shots = shots, .seed = 7, .qubit_count = columns, .elapsed_ns = 1234567
    };
    assert_int_equal(kt_result_new(&result, NULL), 0);
    assert_int_equal(kt_result_set_info(result, &info, NULL), 0);
    assert_int_equal(kt_result_set_columns(result, columns, labels, NULL), 0);
    for (size_t i = 0; i < count; i++) {
        const uint64_t word = outcomes[i] << (64 - columns);
        assert_int_equal(kt_result_add_outcome(result, &word, times[i], NULL, NULL), 0);
    }
    assert_int_equal(kt_result_seal(result, 7, NULL), 0);
    return result;
}

static char *shown(const kt_result *result, const kt_show *show)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_show_result(&text, result, show);
    assert_int_equal(text.failed, 0);
    return kt_buf_take(&text);
}

static void assert_shown(const kt_result *result, const kt_show *show, const char *expected)
{
    char *text = shown(result, show);
    assert_string_equal(text, expected);
    free(text);
}

TEST(show, counts_are_a_histogram_in_order_of_the_bits)
{
    KT_OWN(kt_result) *bell = make(2, 2, (uint64_t[]){ 3, 0 }, (uint64_t[]){ 500, 1500 });
    assert_shown(bell, &plain,
                 "  00  1,500   75.0 %  #####################################\n"
                 "  11    500   25.0 %  ############\n"
                 "\nlocal:sv, 2 qubits, 2,000 shots, seed 7, 1.2 ms\n");
    assert_shown(bell, &blocks,
                 "  00  1,500   75.0 %  █████████████████████████████████████\n"
                 "  11    500   25.0 %  ████████████▍\n"
                 "\nlocal:sv · 2 qubits · 2,000 shots · seed 7 · 1.2 ms\n");
}

TEST(show, of_many_outcomes_the_most_frequent_stand_first_and_the_rest_is_summed_up)
{
    uint64_t outcomes[10], times[10];
    for (uint64_t i = 0; i < 10; i++) {
        outcomes[i] = i;
        times[i] = 10 * i + 5;
    }
    KT_OWN(kt_result) *result = make(4, 10, outcomes, times);
    char *text = shown(result, &(kt_show){ .width = 60, .top = 2 });
    assert_non_null(strstr(text, "  1001  95   19.0 %  "));
    assert_true(strstr(text, "1001") < strstr(text, "1000"));
    assert_non_null(strstr(text, "  8 more outcomes (64.0 %)\n"));
    free(text);
    text = shown(result, &(kt_show){ .width = 60, .top = 9 });
    assert_null(strstr(text, "more outcome"));
    free(text);
}

TEST(show, the_most_frequent_are_found_wherever_they_stand)
{
    enum { COUNT = 500 };
    uint64_t outcomes[COUNT], times[COUNT];
    for (uint64_t i = 0; i < COUNT; i++) {
        outcomes[i] = i;
        times[i] = 1 + i * 263 % 499; /* every number once, in no order; COUNT - 1 and 0 give 1 twice */
    }
    KT_OWN(kt_result) *result = make(9, COUNT, outcomes, times);
    char *text = shown(result, &(kt_show){ .width = 40, .top = 100 });
    const char *line = text;
    for (int expected = 499; expected > 399; expected--, line = strchr(line, '\n') + 1) {
        unsigned long number = 0;
        assert_int_equal(sscanf(line, "  %*s %lu", &number), 1);
        assert_int_equal(number, expected);
    }
    assert_non_null(strstr(line, "400 more outcomes"));
    free(text);
}

TEST(show, no_line_is_wider_than_the_terminal_and_a_narrow_one_has_no_bars)
{
    KT_OWN(kt_result) *result = make(2, 2, (uint64_t[]){ 0, 3 }, (uint64_t[]){ 1, 999 });
    for (int width = 40; width <= 200; width += 7) {
        char *text = shown(result, &(kt_show){ .width = width, .unicode = true, .top = 32 });
        for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
            if (strncmp(line, "local", 5) != 0)
                assert_true(kt_utf8_count((kt_view){ line, strcspn(line, "\n") }) <= (size_t)width);
        free(text);
    }
    KT_OWN(kt_result) *wide = make(40, 1, (uint64_t[]){ 5 }, (uint64_t[]){ 9 });
    char *text = shown(wide, &(kt_show){ .width = 60, .top = 32 });
    assert_null(strchr(text, '#'));
    free(text);
}

TEST(show, values_stand_behind_the_words_that_asked_for_them)
{
    KT_OWN(kt_result) *result = make(1, 0, NULL, NULL);
    double *expectation = malloc(sizeof(double)), *probability = malloc(2 * sizeof(double));
    kt_complex *vector = malloc(2 * sizeof(kt_complex));
    *expectation = -1e-17;
    probability[0] = 0.25;
    probability[1] = 0.75;
    vector[0] = (kt_complex){ 0.6, 0 };
    vector[1] = (kt_complex){ 0, -0.8 };
    const kt_want want_expectation = { .type = KT_RESULT_EXPECTATION };
    const kt_want want_probability = { .type = KT_RESULT_PROBABILITY };
    const kt_want want_vector = { .type = KT_RESULT_STATE_VECTOR };
    kt_result_add_numbers(result, &want_expectation, "expectation x(q[0])", expectation, 1, NULL);
    kt_result_add_numbers(result, &want_probability, "probability q[0]", probability, 2, NULL);
    kt_result_add_complexes(result, &want_vector, "state_vector", vector, 2, NULL);
    const char *const names[] = { "theta" };
    const double slope = 0.5;
    const kt_want want_gradient = { .type = KT_RESULT_ADJOINT_GRADIENT };
    kt_result_add_gradient(result, &want_gradient, "gradient", 1.25, names, &slope, 1, NULL);
    char *text = shown(result, &(kt_show){ .width = 50, .top = 32 });
    assert_string_equal(text, "expectation x(q[0])  0\n"
                              "probability q[0]:\n"
                              "  0  0.250000   25.0 %  ########\n"
                              "  1  0.750000   75.0 %  #########################\n"
                              "state_vector:\n"
                              "  |0>   0.60000 + 0.00000i   36.0 %  #######\n"
                              "  |1>   0.00000 - 0.80000i   64.0 %  ############\n"
                              "gradient:\n"
                              "  expectation  1.25\n"
                              "  d/dtheta  0.5\n"
                              "\nlocal:sv, 1 qubit, exact, 1.2 ms\n");
    free(text);
}

TEST(show, numbers_are_grouped_by_thousands)
{
    static const struct {
        uint64_t number;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { 999, "999" },
        { 1000, "1,000" },
        { 1234567, "1,234,567" },
        { UINT64_MAX, "18,446,744,073,709,551,615" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char text[32];
        kt_group_text(rows[i].number, text, sizeof(text));
        assert_string_equal(text, rows[i].text);
    }
}

TEST(watch, the_bar_says_how_far_and_how_long_yet)
{
    static const struct {
        double done;
        int width;
        const char *text;
    } rows[] = {
        { 0, 80, "simulating  ----------------------------------------    0 %" },
        { 0.5, 60, "simulating  ##########----------   50 %  2 s left" },
        { 1.5, 60, "simulating  ####################  100 %  0 s left" },
        { 0.25, 40, "simulating   25 %  6 s left" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        KT_BUF_OWN bar;
        const kt_cli cli = { .width = rows[i].width };
        kt_buf_init(&bar, 0);
        kt_watch_bar(&bar, rows[i].done, 2000000000, &cli);
        assert_string_equal(bar.data, rows[i].text);
    }
}

static int64_t fake_ns(void *ctx)
{
    return *(int64_t *)ctx;
}

TEST(watch, the_first_second_is_silent_and_the_end_leaves_nothing_on_the_terminal)
{
    int64_t now_ns = 0;
    const kt_clock clock = { fake_ns, fake_ns, &now_ns };
    char *text = NULL;
    size_t length = 0;
    kt_cli cli = { .err = open_memstream(&text, &length), .err_terminal = true, .width = 60 };
    kt_watch watch;
    kt_watch_begin(&watch, &cli, &clock);
    now_ns = 999999999;
    assert_int_equal(kt_watch_progress(&watch, 0.1), 0);
    fflush(cli.err);
    assert_int_equal(length, 0);
    now_ns = 1500000000;
    assert_int_equal(kt_watch_progress(&watch, 0.5), 0);
    assert_non_null(strstr(text, "50 %"));
    raise(SIGINT);
    assert_int_not_equal(kt_watch_progress(&watch, 0.6), 0);
    kt_watch_end(&watch);
    assert_string_equal(text + length - 4, "\r\033[K");
    fclose(cli.err);
    free(text);
}
