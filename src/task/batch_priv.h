/* SPDX-License-Identifier: Apache-2.0 */
/* batch_priv.h - what the parts of a batch share. An entry goes through phases; each belongs to one file:
 *   submit.c  NEW, PERMIT, SENDING, HELD   until the service has given an ARN
 *   poll.c    HUNT, WATCH                  found in a search, by its tag or its ARN
 *   fetch.c   ERRAND                       asked about by itself: its result, or why it failed
 *   batch.c   END, and what holds all of it together
 * Every callback that is still to come holds a reference, so that a freed batch outlives what it asked for. */
#ifndef KT_TASK_BATCH_PRIV_H
#define KT_TASK_BATCH_PRIV_H

#include "base/map.h"
#include "sign/sigv4.h"
#include "task/batch.h"
#include "task/bucket.h"
#include "task/spool.h"

#define KT_NS_A_MS INT64_C(1000000)
#define KT_NS_A_S INT64_C(1000000000)
enum {
    KT_BATCH_TRANSIT_MOST = 64, /* between permit and answer: at 20 calls a second their tokens are seconds old */
    KT_BATCH_ERRANDS_MOST = 16,
    KT_BATCH_TRIES_MOST = 10, /* of a creation: each is three calls; then a person decides */
    KT_BATCH_ERRAND_TRIES_MOST = 8,
    KT_BATCH_POSITION_BYTES = 16
};

typedef enum kt_batch_phase {
    KT_PHASE_NEW,
    KT_PHASE_PERMIT,
    KT_PHASE_SENDING,
    KT_PHASE_HELD, /* has a token; waits for room, or for a while */
    KT_PHASE_HUNT,
    KT_PHASE_WATCH,
    KT_PHASE_ERRAND,
    KT_PHASE_END
} kt_batch_phase;

typedef enum kt_batch_errand {
    KT_ERRAND_ASK,    /* GetQuantumTask */
    KT_ERRAND_RESULT, /* results.json */
    KT_ERRAND_PART    /* what results.json names */
} kt_batch_errand;

typedef enum kt_batch_cancelling { KT_CANCEL_NO, KT_CANCEL_WANTED, KT_CANCEL_SENT } kt_batch_cancelling;

typedef struct kt_batch_entry kt_batch_entry;
typedef struct kt_batch_lane kt_batch_lane;
typedef struct kt_batch_region kt_batch_region;

typedef struct kt_batch_list {
    kt_batch_entry *first, *last;
} kt_batch_list;

struct kt_batch_entry {
    kt_item item;
    kt_batch *batch;
    kt_batch_lane *lane;
    kt_batch_entry *next; /* in the one list that it waits in */
    kt_batch_phase phase;
    uint32_t attempt;
    char rid[KT_RID_BYTES], token[KT_RID_BYTES];
    uint8_t digest[KT_SHA256_BYTES];
    kt_json *request; /* members of the creation; NULL once there is an ARN */
    char *about, *arn;
    char *bucket, *directory; /* of the result */
    int64_t shots;
    int64_t permitted_ns, created_ns; /* wall; created_ns by our clock until a search has told the service's */
    int64_t not_before_ns;            /* monotonic */
    int tries, absences;              /* absences: searches in a row without it */
    uint64_t walk;                    /* the last search that showed it, or that hunts for it */
    bool created_is_exact;            /* the service's own createdAt */
    bool is_refused;                  /* the last answer said that nothing was created */
    bool may_exist;                   /* a request with this token has gone out and its answer is not known */
    bool is_known_again;              /* its digest comes from the store */
    bool is_over;                     /* the service is done with it */
    kt_batch_cancelling cancelling;
    kt_batch_errand errand;
    kt_aws_call *call; /* NULL: none is under way */
    kt_error *error;
    kt_task_result *result;
    kt_spool spool, raw; /* an object on its way; results.json as it came */
    char queue_position[KT_BATCH_POSITION_BYTES];
};

/* The submissions to one device in one region: a quota is theirs together. */
struct kt_batch_lane {
    kt_batch_lane *next;
    kt_batch *batch;
    kt_batch_region *region;
    char *device_arn;
    kt_batch_list fresh, held;
    size_t transit, live; /* between permit and answer; created and not over */
    bool is_full;         /* the service has said so */
    size_t room;          /* submissions that ended tasks have made room for */
    int64_t full_ns, retry_ns, retry_wait_ns;
};

struct kt_batch_region {
    kt_batch_region *next;
    kt_batch *batch;
    char *name;
    uv_timer_t timer;
    int64_t poll_ms, interval_ms; /* poll_ms: the shortest */
    uint64_t walk;                /* number of the search under way or of the last one */
    bool is_walking, has_changed, is_refused;
    char since[32];
    kt_aws_call *call;
    kt_bucket_place place;
    bool has_place, asks_place;
    int place_tries;
    int64_t place_not_before_ns;
};

struct kt_batch {
    kt_batch_options options;
    char *run_id;
    kt_buckets *buckets;
    kt_batch_entry **entries;
    size_t count, capacity, unfinished;
    kt_map *by_arn;
    kt_batch_lane *lanes;
    kt_batch_region *regions;
    kt_batch_list errands;
    size_t errands_out, transit, writes_out;
    uv_timer_t tick;
    size_t references;
    bool is_started, is_left, is_freed, has_ended;
    kt_error store_error; /* the first write that failed; code KT_OK: none */
};

/* batch.c */
int64_t kt_batch_wall_ns(const kt_batch *batch);
int64_t kt_batch_now_ns(const kt_batch *batch); /* monotonic */
void kt_batch_entry_free(kt_batch_entry *entry);
void kt_batch_ref(kt_batch *batch);
void kt_batch_unref(kt_batch *batch);
static inline bool kt_batch_is_idle(const kt_batch *batch) /* nothing new is begun */
{
    return batch->is_left || batch->is_freed;
}
void kt_batch_push(kt_batch_list *list, kt_batch_entry *entry);
/* The first that may go now, taken out; else NULL, and *due_ns is brought forward to when one may. */
kt_batch_entry *kt_batch_take_due(kt_batch_list *list, int64_t now_ns, int64_t *due_ns);
void kt_batch_kick(kt_batch *batch); /* looks from the loop at what may be done */
void kt_batch_set_state(kt_batch_entry *entry, kt_item_state state);
/* error: NULL for DONE. */
void kt_batch_end(kt_batch_entry *entry, kt_item_state state, const kt_error *error);
/* The service is done with the task: there is room for another one. */
void kt_batch_over(kt_batch_entry *entry);
void kt_batch_record(kt_batch_entry *entry, kt_order_state state, const char *error);
/* `base` doubled `times` times, at most `most`. */
int64_t kt_batch_backoff_ns(int64_t base_ns, int times, int64_t most_ns);
/* Whether the same call may go better later. */
bool kt_batch_is_passing(const kt_aws_output *output);
int kt_batch_set_text(char **text, const char *value, kt_error *err);

/* place.c */
bool kt_batch_has_place(kt_batch_region *region, int64_t now_ns, int64_t *due_ns);

/* submit.c */
void kt_batch_submit(kt_batch *batch, int64_t now_ns, int64_t *due_ns);
void kt_batch_created(kt_batch_entry *entry, const char *arn);
void kt_batch_again(kt_batch_entry *entry, int64_t wait_ns); /* into the lane's held ones */
/* Whether all are tasks: nothing waits for its turn, its permit or its answer. */
bool kt_batch_is_submitted(const kt_batch *batch);
/* After a search without it. */
void kt_batch_not_found(kt_batch_entry *entry);

/* poll.c */
typedef enum kt_batch_when {
    KT_WATCH_IN_TURN, /* when the interval is over */
    KT_WATCH_AFRESH,  /* with the shortest interval */
    KT_WATCH_NOW
} kt_batch_when;
void kt_batch_watch(kt_batch_region *region, kt_batch_when when);
void kt_batch_cancel_task(kt_batch_entry *entry);
/* members: of a task, from a search or GetQuantumTask (is_whole: with failureReason). */
void kt_batch_heard(kt_batch_entry *entry, const kt_json *members, bool is_whole);
void kt_batch_poll_init(kt_batch_region *region);

/* fetch.c */
void kt_batch_errands(kt_batch *batch, int64_t now_ns, int64_t *due_ns);
void kt_batch_send_errand(kt_batch_entry *entry, kt_batch_errand errand);

#endif
