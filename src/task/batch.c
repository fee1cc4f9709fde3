/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c - a batch from its making to its end: its entries, what becomes of them, cancelling and leaving. */
#include "task/batch_priv.h"

#include <stdlib.h>
#include <string.h>

/* So long without a refusal, and a full quota is taken to have room again. */
#define FULL_NS (10 * KT_NS_A_S)

/* ---- small services ---- */

int64_t kt_batch_wall_ns(const kt_batch *batch)
{
    return batch->options.clock->wall_ns(batch->options.clock->ctx);
}

int64_t kt_batch_now_ns(const kt_batch *batch)
{
    return batch->options.clock->monotonic_ns(batch->options.clock->ctx);
}

void kt_batch_push(kt_batch_list *list, kt_batch_entry *entry)
{
    entry->next = NULL;
    if (list->last == NULL)
        list->first = entry;
    else
        list->last->next = entry;
    list->last = entry;
}

kt_batch_entry *kt_batch_take_due(kt_batch_list *list, int64_t now_ns, int64_t *due_ns)
{
    kt_batch_entry *before = NULL;
    for (kt_batch_entry *e = list->first; e != NULL; before = e, e = e->next) {
        if (e->not_before_ns > now_ns) {
            if (e->not_before_ns < *due_ns)
                *due_ns = e->not_before_ns;
            continue;
        }
        if (before == NULL)
            list->first = e->next;
        else
            before->next = e->next;
        if (list->last == e)
            list->last = before;
        e->next = NULL;
        return e;
    }
    return NULL;
}

int64_t kt_batch_backoff_ns(int64_t base_ns, int times, int64_t most_ns)
{
    while (times-- > 0 && base_ns < most_ns)
        base_ns *= 2;
    return base_ns < most_ns ? base_ns : most_ns;
}

/* An answer that can't be read may hide anything, so it is asked for again; one that came from this side (no keys, a
 * request that can't be made) stays as it is. */
bool kt_batch_is_passing(const kt_aws_output *output)
{
    if (output->rc == KT_E_NETWORK || output->rc == KT_E_THROTTLED)
        return true;
    return output->status >= 500 || output->status / 100 == 2;
}

int kt_batch_set_text(char **text, const char *value, kt_error *err)
{
    char *copy = strdup(value == NULL ? "" : value);
    if (copy == NULL)
        return kt_fail_nomem(err, strlen(value == NULL ? "" : value), "a text");
    free(*text);
    *text = copy;
    return 0;
}

/* ---- memory ---- */

void kt_batch_entry_free(kt_batch_entry *entry)
{
    if (entry == NULL)
        return;
    kt_json_free(entry->request);
    free(entry->about);
    free(entry->arn);
    free(entry->bucket);
    free(entry->directory);
    free(entry->error);
    kt_task_result_free(entry->result);
    kt_spool_close(&entry->spool);
    kt_spool_close(&entry->raw);
    free(entry);
}

static void destroy(kt_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        kt_batch_entry_free(batch->entries[i]);
    free(batch->entries);
    for (kt_batch_lane *lane = batch->lanes, *next; lane != NULL; lane = next) {
        next = lane->next;
        free(lane->device_arn);
        free(lane);
    }
    for (kt_batch_region *region = batch->regions, *next; region != NULL; region = next) {
        next = region->next;
        free(region->name);
        free(region);
    }
    kt_map_free(batch->by_arn);
    free(batch->run_id);
    free(batch);
}

void kt_batch_ref(kt_batch *batch)
{
    batch->references++;
}

void kt_batch_unref(kt_batch *batch)
{
    if (--batch->references == 0)
        destroy(batch);
}

/* ---- what becomes of an entry ---- */

static void tell(kt_batch_entry *entry)
{
    kt_batch *batch = entry->batch;
    if (!batch->is_freed && batch->options.changed != NULL)
        batch->options.changed(batch->options.ctx, &entry->item);
}

void kt_batch_set_state(kt_batch_entry *entry, kt_item_state state)
{
    if (entry->item.state == state)
        return;
    entry->item.state = state;
    entry->item.since_ns = kt_batch_wall_ns(entry->batch);
    if (state != KT_ITEM_QUEUED)
        entry->queue_position[0] = '\0';
    tell(entry);
}

static void on_recorded(void *ctx, int rc, const kt_error *err)
{
    kt_batch *batch = ctx;
    batch->writes_out--;
    if (rc < 0 && batch->store_error.code == KT_OK && err != NULL)
        batch->store_error = *err;
    kt_batch_kick(batch);
    kt_batch_unref(batch);
}

void kt_batch_record(kt_batch_entry *entry, kt_order_state state, const char *error)
{
    kt_batch *batch = entry->batch;
    kt_error err;
    if (entry->rid[0] == '\0')
        return;
    if (kt_store_move_order(batch->options.store, entry->rid, state, entry->arn, error, on_recorded, batch, &err) < 0) {
        if (batch->store_error.code == KT_OK)
            batch->store_error = err;
        return;
    }
    batch->writes_out++;
    kt_batch_ref(batch);
}

void kt_batch_over(kt_batch_entry *entry)
{
    kt_batch_lane *lane = entry->lane;
    if (entry->is_over)
        return;
    entry->is_over = true;
    lane->live--;
    lane->room++;
    lane->region->has_changed = true;
    if (lane->is_full && kt_batch_now_ns(entry->batch) - lane->full_ns > FULL_NS)
        lane->is_full = false;
    kt_batch_kick(entry->batch);
}

static const kt_order_state order_states[] = {
    [KT_ITEM_DONE] = KT_ORDER_COMPLETED,
    [KT_ITEM_FAILED] = KT_ORDER_FAILED,
    [KT_ITEM_CANCELLED] = KT_ORDER_CANCELLED,
};

/* What nobody knows the end of stays in the store as it is: a later resume may know more. */
static bool is_settled(const kt_batch_entry *entry, kt_item_state state)
{
    return state != KT_ITEM_UNSURE && !(state == KT_ITEM_FAILED && entry->is_over && entry->phase == KT_PHASE_ERRAND &&
                                        entry->item.state == KT_ITEM_FETCHING);
}

static void let_raw_result_go(kt_batch_entry *entry)
{
    entry->item.raw_result = (kt_view){ NULL, 0 };
    kt_spool_close(&entry->raw);
}

static void let_result_go(kt_batch_entry *entry)
{
    entry->item.result = NULL;
    kt_task_result_free(entry->result);
    entry->result = NULL;
}

void kt_batch_end(kt_batch_entry *entry, kt_item_state state, const kt_error *error)
{
    kt_batch *batch = entry->batch;
    if (error != NULL && entry->error == NULL)
        entry->error = malloc(sizeof(*error));
    if (error != NULL && entry->error != NULL)
        *entry->error = *error;
    if (is_settled(entry, state))
        kt_batch_record(entry, order_states[state], error == NULL ? NULL : error->message);
    else if (state == KT_ITEM_FAILED) /* the task was fine, its result could not be had */
        kt_batch_record(entry, KT_ORDER_COMPLETED, error->message);
    entry->phase = KT_PHASE_END;
    entry->item.error = entry->error;
    entry->item.result = entry->result;
    entry->item.raw_result = kt_spool_view(&entry->raw);
    kt_json_free(entry->request);
    entry->request = NULL;
    batch->unfinished--;
    kt_batch_set_state(entry, state);
    if (!batch->options.keeps_raw_results)
        let_raw_result_go(entry);
    if (!batch->options.keeps_results)
        let_result_go(entry);
    else if (entry->result != NULL)
        kt_task_result_forget_json(entry->result);
    kt_batch_kick(batch);
}

/* ---- the loop's look ---- */

/* Only the first time: what an earlier process has seen the end of. */
static void tell_old_ends(kt_batch *batch)
{
    for (size_t i = 0; i < batch->count && !batch->is_freed; i++)
        if (batch->entries[i]->phase == KT_PHASE_END && batch->entries[i]->is_known_again)
            tell(batch->entries[i]);
}

static void end_batch(kt_batch *batch)
{
    kt_error error;
    int rc = 0;
    if (batch->unfinished > 0)
        rc = kt_fail(&error, KT_E_CANCELLED, "left; %zu tasks go on without us", batch->unfinished);
    else if (batch->store_error.code != KT_OK)
        rc = (error = batch->store_error).code;
    batch->has_ended = true;
    for (kt_batch_region *region = batch->regions; region != NULL; region = region->next)
        uv_timer_stop(&region->timer);
    if (batch->options.ended != NULL)
        batch->options.ended(batch->options.ctx, rc, rc < 0 ? &error : NULL);
}

static void on_tick(uv_timer_t *timer)
{
    kt_batch *batch = timer->data;
    const int64_t now = kt_batch_now_ns(batch), never = INT64_MAX;
    int64_t due = never;
    if (batch->has_ended)
        return;
    if (!kt_batch_is_idle(batch)) {
        kt_batch_submit(batch, now, &due);
        kt_batch_errands(batch, now, &due);
    }
    if ((batch->unfinished == 0 || (batch->is_left && batch->transit == 0)) && batch->writes_out == 0)
        end_batch(batch);
    else if (due < never && !uv_is_active((uv_handle_t *)timer))
        uv_timer_start(timer, on_tick, (uint64_t)((due - now) / KT_NS_A_MS + 1), 0);
}

void kt_batch_kick(kt_batch *batch)
{
    if (!batch->is_freed && batch->is_started && !batch->has_ended)
        uv_timer_start(&batch->tick, on_tick, 0, 0);
}

/* ---- making ---- */

int kt_batch_new(const kt_batch_options *options, kt_batch **out, kt_error *err)
{
    kt_batch *batch = calloc(1, sizeof(*batch));
    if (batch == NULL)
        return kt_fail_nomem(err, sizeof(*batch), "a batch");
    *batch = (kt_batch){ .options = *options, .references = 1, .by_arn = kt_map_new(NULL) };
    int rc = batch->by_arn == NULL ? kt_fail_nomem(err, 0, "a batch") : 0;
    if (rc == 0)
        rc = kt_batch_set_text(&batch->run_id, options->run_id, err);
    if (rc == 0)
        rc = kt_buckets_new(options->aws, options->s3, &batch->buckets, err);
    if (rc < 0) {
        destroy(batch);
        return rc;
    }
    uv_timer_init(options->loop, &batch->tick);
    batch->tick.data = batch;
    *out = batch;
    return 0;
}

/* ---- its life ---- */

int kt_batch_start(kt_batch *batch, kt_error *err)
{
    if (batch->is_started)
        return kt_fail(err, KT_E_INTERNAL, "a batch is started once");
    batch->is_started = true;
    tell_old_ends(batch);
    for (kt_batch_region *region = batch->regions; region != NULL; region = region->next)
        kt_batch_watch(region, KT_WATCH_NOW);
    kt_batch_kick(batch);
    return 0;
}

size_t kt_batch_count(const kt_batch *batch)
{
    return batch->count;
}

const kt_item *kt_batch_item(const kt_batch *batch, size_t index)
{
    return &batch->entries[index]->item;
}

static void end_cancelled(kt_batch_entry *entry)
{
    kt_error error;
    kt_fail(&error, KT_E_CANCELLED, "cancelled before it was submitted");
    kt_batch_end(entry, KT_ITEM_CANCELLED, &error);
}

/* Those that wait in a lane and certainly are no tasks yet; a token that was sent may have made one, so such an entry
 * is looked for first. */
static void cancel_waiting(kt_batch_list *list)
{
    kt_batch_entry *next;
    for (kt_batch_entry *e = list->first; e != NULL; e = next) {
        next = e->next;
        if (!e->may_exist) {
            end_cancelled(e);
        } else {
            e->phase = KT_PHASE_HUNT;
            kt_batch_watch(e->lane->region, KT_WATCH_NOW);
        }
    }
    *list = (kt_batch_list){ NULL, NULL };
}

void kt_batch_cancel(kt_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        kt_batch_entry *entry = batch->entries[i];
        if (entry->phase == KT_PHASE_END || entry->is_over || entry->cancelling != KT_CANCEL_NO)
            continue;
        entry->cancelling = KT_CANCEL_WANTED;
        if (entry->arn != NULL)
            kt_batch_cancel_task(entry);
    }
    for (kt_batch_lane *lane = batch->lanes; lane != NULL; lane = lane->next) {
        cancel_waiting(&lane->fresh);
        cancel_waiting(&lane->held);
    }
}

static void take_from(kt_batch_list *list, const kt_batch_entry *entry)
{
    kt_batch_entry *before = NULL;
    for (kt_batch_entry *e = list->first; e != NULL; before = e, e = e->next) {
        if (e != entry)
            continue;
        if (before == NULL)
            list->first = e->next;
        else
            before->next = e->next;
        if (list->last == e)
            list->last = before;
        e->next = NULL;
        return;
    }
}

/* Indexes ascend, and mostly have no gaps. */
static kt_batch_entry *entry_at(const kt_batch *batch, uint32_t index)
{
    size_t i = index < batch->count ? index : batch->count;
    if (i < batch->count && batch->entries[i]->item.index == index)
        return batch->entries[i];
    while (i > 0 && batch->entries[i - 1]->item.index > index)
        i--;
    return i > 0 && batch->entries[i - 1]->item.index == index ? batch->entries[i - 1] : NULL;
}

void kt_batch_cancel_one(kt_batch *batch, uint32_t index)
{
    kt_batch_entry *entry = entry_at(batch, index);
    if (entry == NULL || entry->phase == KT_PHASE_END || entry->is_over || entry->cancelling != KT_CANCEL_NO)
        return;
    entry->cancelling = KT_CANCEL_WANTED;
    if (entry->arn != NULL)
        kt_batch_cancel_task(entry);
    if (entry->phase != KT_PHASE_NEW && entry->phase != KT_PHASE_HELD)
        return;
    take_from(&entry->lane->fresh, entry);
    take_from(&entry->lane->held, entry);
    cancel_waiting(&(kt_batch_list){ entry, entry });
}

kt_task_result *kt_batch_take_result(kt_batch *batch, uint32_t index)
{
    kt_batch_entry *entry = entry_at(batch, index);
    if (entry == NULL || entry->item.result == NULL)
        return NULL;
    entry->item.result = NULL;
    return KT_GIVE(entry->result);
}

/* Answers of submissions are waited for: they bring the ARNs. */
static void stop_looking(kt_batch *batch, bool submissions_too)
{
    for (kt_batch_region *region = batch->regions; region != NULL; region = region->next) {
        uv_timer_stop(&region->timer);
        if (region->call != NULL)
            kt_aws_cancel(region->call);
    }
    for (size_t i = 0; i < batch->count; i++)
        if (batch->entries[i]->call != NULL && (submissions_too || batch->entries[i]->phase != KT_PHASE_SENDING))
            kt_aws_cancel(batch->entries[i]->call);
}

void kt_batch_leave(kt_batch *batch)
{
    if (kt_batch_is_idle(batch) || batch->has_ended)
        return;
    batch->is_left = true;
    stop_looking(batch, false);
    kt_batch_kick(batch);
}

static void on_closed(uv_handle_t *handle)
{
    kt_batch_unref(handle->data);
}

static void on_region_closed(uv_handle_t *handle)
{
    kt_batch_region *region = handle->data;
    kt_batch_unref(region->batch);
}

void kt_batch_free(kt_batch *batch)
{
    if (batch == NULL)
        return;
    batch->is_freed = true;
    stop_looking(batch, true);
    kt_buckets_free(batch->buckets);
    kt_batch_ref(batch);
    uv_close((uv_handle_t *)&batch->tick, on_closed);
    for (kt_batch_region *region = batch->regions; region != NULL; region = region->next) {
        kt_batch_ref(batch);
        uv_close((uv_handle_t *)&region->timer, on_region_closed);
    }
    kt_batch_unref(batch);
}
