/* SPDX-License-Identifier: Apache-2.0 */
/* service_braket.c - Amazon Braket's operations and documented quotas.
 * Source: the service's public model 2019-09-01; the Braket quotas page. */
#include "aws/service_priv.h"

static const kt_aws_member queue_info[] = {
    { "additionalAttributeNames", "additionalAttributeNames", KT_AWS_IN_QUERY },
};
static const kt_aws_member tag_keys[] = { { "tagKeys", "tagKeys", KT_AWS_IN_QUERY } };

#define QUOTA(per_second_, burst_) .per_second = (per_second_), .burst = (burst_)

static const kt_aws_operation operations[] = {
    KT_AWS_ROW("CreateQuantumTask", "POST", "/quantum-task", TOKEN, PAID, .token = "clientToken", QUOTA(20, 40)),
    KT_AWS_ROW("GetQuantumTask", "GET", "/quantum-task/{quantumTaskArn}", READ, FREE, .without_body = true,
               KT_AWS_MEMBERS(queue_info), QUOTA(100, 500)),
    KT_AWS_ROW("CancelQuantumTask", "PUT", "/quantum-task/{quantumTaskArn}/cancel", TOKEN, FREE, .token = "clientToken",
               QUOTA(2, 20)),
    KT_AWS_ROW("SearchQuantumTasks", "POST", "/quantum-tasks", READ, FREE, QUOTA(5, 50)),
    KT_AWS_ROW("GetDevice", "GET", "/device/{deviceArn}", READ, FREE, .without_body = true, QUOTA(5, 50)),
    KT_AWS_ROW("SearchDevices", "POST", "/devices", READ, FREE, QUOTA(5, 50)),
    KT_AWS_ROW("CreateJob", "POST", "/job", TOKEN, PAID, .token = "clientToken", QUOTA(1, 5)),
    KT_AWS_ROW("GetJob", "GET", "/job/{jobArn}", READ, FREE, .without_body = true, KT_AWS_MEMBERS(queue_info),
               QUOTA(5, 25)),
    KT_AWS_ROW("CancelJob", "PUT", "/job/{jobArn}/cancel", STATE, FREE, .without_body = true, QUOTA(2, 5)),
    KT_AWS_ROW("SearchJobs", "POST", "/jobs", READ, FREE, QUOTA(5, 50)),
    KT_AWS_ROW("CreateSpendingLimit", "POST", "/spending-limit", TOKEN, FREE, .token = "clientToken"),
    KT_AWS_ROW("UpdateSpendingLimit", "PATCH", "/spending-limit/{spendingLimitArn}/update", TOKEN, FREE,
               .token = "clientToken"),
    KT_AWS_ROW("DeleteSpendingLimit", "DELETE", "/spending-limit/{spendingLimitArn}/delete", STATE, FREE,
               .without_body = true),
    KT_AWS_ROW("SearchSpendingLimits", "POST", "/spending-limits", READ, FREE),
    KT_AWS_ROW("ListTagsForResource", "GET", "/tags/{resourceArn}", READ, FREE, .without_body = true),
    KT_AWS_ROW("TagResource", "POST", "/tags/{resourceArn}", STATE, FREE),
    KT_AWS_ROW("UntagResource", "DELETE", "/tags/{resourceArn}", STATE, FREE, .without_body = true,
               KT_AWS_MEMBERS(tag_keys)),
};

const kt_aws_service kt_aws_braket = {
    .id = "Braket",
    .signing_name = "braket",
    .protocol = KT_AWS_REST_JSON,
    .version = "2019-09-01",
    .host = "braket.{region}.amazonaws.com",
    .host_fips = "braket-fips.{region}.amazonaws.com",
    .host_dualstack = "braket.{region}.api.aws",
    .host_fips_dualstack = "braket-fips.{region}.api.aws",
    .per_second = 140,
    .burst = 600,
    KT_AWS_OPERATIONS(operations),
};
