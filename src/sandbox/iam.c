/* SPDX-License-Identifier: Apache-2.0 */
/* iam.c - what Braket's clients ask IAM in passing: which roles there are for jobs. The sandbox has those that Braket's
 * console makes, and no others; nothing can be changed. */
#include "sandbox/query.h"
#include "sandbox/s3_xml.h"
#include "sandbox/sandbox_priv.h"

#include <string.h>

enum { PAGE_DEFAULT = 100, PAGE_MOST = 1000, SESSION_MOST_S = 43200 };

typedef struct role {
    const char *path, *name, *principal, *description;
} role;

static const role roles[] = {
    { "/aws-service-role/braket.amazonaws.com/", "AWSServiceRoleForAmazonBraket", "braket.amazonaws.com",
      "Lets Amazon Braket manage AWS resources on your behalf" },
    { "/service-role/", "AmazonBraketJobsExecutionRole", "braket.amazonaws.com",
      "Execution role for Amazon Braket hybrid jobs" },
};
#define CREATED_NS ((int64_t)1597276800 * 1000000000) /* 2020-08-13, the day Braket became public */

static void list_roles(kt_call *call);
static void get_role(kt_call *call);

static const kt_query_action actions[] = { { "ListRoles", list_roles }, { "GetRole", get_role } };
static const kt_query_service iam = { "2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/", actions,
                                      KT_COUNT(actions) };

void kt_iam_handle(kt_call *call)
{
    kt_query_handle(call, &iam);
}

/* Policies are given percent-encoded. */
static void add_policy(kt_buf *out, const role *r)
{
    KT_BUF_OWN policy, encoded;
    kt_buf_init(&policy, 0);
    kt_buf_init(&encoded, 0);
    kt_buf_addf(&policy,
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"%s\"},"
                "\"Action\":\"sts:AssumeRole\"}]}",
                r->principal);
    kt_uri_encode(kt_buf_view(&policy), false, &encoded);
    kt_xml_text(out, "AssumeRolePolicyDocument", kt_buf_view(&encoded));
}

static void add_role(kt_buf *out, const kt_call *call, const role *r)
{
    char id[22];
    kt_auth_unique_id("AROA", r->name, id);
    kt_xml_strz(out, "Path", r->path);
    kt_xml_strz(out, "RoleName", r->name);
    kt_xml_strz(out, "RoleId", id);
    kt_buf_addf(out, "<Arn>arn:aws:iam::%s:role%s%s</Arn>", call->account, r->path, r->name);
    kt_xml_time(out, "CreateDate", CREATED_NS);
    add_policy(out, r);
    kt_xml_strz(out, "Description", r->description);
    kt_xml_int(out, "MaxSessionDuration", SESSION_MOST_S);
}

static bool has_prefix(const role *r, kt_view prefix)
{
    return prefix.length <= strlen(r->path) && (prefix.length == 0 || memcmp(r->path, prefix.data, prefix.length) == 0);
}

/* A marker is the name of the page's first role. */
static bool find_start(kt_view marker, size_t *start)
{
    *start = 0;
    if (marker.data == NULL)
        return true;
    while (*start < KT_COUNT(roles) && !kt_view_is(marker, roles[*start].name))
        ++*start;
    return *start < KT_COUNT(roles);
}

static void list_roles(kt_call *call)
{
    KT_BUF_OWN body;
    kt_query_check check;
    size_t at;
    kt_buf_init(&body, 0);
    kt_query_check_init(&check, call);
    const kt_view prefix =
        kt_query_take_text(&check, &(kt_query_text){ "PathPrefix", "pathPrefix", .least = 1, .most = 512,
                                                     .letters = "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~\x7f",
                                                     .pattern = "\\u002F[\\u0021-\\u007F]*" });
    const kt_view marker = kt_query_take_text(&check, &(kt_query_text){ "Marker", "marker", .least = 1, .most = 320 });
    int64_t left = kt_query_take_int(&check, "MaxItems", "maxItems", 1, PAGE_MOST, PAGE_DEFAULT);
    if (!kt_query_checked(&check))
        return;
    if ((prefix.length > 0 && prefix.data[0] != '/') || !find_start(marker, &at)) {
        kt_call_error(call, 400, "ValidationError", "%s",
                      prefix.length > 0 && prefix.data[0] != '/' ? "The specified value for pathPrefix is invalid. It "
                                                                   "must begin with / and contain only alphanumeric "
                                                                   "characters and/or / characters."
                                                                 : "Invalid Marker.");
        return;
    }
    kt_query_begin(&iam, call, &body);
    kt_xml_open(&body, "Roles");
    for (; at < KT_COUNT(roles) && (left > 0 || !has_prefix(&roles[at], prefix)); at++) {
        if (!has_prefix(&roles[at], prefix))
            continue;
        kt_xml_open(&body, "member");
        add_role(&body, call, &roles[at]);
        kt_xml_close(&body, "member");
        left--;
    }
    kt_xml_close(&body, "Roles");
    kt_xml_bool(&body, "IsTruncated", at < KT_COUNT(roles));
    if (at < KT_COUNT(roles))
        kt_xml_strz(&body, "Marker", roles[at].name);
    kt_query_answer(call, &body);
}

static void get_role(kt_call *call)
{
    KT_BUF_OWN body;
    kt_query_check check;
    kt_buf_init(&body, 0);
    kt_query_check_init(&check, call);
    const kt_view name =
        kt_query_take_text(&check, &(kt_query_text){ "RoleName", "roleName", .is_required = true, .least = 1,
                                                     .most = 64, .letters = "+=,.@-", .pattern = "[\\w+=,.@-]+" });
    if (!kt_query_checked(&check))
        return;
    size_t at = 0;
    while (at < KT_COUNT(roles) && !kt_view_is(name, roles[at].name))
        at++;
    if (at == KT_COUNT(roles)) {
        kt_call_error(call, 404, "NoSuchEntity", "The role with name %.*s cannot be found.", KT_VIEW_ARG(name));
        return;
    }
    kt_query_begin(&iam, call, &body);
    kt_xml_open(&body, "Role");
    add_role(&body, call, &roles[at]);
    kt_xml_strz(&body, "RoleLastUsed", ""); /* never, and only here */
    kt_xml_close(&body, "Role");
    kt_query_answer(call, &body);
}
