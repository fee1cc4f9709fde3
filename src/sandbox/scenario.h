/* SPDX-License-Identifier: Apache-2.0 */
/* scenario.h - a scenario: one JSON object that says what goes wrong, how long things take and what the clock does. Its
 * grammar is doc/schema/ketch-scenario.schema.json; what is read here is checked whole before anything of it counts. */
#ifndef KT_SANDBOX_SCENARIO_H
#define KT_SANDBOX_SCENARIO_H

#include "base/arena.h"
#include "base/json.h"

/* Ranges: seconds and rates are not negative. All texts live in the scenario's arena. */
typedef struct kt_scenario_fault {
    const char *operation;     /* "GetQuantumTask", "s3:GetObject", "s3:*", "*" */
    double rate;               /* chance of each call; 1 unless said */
    int64_t skip, times;       /* the first calls that go well; how often at most (negative: always) */
    int64_t from_ns, until_ns; /* of the scenario's age */
    int status;                /* an error instead of the answer; 0: none */
    const char *code, *message;
    int64_t latency_ns, latency_most_ns;
    bool reset, cut;
    uint64_t cut_after_bytes, bytes_per_s;
} kt_scenario_fault;

typedef struct kt_scenario_rate {
    const char *operation; /* "*": all of Braket together */
    double per_second, burst;
} kt_scenario_rate;

typedef struct kt_scenario_device {
    const char *device; /* an ARN, its last part, or "*" */
    const char *status; /* NULL: as its file says */
    int64_t queue_ns;   /* negative: not said */
    double fail_rate;   /* negative: not said */
    const char *fail_reason, *result_file;
} kt_scenario_device;

typedef struct kt_scenario_event {
    int64_t after_ns;
    const kt_json *set; /* members of a scenario, which take the place of the present ones; borrowed from `document` */
} kt_scenario_event;

typedef struct kt_scenario {
    kt_arena *arena;
    kt_json *document; /* what was read; owned */
    uint64_t seed;
    bool has_clock;
    int64_t clock_at_ns; /* 0: the machine's */
    double clock_speed;
    int64_t simulator_cancellable_ns, token_memory_ns, search_stale_ns;
    bool cancel_too_late, keep_windows;
    uint32_t concurrent_tasks;
    kt_scenario_rate *rates;
    size_t rate_count;
    kt_scenario_fault *faults;
    size_t fault_count;
    kt_scenario_device *devices;
    size_t device_count;
    kt_scenario_event *events;
    size_t event_count;
    int64_t event_after_ns; /* of the last event that was read: they come in order */
} kt_scenario;

/* Takes the document, even on failure. An error without a status has the one that AWS gives its code. Errors:
 * KT_E_INVALID with the path of the member ("faults[2].rate: ..."). */
int kt_scenario_read(kt_json *take_document, kt_scenario **out, kt_error *err);
/* The scenario once this event of it has come: checked already, so it can't be KT_E_INVALID. */
int kt_scenario_read_later(const kt_scenario *scenario, const kt_scenario_event *event, kt_scenario **out,
                           kt_error *err);
void kt_scenario_free(kt_scenario *scenario);
KT_DEFINE_FREEP(kt_scenario)
/* The document with the members of `patch` in place of its own; a member that is null is removed. Members are
 * shared with both: nobody changes them. NULL: no memory. */
kt_json *kt_scenario_merge(const kt_json *document, const kt_json *patch);
/* AWS's default rates, as a scenario says rates. */
const kt_scenario_rate *kt_scenario_aws_rates(size_t *count);

#endif
