/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.c - what is asked about one task by itself, so many at a time: its result from S3, in all its parts, and by
 * GetQuantumTask why it failed or how it does. A result may appear a little later than its task is done, and may break
 * off on its way, so it is asked for several times. */
#include "task/batch_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_BYTES_MOST (UINT64_C(512) << 20)
#define AGAIN_NS (250 * KT_NS_A_MS)
#define AGAIN_NS_MOST (8 * KT_NS_A_S)

static void on_asked(void *ctx, const kt_aws_output *output);
static void on_object(void *ctx, const kt_aws_output *output);

/* ---- sending ---- */

void kt_batch_send_errand(kt_batch_entry *entry, kt_batch_errand errand)
{
    entry->phase = KT_PHASE_ERRAND;
    entry->errand = errand;
    entry->tries = 0;
    entry->not_before_ns = 0;
    kt_batch_push(&entry->batch->errands, entry);
    kt_batch_kick(entry->batch);
}

static void errand_again(kt_batch_entry *entry)
{
    entry->not_before_ns =
        kt_batch_now_ns(entry->batch) + kt_batch_backoff_ns(AGAIN_NS, entry->tries - 1, AGAIN_NS_MOST);
    kt_batch_push(&entry->batch->errands, entry);
}

static kt_json *object_members(const kt_batch_entry *entry)
{
    const char *path = "results.json";
    char *key = NULL;
    if (entry->errand == KT_ERRAND_PART)
        path = kt_task_result_missing(entry->result).paths[0];
    if (asprintf(&key, "%s/%s", entry->directory, path) < 0)
        return NULL;
    kt_json *members = json_pack("{ss, ss}", "Bucket", entry->bucket, "Key", key);
    free(key);
    return members;
}

/* Of a task that goes on nobody may say that it has failed. */
static void give_up(kt_batch_entry *entry, const kt_error *error)
{
    const bool has_ended = entry->is_over;
    kt_batch_over(entry);
    kt_batch_end(entry, has_ended ? KT_ITEM_FAILED : KT_ITEM_UNSURE, error);
}

static void start_errand(kt_batch_entry *entry)
{
    kt_batch *batch = entry->batch;
    const bool is_ask = entry->errand == KT_ERRAND_ASK;
    const kt_aws_service *service = is_ask ? &kt_aws_braket : &kt_aws_s3;
    kt_error error = { 0 };
    int rc = is_ask ? 0 : kt_spool_open(&entry->spool, &error);
    KT_OWN(kt_json) *members =
        is_ask ? json_pack("{ss, s[s]}", "quantumTaskArn", entry->arn, "additionalAttributeNames", "QueueInfo")
               : object_members(entry);
    const kt_aws_input input = { .service = service,
                                 .operation = kt_aws_operation_find(service, is_ask ? "GetQuantumTask" : "GetObject"),
                                 .region = entry->lane->region->name,
                                 .members = members,
                                 .to_file = !is_ask,
                                 .answer_file = entry->spool.file,
                                 .answer_bytes_most = is_ask ? 0 : RESULT_BYTES_MOST };
    kt_batch_ref(batch);
    batch->errands_out++;
    if (rc == 0 && members == NULL)
        rc = kt_fail_nomem(&error, 0, "a request");
    if (rc == 0)
        rc = kt_aws_send(batch->options.aws, &input, is_ask ? on_asked : on_object, entry, &entry->call, &error);
    if (rc < 0) {
        batch->errands_out--;
        kt_spool_close(&entry->spool);
        give_up(entry, &error);
        kt_batch_unref(batch);
    }
}

void kt_batch_errands(kt_batch *batch, int64_t now_ns, int64_t *due_ns)
{
    while (batch->errands_out < KT_BATCH_ERRANDS_MOST) {
        kt_batch_entry *entry = kt_batch_take_due(&batch->errands, now_ns, due_ns);
        if (entry == NULL)
            break;
        start_errand(entry);
    }
}

/* Every answer begins and ends so. */
static bool is_wanted(kt_batch_entry *entry)
{
    entry->call = NULL;
    entry->batch->errands_out--;
    return !kt_batch_is_idle(entry->batch);
}

static void leave_errand(kt_batch *batch)
{
    kt_batch_kick(batch);
    kt_batch_unref(batch);
}

/* ---- GetQuantumTask ---- */

static void ask_failed(kt_batch_entry *entry, const kt_aws_output *output)
{
    kt_error error;
    if (kt_batch_is_passing(output) && ++entry->tries < KT_BATCH_ERRAND_TRIES_MOST) {
        errand_again(entry);
    } else if (entry->is_over) {
        kt_fail(&error, KT_E_FAILED, "the task failed; its reason could not be had: %s", output->error->message);
        kt_batch_end(entry, KT_ITEM_FAILED, &error);
    } else if (output->status == 404 || kt_batch_is_passing(output) || !entry->lane->region->is_refused) {
        entry->phase = KT_PHASE_WATCH; /* searches still tell of it */
        kt_batch_watch(entry->lane->region, KT_WATCH_IN_TURN);
    } else {
        give_up(entry, output->error);
    }
}

static void on_asked(void *ctx, const kt_aws_output *output)
{
    kt_batch_entry *entry = ctx;
    kt_batch *batch = entry->batch;
    if (is_wanted(entry)) {
        if (output->rc < 0) {
            ask_failed(entry, output);
        } else {
            entry->phase = KT_PHASE_WATCH;
            kt_batch_heard(entry, output->members, true);
            if (entry->phase == KT_PHASE_WATCH)
                kt_batch_watch(entry->lane->region, KT_WATCH_IN_TURN);
        }
    }
    leave_errand(batch);
}

/* ---- S3 ---- */

/* A failed program set has an error already; what it has left comes with it. */
static void end_with_result(kt_batch_entry *entry)
{
    kt_error error;
    if (entry->error == NULL) {
        kt_batch_end(entry, KT_ITEM_DONE, NULL);
        return;
    }
    error = *entry->error;
    free(entry->error);
    entry->error = NULL;
    kt_batch_end(entry, KT_ITEM_FAILED, &error);
}

static void result_failed(kt_batch_entry *entry, const kt_error *error)
{
    kt_error why = *error;
    kt_task_result_free(entry->result);
    entry->result = NULL;
    kt_spool_close(&entry->raw);
    if (entry->error != NULL) {
        end_with_result(entry);
        return;
    }
    kt_wrap(&why, error->code, "the task is completed, but s3://%s/%s/results.json can't be used", entry->bucket,
            entry->directory);
    kt_batch_end(entry, KT_ITEM_FAILED, &why);
}

/* A text that can't be read may have been cut; one that can't be read twice is so. */
static void result_trouble(kt_batch_entry *entry, bool may_pass, int tries_most, const kt_error *error)
{
    if (!may_pass || ++entry->tries >= tries_most) {
        result_failed(entry, error);
        return;
    }
    if (entry->errand == KT_ERRAND_RESULT)
        kt_spool_close(&entry->raw);
    errand_again(entry);
}

/* The first object is kept as it came; a part lives on in the result only. */
static int take_object(kt_batch_entry *entry, uint64_t bytes, kt_error *err)
{
    kt_view text;
    int rc = kt_spool_read(&entry->spool, bytes, &text, err);
    if (rc == 0 && entry->errand == KT_ERRAND_PART) {
        rc = kt_task_result_add_part(entry->result, kt_task_result_missing(entry->result).paths[0], text, err);
        kt_spool_close(&entry->spool);
    } else if (rc == 0) {
        rc = kt_task_result_new(text, entry->shots, &entry->result, err);
        kt_spool_close(&entry->raw);
        entry->raw = entry->spool;
        entry->spool = (kt_spool){ 0 };
    }
    return rc;
}

static void on_object(void *ctx, const kt_aws_output *output)
{
    kt_batch_entry *entry = ctx;
    kt_batch *batch = entry->batch;
    kt_error error = { 0 };
    if (!is_wanted(entry)) {
        kt_spool_close(&entry->spool);
        leave_errand(batch);
        return;
    }
    if (output->rc < 0) {
        kt_spool_close(&entry->spool);
        const bool may_come = output->status == 404 && entry->error == NULL;
        result_trouble(entry, may_come || kt_batch_is_passing(output), KT_BATCH_ERRAND_TRIES_MOST, output->error);
    } else if (take_object(entry, output->body_bytes, &error) < 0) {
        kt_spool_close(&entry->spool);
        result_trouble(entry, error.code != KT_E_NOMEM, 3, &error);
    } else if (kt_task_result_missing(entry->result).count > 0) {
        kt_batch_send_errand(entry, KT_ERRAND_PART);
    } else {
        end_with_result(entry);
    }
    leave_errand(batch);
}
