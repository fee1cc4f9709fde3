/* SPDX-License-Identifier: Apache-2.0 */
/* braket.c - which operation of Braket's API a request is for, and the way to its handler: the table, the checking of
 * members, the refusal of what is not here. A path is told apart before it is decoded: an ARN is one segment of it. */
#include "sandbox/braket.h"

#include "sandbox/braket_check.h"

#include <string.h>

enum { QUERY_VALUES_MOST = 256 }; /* of one name; more are not looked at */

typedef struct operation {
    const char *method, *head, *tail; /* "/head", "/head/ARN" or "/head/ARN/tail" */
    bool has_arn;
    const char *name;
    void (*handle)(kt_call *call); /* NULL: not yet in the sandbox */
} operation;

static const operation operations[] = {
    { "GET", "quantum-task", NULL, true, "GetQuantumTask", kt_braket_get_task },
    { "POST", "quantum-task", NULL, false, "CreateQuantumTask", kt_braket_create_task },
    { "PUT", "quantum-task", "cancel", true, "CancelQuantumTask", kt_braket_cancel_task },
    { "POST", "quantum-tasks", NULL, false, "SearchQuantumTasks", kt_braket_search_tasks },
    { "GET", "device", NULL, true, "GetDevice", kt_braket_get_device },
    { "POST", "devices", NULL, false, "SearchDevices", kt_braket_search_devices },
    { "GET", "tags", NULL, true, "ListTagsForResource", kt_braket_list_tags },
    { "POST", "tags", NULL, true, "TagResource", kt_braket_tag },
    { "DELETE", "tags", NULL, true, "UntagResource", kt_braket_untag },
    { "POST", "job", NULL, false, "CreateJob", NULL },
    { "GET", "job", NULL, true, "GetJob", NULL },
    { "PUT", "job", "cancel", true, "CancelJob", NULL },
    { "POST", "jobs", NULL, false, "SearchJobs", NULL },
    { "POST", "spending-limit", NULL, false, "CreateSpendingLimit", NULL },
    { "PATCH", "spending-limit", "update", true, "UpdateSpendingLimit", NULL },
    { "DELETE", "spending-limit", "delete", true, "DeleteSpendingLimit", NULL },
    { "POST", "spending-limits", NULL, false, "SearchSpendingLimits", NULL },
};

static bool has_path(const operation *o, const kt_call *call)
{
    const size_t count = 1 + (size_t)o->has_arn + (o->tail != NULL);
    return call->segment_count == count && kt_view_is(call->segments[0], o->head) &&
           (o->tail == NULL || kt_view_is(call->segments[count - 1], o->tail));
}

/* *is_path tells whether another method would have found one. */
static const operation *find(const kt_call *call, bool *is_path)
{
    *is_path = false;
    for (size_t i = 0; i < KT_COUNT(operations); i++) {
        if (!has_path(&operations[i], call))
            continue;
        *is_path = true;
        if (kt_view_is(call->request->method, operations[i].method))
            return &operations[i];
    }
    return NULL;
}

const char *kt_braket_operation(const kt_call *call)
{
    bool is_path = false;
    const operation *o = find(call, &is_path);
    return o == NULL ? NULL : o->name;
}

/* ---- checking ---- */

/* NULL: it is not UTF-8, or there is no memory, which the arena remembers. */
static kt_json *text_value(const kt_call *call, kt_view text)
{
    kt_json *value = json_stringn(text.data, text.length);
    bool is_utf8 = true;
    for (size_t at = 0; value == NULL && is_utf8 && at < text.length;)
        is_utf8 = kt_utf8_next(text, &at) >= 0;
    if (value == NULL && is_utf8)
        kt_arena_fail(call->arena);
    return value;
}

/* A member from the path or the query string as JSON, to be checked like all others. */
static kt_json *outer_value(const kt_call *call, const kt_rule *rule)
{
    if (rule->place == KT_RULE_PATH)
        return text_value(call, call->segments[1]);
    kt_json *list = json_array();
    if (list == NULL)
        kt_arena_fail(call->arena);
    for (size_t i = 0; i < QUERY_VALUES_MOST; i++) {
        const kt_view value = kt_call_query(call, rule->name, i);
        if (value.data == NULL)
            break;
        json_array_append_new(list, text_value(call, value));
    }
    if (json_array_size(list) > 0)
        return list;
    json_decref(list);
    return NULL;
}

static void check_member(const kt_call *call, const kt_rule *rule, kt_findings *findings)
{
    if (rule->place == KT_RULE_BODY) {
        kt_rule_check(rule, json_object_get(call->body, rule->name), rule->name, findings);
        return;
    }
    KT_OWN(kt_json) *value = outer_value(call, rule);
    kt_rule_check(rule, value, rule->name, findings);
}

/* Answers the call itself and returns false when something is wrong with its members. */
static bool check(kt_call *call, const operation *o)
{
    const kt_rules rules = kt_braket_rules(o->name);
    kt_findings findings;
    kt_findings_init(&findings);
    for (size_t i = 0; i < rules.count; i++)
        check_member(call, &rules.members[i], &findings);
    const bool is_fine = findings.malformed[0] == '\0' && findings.count == 0;
    if (findings.malformed[0] != '\0')
        kt_call_error(call, 400, "SerializationException", "%s", findings.malformed);
    else if (findings.count > 0)
        kt_call_error(call, 400, "ValidationException", "%zu validation error%s detected: %s", findings.count,
                      findings.count == 1 ? "" : "s", findings.text.data != NULL ? findings.text.data : "");
    kt_findings_fini(&findings);
    return is_fine;
}

void kt_braket_handle(kt_call *call)
{
    bool is_path = false;
    const operation *o = find(call, &is_path);
    if (o == NULL && is_path) {
        kt_call_error(call, 405, "UnknownOperationException", "Braket has no operation with method %.*s on this path",
                      KT_VIEW_ARG(call->request->method));
        return;
    }
    if (o == NULL) {
        kt_call_error(call, 404, "UnknownOperationException", "Braket has no operation on the path %.*s",
                      KT_VIEW_ARG(call->request->path));
        return;
    }
    call->operation = o->name;
    if (!check(call, o))
        return;
    if (o->handle != NULL)
        o->handle(call);
    else /* modelled for each of these operations, and told apart from a mistake in the request */
        kt_call_error(call, 403, "AccessDeniedException",
                      "%s is not yet in the sandbox, which serves quantum tasks, devices and tags", o->name);
}

/* ---- members, for handlers ---- */

const kt_json *kt_braket_member(const kt_call *call, const char *name)
{
    const kt_json *value = json_object_get(call->body, name);
    return json_is_null(value) ? NULL : value;
}

kt_view kt_braket_text(const kt_call *call, const char *name)
{
    const kt_json *value = json_object_get(call->body, name);
    return json_is_string(value) ? (kt_view){ json_string_value(value), json_string_length(value) } : (kt_view){ 0 };
}

int64_t kt_braket_int(const kt_call *call, const char *name, int64_t absent)
{
    const kt_json *value = json_object_get(call->body, name);
    return json_is_integer(value) ? json_integer_value(value) : absent;
}
