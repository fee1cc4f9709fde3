/* SPDX-License-Identifier: Apache-2.0 */
/* device_noise.c - chances of error from calibration figures.
 *
 * Devices publish the average gate fidelity F of a gate (randomized benchmarking). The channel that is put after the
 * gate is the depolarizing one of Braket, which with probability p applies one of the d^2 - 1 Pauli errors, each alike,
 * d being 2 for one qubit and 4 for two. Its entanglement fidelity is 1 - p; the average fidelity of any channel is
 * (d Fe + 1) / (d + 1) (Horodecki 1999, Nielsen 2002), so F = 1 - p d / (d + 1) and
 *     p = (1 - F) (d + 1) / d:   3/2 (1 - F) for one qubit, 5/4 (1 - F) for two.
 * The Braket SDK's device emulator uses the same two factors.
 *
 * A figure whose standard error is 0.5 or more is a vendor's way of saying that the fit failed (Rigetti publishes 0.5
 * +- 1), and a fidelity of 0 that there was none: those qubits get the device's median. */
#include "sandbox/device_priv.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

#define FAILED_FIT_ERROR 0.5

static double usable(const kt_figures *figures, size_t row, int column)
{
    double value = kt_figures_at(figures, row, column), error = kt_figures_error(figures, row, column);
    return value > 0 && !(error >= FAILED_FIT_ERROR) ? value : NAN;
}

static double fidelity_1q(const kt_device_record *record, size_t row)
{
    static const char *const names[] = { "RANDOMIZED_BENCHMARKING", "SIMULTANEOUS_RANDOMIZED_BENCHMARKING" };
    double found = NAN;
    for (size_t i = 0; i < KT_COUNT(names) && isnan(found); i++)
        found = usable(&record->one_qubit, row, kt_figures_column(&record->one_qubit, names[i]));
    return found;
}

/* The figure of this gate; of the first gate that was measured when this one was not. */
static double fidelity_2q(const kt_device_record *record, size_t row, const char *gate)
{
    const kt_figures *figures = &record->two_qubit;
    if (figures->values == NULL)
        return NAN;
    double found = gate != NULL ? usable(figures, row, kt_figures_column(figures, gate)) : NAN;
    return isnan(found) ? usable(figures, row, 0) : found;
}

static int compare_doubles(const void *left, const void *right)
{
    double x = *(const double *)left, y = *(const double *)right;
    return x < y ? -1 : x > y;
}

static double median(double *values, size_t count)
{
    if (count == 0)
        return NAN;
    qsort(values, count, sizeof *values, compare_doubles);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int kt_device_find_usual(kt_arena *arena, kt_device_record *record, kt_error *err)
{
    size_t most = record->device.qubit_count + record->coupling_count, count = 0;
    double *values = KT_ARENA_ARRAY(arena, double, most + 1);
    if (values == NULL)
        return kt_fail_nomem(err, most * sizeof *values, "figures of a device");
    for (size_t i = 0; record->one_qubit.values != NULL && i < record->device.qubit_count; i++)
        if (!isnan(fidelity_1q(record, i)))
            values[count++] = fidelity_1q(record, i);
    record->usual_1q = median(values, count);
    count = 0;
    for (size_t i = 0; record->two_qubit.values != NULL && i < record->coupling_count; i++)
        if (!isnan(fidelity_2q(record, i, NULL)))
            values[count++] = fidelity_2q(record, i, NULL);
    record->usual_2q = median(values, count);
    return 0;
}

/* Within the channel's bounds; no figures at all: no noise. */
static kt_gate_noise noise_of(double fidelity, double factor, double most)
{
    double p = isnan(fidelity) ? 0 : (1 - fidelity) * factor;
    return (kt_gate_noise){ .depolarizing = p < 0 ? 0 : p > most ? most : p };
}

kt_gate_noise kt_device_noise_1q(const kt_sandbox_device *device, uint32_t label)
{
    const kt_device_record *record = kt_device_record_of(device);
    int64_t row = kt_device_label_index(record, label);
    double fidelity = row >= 0 ? fidelity_1q(record, (size_t)row) : NAN;
    return noise_of(isnan(fidelity) ? record->usual_1q : fidelity, 1.5, 0.75);
}

kt_gate_noise kt_device_noise_2q(const kt_sandbox_device *device, uint32_t a, uint32_t b, const char *gate)
{
    const kt_device_record *record = kt_device_record_of(device);
    int64_t row = kt_device_coupling_index(record, a, b);
    double fidelity = row >= 0 ? fidelity_2q(record, (size_t)row, gate) : NAN;
    return noise_of(isnan(fidelity) ? record->usual_2q : fidelity, 1.25, 0.9375);
}

/* READOUT_ERROR_0_TO_1 is the chance of reading 1 after preparing 0. Without the two, READOUT is taken as the chance of
 * reading right in either state. */
void kt_device_readout(const kt_sandbox_device *device, uint32_t label, double *p_1_given_0, double *p_0_given_1)
{
    const kt_device_record *record = kt_device_record_of(device);
    const kt_figures *figures = &record->one_qubit;
    int64_t row = kt_device_label_index(record, label);
    double both = record->has_whole ? 1 - record->whole[KT_WHOLE_READOUT] : 0, up = NAN, down = NAN;
    if (row >= 0 && figures->values != NULL) {
        double fidelity = usable(figures, (size_t)row, kt_figures_column(figures, "READOUT"));
        both = isnan(fidelity) ? both : 1 - fidelity;
        up = kt_figures_at(figures, (size_t)row, kt_figures_column(figures, "READOUT_ERROR_0_TO_1"));
        down = kt_figures_at(figures, (size_t)row, kt_figures_column(figures, "READOUT_ERROR_1_TO_0"));
    }
    *p_1_given_0 = isnan(up) ? both : up;
    *p_0_given_1 = isnan(down) ? both : down;
}
