/* SPDX-License-Identifier: Apache-2.0 */
/* enlist.c - tasks put into a batch before it starts: new ones, and orders that an earlier process left behind, each to
 * where it stood. */
#include "task/batch_priv.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_FIRST = 16 };

static kt_batch_region *region_of(kt_batch *batch, const char *name, kt_error *err)
{
    for (kt_batch_region *region = batch->regions; region != NULL; region = region->next)
        if (strcmp(region->name, name) == 0)
            return region;
    kt_batch_region *region = calloc(1, sizeof(*region));
    if (region == NULL || kt_batch_set_text(&region->name, name, err) < 0) {
        free(region);
        kt_fail_nomem(err, sizeof(*region), "a region");
        return NULL;
    }
    region->batch = batch;
    region->next = batch->regions;
    batch->regions = region;
    kt_batch_poll_init(region);
    return region;
}

static kt_batch_lane *lane_of(kt_batch *batch, const char *region_name, const char *device_arn, kt_error *err)
{
    kt_batch_region *region = region_of(batch, region_name, err);
    if (region == NULL)
        return NULL;
    for (kt_batch_lane *lane = batch->lanes; lane != NULL; lane = lane->next)
        if (lane->region == region && strcmp(lane->device_arn, device_arn) == 0)
            return lane;
    kt_batch_lane *lane = calloc(1, sizeof(*lane));
    if (lane == NULL || kt_batch_set_text(&lane->device_arn, device_arn, err) < 0) {
        free(lane);
        kt_fail_nomem(err, sizeof(*lane), "a device");
        return NULL;
    }
    lane->batch = batch;
    lane->region = region;
    lane->next = batch->lanes;
    batch->lanes = lane;
    return lane;
}

/* An entry in its place; what fails afterwards takes it out again. */
static kt_batch_entry *add_entry(kt_batch *batch, const char *region, const char *device_arn, kt_error *err)
{
    if (batch->count == batch->capacity) {
        const size_t capacity = batch->capacity == 0 ? ENTRIES_FIRST : batch->capacity * 2;
        kt_batch_entry **more = realloc(batch->entries, capacity * sizeof(*more));
        if (more == NULL) {
            kt_fail_nomem(err, capacity * sizeof(*more), "tasks");
            return NULL;
        }
        batch->entries = more;
        batch->capacity = capacity;
    }
    kt_batch_lane *lane = lane_of(batch, region, device_arn, err);
    if (lane == NULL)
        return NULL;
    kt_batch_entry *entry = calloc(1, sizeof(*entry));
    if (entry == NULL) {
        kt_fail_nomem(err, sizeof(*entry), "a task");
        return NULL;
    }
    entry->batch = batch;
    entry->lane = lane;
    entry->item = (kt_item){ .index = batch->count == 0 ? 0 : batch->entries[batch->count - 1]->item.index + 1,
                             .arn = "",
                             .queue_position = entry->queue_position,
                             .since_ns = kt_batch_wall_ns(batch) };
    batch->entries[batch->count++] = entry;
    batch->unfinished++;
    return entry;
}

static void take_out(kt_batch *batch)
{
    kt_batch_entry_free(batch->entries[--batch->count]);
    batch->unfinished--;
}

/* ---- a new task ---- */

static int set_new(kt_json *request, const char *name, kt_json *take_value, kt_error *err)
{
    return take_value == NULL || json_object_set_new(request, name, take_value) < 0 ? kt_fail_nomem(err, 0, name) : 0;
}

static int set_text(kt_json *request, const char *name, kt_view text, kt_error *err)
{
    if (text.length == 0)
        return 0;
    kt_json *value = json_stringn(text.data, text.length);
    return value == NULL ? kt_fail(err, KT_E_INVALID, "%s is not UTF-8", name) : set_new(request, name, value, err);
}

static int make_request(const kt_task_spec *spec, kt_json **out, kt_error *err)
{
    KT_OWN(kt_json) *request = json_object();
    int rc = request == NULL ? kt_fail_nomem(err, 0, "a request") : 0;
    if (rc == 0)
        rc = set_text(request, "deviceArn", kt_view_of(spec->device_arn), err);
    if (rc == 0)
        rc = set_text(request, "action", spec->action, err);
    if (rc == 0)
        rc = set_text(request, "deviceParameters", spec->device_parameters, err);
    if (rc == 0)
        rc = set_new(request, "shots", json_integer(spec->shots), err);
    if (rc == 0)
        rc = set_text(request, "jobToken", kt_view_of(spec->job_token), err);
    if (rc == 0 && spec->experimental)
        rc = set_new(request, "experimentalCapabilities", json_pack("{ss}", "enabled", "ALL"), err);
    if (rc == 0 && spec->reservation != NULL)
        rc = set_new(request, "associations",
                     json_pack("[{ss, ss}]", "arn", spec->reservation, "type", "RESERVATION_TIME_WINDOW_ARN"), err);
    if (rc == 0 && spec->tags != NULL)
        rc = set_new(request, "tags", json_deep_copy(spec->tags), err);
    if (rc == 0)
        *out = KT_GIVE(request);
    return rc;
}

static void set_poll_interval(kt_batch_entry *entry, int64_t device_ms)
{
    kt_batch_region *region = entry->lane->region;
    if (entry->batch->options.poll_ms == 0 && device_ms > region->poll_ms)
        region->poll_ms = region->interval_ms = device_ms;
}

int kt_batch_add(kt_batch *batch, const kt_task_spec *spec, kt_error *err)
{
    if (batch->has_ended || kt_batch_is_idle(batch))
        return kt_fail(err, KT_E_CANCELLED, "the batch is at its end, and takes no task any more");
    kt_batch_entry *entry = add_entry(batch, spec->region, spec->device_arn, err);
    if (entry == NULL)
        return err == NULL ? KT_E_NOMEM : (int)err->code;
    int rc = make_request(spec, &entry->request, err);
    if (rc == 0)
        rc = kt_batch_set_text(&entry->about, spec->about == NULL ? "{}" : spec->about, err);
    if (rc < 0) {
        take_out(batch);
        return rc;
    }
    entry->shots = spec->shots;
    set_poll_interval(entry, spec->poll_interval_ms);
    kt_batch_push(&entry->lane->fresh, entry);
    kt_batch_kick(batch);
    return 0;
}

/* ---- one that an earlier process left behind ---- */

static const char *text_of(const kt_json *members, const char *name)
{
    const char *text = json_string_value(json_object_get(members, name));
    return text == NULL ? "" : text;
}

/* Braket names the folder of a result by the last part of the task's ARN. */
static int guess_directory(kt_batch_entry *entry, kt_error *err)
{
    KT_BUF_OWN directory;
    const char *slash = strrchr(entry->arn, '/');
    kt_buf_init(&directory, 0);
    kt_buf_addf(&directory, "%s/%s", text_of(entry->request, "outputS3KeyPrefix"),
                slash == NULL ? entry->arn : slash + 1);
    int rc = kt_buf_check(&directory, err, "a folder");
    if (rc == 0)
        rc = kt_batch_set_text(&entry->directory, directory.data, err);
    return rc == 0 ? kt_batch_set_text(&entry->bucket, text_of(entry->request, "outputS3Bucket"), err) : rc;
}

static int take_row(kt_batch_entry *entry, const kt_order_row *row, kt_error *err)
{
    entry->item.index = row->index;
    entry->attempt = row->attempt;
    entry->is_known_again = entry->may_exist = true;
    entry->permitted_ns = row->permitted_ns;
    entry->created_ns = row->created_at_ns != 0 ? row->created_at_ns : row->permitted_ns;
    entry->shots = json_integer_value(json_object_get(entry->request, "shots"));
    memcpy(entry->rid, row->rid, sizeof(entry->rid));
    memcpy(entry->token, row->token, sizeof(entry->token));
    memcpy(entry->digest, row->digest, sizeof(entry->digest));
    int rc = kt_batch_set_text(&entry->about, row->about, err);
    if (rc == 0 && row->arn != NULL && row->arn[0] != '\0')
        rc = kt_batch_set_text(&entry->arn, row->arn, err);
    if (rc < 0 || entry->arn == NULL)
        return rc;
    entry->item.arn = entry->arn;
    rc = guess_directory(entry, err);
    if (rc == 0 && kt_map_set(entry->batch->by_arn, kt_view_of(entry->arn), entry) < 0)
        rc = kt_fail_nomem(err, 0, "a task");
    return rc;
}

/* A program set that failed may have left results of some of its programs. */
static bool may_have_left_some(const kt_batch_entry *entry, const kt_order_row *row)
{
    return row->state == KT_ORDER_FAILED && entry->arn != NULL &&
           strstr(text_of(entry->request, "action"), "braket.ir.openqasm.program_set") != NULL;
}

/* Puts it where it stands; nothing here can fail. */
static void place_again(kt_batch_entry *entry, const kt_order_row *row)
{
    const bool has_ended = row->state == KT_ORDER_FAILED || row->state == KT_ORDER_CANCELLED;
    entry->is_over = entry->arn == NULL || has_ended || row->state == KT_ORDER_COMPLETED;
    if (may_have_left_some(entry, row)) {
        entry->item.state = KT_ITEM_RUNNING;
        kt_batch_send_errand(entry, KT_ERRAND_RESULT);
    } else if (has_ended) {
        entry->phase = KT_PHASE_END;
        entry->item.state = row->state == KT_ORDER_FAILED ? KT_ITEM_FAILED : KT_ITEM_CANCELLED;
        entry->item.error = entry->error;
        entry->batch->unfinished--;
    } else if (entry->arn == NULL) {
        entry->is_over = false;
        entry->phase = KT_PHASE_HELD;
        kt_batch_push(&entry->lane->held, entry);
    } else if (row->state == KT_ORDER_COMPLETED) {
        entry->item.state = KT_ITEM_FETCHING;
        kt_batch_send_errand(entry, KT_ERRAND_RESULT);
    } else {
        entry->item.state = KT_ITEM_CREATED;
        entry->phase = KT_PHASE_WATCH;
        entry->lane->live++;
    }
}

static int remember_error(kt_batch_entry *entry, const kt_order_row *row, kt_error *err)
{
    const bool is_failed = row->state == KT_ORDER_FAILED;
    const char *text = row->error != NULL && row->error[0] != '\0' ? row->error : is_failed ? "failed" : "cancelled";
    if (row->state != KT_ORDER_FAILED && row->state != KT_ORDER_CANCELLED)
        return 0;
    entry->error = calloc(1, sizeof(*entry->error));
    if (entry->error == NULL)
        return kt_fail_nomem(err, sizeof(*entry->error), "an error");
    kt_fail(entry->error, is_failed ? KT_E_FAILED : KT_E_CANCELLED, "%s", text);
    return 0;
}

/* Orders come by index and attempt; a later attempt is only made when the one before is at its end. */
static void drop_former_attempt(kt_batch *batch, const kt_order_row *row)
{
    const kt_batch_entry *last = batch->count == 0 ? NULL : batch->entries[batch->count - 1];
    if (last != NULL && last->is_known_again && last->phase == KT_PHASE_END && last->item.index == row->index) {
        batch->unfinished++;
        take_out(batch);
    }
}

int kt_batch_add_again(kt_batch *batch, const kt_order_row *row, kt_error *err)
{
    KT_OWN(kt_json) *members = NULL;
    if (batch->has_ended || kt_batch_is_idle(batch))
        return kt_fail(err, KT_E_CANCELLED, "the batch is at its end, and takes no task any more");
    drop_former_attempt(batch, row);
    int rc = kt_json_parse(row->members, &members, err);
    if (rc < 0)
        return kt_wrap(err, rc, "the request of order %u in the store", row->index);
    kt_batch_entry *entry = add_entry(batch, row->region, text_of(members, "deviceArn"), err);
    if (entry == NULL)
        return err == NULL ? KT_E_NOMEM : (int)err->code;
    entry->request = KT_GIVE(members);
    rc = take_row(entry, row, err);
    if (rc == 0)
        rc = remember_error(entry, row, err);
    if (rc < 0) {
        if (entry->arn != NULL)
            kt_map_remove(batch->by_arn, kt_view_of(entry->arn));
        take_out(batch);
        return rc;
    }
    place_again(entry, row);
    return 0;
}
