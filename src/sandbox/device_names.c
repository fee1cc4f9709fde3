/* SPDX-License-Identifier: Apache-2.0 */
/* device_names.c - names in a device file that must be Braket's: gates, results, observables. A slip in one of them
 * would make a device that silently refuses every program. */
#include "sandbox/device_priv.h"
#include "sandbox/reader.h"

#include "circuit/gate.h"

#include <ctype.h>
#include <string.h>

static const char *const instructions[] = { "unitary", "kraus", "barrier", "measure_ff", "cc_prx", "reset", "delay" };
static const char *const results[] = { "Sample",      "Expectation",   "Variance",  "Probability",
                                       "StateVector", "DensityMatrix", "Amplitude", "AdjointGradient" };
static const char *const observables[] = { "x", "y", "z", "h", "i", "hermitian" };

static bool is_among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Whatever its case: IonQ's native gates are in capitals. */
static bool is_operation(const char *name)
{
    char small[32];
    size_t length = strlen(name);
    if (length >= sizeof small)
        return false;
    for (size_t i = 0; i <= length; i++)
        small[i] = (char)tolower((unsigned char)name[i]);
    return kt_gate_find(kt_view_of(name)) >= 0 || kt_gate_find(kt_view_of(small)) >= 0 ||
           kt_noise_find(kt_view_of(small)) >= 0 || is_among(instructions, KT_COUNT(instructions), small);
}

static int check_operations(kt_reader *reader, const char *member, const kt_texts *names)
{
    size_t mark = kt_reader_enter(reader, member);
    for (size_t i = 0; i < names->count; i++) {
        if (is_operation(names->items[i]))
            continue;
        kt_reader_enter_item(reader, i);
        return kt_reader_fail(reader, "must be a gate of Braket, a noise channel or an instruction, not '%.60s'",
                              names->items[i]);
    }
    kt_reader_leave(reader, mark);
    return 0;
}

static int check_results(kt_reader *reader, const char *member, const kt_result_offers *offers)
{
    size_t mark = kt_reader_enter(reader, member);
    for (size_t i = 0; i < offers->count; i++) {
        const kt_result_offer *offer = &offers->items[i];
        size_t item = kt_reader_enter_item(reader, i);
        if (!is_among(results, KT_COUNT(results), offer->name))
            return kt_reader_fail(reader, "must be a result such as Sample, Expectation, Probability, not '%.60s'",
                                  offer->name);
        for (size_t k = 0; k < offer->observables.count; k++)
            if (!is_among(observables, KT_COUNT(observables), offer->observables.items[k]))
                return kt_reader_fail(reader, "must have observables of x, y, z, h, i, hermitian, not '%.60s'",
                                      offer->observables.items[k]);
        kt_reader_leave(reader, item);
    }
    kt_reader_leave(reader, mark);
    return 0;
}

int kt_device_check_names(kt_reader *reader, const kt_device_record *record)
{
    int rc = check_operations(reader, "openqasm.operations", &record->openqasm.operations);
    if (rc == 0)
        rc = check_operations(reader, "jaqcd.operations", &record->jaqcd.operations);
    if (rc == 0)
        rc = check_operations(reader, "native_gates", &record->native_gates);
    if (rc == 0)
        rc = check_results(reader, "openqasm.results", &record->openqasm.results);
    return rc < 0 ? rc : check_results(reader, "jaqcd.results", &record->jaqcd.results);
}
