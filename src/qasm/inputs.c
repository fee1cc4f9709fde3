/* SPDX-License-Identifier: Apache-2.0 */
/* inputs.c - values for `input` variables: JSON by name, fitted to the declared type when the program asks for them.
 * A value that is not asked for is not missed; one that is not there is missed when it is read. */
#include "base/json.h"
#include "base/text.h"
#include "qasm/parse.h"
#include "qasm/play.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct kt_inputs {
    json_t *values; /* an object */
};

int kt_inputs_new(kt_inputs **out, kt_error *err)
{
    kt_inputs *inputs = calloc(1, sizeof(*inputs));
    json_t *values = inputs == NULL ? NULL : json_object();
    if (values == NULL) {
        free(inputs);
        return kt_fail_nomem(err, sizeof(*inputs), "inputs");
    }
    inputs->values = values;
    *out = inputs;
    return 0;
}

void kt_inputs_free(kt_inputs *inputs)
{
    if (inputs == NULL)
        return;
    json_decref(inputs->values);
    free(inputs);
}

static bool is_utf8(kt_view text)
{
    for (size_t at = 0; at < text.length;)
        if (kt_utf8_next(text, &at) < 0)
            return false;
    return true;
}

static int set(kt_inputs *inputs, kt_view name, json_t *take_value, kt_error *err)
{
    if (take_value == NULL)
        return kt_fail_nomem(err, 0, "an input");
    if (name.length == 0) {
        json_decref(take_value);
        return kt_fail(err, KT_E_INVALID, "an input needs a name");
    }
    char *key = strndup(name.data, name.length);
    if (key == NULL) {
        json_decref(take_value);
        return kt_fail_nomem(err, name.length, "an input's name");
    }
    const int rc = json_object_set_new(inputs->values, key, take_value);
    free(key);
    /* the library refuses names that are not UTF-8, and nothing else but memory can fail */
    if (rc != 0 && is_utf8(name))
        return kt_fail_nomem(err, name.length, "an input");
    return rc == 0 ? 0 : kt_fail(err, KT_E_INVALID, "the input's name '%.*s' cannot be kept", KT_VIEW_ARG(name));
}

int kt_inputs_set(kt_inputs *inputs, const char *name, double value, kt_error *err)
{
    if (name == NULL || !isfinite(value))
        return kt_fail(err, KT_E_INVALID, "input '%s' must be a finite number, not %g", name == NULL ? "" : name,
                       value);
    return set(inputs, kt_view_of(name), json_real(value), err);
}

int kt_inputs_assign(kt_inputs *inputs, const char *assignment, kt_error *err)
{
    const char *equals = assignment == NULL ? NULL : strchr(assignment, '=');
    if (equals == NULL || equals == assignment)
        return kt_fail(err, KT_E_INVALID, "'%s' is not of the form name=value", assignment == NULL ? "" : assignment);
    const kt_view name = kt_view_trim((kt_view){ assignment, (size_t)(equals - assignment) });
    const kt_view text = kt_view_trim(kt_view_of(equals + 1));
    kt_json *value = NULL;
    int rc = kt_json_parse(text, &value, NULL);
    if (rc == KT_E_NOMEM)
        return kt_fail_nomem(err, text.length, "an input");
    /* Neither is a number in JSON: 0110 means bits, .5 half of one. */
    double number;
    if (rc < 0 && memchr(text.data, '.', text.length) != NULL && kt_parse_double(text, &number, NULL) == 0)
        return set(inputs, name, json_real(number), err);
    return set(inputs, name, rc == 0 ? value : json_stringn(text.data, text.length), err);
}

int kt_inputs_json(kt_inputs *inputs, const char *text, size_t length, kt_error *err)
{
    KT_OWN(kt_json) *object = NULL;
    int rc = kt_json_parse((kt_view){ text, length }, &object, err);
    if (rc < 0)
        return kt_wrap(err, rc, "inputs");
    if (!json_is_object(object))
        return kt_fail(err, KT_E_INVALID, "inputs must be a JSON object such as {\"theta\": 0.3}");
    if (json_object_update(inputs->values, object) != 0)
        return kt_fail_nomem(err, length, "inputs");
    return 0;
}

int kt_inputs_copy(const kt_inputs *from, kt_inputs **out, kt_error *err)
{
    KT_OWN(kt_inputs) *copy = NULL;
    int rc = kt_inputs_new(&copy, err);
    if (copy == NULL)
        return rc;
    json_t *values = from == NULL ? NULL : json_deep_copy(from->values);
    if (from != NULL && values == NULL)
        return kt_fail_nomem(err, 0, "inputs");
    if (values != NULL) {
        json_decref(copy->values);
        copy->values = values;
    }
    *out = KT_GIVE(copy);
    return 0;
}

const void *kt_inputs_find(const kt_inputs *inputs, kt_view name)
{
    const char *key;
    json_t *value;
    json_object_foreach(inputs->values, key, value) if (kt_view_is(name, key)) return value;
    return NULL;
}

/* A scalar or a bit string as a value; false: something else. */
static bool scalar_of(kt_play *p, const json_t *json, kt_value *out)
{
    if (json_is_integer(json))
        *out = kt_value_int(json_integer_value(json));
    else if (json_is_real(json))
        *out = kt_value_float(json_real_value(json));
    else if (json_is_boolean(json))
        *out = kt_value_bool(json_is_true(json));
    else if (json_is_string(json)) {
        const kt_view text = { json_string_value(json), json_string_length(json) };
        if (text.length == 0 || text.length > p->limits.register_bits)
            return false;
        for (size_t i = 0; i < text.length; i++)
            if (text.data[i] != '0' && text.data[i] != '1')
                return false;
        return kt_bits_parse(&p->memory, text, out, NULL) == 0;
    } else
        return false;
    return true;
}

static int wrong(kt_play *p, const kt_stmt *s, const char *found)
{
    KT_BUF_OWN wanted;
    kt_buf_init(&wanted, 0);
    if (kt_type_print(s->type, &wanted) < 0)
        return kt_play_nomem(p);
    return kt_play_fail(p, s->source, s->length, KT_E_INVALID, NULL, "input '%.*s' is declared as %s and was given %s",
                        KT_VIEW_ARG(s->name), wanted.data, found);
}

static int wrong_json(kt_play *p, const kt_stmt *s, const json_t *json)
{
    char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    if (text == NULL)
        return kt_play_nomem(p);
    if (strlen(text) > 60)
        memcpy(text + 57, "...", 4);
    int rc = wrong(p, s, text);
    free(text);
    return rc;
}

/* Fills an array, dimension by dimension. */
static int fill(kt_play *p, const kt_stmt *s, kt_array *a, uint32_t dim, size_t *cell, const json_t *json)
{
    kt_value v;
    int rc = 0;
    if (dim == a->rank) {
        if (!scalar_of(p, json, &v) || kt_array_put(&p->memory, a, *cell, &v, p->arith.low_first, NULL) < 0)
            return wrong_json(p, s, json);
        ++*cell;
        return 0;
    }
    if (!json_is_array(json) || json_array_size(json) != a->dims[dim])
        return wrong_json(p, s, json);
    for (size_t i = 0; i < json_array_size(json) && rc == 0; i++)
        rc = fill(p, s, a, dim + 1, cell, json_array_get(json, i));
    return rc;
}

/* [0, 1, 1] for a bit register. */
static int fill_bits(kt_play *p, const kt_stmt *s, kt_bits *bits, const json_t *json)
{
    kt_value v;
    if (json_array_size(json) != bits->count)
        return wrong_json(p, s, json);
    for (uint32_t i = 0; i < bits->count; i++) {
        if (!scalar_of(p, json_array_get(json, i), &v) || !kt_value_is_integer(&v) || v.integer < 0 || v.integer > 1)
            return wrong_json(p, s, json);
        const kt_value bit = kt_value_bool(v.integer != 0);
        kt_bits_set(bits, i, &bit);
    }
    return 0;
}

/* Whether a value of this type can stand for the variable: no fraction becomes an integer, no text a number. */
static bool suits(const kt_value *var, const kt_value *v)
{
    switch ((kt_value_kind)var->kind) {
    case KT_VALUE_INT:
    case KT_VALUE_UINT:
        return kt_value_is_integer(v) || v->kind == KT_VALUE_BITS ||
               (v->kind == KT_VALUE_FLOAT && floor(v->number) == v->number);
    case KT_VALUE_BOOL:
        return (kt_value_is_integer(v) && v->integer >= 0 && v->integer <= 1) ||
               (v->kind == KT_VALUE_BITS && v->bits->count == 1);
    case KT_VALUE_BITS: return v->kind == KT_VALUE_BITS || kt_value_is_integer(v);
    case KT_VALUE_FLOAT:
    case KT_VALUE_ANGLE:
    case KT_VALUE_COMPLEX: return kt_value_is_real(v);
    default: return false;
    }
}

static int parameter_of(const kt_program *program, const kt_stmt *s)
{
    for (uint32_t i = 0; i < program->parameter_count; i++)
        if (program->parameters[i] == s)
            return (int)i;
    return -1;
}

int kt_exec_input(kt_play *p, const kt_stmt *s)
{
    kt_value *var = kt_play_slot(p, s->slot);
    const json_t *json = kt_inputs_find(p->inputs, s->name);
    size_t cell = 0;
    kt_value v;
    int rc = kt_declare_variable(p, s->type, s->source, var);
    if (rc < 0)
        return rc;
    if (json == NULL) {
        var->unset = true;
        return 0;
    }
    if (var->kind == KT_VALUE_ARRAY)
        return fill(p, s, var->array, 0, &cell, json);
    if (var->kind == KT_VALUE_BITS && json_is_array(json))
        return fill_bits(p, s, var->bits, json);
    if (!scalar_of(p, json, &v) || !suits(var, &v))
        return wrong_json(p, s, json);
    const kt_expr at = { .source = s->name_source, .length = (uint32_t)kt_utf8_count(s->name) };
    rc = kt_store_variable(p, var, &v, &at);
    const int parameter = parameter_of(p->program, s);
    kt_error why = { 0 };
    if (rc == 0 && p->program->wants_gradient && parameter >= 0 &&
        kt_tangent_of_input(&p->memory, (uint32_t)parameter, &var->tangent, &why) < 0)
        return kt_play_memory(p, "a derivative");
    return rc;
}

void kt_inputs_write(const kt_inputs *inputs, kt_jw *w)
{
    if (inputs == NULL)
        kt_jw_null(w);
    else
        kt_jw_value(w, inputs->values);
}
