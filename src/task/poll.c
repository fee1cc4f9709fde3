/* SPDX-License-Identifier: Apache-2.0 */
/* poll.c - how the tasks of a region are doing: one search a poll, all its pages, from the oldest unfinished task on.
 * The same search finds a task by its tag when its ARN never came. A task that searches don't show is asked about by
 * itself, in the end. The interval grows while nothing ends, and with what is still to be done. */
#include "task/batch_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
    POLL_MS = 1000,
    INTERVAL_MS_CALM = 2000, /* as long as the interval grows without many tasks */
    INTERVAL_MS_A_TASK = 6,
    INTERVAL_MS_MOST = 30000,
    PART_OF_WAIT = 10, /* a wait is made longer by a tenth at most */
    PAGE = 100,
    ABSENCES_MOST = 3,
    ASKED_A_POLL_MOST = 16,
    CLOCK_SLACK_S = 5,
    HUNT_SLACK_S = 300
};
#define ABSENT_NS (10 * KT_NS_A_S)
#define QUEUED_NS (3 * KT_NS_A_S) /* a queue that is worth a call; simulators have none */

static void ask_page(kt_batch_region *region, const char *next_token);

/* ---- what a task says ---- */

static const char *text_of(const kt_json *members, const char *name)
{
    const char *text = json_string_value(json_object_get(members, name));
    return text == NULL ? "" : text;
}

static const struct {
    const char *status;
    kt_item_state state;
} states[] = {
    { "CREATED", KT_ITEM_CREATED },    { "QUEUED", KT_ITEM_QUEUED }, { "RUNNING", KT_ITEM_RUNNING },
    { "COMPLETED", KT_ITEM_FETCHING }, { "FAILED", KT_ITEM_FAILED }, { "CANCELLED", KT_ITEM_CANCELLED },
};

static void take_place(kt_batch_entry *entry, const kt_json *members)
{
    const char *bucket = text_of(members, "outputS3Bucket"), *directory = text_of(members, "outputS3Directory");
    int64_t created_ns = 0;
    kt_error error; /* without memory the guess that is there already stays */
    if (bucket[0] != '\0' && strcmp(bucket, entry->bucket) != 0)
        (void)kt_batch_set_text(&entry->bucket, bucket, &error);
    if (directory[0] != '\0' && strcmp(directory, entry->directory) != 0)
        (void)kt_batch_set_text(&entry->directory, directory, &error);
    if (!entry->created_is_exact &&
        kt_time_parse(kt_view_of(text_of(members, "createdAt")), &created_ns, &error) == 0) {
        entry->created_ns = created_ns;
        entry->created_is_exact = true;
    }
}

/* Positions come as "3" or ">2000", and as "None" from a task that has left the queue. */
static void take_position(kt_batch_entry *entry, const kt_json *members)
{
    const char *position = text_of(json_object_get(members, "queueInfo"), "position");
    if (strcmp(position, "None") == 0 || strlen(position) >= KT_BATCH_POSITION_BYTES)
        position = "";
    if (entry->item.state != KT_ITEM_QUEUED || strcmp(position, entry->queue_position) == 0)
        return;
    strcpy(entry->queue_position, position);
    if (!entry->batch->is_freed && entry->batch->options.changed != NULL)
        entry->batch->options.changed(entry->batch->options.ctx, &entry->item);
}

static void end_failed(kt_batch_entry *entry, const kt_json *members)
{
    const char *reason = text_of(members, "failureReason");
    const char *kind = text_of(json_object_get(members, "actionMetadata"), "actionType");
    kt_error error;
    kt_fail(&error, KT_E_FAILED, "the task failed: %s", reason[0] == '\0' ? "Braket gives no reason" : reason);
    if (strstr(kind, "program_set") == NULL) {
        kt_batch_end(entry, KT_ITEM_FAILED, &error);
        return;
    }
    entry->error = malloc(sizeof(error)); /* with what a program set has left of its results */
    if (entry->error == NULL) {
        kt_batch_end(entry, KT_ITEM_FAILED, &error);
        return;
    }
    *entry->error = error;
    kt_batch_send_errand(entry, KT_ERRAND_RESULT);
}

void kt_batch_heard(kt_batch_entry *entry, const kt_json *members, bool is_whole)
{
    const char *status = text_of(members, "status");
    kt_error error;
    size_t i = 0;
    while (i < KT_COUNT(states) && strcmp(states[i].status, status) != 0)
        i++;
    take_place(entry, members);
    if (i == KT_COUNT(states)) /* CANCELLING, or a state that is yet to be invented */
        return;
    const kt_item_state state = states[i].state;
    if (state < KT_ITEM_FETCHING) {
        if (state > entry->item.state) /* searches may be older than what was heard before */
            kt_batch_set_state(entry, state);
        if (is_whole)
            take_position(entry, members);
        return;
    }
    kt_batch_over(entry);
    if (state == KT_ITEM_FETCHING) {
        kt_batch_set_state(entry, state);
        kt_batch_send_errand(entry, KT_ERRAND_RESULT);
    } else if (state == KT_ITEM_FAILED && !is_whole) {
        kt_batch_send_errand(entry, KT_ERRAND_ASK);
    } else if (state == KT_ITEM_FAILED) {
        end_failed(entry, members);
    } else {
        kt_fail(&error, KT_E_CANCELLED, "the task was cancelled");
        kt_batch_end(entry, KT_ITEM_CANCELLED, &error);
    }
}

/* ---- cancelling ---- */

static void on_cancelled(void *ctx, const kt_aws_output *output)
{
    kt_batch_entry *entry = ctx;
    kt_batch *batch = entry->batch;
    entry->call = NULL;
    if (output->rc < 0 && kt_batch_is_passing(output))
        entry->cancelling = KT_CANCEL_WANTED;                                     /* the next poll does it again */
    else if (output->rc < 0 && output->status != 409 && !kt_batch_is_idle(batch)) /* 409: it has ended meanwhile */
        kt_logf(batch->options.log, KT_LOG_WARN, "%s: %s", entry->arn, output->error->message);
    if (!kt_batch_is_idle(batch))
        kt_batch_watch(entry->lane->region, KT_WATCH_IN_TURN);
    kt_batch_unref(batch);
}

void kt_batch_cancel_task(kt_batch_entry *entry)
{
    kt_batch *batch = entry->batch;
    KT_OWN(kt_json) *members = json_pack("{ss}", "quantumTaskArn", entry->arn);
    kt_error error;
    if (entry->call != NULL || entry->phase != KT_PHASE_WATCH || members == NULL)
        return;
    const kt_aws_input input = { .service = &kt_aws_braket,
                                 .operation = kt_aws_operation_find(&kt_aws_braket, "CancelQuantumTask"),
                                 .region = entry->lane->region->name,
                                 .members = members };
    entry->cancelling = KT_CANCEL_SENT;
    kt_batch_ref(batch);
    if (kt_aws_send(batch->options.aws, &input, on_cancelled, entry, &entry->call, &error) < 0) {
        kt_logf(batch->options.log, KT_LOG_WARN, "%s: %s", entry->arn, error.message);
        kt_batch_unref(batch);
    }
}

/* ---- a search ---- */

static bool is_here(const kt_batch_region *region, size_t i)
{
    return region->batch->entries[i]->lane->region == region;
}

/* From when on: false when there is nothing to look for. */
static bool begin_walk(kt_batch_region *region, int64_t *since_ns)
{
    const kt_batch *batch = region->batch;
    bool has_any = false;
    region->walk++;
    *since_ns = INT64_MAX;
    for (size_t i = 0; i < batch->count; i++) {
        kt_batch_entry *e = batch->entries[i];
        int64_t from_ns = e->created_ns - (e->created_is_exact ? 0 : CLOCK_SLACK_S * KT_NS_A_S);
        if (!is_here(region, i) || (e->phase != KT_PHASE_WATCH && e->phase != KT_PHASE_HUNT))
            continue;
        if (e->phase == KT_PHASE_HUNT) {
            e->walk = region->walk;
            from_ns = e->permitted_ns - HUNT_SLACK_S * KT_NS_A_S;
        }
        if (from_ns < *since_ns)
            *since_ns = from_ns;
        has_any = true;
    }
    return has_any;
}

static void next_poll(kt_batch_region *region, int64_t newest_ns)
{
    kt_batch *batch = region->batch;
    int64_t most_ms = INTERVAL_MS_CALM, waited_ms = (kt_batch_wall_ns(batch) - newest_ns) / KT_NS_A_MS / PART_OF_WAIT;
    if (most_ms < (int64_t)batch->unfinished * INTERVAL_MS_A_TASK)
        most_ms = (int64_t)batch->unfinished * INTERVAL_MS_A_TASK;
    if (most_ms < waited_ms)
        most_ms = waited_ms;
    if (most_ms > INTERVAL_MS_MOST)
        most_ms = INTERVAL_MS_MOST;
    /* When nothing is left to submit, the last ones are waited for as if they were the only ones. */
    if (region->has_changed && kt_batch_is_submitted(batch))
        region->interval_ms = region->poll_ms;
    else
        region->interval_ms += region->interval_ms / 2;
    region->has_changed = false;
    if (region->interval_ms > most_ms)
        region->interval_ms = most_ms;
    if (region->interval_ms < region->poll_ms)
        region->interval_ms = region->poll_ms;
    kt_batch_watch(region, KT_WATCH_IN_TURN);
}

/* After the last page, or a page that did not come: who was missing, and who is asked how long its queue is. */
static void after_walk(kt_batch_region *region, bool is_complete)
{
    kt_batch *batch = region->batch;
    kt_batch_entry *oldest = NULL;
    size_t asked = 0;
    int64_t newest_ns = 0;
    const int64_t now_ns = kt_batch_wall_ns(batch);
    for (size_t i = 0; i < batch->count; i++) {
        kt_batch_entry *e = batch->entries[i];
        if (!is_here(region, i))
            continue;
        if (e->phase == KT_PHASE_HUNT && is_complete && e->walk == region->walk)
            kt_batch_not_found(e);
        if (e->phase != KT_PHASE_WATCH)
            continue;
        newest_ns = e->created_ns > newest_ns ? e->created_ns : newest_ns;
        e->absences = e->walk == region->walk ? 0 : e->absences + (is_complete || region->is_refused);
        if (e->cancelling == KT_CANCEL_WANTED)
            kt_batch_cancel_task(e);
        if (e->item.state == KT_ITEM_QUEUED && now_ns - e->item.since_ns > QUEUED_NS &&
            (oldest == NULL || e->created_ns < oldest->created_ns))
            oldest = e;
        const bool is_missing =
            region->is_refused || (e->absences >= ABSENCES_MOST && now_ns - e->created_ns > ABSENT_NS);
        if (is_missing && asked < ASKED_A_POLL_MOST && e->call == NULL) {
            asked++;
            e->absences = 0;
            kt_batch_send_errand(e, KT_ERRAND_ASK);
        }
    }
    if (batch->options.asks_queue && oldest != NULL && oldest->phase == KT_PHASE_WATCH && oldest->call == NULL)
        kt_batch_send_errand(oldest, KT_ERRAND_ASK);
    next_poll(region, newest_ns);
}

static void take_task(kt_batch_region *region, const kt_json *task)
{
    const kt_batch *batch = region->batch;
    const char *arn = text_of(task, "quantumTaskArn");
    const char *rid = text_of(json_object_get(task, "tags"), "ketch:rid");
    kt_batch_entry *entry = kt_map_get(batch->by_arn, kt_view_of(arn));
    for (size_t i = 0; entry == NULL && rid[0] != '\0' && i < batch->count; i++) {
        kt_batch_entry *e = batch->entries[i];
        if (e->phase == KT_PHASE_HUNT && is_here(region, i) && strcmp(e->rid, rid) == 0) {
            kt_batch_created(e, arn);
            entry = e;
        }
    }
    if (entry == NULL || entry->phase != KT_PHASE_WATCH)
        return;
    entry->walk = region->walk;
    kt_batch_heard(entry, task, false);
}

static void search_failed(kt_batch_region *region, const kt_aws_output *output)
{
    kt_batch *batch = region->batch;
    kt_logf(batch->options.log, KT_LOG_WARN, "%s: %s", region->name, output->error->message);
    region->is_refused = !kt_batch_is_passing(output);
    if (region->is_refused)
        for (size_t i = 0; i < batch->count; i++)
            if (batch->entries[i]->phase == KT_PHASE_HUNT && is_here(region, i))
                kt_batch_end(batch->entries[i], KT_ITEM_UNSURE, output->error);
    after_walk(region, false);
}

static void on_page(void *ctx, const kt_aws_output *output)
{
    kt_batch_region *region = ctx;
    kt_batch *batch = region->batch;
    const kt_json *tasks = output->members == NULL ? NULL : json_object_get(output->members, "quantumTasks");
    const char *next_token = output->members == NULL ? "" : text_of(output->members, "nextToken");
    region->call = NULL;
    if (kt_batch_is_idle(batch)) {
        region->is_walking = false;
    } else if (output->rc < 0) {
        region->is_walking = false;
        search_failed(region, output);
    } else {
        region->is_refused = false;
        for (size_t i = 0; i < json_array_size(tasks) && !kt_batch_is_idle(batch); i++)
            take_task(region, json_array_get(tasks, i));
        if (next_token[0] != '\0' && !kt_batch_is_idle(batch)) {
            ask_page(region, next_token);
        } else {
            region->is_walking = false;
            if (!kt_batch_is_idle(batch))
                after_walk(region, true);
        }
    }
    kt_batch_unref(batch);
}

static void ask_page(kt_batch_region *region, const char *next_token)
{
    kt_batch *batch = region->batch;
    kt_error error = { 0 };
    KT_OWN(kt_json) *members =
        json_pack("{s[{ss, ss, s[s]}], si, ss*}", "filters", "name", "createdAt", "operator", "GTE", "values",
                  region->since, "maxResults", (int)PAGE, "nextToken", next_token);
    const kt_aws_input input = { .service = &kt_aws_braket,
                                 .operation = kt_aws_operation_find(&kt_aws_braket, "SearchQuantumTasks"),
                                 .region = region->name,
                                 .members = members };
    int rc = members == NULL ? kt_fail_nomem(&error, 0, "a search") : 0;
    kt_batch_ref(batch);
    if (rc == 0)
        rc = kt_aws_send(batch->options.aws, &input, on_page, region, &region->call, &error);
    if (rc < 0) {
        kt_logf(batch->options.log, KT_LOG_WARN, "%s: %s", region->name, error.message);
        region->is_walking = false;
        kt_batch_watch(region, KT_WATCH_IN_TURN);
        kt_batch_unref(batch);
    }
}

/* ---- when ---- */

static void on_time(uv_timer_t *timer)
{
    kt_batch_region *region = timer->data;
    int64_t since_ns;
    kt_error error;
    if (region->is_walking || !begin_walk(region, &since_ns))
        return;
    region->is_walking = true;
    if (since_ns < 0 || kt_time_text(since_ns, region->since, sizeof(region->since), &error) < 0)
        strcpy(region->since, "2020-01-01T00:00:00.000Z"); /* before Braket */
    ask_page(region, NULL);
}

void kt_batch_watch(kt_batch_region *region, kt_batch_when when)
{
    kt_batch *batch = region->batch;
    const bool is_set = uv_is_active((uv_handle_t *)&region->timer);
    if (when == KT_WATCH_AFRESH)
        region->interval_ms = region->poll_ms;
    if (kt_batch_is_idle(batch) || !batch->is_started || region->is_walking || batch->has_ended)
        return;
    const uint64_t wait_ms = when == KT_WATCH_NOW ? 0 : (uint64_t)region->interval_ms;
    if (!is_set || (when != KT_WATCH_IN_TURN && uv_timer_get_due_in(&region->timer) > wait_ms))
        uv_timer_start(&region->timer, on_time, wait_ms, 0);
}

void kt_batch_poll_init(kt_batch_region *region)
{
    region->poll_ms = region->batch->options.poll_ms > 0 ? region->batch->options.poll_ms : POLL_MS;
    region->interval_ms = region->poll_ms;
    uv_timer_init(region->batch->options.loop, &region->timer);
    region->timer.data = region;
}
