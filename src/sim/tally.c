/* SPDX-License-Identifier: Apache-2.0 */
/* tally.c - adds up outcomes. See tally.h. */
#include "sim/tally.h"

#include <stdlib.h>
#include <string.h>

int kt_tally_init(kt_tally *t, kt_error *err)
{
    *t = (kt_tally){ .arena = kt_arena_new(0) };
    return t->arena == NULL ? kt_fail_nomem(err, sizeof *t, "counting outcomes") : 0;
}

void kt_tally_fini(kt_tally *t)
{
    kt_arena_free(t->arena);
    free(t->rows);
    free(t->after);
    *t = (kt_tally){ 0 };
}

static size_t words_of(uint32_t bits)
{
    return bits == 0 ? 1 : (bits + 63U) / 64U;
}

int kt_tally_add(kt_tally *t, const uint64_t *words, uint32_t bits, uint64_t frame, const char *outputs, uint64_t times,
                 kt_error *err)
{
    if (t->count == t->capacity) {
        size_t capacity = t->capacity == 0 ? 64 : 2 * t->capacity;
        kt_tally_row *rows = realloc(t->rows, capacity * sizeof *rows);
        if (rows == NULL)
            return kt_fail_nomem(err, capacity * sizeof *rows, "counting outcomes");
        t->rows = rows;
        t->capacity = capacity;
    }
    kt_tally_row row = { .times = times, .frame = frame, .bits = bits };
    row.words = kt_arena_copy(t->arena, words, words_of(bits) * sizeof *words);
    if (outputs != NULL)
        row.outputs = kt_arena_strndup(t->arena, outputs, strlen(outputs));
    if (kt_arena_failed(t->arena))
        return kt_fail_nomem(err, words_of(bits) * sizeof *words, "counting outcomes");
    t->rows[t->count++] = row;
    return 0;
}

static int compare_words(const kt_tally_row *a, const kt_tally_row *b)
{
    size_t words = words_of(a->bits); /* equal for all rows by now */
    for (size_t w = 0; w < words; w++)
        if (a->words[w] != b->words[w])
            return a->words[w] < b->words[w] ? -1 : 1;
    return 0;
}

/* The order of kt_result's entries, and within one of them by frame. */
static int compare_rows(const void *a, const void *b)
{
    const kt_tally_row *left = a, *right = b;
    int by_words = compare_words(left, right);
    if (by_words != 0)
        return by_words;
    int by_outputs = strcmp(left->outputs == NULL ? "" : left->outputs, right->outputs == NULL ? "" : right->outputs);
    if (by_outputs != 0)
        return by_outputs;
    return left->frame < right->frame ? -1 : left->frame > right->frame;
}

/* The row's bits in the order of the columns. */
static int reorder(kt_tally *t, kt_tally_row *row, uint32_t columns, const uint32_t *from, kt_error *err)
{
    uint64_t *words = KT_ARENA_ARRAY(t->arena, uint64_t, words_of(columns));
    if (words == NULL)
        return kt_fail_nomem(err, words_of(columns) * sizeof *words, "counting outcomes");
    for (uint32_t c = 0; c < columns; c++)
        if (from[c] < row->bits && (row->words[from[c] / 64] >> (63 - from[c] % 64) & 1) != 0)
            words[c / 64] |= UINT64_C(1) << (63 - c % 64);
    row->words = words;
    row->bits = columns;
    return 0;
}

int kt_tally_finish(kt_tally *t, uint32_t columns, const uint32_t *from, kt_error *err)
{
    bool in_order = true;
    for (uint32_t c = 0; c < columns; c++)
        in_order = in_order && from[c] == c;
    for (size_t i = 0; i < t->count; i++) {
        int rc = in_order && t->rows[i].bits == columns ? 0 : reorder(t, &t->rows[i], columns, from, err);
        if (rc < 0)
            return rc;
    }
    if (t->count > 0)
        qsort(t->rows, t->count, sizeof *t->rows, compare_rows);
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (kept > 0 && compare_rows(&t->rows[kept - 1], &t->rows[i]) == 0)
            t->rows[kept - 1].times += t->rows[i].times;
        else
            t->rows[kept++] = t->rows[i];
    }
    t->count = kept;
    t->after = malloc((kept + 1) * sizeof *t->after);
    if (t->after == NULL)
        return kt_fail_nomem(err, kept * sizeof *t->after, "counting outcomes");
    uint64_t total = 0;
    for (size_t i = 0; i < kept; i++)
        t->after[i] = total += t->rows[i].times;
    return 0;
}

int kt_tally_give(const kt_tally *t, kt_result *result, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < t->count; i++)
        rc = kt_result_add_outcome(result, t->rows[i].words, t->rows[i].times, t->rows[i].outputs, err);
    return rc;
}

const kt_tally_row *kt_tally_at(const kt_tally *t, uint64_t rank)
{
    size_t low = 0, high = t->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->after[middle] > rank)
            high = middle;
        else
            low = middle + 1;
    }
    return &t->rows[low];
}
