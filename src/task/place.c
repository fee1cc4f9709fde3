/* SPDX-License-Identifier: Apache-2.0 */
/* place.c - where a region's results go, asked for when the first task of it is to be submitted. */
#include "task/batch_priv.h"

enum { PLACE_TRIES_MOST = 6 };
#define AGAIN_NS (KT_NS_A_S / 2)
#define AGAIN_NS_MOST (30 * KT_NS_A_S)

static void fail_lanes(kt_batch_region *region, const kt_error *error)
{
    int64_t due = 0;
    for (kt_batch_lane *lane = region->batch->lanes; lane != NULL; lane = lane->next)
        for (kt_batch_entry *e;
             lane->region == region && (e = kt_batch_take_due(&lane->fresh, INT64_MAX, &due)) != NULL;)
            kt_batch_end(e, KT_ITEM_FAILED, error);
}

static void on_bucket(void *ctx, int rc, const kt_bucket_place *place, const kt_error *err)
{
    kt_batch_region *region = ctx;
    kt_batch *batch = region->batch;
    region->asks_place = false;
    if (kt_batch_is_idle(batch))
        return;
    if (rc == 0) {
        region->has_place = true;
        region->place = *place;
    } else if ((kt_code_retry(rc) || err->sys >= 500) && ++region->place_tries < PLACE_TRIES_MOST) {
        region->place_not_before_ns =
            kt_batch_now_ns(batch) + kt_batch_backoff_ns(AGAIN_NS, region->place_tries, AGAIN_NS_MOST);
    } else {
        fail_lanes(region, err);
    }
    kt_batch_kick(batch);
}

bool kt_batch_has_place(kt_batch_region *region, int64_t now_ns, int64_t *due_ns)
{
    if (region->has_place || region->asks_place)
        return region->has_place;
    if (region->place_not_before_ns > now_ns) {
        if (region->place_not_before_ns < *due_ns)
            *due_ns = region->place_not_before_ns;
        return false;
    }
    region->asks_place = true;
    kt_buckets_get(region->batch->buckets, region->name, on_bucket, region);
    return region->has_place;
}
