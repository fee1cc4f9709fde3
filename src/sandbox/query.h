/* SPDX-License-Identifier: Apache-2.0 */
/* query.h - what services of the query protocol (STS, IAM) share: actions by name, parameters checked as AWS checks
 * them, answers in their XML. */
#ifndef KT_SANDBOX_QUERY_H
#define KT_SANDBOX_QUERY_H

#include "sandbox/call.h"

typedef struct kt_query_action {
    const char *name;
    void (*handle)(kt_call *call);
} kt_query_action;
typedef struct kt_query_service {
    const char *version, *xml_namespace;
    const kt_query_action *actions;
    size_t action_count;
} kt_query_service;

/* Calls the action's handler; answers MissingAction or InvalidAction when there is none. */
void kt_query_handle(kt_call *call, const kt_query_service *service);
/* The answer of call->operation: <{Action}Response><{Action}Result>, what the caller adds, and its end. */
void kt_query_begin(const kt_query_service *service, const kt_call *call, kt_buf *out);
void kt_query_answer(kt_call *call, kt_buf *take_body);

/* Parameters. What is wrong is gathered; kt_query_checked answers a ValidationError that says all of it, and returns
 * false. */
typedef struct kt_query_check {
    kt_call *call;
    kt_buf faults;
    unsigned count;
} kt_query_check;
typedef struct kt_query_text {
    const char *parameter, *member; /* "RoleArn", and how messages call it: "roleArn" */
    bool is_required;
    size_t least, most;  /* bytes */
    const char *letters; /* allowed beside letters, digits and '_'; NULL: anything */
    const char *pattern; /* the same, for the message */
} kt_query_text;
void kt_query_check_init(kt_query_check *check, kt_call *call);
kt_view kt_query_take_text(kt_query_check *check, const kt_query_text *rule); /* data NULL: absent */
int64_t kt_query_take_int(kt_query_check *check, const char *parameter, const char *member, int64_t least, int64_t most,
                          int64_t absent);
bool kt_query_checked(kt_query_check *check); /* frees what was gathered */

#endif
