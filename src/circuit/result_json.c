/* SPDX-License-Identifier: Apache-2.0 */
/* result_json.c - a result as Ketch's own JSON object. What each member means is in doc/json.md; the published schema
 * is schema/ketch-result.schema.json. Targets and measured qubits are given by label. */
#include "circuit/result_write.h"

#include <stdlib.h>

/* Outcomes by their bits. Without a column every shot gives "0", as Amazon's simulator says it. */
static void write_counts(kt_jw *w, const kt_result *r)
{
    kt_jw_key(w, "counts");
    kt_jw_object(w);
    char *bits = malloc(r->column_count + 2);
    for (size_t i = 0; bits != NULL && i < r->group_count; i++) {
        uint64_t times = kt_result_outcome(r, i, bits);
        kt_jw_key(w, r->column_count == 0 ? "0" : bits);
        kt_jw_uint(w, times);
    }
    if (bits == NULL && w->rc == 0)
        w->rc = kt_fail_nomem(&w->error, r->column_count, "an outcome's bits");
    free(bits);
    kt_jw_close(w);
}

static bool has_observable(uint8_t type)
{
    return type == KT_RESULT_EXPECTATION || type == KT_RESULT_VARIANCE || type == KT_RESULT_SAMPLE ||
           type == KT_RESULT_ADJOINT_GRADIENT;
}

/* A list of labels; for a sum of terms one list a term; null for "all" and for types without targets. */
static void write_targets(kt_jw *w, const kt_result *r, const kt_want *want)
{
    int indent = w->indent;
    w->indent = 0;
    bool some = want->type == KT_RESULT_PROBABILITY || want->type == KT_RESULT_DENSITY_MATRIX;
    bool gradient = want->type == KT_RESULT_ADJOINT_GRADIENT; /* its all_qubits means all parameters */
    if ((want->all_qubits && !gradient) || (!some && !has_observable(want->type))) {
        kt_jw_null(w);
    } else if (some) {
        kt_write_qubits(w, want->target_count, want->targets, r);
    } else if (want->term_count == 1 && !gradient) {
        kt_write_term_targets(w, &want->terms[0], r);
    } else {
        kt_jw_array(w);
        for (uint32_t t = 0; t < want->term_count; t++)
            kt_write_term_targets(w, &want->terms[t], r);
        kt_jw_close(w);
    }
    w->indent = indent;
}

static void write_result(kt_jw *w, const kt_result *r, const kt_result_value *v)
{
    kt_jw_object(w);
    kt_jw_key(w, "type");
    kt_jw_strz(w, kt_result_type_name(v->want.type));
    kt_jw_key(w, "observable");
    KT_BUF_OWN words;
    kt_buf_init(&words, 0);
    if (has_observable(v->want.type) && kt_observable_text(&v->want, &words) == 0)
        kt_jw_string(w, kt_buf_view(&words));
    else
        kt_jw_null(w);
    if (words.failed && w->rc == 0)
        w->rc = kt_buf_check(&words, &w->error, "an observable's words");
    kt_jw_key(w, "targets");
    write_targets(w, r, &v->want);
    kt_jw_key(w, "value");
    kt_write_value(w, r, v);
    kt_jw_close(w);
}

/* What the program's output variables were, and in how many shots. */
static void write_outputs(kt_jw *w, const kt_result *r)
{
    kt_jw_key(w, "outputs");
    kt_jw_array(w);
    for (size_t e = 0; e < r->entry_count; e++) {
        if (r->entries[e].outputs == NULL)
            continue;
        kt_jw_object(w);
        kt_jw_key(w, "values");
        kt_jw_raw(w, kt_view_of(r->entries[e].outputs));
        kt_jw_key(w, "count");
        kt_jw_uint(w, r->entries[e].times);
        kt_jw_close(w);
    }
    kt_jw_close(w);
}

int kt_result_write_json(const kt_result *r, kt_out out, int indent, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, out, indent);
    kt_jw_object(&w);
    write_counts(&w, r);
    kt_jw_key(&w, "measured_qubits");
    kt_write_qubits(&w, r->column_count, r->columns, NULL);
    kt_jw_key(&w, "results");
    kt_jw_array(&w);
    for (size_t i = 0; i < r->value_count; i++)
        write_result(&w, r, &r->values[i]);
    kt_jw_close(&w);
    if (r->has_outputs)
        write_outputs(&w, r);
    kt_jw_key(&w, "device");
    kt_jw_strz(&w, r->info.device);
    kt_jw_key(&w, "shots");
    kt_jw_uint(&w, r->info.shots);
    kt_jw_key(&w, "seed");
    kt_jw_uint(&w, r->info.seed);
    kt_jw_key(&w, "qubits");
    kt_jw_uint(&w, r->info.qubit_count);
    kt_jw_key(&w, "elapsed_s");
    kt_jw_double(&w, (double)r->info.elapsed_ns / 1e9);
    kt_jw_close(&w);
    if (indent > 0)
        kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

typedef int writer(const kt_result *r, kt_out out, kt_error *err);

static int to_text(const kt_result *r, writer *write, char **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    int rc = write(r, kt_out_buf(&text), err);
    if (rc < 0)
        return rc;
    char *taken = kt_buf_take(&text);
    if (taken == NULL)
        return kt_fail_nomem(err, 0, "a result as text");
    *out = taken;
    return 0;
}

static int write_own(const kt_result *r, kt_out out, kt_error *err)
{
    return kt_result_write_json(r, out, 0, err);
}

static int write_braket(const kt_result *r, kt_out out, kt_error *err)
{
    return kt_result_write_braket(r, NULL, out, err);
}

int kt_result_to_json(const kt_result *r, char **out, kt_error *err)
{
    return to_text(r, write_own, out, err);
}

int kt_result_to_braket(const kt_result *r, char **out, kt_error *err)
{
    return to_text(r, write_braket, out, err);
}
