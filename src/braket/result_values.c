/* SPDX-License-Identifier: Apache-2.0 */
/* result_values.c - the result types of an execution with the values that the service computed: their words for people,
 * and numbers of the shape that each kind has.
 * Source: braket-schemas ir/jaqcd/results.py, gate_model_task_result_v1.py. */
#include "braket/task_result_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct reading {
    kt_result *result;
    const kt_json *type, *value;
    kt_want want;
    kt_buf text;
} reading;

typedef int reader(reading *in, kt_error *err);

/* ---- words ---- */

static void add_target(kt_buf *text, const kt_json *targets, size_t index)
{
    kt_buf_addf(text, "q[%lld]", (long long)json_integer_value(json_array_get(targets, index)));
}

static void add_targets(kt_buf *text, const kt_json *targets)
{
    if (!json_is_array(targets)) {
        kt_buf_adds(text, " all");
        return;
    }
    for (size_t i = 0; i < json_array_size(targets); i++) {
        kt_buf_adds(text, i == 0 ? " " : ", ");
        add_target(text, targets, i);
    }
}

/* "z(q[0]) @ x(q[1])", "z all"; a matrix as "hermitian q[0], q[1]". */
static void add_observable(kt_buf *text, const kt_json *type)
{
    const kt_json *observable = json_object_get(type, "observable"), *targets = json_object_get(type, "targets");
    const size_t count = json_array_size(observable);
    if (json_is_string(observable)) {
        kt_buf_addf(text, " %s", json_string_value(observable));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(observable, i));
        kt_buf_addf(text, "%s%s", i == 0 ? " " : " @ ", name == NULL ? "hermitian" : name);
        if (name == NULL || !json_is_array(targets)) {
            add_targets(text, targets);
            return;
        }
        kt_buf_adds(text, "(");
        add_target(text, targets, i);
        kt_buf_adds(text, ")");
    }
}

/* ---- numbers ---- */

static int wrong(const char *expected, kt_error *err)
{
    return kt_fail(err, KT_E_INVALID, "value: expected %s", expected);
}

static int add_numbers(reading *in, const kt_json *list, const char *expected, kt_error *err)
{
    const size_t count = json_is_array(list) ? json_array_size(list) : 1;
    double *numbers = calloc(count == 0 ? 1 : count, sizeof(*numbers));
    if (numbers == NULL)
        return kt_fail_nomem(err, count * sizeof(*numbers), "values");
    for (size_t i = 0; i < count; i++) {
        const kt_json *one = json_is_array(list) ? json_array_get(list, i) : list;
        if (!json_is_number(one)) {
            free(numbers);
            return wrong(expected, err);
        }
        numbers[i] = json_number_value(one);
    }
    return kt_result_add_numbers(in->result, &in->want, in->text.data, numbers, count, err);
}

static int read_expectation(reading *in, kt_error *err)
{
    add_observable(&in->text, in->type);
    in->want.all_qubits = json_is_array(in->value);
    return add_numbers(in, in->value, "a number, or one a qubit", err);
}

static int read_probability(reading *in, kt_error *err)
{
    add_targets(&in->text, json_object_get(in->type, "targets"));
    in->want.all_qubits = !json_is_array(json_object_get(in->type, "targets"));
    return json_is_array(in->value) ? add_numbers(in, in->value, "a list of probabilities", err)
                                    : wrong("a list of probabilities", err);
}

/* A list of eigenvalues, or a list of such lists; the latter go one behind the other. */
static int read_sample(reading *in, kt_error *err)
{
    add_observable(&in->text, in->type);
    if (!json_is_array(in->value))
        return wrong("a list of eigenvalues", err);
    if (!json_is_array(json_array_get(in->value, 0)))
        return add_numbers(in, in->value, "a list of eigenvalues", err);
    kt_json *flat = json_array();
    int rc = flat == NULL ? kt_fail_nomem(err, 64, "values") : 0;
    for (size_t i = 0; i < json_array_size(in->value) && rc == 0; i++)
        if (json_array_extend(flat, json_array_get(in->value, i)) < 0)
            rc = wrong("lists of eigenvalues, one a qubit", err);
    in->want.all_qubits = true;
    if (rc == 0)
        rc = add_numbers(in, flat, "lists of eigenvalues, one a qubit", err);
    kt_json_free(flat);
    return rc;
}

/* ---- complex numbers ---- */

static bool read_complex(const kt_json *pair, kt_complex *out)
{
    const kt_json *re = json_array_get(pair, 0), *im = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !json_is_number(re) || !json_is_number(im))
        return false;
    *out = (kt_complex){ json_number_value(re), json_number_value(im) };
    return true;
}

static int add_complexes(reading *in, size_t count, const kt_json *(*at)(const reading *in, size_t index),
                         const char *expected, kt_error *err)
{
    kt_complex *numbers = calloc(count == 0 ? 1 : count, sizeof(*numbers));
    if (numbers == NULL)
        return kt_fail_nomem(err, count * sizeof(*numbers), "values");
    for (size_t i = 0; i < count; i++)
        if (!read_complex(at(in, i), &numbers[i])) {
            free(numbers);
            return wrong(expected, err);
        }
    return kt_result_add_complexes(in->result, &in->want, in->text.data, numbers, count, err);
}

static const kt_json *state_at(const reading *in, size_t index)
{
    return json_array_get(in->value, index);
}

static int read_state_vector(reading *in, kt_error *err)
{
    return add_complexes(in, json_array_size(in->value), state_at, "a list of [re, im]", err);
}

static const kt_json *entry_at(const reading *in, size_t index)
{
    const size_t side = json_array_size(in->value);
    return json_array_get(json_array_get(in->value, index / side), index % side);
}

static int read_density_matrix(reading *in, kt_error *err)
{
    const size_t side = json_array_size(in->value);
    add_targets(&in->text, json_object_get(in->type, "targets"));
    in->want.all_qubits = !json_is_array(json_object_get(in->type, "targets"));
    return add_complexes(in, side * side, entry_at, "rows of [re, im], as many as columns", err);
}

static const kt_json *amplitude_at(const reading *in, size_t index)
{
    const char *state = json_string_value(json_array_get(json_object_get(in->type, "states"), index));
    return state == NULL ? NULL : json_object_get(in->value, state);
}

static int read_amplitude(reading *in, kt_error *err)
{
    const kt_json *states = json_object_get(in->type, "states");
    const char *names[256];
    const size_t count = json_array_size(states);
    if (count > KT_COUNT(names))
        return kt_fail(err, KT_E_LIMIT, "states: found %zu, at most %zu are read", count, KT_COUNT(names));
    for (size_t i = 0; i < count; i++) {
        names[i] = json_string_value(json_array_get(states, i));
        if (names[i] == NULL)
            return kt_fail(err, KT_E_INVALID, "states[%zu]: expected a bit string", i);
        kt_buf_addf(&in->text, "%s \"%s\"", i == 0 ? "" : ",", names[i]);
    }
    in->want.state_count = (uint32_t)count;
    in->want.states = names;
    return add_complexes(in, count, amplitude_at, "an object of [re, im] by state", err);
}

static int read_gradient(reading *in, kt_error *err)
{
    const char *names[1024], *name;
    double values[1024];
    size_t count = 0;
    kt_json *one, *gradient = json_object_get(in->value, "gradient");
    const kt_json *expectation = json_object_get(in->value, "expectation");
    add_observable(&in->text, in->type);
    if (!json_is_number(expectation) || !json_is_object(gradient) || json_object_size(gradient) > KT_COUNT(names))
        return wrong("{\"expectation\": number, \"gradient\": {name: number}}", err);
    json_object_foreach(gradient, name, one)
    {
        names[count] = name;
        values[count++] = json_number_value(one);
    }
    return kt_result_add_gradient(in->result, &in->want, in->text.data, json_number_value(expectation), names, values,
                                  count, err);
}

static const struct {
    const char *name, *words; /* the schema's, and as pragmas write it */
    uint8_t type;
    reader *read;
} kinds[] = {
    { "expectation", "expectation", KT_RESULT_EXPECTATION, read_expectation },
    { "variance", "variance", KT_RESULT_VARIANCE, read_expectation },
    { "sample", "sample", KT_RESULT_SAMPLE, read_sample },
    { "probability", "probability", KT_RESULT_PROBABILITY, read_probability },
    { "amplitude", "amplitude", KT_RESULT_AMPLITUDE, read_amplitude },
    { "statevector", "state_vector", KT_RESULT_STATE_VECTOR, read_state_vector },
    { "densitymatrix", "density_matrix", KT_RESULT_DENSITY_MATRIX, read_density_matrix },
    { "adjoint_gradient", "adjoint_gradient", KT_RESULT_ADJOINT_GRADIENT, read_gradient },
};

static int read_value(const kt_json *entry, kt_result *r, kt_error *err)
{
    const kt_json *type = json_object_get(entry, "type");
    const char *name = json_string_value(json_object_get(type, "type"));
    for (size_t i = 0; name != NULL && i < KT_COUNT(kinds); i++) {
        if (strcasecmp(kinds[i].name, name) != 0)
            continue;
        reading in = {
            .result = r, .type = type, .value = json_object_get(entry, "value"), .want = { .type = kinds[i].type }
        };
        kt_buf_init(&in.text, 0);
        kt_buf_adds(&in.text, kinds[i].words);
        int rc = kt_buf_check(&in.text, err, "a result type");
        if (rc == 0)
            rc = kinds[i].read(&in, err);
        kt_buf_fini(&in.text);
        return rc < 0 ? kt_wrap(err, rc, "%s", name) : 0;
    }
    return kt_fail(err, KT_E_UNSUPPORTED, "type: '%.60s' is no result type that is known", name == NULL ? "" : name);
}

int kt_execution_values(const kt_json *list, kt_result *r, kt_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < json_array_size(list) && rc == 0; i++) {
        rc = read_value(json_array_get(list, i), r, err);
        if (rc < 0)
            kt_wrap(err, rc, "resultTypes[%zu]", i);
    }
    return rc;
}
