/* SPDX-License-Identifier: Apache-2.0 */
/* braket_members_later.c - members of the operations on hybrid jobs and spending limits, which the sandbox checks and
 * then refuses. The names and limits are those of the service model. */
#include "sandbox/braket_rules.h"

#include <string.h>

#define JOB_ARN                                                                                                        \
    .pattern = "arn:aws[a-z\\-]*:braket:[a-z0-9\\-]+:[0-9]{12}:job/.*",                                                \
    .posix = "arn:aws[a-z-]*:braket:[a-z0-9-]+:[0-9]{12}:job/" ANY "*"
#define S3_PATH .pattern = "(https|s3)://([^/]+)/?(.*)", .posix = "(https|s3)://([^/]+)/?(" ANY "*)"
#define IMAGE_URI                                                                                                      \
    .pattern = "\\d{10,14}\\.dkr\\.ecr.[a-z0-9-]+\\.amazonaws\\.com\\/.+(@sha256)?:.+",                                \
    .posix = "[0-9]{10,14}\\.dkr\\.ecr" ANY "[a-z0-9-]+\\.amazonaws\\.com/" ANY "+(@sha256)?:" ANY "+"
#define CHANNEL .pattern = "[A-Za-z0-9\\.\\-_]+", .posix = "[A-Za-z0-9._-]+"
#define JOB_NAME .pattern = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,50}", .posix = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,50}"
#define ROLE_ARN                                                                                                       \
    .pattern = "arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",                                          \
    .posix = "arn:aws[a-z-]*:iam::[0-9]{12}:role/?[a-zA-Z_0-9+=,.@/-]+"
#define RESOURCE_ARN                                                                                                   \
    .pattern = "arn:aws[a-z\\-]*:braket:[a-z0-9\\-]*:[0-9]{12}:.*",                                                    \
    .posix = "arn:aws[a-z-]*:braket:[a-z0-9-]*:[0-9]{12}:" ANY "*"
#define MONEY .pattern = "\\d+(\\.\\d{1,2})?", .posix = "[0-9]+(\\.[0-9]{1,2})?"
#define LIMIT_ARN                                                                                                      \
    .pattern = "arn:aws[a-z\\-]*:braket:[a-z0-9\\-]+:[0-9]{12}:spending-limit/.*",                                     \
    .posix = "arn:aws[a-z-]*:braket:[a-z0-9-]+:[0-9]{12}:spending-limit/" ANY "*"

static const char *const compressions[] = { "NONE", "GZIP", NULL };
static const char *const instance_types[] = { "ml.t3.large",
                                              "ml.t3.xlarge",
                                              "ml.t3.2xlarge",
                                              "ml.m4.xlarge",
                                              "ml.m4.2xlarge",
                                              "ml.m4.4xlarge",
                                              "ml.m4.10xlarge",
                                              "ml.m4.16xlarge",
                                              "ml.m5.large",
                                              "ml.m5.xlarge",
                                              "ml.m5.2xlarge",
                                              "ml.m5.4xlarge",
                                              "ml.m5.12xlarge",
                                              "ml.m5.24xlarge",
                                              "ml.c4.xlarge",
                                              "ml.c4.2xlarge",
                                              "ml.c4.4xlarge",
                                              "ml.c4.8xlarge",
                                              "ml.c5.xlarge",
                                              "ml.c5.2xlarge",
                                              "ml.c5.4xlarge",
                                              "ml.c5.9xlarge",
                                              "ml.c5.18xlarge",
                                              "ml.c5n.xlarge",
                                              "ml.c5n.2xlarge",
                                              "ml.c5n.4xlarge",
                                              "ml.c5n.9xlarge",
                                              "ml.c5n.18xlarge",
                                              "ml.p2.xlarge",
                                              "ml.p2.8xlarge",
                                              "ml.p2.16xlarge",
                                              "ml.p3.2xlarge",
                                              "ml.p3.8xlarge",
                                              "ml.p3.16xlarge",
                                              "ml.p3dn.24xlarge",
                                              "ml.p4d.24xlarge",
                                              "ml.g4dn.xlarge",
                                              "ml.g4dn.2xlarge",
                                              "ml.g4dn.4xlarge",
                                              "ml.g4dn.8xlarge",
                                              "ml.g4dn.12xlarge",
                                              "ml.g4dn.16xlarge",
                                              "ml.g6.xlarge",
                                              "ml.g6.2xlarge",
                                              "ml.g6.4xlarge",
                                              "ml.g6.8xlarge",
                                              "ml.g6.12xlarge",
                                              "ml.g6.16xlarge",
                                              "ml.g6.24xlarge",
                                              "ml.g6.48xlarge",
                                              "ml.g6e.xlarge",
                                              "ml.g6e.2xlarge",
                                              "ml.g6e.4xlarge",
                                              "ml.g6e.8xlarge",
                                              "ml.g6e.12xlarge",
                                              "ml.g6e.16xlarge",
                                              "ml.g6e.24xlarge",
                                              "ml.g6e.48xlarge",
                                              NULL };
static const char *const association_types[] = { "RESERVATION_TIME_WINDOW_ARN", NULL };
static const char *const attributes[] = { "QueueInfo", NULL };
static const char *const job_operators[] = { "LT", "LTE", "EQUAL", "GT", "GTE", "BETWEEN", "CONTAINS", NULL };
static const char *const limit_operators[] = { "EQUAL", NULL };

static const kt_rule cancel_job[] = {
    { .name = "jobArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED, JOB_ARN },
};

static const kt_rule script_mode_config[] = {
    { .name = "entryPoint", .kind = KT_RULE_TEXT, REQUIRED },
    { .name = "s3Uri", .kind = KT_RULE_TEXT, REQUIRED, MOST(1024), S3_PATH },
    { .name = "compressionType", .kind = KT_RULE_TEXT, .values = compressions },
};

static const kt_rule container_image[] = {
    { .name = "uri", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(255), IMAGE_URI },
};

static const kt_rule algorithm_specification[] = {
    { .name = "scriptModeConfig", .kind = KT_RULE_STRUCT, PARTS(script_mode_config) },
    { .name = "containerImage", .kind = KT_RULE_STRUCT, PARTS(container_image) },
};

static const kt_rule s3_data_source[] = {
    { .name = "s3Uri", .kind = KT_RULE_TEXT, REQUIRED, MOST(1024), S3_PATH },
};

static const kt_rule data_source[] = {
    { .name = "s3DataSource", .kind = KT_RULE_STRUCT, REQUIRED, PARTS(s3_data_source) },
};

static const kt_rule input_file_config[] = {
    { .name = "channelName", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64), CHANNEL },
    { .name = "contentType", .kind = KT_RULE_TEXT, LEAST(1), MOST(256) },
    { .name = "dataSource", .kind = KT_RULE_STRUCT, REQUIRED, PARTS(data_source) },
};

static const kt_rule job_input_data_config_list[] = {
    { .kind = KT_RULE_STRUCT, PARTS(input_file_config) },
};

static const kt_rule job_output_data_config[] = {
    { .name = "kmsKeyId", .kind = KT_RULE_TEXT, LEAST(1), MOST(2048) },
    { .name = "s3Path", .kind = KT_RULE_TEXT, REQUIRED, MOST(1024), S3_PATH },
};

static const kt_rule job_checkpoint_config[] = {
    { .name = "localPath", .kind = KT_RULE_TEXT, LEAST(1), MOST(4096) },
    { .name = "s3Uri", .kind = KT_RULE_TEXT, REQUIRED, MOST(1024), S3_PATH },
};

static const kt_rule job_stopping_condition[] = {
    { .name = "maxRuntimeInSeconds", .kind = KT_RULE_INTEGER, LEAST(1), MOST(432000) },
};

static const kt_rule instance_config[] = {
    { .name = "instanceType", .kind = KT_RULE_TEXT, REQUIRED, .values = instance_types },
    { .name = "volumeSizeInGb", .kind = KT_RULE_INTEGER, REQUIRED, LEAST(1) },
    { .name = "instanceCount", .kind = KT_RULE_INTEGER, LEAST(1) },
};

static const kt_rule hyper_parameters[] = {
    { .kind = KT_RULE_TEXT, LEAST(1), MOST(256) },
    { .kind = KT_RULE_TEXT, LEAST(1), MOST(2500), .pattern = ".*", .posix = ANY "*" },
};

static const kt_rule device_config[] = {
    { .name = "device", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(256) },
};

/* The model has no limits for tags; these are those that AWS documents for all services. */
static const kt_rule tag_parts[] = {
    { .kind = KT_RULE_TEXT, LEAST(1), MOST(128) },
    { .kind = KT_RULE_TEXT, MOST(256) },
};

static const kt_rule association[] = {
    { .name = "arn", .kind = KT_RULE_TEXT, REQUIRED, RESOURCE_ARN },
    { .name = "type", .kind = KT_RULE_TEXT, REQUIRED, .values = association_types },
};

static const kt_rule job_associations_list[] = {
    { .kind = KT_RULE_STRUCT, PARTS(association) },
};

static const kt_rule create_job[] = {
    { .name = "clientToken", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "algorithmSpecification", .kind = KT_RULE_STRUCT, REQUIRED, PARTS(algorithm_specification) },
    { .name = "inputDataConfig", .kind = KT_RULE_LIST, MOST(20), PARTS(job_input_data_config_list) },
    { .name = "outputDataConfig", .kind = KT_RULE_STRUCT, REQUIRED, PARTS(job_output_data_config) },
    { .name = "checkpointConfig", .kind = KT_RULE_STRUCT, PARTS(job_checkpoint_config) },
    { .name = "jobName", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(50), JOB_NAME },
    { .name = "roleArn", .kind = KT_RULE_TEXT, REQUIRED, ROLE_ARN },
    { .name = "stoppingCondition", .kind = KT_RULE_STRUCT, PARTS(job_stopping_condition) },
    { .name = "instanceConfig", .kind = KT_RULE_STRUCT, REQUIRED, PARTS(instance_config) },
    { .name = "hyperParameters", .kind = KT_RULE_MAP, MOST(100), PARTS(hyper_parameters) },
    { .name = "deviceConfig", .kind = KT_RULE_STRUCT, REQUIRED, PARTS(device_config) },
    { .name = "tags", .kind = KT_RULE_MAP, MOST(50), PARTS(tag_parts) },
    { .name = "associations", .kind = KT_RULE_LIST, MOST(1), PARTS(job_associations_list) },
};

static const kt_rule time_period[] = {
    { .name = "startAt", .kind = KT_RULE_NUMBER, REQUIRED },
    { .name = "endAt", .kind = KT_RULE_NUMBER, REQUIRED },
};

static const kt_rule create_spending_limit[] = {
    { .name = "clientToken", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "deviceArn", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(256) },
    { .name = "spendingLimit", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MONEY },
    { .name = "timePeriod", .kind = KT_RULE_STRUCT, PARTS(time_period) },
    { .name = "tags", .kind = KT_RULE_MAP, MOST(50), PARTS(tag_parts) },
};

static const kt_rule delete_spending_limit[] = {
    { .name = "spendingLimitArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED, MOST(256), LIMIT_ARN },
};

static const kt_rule job_additional_attribute_names_list[] = {
    { .kind = KT_RULE_TEXT, .values = attributes },
};

static const kt_rule get_job[] = {
    { .name = "jobArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED, JOB_ARN },
    { .name = "additionalAttributeNames",
      .kind = KT_RULE_LIST,
      .place = KT_RULE_QUERY,
      PARTS(job_additional_attribute_names_list) },
};

static const kt_rule jobs_filter_values_list[] = {
    { .kind = KT_RULE_TEXT, LEAST(1), MOST(256) },
};

static const kt_rule jobs_filter[] = {
    { .name = "name", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "values", .kind = KT_RULE_LIST, REQUIRED, LEAST(1), MOST(10), PARTS(jobs_filter_values_list) },
    { .name = "operator", .kind = KT_RULE_TEXT, REQUIRED, .values = job_operators },
};

static const kt_rule jobs_filters_list[] = {
    { .kind = KT_RULE_STRUCT, PARTS(jobs_filter) },
};

static const kt_rule search_jobs[] = {
    { .name = "nextToken", .kind = KT_RULE_TEXT },
    { .name = "maxResults", .kind = KT_RULE_INTEGER, LEAST(1), MOST(100) },
    { .name = "filters", .kind = KT_RULE_LIST, REQUIRED, MOST(10), PARTS(jobs_filters_list) },
};

static const kt_rule limits_filter[] = {
    { .name = "name", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "values", .kind = KT_RULE_LIST, REQUIRED, LEAST(1), MOST(10), PARTS(jobs_filter_values_list) },
    { .name = "operator", .kind = KT_RULE_TEXT, REQUIRED, .values = limit_operators },
};

static const kt_rule limits_filters_list[] = {
    { .kind = KT_RULE_STRUCT, PARTS(limits_filter) },
};

static const kt_rule search_spending_limits[] = {
    { .name = "nextToken", .kind = KT_RULE_TEXT },
    { .name = "maxResults", .kind = KT_RULE_INTEGER, LEAST(1), MOST(100) },
    { .name = "filters", .kind = KT_RULE_LIST, MOST(10), PARTS(limits_filters_list) },
};

static const kt_rule update_spending_limit[] = {
    { .name = "spendingLimitArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED, MOST(256), LIMIT_ARN },
    { .name = "clientToken", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "spendingLimit", .kind = KT_RULE_TEXT, LEAST(1), MONEY },
    { .name = "timePeriod", .kind = KT_RULE_STRUCT, PARTS(time_period) },
};

static const struct {
    const char *operation;
    kt_rules rules;
} tables[] = {
    { "CancelJob", { cancel_job, KT_COUNT(cancel_job) } },
    { "CreateJob", { create_job, KT_COUNT(create_job) } },
    { "CreateSpendingLimit", { create_spending_limit, KT_COUNT(create_spending_limit) } },
    { "DeleteSpendingLimit", { delete_spending_limit, KT_COUNT(delete_spending_limit) } },
    { "GetJob", { get_job, KT_COUNT(get_job) } },
    { "SearchJobs", { search_jobs, KT_COUNT(search_jobs) } },
    { "SearchSpendingLimits", { search_spending_limits, KT_COUNT(search_spending_limits) } },
    { "UpdateSpendingLimit", { update_spending_limit, KT_COUNT(update_spending_limit) } },
};

kt_rules kt_braket_rules_later(const char *operation)
{
    for (size_t i = 0; i < KT_COUNT(tables); i++)
        if (strcmp(tables[i].operation, operation) == 0)
            return tables[i].rules;
    return (kt_rules){ NULL, 0 };
}
