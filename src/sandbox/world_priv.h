/* SPDX-License-Identifier: Apache-2.0 */
/* world_priv.h - what the world is made of: world.c keeps time and chance, trouble.c decides what goes wrong,
 * world_admin.c lets it be changed while it runs. */
#ifndef KT_SANDBOX_WORLD_PRIV_H
#define KT_SANDBOX_WORLD_PRIV_H

#include "base/map.h"
#include "sandbox/scenario.h"
#include "sandbox/world.h"

#define KT_WORLD_LATEST_NS INT64_C(7258118400000000000) /* 2200-01-01: no clock goes beyond */

struct kt_alarm {
    int64_t at_ns, set_ns; /* when it fires, and when it was set */
    uint64_t order;        /* equal times fire in the order in which they were set */
    size_t place;          /* in the heap */
    void (*fire)(void *ctx);
    void *ctx;
};

/* What a fault has done so far. */
typedef struct fault_count {
    uint64_t calls, done;
} fault_count;

struct kt_world {
    uv_loop_t *loop;
    kt_clock clock;
    const kt_log *log;

    int64_t base_ns, base_monotonic_ns; /* the sandbox's time at a moment of the machine's */
    double speed;

    uv_timer_t timer;
    kt_alarm **heap;
    size_t alarm_count, alarm_capacity;
    uint64_t alarm_order;
    void (*set_back)(void *ctx, int64_t now_ns); /* NULL: nobody listens */
    void *set_back_ctx;

    kt_rng rng;
    uint64_t failure_count; /* tasks asked about, so that the nth task's fate depends on n alone */

    kt_scenario *scenario;
    int64_t scenario_began_ns; /* monotonic: its age tells when faults and events are due */
    kt_world_settings settings;
    fault_count *fault_counts;
    uv_timer_t event_timer;
    size_t events_done;
    bool aws_quotas; /* asked for on the command line, below the scenario's word */
    kt_map *buckets; /* token buckets by "region operation" */
};

/* world.c */
void kt_world_set_clock(kt_world *world, int64_t now_ns, double speed);
int64_t kt_world_age_ns(const kt_world *world); /* of the scenario, in the machine's time */
/* Puts a scenario in place of the present one. Takes it. `restart`: its events begin anew. */
int kt_world_take_scenario(kt_world *world, kt_scenario *take_scenario, bool restart, kt_error *err);

/* trouble.c */
void kt_trouble_free_buckets(kt_map *buckets);

#endif
