/* SPDX-License-Identifier: Apache-2.0 */
/* world_test.c - alarms on a clock that runs, stands, jumps and is set back. The clock is set to move time; no test
 * waits. */
#include "sandbox/world_priv.h"

#include "tests/unit.h"

#define S INT64_C(1000000000)
#define NOON (INT64_C(1773230400) * S)

enum { ALARMS_MOST = 40, HEARD_MOST = 64 };

typedef struct bench bench;
typedef struct bell {
    bench *bench;
    int number;
    kt_alarm *alarm;
} bell;
struct bench {
    uv_loop_t loop;
    kt_world *world;
    bell bells[ALARMS_MOST];
    int heard[HEARD_MOST], heard_count;
    int64_t told_ns; /* of the last setting back */
};

static void ring(void *ctx)
{
    bell *b = ctx;
    b->alarm = NULL;
    b->bench->heard[b->bench->heard_count++] = b->number;
}

static void on_set_back(void *ctx, int64_t now_ns)
{
    ((bench *)ctx)->told_ns = now_ns;
}

static void begin(bench *b, double speed)
{
    kt_error err = { 0 };
    *b = (bench){ 0 };
    uv_loop_init(&b->loop);
    if (kt_world_new(&b->loop, &(kt_sandbox_options){ 0 }, &b->world, &err) < 0)
        fail_msg("%s", err.message);
    kt_world_set_clock(b->world, NOON, speed);
    kt_world_on_set_back(b->world, on_set_back, b);
}

static void set(bench *b, int number, int64_t after_ns)
{
    b->bells[number] = (bell){ b, number, NULL };
    assert_int_equal(kt_alarm_set(b->world, kt_world_now_ns(b->world) + after_ns, ring, &b->bells[number],
                                  &b->bells[number].alarm, NULL),
                     0);
}

/* Lets the loop do what is due; how many have rung since the beginning. */
static int look(bench *b)
{
    for (int i = 0; i < 3; i++)
        uv_run(&b->loop, UV_RUN_NOWAIT);
    return b->heard_count;
}

static void finish(bench *b)
{
    kt_world_close(b->world);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&b->loop), 0);
}

TEST(world, a_jump_rings_what_it_passes_in_order)
{
    bench b;
    begin(&b, 0);
    set(&b, 0, 30 * S);
    set(&b, 1, 10 * S);
    set(&b, 2, 90 * S);
    assert_int_equal(look(&b), 0);
    kt_world_set_clock(b.world, NOON + 60 * S, 0);
    assert_int_equal(look(&b), 2);
    assert_int_equal(b.heard[0], 1);
    assert_int_equal(b.heard[1], 0);
    finish(&b);
}

TEST(world, nobody_waits_longer_because_the_clock_was_set_back)
{
    static const int64_t backs[] = { 1, 3600, 86400, 40 * 365 * INT64_C(86400) };
    for (size_t i = 0; i < KT_COUNT(backs); i++) {
        bench b;
        begin(&b, 0);
        set(&b, 0, 10 * S);
        kt_world_set_clock(b.world, NOON - backs[i] * S, 0);
        assert_int_equal(b.told_ns, NOON - backs[i] * S);
        kt_world_set_clock(b.world, NOON - backs[i] * S + 10 * S - 1, 0);
        assert_int_equal(look(&b), 0);
        kt_world_set_clock(b.world, NOON - backs[i] * S + 10 * S, 0);
        assert_int_equal(look(&b), 1);
        finish(&b);
    }
}

TEST(world, a_small_step_back_leaves_alarms_that_were_set_before_it)
{
    bench b;
    begin(&b, 0);
    set(&b, 0, 10 * S);
    kt_world_set_clock(b.world, NOON + 8 * S, 0);
    kt_world_set_clock(b.world, NOON + 5 * S, 0);
    kt_world_set_clock(b.world, NOON + 10 * S - 1, 0);
    assert_int_equal(look(&b), 0);
    kt_world_set_clock(b.world, NOON + 10 * S, 0);
    assert_int_equal(look(&b), 1);
    finish(&b);
}

TEST(world, alarms_of_both_sides_of_a_step_back_ring_in_order)
{
    bench b;
    begin(&b, 0);
    for (int i = 0; i < ALARMS_MOST; i++) {
        kt_world_set_clock(b.world, NOON + i * S, 0);
        set(&b, i, (1 + i * 7 % ALARMS_MOST) * 100 * S);
    }
    kt_world_set_clock(b.world, NOON + ALARMS_MOST / 2 * S, 0);
    int64_t last_ns = 0;
    while (b.heard_count < ALARMS_MOST && last_ns < 100 * ALARMS_MOST + ALARMS_MOST) {
        kt_world_set_clock(b.world, NOON + ALARMS_MOST / 2 * S + ++last_ns * S, 0);
        const int before = b.heard_count;
        assert_true(look(&b) <= before + 2);
    }
    assert_int_equal(b.heard_count, ALARMS_MOST);
    for (int i = 1; i < ALARMS_MOST; i++) {
        const int one = b.heard[i - 1] * 7 % ALARMS_MOST, next = b.heard[i] * 7 % ALARMS_MOST;
        assert_true(one <= next);
    }
    finish(&b);
}

TEST(world, a_clock_that_stood_still_rings_when_it_runs_again)
{
    bench b;
    begin(&b, 0);
    set(&b, 0, 1000 * S);
    assert_int_equal(look(&b), 0);
    kt_world_set_clock(b.world, NOON, 1e6);
    uv_run(&b.loop, UV_RUN_ONCE);
    assert_int_equal(look(&b), 1);
    finish(&b);
}

TEST(world, an_alarm_may_be_cancelled_after_a_step_back)
{
    bench b;
    begin(&b, 0);
    set(&b, 0, 10 * S);
    set(&b, 1, 20 * S);
    kt_world_set_clock(b.world, NOON - 86400 * S, 0);
    kt_alarm_cancel(b.world, b.bells[0].alarm);
    kt_world_set_clock(b.world, NOON - 86400 * S + 20 * S, 0);
    assert_int_equal(look(&b), 1);
    assert_int_equal(b.heard[0], 1);
    finish(&b);
}
