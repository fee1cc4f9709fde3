/* SPDX-License-Identifier: Apache-2.0 */
/* analog.c - analog programs (neutral atoms): checked as the device would, then answered with a result file that the
 * scenario names. There is no analog simulator here, and none is pretended. */
#include "sandbox/runner_priv.h"

#include "base/file.h"
#include "base/text.h"
#include "sandbox/device_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESULT_BYTES_MOST = 64 << 20, SERIES_MOST = 100000 };

/* Decimal text is not binary: so much is forgiven. */
#define ROUNDING 1e-9
#define ROUNDING_M 1e-12

/* A number, which travels as decimal text. */
static bool is_number(const kt_json *value, double *out)
{
    if (json_is_number(value)) {
        *out = json_number_value(value);
        return true;
    }
    return json_is_string(value) && kt_parse_double(kt_view_of(json_string_value(value)), out, NULL) == 0;
}

/* What the device's paradigm says at a path of members; NAN: nothing, so no limit is kept. */
static double limit_at(const kt_json *paradigm, const char *const *path, size_t index)
{
    for (; *path != NULL; path++)
        paradigm = json_object_get(paradigm, *path);
    if (json_is_array(paradigm))
        paradigm = json_array_get(paradigm, index);
    return json_is_number(paradigm) ? json_number_value(paradigm) : NAN;
}
#define LIMIT(paradigm, ...) limit_at(paradigm, (const char *const[]){ __VA_ARGS__, NULL }, 0)

/* ---- sites ---- */

typedef struct site {
    double x, y;
} site;

static int read_sites(const kt_json *sites, const kt_json *filling, site *out, kt_error *err)
{
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const kt_json *pair = json_array_get(sites, i);
        if (json_array_size(pair) != 2 || !is_number(json_array_get(pair, 0), &out[i].x) ||
            !is_number(json_array_get(pair, 1), &out[i].y))
            return kt_fail(err, KT_E_INVALID, "site %zu is no pair of coordinates in metres", i);
        json_int_t filled = json_integer_value(json_array_get(filling, i));
        if (!json_is_integer(json_array_get(filling, i)) || filled < 0 || filled > 1)
            return kt_fail(err, KT_E_INVALID, "filling %zu is neither 0 nor 1", i);
    }
    return 0;
}

/* Comparisons with NAN are false: what the device does not say is not checked. */
static int check_distances(const kt_json *paradigm, const site *sites, size_t count, kt_error *err)
{
    const double least = LIMIT(paradigm, "lattice", "geometry", "spacingRadialMin");
    const double rows = LIMIT(paradigm, "lattice", "geometry", "spacingVerticalMin");
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++) {
            double dx = fabs(sites[i].x - sites[k].x), dy = fabs(sites[i].y - sites[k].y);
            if (hypot(dx, dy) < least - ROUNDING_M)
                return kt_fail(err, KT_E_INVALID, "sites %zu and %zu are %g m apart, the device needs %g m", k, i,
                               hypot(dx, dy), least);
            if (dy > ROUNDING_M && dy < rows - ROUNDING_M)
                return kt_fail(err, KT_E_INVALID, "the rows of sites %zu and %zu are %g m apart, the device needs %g m",
                               k, i, dy, rows);
        }
    return 0;
}

static int check_area(const kt_json *paradigm, const site *sites, size_t count, kt_error *err)
{
    const double width = LIMIT(paradigm, "lattice", "area", "width");
    const double height = LIMIT(paradigm, "lattice", "area", "height");
    site low = sites[0], high = sites[0];
    for (size_t i = 1; i < count; i++) {
        low = (site){ fmin(low.x, sites[i].x), fmin(low.y, sites[i].y) };
        high = (site){ fmax(high.x, sites[i].x), fmax(high.y, sites[i].y) };
    }
    if (high.x - low.x > width + ROUNDING_M || high.y - low.y > height + ROUNDING_M)
        return kt_fail(err, KT_E_INVALID, "the register is %g m by %g m, the device has %g m by %g m", high.x - low.x,
                       high.y - low.y, width, height);
    return 0;
}

static int check_sites(const kt_json *program, const kt_json *paradigm, const kt_sandbox_device *device, kt_error *err)
{
    const kt_json *reg = json_object_get(json_object_get(program, "setup"), "ahs_register");
    const kt_json *sites = json_object_get(reg, "sites"), *filling = json_object_get(reg, "filling");
    const size_t count = json_array_size(sites);
    if (!json_is_array(sites) || !json_is_array(filling) || count != json_array_size(filling))
        return kt_fail(err, KT_E_INVALID, "setup.ahs_register needs 'sites' and 'filling' of the same length");
    if (count == 0 || count > device->qubit_count)
        return kt_fail(err, KT_E_INVALID, "the register has %zu sites, %s takes 1 to %u", count, device->name,
                       device->qubit_count);
    site *read = calloc(count, sizeof *read);
    if (read == NULL)
        return kt_fail_nomem(err, count * sizeof *read, "sites");
    int rc = read_sites(sites, filling, read, err);
    if (rc == 0)
        rc = check_area(paradigm, read, count, err);
    if (rc == 0)
        rc = check_distances(paradigm, read, count, err);
    free(read);
    return rc;
}

/* ---- fields ---- */

/* A part of the driving field, and where the paradigm has its limits. */
typedef struct part {
    const char *name, *range, *slew; /* slew NULL: it may jump */
} part;

/* Whether one point and the way to it from the point before are within what the device does. */
static int check_point(const part *p, const kt_json *global, size_t i, const double at[2], const double before[2],
                       kt_error *err)
{
    const char *const range[] = { p->range, NULL };
    const double low = limit_at(global, range, 0), high = limit_at(global, range, 1);
    const double step = LIMIT(global, "timeDeltaMin"), slew = p->slew == NULL ? NAN : LIMIT(global, p->slew);
    if (at[1] < low || at[1] > high)
        return kt_fail(err, KT_E_INVALID, "value %zu of '%s' is %g, the device takes %g to %g", i, p->name, at[1], low,
                       high);
    if (i == 0)
        return 0;
    const double passed = at[0] - before[0];
    if (passed < step * (1 - ROUNDING))
        return kt_fail(err, KT_E_INVALID, "points %zu and %zu of '%s' are %g s apart, the device needs %g s", i - 1, i,
                       p->name, passed, step);
    if (fabs(at[1] - before[1]) > slew * passed * (1 + ROUNDING))
        return kt_fail(err, KT_E_INVALID, "'%s' changes by %g in %g s up to point %zu, the device does %g a second",
                       p->name, fabs(at[1] - before[1]), passed, i, slew);
    return 0;
}

/* {"time_series": {"values": [...], "times": [...]}, "pattern": "uniform"}: as many of each, times rising from 0. */
static int check_series(const kt_json *field, const part *p, const kt_json *global, double *end, kt_error *err)
{
    const kt_json *whole = json_object_get(field, p->name), *series = json_object_get(whole, "time_series");
    const kt_json *values = json_object_get(series, "values"), *times = json_object_get(series, "times");
    const char *pattern = json_string_value(json_object_get(whole, "pattern"));
    size_t count = json_array_size(times);
    double at[2], before[2] = { -1, 0 };
    if (!json_is_array(values) || json_array_size(values) != count || count < 2 || count > SERIES_MOST)
        return kt_fail(err, KT_E_INVALID, "the time series of '%s' needs as many values as times, 2 or more", p->name);
    if (pattern == NULL || strcmp(pattern, "uniform") != 0)
        return kt_fail(err, KT_E_INVALID, "the pattern of '%s' must be \"uniform\"", p->name);
    for (size_t i = 0; i < count; i++) {
        if (!is_number(json_array_get(times, i), &at[0]) || !is_number(json_array_get(values, i), &at[1]))
            return kt_fail(err, KT_E_INVALID, "point %zu of '%s' is no number", i, p->name);
        if (at[0] <= before[0] || (i == 0 && at[0] != 0))
            return kt_fail(err, KT_E_INVALID, "the times of '%s' must rise from 0: point %zu does not", p->name, i);
        int rc = check_point(p, global, i, at, before, err);
        if (rc < 0)
            return rc;
        memcpy(before, at, sizeof before);
    }
    *end = before[0];
    return 0;
}

static int check_driving(const kt_json *hamiltonian, const kt_json *global, kt_error *err)
{
    static const part parts[] = { { "amplitude", "rabiFrequencyRange", "rabiFrequencySlewRateMax" },
                                  { "phase", "phaseRange", NULL },
                                  { "detuning", "detuningRange", "detuningSlewRateMax" } };
    const kt_json *fields = json_object_get(hamiltonian, "drivingFields");
    const double longest = LIMIT(global, "timeMax");
    double ends[KT_COUNT(parts)] = { 0 };
    if (!json_is_array(fields) || json_array_size(fields) > 1)
        return kt_fail(err, KT_E_INVALID, "hamiltonian.drivingFields is a list of at most one field");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < KT_COUNT(parts) && json_array_size(fields) > 0; i++) {
        rc = check_series(json_array_get(fields, 0), &parts[i], global, &ends[i], err);
        if (rc == 0 && ends[i] > longest * (1 + ROUNDING))
            rc = kt_fail(err, KT_E_INVALID, "'%s' lasts %g s, the device does %g s", parts[i].name, ends[i], longest);
        if (rc == 0 && ends[i] != ends[0])
            rc = kt_fail(err, KT_E_INVALID, "'%s' ends at %g s and '%s' at %g s: all must end together", parts[0].name,
                         ends[0], parts[i].name, ends[i]);
    }
    return rc;
}

/* Under its new name, or the old one. */
static int check_local(const kt_json *hamiltonian, const kt_json *rydberg, const kt_sandbox_device *device,
                       kt_error *err)
{
    const size_t count = json_array_size(json_object_get(hamiltonian, "localDetuning")) +
                         json_array_size(json_object_get(hamiltonian, "shiftingFields"));
    if (count > 0 && json_object_get(rydberg, "rydbergLocal") == NULL)
        return kt_fail(err, KT_E_INVALID, "local detuning is not supported by the device %s", device->name);
    return 0;
}

int kt_analog_check(const kt_action_question *question, const kt_action *action, kt_error *err)
{
    const char *text = kt_device_record_of(question->device)->analog_json;
    KT_OWN(kt_json) *paradigm = json_loads(text == NULL ? "{}" : text, 0, NULL);
    if (paradigm == NULL)
        return kt_fail_nomem(err, 0, "what an analog device does");
    const kt_json *hamiltonian = json_object_get(action->document, "hamiltonian");
    const kt_json *rydberg = json_object_get(paradigm, "rydberg");
    int rc = check_sites(action->document, paradigm, question->device, err);
    if (rc == 0)
        rc = check_driving(hamiltonian, json_object_get(rydberg, "rydbergGlobal"), err);
    if (rc == 0)
        rc = check_local(hamiltonian, rydberg, question->device, err);
    if (rc == 0 && !question->has_result_file)
        rc = kt_fail(
            err, KT_E_INVALID,
            "the analog program is well formed, and this sandbox can't run it: name a result file for %s in the "
            "scenario",
            question->device->name);
    return rc;
}

/* How many of a result's shots succeeded; all that were asked for when it does not tell them apart. */
static int64_t successful_shots(kt_view result, int64_t asked)
{
    KT_OWN(kt_json) *document = NULL;
    if (kt_json_parse(result, &document, NULL) < 0)
        return asked;
    const kt_json *measurements = json_object_get(document, "measurements");
    int64_t failed = 0;
    for (size_t i = 0; i < json_array_size(measurements); i++) {
        const kt_json *metadata = json_object_get(json_array_get(measurements, i), "shotMetadata");
        const char *status = json_string_value(json_object_get(metadata, "shotStatus"));
        failed += status != NULL && strcmp(status, "Failure") == 0;
    }
    return failed < asked ? asked - failed : 0;
}

int kt_run_analog(kt_work *work, kt_error *err)
{
    KT_BUF_OWN body;
    kt_buf_init(&body, 0);
    if (work->order.result_file == NULL)
        return kt_fail(err, KT_E_FAILED, "the scenario no longer names a result file for this device");
    int rc = kt_file_read_regular(work->order.result_file, RESULT_BYTES_MOST, &body, err);
    if (rc == 0) {
        work->outcome.successful_shots = successful_shots(kt_buf_view(&body), work->order.question.shots);
        rc = kt_work_add(work, &body, err, "results.json");
    }
    return rc;
}
