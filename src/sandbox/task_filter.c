/* SPDX-License-Identifier: Apache-2.0 */
/* task_filter.c - one filter of a search: read, and held against a task. Times are compared as times, all else as text,
 * byte by byte. */
#include "sandbox/task_search.h"

#include "base/clock.h"

static const char *const names[KT_FILTER_NAME_COUNT] = {
    [KT_FILTER_TASK_ARN] = "quantumTaskArn", [KT_FILTER_DEVICE_ARN] = "deviceArn", [KT_FILTER_JOB_ARN] = "jobArn",
    [KT_FILTER_STATUS] = "status",           [KT_FILTER_CREATED_AT] = "createdAt",
};

static const char *const operators[] = {
    [KT_FILTER_LT] = "LT", [KT_FILTER_LTE] = "LTE", [KT_FILTER_EQUAL] = "EQUAL",
    [KT_FILTER_GT] = "GT", [KT_FILTER_GTE] = "GTE", [KT_FILTER_BETWEEN] = "BETWEEN",
};

static int index_of(const char *const *list, size_t count, kt_view text)
{
    for (size_t i = 0; i < count; i++)
        if (kt_view_is(text, list[i]))
            return (int)i;
    return -1;
}

static kt_view text_of(const kt_json *value)
{
    return (kt_view){ json_string_value(value), json_string_length(value) };
}

static int read_values(const kt_json *values, kt_filter *out, kt_error *err)
{
    for (size_t i = 0; i < json_array_size(values) && i < KT_FILTER_VALUES_MOST; i++) {
        out->values[i] = text_of(json_array_get(values, i));
        out->value_count++;
        if (out->name == KT_FILTER_CREATED_AT && kt_time_parse(out->values[i], &out->times[i], NULL) < 0)
            return kt_fail(err, KT_E_INVALID, "The value %.*s of the filter createdAt is not an ISO 8601 time",
                           KT_VIEW_ARG(out->values[i]));
    }
    if (out->op == KT_FILTER_BETWEEN && out->value_count != 2)
        return kt_fail(err, KT_E_INVALID, "The operator BETWEEN needs 2 values, but the filter %s has %zu",
                       names[out->name], out->value_count);
    return 0;
}

int kt_filter_read(const kt_json *json, kt_filter *out, kt_error *err)
{
    const kt_view name = text_of(json_object_get(json, "name"));
    const int index = index_of(names, KT_COUNT(names), name);
    if (index < 0)
        return kt_fail(err, KT_E_INVALID,
                       "%.*s is not a filter of quantum tasks; there are quantumTaskArn, deviceArn, jobArn, status and"
                       " createdAt",
                       KT_VIEW_ARG(name));
    *out = (kt_filter){ .name = (kt_filter_name)index };
    out->op = (kt_filter_operator)index_of(operators, KT_COUNT(operators), text_of(json_object_get(json, "operator")));
    return read_values(json_object_get(json, "values"), out, err);
}

/* -1, 0 or 1: the task's value against the filter's. */
static int compare(const kt_filter *filter, const kt_task_row *row, kt_view text, size_t index)
{
    if (filter->name == KT_FILTER_CREATED_AT) {
        /* Clients know times to the millisecond only. */
        const int64_t ns = row->created_ns - row->created_ns % 1000000, wanted = filter->times[index];
        return (ns > wanted) - (ns < wanted);
    }
    const int order = kt_view_compare(text, filter->values[index]);
    return (order > 0) - (order < 0);
}

static bool holds(kt_filter_operator op, int order)
{
    switch (op) {
    case KT_FILTER_LT: return order < 0;
    case KT_FILTER_LTE: return order <= 0;
    case KT_FILTER_GT: return order > 0;
    case KT_FILTER_GTE: return order >= 0;
    default: return order == 0;
    }
}

bool kt_filter_matches(const kt_filter *filter, const kt_task_row *row, kt_task_status status)
{
    const kt_view texts[KT_FILTER_NAME_COUNT] = {
        [KT_FILTER_TASK_ARN] = row->arn,
        [KT_FILTER_DEVICE_ARN] = row->device_arn,
        [KT_FILTER_JOB_ARN] = row->job_arn,
        [KT_FILTER_STATUS] = kt_view_of(kt_task_status_text(status)),
    };
    const kt_view text = texts[filter->name];
    if (filter->name != KT_FILTER_CREATED_AT && text.data == NULL)
        return false;
    if (filter->op == KT_FILTER_BETWEEN)
        return compare(filter, row, text, 0) >= 0 && compare(filter, row, text, 1) <= 0;
    for (size_t i = 0; i < filter->value_count; i++)
        if (holds(filter->op, compare(filter, row, text, i)))
            return true;
    return false;
}
