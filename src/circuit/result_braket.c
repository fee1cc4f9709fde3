/* SPDX-License-Identifier: Apache-2.0 */
/* result_braket.c - a result as Amazon Braket's gate-model task result, the object that the Amazon SDK's own classes
 * load. Members and their order are those of the reference's JSON; targets are indexes among the qubits in use. What a
 * task of the service says beyond the result itself is the caller's to tell (kt_braket_about).
 * Source: braket-schemas task_result/gate_model_task_result_v1.py, ir/gate_model_shared/results.py. */
#include "base/clock.h"
#include "base/rng.h"
#include "circuit/result_write.h"

#include <stdio.h>
#include <stdlib.h>

/* What is written: a result, and what is said about it. */
typedef struct task_result {
    const kt_result *result;
    kt_braket_about about;
} task_result;

/* A member without a value. */
static void write_nothing(kt_jw *w, const task_result *t, const char *key)
{
    if (!t->about.with_nulls)
        return;
    kt_jw_key(w, key);
    kt_jw_null(w);
}

static void write_header(kt_jw *w, const char *name)
{
    kt_jw_key(w, "braketSchemaHeader");
    kt_jw_object(w);
    kt_jw_key(w, "name");
    kt_jw_strz(w, name);
    kt_jw_key(w, "version");
    kt_jw_strz(w, "1");
    kt_jw_close(w);
}

/* One row a shot, in the order dealt by kt_shot_rank; a row is never empty. */
static void write_measurements(kt_jw *w, const task_result *t)
{
    const kt_result *r = t->result;
    if (r->info.shots == 0 || r->entry_count == 0 || t->about.as_probabilities) {
        write_nothing(w, t, "measurements");
        return;
    }
    kt_jw_key(w, "measurements");
    int indent = w->indent;
    w->indent = 0;
    kt_jw_array(w);
    for (uint64_t shot = 0; shot < r->info.shots && w->rc == 0; shot++) {
        const uint64_t *words = r->words + r->entries[kt_result_shot_entry(r, shot)].words_at;
        kt_jw_array(w);
        for (uint32_t c = 0; c < r->column_count; c++)
            kt_jw_uint(w, words[c / 64] >> (63 - c % 64) & 1);
        if (r->column_count == 0)
            kt_jw_uint(w, 0);
        kt_jw_close(w);
    }
    kt_jw_close(w);
    w->indent = indent;
}

/* By bit string the share of the shots that gave it. */
static void write_probabilities(kt_jw *w, const task_result *t)
{
    const kt_result *r = t->result;
    char *bits = malloc((size_t)r->column_count + 1);
    if (bits == NULL)
        w->rc = kt_fail_nomem(&w->error, r->column_count, "a bit string");
    if (bits == NULL || !t->about.as_probabilities || r->info.shots == 0) {
        write_nothing(w, t, "measurementProbabilities");
        free(bits);
        return;
    }
    kt_jw_key(w, "measurementProbabilities");
    kt_jw_object(w);
    for (size_t i = 0; i < kt_result_outcome_count(r) && w->rc == 0; i++) {
        const uint64_t times = kt_result_outcome(r, i, bits);
        kt_jw_key(w, r->column_count == 0 ? "0" : bits);
        kt_jw_double(w, (double)times / (double)r->info.shots);
    }
    kt_jw_close(w);
    free(bits);
}

static void write_factor(kt_jw *w, const kt_factor *f)
{
    static const char *const names[] = {
        [KT_OBS_I] = "i", [KT_OBS_X] = "x", [KT_OBS_Y] = "y", [KT_OBS_Z] = "z", [KT_OBS_H] = "h",
    };
    if (f->kind != KT_OBS_HERMITIAN) {
        kt_jw_strz(w, names[f->kind]);
        return;
    }
    size_t side = f->qubit_count == 0 ? 2 : (size_t)1 << f->qubit_count;
    kt_jw_array(w);
    for (size_t row = 0; row < side; row++) {
        kt_jw_array(w);
        for (size_t column = 0; column < side; column++)
            kt_write_complex(w, f->matrix[row * side + column]);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

/* A product is a list of its factors; a sum, or a product with a coefficient, is text. */
static void write_observable(kt_jw *w, const kt_want *want)
{
    kt_jw_key(w, "observable");
    if (want->type != KT_RESULT_ADJOINT_GRADIENT && want->term_count == 1 && want->terms[0].coefficient == 1) {
        kt_jw_array(w);
        for (uint32_t f = 0; f < want->terms[0].factor_count; f++)
            write_factor(w, &want->terms[0].factors[f]);
        kt_jw_close(w);
        return;
    }
    KT_BUF_OWN words;
    kt_buf_init(&words, 0);
    if (kt_observable_text(want, &words) == 0)
        kt_jw_string(w, kt_buf_view(&words));
    else if (w->rc == 0)
        w->rc = kt_buf_check(&words, &w->error, "an observable's words");
}

static void write_term_targets(kt_jw *w, const kt_want *want)
{
    bool nested = want->type == KT_RESULT_ADJOINT_GRADIENT; /* its all_qubits means all parameters */
    kt_jw_key(w, "targets");
    if (want->all_qubits && !nested) {
        kt_jw_null(w);
        return;
    }
    if (!nested && want->term_count == 1) {
        kt_write_term_targets(w, &want->terms[0], NULL);
        return;
    }
    kt_jw_array(w);
    for (uint32_t t = 0; t < want->term_count; t++) {
        if (nested) {
            kt_write_term_targets(w, &want->terms[t], NULL);
            continue;
        }
        for (uint32_t f = 0; f < want->terms[t].factor_count; f++)
            for (uint32_t i = 0; i < want->terms[t].factors[f].qubit_count; i++)
                kt_jw_uint(w, want->terms[t].factors[f].qubits[i]);
    }
    kt_jw_close(w);
}

static const char *const type_words[KT_RESULT_TYPE_COUNT] = {
    [KT_RESULT_STATE_VECTOR] = "statevector",
    [KT_RESULT_AMPLITUDE] = "amplitude",
    [KT_RESULT_PROBABILITY] = "probability",
    [KT_RESULT_EXPECTATION] = "expectation",
    [KT_RESULT_VARIANCE] = "variance",
    [KT_RESULT_SAMPLE] = "sample",
    [KT_RESULT_DENSITY_MATRIX] = "densitymatrix",
    [KT_RESULT_ADJOINT_GRADIENT] = "adjoint_gradient",
};

static void write_type(kt_jw *w, const kt_result_value *v)
{
    const kt_want *want = &v->want;
    kt_jw_object(w);
    switch ((kt_result_type)want->type) {
    case KT_RESULT_AMPLITUDE:
        kt_jw_key(w, "states");
        kt_jw_array(w);
        for (uint32_t i = 0; i < want->state_count; i++)
            kt_jw_strz(w, want->states[i]);
        kt_jw_close(w);
        break;
    case KT_RESULT_PROBABILITY:
    case KT_RESULT_DENSITY_MATRIX:
        kt_jw_key(w, "targets");
        if (want->all_qubits)
            kt_jw_null(w);
        else
            kt_write_qubits(w, want->target_count, want->targets, NULL);
        break;
    case KT_RESULT_ADJOINT_GRADIENT:
        kt_jw_key(w, "parameters");
        kt_jw_array(w);
        for (size_t p = 0; p < v->count && !want->all_qubits; p++)
            kt_jw_strz(w, v->names[p]);
        if (want->all_qubits)
            kt_jw_strz(w, "all");
        kt_jw_close(w);
        __attribute__((fallthrough));
    case KT_RESULT_EXPECTATION:
    case KT_RESULT_VARIANCE:
    case KT_RESULT_SAMPLE:
        write_observable(w, want);
        write_term_targets(w, want);
        break;
    default: break;
    }
    kt_jw_key(w, "type");
    kt_jw_strz(w, type_words[want->type]);
    kt_jw_close(w);
}

/* A register is a list of bits here, not text. */
static void write_output(kt_jw *w, const json_t *value)
{
    if (!json_is_string(value)) {
        kt_jw_value(w, value);
        return;
    }
    const char *bits = json_string_value(value);
    kt_jw_array(w);
    for (size_t i = 0; i < json_string_length(value); i++)
        kt_jw_int(w, bits[i] == '1');
    kt_jw_close(w);
}

static int write_shot_outputs(kt_jw *w, const char *outputs, kt_error *err)
{
    KT_OWN(kt_json) *object = NULL;
    const char *name;
    json_t *value;
    int rc = kt_json_parse(kt_view_of(outputs == NULL ? "{}" : outputs), &object, err);
    if (rc < 0)
        return rc;
    kt_jw_object(w);
    json_object_foreach(object, name, value)
    {
        kt_jw_key(w, name);
        write_output(w, value);
    }
    kt_jw_close(w);
    return 0;
}

/* One object a shot. */
static void write_outputs(kt_jw *w, const task_result *t)
{
    const kt_result *r = t->result;
    if (!r->has_outputs || r->info.shots == 0) {
        write_nothing(w, t, "outputs");
        return;
    }
    kt_jw_key(w, "outputs");
    int indent = w->indent;
    w->indent = 0;
    kt_jw_array(w);
    for (uint64_t shot = 0; shot < r->info.shots && w->rc == 0; shot++) {
        const char *outputs = r->entries[kt_result_shot_entry(r, shot)].outputs;
        int rc = write_shot_outputs(w, outputs, &w->error);
        if (rc < 0 && w->rc == 0)
            w->rc = rc;
    }
    kt_jw_close(w);
    w->indent = indent;
}

/* The id the caller gives, or one in the form of a random UUID, made from seed and time: the same result always shows
 * the same one. */
static void write_id(kt_jw *w, const task_result *t)
{
    const kt_result_info *info = &t->result->info;
    kt_jw_key(w, "id");
    if (t->about.task_id != NULL) {
        kt_jw_strz(w, t->about.task_id);
        return;
    }
    kt_rng rng;
    kt_rng_seed_stream(&rng, info->seed, (uint64_t)info->started_wall_ns ^ (uint64_t)info->elapsed_ns << 32);
    uint64_t high = kt_rng_next(&rng), low = kt_rng_next(&rng);
    char text[40];
    snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
             (unsigned)(high & 0xfff), (unsigned)(low >> 48 & 0x3fff) | 0x8000U,
             (unsigned long long)(low & UINT64_C(0xffffffffffff)));
    kt_jw_strz(w, text);
}

/* The first of two times that is told. */
static void write_time(kt_jw *w, const task_result *t, const char *key, int64_t told_ns, int64_t own_ns)
{
    char text[32];
    const int64_t wall_ns = told_ns != 0 ? told_ns : own_ns;
    if (wall_ns == 0 || kt_time_text(wall_ns, text, sizeof text, NULL) < 0) {
        write_nothing(w, t, key);
        return;
    }
    kt_jw_key(w, key);
    kt_jw_strz(w, text);
}

static void write_json_text(kt_jw *w, const task_result *t, const char *key, const char *json)
{
    if (json == NULL) {
        write_nothing(w, t, key);
        return;
    }
    kt_jw_key(w, key);
    kt_jw_raw(w, kt_view_of(json));
}

static void write_task_metadata(kt_jw *w, const task_result *t)
{
    const kt_result_info *info = &t->result->info;
    kt_jw_key(w, "taskMetadata");
    kt_jw_object(w);
    write_header(w, "braket.task_result.task_metadata");
    write_id(w, t);
    kt_jw_key(w, "shots");
    kt_jw_uint(w, t->about.shots != 0 ? t->about.shots : info->shots);
    kt_jw_key(w, "deviceId");
    kt_jw_strz(w, t->about.device_id != NULL ? t->about.device_id : info->device);
    write_json_text(w, t, "deviceParameters", t->about.device_parameters_json);
    write_time(w, t, "createdAt", t->about.created_wall_ns, info->started_wall_ns);
    write_time(w, t, "endedAt", t->about.ended_wall_ns, info->ended_wall_ns);
    if (t->about.status == NULL) {
        write_nothing(w, t, "status");
    } else {
        kt_jw_key(w, "status");
        kt_jw_strz(w, t->about.status);
    }
    write_nothing(w, t, "failureReason");
    kt_jw_close(w);
}

static void write_duration(kt_jw *w, const task_result *t)
{
    if (!t->about.has_duration) {
        write_nothing(w, t, "simulatorMetadata");
        return;
    }
    kt_jw_key(w, "simulatorMetadata");
    kt_jw_object(w);
    write_header(w, "braket.task_result.simulator_metadata");
    kt_jw_key(w, "executionDuration");
    kt_jw_uint(w, t->about.duration_ms);
    kt_jw_close(w);
}

/* The members of the caller's object, without its braces. */
static void write_vendor(kt_jw *w, const char *json)
{
    kt_view text = kt_view_trim(kt_view_of(json));
    if (text.length < 2 || text.data[0] != '{' || text.data[text.length - 1] != '}') {
        if (w->rc == 0)
            w->rc = kt_fail(&w->error, KT_E_INVALID, "vendor metadata must be a JSON object, it is %.60s", json);
        return;
    }
    kt_view members = kt_view_trim((kt_view){ text.data + 1, text.length - 2 });
    if (members.length > 0)
        kt_jw_raw(w, members);
}

static void write_additional_metadata(kt_jw *w, const task_result *t)
{
    static const char *const vendors[] = { "aqtMetadata", "dwaveMetadata",  "ionqMetadata",  "rigettiMetadata",
                                           "oqcMetadata", "xanaduMetadata", "queraMetadata", "iqmMetadata" };
    const char *own_action = t->result->info.action_json;
    kt_jw_key(w, "additionalMetadata");
    kt_jw_object(w);
    write_json_text(w, t, "action", t->about.action_json != NULL ? t->about.action_json : own_action);
    for (size_t i = 0; i < KT_COUNT(vendors) && t->about.vendor_json == NULL; i++)
        write_nothing(w, t, vendors[i]);
    if (t->about.vendor_json != NULL)
        write_vendor(w, t->about.vendor_json);
    write_duration(w, t);
    kt_jw_close(w);
}

static void write_result_types(kt_jw *w, const kt_result *r)
{
    kt_jw_key(w, "resultTypes");
    kt_jw_array(w);
    for (size_t i = 0; i < r->value_count; i++) {
        kt_jw_object(w);
        kt_jw_key(w, "type");
        write_type(w, &r->values[i]);
        kt_jw_key(w, "value");
        kt_write_value(w, r, &r->values[i]);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

static void write_measured_qubits(kt_jw *w, const task_result *t)
{
    const kt_result *r = t->result;
    if (r->column_count == 0) {
        write_nothing(w, t, "measuredQubits");
        return;
    }
    kt_jw_key(w, "measuredQubits");
    kt_write_qubits(w, r->column_count, r->columns, NULL);
}

int kt_result_write_braket(const kt_result *r, const kt_braket_about *about, kt_out out, kt_error *err)
{
    task_result t = { .result = r, .about = { .with_nulls = true } };
    if (about != NULL)
        t.about = *about;
    kt_jw w;
    kt_jw_init(&w, out, t.about.indent);
    kt_jw_object(&w);
    write_header(&w, "braket.task_result.gate_model_task_result");
    write_measurements(&w, &t);
    write_probabilities(&w, &t);
    write_result_types(&w, r);
    write_measured_qubits(&w, &t);
    write_outputs(&w, &t);
    write_task_metadata(&w, &t);
    write_additional_metadata(&w, &t);
    kt_jw_close(&w);
    if (t.about.indent > 0)
        kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}
