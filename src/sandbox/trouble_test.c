/* SPDX-License-Identifier: Apache-2.0 */
/* trouble_test.c - which calls a fault strikes and which tasks fail: by seed, by count, by time, and again the same. */
#include "tests/unit.h"

#include "sandbox/world_priv.h"
#include <string.h>

/* ---- a world without a sandbox ---- */

typedef struct setting {
    uv_loop_t loop;
    kt_world *world;
} setting;

static void play(kt_world *world, const char *text)
{
    kt_json *document = NULL;
    kt_scenario *scenario = NULL;
    assert_int_equal(kt_json_parse(kt_view_of(text), &document, NULL), 0);
    assert_int_equal(kt_scenario_read(document, &scenario, NULL), 0);
    assert_int_equal(kt_world_take_scenario(world, scenario, true, NULL), 0);
}

static void begin(setting *s, const char *text)
{
    const kt_sandbox_options options = { .state_dir = "" };
    assert_int_equal(uv_loop_init(&s->loop), 0);
    assert_int_equal(kt_world_new(&s->loop, &options, &s->world, NULL), 0);
    play(s->world, text);
}

static void end(setting *s)
{
    kt_world_close(s->world);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&s->loop), 0);
}

/* What becomes of one call: faults without an error only mark it. */
static kt_http_fault ask(kt_world *world, kt_service service, const char *operation)
{
    kt_call call = { .service = service, .operation = operation, .region = "us-east-1" };
    assert_int_equal(kt_world_admit(world, &call), KT_VERDICT_GO);
    return call.fault;
}

/* "x.x": which of so many calls to GetDevice are reset. */
static const char *pattern(kt_world *world, char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text[i] = ask(world, KT_SERVICE_BRAKET, "GetDevice").reset ? 'x' : '.';
    text[count] = '\0';
    return text;
}

/* ---- faults ---- */

TEST(trouble, strikes_by_skip_and_times)
{
    static const struct {
        const char *members, *expect;
    } rows[] = {
        { "\"rate\": 1", "xxxxxx" },
        { "\"rate\": 0", "......" },
        { "\"skip\": 2", "..xxxx" },
        { "\"times\": 2", "xx...." },
        { "\"skip\": 1, \"times\": 3", ".xxx.." },
        { "\"times\": 0", "......" },
        { "\"operation\": \"GetDevice\"", "xxxxxx" },
        { "\"operation\": \"GetJob\"", "......" },
        { "\"operation\": \"s3:*\"", "......" },
        { "\"operation\": \"braket:GetDevice\"", "xxxxxx" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char text[128], found[8];
        setting s;
        snprintf(text, sizeof text, "{\"seed\": 1, \"faults\": [{\"reset\": true, %s}]}", rows[i].members);
        begin(&s, text);
        if (strcmp(pattern(s.world, found, 6), rows[i].expect) != 0)
            fail_msg("%s: %s", rows[i].members, found);
        end(&s);
    }
}

TEST(trouble, strikes_the_same_calls_again_under_the_same_seed)
{
    static const char text[] = "{\"seed\": 7, \"faults\": [{\"reset\": true, \"rate\": 0.3}]}";
    char first[201], again[201], other[201];
    setting s;
    begin(&s, text);
    pattern(s.world, first, 200);
    play(s.world, text);
    for (int i = 0; i < 5; i++)
        ask(s.world, KT_SERVICE_S3, "GetObject"); /* not meant, so it counts for nothing */
    assert_string_equal(pattern(s.world, again, 200), first);
    play(s.world, "{\"seed\": 8, \"faults\": [{\"reset\": true, \"rate\": 0.3}]}");
    assert_string_not_equal(pattern(s.world, other, 200), first);
    int struck = 0;
    for (size_t i = 0; i < 200; i++)
        struck += first[i] == 'x';
    assert_in_range(struck, 40, 80); /* 60 of 200 are meant: three standard deviations */
    end(&s);
}

TEST(trouble, strikes_within_its_time)
{
    setting s;
    char found[4];
    begin(&s, "{\"seed\": 1, \"faults\": [{\"reset\": true, \"from_s\": 100, \"until_s\": 200}]}");
    static const struct {
        int64_t age_s;
        const char *expect;
    } rows[] = { { 0, ".." }, { 99, ".." }, { 100, "xx" }, { 199, "xx" }, { 200, ".." } };
    const int64_t began_ns = s.world->scenario_began_ns;
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        s.world->scenario_began_ns = began_ns - rows[i].age_s * 1000000000;
        assert_string_equal(pattern(s.world, found, 2), rows[i].expect);
    }
    end(&s);
}

TEST(trouble, adds_what_all_that_strike_do)
{
    setting s;
    begin(&s, "{\"seed\": 1, \"faults\": [{\"latency_s\": 1}, {\"latency_s\": [0.5, 0.75]}, {\"cut_after_bytes\": 10},"
              " {\"bytes_per_s\": 100}, {\"operation\": \"GetJob\", \"reset\": true}]}");
    const kt_http_fault fault = ask(s.world, KT_SERVICE_BRAKET, "GetDevice");
    assert_true(fault.delay_ns >= 1500000000 && fault.delay_ns <= 1750000000);
    assert_true(fault.cut && !fault.reset);
    assert_int_equal(fault.cut_after_bytes, 10);
    assert_int_equal(fault.bytes_per_s, 100);
    const kt_http_fault next = ask(s.world, KT_SERVICE_BRAKET, "GetDevice");
    assert_true(next.delay_ns != fault.delay_ns); /* each call has a latency of its own */
    end(&s);
}

TEST(trouble, leaves_admin_calls_and_other_services_alone)
{
    setting s;
    begin(&s, "{\"seed\": 1, \"faults\": [{\"reset\": true}, {\"operation\": \"s3:GetObject\", \"reset\": true},"
              " {\"operation\": \"admin:*\", \"reset\": true}]}");
    assert_false(ask(s.world, KT_SERVICE_ADMIN, "x").reset);
    assert_false(ask(s.world, KT_SERVICE_STS, "GetCallerIdentity").reset); /* "*" is all of Braket */
    assert_false(ask(s.world, KT_SERVICE_S3, "PutObject").reset);
    assert_true(ask(s.world, KT_SERVICE_S3, "GetObject").reset);
    assert_true(ask(s.world, KT_SERVICE_BRAKET, NULL).reset);
    assert_int_equal(s.world->fault_counts[0].calls, 1);
    assert_int_equal(s.world->fault_counts[1].done, 1);
    end(&s);
}

TEST(trouble, keeps_its_counts_when_another_member_changes)
{
    setting s;
    char found[8];
    begin(&s, "{\"seed\": 1, \"faults\": [{\"reset\": true, \"times\": 3}]}");
    assert_string_equal(pattern(s.world, found, 2), "xx");
    kt_scenario *later = NULL;
    KT_OWN(kt_json) *changes = NULL;
    assert_int_equal(kt_json_parse(kt_view_of("{\"keep_windows\": true}"), &changes, NULL), 0);
    assert_int_equal(kt_scenario_read(kt_scenario_merge(s.world->scenario->document, changes), &later, NULL), 0);
    assert_int_equal(kt_world_take_scenario(s.world, later, false, NULL), 0);
    assert_string_equal(pattern(s.world, found, 3), "x..");
    assert_true(kt_world_settings_of(s.world)->keep_windows);
    end(&s);
}

/* ---- devices and tasks ---- */

static const char garnet[] = "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet";
static const char emerald[] = "arn:aws:braket:eu-north-1::device/qpu/iqm/Emerald";

TEST(trouble, asks_the_most_particular_row_that_says_something)
{
    setting s;
    begin(&s, "{\"seed\": 1, \"devices\": {\"*\": {\"status\": \"OFFLINE\", \"queue_s\": 1, \"result_file\": \"/all\"},"
              " \"garnet\": {\"queue_s\": 2, \"status\": \"RETIRED\"},"
              " \"arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet\": {\"status\": \"ONLINE\"}}}");
    assert_string_equal(kt_world_device_status(s.world, garnet), "ONLINE");
    assert_string_equal(kt_world_device_status(s.world, emerald), "OFFLINE");
    assert_int_equal(kt_world_queue_ns(s.world, garnet), 2000000000);
    assert_int_equal(kt_world_queue_ns(s.world, emerald), 1000000000);
    assert_string_equal(kt_world_result_file(s.world, garnet), "/all");
    play(s.world, "{}");
    assert_null(kt_world_device_status(s.world, garnet));
    assert_null(kt_world_result_file(s.world, garnet));
    assert_true(kt_world_queue_ns(s.world, garnet) < 0);
    assert_null(kt_world_task_failure(s.world, garnet));
    end(&s);
}

/* Which of so many tasks fail. */
static void failures(kt_world *world, const char *device, char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text[i] = kt_world_task_failure(world, device) != NULL ? 'x' : '.';
    text[count] = '\0';
}

TEST(trouble, fails_the_same_tasks_again_under_the_same_seed)
{
    static const char text[] = "{\"seed\": 3, \"devices\": {\"Garnet\": {\"fail_rate\": 0.5, \"fail_reason\": \"r\"},"
                               " \"*\": {\"fail_rate\": 0}}}";
    char first[101], again[101];
    setting s;
    begin(&s, text);
    failures(s.world, garnet, first, 100);
    assert_non_null(strchr(first, 'x'));
    assert_non_null(strchr(first, '.'));
    play(s.world, text);
    failures(s.world, garnet, again, 100);
    assert_string_equal(again, first);
    failures(s.world, emerald, again, 100);
    assert_null(strchr(again, 'x'));
    play(s.world, "{\"devices\": {\"*\": {\"fail_rate\": 1}}}");
    assert_string_equal(kt_world_task_failure(s.world, emerald), "the scenario made this task fail");
    end(&s);
}
