/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - the query protocol of STS and IAM. Messages are those of AWS's validator: every violated constraint of
 * every parameter, in one sentence. */
#include "sandbox/query.h"

#include "sandbox/s3_xml.h"

#include <string.h>

enum { SHOWN_MOST = 256 };

void kt_query_handle(kt_call *call, const kt_query_service *service)
{
    const kt_view action = kt_call_form(call, "Action"), version = kt_call_form(call, "Version");
    if (action.length == 0) {
        kt_call_error(call, 400, "MissingAction", "Missing Action");
        return;
    }
    for (size_t i = 0; i < service->action_count; i++)
        if (kt_view_is(action, service->actions[i].name) &&
            (version.length == 0 || kt_view_is(version, service->version))) {
            call->operation = service->actions[i].name;
            service->actions[i].handle(call);
            return;
        }
    kt_call_error(call, 400, "InvalidAction", "Could not find operation %.*s for version %.*s",
                  (int)(action.length < SHOWN_MOST ? action.length : SHOWN_MOST), action.data,
                  version.length == 0 || version.length > SHOWN_MOST ? (int)strlen("NO_VERSION_SPECIFIED")
                                                                     : (int)version.length,
                  version.length == 0 || version.length > SHOWN_MOST ? "NO_VERSION_SPECIFIED" : version.data);
}

void kt_query_begin(const kt_query_service *service, const kt_call *call, kt_buf *out)
{
    kt_buf_addf(out, "<%sResponse xmlns=\"%s\"><%sResult>", call->operation, service->xml_namespace, call->operation);
}

void kt_query_answer(kt_call *call, kt_buf *take_body)
{
    kt_error err = { 0 };
    kt_buf_addf(take_body, "</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>",
                call->operation, call->request_id, call->operation);
    if (kt_buf_check(take_body, &err, "an answer") == 0) {
        kt_call_xml(call, 200, take_body);
        return;
    }
    kt_buf_fini(take_body);
    kt_call_failed(call, &err);
}

/* ---- parameters ---- */

void kt_query_check_init(kt_query_check *check, kt_call *call)
{
    *check = (kt_query_check){ .call = call };
    kt_buf_init(&check->faults, 16384);
}

static void add_fault(kt_query_check *check, kt_view value, const char *member, const char *constraint)
{
    if (check->count++ > 0)
        kt_buf_adds(&check->faults, "; ");
    kt_buf_adds(&check->faults, "Value ");
    if (value.data == NULL)
        kt_buf_adds(&check->faults, "null");
    else
        kt_buf_addf(&check->faults, "'%.*s'", (int)(value.length < SHOWN_MOST ? value.length : SHOWN_MOST), value.data);
    kt_buf_addf(&check->faults, " at '%s' failed to satisfy constraint: %s", member, constraint);
}

static bool is_made_of(kt_view value, const char *letters)
{
    for (size_t i = 0; i < value.length; i++) {
        const char c = value.data[i];
        const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!is_word && (c == '\0' || strchr(letters, c) == NULL))
            return false;
    }
    return true;
}

kt_view kt_query_take_text(kt_query_check *check, const kt_query_text *rule)
{
    const kt_view value = kt_call_form(check->call, rule->parameter);
    char constraint[128];
    if (value.data == NULL) {
        if (rule->is_required)
            add_fault(check, value, rule->member, "Member must not be null");
        return value;
    }
    if (value.length < rule->least) {
        snprintf(constraint, sizeof(constraint), "Member must have length greater than or equal to %zu", rule->least);
        add_fault(check, value, rule->member, constraint);
    }
    if (value.length > rule->most) {
        snprintf(constraint, sizeof(constraint), "Member must have length less than or equal to %zu", rule->most);
        add_fault(check, value, rule->member, constraint);
    }
    if (rule->letters != NULL && !is_made_of(value, rule->letters)) {
        snprintf(constraint, sizeof(constraint), "Member must satisfy regular expression pattern: %s", rule->pattern);
        add_fault(check, value, rule->member, constraint);
    }
    return value;
}

/* A number too large to hold counts as the largest. */
static bool read_int(kt_view text, int64_t *out)
{
    const bool is_negative = text.length > 0 && text.data[0] == '-';
    int64_t value = 0;
    if (text.length == (size_t)is_negative)
        return false;
    for (size_t i = is_negative; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value > INT32_MAX ? value : value * 10 + (text.data[i] - '0');
    }
    *out = is_negative ? -value : value;
    return true;
}

int64_t kt_query_take_int(kt_query_check *check, const char *parameter, const char *member, int64_t least, int64_t most,
                          int64_t absent)
{
    const kt_view text = kt_call_form(check->call, parameter);
    int64_t value = absent;
    char constraint[96];
    if (text.data == NULL)
        return absent;
    if (!read_int(text, &value)) {
        add_fault(check, text, member, "Member must be an integer");
    } else if (value < least) {
        snprintf(constraint, sizeof(constraint), "Member must have value greater than or equal to %lld",
                 (long long)least);
        add_fault(check, text, member, constraint);
    } else if (value > most) {
        snprintf(constraint, sizeof(constraint), "Member must have value less than or equal to %lld", (long long)most);
        add_fault(check, text, member, constraint);
    }
    return value;
}

bool kt_query_checked(kt_query_check *check)
{
    if (check->count > 0)
        kt_call_error(check->call, 400, "ValidationError", "%u validation error%s detected: %s", check->count,
                      check->count == 1 ? "" : "s", kt_buf_view(&check->faults).data);
    kt_buf_fini(&check->faults);
    return check->count == 0;
}
