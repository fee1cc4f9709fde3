/* SPDX-License-Identifier: Apache-2.0 */
/* device_vendor.c - the `provider` section of capabilities: the same figures once more, as each vendor names them. */
#include "sandbox/device_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SCHEMA "braket.device_schema."

static void write_number(kt_jw *w, const char *key, double value)
{
    kt_jw_key(w, key);
    kt_jw_double(w, value);
}

static void open_object(kt_jw *w, const char *key)
{
    kt_jw_key(w, key);
    kt_jw_object(w);
}

static void open_array(kt_jw *w, const char *key)
{
    kt_jw_key(w, key);
    kt_jw_array(w);
}

static void write_text(kt_jw *w, const char *key, const char *text)
{
    kt_jw_key(w, key);
    kt_jw_strz(w, text);
}

/* ---- IQM: a flat object a qubit and a coupling; "fCZ" and "fCZ_std_err" ---- */

static void iqm_name(const char *column, bool is_pair, char *text, size_t bytes)
{
    static const struct {
        const char *column, *name;
    } names[] = {
        { "SIMULTANEOUS_RANDOMIZED_BENCHMARKING", "f1Q_simultaneous_RB" },
        { "RANDOMIZED_BENCHMARKING", "f1Q_RB" },
        { "READOUT_ERROR_0_TO_1", "readout_error_0_to_1" },
        { "READOUT_ERROR_1_TO_0", "readout_error_1_to_0" },
        { "READOUT", "fRO" },
        { "Two_Qubit_Clifford", "f2Q_simultaneous_RB_Clifford" },
    };
    snprintf(text, bytes, "%s%s", is_pair ? "f" : "", column);
    for (size_t i = 0; i < KT_COUNT(names); i++)
        if (strcasecmp(names[i].column, column) == 0)
            snprintf(text, bytes, "%s", names[i].name);
}

static void write_iqm_row(kt_jw *w, const kt_figures *figures, size_t row, bool is_pair)
{
    char name[96], error_name[112];
    for (size_t i = 0; i < figures->columns.count; i++) {
        double value = kt_figures_at(figures, row, (int)i), error = kt_figures_error(figures, row, (int)i);
        if (kt_figures_is_error(figures, i) || isnan(value))
            continue;
        iqm_name(figures->columns.items[i], is_pair, name, sizeof name);
        write_number(w, name, value);
        if (isnan(error))
            continue;
        snprintf(error_name, sizeof error_name, "%s_std_err", name);
        write_number(w, error_name, error);
    }
}

void kt_device_write_iqm(kt_jw *w, const kt_device_record *record)
{
    char key[32];
    open_object(w, "provider");
    kt_device_write_header(w, SCHEMA "iqm.iqm_provider_properties", "1");
    open_object(w, "properties");
    open_object(w, "one_qubit");
    for (size_t i = 0; i < record->device.qubit_count; i++) {
        snprintf(key, sizeof key, "%u", record->labels[i]);
        open_object(w, key);
        write_iqm_row(w, &record->one_qubit, i, false);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    open_object(w, "two_qubit");
    for (size_t i = 0; record->two_qubit.values != NULL && i < record->coupling_count; i++) {
        snprintf(key, sizeof key, "%u-%u", record->couplings[i].a, record->couplings[i].b);
        open_object(w, key);
        write_iqm_row(w, &record->two_qubit, i, true);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_close(w);
    kt_jw_close(w);
}

/* ---- IonQ: means of the whole device ---- */

static void write_mean(kt_jw *w, const char *key, double value)
{
    open_object(w, key);
    write_number(w, "mean", value);
    kt_jw_close(w);
}

void kt_device_write_ionq(kt_jw *w, const kt_device_record *record)
{
    static const struct {
        const char *name;
        kt_whole_figure figure;
    } timings[] = { { "T1", KT_WHOLE_T1 },
                    { "T2", KT_WHOLE_T2 },
                    { "1Q", KT_WHOLE_ONE_QUBIT_S },
                    { "2Q", KT_WHOLE_TWO_QUBIT_S },
                    { "readout", KT_WHOLE_READOUT_S },
                    { "reset", KT_WHOLE_RESET_S } };
    open_object(w, "provider");
    kt_device_write_header(w, SCHEMA "ionq.ionq_provider_properties", "1");
    open_object(w, "fidelity");
    write_mean(w, "1Q", record->whole[KT_WHOLE_ONE_QUBIT]);
    write_mean(w, "2Q", record->whole[KT_WHOLE_TWO_QUBIT]);
    write_mean(w, "spam", record->whole[KT_WHOLE_READOUT]);
    kt_jw_close(w);
    open_object(w, "timing");
    for (size_t i = 0; i < KT_COUNT(timings); i++)
        if (!isnan(record->whole[timings[i].figure]))
            write_number(w, timings[i].name, record->whole[timings[i].figure]);
    kt_jw_close(w);
    if (record->debias_shots > 0) {
        open_object(w, "errorMitigation");
        open_object(w, SCHEMA "error_mitigation.debias.Debias");
        kt_jw_key(w, "minimumShots");
        kt_jw_int(w, record->debias_shots);
        kt_jw_close(w);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

/* ---- Rigetti: an instruction set architecture, with sites for benchmarks and instructions ---- */

static void open_site_list(kt_jw *w, const char *name, int node_count)
{
    kt_jw_object(w);
    open_array(w, "characteristics");
    kt_jw_close(w);
    write_text(w, "name", name);
    kt_jw_key(w, "node_count");
    kt_jw_int(w, node_count);
    open_array(w, "parameters");
    kt_jw_close(w);
    open_array(w, "sites");
}

static void close_site_list(kt_jw *w)
{
    kt_jw_close(w);
    kt_jw_close(w);
}

static void write_site(kt_jw *w, const kt_device_record *record, bool is_pair, size_t row, const char *name, int column)
{
    const kt_figures *figures = is_pair ? &record->two_qubit : &record->one_qubit;
    double value = kt_figures_at(figures, row, column), error = kt_figures_error(figures, row, column);
    kt_jw_object(w);
    open_array(w, "characteristics");
    if (!isnan(value)) {
        kt_jw_object(w);
        write_text(w, "name", name);
        write_number(w, "value", value);
        if (!isnan(error))
            write_number(w, "error", error);
        open_array(w, "parameter_values");
        kt_jw_close(w);
        write_text(w, "timestamp", record->service.updated_at != NULL ? record->service.updated_at : "");
        kt_jw_close(w);
    }
    kt_jw_close(w);
    open_array(w, "node_ids");
    kt_jw_uint(w, is_pair ? record->couplings[row].a : record->labels[row]);
    if (is_pair)
        kt_jw_uint(w, record->couplings[row].b);
    kt_jw_close(w);
    kt_jw_close(w);
}

typedef struct site_row {
    const char *name, *figure, *column; /* column NULL: the sites carry no figure */
} site_row;

static void write_qubit_sites(kt_jw *w, const kt_device_record *record, const char *key, const site_row *rows,
                              size_t count)
{
    open_array(w, key);
    for (size_t i = 0; i < count; i++) {
        int column = rows[i].column != NULL ? kt_figures_column(&record->one_qubit, rows[i].column) : -1;
        open_site_list(w, rows[i].name, 1);
        for (size_t k = 0; k < record->device.qubit_count; k++)
            write_site(w, record, false, k, rows[i].figure, column);
        close_site_list(w);
    }
}

static void write_pair_sites(kt_jw *w, const kt_device_record *record)
{
    const kt_figures *figures = &record->two_qubit;
    for (size_t i = 0; figures->values != NULL && i < figures->columns.count; i++) {
        char figure[96];
        if (kt_figures_is_error(figures, i))
            continue;
        snprintf(figure, sizeof figure, "f%s", figures->columns.items[i]);
        open_site_list(w, figures->columns.items[i], 2);
        for (size_t k = 0; k < record->coupling_count; k++)
            write_site(w, record, true, k, figure, (int)i);
        close_site_list(w);
    }
}

static void write_architecture(kt_jw *w, const kt_device_record *record)
{
    open_object(w, "architecture");
    open_array(w, "edges");
    for (size_t i = 0; i < record->coupling_count; i++) {
        kt_jw_object(w);
        open_array(w, "node_ids");
        kt_jw_uint(w, record->couplings[i].a);
        kt_jw_uint(w, record->couplings[i].b);
        kt_jw_close(w);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    write_text(w, "family", record->family != NULL ? record->family : record->device.name);
    open_array(w, "nodes");
    for (size_t i = 0; i < record->device.qubit_count; i++) {
        kt_jw_object(w);
        kt_jw_key(w, "node_id");
        kt_jw_uint(w, record->labels[i]);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    kt_jw_close(w);
}

void kt_device_write_rigetti(kt_jw *w, const kt_device_record *record)
{
    static const site_row benchmarks[] = {
        { "randomized_benchmark_1q", "fRB", "RANDOMIZED_BENCHMARKING" },
        { "FreeInversionRecovery", "T1", "T1" },
        { "FreeInductionDecay", "T2", "T2" },
    };
    static const site_row instructions[] = {
        { "I", "", NULL },
        { "RX", "", NULL },
        { "RZ", "", NULL },
        { "MEASURE", "fRO", "READOUT" },
    };
    open_object(w, "provider");
    kt_device_write_header(w, SCHEMA "rigetti.rigetti_provider_properties", "2");
    open_object(w, "specs");
    write_architecture(w, record);
    write_qubit_sites(w, record, "benchmarks", benchmarks, KT_COUNT(benchmarks));
    kt_jw_close(w);
    write_qubit_sites(w, record, "instructions", instructions, KT_COUNT(instructions));
    write_pair_sites(w, record);
    kt_jw_close(w);
    write_text(w, "name", record->device.name);
    kt_jw_close(w);
    kt_jw_close(w);
}

/* ---- AQT: fidelities in percent, times in microseconds ---- */

static void write_uncertain(kt_jw *w, const char *key, double value, double error, double factor)
{
    open_object(w, key);
    write_number(w, "value", value * factor);
    write_number(w, "uncertainty", isnan(error) ? 0 : error * factor);
    kt_jw_close(w);
}

static void write_micros(kt_jw *w, const char *key, double seconds)
{
    write_number(w, key, isnan(seconds) ? 0 : seconds * 1e6);
}

void kt_device_write_aqt(kt_jw *w, const kt_device_record *record)
{
    const double *whole = record->whole;
    char key[32];
    open_object(w, "provider");
    kt_device_write_header(w, SCHEMA "aqt.aqt_provider_properties", "1");
    open_object(w, "properties");
    open_object(w, "single_qubit_gate_fidelity");
    for (size_t i = 0; i < record->device.qubit_count; i++) {
        int column = kt_figures_column(&record->one_qubit, "RANDOMIZED_BENCHMARKING");
        double own = kt_figures_at(&record->one_qubit, i, column);
        snprintf(key, sizeof key, "%u", record->labels[i]);
        write_uncertain(w, key, isnan(own) ? whole[KT_WHOLE_ONE_QUBIT] : own, whole[KT_WHOLE_ONE_QUBIT_ERROR], 100);
    }
    kt_jw_close(w);
    write_uncertain(w, "mean_two_qubit_gate_fidelity", whole[KT_WHOLE_TWO_QUBIT], whole[KT_WHOLE_TWO_QUBIT_ERROR], 100);
    write_number(w, "spam_fidelity_lower_bound", whole[KT_WHOLE_READOUT] * 100);
    write_uncertain(w, "t1_s", whole[KT_WHOLE_T1], whole[KT_WHOLE_T1_ERROR], 1);
    write_uncertain(w, "t2_coherence_time_s", whole[KT_WHOLE_T2], whole[KT_WHOLE_T2_ERROR], 1);
    write_micros(w, "readout_time_micros", whole[KT_WHOLE_READOUT_S]);
    write_micros(w, "single_qubit_gate_duration_micros", whole[KT_WHOLE_ONE_QUBIT_S]);
    write_micros(w, "two_qubit_gate_duration_micros", whole[KT_WHOLE_TWO_QUBIT_S]);
    write_text(w, "updated_at",
               record->service.updated_at != NULL ? record->service.updated_at : "1970-01-01T00:00:00Z");
    kt_jw_close(w);
    kt_jw_close(w);
}
