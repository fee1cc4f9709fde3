/* SPDX-License-Identifier: Apache-2.0 */
/* result_analog.c - an analog Hamiltonian simulation for a person: how many atoms were there, and which patterns of
 * excitation came most often. An atom is shown as g (ground state), r (Rydberg state) or . (no atom), as in the
 * literature; annealing results, whose devices are gone, as their commonest solutions.
 * Source: braket-schemas analog_hamiltonian_simulation_task_result_v1.py. */
#include "braket/task_result.h"

#include "base/buf.h"
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 16 };

typedef struct pattern {
    kt_json *counts; /* text -> times */
    size_t shots, good;
} pattern;

static bool is_one(const kt_json *list, size_t index)
{
    return json_integer_value(json_array_get(list, index)) == 1;
}

static int add_shot(pattern *p, const kt_json *shot, kt_error *err)
{
    const char *status = json_string_value(json_object_get(json_object_get(shot, "shotMetadata"), "shotStatus"));
    const kt_json *result = json_object_get(shot, "shotResult");
    const kt_json *before = json_object_get(result, "preSequence"), *after = json_object_get(result, "postSequence");
    const size_t atoms = json_array_size(before);
    p->shots++;
    if (status == NULL || strcmp(status, "Success") != 0)
        return 0;
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    for (size_t i = 0; i < atoms; i++)
        kt_buf_adds(&text, !is_one(before, i) ? "." : is_one(after, i) ? "g" : "r");
    const int rc = kt_buf_check(&text, err, "a pattern");
    if (rc < 0 || atoms == 0)
        return rc;
    const json_int_t times = json_integer_value(json_object_get(p->counts, text.data));
    p->good++;
    return json_object_set_new(p->counts, text.data, json_integer(times + 1)) < 0 ? kt_fail_nomem(err, 64, "patterns")
                                                                                  : 0;
}

/* The commonest of what is left, which is then taken out. */
static const char *take_commonest(kt_json *counts, json_int_t *times)
{
    const char *best = NULL, *text;
    kt_json *one;
    *times = 0;
    json_object_foreach(counts, text, one)
    {
        if (json_integer_value(one) > *times) {
            *times = json_integer_value(one);
            best = text;
        }
    }
    return best;
}

static void write_patterns(pattern *p, kt_buf *out)
{
    json_int_t times = 0;
    const size_t kinds = json_object_size(p->counts);
    for (size_t i = 0; i < SHOWN && i < kinds; i++) {
        const char *best = take_commonest(p->counts, &times);
        kt_buf_addf(out, "  %s  %lld\n", best, (long long)times);
        json_object_del(p->counts, best);
    }
    if (kinds > SHOWN)
        kt_buf_addf(out, "  and %zu others\n", kinds - SHOWN);
    kt_buf_addf(out, "%zu shots, %zu of them good · r: Rydberg state, g: ground state, '.': no atom\n", p->shots,
                p->good);
}

static int analog_text(const kt_json *json, kt_buf *out, kt_error *err)
{
    const kt_json *shots = json_object_get(json, "measurements");
    pattern p = { .counts = json_object() };
    int rc = p.counts == NULL ? kt_fail_nomem(err, 64, "patterns") : 0;
    for (size_t i = 0; i < json_array_size(shots) && rc == 0; i++)
        rc = add_shot(&p, json_array_get(shots, i), err);
    if (rc == 0)
        write_patterns(&p, out);
    kt_json_free(p.counts);
    return rc < 0 ? rc : kt_buf_check(out, err, "the result as text");
}

static int annealing_text(const kt_json *json, kt_buf *out, kt_error *err)
{
    const kt_json *solutions = json_object_get(json, "solutions"), *values = json_object_get(json, "values");
    for (size_t i = 0; i < json_array_size(solutions) && i < SHOWN; i++) {
        const kt_json *solution = json_array_get(solutions, i);
        kt_buf_adds(out, "  ");
        for (size_t v = 0; v < json_array_size(solution); v++)
            kt_buf_addf(out, "%3lld", (long long)json_integer_value(json_array_get(solution, v)));
        kt_buf_addf(out, "   %g\n", json_number_value(json_array_get(values, i)));
    }
    kt_buf_addf(out, "%zu solutions\n", json_array_size(solutions));
    return kt_buf_check(out, err, "the result as text");
}

int kt_task_result_text(kt_task_result *result, kt_buf *out, kt_error *err)
{
    switch (kt_task_result_kind_of(result)) {
    case KT_TASK_ANALOG: return analog_text(kt_task_result_json(result), out, err);
    case KT_TASK_ANNEALING: return annealing_text(kt_task_result_json(result), out, err);
    case KT_TASK_GATE_MODEL:
    case KT_TASK_PROGRAM_SET: break;
    }
    return kt_fail(err, KT_E_INVALID, "counts of circuits are shown as those of the local simulator");
}
