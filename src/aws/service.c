/* SPDX-License-Identifier: Apache-2.0 */
/* service.c - the services with few operations, and the list of all. Braket and S3 have files of their own.
 * Source: the services' public models. */
#include "aws/service_priv.h"

#include "base/view.h"

#include <string.h>

static const kt_aws_operation sts_operations[] = {
    KT_AWS_POST("GetCallerIdentity", READ),
    KT_AWS_POST("AssumeRole", READ),
    KT_AWS_POST("AssumeRoleWithWebIdentity", READ, .unsigned_call = true),
};
const kt_aws_service kt_aws_sts = {
    .id = "STS",
    .signing_name = "sts",
    .protocol = KT_AWS_QUERY,
    .version = "2011-06-15",
    .host = "sts.{region}.amazonaws.com",
    .host_fips = "sts-fips.{region}.amazonaws.com",
    .host_dualstack = "sts.{region}.api.aws",
    .host_fips_dualstack = "sts-fips.{region}.api.aws",
    KT_AWS_OPERATIONS(sts_operations),
};

/* Of the whole account: no regions. */
static const kt_aws_operation iam_operations[] = {
    KT_AWS_POST("GetRole", READ),
    KT_AWS_POST("ListRoles", READ),
};
const kt_aws_service kt_aws_iam = {
    .id = "IAM",
    .signing_name = "iam",
    .protocol = KT_AWS_QUERY,
    .version = "2010-05-08",
    .host = "iam.amazonaws.com",
    .host_fips = "iam-fips.amazonaws.com",
    .host_dualstack = "iam.global.api.aws",
    .host_fips_dualstack = "iam-fips.global.api.aws",
    .only_region = "us-east-1",
    KT_AWS_OPERATIONS(iam_operations),
};

static const kt_aws_member sns_attributes[] = { { "Attributes", "key/value", KT_AWS_AS_MAP } };
static const kt_aws_member sns_message[] = { { "MessageAttributes", "Name/Value", KT_AWS_AS_MAP } };
static const kt_aws_operation sns_operations[] = {
    KT_AWS_POST("CreateTopic", STATE, KT_AWS_MEMBERS(sns_attributes)),
    KT_AWS_POST("DeleteTopic", STATE),
    KT_AWS_POST("Subscribe", STATE, KT_AWS_MEMBERS(sns_attributes)),
    KT_AWS_POST("Publish", NONE, KT_AWS_MEMBERS(sns_message)),
    KT_AWS_POST("ListTopics", READ),
};
const kt_aws_service kt_aws_sns = {
    .id = "SNS",
    .signing_name = "sns",
    .protocol = KT_AWS_QUERY,
    .version = "2010-03-31",
    .host = "sns.{region}.amazonaws.com",
    .host_fips = "sns-fips.{region}.amazonaws.com",
    .host_dualstack = "sns.{region}.api.aws",
    .host_fips_dualstack = "sns-fips.{region}.api.aws",
    KT_AWS_OPERATIONS(sns_operations),
};

static const kt_aws_operation sqs_operations[] = {
    KT_AWS_POST("CreateQueue", STATE),       KT_AWS_POST("DeleteQueue", STATE),        KT_AWS_POST("GetQueueUrl", READ),
    KT_AWS_POST("GetQueueAttributes", READ), KT_AWS_POST("SetQueueAttributes", STATE), KT_AWS_POST("SendMessage", NONE),
    KT_AWS_POST("ReceiveMessage", STATE), /* one that is lost shows up again after its visibility timeout */
    KT_AWS_POST("DeleteMessage", STATE),     KT_AWS_POST("DeleteMessageBatch", STATE),
};
const kt_aws_service kt_aws_sqs = {
    .id = "SQS",
    .signing_name = "sqs",
    .protocol = KT_AWS_JSON_1_0,
    .version = "2012-11-05",
    .target = "AmazonSQS",
    .host = "sqs.{region}.amazonaws.com",
    .host_fips = "sqs-fips.{region}.amazonaws.com",
    .host_dualstack = "sqs.{region}.api.aws",
    .host_fips_dualstack = "sqs-fips.{region}.api.aws",
    KT_AWS_OPERATIONS(sqs_operations),
};

static const kt_aws_operation logs_operations[] = {
    KT_AWS_POST("GetLogEvents", READ),       KT_AWS_POST("FilterLogEvents", READ),
    KT_AWS_POST("DescribeLogStreams", READ), KT_AWS_POST("StartQuery", READ),
    KT_AWS_POST("GetQueryResults", READ),    KT_AWS_POST("CreateLogGroup", STATE),
    KT_AWS_POST("CreateLogStream", STATE),   KT_AWS_POST("PutLogEvents", NONE),
};
const kt_aws_service kt_aws_logs = {
    .id = "CloudWatch Logs",
    .signing_name = "logs",
    .protocol = KT_AWS_JSON_1_1,
    .version = "2014-03-28",
    .target = "Logs_20140328",
    .host = "logs.{region}.amazonaws.com",
    .host_fips = "logs-fips.{region}.amazonaws.com",
    .host_dualstack = "logs.{region}.api.aws",
    .host_fips_dualstack = "logs-fips.{region}.api.aws",
    KT_AWS_OPERATIONS(logs_operations),
};

/* IAM Identity Center: where a login's token is made new, and where it becomes keys. Neither call is signed. */
static const kt_aws_member sso_role[] = {
    { "roleName", "role_name", KT_AWS_IN_QUERY },
    { "accountId", "account_id", KT_AWS_IN_QUERY },
    { "accessToken", "x-amz-sso_bearer_token", KT_AWS_IN_HEADER },
};
static const kt_aws_operation sso_operations[] = {
    KT_AWS_ROW("GetRoleCredentials", "GET", "/federation/credentials", READ, FREE, .without_body = true,
               .unsigned_call = true, KT_AWS_MEMBERS(sso_role)),
};
const kt_aws_service kt_aws_sso = {
    .id = "SSO",
    .signing_name = "awsssoportal",
    .protocol = KT_AWS_REST_JSON,
    .version = "2019-06-10",
    .host = "portal.sso.{region}.amazonaws.com",
    .host_fips = "portal.sso-fips.{region}.amazonaws.com",
    .host_dualstack = "portal.sso.{region}.api.aws",
    .host_fips_dualstack = "portal.sso-fips.{region}.api.aws",
    KT_AWS_OPERATIONS(sso_operations),
};
static const kt_aws_operation oidc_operations[] = {
    KT_AWS_ROW("CreateToken", "POST", "/token", NONE, FREE, .unsigned_call = true),
};
const kt_aws_service kt_aws_sso_oidc = {
    .id = "SSO OIDC",
    .signing_name = "sso-oauth",
    .protocol = KT_AWS_REST_JSON,
    .version = "2019-06-10",
    .host = "oidc.{region}.amazonaws.com",
    .host_fips = "oidc-fips.{region}.amazonaws.com",
    .host_dualstack = "oidc.{region}.api.aws",
    .host_fips_dualstack = "oidc-fips.{region}.api.aws",
    KT_AWS_OPERATIONS(oidc_operations),
};

const kt_aws_service *const kt_aws_services[] = {
    &kt_aws_braket, &kt_aws_s3,  &kt_aws_sts,      &kt_aws_logs, &kt_aws_sqs,
    &kt_aws_sns,    &kt_aws_sso, &kt_aws_sso_oidc, &kt_aws_iam,  NULL,
};

const kt_aws_operation *kt_aws_operation_find(const kt_aws_service *service, const char *name)
{
    for (size_t i = 0; i < service->operation_count; i++)
        if (strcmp(service->operations[i].name, name) == 0)
            return &service->operations[i];
    return NULL;
}
