/* SPDX-License-Identifier: Apache-2.0 */
/* submit.c - from a task that waits to a task that has an ARN. A bucket first, then a permit, then the call; only so
 * many at once that a permit is seconds old when its call goes out. A full quota holds a lane, never fails it; an
 * answer that was lost is asked for again with the same token as long as the token is trusted, and then the task is
 * looked for by its tag. */
#include "aws/retry.h"
#include "task/batch_priv.h"

#include <stdlib.h>
#include <string.h>

enum { SEARCHES_LEAST = 4 };
#define AGAIN_NS KT_NS_A_S
#define AGAIN_NS_MOST (30 * KT_NS_A_S)
#define FULL_WAIT_NS (2 * KT_NS_A_S)
#define FULL_WAIT_NS_MOST (60 * KT_NS_A_S)

static void on_permit(void *ctx, int rc, kt_permit *take_permit, kt_json *members, const kt_error *err);

/* ---- the permit ---- */

static void end_unsure(kt_batch_entry *entry, const kt_error *error)
{
    kt_error unsure = *error;
    kt_wrap(&unsure, error->code, "not known whether the task was created; `ketch resume` looks again");
    kt_batch_end(entry, KT_ITEM_UNSURE, &unsure);
}

/* A try that ends here, before the service has heard of it. */
static void fail_now(kt_batch_entry *entry, const kt_error *error)
{
    entry->lane->transit--;
    entry->batch->transit--;
    if (entry->may_exist)
        end_unsure(entry, error);
    else
        kt_batch_end(entry, KT_ITEM_FAILED, error);
}

static int set_place(kt_batch_entry *entry, kt_error *err)
{
    const kt_bucket_place *place = &entry->lane->region->place;
    if (json_object_set_new(entry->request, "outputS3Bucket", json_string(place->bucket)) < 0 ||
        json_object_set_new(entry->request, "outputS3KeyPrefix", json_string(place->prefix)) < 0)
        return kt_fail_nomem(err, 0, "a request");
    return 0;
}

static int issue(kt_batch_entry *entry, kt_error *err)
{
    const kt_batch *batch = entry->batch;
    const int rc = set_place(entry, err);
    if (rc < 0)
        return rc;
    const kt_permit_order order = { .run_id = batch->run_id,
                                    .index = entry->item.index,
                                    .attempt = entry->attempt,
                                    .operation = "CreateQuantumTask",
                                    .region = entry->lane->region->name,
                                    .members = entry->request,
                                    .about = entry->about };
    entry->permitted_ns = kt_batch_wall_ns(batch);
    return kt_guard_issue(batch->options.guard, &order, on_permit, entry, err);
}

static char *request_text(const kt_batch_entry *entry)
{
    return json_dumps(entry->request, JSON_COMPACT | JSON_SORT_KEYS);
}

static kt_order_row row_of(const kt_batch_entry *entry, const char *members)
{
    kt_order_row row = { .run_id = entry->batch->run_id,
                         .index = entry->item.index,
                         .attempt = entry->attempt,
                         .operation = "CreateQuantumTask",
                         .region = entry->lane->region->name,
                         .members = kt_view_of(members),
                         .about = entry->about,
                         .permitted_ns = entry->permitted_ns,
                         .state = KT_ORDER_PERMITTED,
                         .arn = "",
                         .error = "" };
    memcpy(row.rid, entry->rid, sizeof(row.rid));
    memcpy(row.token, entry->token, sizeof(row.token));
    memcpy(row.digest, entry->digest, sizeof(row.digest));
    return row;
}

static int renew(kt_batch_entry *entry, kt_error *err)
{
    char *text = request_text(entry);
    if (text == NULL)
        return kt_fail_nomem(err, 0, "a request");
    const kt_order_row row = row_of(entry, text);
    const int rc = kt_guard_renew(entry->batch->options.guard, &row, on_permit, entry, err);
    free(text);
    return rc;
}

static bool is_trusted(const kt_batch_entry *entry)
{
    const kt_order_row row = row_of(entry, "");
    return kt_guard_judge(entry->batch->options.guard, &row) == KT_PERMIT_SEND_AGAIN;
}

static void hunt(kt_batch_entry *entry)
{
    entry->phase = KT_PHASE_HUNT;
    entry->walk = 0;
    entry->absences = 0;
    kt_batch_watch(entry->lane->region, KT_WATCH_NOW);
}

/* A new one, or the same again while that finds the same task. */
static void ask_permit(kt_batch_entry *entry)
{
    kt_batch *batch = entry->batch;
    kt_error error = { 0 };
    const bool is_new = entry->rid[0] == '\0';
    if (!is_new && !is_trusted(entry)) {
        hunt(entry);
        return;
    }
    entry->phase = KT_PHASE_PERMIT;
    entry->lane->transit++;
    batch->transit++;
    kt_batch_ref(batch);
    if ((is_new ? issue(entry, &error) : renew(entry, &error)) < 0) {
        kt_batch_unref(batch);
        fail_now(entry, &error);
    }
}

/* ---- the answer ---- */

void kt_batch_again(kt_batch_entry *entry, int64_t wait_ns)
{
    entry->phase = KT_PHASE_HELD;
    entry->not_before_ns = kt_batch_now_ns(entry->batch) + wait_ns;
    kt_batch_push(&entry->lane->held, entry);
    kt_batch_kick(entry->batch);
}

static int take_arn(kt_batch_entry *entry, const char *arn, kt_error *err)
{
    const kt_json *bucket = json_object_get(entry->request, "outputS3Bucket");
    const kt_json *prefix = json_object_get(entry->request, "outputS3KeyPrefix");
    const char *slash = strrchr(arn, '/');
    KT_BUF_OWN directory;
    kt_buf_init(&directory, 0);
    kt_buf_addf(&directory, "%s/%s", json_string_value(prefix), slash == NULL ? arn : slash + 1);
    int rc = kt_buf_check(&directory, err, "a folder");
    if (rc == 0)
        rc = kt_batch_set_text(&entry->arn, arn, err);
    if (rc == 0)
        rc = kt_batch_set_text(&entry->directory, directory.data, err);
    if (rc == 0)
        rc = kt_batch_set_text(&entry->bucket, json_string_value(bucket), err);
    if (rc == 0 && kt_map_set(entry->batch->by_arn, kt_view_of(arn), entry) < 0)
        rc = kt_fail_nomem(err, strlen(arn), "a task");
    return rc;
}

void kt_batch_created(kt_batch_entry *entry, const char *arn)
{
    kt_error error;
    if (take_arn(entry, arn, &error) < 0) {
        kt_batch_end(entry, KT_ITEM_UNSURE, &error); /* the order stays in the store as it is: resume finds the task */
        return;
    }
    kt_json_free(entry->request);
    entry->request = NULL;
    free(entry->error); /* of a later try, when a search has found what an earlier one made */
    entry->error = NULL;
    entry->item.arn = entry->arn;
    entry->created_ns = kt_batch_wall_ns(entry->batch);
    entry->phase = KT_PHASE_WATCH;
    entry->absences = 0;
    entry->lane->live++;
    kt_batch_record(entry, KT_ORDER_CREATED, NULL);
    kt_batch_set_state(entry, KT_ITEM_CREATED);
    if (entry->cancelling == KT_CANCEL_WANTED)
        kt_batch_cancel_task(entry);
    kt_batch_watch(entry->lane->region, kt_batch_is_submitted(entry->batch) ? KT_WATCH_AFRESH : KT_WATCH_IN_TURN);
}

static void lane_is_full(kt_batch_lane *lane)
{
    const int64_t now = kt_batch_now_ns(lane->batch);
    if (!lane->is_full || lane->live > 0)
        lane->retry_wait_ns = FULL_WAIT_NS;
    else if (now >= lane->retry_ns)
        lane->retry_wait_ns = kt_batch_backoff_ns(lane->retry_wait_ns, 1, FULL_WAIT_NS_MOST);
    lane->is_full = true;
    lane->room = 0;
    lane->full_ns = now;
    lane->retry_ns = now + lane->retry_wait_ns;
}

static void refused(kt_batch_entry *entry, const kt_aws_output *output)
{
    kt_batch *batch = entry->batch;
    const bool is_passing = kt_batch_is_passing(output);
    entry->is_refused = output->status / 100 == 4;
    /* A try before this one may have been heard although its answer was lost. */
    if (output->attempts > 1 || (is_passing && output->rc != KT_E_THROTTLED))
        entry->may_exist = true;
    if (kt_aws_failure_of(output->status, kt_view_of(output->code)) == KT_AWS_FULL) {
        kt_logf(batch->options.log, KT_LOG_DEBUG, "%s: held, %s", entry->lane->region->name, output->error->message);
        lane_is_full(entry->lane);
        kt_batch_again(entry, 0);
    } else if (!is_passing && entry->may_exist && (entry->error = malloc(sizeof(*entry->error))) != NULL) {
        *entry->error = *output->error;
        hunt(entry);
    } else if (!is_passing) {
        kt_batch_end(entry, KT_ITEM_FAILED, output->error);
    } else if (++entry->tries >= KT_BATCH_TRIES_MOST) {
        end_unsure(entry, output->error);
    } else {
        kt_batch_again(entry, kt_batch_backoff_ns(AGAIN_NS, entry->tries - 1, AGAIN_NS_MOST));
    }
}

static void on_answer(void *ctx, const kt_aws_output *output)
{
    kt_batch_entry *entry = ctx;
    kt_batch *batch = entry->batch;
    const char *arn =
        output->members == NULL ? NULL : json_string_value(json_object_get(output->members, "quantumTaskArn"));
    kt_error error;
    entry->call = NULL;
    entry->lane->transit--;
    batch->transit--;
    if (output->rc == 0 && arn != NULL && arn[0] != '\0') {
        kt_batch_created(entry, arn);
    } else if (batch->is_freed || output->rc == KT_E_CANCELLED) {
        entry->phase = KT_PHASE_HELD; /* the store has its permit, that is all that is known */
    } else if (output->rc == 0) {
        kt_fail(&error, KT_E_AWS, "CreateQuantumTask answered without an ARN");
        kt_aws_output odd = *output;
        odd.rc = KT_E_AWS;
        odd.error = &error;
        refused(entry, &odd);
    } else {
        refused(entry, output);
    }
    kt_batch_kick(batch);
    kt_batch_unref(batch);
}

static void send_creation(kt_batch_entry *entry, kt_permit *take_permit)
{
    kt_batch *batch = entry->batch;
    kt_error error = { 0 };
    const kt_aws_input input = { .service = &kt_aws_braket,
                                 .operation = kt_aws_operation_find(&kt_aws_braket, "CreateQuantumTask"),
                                 .region = entry->lane->region->name,
                                 .members = entry->request,
                                 .take_permit = take_permit };
    entry->phase = KT_PHASE_SENDING;
    kt_batch_ref(batch);
    if (kt_aws_send(batch->options.aws, &input, on_answer, entry, &entry->call, &error) < 0) {
        kt_batch_unref(batch);
        fail_now(entry, &error);
        return;
    }
    entry->is_refused = false;
}

static int take_permit_in(kt_batch_entry *entry, const kt_permit *permit, kt_json *members, kt_error *err)
{
    if (strlen(permit->rid) >= sizeof(entry->rid) || strlen(permit->token) >= sizeof(entry->token))
        return kt_fail(err, KT_E_INTERNAL, "a permit with a rid or a token that is too long");
    strcpy(entry->rid, permit->rid);
    strcpy(entry->token, permit->token);
    json_incref(members);
    kt_json_free(entry->request);
    entry->request = members;
    if (entry->is_known_again)
        return 0;
    char *text = request_text(entry);
    if (text == NULL)
        return kt_fail_nomem(err, 0, "a request");
    kt_sha256(text, strlen(text), entry->digest);
    free(text);
    return 0;
}

static void on_permit(void *ctx, int rc, kt_permit *take_permit, kt_json *members, const kt_error *err)
{
    kt_batch_entry *entry = ctx;
    kt_batch *batch = entry->batch;
    kt_error error = { 0 };
    if (rc == 0)
        rc = take_permit_in(entry, take_permit, members, &error);
    else if (err != NULL)
        error = *err;
    if (rc == 0 && !kt_batch_is_idle(batch) && entry->cancelling == KT_CANCEL_NO) {
        send_creation(entry, take_permit);
    } else {
        if (take_permit != NULL)
            take_permit->free(take_permit);
        entry->phase = KT_PHASE_HELD;
        if (rc == 0 && !kt_batch_is_idle(batch)) {
            kt_fail(&error, KT_E_CANCELLED, "cancelled before it was submitted");
            entry->lane->transit--;
            batch->transit--;
            kt_batch_end(entry, KT_ITEM_CANCELLED, &error);
        } else if (!batch->is_freed && rc < 0) {
            fail_now(entry, &error);
        } else {
            entry->lane->transit--;
            batch->transit--;
        }
    }
    kt_batch_kick(batch);
    kt_batch_unref(batch);
}

/* ---- after the hunt ---- */

/* Refused, and no task has its tag: it was never created, so another token can do no harm. */
static void begin_anew(kt_batch_entry *entry)
{
    kt_batch_record(entry, KT_ORDER_FAILED, "refused until its token was too old; asked for again with a new one");
    entry->rid[0] = entry->token[0] = '\0';
    entry->is_known_again = entry->may_exist = entry->is_refused = false;
    entry->tries = 0;
    entry->attempt++;
    json_object_del(json_object_get(entry->request, "tags"), "ketch:rid");
    kt_batch_again(entry, 0);
}

/* A request of just now may be in no search yet, so one is not enough. */
static bool is_looked_for_again(kt_batch_entry *entry)
{
    if (!is_trusted(entry) || ++entry->absences >= SEARCHES_LEAST)
        return false;
    kt_batch_watch(entry->lane->region, KT_WATCH_IN_TURN);
    return true;
}

/* The refusal that made it be looked for. */
static void end_refused(kt_batch_entry *entry)
{
    const kt_error error = *entry->error;
    free(entry->error);
    entry->error = NULL;
    kt_batch_end(entry, KT_ITEM_FAILED, &error);
}

void kt_batch_not_found(kt_batch_entry *entry)
{
    char when[32] = "";
    kt_error error;
    if (is_looked_for_again(entry))
        return;
    if (entry->error != NULL) {
        end_refused(entry);
    } else if (entry->cancelling != KT_CANCEL_NO) {
        kt_fail(&error, KT_E_CANCELLED, "cancelled; no task of it was found");
        kt_batch_end(entry, KT_ITEM_CANCELLED, &error);
    } else if (entry->is_refused) {
        begin_anew(entry);
    } else {
        kt_time_text(entry->permitted_ns, when, sizeof(when), NULL);
        kt_fail(
            &error, KT_E_AWS,
            "its request of %s may or may not have reached Braket, and no task has its tag ketch:rid=%s; look for it"
            " in the console, then run it anew",
            when, entry->rid);
        kt_batch_end(entry, KT_ITEM_UNSURE, &error);
    }
}

/* ---- whose turn it is ---- */

bool kt_batch_is_submitted(const kt_batch *batch)
{
    for (const kt_batch_lane *lane = batch->lanes; lane != NULL; lane = lane->next)
        if (lane->fresh.first != NULL || lane->held.first != NULL)
            return false;
    return batch->transit == 0;
}

static bool may_send(kt_batch_lane *lane, int64_t now_ns, int64_t *due_ns)
{
    if (!lane->is_full || lane->room > 0)
        return true;
    if (lane->live > 0 || lane->transit > 0)
        return false;
    if (lane->retry_ns <= now_ns)
        return true;
    if (lane->retry_ns < *due_ns)
        *due_ns = lane->retry_ns;
    return false;
}

/* Those that were held come first: their tokens are the oldest. */
static kt_batch_entry *next_of(kt_batch_lane *lane, int64_t now_ns, int64_t *due_ns)
{
    kt_batch_entry *entry = kt_batch_take_due(&lane->held, now_ns, due_ns);
    if (entry == NULL && lane->fresh.first != NULL && kt_batch_has_place(lane->region, now_ns, due_ns))
        entry = kt_batch_take_due(&lane->fresh, now_ns, due_ns);
    return entry;
}

void kt_batch_submit(kt_batch *batch, int64_t now_ns, int64_t *due_ns)
{
    for (kt_batch_lane *lane = batch->lanes; lane != NULL; lane = lane->next)
        while (batch->transit < KT_BATCH_TRANSIT_MOST && (lane->held.first != NULL || lane->fresh.first != NULL) &&
               may_send(lane, now_ns, due_ns)) {
            kt_batch_entry *entry = next_of(lane, now_ns, due_ns);
            if (entry == NULL)
                break;
            if (lane->is_full && lane->room > 0)
                lane->room--;
            ask_permit(entry);
        }
}
