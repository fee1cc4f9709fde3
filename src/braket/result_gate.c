/* SPDX-License-Identifier: Apache-2.0 */
/* result_gate.c - the counts of one execution: a row a shot, or a probability an outcome. Rows are gathered by what
 * they show; columns are the measured qubits, in the order that the result gives them.
 * Source: braket-schemas task_result/gate_model_task_result_v1.py. */
#include "braket/task_result_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 64 };

static int read_columns(const kt_json *json, size_t width, kt_result *r, kt_error *err)
{
    const kt_json *qubits = json_object_get(json, "measuredQubits");
    uint32_t labels[KT_ROW_COLUMNS_MOST];
    if (width > KT_ROW_COLUMNS_MOST)
        return kt_fail(err, KT_E_LIMIT, "measurements[0]: found %zu columns, at most %d are read", width,
                       (int)KT_ROW_COLUMNS_MOST);
    if (json_is_array(qubits) && json_array_size(qubits) != width)
        return kt_fail(err, KT_E_INVALID, "measuredQubits: found %zu qubits for %zu columns", json_array_size(qubits),
                       width);
    for (size_t i = 0; i < width; i++) {
        const kt_json *label = json_array_get(qubits, i);
        if (label != NULL &&
            (!json_is_integer(label) || json_integer_value(label) < 0 || json_integer_value(label) > INT32_MAX))
            return kt_fail(err, KT_E_INVALID, "measuredQubits[%zu]: expected a qubit's number", i);
        labels[i] = label == NULL ? (uint32_t)i : (uint32_t)json_integer_value(label);
    }
    return kt_result_set_columns(r, (uint32_t)width, labels, err);
}

static void set_bit(uint64_t *words, size_t column)
{
    words[column / WORD] |= UINT64_C(1) << (WORD - 1 - column % WORD);
}

/* ---- a row a shot ---- */

/* Why these are no rows. */
static int refuse_rows(const kt_json *rows, kt_error *err)
{
    const size_t width = json_array_size(json_array_get(rows, 0));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const kt_json *row = json_array_get(rows, i);
        if (!json_is_array(row) || json_array_size(row) != width)
            return kt_fail(err, KT_E_INVALID, "measurements[%zu]: found %zu columns, expected %zu as in the first row",
                           i, json_array_size(row), width);
        for (size_t c = 0; c < width; c++) {
            const kt_json *bit = json_array_get(row, c);
            const json_int_t value = json_is_integer(bit) ? json_integer_value(bit) : -1;
            if (value != 0 && value != 1)
                return kt_fail(err, KT_E_INVALID, "measurements[%zu][%zu]: expected 0 or 1", i, c);
        }
    }
    return kt_fail(err, KT_E_INVALID, "measurements: expected rows of 1 to %d columns", (int)KT_ROW_COLUMNS_MOST);
}

static int read_rows(const kt_json *json, const kt_rows *rows, const kt_execution_about *about, kt_result *r,
                     uint64_t *shots, kt_error *err)
{
    if (about->shots >= 0 && rows->count != (size_t)about->shots)
        return kt_fail(err, KT_E_INVALID, "measurements: found %zu rows, expected %lld, one a shot", rows->count,
                       (long long)about->shots);
    int rc = read_columns(json, rows->width, r, err);
    for (size_t i = 0; i < rows->count && rc == 0; i++)
        rc = kt_result_add_outcome(r, rows->words + i * rows->row_words, 1, NULL, err);
    *shots = rows->count;
    return rc;
}

/* ---- a probability an outcome ---- */

static int read_bits(const char *bits, size_t width, uint64_t *words, kt_error *err)
{
    if (strlen(bits) != width || strspn(bits, "01") != width)
        return kt_fail(err, KT_E_INVALID, "measurementProbabilities: found '%.80s', expected %zu of 0 and 1", bits,
                       width);
    for (size_t c = 0; c < width; c++)
        if (bits[c] == '1')
            set_bit(words, c);
    return 0;
}

/* As the Amazon SDK rebuilds rows: round(probability * shots) of each. */
static int read_probabilities(const kt_json *json, kt_json *map, const kt_execution_about *about, kt_result *r,
                              uint64_t *shots, kt_error *err)
{
    uint64_t words[KT_ROW_COLUMNS_MOST / WORD];
    const char *bits = json_object_iter_key(json_object_iter(map));
    const size_t width = bits == NULL ? 0 : strlen(bits);
    kt_json *share;
    int rc = read_columns(json, width, r, err);
    *shots = 0;
    json_object_foreach(map, bits, share)
    {
        const double p = json_number_value(share);
        if (rc == 0 && (!json_is_number(share) || !(p >= 0 && p <= 1 + 1e-9)))
            rc = kt_fail(err, KT_E_INVALID, "measurementProbabilities['%.80s']: expected a number from 0 to 1", bits);
        memset(words, 0, sizeof(words));
        if (rc == 0)
            rc = read_bits(bits, width, words, err);
        const uint64_t times = rc < 0 || about->shots <= 0 ? 0 : (uint64_t)llround(p * (double)about->shots);
        if (rc == 0 && times > 0)
            rc = kt_result_add_outcome(r, words, times, NULL, err);
        *shots += times;
    }
    return rc;
}

/* ---- the whole ---- */

static int read_counts(const kt_json *json, const kt_execution_about *about, kt_result *r, uint64_t *shots,
                       kt_error *err)
{
    const kt_json *rows = json_object_get(json, "measurements");
    kt_json *map = json_object_get(json, "measurementProbabilities");
    *shots = 0;
    if (json_is_array(rows) && json_array_size(rows) > 0)
        return refuse_rows(rows, err);
    const kt_rows *table = kt_rows_at(about->tables, json_integer_value(rows)); /* 0 for what is no number */
    if (table != NULL)
        return read_rows(json, table, about, r, shots, err);
    if (json_is_object(map) && json_object_size(map) > 0)
        return read_probabilities(json, map, about, r, shots, err);
    if (about->shots > 0)
        return kt_fail(err, KT_E_INVALID,
                       "there are neither measurements nor measurementProbabilities, expected those of %lld shots",
                       (long long)about->shots);
    return kt_result_set_columns(r, 0, NULL, err);
}

int kt_execution_read(const kt_json *json, const kt_execution_about *about, kt_result **out, kt_error *err)
{
    KT_OWN(kt_result) *r = NULL;
    uint64_t shots = 0;
    if (!json_is_object(json))
        return kt_fail(err, KT_E_INVALID, "expected an object");
    int rc = kt_result_new(&r, err);
    if (rc == 0)
        rc = read_counts(json, about, r, &shots, err);
    if (rc == 0) {
        const kt_result_info info = { .device = about->device,
                                      .shots = shots,
                                      .qubit_count = (uint32_t)kt_result_column_count(r) };
        rc = kt_result_set_info(r, &info, err);
    }
    if (rc == 0)
        rc = kt_result_seal(r, 0, err);
    if (rc == 0)
        rc = kt_execution_values(json_object_get(json, "resultTypes"), r, err);
    if (rc == 0)
        *out = KT_GIVE(r);
    return rc;
}
