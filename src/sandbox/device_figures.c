/* SPDX-License-Identifier: Apache-2.0 */
/* device_figures.c - the graph of a device and its calibration: labels, couplings, and figures in rows and columns.
 * Rows are kept in the order of labels and of couplings, so finding one is a binary search and no row needs a key. */
#include "sandbox/device_priv.h"
#include "sandbox/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int64_t kt_device_label_index(const kt_device_record *record, uint32_t label)
{
    size_t low = 0, high = record->device.qubit_count;
    while (record->labels != NULL && low < high) {
        size_t middle = low + (high - low) / 2;
        if (record->labels[middle] == label)
            return (int64_t)middle;
        if (record->labels[middle] < label)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static int compare_couplings(const void *left, const void *right)
{
    const kt_coupling *x = left, *y = right;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

int64_t kt_device_coupling_index(const kt_device_record *record, uint32_t a, uint32_t b)
{
    const kt_coupling wanted = { a < b ? a : b, a < b ? b : a };
    if (record->coupling_count == 0)
        return -1;
    const kt_coupling *found =
        bsearch(&wanted, record->couplings, record->coupling_count, sizeof wanted, compare_couplings);
    return found != NULL ? found - record->couplings : -1;
}

/* [[0, 7], [9, 107]]: ranges of labels, first and last, ascending. */
int kt_device_read_labels(kt_reader *reader, const kt_json *json, void *target)
{
    kt_device_record *record = target;
    size_t range_count = 0, count = 0;
    uint32_t labels[KT_DEVICE_QUBITS_MOST];
    int rc = kt_read_array(reader, json, 1, KT_DEVICE_QUBITS_MOST, &range_count);
    int64_t next = 0;
    for (size_t i = 0; i < range_count && rc == 0; i++) {
        const kt_json *range = json_array_get(json, i);
        size_t mark = kt_reader_enter_item(reader, i), two = 0;
        int64_t first = 0, last = 0;
        rc = kt_read_array(reader, range, 2, 2, &two);
        if (rc == 0)
            rc = kt_read_int(reader, json_array_get(range, 0), next, KT_DEVICE_LABEL_MOST, &first);
        if (rc == 0)
            rc = kt_read_int(reader, json_array_get(range, 1), first, KT_DEVICE_LABEL_MOST, &last);
        if (rc == 0 && count + (size_t)(last - first + 1) > KT_DEVICE_QUBITS_MOST)
            rc = kt_reader_fail(reader, "brings the qubits above %d", KT_DEVICE_QUBITS_MOST);
        for (int64_t label = first; label <= last && rc == 0; label++)
            labels[count++] = (uint32_t)label;
        next = last + 1;
        kt_reader_leave(reader, mark);
    }
    if (rc < 0)
        return rc;
    record->labels = kt_arena_copy(reader->arena, labels, count * sizeof *labels);
    record->device.qubit_count = (uint32_t)count;
    return record->labels != NULL ? 0 : kt_reader_nomem(reader, count * sizeof *labels);
}

/* A label as a member's name: "12". */
static int read_label(kt_reader *reader, const kt_device_record *record, const char *text, size_t length, uint32_t *out)
{
    uint64_t label = 0;
    for (size_t i = 0; i < length && label <= KT_DEVICE_LABEL_MOST; i++)
        label = text[i] >= '0' && text[i] <= '9' ? label * 10 + (uint64_t)(text[i] - '0') : UINT32_MAX;
    if (length == 0 || label > KT_DEVICE_LABEL_MOST || kt_device_label_index(record, (uint32_t)label) < 0)
        return kt_reader_fail(reader, "names '%.*s', which is no label of this device", (int)length, text);
    *out = (uint32_t)label;
    return 0;
}

static int couple_all(kt_reader *reader, kt_device_record *record)
{
    size_t n = record->device.qubit_count;
    if (n > KT_DEVICE_ALL_COUPLED_MOST)
        return kt_reader_fail(reader, "can be \"all\" for at most %d qubits, not %zu", KT_DEVICE_ALL_COUPLED_MOST, n);
    record->device.fully_connected = true;
    record->couplings = KT_ARENA_ARRAY(reader->arena, kt_coupling, n * n / 2 + 1);
    if (record->couplings == NULL)
        return kt_reader_nomem(reader, n * n / 2 * sizeof *record->couplings);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            record->couplings[record->coupling_count++] = (kt_coupling){ record->labels[i], record->labels[j] };
    return 0;
}

static size_t count_couplings(const kt_json *json)
{
    size_t count = 0;
    const char *key = NULL;
    kt_json *value = NULL;
    json_object_foreach((kt_json *)json, key, value) count += json_array_size(value);
    return count;
}

/* The neighbours of one label, each coupling once, under its lower label. */
static int read_neighbours(kt_reader *reader, kt_device_record *record, const char *key, const kt_json *list)
{
    uint32_t label = 0;
    size_t count = 0;
    int rc = read_label(reader, record, key, strlen(key), &label);
    size_t mark = kt_reader_enter(reader, key);
    if (rc == 0)
        rc = kt_read_array(reader, list, 0, KT_DEVICE_QUBITS_MOST, &count);
    for (size_t i = 0; i < count && rc == 0; i++) {
        int64_t other = 0;
        rc = kt_read_int(reader, json_array_get(list, i), (int64_t)label + 1, KT_DEVICE_LABEL_MOST, &other);
        if (rc == 0 && kt_device_label_index(record, (uint32_t)other) < 0)
            rc = kt_reader_fail(reader, "names %lld, which is no label of this device", (long long)other);
        if (rc == 0)
            record->couplings[record->coupling_count++] = (kt_coupling){ label, (uint32_t)other };
    }
    kt_reader_leave(reader, mark);
    return rc;
}

static int sort_couplings(kt_reader *reader, kt_device_record *record)
{
    qsort(record->couplings, record->coupling_count, sizeof *record->couplings, compare_couplings);
    for (size_t i = 1; i < record->coupling_count; i++)
        if (compare_couplings(&record->couplings[i - 1], &record->couplings[i]) == 0)
            return kt_reader_fail(reader, "has %u-%u twice", record->couplings[i].a, record->couplings[i].b);
    return 0;
}

int kt_device_read_couplings(kt_reader *reader, kt_device_record *record, const kt_json *json)
{
    if (json == NULL || json_is_null(json))
        return 0;
    size_t mark = kt_reader_enter(reader, "couplings");
    int rc = 0;
    if (json_is_string(json) && strcmp(json_string_value(json), "all") == 0) {
        rc = couple_all(reader, record);
    } else if (!json_is_object(json)) {
        rc = kt_reader_fail(reader, "must be \"all\" or an object of lists of labels");
    } else {
        record->couplings = KT_ARENA_ARRAY(reader->arena, kt_coupling, count_couplings(json) + 1);
        if (record->couplings == NULL)
            return kt_reader_nomem(reader, count_couplings(json) * sizeof *record->couplings);
        const char *key = NULL;
        kt_json *value = NULL;
        json_object_foreach((kt_json *)json, key, value)
        {
            rc = read_neighbours(reader, record, key, value);
            if (rc < 0)
                return rc;
        }
        rc = sort_couplings(reader, record);
    }
    kt_reader_leave(reader, mark);
    return rc;
}

bool kt_figures_is_error(const kt_figures *figures, size_t column)
{
    const char *name = figures->columns.items[column];
    size_t length = strlen(name);
    return length > 6 && strcmp(name + length - 6, "_error") == 0;
}

int kt_figures_column(const kt_figures *figures, const char *name)
{
    for (size_t i = 0; figures->values != NULL && i < figures->columns.count; i++)
        if (strcasecmp(figures->columns.items[i], name) == 0)
            return (int)i;
    return -1;
}

double kt_figures_at(const kt_figures *figures, size_t row, int column)
{
    return column < 0 ? NAN : figures->values[row * figures->columns.count + (size_t)column];
}

double kt_figures_error(const kt_figures *figures, size_t row, int column)
{
    size_t next = (size_t)column + 1;
    bool has = column >= 0 && next < figures->columns.count && kt_figures_is_error(figures, next);
    return has ? kt_figures_at(figures, row, (int)next) : NAN;
}

/* Which row a member's name stands for: "12" or "3-12". */
static int find_row(kt_reader *reader, const kt_device_record *record, const char *key, bool is_pair, size_t *row)
{
    uint32_t a = 0, b = 0;
    const char *dash = is_pair ? strchr(key, '-') : NULL;
    int rc = read_label(reader, record, key, dash != NULL ? (size_t)(dash - key) : strlen(key), &a);
    if (rc < 0 || !is_pair) {
        *row = rc < 0 ? 0 : (size_t)kt_device_label_index(record, a);
        return rc;
    }
    rc = dash == NULL ? kt_reader_fail(reader, "names '%.32s'; a coupling is written \"3-12\"", key)
                      : read_label(reader, record, dash + 1, strlen(dash + 1), &b);
    int64_t index = rc < 0 ? -1 : kt_device_coupling_index(record, a, b);
    if (rc == 0 && index < 0)
        rc = kt_reader_fail(reader, "names %u-%u, which are not coupled", a, b);
    *row = rc < 0 ? 0 : (size_t)index;
    return rc;
}

/* One row: a number or null a column. Fidelities and their errors are at most 1; times are what they are. */
static int read_row(kt_reader *reader, const kt_json *json, const kt_figures *figures, double *values)
{
    size_t count = 0, columns = figures->columns.count;
    int rc = kt_read_array(reader, json, columns, columns, &count);
    for (size_t i = 0; i < count && rc == 0; i++) {
        const kt_json *value = json_array_get(json, i);
        const char *name = figures->columns.items[i];
        bool is_time = strncmp(name, "T1", 2) == 0 || strncmp(name, "T2", 2) == 0;
        size_t mark = kt_reader_enter_item(reader, i);
        if (!json_is_null(value))
            rc = kt_read_number(reader, value, 0, is_time ? 1e6 : 1, &values[i]);
        kt_reader_leave(reader, mark);
    }
    return rc;
}

static int read_rows(kt_reader *reader, const kt_device_record *record, const kt_json *rows, bool is_pair,
                     kt_figures *figures)
{
    if (!json_is_object(rows))
        return kt_reader_fail(reader, "needs 'rows', an object");
    const char *key = NULL;
    kt_json *value = NULL;
    json_object_foreach((kt_json *)rows, key, value)
    {
        size_t row = 0;
        int rc = find_row(reader, record, key, is_pair, &row);
        size_t mark = kt_reader_enter(reader, key);
        if (rc == 0)
            rc = read_row(reader, value, figures, figures->values + row * figures->columns.count);
        if (rc < 0)
            return rc;
        kt_reader_leave(reader, mark);
    }
    return 0;
}

static int make_rows(kt_reader *reader, kt_figures *figures, size_t row_count)
{
    size_t count = row_count * figures->columns.count;
    figures->values = KT_ARENA_ARRAY(reader->arena, double, count + 1);
    if (figures->values == NULL)
        return kt_reader_nomem(reader, count * sizeof(double));
    for (size_t i = 0; i < count; i++)
        figures->values[i] = NAN;
    return 0;
}

int kt_device_read_figures(kt_reader *reader, kt_device_record *record, const kt_json *json, bool is_pair,
                           kt_figures *out)
{
    static const kt_field fields[] = {
        { "measured_by", KT_FIELD_TEXT, false, offsetof(kt_figures, measured_by), 0, 0, NULL },
        { "columns", KT_FIELD_TEXTS, true, offsetof(kt_figures, columns), 0, 0, NULL },
        { "rows", KT_FIELD_LATER, true, 0, 0, 0, NULL },
    };
    if (json == NULL || json_is_null(json))
        return 0;
    size_t mark = kt_reader_enter(reader, is_pair ? "two_qubit" : "one_qubit");
    kt_figures figures = { .measured_by = "INTERLEAVED_RANDOMIZED_BENCHMARKING" };
    int rc = kt_read_fields(reader, json, fields, KT_COUNT(fields), &figures);
    if (rc == 0 && (figures.columns.count == 0 || figures.columns.count > KT_DEVICE_COLUMNS_MOST))
        rc = kt_reader_fail(reader, "must have 1 to %d columns", KT_DEVICE_COLUMNS_MOST);
    if (rc == 0)
        rc = make_rows(reader, &figures, is_pair ? record->coupling_count : record->device.qubit_count);
    if (rc == 0)
        rc = read_rows(reader, record, json_object_get(json, "rows"), is_pair, &figures);
    kt_reader_leave(reader, rc == 0 ? mark : strlen(reader->path));
    if (rc == 0)
        *out = figures;
    return rc;
}

/* The first native gate of two qubits, by the names that vendors give theirs, in upper case as Braket writes it. */
static const char *two_qubit_gate(const kt_device_record *record)
{
    static const char *const known[] = { "CZ", "ECR", "ISWAP", "XX", "ZZ", "MS", "XY", "CNOT", "CPHASESHIFT", "YY" };
    for (size_t i = 0; i < record->native_gates.count; i++)
        for (size_t k = 0; k < KT_COUNT(known); k++)
            if (strcasecmp(record->native_gates.items[i], known[k]) == 0)
                return known[k];
    return "CZ";
}

/* A device that gives only figures of the whole gets rows in which all are alike, for forms that list every qubit. */
int kt_device_spread_whole(kt_reader *reader, kt_device_record *record)
{
    static const char *one_columns[] = { "T1", "T2", "RANDOMIZED_BENCHMARKING", "READOUT" };
    static const kt_whole_figure one_from[] = { KT_WHOLE_T1, KT_WHOLE_T2, KT_WHOLE_ONE_QUBIT, KT_WHOLE_READOUT };
    if (!record->has_whole || record->one_qubit.values != NULL)
        return 0;
    const char **two_columns = KT_ARENA_ARRAY(reader->arena, const char *, 1);
    if (two_columns == NULL)
        return kt_reader_nomem(reader, sizeof *two_columns);
    two_columns[0] = two_qubit_gate(record);
    record->one_qubit = (kt_figures){ .columns = { one_columns, KT_COUNT(one_columns) } };
    record->two_qubit = (kt_figures){ .columns = { two_columns, 1 }, .measured_by = "RANDOMIZED_BENCHMARKING" };
    int rc = make_rows(reader, &record->one_qubit, record->device.qubit_count);
    if (rc == 0)
        rc = make_rows(reader, &record->two_qubit, record->coupling_count);
    for (size_t i = 0; i < record->device.qubit_count && rc == 0; i++)
        for (size_t k = 0; k < KT_COUNT(one_columns); k++)
            record->one_qubit.values[i * KT_COUNT(one_columns) + k] = record->whole[one_from[k]];
    for (size_t i = 0; i < record->coupling_count && rc == 0; i++)
        record->two_qubit.values[i] = record->whole[KT_WHOLE_TWO_QUBIT];
    return rc;
}
