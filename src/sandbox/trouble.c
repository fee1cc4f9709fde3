/* SPDX-License-Identifier: Apache-2.0 */
/* trouble.c - what the world does to a call before it is handled: throttles it, delays it, answers it with an error,
 * breaks its connection; and what it does to devices and tasks. The fate of a fault's nth call depends on the seed, the
 * fault and n alone, so a scenario replays the same whatever else happens. */
#include "sandbox/world_priv.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- throttles: token buckets, a region and an operation each ---- */

enum { BUCKETS_MOST = 4096 }; /* a client may name any region */

typedef struct bucket {
    double tokens;
    int64_t filled_ns;
} bucket;

void kt_trouble_free_buckets(kt_map *buckets)
{
    size_t cursor = 0;
    kt_view key;
    void *value;
    while (buckets != NULL && kt_map_next(buckets, &cursor, &key, &value))
        free(value);
    kt_map_free(buckets);
}

static bucket *find_bucket(kt_world *world, const char *region, const kt_scenario_rate *rate)
{
    char name[128];
    int length = snprintf(name, sizeof name, "%.40s %.80s", region, rate->operation);
    kt_view key = { name, (size_t)length };
    if (world->buckets == NULL && (world->buckets = kt_map_new(NULL)) == NULL)
        return NULL;
    bucket *found = kt_map_get(world->buckets, key);
    if (found != NULL || kt_map_count(world->buckets) >= BUCKETS_MOST || (found = malloc(sizeof *found)) == NULL)
        return found;
    *found = (bucket){ rate->burst, kt_world_now_ns(world) };
    if (kt_map_set(world->buckets, key, found) < 0) {
        free(found);
        return NULL;
    }
    return found;
}

static bool take_token(kt_world *world, const char *region, const kt_scenario_rate *rate)
{
    bucket *b = find_bucket(world, region, rate);
    if (b == NULL)
        return true;
    int64_t now_ns = kt_world_now_ns(world);
    double grown = (double)(now_ns - b->filled_ns) / 1e9 * rate->per_second;
    b->filled_ns = now_ns;
    b->tokens += grown > 0 ? grown : 0;
    if (b->tokens > rate->burst)
        b->tokens = rate->burst;
    if (b->tokens < 1)
        return false;
    b->tokens -= 1;
    return true;
}

static const char *const service_names[] = {
    [KT_SERVICE_BRAKET] = "braket", [KT_SERVICE_S3] = "s3",           [KT_SERVICE_STS] = "sts",
    [KT_SERVICE_IAM] = "iam",       [KT_SERVICE_ECR] = "ecr",         [KT_SERVICE_PRICES] = "prices",
    [KT_SERVICE_ADMIN] = "admin",   [KT_SERVICE_UNKNOWN] = "unknown",
};

/* "GetQuantumTask", "s3:GetObject", "s3:*" or "*", which means all of Braket. */
static bool is_meant(const char *pattern, const kt_call *call)
{
    const char *colon = strchr(pattern, ':');
    const char *service = service_names[call->service], *operation = colon == NULL ? pattern : colon + 1;
    if (colon == NULL ? call->service != KT_SERVICE_BRAKET
                      : strlen(service) != (size_t)(colon - pattern) ||
                            strncasecmp(service, pattern, (size_t)(colon - pattern)) != 0)
        return false;
    return strcmp(operation, "*") == 0 || (call->operation != NULL && strcmp(operation, call->operation) == 0);
}

static bool is_throttled(kt_world *world, const kt_call *call)
{
    const kt_scenario_rate *rates = world->scenario->rates;
    size_t count = world->scenario->rate_count;
    if (count == 0 && world->aws_quotas)
        rates = kt_scenario_aws_rates(&count);
    bool passes = true;
    for (size_t i = 0; i < count; i++)
        if (is_meant(rates[i].operation, call))
            passes = take_token(world, call->region, &rates[i]) && passes;
    return !passes;
}

static void answer_throttled(kt_call *call)
{
    switch (call->service) {
    case KT_SERVICE_S3: kt_call_error(call, 503, "SlowDown", "Please reduce your request rate."); return;
    case KT_SERVICE_STS:
    case KT_SERVICE_IAM: kt_call_error(call, 400, "Throttling", "Rate exceeded"); return;
    default: kt_call_error(call, 429, "ThrottlingException", "Rate exceeded");
    }
}

/* ---- faults ---- */

/* Whether this fault strikes the call that it has just counted. */
static bool strikes(const kt_world *world, size_t index)
{
    const kt_scenario_fault *fault = &world->scenario->faults[index];
    const fault_count *count = &world->fault_counts[index];
    int64_t age_ns = kt_world_age_ns(world);
    if (age_ns < fault->from_ns || age_ns >= fault->until_ns || count->calls <= (uint64_t)fault->skip ||
        (fault->times >= 0 && count->done >= (uint64_t)fault->times))
        return false;
    if (fault->rate >= 1)
        return true;
    kt_rng rng;
    kt_rng_seed_stream(&rng, world->scenario->seed + index, count->calls);
    return kt_rng_uniform(&rng) < fault->rate;
}

static int64_t latency_of(const kt_world *world, size_t index)
{
    const kt_scenario_fault *fault = &world->scenario->faults[index];
    kt_rng rng;
    kt_rng_seed_stream(&rng, ~world->scenario->seed + index, world->fault_counts[index].calls);
    return fault->latency_ns + (int64_t)(kt_rng_uniform(&rng) * (double)(fault->latency_most_ns - fault->latency_ns));
}

/* Adds what a fault does to the answer. */
static void spoil(kt_http_fault *spoiled, const kt_scenario_fault *fault, int64_t latency_ns)
{
    spoiled->delay_ns += latency_ns;
    spoiled->reset = spoiled->reset || fault->reset;
    if (fault->bytes_per_s > 0)
        spoiled->bytes_per_s = fault->bytes_per_s;
    if (fault->cut) {
        spoiled->cut = true;
        spoiled->cut_after_bytes = fault->cut_after_bytes;
    }
}

kt_verdict kt_world_admit(kt_world *world, kt_call *call)
{
    if (call->service == KT_SERVICE_ADMIN)
        return KT_VERDICT_GO;
    if (is_throttled(world, call)) {
        answer_throttled(call);
        return KT_VERDICT_ANSWERED;
    }
    const kt_scenario_fault *error = NULL;
    for (size_t i = 0; i < world->scenario->fault_count; i++) {
        const kt_scenario_fault *fault = &world->scenario->faults[i];
        if (!is_meant(fault->operation, call))
            continue;
        world->fault_counts[i].calls++;
        if (!strikes(world, i))
            continue;
        world->fault_counts[i].done++;
        spoil(&call->fault, fault, latency_of(world, i));
        if (fault->status != 0 && error == NULL)
            error = fault;
    }
    if (error == NULL)
        return KT_VERDICT_GO;
    kt_call_error(call, error->status, error->code, "%s", error->message);
    return KT_VERDICT_ANSWERED;
}

/* ---- devices and tasks ---- */

const kt_world_settings *kt_world_settings_of(const kt_world *world)
{
    return &world->settings;
}

/* Rows for this device, most particular first: its ARN, its last part, "*". */
static const kt_scenario_device *find_device(const kt_world *world, const char *arn, int rank)
{
    const char *slash = strrchr(arn, '/');
    const char *names[] = { arn, slash == NULL ? arn : slash + 1, "*" };
    for (size_t i = 0; i < world->scenario->device_count; i++)
        if (strcasecmp(world->scenario->devices[i].device, names[rank]) == 0)
            return &world->scenario->devices[i];
    return NULL;
}

typedef bool (*says)(const kt_scenario_device *row);

/* The most particular row that says something of what is asked. */
static const kt_scenario_device *find_saying(const kt_world *world, const char *arn, says says_it)
{
    for (int rank = 0; rank < 3; rank++) {
        const kt_scenario_device *row = find_device(world, arn, rank);
        if (row != NULL && says_it(row))
            return row;
    }
    return NULL;
}

static bool says_failure(const kt_scenario_device *row)
{
    return row->fail_rate >= 0;
}

static bool says_status(const kt_scenario_device *row)
{
    return row->status != NULL;
}

static bool says_queue(const kt_scenario_device *row)
{
    return row->queue_ns >= 0;
}

static bool says_result_file(const kt_scenario_device *row)
{
    return row->result_file != NULL;
}

const char *kt_world_device_status(const kt_world *world, const char *device_arn)
{
    const kt_scenario_device *row = find_saying(world, device_arn, says_status);
    return row == NULL ? NULL : row->status;
}

int64_t kt_world_queue_ns(const kt_world *world, const char *device_arn)
{
    const kt_scenario_device *row = find_saying(world, device_arn, says_queue);
    return row == NULL ? -1 : row->queue_ns;
}

const char *kt_world_result_file(const kt_world *world, const char *device_arn)
{
    const kt_scenario_device *row = find_saying(world, device_arn, says_result_file);
    return row == NULL ? NULL : row->result_file;
}

const char *kt_world_task_failure(kt_world *world, const char *device_arn)
{
    kt_rng rng;
    kt_rng_seed_stream(&rng, world->scenario->seed ^ 0x7461736b, world->failure_count++);
    double chance = kt_rng_uniform(&rng);
    const kt_scenario_device *row = find_saying(world, device_arn, says_failure);
    return row != NULL && chance < row->fail_rate ? row->fail_reason : NULL;
}
