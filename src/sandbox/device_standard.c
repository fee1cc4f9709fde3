/* SPDX-License-Identifier: Apache-2.0 */
/* device_standard.c - the `standardized` section of capabilities: calibration in the form that Braket has for all
 * vendors. Version 1 goes qubit by qubit (superconducting devices), version 3 tells of the device as a whole (ions). */
#include "sandbox/device_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HEADER "braket.device_schema.standardized_gate_model_qpu_device_properties"

static void write_number(kt_jw *w, const char *key, double value)
{
    if (isnan(value))
        return;
    kt_jw_key(w, key);
    kt_jw_double(w, value);
}

static void write_fidelity_type(kt_jw *w, const char *name)
{
    kt_jw_key(w, "fidelityType");
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, name);
    kt_jw_close(w);
}

/* A coherence time that was not measured is published as 0. */
static void write_time(kt_jw *w, const kt_figures *figures, size_t row, const char *name)
{
    int column = kt_figures_column(figures, name);
    double value = kt_figures_at(figures, row, column);
    kt_jw_key(w, name);
    kt_jw_object(w);
    write_number(w, "value", isnan(value) ? 0 : value);
    write_number(w, "standardError", kt_figures_error(figures, row, column));
    kt_jw_key(w, "unit");
    kt_jw_strz(w, "S");
    kt_jw_close(w);
}

static bool is_time(const char *column)
{
    return strcasecmp(column, "T1") == 0 || strcasecmp(column, "T2") == 0;
}

static void write_qubit(kt_jw *w, const kt_figures *figures, size_t row)
{
    write_time(w, figures, row, "T1");
    write_time(w, figures, row, "T2");
    kt_jw_key(w, "oneQubitFidelity");
    kt_jw_array(w);
    for (size_t i = 0; i < figures->columns.count; i++) {
        double value = kt_figures_at(figures, row, (int)i);
        if (kt_figures_is_error(figures, i) || is_time(figures->columns.items[i]) || isnan(value))
            continue;
        kt_jw_object(w);
        write_fidelity_type(w, figures->columns.items[i]);
        write_number(w, "fidelity", value);
        write_number(w, "standardError", kt_figures_error(figures, row, (int)i));
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static void write_pair(kt_jw *w, const kt_figures *figures, size_t row)
{
    kt_jw_key(w, "twoQubitGateFidelity");
    kt_jw_array(w);
    for (size_t i = 0; i < figures->columns.count; i++) {
        double value = kt_figures_at(figures, row, (int)i);
        if (kt_figures_is_error(figures, i) || isnan(value))
            continue;
        kt_jw_object(w);
        kt_jw_key(w, "gateName");
        kt_jw_strz(w, figures->columns.items[i]);
        write_number(w, "fidelity", value);
        write_number(w, "standardError", kt_figures_error(figures, row, (int)i));
        write_fidelity_type(w, figures->measured_by);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static bool has_any(const kt_figures *figures, size_t row)
{
    for (size_t i = 0; i < figures->columns.count; i++)
        if (!isnan(kt_figures_at(figures, row, (int)i)))
            return true;
    return false;
}

void kt_device_write_standard_v1(kt_jw *w, const kt_device_record *record)
{
    char key[32];
    kt_jw_key(w, "standardized");
    kt_jw_object(w);
    kt_device_write_header(w, HEADER, "1");
    kt_jw_key(w, "oneQubitProperties");
    kt_jw_object(w);
    for (size_t i = 0; i < record->device.qubit_count; i++) {
        snprintf(key, sizeof key, "%u", record->labels[i]);
        kt_jw_key(w, key);
        kt_jw_object(w);
        write_qubit(w, &record->one_qubit, i);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_key(w, "twoQubitProperties");
    kt_jw_object(w);
    for (size_t i = 0; record->two_qubit.values != NULL && i < record->coupling_count; i++) {
        if (!has_any(&record->two_qubit, i))
            continue;
        snprintf(key, sizeof key, "%u-%u", record->couplings[i].a, record->couplings[i].b);
        kt_jw_key(w, key);
        kt_jw_object(w);
        write_pair(w, &record->two_qubit, i);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_close(w);
}

static void write_duration(kt_jw *w, const char *key, double value, double error)
{
    if (isnan(value))
        return;
    kt_jw_key(w, key);
    kt_jw_object(w);
    write_number(w, "value", value);
    write_number(w, "standardError", error);
    kt_jw_key(w, "unit");
    kt_jw_strz(w, "s");
    kt_jw_close(w);
}

/* A list of one. */
static void write_fraction(kt_jw *w, const char *key, double value, double error)
{
    kt_jw_key(w, key);
    kt_jw_array(w);
    kt_jw_object(w);
    write_fidelity_type(w, "RANDOMIZED_BENCHMARKING");
    write_number(w, "fidelity", value);
    write_number(w, "standardError", error);
    kt_jw_key(w, "unit");
    kt_jw_strz(w, "fraction");
    kt_jw_close(w);
    kt_jw_close(w);
}

void kt_device_write_standard_v3(kt_jw *w, const kt_device_record *record)
{
    const double *whole = record->whole;
    char key[32];
    kt_jw_key(w, "standardized");
    kt_jw_object(w);
    kt_device_write_header(w, HEADER, "3");
    kt_jw_key(w, "oneQubitProperties");
    kt_jw_object(w);
    for (size_t i = 0; i < record->device.qubit_count; i++) {
        snprintf(key, sizeof key, "%u", record->labels[i]);
        kt_jw_key(w, key);
        kt_jw_object(w);
        int column = kt_figures_column(&record->one_qubit, "RANDOMIZED_BENCHMARKING");
        double own = kt_figures_at(&record->one_qubit, i, column);
        write_fraction(w, "oneQubitFidelity", isnan(own) ? whole[KT_WHOLE_ONE_QUBIT] : own,
                       whole[KT_WHOLE_ONE_QUBIT_ERROR]);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    write_duration(w, "T1", whole[KT_WHOLE_T1], whole[KT_WHOLE_T1_ERROR]);
    write_duration(w, "T2", whole[KT_WHOLE_T2], whole[KT_WHOLE_T2_ERROR]);
    write_fraction(w, "readoutFidelity", whole[KT_WHOLE_READOUT], NAN);
    write_duration(w, "readoutDuration", whole[KT_WHOLE_READOUT_S], NAN);
    write_fraction(w, "singleQubitFidelity", whole[KT_WHOLE_ONE_QUBIT], whole[KT_WHOLE_ONE_QUBIT_ERROR]);
    write_duration(w, "singleQubitGateDuration", whole[KT_WHOLE_ONE_QUBIT_S], NAN);
    write_fraction(w, "twoQubitGateFidelity", whole[KT_WHOLE_TWO_QUBIT], whole[KT_WHOLE_TWO_QUBIT_ERROR]);
    write_duration(w, "twoQubitGateDuration", whole[KT_WHOLE_TWO_QUBIT_S], NAN);
    write_duration(w, "activeResetDuration", whole[KT_WHOLE_RESET_S], NAN);
    if (record->service.updated_at != NULL) {
        kt_jw_key(w, "updatedAt");
        kt_jw_strz(w, record->service.updated_at);
    }
    kt_jw_close(w);
}
