/* SPDX-License-Identifier: Apache-2.0 */
/* braket_members.c - members of the operations on tasks, devices and tags, with what is documented of each: the
 * service model's limits, and from the documentation that an action has at most 5 MB and a resource 50 tags. */
#include "sandbox/braket_rules.h"

#include <string.h>

#define RESOURCE_ARN                                                                                                   \
    .pattern = "arn:aws[a-z\\-]*:braket:[a-z0-9\\-]*:[0-9]{12}:.*",                                                    \
    .posix = "arn:aws[a-z-]*:braket:[a-z0-9-]*:[0-9]{12}:" ANY "*"

static const char *const association_types[] = { "RESERVATION_TIME_WINDOW_ARN", NULL };
static const char *const enablements[] = { "ALL", "NONE", NULL };
static const char *const attributes[] = { "QueueInfo", NULL };
static const char *const task_operators[] = { "LT", "LTE", "EQUAL", "GT", "GTE", "BETWEEN", NULL };

static const kt_rule cancel_quantum_task[] = {
    { .name = "quantumTaskArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED, MOST(256) },
    { .name = "clientToken", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
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

static const kt_rule task_associations_list[] = {
    { .kind = KT_RULE_STRUCT, PARTS(association) },
};

static const kt_rule experimental_capabilities[] = {
    { .name = "enabled", .kind = KT_RULE_TEXT, .values = enablements },
};

static const kt_rule create_quantum_task[] = {
    { .name = "clientToken", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "deviceArn", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(256) },
    { .name = "deviceParameters", .kind = KT_RULE_TEXT, LEAST(1), MOST(48000) },
    { .name = "shots", .kind = KT_RULE_INTEGER, REQUIRED, LEAST(0) },
    { .name = "outputS3Bucket", .kind = KT_RULE_TEXT, REQUIRED, LEAST(3), MOST(63) },
    { .name = "outputS3KeyPrefix", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(1024) },
    { .name = "action", .kind = KT_RULE_TEXT, REQUIRED, MOST(5242880) },
    { .name = "tags", .kind = KT_RULE_MAP, MOST(50), PARTS(tag_parts) },
    { .name = "jobToken", .kind = KT_RULE_TEXT, LEAST(1), MOST(128) },
    { .name = "associations", .kind = KT_RULE_LIST, MOST(1), PARTS(task_associations_list) },
    { .name = "experimentalCapabilities", .kind = KT_RULE_UNION, PARTS(experimental_capabilities) },
};

static const kt_rule get_device[] = {
    { .name = "deviceArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED, LEAST(1), MOST(256) },
};

static const kt_rule task_additional_attribute_names_list[] = {
    { .kind = KT_RULE_TEXT, .values = attributes },
};

static const kt_rule get_quantum_task[] = {
    { .name = "quantumTaskArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED, MOST(256) },
    { .name = "additionalAttributeNames",
      .kind = KT_RULE_LIST,
      .place = KT_RULE_QUERY,
      PARTS(task_additional_attribute_names_list) },
};

static const kt_rule list_tags_for_resource[] = {
    { .name = "resourceArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED },
};

static const kt_rule filter_values[] = {
    { .kind = KT_RULE_TEXT, LEAST(1), MOST(256) },
};

static const kt_rule device_filter[] = {
    { .name = "name", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "values", .kind = KT_RULE_LIST, REQUIRED, LEAST(1), MOST(10), PARTS(filter_values) },
};

static const kt_rule device_filters_list[] = {
    { .kind = KT_RULE_STRUCT, PARTS(device_filter) },
};

static const kt_rule search_devices[] = {
    { .name = "nextToken", .kind = KT_RULE_TEXT },
    { .name = "maxResults", .kind = KT_RULE_INTEGER, LEAST(1), MOST(100) },
    { .name = "filters", .kind = KT_RULE_LIST, REQUIRED, MOST(10), PARTS(device_filters_list) },
};

static const kt_rule task_filter[] = {
    { .name = "name", .kind = KT_RULE_TEXT, REQUIRED, LEAST(1), MOST(64) },
    { .name = "values", .kind = KT_RULE_LIST, REQUIRED, LEAST(1), MOST(10), PARTS(filter_values) },
    { .name = "operator", .kind = KT_RULE_TEXT, REQUIRED, .values = task_operators },
};

static const kt_rule task_filters_list[] = {
    { .kind = KT_RULE_STRUCT, PARTS(task_filter) },
};

static const kt_rule search_quantum_tasks[] = {
    { .name = "nextToken", .kind = KT_RULE_TEXT },
    { .name = "maxResults", .kind = KT_RULE_INTEGER, LEAST(1), MOST(100) },
    { .name = "filters", .kind = KT_RULE_LIST, REQUIRED, MOST(10), PARTS(task_filters_list) },
};

static const kt_rule tag_resource[] = {
    { .name = "resourceArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED },
    { .name = "tags", .kind = KT_RULE_MAP, REQUIRED, MOST(50), PARTS(tag_parts) },
};

static const kt_rule tag_keys[] = {
    { .kind = KT_RULE_TEXT },
};

static const kt_rule untag_resource[] = {
    { .name = "resourceArn", .kind = KT_RULE_TEXT, .place = KT_RULE_PATH, REQUIRED },
    { .name = "tagKeys", .kind = KT_RULE_LIST, .place = KT_RULE_QUERY, REQUIRED, PARTS(tag_keys) },
};

static const struct {
    const char *operation;
    kt_rules rules;
} tables[] = {
    { "CancelQuantumTask", { cancel_quantum_task, KT_COUNT(cancel_quantum_task) } },
    { "CreateQuantumTask", { create_quantum_task, KT_COUNT(create_quantum_task) } },
    { "GetDevice", { get_device, KT_COUNT(get_device) } },
    { "GetQuantumTask", { get_quantum_task, KT_COUNT(get_quantum_task) } },
    { "ListTagsForResource", { list_tags_for_resource, KT_COUNT(list_tags_for_resource) } },
    { "SearchDevices", { search_devices, KT_COUNT(search_devices) } },
    { "SearchQuantumTasks", { search_quantum_tasks, KT_COUNT(search_quantum_tasks) } },
    { "TagResource", { tag_resource, KT_COUNT(tag_resource) } },
    { "UntagResource", { untag_resource, KT_COUNT(untag_resource) } },
};

kt_rules kt_braket_rules(const char *operation)
{
    for (size_t i = 0; i < KT_COUNT(tables); i++)
        if (strcmp(tables[i].operation, operation) == 0)
            return tables[i].rules;
    return kt_braket_rules_later(operation);
}
