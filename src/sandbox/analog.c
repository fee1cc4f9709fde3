/* SPDX-License-Identifier: Apache-2.0 */
/* analog.c - analog programs (neutral atoms): checked as the device would, then answered with a result file that the
 * scenario names. There is no analog simulator here, and none is pretended. */
#include "sandbox/runner_priv.h"

#include "base/file.h"
#include "base/text.h"

#include <string.h>

enum { RESULT_BYTES_MOST = 64 << 20, SERIES_MOST = 100000 };

/* A number, which travels as decimal text. */
static bool is_number(const kt_json *value, double *out)
{
    if (json_is_number(value)) {
        *out = json_number_value(value);
        return true;
    }
    return json_is_string(value) && kt_parse_double(kt_view_of(json_string_value(value)), out, NULL) == 0;
}

static int check_sites(const kt_json *program, const kt_sandbox_device *device, kt_error *err)
{
    const kt_json *reg = json_object_get(json_object_get(program, "setup"), "ahs_register");
    const kt_json *sites = json_object_get(reg, "sites"), *filling = json_object_get(reg, "filling");
    if (!json_is_array(sites) || !json_is_array(filling) || json_array_size(sites) != json_array_size(filling))
        return kt_fail(err, KT_E_INVALID, "setup.ahs_register needs 'sites' and 'filling' of the same length");
    if (json_array_size(sites) == 0 || json_array_size(sites) > device->qubit_count)
        return kt_fail(err, KT_E_INVALID, "the register has %zu sites, %s takes 1 to %u", json_array_size(sites),
                       device->name, device->qubit_count);
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const kt_json *site = json_array_get(sites, i);
        double x, y;
        if (json_array_size(site) != 2 || !is_number(json_array_get(site, 0), &x) ||
            !is_number(json_array_get(site, 1), &y))
            return kt_fail(err, KT_E_INVALID, "site %zu is no pair of coordinates in metres", i);
        json_int_t filled = json_integer_value(json_array_get(filling, i));
        if (!json_is_integer(json_array_get(filling, i)) || filled < 0 || filled > 1)
            return kt_fail(err, KT_E_INVALID, "filling %zu is neither 0 nor 1", i);
    }
    return 0;
}

/* {"time_series": {"values": [...], "times": [...]}}: as many of each, times rising from 0. */
static int check_series(const kt_json *field, const char *name, kt_error *err)
{
    const kt_json *series = json_object_get(json_object_get(field, name), "time_series");
    const kt_json *values = json_object_get(series, "values"), *times = json_object_get(series, "times");
    size_t count = json_array_size(times);
    double value, time, last = -1;
    if (!json_is_array(values) || json_array_size(values) != count || count < 2 || count > SERIES_MOST)
        return kt_fail(err, KT_E_INVALID, "the time series of '%s' needs as many values as times, 2 or more", name);
    for (size_t i = 0; i < count; i++) {
        if (!is_number(json_array_get(values, i), &value) || !is_number(json_array_get(times, i), &time))
            return kt_fail(err, KT_E_INVALID, "point %zu of '%s' is no number", i, name);
        if (time <= last || (i == 0 && time != 0))
            return kt_fail(err, KT_E_INVALID, "the times of '%s' must rise from 0: point %zu does not", name, i);
        last = time;
    }
    return 0;
}

static int check_driving(const kt_json *program, kt_error *err)
{
    static const char *const parts[] = { "amplitude", "phase", "detuning" };
    const kt_json *fields = json_object_get(json_object_get(program, "hamiltonian"), "drivingFields");
    if (!json_is_array(fields) || json_array_size(fields) > 1)
        return kt_fail(err, KT_E_INVALID, "hamiltonian.drivingFields is a list of at most one field");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < KT_COUNT(parts) && json_array_size(fields) > 0; i++)
        rc = check_series(json_array_get(fields, 0), parts[i], err);
    return rc;
}

int kt_analog_check(const kt_action_question *question, const kt_action *action, kt_error *err)
{
    int rc = check_sites(action->document, question->device, err);
    if (rc == 0)
        rc = check_driving(action->document, err);
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
