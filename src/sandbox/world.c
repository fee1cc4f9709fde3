/* SPDX-License-Identifier: Apache-2.0 */
/* world.c - the sandbox's clock, alarms on it, its chance, and the scenario in force. The clock is an affine function
 * of the machine's monotonic clock, so it can run faster, stand still or jump; alarms are a heap over it with one timer
 * of the loop for the earliest. */
#include "sandbox/world_priv.h"

#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SCENARIO_BYTES_MOST = 4 << 20 };
#define NS_PER_MS 1000000.0

/* ---- the clock ---- */

static int64_t monotonic_ns(void)
{
    const kt_clock *clock = kt_clock_system();
    return clock->monotonic_ns(clock->ctx);
}

int64_t kt_world_now_ns(const kt_world *world)
{
    int64_t passed_ns = monotonic_ns() - world->base_monotonic_ns;
    if (world->speed == 1) /* doubles would cost the last digits */
        return world->base_ns + passed_ns;
    double passed = (double)passed_ns * world->speed, left = (double)(KT_WORLD_LATEST_NS - world->base_ns);
    return passed < left ? world->base_ns + (int64_t)passed : KT_WORLD_LATEST_NS; /* a fast clock stops there */
}

static int64_t clock_wall_ns(void *ctx)
{
    return kt_world_now_ns(ctx);
}

static int64_t clock_monotonic_ns(void *ctx)
{
    (void)ctx;
    return monotonic_ns();
}

const kt_clock *kt_world_clock(const kt_world *world)
{
    return &world->clock;
}

int64_t kt_world_age_ns(const kt_world *world)
{
    return monotonic_ns() - world->scenario_began_ns;
}

/* ---- alarms: a binary heap, the earliest first ---- */

static bool before(const kt_alarm *a, const kt_alarm *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void put_at(kt_world *world, size_t place, kt_alarm *alarm)
{
    world->heap[place] = alarm;
    alarm->place = place;
}

static void sift(kt_world *world, size_t place, kt_alarm *alarm)
{
    for (; place > 0 && before(alarm, world->heap[(place - 1) / 2]); place = (place - 1) / 2)
        put_at(world, place, world->heap[(place - 1) / 2]);
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= world->alarm_count)
            break;
        if (child + 1 < world->alarm_count && before(world->heap[child + 1], world->heap[child]))
            child++;
        if (!before(world->heap[child], alarm))
            break;
        put_at(world, place, world->heap[child]);
        place = child;
    }
    put_at(world, place, alarm);
}

static void remove_at(kt_world *world, size_t place)
{
    kt_alarm *last = world->heap[--world->alarm_count];
    if (place < world->alarm_count)
        sift(world, place, last);
}

static void fire_due(uv_timer_t *timer);

/* Sets the loop's timer for the earliest alarm. A clock that stands still wakes nobody. */
static void wind(kt_world *world)
{
    uv_timer_stop(&world->timer);
    if (world->alarm_count == 0)
        return;
    int64_t wait_ns = world->heap[0]->at_ns - kt_world_now_ns(world);
    if (wait_ns > 0 && world->speed <= 0)
        return;
    double wait_ms = wait_ns <= 0 ? 0 : ceil((double)wait_ns / world->speed / NS_PER_MS);
    uv_update_time(world->loop);
    uv_timer_start(&world->timer, fire_due, wait_ms > 86400e3 ? 86400000 : (uint64_t)wait_ms, 0);
}

/* Alarms that are set meanwhile wait for the loop's next round, so that one which sets itself again for now does not
 * keep everything else from happening. */
static void fire_due(uv_timer_t *timer)
{
    kt_world *world = timer->data;
    int64_t now_ns = kt_world_now_ns(world);
    uint64_t later = world->alarm_order;
    while (world->alarm_count > 0 && world->heap[0]->at_ns <= now_ns && world->heap[0]->order < later) {
        kt_alarm *alarm = world->heap[0];
        remove_at(world, 0);
        void (*fire)(void *) = alarm->fire;
        void *ctx = alarm->ctx;
        free(alarm);
        fire(ctx);
    }
    wind(world);
}

int kt_alarm_set(kt_world *world, int64_t at_ns, void (*fire)(void *ctx), void *ctx, kt_alarm **out, kt_error *err)
{
    if (world->alarm_count == world->alarm_capacity) {
        size_t capacity = world->alarm_capacity == 0 ? 64 : world->alarm_capacity * 2;
        kt_alarm **grown = realloc(world->heap, capacity * sizeof *grown);
        if (grown == NULL)
            return kt_fail_nomem(err, capacity * sizeof *grown, "alarms");
        world->heap = grown;
        world->alarm_capacity = capacity;
    }
    kt_alarm *alarm = malloc(sizeof *alarm);
    if (alarm == NULL)
        return kt_fail_nomem(err, sizeof *alarm, "an alarm");
    *alarm = (kt_alarm){
        .at_ns = at_ns, .set_ns = kt_world_now_ns(world), .order = world->alarm_order++, .fire = fire, .ctx = ctx
    };
    sift(world, world->alarm_count++, alarm);
    if (alarm->place == 0)
        wind(world);
    *out = alarm;
    return 0;
}

void kt_alarm_cancel(kt_world *world, kt_alarm *alarm)
{
    if (alarm == NULL)
        return;
    bool was_first = alarm->place == 0;
    remove_at(world, alarm->place);
    free(alarm);
    if (was_first)
        wind(world);
}

/* An alarm that was set in what is now the future keeps its distance. */
static void move_alarms(kt_world *world, int64_t now_ns)
{
    const size_t count = world->alarm_count;
    world->alarm_count = 0;
    for (size_t i = 0; i < count; i++) {
        kt_alarm *alarm = world->heap[i];
        if (alarm->set_ns > now_ns) {
            alarm->at_ns -= alarm->set_ns - now_ns;
            alarm->set_ns = now_ns;
        }
        sift(world, world->alarm_count++, alarm);
    }
}

void kt_world_set_clock(kt_world *world, int64_t now_ns, double speed)
{
    const bool is_back = now_ns < kt_world_now_ns(world);
    world->base_ns = now_ns;
    world->base_monotonic_ns = monotonic_ns();
    world->speed = speed;
    if (is_back)
        move_alarms(world, now_ns);
    if (is_back && world->set_back != NULL)
        world->set_back(world->set_back_ctx, now_ns);
    wind(world);
}

void kt_world_on_set_back(kt_world *world, void (*set_back)(void *ctx, int64_t now_ns), void *ctx)
{
    world->set_back = set_back;
    world->set_back_ctx = ctx;
}

/* ---- chance ---- */

uint64_t kt_world_random(kt_world *world)
{
    return kt_rng_next(&world->rng);
}

double kt_world_uniform(kt_world *world)
{
    return kt_rng_uniform(&world->rng);
}

void kt_world_uuid(kt_world *world, char out[37])
{
    (void)world; /* not from its seed: a restarted sandbox must not make the same names again */
    uint8_t bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) /* never short for so few */
        memset(bytes, 0, sizeof bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    static const char digits[] = "0123456789abcdef";
    char *at = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    *at = '\0';
}

/* ---- the scenario in force ---- */

static void settle(kt_world *world)
{
    enum { AWS_CONCURRENT_TASKS = 100 };
    const kt_scenario *s = world->scenario;
    bool quotas = world->aws_quotas && json_object_get(s->document, "concurrent_tasks") == NULL;
    world->settings =
        (kt_world_settings){ .simulator_cancellable_ns = s->simulator_cancellable_ns,
                             .token_memory_ns = s->token_memory_ns,
                             .search_stale_ns = s->search_stale_ns,
                             .cancel_too_late = s->cancel_too_late,
                             .keep_windows = s->keep_windows,
                             .concurrent_tasks_most = quotas ? AWS_CONCURRENT_TASKS : s->concurrent_tasks };
}

static void start_events(kt_world *world);

/* Happens when an event's time has come: the scenario with its members in place. */
static void do_event(uv_timer_t *timer)
{
    kt_world *world = timer->data;
    kt_error err = { 0 };
    kt_scenario *later = NULL;
    int rc = kt_scenario_read_later(world->scenario, &world->scenario->events[world->events_done++], &later, &err);
    if (rc == 0 && later != NULL)
        rc = kt_world_take_scenario(world, later, false, &err);
    if (rc < 0)
        kt_logf(world->log, KT_LOG_ERROR, "scenario event: %s", err.message);
    start_events(world);
}

/* Waits for the next event. They come in the order of the file. */
static void start_events(kt_world *world)
{
    uv_timer_stop(&world->event_timer);
    if (world->events_done >= world->scenario->event_count)
        return;
    int64_t wait_ns = world->scenario->events[world->events_done].after_ns - kt_world_age_ns(world);
    uv_update_time(world->loop);
    uv_timer_start(&world->event_timer, do_event, wait_ns <= 0 ? 0 : (uint64_t)(wait_ns / 1000000) + 1, 0);
}

/* A scenario without a seed is played with one that the system drew. */
static int choose_seed(kt_scenario *scenario, kt_error *err)
{
    if (json_object_get(scenario->document, "seed") != NULL)
        return 0;
    int rc = kt_rng_system_seed(&scenario->seed, err);
    scenario->seed >>= 11; /* readers of JSON that know only doubles keep it */
    if (rc == 0 && json_object_set_new(scenario->document, "seed", json_integer((json_int_t)scenario->seed)) < 0)
        rc = kt_fail_nomem(err, 0, "a scenario");
    return rc;
}

int kt_world_take_scenario(kt_world *world, kt_scenario *take_scenario, bool restart, kt_error *err)
{
    kt_scenario *old = world->scenario;
    bool same_faults = old != NULL && json_equal(json_object_get(old->document, "faults"),
                                                 json_object_get(take_scenario->document, "faults"));
    bool same_clock = old != NULL && json_equal(json_object_get(old->document, "clock"),
                                                json_object_get(take_scenario->document, "clock"));
    int rc = choose_seed(take_scenario, err);
    if (rc < 0) {
        kt_scenario_free(take_scenario);
        return rc;
    }
    bool same_seed = old != NULL && old->seed == take_scenario->seed;
    bool same_quotas = old != NULL && json_equal(json_object_get(old->document, "quotas"),
                                                 json_object_get(take_scenario->document, "quotas"));
    if (!same_faults || restart) {
        fault_count *counts = calloc(take_scenario->fault_count + 1, sizeof *counts);
        if (counts == NULL) {
            kt_scenario_free(take_scenario);
            return kt_fail_nomem(err, sizeof *counts, "a scenario");
        }
        free(world->fault_counts);
        world->fault_counts = counts;
    }
    world->scenario = take_scenario;
    if (!same_quotas || restart) {
        kt_trouble_free_buckets(world->buckets);
        world->buckets = NULL;
    }
    settle(world);
    if (!same_seed || restart)
        kt_rng_seed(&world->rng, take_scenario->seed);
    if (take_scenario->has_clock && (!same_clock || restart))
        kt_world_set_clock(world, take_scenario->clock_at_ns > 0 ? take_scenario->clock_at_ns : kt_world_now_ns(world),
                           take_scenario->clock_speed);
    if (restart) {
        world->scenario_began_ns = monotonic_ns();
        world->events_done = 0;
        world->failure_count = 0;
        start_events(world);
    }
    kt_scenario_free(old);
    return 0;
}

/* ---- beginning and end ---- */

static int read_scenario_file(const char *path, kt_scenario **out, kt_error *err)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_json *document = NULL;
    int rc = path == NULL ? kt_buf_adds(&text, "{}") : kt_file_read(path, SCENARIO_BYTES_MOST, &text, err);
    if (rc == 0)
        rc = kt_json_parse(kt_buf_view(&text), &document, err);
    if (rc == 0)
        rc = kt_scenario_read(document, out, err);
    return rc < 0 && path != NULL ? kt_wrap(err, rc, "scenario %s", path) : rc;
}

int kt_world_new(uv_loop_t *loop, const kt_sandbox_options *options, kt_world **out, kt_error *err)
{
    KT_OWN(kt_scenario) *scenario = NULL;
    int rc = read_scenario_file(options->scenario, &scenario, err);
    if (rc < 0 || scenario == NULL)
        return rc;
    kt_world *world = calloc(1, sizeof *world);
    if (world == NULL)
        return kt_fail_nomem(err, sizeof *world, "the sandbox's world");
    const kt_clock *machine = kt_clock_system();
    world->loop = loop;
    world->log = options->log;
    world->aws_quotas = options->aws_quotas;
    world->clock = (kt_clock){ clock_wall_ns, clock_monotonic_ns, world };
    world->base_ns = machine->wall_ns(machine->ctx);
    world->base_monotonic_ns = monotonic_ns();
    world->speed = 1;
    uv_timer_init(loop, &world->timer);
    uv_timer_init(loop, &world->event_timer);
    world->timer.data = world->event_timer.data = world;
    rc = kt_world_take_scenario(world, KT_GIVE(scenario), true, err);
    if (rc < 0) {
        kt_world_close(world);
        return rc;
    }
    *out = world;
    return 0;
}

static void closed(uv_handle_t *handle)
{
    kt_world *world = handle->data;
    free(world->heap);
    free(world->fault_counts);
    kt_trouble_free_buckets(world->buckets);
    kt_scenario_free(world->scenario);
    free(world);
}

static void event_timer_closed(uv_handle_t *handle)
{
    kt_world *world = handle->data;
    uv_close((uv_handle_t *)&world->timer, closed);
}

void kt_world_close(kt_world *world)
{
    if (world == NULL)
        return;
    for (size_t i = 0; i < world->alarm_count; i++)
        free(world->heap[i]);
    world->alarm_count = 0;
    uv_timer_stop(&world->timer);
    uv_close((uv_handle_t *)&world->event_timer, event_timer_closed);
}
