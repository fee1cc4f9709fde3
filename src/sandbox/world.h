/* SPDX-License-Identifier: Apache-2.0 */
/* world.h - time, chance and trouble, to order. The sandbox's clock may run faster or jump; everything that happens
 * later is an alarm on it. What goes wrong is decided here from one seed and the scenario, so a scenario replays. */
#ifndef KT_SANDBOX_WORLD_H
#define KT_SANDBOX_WORLD_H

#include "sandbox/call.h"

typedef struct kt_world kt_world;

/* scenario: text of a scenario file or NULL; its grammar is in doc/schema/ketch-scenario.schema.json. */
int kt_world_new(uv_loop_t *loop, const kt_sandbox_options *options, kt_world **out, kt_error *err);
void kt_world_close(kt_world *world); /* frees itself when its handles are closed */

/* ---- time ---- */
int64_t kt_world_now_ns(const kt_world *world); /* wall time of the sandbox */
/* kt_clock of the sandbox, for code that takes one. */
const kt_clock *kt_world_clock(const kt_world *world);
typedef struct kt_alarm kt_alarm;
/* Calls fire(ctx) on the loop when the sandbox's clock reaches `at_ns`. The alarm is gone once fired or cancelled.
 * When the clock is set back to before it was set, it moves along: nobody waits longer than was meant. */
int kt_alarm_set(kt_world *world, int64_t at_ns, void (*fire)(void *ctx), void *ctx, kt_alarm **out, kt_error *err);
void kt_alarm_cancel(kt_world *world, kt_alarm *alarm); /* NULL is fine */
/* Tells one listener that the clock was set back, for what it keeps of times that are now to come. NULL: nobody. */
void kt_world_on_set_back(kt_world *world, void (*set_back)(void *ctx, int64_t now_ns), void *ctx);
uint64_t kt_world_random(kt_world *world); /* of the scenario's seed */
double kt_world_uniform(kt_world *world);
void kt_world_uuid(kt_world *world, char out[37]); /* version 4; unique across restarts also under one seed */

/* ---- trouble ---- */
typedef enum kt_verdict { KT_VERDICT_GO, KT_VERDICT_ANSWERED } kt_verdict;
/* Before a call is handled: throttles (AWS's default rates with --quotas aws or the scenario's), injected errors,
 * latency, resets, truncated and slow bodies (these two set call->fault). ANSWERED: it has been answered here. */
kt_verdict kt_world_admit(kt_world *world, kt_call *call);

/* What the scenario says of things that others do. */
typedef struct kt_world_settings {
    int64_t simulator_cancellable_ns; /* default 0.2 s */
    int64_t token_memory_ns;          /* how long client tokens are remembered; default: for ever (INT64_MAX) */
    int64_t search_stale_ns;          /* searches show the state of so long ago; default 0 */
    bool keep_windows;    /* QPU tasks wait for their device's availability windows; otherwise it is always open */
    bool cancel_too_late; /* a cancel of a queued task is accepted and comes too late */
    uint32_t concurrent_tasks_most; /* a device; 0: none; above: ServiceQuotaExceededException 402 */
} kt_world_settings;
const kt_world_settings *kt_world_settings_of(const kt_world *world);
/* Whether this task is to fail, and with which reason (constant while the world lives), or NULL. */
const char *kt_world_task_failure(kt_world *world, const char *device_arn);
/* A status put on a device by the scenario or an admin call: "ONLINE", "OFFLINE", "RETIRED", or NULL. */
const char *kt_world_device_status(const kt_world *world, const char *device_arn);
/* How long a QPU task waits in its queue, and runs: from the scenario, else the device's file. Negative: not said. */
int64_t kt_world_queue_ns(const kt_world *world, const char *device_arn);
/* The path of a result file that the scenario names for an analog device, or NULL. */
const char *kt_world_result_file(const kt_world *world, const char *device_arn);

/* POST/GET /_sandbox/...: clock, scenario, faults, devices. Returns false when the path is not one of its own. */
bool kt_world_admin(kt_world *world, kt_call *call);

#endif
