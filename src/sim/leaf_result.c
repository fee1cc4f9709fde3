/* SPDX-License-Identifier: Apache-2.0 */
/* leaf_result.c - all plays have ended: columns, outcomes and values become a kt_result. */
#include "sim/counts.h"
#include "sim/leaf_priv.h"

#include <stdlib.h>

static const uint64_t SHUFFLE_STREAM = UINT64_C(0x73687566666c65);

int kt_leaf_poll(void *ctx, kt_error *err)
{
    return kt_machine_poll(ctx, err);
}

typedef struct column {
    kt_cell cell;
    uint32_t from, qubit;
} column;

static int compare_columns(const void *a, const void *b)
{
    const column *left = a, *right = b;
    return left->cell < right->cell ? -1 : left->cell > right->cell;
}

/* The columns in order: cells as declared, or, when nothing was measured, all qubits in use, counted from 0. */
static int make_columns(const kt_leaves *l, kt_result *result, column *columns, uint32_t count, uint32_t *from,
                        kt_error *err)
{
    uint32_t *labels = malloc((count + 1) * sizeof *labels);
    if (labels == NULL)
        return kt_fail_nomem(err, count * sizeof *labels, "measured columns");
    for (uint32_t c = 0; c < count; c++) {
        if (l->by_cells)
            columns[c] = (column){ l->m->cells[c].cell, c, l->m->cells[c].qubit };
        else
            columns[c] = (column){ c, c, l->all[c] };
    }
    if (count > 0)
        qsort(columns, count, sizeof *columns, compare_columns);
    for (uint32_t c = 0; c < count; c++) {
        labels[c] = l->by_cells ? kt_leaf_label(l, columns[c].qubit) : c;
        from[c] = columns[c].from;
    }
    int rc = kt_result_set_columns(result, count, labels, err);
    free(labels);
    return rc;
}

/* "all" means every qubit in use; with measurements in a static circuit, the measured ones in order of columns, as the
 * SDK computes it. */
static int add_counted(kt_leaves *l, const column *columns, uint32_t count, uint64_t seed, kt_result *result,
                       kt_error *err)
{
    uint32_t *measured = malloc((count + 1) * sizeof *measured);
    if (measured == NULL)
        return kt_fail_nomem(err, count * sizeof *measured, "measured columns");
    for (uint32_t c = 0; c < count; c++)
        measured[c] = columns[c].qubit;
    bool by_columns = l->circuit != NULL && l->by_cells;
    kt_counts counts = { .tally = &l->tally,
                         .shots = l->m->options->shots,
                         .seed = seed,
                         .frame = l->frame,
                         .frame_count = l->frame_count,
                         .all = by_columns ? measured : l->all,
                         .all_count = by_columns ? count : l->all_count,
                         .poll = kt_leaf_poll,
                         .poll_ctx = l->m };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < l->want_count; i++) {
        double *numbers = NULL;
        size_t number_count = 0;
        rc = kt_machine_poll(l->m, err);
        if (rc == 0)
            rc = kt_counts_value(&counts, &l->wants[i], &numbers, &number_count, err);
        if (rc == 0)
            rc = kt_result_add_numbers(result, &l->wants[i], NULL, numbers, number_count, err);
    }
    free(measured);
    return rc;
}

static int add_labels(const kt_leaves *l, kt_result *result, kt_error *err)
{
    uint32_t count = l->all_count == 0 ? 0 : l->all[l->all_count - 1] + 1;
    uint32_t *labels = malloc((count + 1) * sizeof *labels);
    if (labels == NULL)
        return kt_fail_nomem(err, count * sizeof *labels, "labels of qubits");
    for (uint32_t q = 0; q < count; q++)
        labels[q] = kt_leaf_label(l, q);
    int rc = kt_result_set_labels(result, count, labels, err);
    free(labels);
    return rc;
}

static int fill_result(kt_leaves *l, kt_result *result, kt_error *err)
{
    const kt_sim_options *o = l->m->options;
    uint32_t count = l->by_cells ? (uint32_t)l->m->cell_count : l->all_count;
    column *columns = calloc(count + 1, sizeof *columns);
    uint32_t *from = malloc((count + 1) * sizeof *from);
    uint64_t seed = o->seed ^ SHUFFLE_STREAM;
    int rc = 0;
    if (columns == NULL || from == NULL)
        rc = kt_fail_nomem(err, count * sizeof *columns, "measured columns");
    if (rc == 0)
        rc = make_columns(l, result, columns, count, from, err);
    if (rc == 0)
        rc = kt_tally_finish(&l->tally, count, from, err);
    if (rc == 0)
        rc = kt_tally_give(&l->tally, result, err);
    if (rc == 0)
        rc = kt_result_seal(result, seed, err);
    if (rc == 0)
        rc = add_labels(l, result, err);
    if (rc == 0 && o->shots > 0)
        rc = add_counted(l, columns, count, seed, result, err);
    for (size_t i = 0; rc == 0 && o->shots == 0 && i < l->want_count; i++)
        rc = kt_exact_give(&l->exacts[i], &l->wants[i], l->circuit, result, err);
    free(columns);
    free(from);
    return rc;
}

int kt_leaves_result(kt_leaves *l, kt_result **out, kt_error *err)
{
    KT_OWN(kt_result) *result = NULL;
    const kt_sim_options *o = l->m->options;
    kt_result_info info = { .device = l->m->density ? "local:dm" : "local:sv",
                            .shots = o->shots,
                            .seed = o->seed,
                            .qubit_count = l->all_count };
    int rc = kt_result_new(&result, err);
    if (rc == 0)
        rc = kt_result_set_info(result, &info, err);
    if (rc == 0)
        rc = fill_result(l, result, err);
    if (rc < 0)
        return rc;
    *out = KT_GIVE(result);
    return 0;
}
