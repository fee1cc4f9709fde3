/* SPDX-License-Identifier: Apache-2.0 */
/* calculate.c - operators and functions on values. Whole numbers stay whole and are never rounded: what leaves 64 bits
 * is an error, as is what is no finite number. */
#include "expr/expr_priv.h"

#include "base/error.h"
#include <math.h>
#include <string.h>

static const char *const symbols[] = {
    [KT_OP_ADD] = "+",         [KT_OP_SUBTRACT] = "-", [KT_OP_MULTIPLY] = "*",       [KT_OP_DIVIDE] = "/",
    [KT_OP_REMAINDER] = "%",   [KT_OP_EQUAL] = "==",   [KT_OP_UNEQUAL] = "!=",       [KT_OP_LESS] = "<",
    [KT_OP_LESS_EQUAL] = "<=", [KT_OP_GREATER] = ">",  [KT_OP_GREATER_EQUAL] = ">=",
};

const char *kt_expr_kind_text(const kt_json *value)
{
    static const char *const texts[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list", [JSON_STRING] = "a text", [JSON_INTEGER] = "a number",
        [JSON_REAL] = "a number",    [JSON_TRUE] = "true",    [JSON_FALSE] = "false",   [JSON_NULL] = "null",
    };
    return texts[json_typeof(value)];
}

#define FAIL(code, ...) (*rc = kt_fail(err, (code), __VA_ARGS__), NULL)

static kt_json *made(kt_json *value, int *rc, kt_error *err)
{
    if (value == NULL)
        *rc = kt_fail_nomem(err, 0, "a value");
    return value;
}

static kt_json *real(double value, const char *of, int *rc, kt_error *err)
{
    if (!isfinite(value))
        return FAIL(KT_E_LIMIT, "the result of '%s' is no finite number", of);
    return made(json_real(value), rc, err);
}

/* ---- arithmetic ---- */

static kt_json *whole_result(kt_expr_operator operator, json_int_t a, json_int_t b, int *rc, kt_error *err)
{
    json_int_t result = 0;
    bool is_over;
    if (operator== KT_OP_REMAINDER) {
        is_over = false;
        result = b == -1 ? 0 : a % b; /* INT64_MIN % -1 would trap */
        if (result != 0 && (result < 0) != (b < 0))
            result += b;
    } else {
        is_over = operator== KT_OP_ADD      ? __builtin_add_overflow(a, b, &result) :
                  operator== KT_OP_SUBTRACT ? __builtin_sub_overflow(a, b, &result)
                                            : __builtin_mul_overflow(a, b, &result);
    }
    if (is_over)
        return FAIL(KT_E_LIMIT, "the result of %lld %s %lld leaves the range of 64-bit whole numbers", a,
                    symbols[operator], b);
    return made(json_integer(result), rc, err);
}

static double real_result(kt_expr_operator operator, double a, double b)
{
    switch (operator) {
    case KT_OP_ADD: return a + b;
    case KT_OP_SUBTRACT: return a - b;
    case KT_OP_MULTIPLY: return a * b;
    case KT_OP_DIVIDE: return a / b;
    default: {
        const double rest = fmod(a, b);
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
    }
}

static kt_json *join_texts(const kt_json *a, const kt_json *b, int *rc, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_buf_add(&text, json_string_value(a), json_string_length(a));
    kt_buf_add(&text, json_string_value(b), json_string_length(b));
    *rc = kt_buf_check(&text, err, "a text");
    return *rc < 0 ? NULL : made(json_stringn(text.data == NULL ? "" : text.data, text.length), rc, err);
}

static kt_json *join_lists(const kt_json *a, const kt_json *b, int *rc, kt_error *err)
{
    KT_OWN(kt_json) *list = made(json_copy((kt_json *)a), rc, err);
    if (list != NULL && json_array_extend(list, (kt_json *)b) < 0)
        return made(NULL, rc, err);
    return KT_GIVE(list);
}

static kt_json *compute(kt_expr_operator operator, const kt_json * a, const kt_json *b, int *rc, kt_error *err)
{
    if (operator== KT_OP_ADD && json_is_string(a) && json_is_string(b))
        return join_texts(a, b, rc, err);
    if (operator== KT_OP_ADD && json_is_array(a) && json_is_array(b))
        return join_lists(a, b, rc, err);
    if (!json_is_number(a) || !json_is_number(b))
        return FAIL(KT_E_INVALID, "found %s %s %s, expected two numbers%s", kt_expr_kind_text(a), symbols[operator],
                    kt_expr_kind_text(b), operator== KT_OP_ADD ? ", two texts or two lists" : "");
    if ((operator== KT_OP_DIVIDE || operator== KT_OP_REMAINDER) && json_number_value(b) == 0)
        return FAIL(KT_E_INVALID, "division by zero");
    if (json_is_integer(a) && json_is_integer(b) && operator!= KT_OP_DIVIDE)
        return whole_result(operator, json_integer_value(a), json_integer_value(b), rc, err);
    return real(real_result(operator, json_number_value(a), json_number_value(b)), symbols[operator], rc, err);
}

kt_json *kt_expr_negate(const kt_json *a, int *rc, kt_error *err)
{
    KT_OWN(kt_json) *zero = made(json_integer(0), rc, err);
    if (zero == NULL)
        return NULL;
    if (json_is_real(a))
        return made(json_real(-json_real_value(a)), rc, err);
    if (json_is_integer(a))
        return compute(KT_OP_SUBTRACT, zero, a, rc, err);
    return FAIL(KT_E_INVALID, "found %s behind '-', expected a number", kt_expr_kind_text(a));
}

/* ---- comparison ---- */

/* long double has the 64 bits that keep both kinds exact. */
static int compare_numbers(const kt_json *a, const kt_json *b)
{
    const long double x = json_is_integer(a) ? (long double)json_integer_value(a) : json_real_value(a);
    const long double y = json_is_integer(b) ? (long double)json_integer_value(b) : json_real_value(b);
    return (x > y) - (x < y);
}

static int compare_texts(const kt_json *a, const kt_json *b)
{
    return kt_view_compare((kt_view){ json_string_value(a), json_string_length(a) },
                           (kt_view){ json_string_value(b), json_string_length(b) });
}

/* 1 and 1.0 are equal, wherever they stand. Values come from JSON, which is read to a bounded depth. */
static bool is_equal(const kt_json *a, const kt_json *b)
{
    const char *key;
    kt_json *value;
    if (json_is_number(a) && json_is_number(b))
        return compare_numbers(a, b) == 0;
    if (json_typeof(a) != json_typeof(b))
        return false;
    if (json_is_array(a)) {
        bool equal = json_array_size(a) == json_array_size(b);
        for (size_t i = 0; equal && i < json_array_size(a); i++)
            equal = is_equal(json_array_get(a, i), json_array_get(b, i));
        return equal;
    }
    if (!json_is_object(a))
        return json_equal(a, b);
    if (json_object_size(a) != json_object_size(b))
        return false;
    json_object_foreach((kt_json *)a, key, value)
    {
        const kt_json *other = json_object_get(b, key);
        if (other == NULL || !is_equal(value, other))
            return false;
    }
    return true;
}

static kt_json *compare(kt_expr_operator operator, const kt_json * a, const kt_json *b, int *rc, kt_error *err)
{
    int order;
    if (json_is_number(a) && json_is_number(b))
        order = compare_numbers(a, b);
    else if (json_is_string(a) && json_is_string(b))
        order = compare_texts(a, b);
    else
        return FAIL(KT_E_INVALID, "found %s %s %s, expected two numbers or two texts", kt_expr_kind_text(a),
                    symbols[operator], kt_expr_kind_text(b));
    return json_boolean(operator== KT_OP_LESS       ? order < 0 :
                        operator== KT_OP_LESS_EQUAL ? order <= 0
                        :
                        operator== KT_OP_GREATER ? order > 0
                                                 : order >= 0);
}

kt_json *kt_expr_calculate(kt_expr_operator operator, const kt_json * a, const kt_json *b, int *rc, kt_error *err)
{
    if (operator== KT_OP_EQUAL || operator== KT_OP_UNEQUAL)
        return json_boolean(is_equal(a, b) == (operator== KT_OP_EQUAL));
    return operator<KT_OP_EQUAL ? compute(operator, a, b, rc, err) : compare(operator, a, b, rc, err);
}

/* ---- functions ---- */

typedef kt_json *one_function(const kt_json *const *values, size_t count, int *rc, kt_error *err);

static kt_json *call_len(const kt_json *const *values, size_t count, int *rc, kt_error *err)
{
    const kt_json *v = values[0];
    size_t length;
    (void)count;
    if (json_is_array(v))
        length = json_array_size(v);
    else if (json_is_object(v))
        length = json_object_size(v);
    else if (json_is_string(v))
        length = kt_utf8_count((kt_view){ json_string_value(v), json_string_length(v) });
    else
        return FAIL(KT_E_INVALID, "len: found %s, expected a list, an object or a text", kt_expr_kind_text(v));
    return made(json_integer((json_int_t)length), rc, err);
}

static kt_json *call_abs(const kt_json *const *values, size_t count, int *rc, kt_error *err)
{
    (void)count;
    if (!json_is_number(values[0]))
        return FAIL(KT_E_INVALID, "abs: found %s, expected a number", kt_expr_kind_text(values[0]));
    return json_number_value(values[0]) < 0 || (json_is_real(values[0]) && signbit(json_real_value(values[0])))
               ? kt_expr_negate(values[0], rc, err)
               : json_incref((kt_json *)values[0]);
}

/* Items of the one list, or what stood in the brackets. */
static const kt_json *item_at(const kt_json *const *values, size_t count, size_t i)
{
    return count == 1 && json_is_array(values[0]) ? json_array_get(values[0], i) : values[i];
}

static size_t item_count(const kt_json *const *values, size_t count)
{
    return count == 1 && json_is_array(values[0]) ? json_array_size(values[0]) : count;
}

static kt_json *extreme(const char *name, int wanted, const kt_json *const *values, size_t count, int *rc,
                        kt_error *err)
{
    const size_t items = item_count(values, count);
    const kt_json *best = NULL;
    for (size_t i = 0; i < items; i++) {
        const kt_json *item = item_at(values, count, i);
        if (!json_is_number(item))
            return FAIL(KT_E_INVALID, "%s: item %zu is %s, expected numbers", name, i, kt_expr_kind_text(item));
        if (best == NULL || compare_numbers(item, best) == wanted)
            best = item;
    }
    if (best == NULL)
        return FAIL(KT_E_INVALID, "%s: the list is empty", name);
    return json_incref((kt_json *)best);
}

static kt_json *call_min(const kt_json *const *values, size_t count, int *rc, kt_error *err)
{
    return extreme("min", -1, values, count, rc, err);
}

static kt_json *call_max(const kt_json *const *values, size_t count, int *rc, kt_error *err)
{
    return extreme("max", 1, values, count, rc, err);
}

/* Doubles from left to right, as they stand. */
static kt_json *call_sum(const kt_json *const *values, size_t count, int *rc, kt_error *err)
{
    const size_t items = item_count(values, count);
    KT_OWN(kt_json) *sum = made(json_integer(0), rc, err);
    for (size_t i = 0; sum != NULL && i < items; i++) {
        const kt_json *item = item_at(values, count, i);
        if (!json_is_number(item))
            return FAIL(KT_E_INVALID, "sum: item %zu is %s, expected numbers", i, kt_expr_kind_text(item));
        kt_json *next = compute(KT_OP_ADD, sum, item, rc, err);
        kt_json_free(sum);
        sum = next;
    }
    return KT_GIVE(sum);
}

static const struct {
    one_function *call;
    bool takes_one;
} functions[KT_FN_COUNT] = {
    [KT_FN_LEN] = { call_len, true }, [KT_FN_MIN] = { call_min, false }, [KT_FN_MAX] = { call_max, false },
    [KT_FN_ABS] = { call_abs, true }, [KT_FN_SUM] = { call_sum, false },
};

kt_json *kt_expr_call(kt_expr_function function, const kt_json *const *values, size_t count, int *rc, kt_error *err)
{
    if (functions[function].takes_one && count != 1)
        return FAIL(KT_E_INVALID, "%s: found %zu values, expected one", kt_expr_functions[function], count);
    return functions[function].call(values, count, rc, err);
}
