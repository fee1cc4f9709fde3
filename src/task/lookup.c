/* SPDX-License-Identifier: Apache-2.0 */
/* lookup.c - a device by its name. Searches go out to all regions at once and are gathered; then GetDevice is asked of
 * the one that is meant, or of every candidate of a rule. A region that fails is left out, unless nothing is found: its
 * failure is what is told, because the device may have been there. */
#include "task/lookup.h"

#include "aws/pages.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES_MOST = 64, DEVICES_MOST = 1000, SHOTS_DEFAULT = 1000, PAGE = 100 };

typedef struct lookup {
    kt_aws *aws;
    const kt_clock *clock;
    const kt_log *log;
    kt_arena *arena;
    const char *name;
    kt_name_kind kind;
    kt_device_rule rule;
    int64_t shots;
    kt_json *devices; /* summaries of all regions, each once */
    size_t waiting;
    kt_error first_error; /* of a region that failed */
    int first_rc;
    struct candidate {
        kt_target *target;
        int64_t queue;
        const char *region;
    } candidates[CANDIDATES_MOST];
    size_t candidate_count;
    kt_looked_up *done;
    void *ctx;
} lookup;

/* One call of a lookup: which region, and what it asked with. */
typedef struct question {
    lookup *of;
    const char *region;
    kt_json *members;
} question;

static void finish(lookup *l, int rc, kt_found *found, const kt_error *err)
{
    kt_looked_up *done = l->done;
    void *ctx = l->ctx;
    kt_error error = err == NULL ? (kt_error){ 0 } : *err;
    for (size_t i = 0; i < l->candidate_count; i++)
        kt_target_free(l->candidates[i].target);
    kt_json_free(l->devices);
    kt_arena_free(l->arena);
    free(l);
    done(ctx, rc, found, rc < 0 ? &error : NULL);
}

static void remember(lookup *l, const char *region, int rc, const kt_error *err)
{
    kt_logf(l->log, KT_LOG_WARN, "%s: %s", region, err->message);
    if (l->first_rc != 0)
        return;
    l->first_error = *err;
    l->first_rc = kt_wrap(&l->first_error, rc, "%s", region);
}

static int ask(lookup *l, const char *operation, const char *region, kt_json *take_members, kt_aws_done *done)
{
    kt_error err = { 0 };
    question *q = malloc(sizeof(*q));
    int rc = q == NULL || take_members == NULL ? kt_fail_nomem(&err, sizeof(*q), "a question about devices") : 0;
    if (rc == 0) {
        *q = (question){ .of = l, .region = region, .members = take_members };
        const kt_aws_input input = { .service = &kt_aws_braket,
                                     .operation = kt_aws_operation_find(&kt_aws_braket, operation),
                                     .region = region,
                                     .members = take_members };
        rc = kt_aws_send(l->aws, &input, done, q, NULL, &err);
    }
    if (rc < 0) {
        remember(l, region, rc, &err);
        kt_json_free(take_members);
        free(q);
        return rc;
    }
    l->waiting++;
    return 0;
}

static lookup *answered(question *q)
{
    lookup *l = q->of;
    kt_json_free(q->members);
    free(q);
    l->waiting--;
    return l;
}

/* ---- the last step: one is left ---- */

static void give(lookup *l, size_t index)
{
    struct candidate *chosen = &l->candidates[index];
    kt_found found = { .target = KT_GIVE(chosen->target), .queue = chosen->queue };
    snprintf(found.region, sizeof(found.region), "%s", chosen->region);
    finish(l, 0, &found, NULL);
}

static void choose(lookup *l)
{
    kt_error err = { 0 };
    const kt_target *targets[CANDIDATES_MOST];
    int64_t queues[CANDIDATES_MOST];
    size_t chosen = 0;
    for (size_t i = 0; i < l->candidate_count; i++) {
        targets[i] = l->candidates[i].target;
        queues[i] = l->candidates[i].queue;
    }
    const int rc = kt_device_choose(&l->rule, targets, queues, l->candidate_count, l->shots,
                                    l->clock->wall_ns(l->clock->ctx), &chosen, &err);
    if (rc < 0)
        finish(l, l->first_rc < 0 ? l->first_rc : rc, NULL, l->first_rc < 0 ? &l->first_error : &err);
    else
        give(l, chosen);
}

static void decide(lookup *l)
{
    if (l->kind == KT_NAME_RULE)
        choose(l);
    else if (l->candidate_count == 0)
        finish(l, l->first_rc, NULL, &l->first_error);
    else
        give(l, 0);
}

/* ---- GetDevice ---- */

/* It is text: "12", ">2000". */
int64_t kt_lookup_queue(const kt_json *answer)
{
    size_t i;
    kt_json *entry;
    json_array_foreach(json_object_get(answer, "deviceQueueInfo"), i, entry)
    {
        const char *queue = json_string_value(json_object_get(entry, "queue"));
        const char *priority = json_string_value(json_object_get(entry, "queuePriority"));
        const char *size = json_string_value(json_object_get(entry, "queueSize"));
        if (queue == NULL || size == NULL || strcmp(queue, "QUANTUM_TASKS_QUEUE") != 0 ||
            (priority != NULL && strcmp(priority, "Normal") != 0))
            continue;
        return strtoll(size + (size[0] == '>'), NULL, 10);
    }
    return -1;
}

static void on_device(void *ctx, const kt_aws_output *output)
{
    const char *region = ((question *)ctx)->region;
    lookup *l = answered(ctx);
    kt_error err = { 0 };
    kt_target *target = NULL;
    int rc = output->rc;
    if (rc < 0)
        err = *output->error;
    else
        rc = kt_target_new(output->members, &target, &err);
    if (rc < 0)
        remember(l, region, rc, &err);
    else
        l->candidates[l->candidate_count++] =
            (struct candidate){ .target = target, .queue = kt_lookup_queue(output->members), .region = region };
    if (l->waiting == 0)
        decide(l);
}

static int ask_device(lookup *l, const char *arn)
{
    const char *settings_region = kt_aws_settings_in_use(l->aws)->region;
    const char *region = kt_arena_printf(l->arena, "%s", kt_device_arn_region(arn, settings_region));
    kt_error err = { 0 };
    if (region == NULL) {
        const int rc = kt_fail_nomem(&err, 32, "a region");
        remember(l, "devices", rc, &err);
        return rc;
    }
    return ask(l, "GetDevice", region, json_pack("{s:s}", "deviceArn", arn), on_device);
}

/* ---- SearchDevices ---- */

static bool is_wanted(const lookup *l, const kt_json *device)
{
    const char *status = json_string_value(json_object_get(device, "deviceStatus"));
    const char *type = json_string_value(json_object_get(device, "deviceType"));
    return status != NULL && strcmp(status, "ONLINE") == 0 &&
           (l->rule.type == 0 || (type != NULL && type[0] == (char)l->rule.type));
}

static void ask_candidates(lookup *l)
{
    size_t i;
    kt_json *device;
    json_array_foreach(l->devices, i, device)
    {
        const char *arn = json_string_value(json_object_get(device, "deviceArn"));
        if (arn != NULL && is_wanted(l, device) && l->waiting < CANDIDATES_MOST)
            ask_device(l, arn);
    }
}

static void search_ended(lookup *l)
{
    kt_error err = { 0 };
    const char *arn = NULL;
    int rc = 0;
    if (l->kind == KT_NAME_RULE)
        ask_candidates(l);
    else
        rc = kt_device_find(l->devices, l->name, &arn, &err);
    if (rc < 0) /* it may be in a region that did not answer */
        finish(l, l->first_rc < 0 ? l->first_rc : rc, NULL, l->first_rc < 0 ? &l->first_error : &err);
    else if (arn != NULL && ask_device(l, arn) < 0)
        finish(l, l->first_rc, NULL, &l->first_error);
    else if (l->waiting == 0)
        decide(l);
}

/* Simulators are in several regions: once is enough. */
static bool is_known(const lookup *l, const char *arn)
{
    size_t i;
    kt_json *device;
    json_array_foreach(l->devices, i, device)
    {
        if (strcmp(json_string_value(json_object_get(device, "deviceArn")), arn) == 0)
            return true;
    }
    return false;
}

static int gather(lookup *l, const kt_json *page, kt_error *err)
{
    size_t i;
    kt_json *device;
    json_array_foreach(json_object_get(page, "devices"), i, device)
    {
        const char *arn = json_string_value(json_object_get(device, "deviceArn"));
        if (arn == NULL || is_known(l, arn))
            continue;
        if (json_array_size(l->devices) >= DEVICES_MOST)
            return kt_fail(err, KT_E_LIMIT, "more than %d devices", (int)DEVICES_MOST);
        if (json_array_append(l->devices, device) < 0)
            return kt_fail_nomem(err, 64, "devices");
    }
    return 0;
}

static int on_page(void *ctx, const char *region, const kt_json *answer, kt_error *err)
{
    (void)region;
    return gather(ctx, answer, err);
}

static void on_failed(void *ctx, const char *region, int rc, const kt_error *err)
{
    remember(ctx, region, rc, err);
}

static void on_searched(void *ctx)
{
    search_ended(ctx);
}

static int search(lookup *l, kt_error *err)
{
    KT_OWN(kt_json) *members = json_pack("{s:[],s:i}", "filters", "maxResults", PAGE);
    size_t count = 0;
    while (kt_braket_regions[count] != NULL)
        count++;
    const kt_pages_options options = { .aws = l->aws,
                                       .service = &kt_aws_braket,
                                       .operation = "SearchDevices",
                                       .regions = kt_braket_regions,
                                       .region_count = count,
                                       .members = members,
                                       .page = on_page,
                                       .failed = on_failed,
                                       .done = on_searched,
                                       .ctx = l };
    return members == NULL ? kt_fail_nomem(err, 0, "a search") : kt_pages_walk(&options, err);
}

static int begin(lookup *l, kt_error *err)
{
    if (l->kind != KT_NAME_ARN)
        return search(l, err);
    const int rc = ask_device(l, l->name);
    if (rc < 0 && err != NULL)
        *err = l->first_error;
    return rc;
}

int kt_lookup(kt_aws *aws, const kt_lookup_options *options, kt_looked_up *done, void *ctx, kt_error *err)
{
    kt_name_kind kind = KT_NAME_SHORT;
    kt_device_rule rule = { 0 };
    int rc = kt_device_name_parse(options->name, &kind, &rule, err);
    if (rc == 0 && kind == KT_NAME_LOCAL)
        rc = kt_fail(err, KT_E_INVALID, "'%.80s' is a device on this machine, not one of Braket's", options->name);
    if (rc < 0)
        return rc;
    lookup *l = calloc(1, sizeof(*l));
    if (l == NULL)
        return kt_fail_nomem(err, sizeof(*l), "a lookup");
    *l = (lookup){ .aws = aws,
                   .clock = options->clock,
                   .log = options->log,
                   .arena = kt_arena_new(0),
                   .kind = kind,
                   .rule = rule,
                   .shots = options->shots < 0 ? SHOTS_DEFAULT : options->shots,
                   .devices = json_array(),
                   .done = done,
                   .ctx = ctx };
    l->name = l->arena == NULL ? NULL : kt_arena_printf(l->arena, "%s", options->name);
    rc = l->name == NULL || l->devices == NULL ? kt_fail_nomem(err, 64, "a lookup") : begin(l, err);
    if (rc == 0)
        return 0;
    kt_json_free(l->devices);
    kt_arena_free(l->arena);
    free(l);
    return rc;
}
