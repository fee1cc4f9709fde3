/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_test.c - every member of a scenario, right and wrong, and where an error says that it stands. */
#include "tests/unit.h"

#include "sandbox/scenario.h"
#include <string.h>

static int read(const char *text, kt_scenario **out, kt_error *err)
{
    kt_json *document = NULL;
    const int rc = kt_json_parse(kt_view_of(text), &document, err);
    return rc < 0 ? rc : kt_scenario_read(document, out, err);
}

static kt_scenario *good(const char *text)
{
    kt_scenario *scenario = NULL;
    kt_error err = { 0 };
    if (read(text, &scenario, &err) < 0)
        fail_msg("%s: %s", text, err.message);
    return scenario;
}

/* ---- what is right ---- */

TEST(scenario, has_defaults_for_all_that_is_not_said)
{
    KT_OWN(kt_scenario) *s = good("{}");
    assert_int_equal(s->seed, 0);
    assert_false(s->has_clock || s->cancel_too_late || s->keep_windows);
    assert_true(s->clock_speed == 1);
    assert_int_equal(s->simulator_cancellable_ns, 200000000);
    assert_int_equal(s->token_memory_ns, INT64_MAX);
    assert_int_equal(s->search_stale_ns, 0);
    assert_int_equal(s->concurrent_tasks, 0);
    assert_int_equal(s->rate_count + s->fault_count + s->device_count + s->event_count, 0);
}

TEST(scenario, reads_every_member)
{
    KT_OWN(kt_scenario) *s = good(
        "{\"$schema\": \"x\", \"seed\": 9007199254740992, \"simulator_cancellable_s\": 0.5, \"token_memory_s\": 10,"
        " \"search_stale_s\": 1e-9, \"concurrent_tasks\": 3, \"cancel_too_late\": true, \"keep_windows\": true,"
        " \"clock\": {\"at\": \"2026-03-14T09:00:00Z\", \"speed\": 60}}");
    assert_int_equal(s->seed, 9007199254740992);
    assert_int_equal(s->simulator_cancellable_ns, 500000000);
    assert_int_equal(s->token_memory_ns, 10000000000);
    assert_int_equal(s->search_stale_ns, 1);
    assert_int_equal(s->concurrent_tasks, 3);
    assert_true(s->cancel_too_late && s->keep_windows && s->has_clock);
    assert_int_equal(s->clock_at_ns, 1773478800000000000);
    assert_true(s->clock_speed == 60);
}

TEST(scenario, reads_every_member_of_a_fault)
{
    KT_OWN(kt_scenario) *s =
        good("{\"faults\": [{\"operation\": \"s3:GetObject\", \"rate\": 0.25, \"skip\": 1, \"times\": 2, \"from_s\": 3,"
             " \"until_s\": 4, \"error\": {\"status\": 503, \"code\": \"SlowDown\", \"message\": \"m\"}, \"latency_s\":"
             " [0.1, 0.2], \"reset\": true, \"cut_after_bytes\": 0, \"bytes_per_s\": 9}, {\"latency_s\": 2}]}");
    assert_int_equal(s->fault_count, 2);
    const kt_scenario_fault *f = &s->faults[0];
    assert_string_equal(f->operation, "s3:GetObject");
    assert_true(f->rate == 0.25 && f->reset && f->cut);
    assert_int_equal(f->skip, 1);
    assert_int_equal(f->times, 2);
    assert_int_equal(f->from_ns, 3000000000);
    assert_int_equal(f->until_ns, 4000000000);
    assert_int_equal(f->status, 503);
    assert_string_equal(f->code, "SlowDown");
    assert_string_equal(f->message, "m");
    assert_int_equal(f->latency_ns, 100000000);
    assert_int_equal(f->latency_most_ns, 200000000);
    assert_int_equal(f->cut_after_bytes, 0);
    assert_int_equal(f->bytes_per_s, 9);
    f = &s->faults[1];
    assert_string_equal(f->operation, "*");
    assert_true(f->rate == 1 && !f->reset && !f->cut);
    assert_int_equal(f->times, -1);
    assert_int_equal(f->until_ns, INT64_MAX);
    assert_int_equal(f->status, 0);
    assert_int_equal(f->latency_ns, f->latency_most_ns);
}

TEST(scenario, gives_an_error_the_status_that_aws_gives_its_code)
{
    static const struct {
        const char *error;
        int status;
    } rows[] = {
        { "{}", 500 },
        { "{\"code\": \"ThrottlingException\"}", 429 },
        { "{\"code\": \"ValidationException\"}", 400 },
        { "{\"code\": \"ServiceQuotaExceededException\"}", 402 },
        { "{\"code\": \"AccessDeniedException\"}", 403 },
        { "{\"code\": \"ResourceNotFoundException\"}", 404 },
        { "{\"code\": \"ConflictException\"}", 409 },
        { "{\"code\": \"DeviceRetiredException\"}", 410 },
        { "{\"code\": \"DeviceOfflineException\"}", 424 },
        { "{\"code\": \"SlowDown\"}", 503 },
        { "{\"code\": \"Own.Word_1-2\"}", 500 },
        { "{\"code\": \"SlowDown\", \"status\": 418}", 418 },
        { "{\"status\": 400}", 400 },
        { "{\"status\": 599}", 599 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char text[128];
        snprintf(text, sizeof text, "{\"faults\": [{\"error\": %s}]}", rows[i].error);
        KT_OWN(kt_scenario) *s = good(text);
        assert_int_equal(s->faults[0].status, rows[i].status);
    }
}

TEST(scenario, reads_devices_rates_and_events)
{
    KT_OWN(kt_scenario) *s =
        good("{\"devices\": {\"Garnet\": {\"status\": \"OFFLINE\", \"queue_s\": 3, \"fail_rate\": 0.5, \"fail_reason\":"
             " \"r\", \"result_file\": \"/f\"}, \"*\": {}}, \"quotas\": {\"GetDevice\": {\"per_second\": 2, \"burst\":"
             " 3}, \"*\": {\"per_second\": 0.5}}, \"events\": [{\"after_s\": 1, \"set\": {\"seed\": 2}}, {\"after_s\":"
             " 1, \"set\": {\"devices\": null}}]}");
    assert_string_equal(s->devices[0].device, "Garnet");
    assert_string_equal(s->devices[0].status, "OFFLINE");
    assert_string_equal(s->devices[0].fail_reason, "r");
    assert_string_equal(s->devices[0].result_file, "/f");
    assert_int_equal(s->devices[0].queue_ns, 3000000000);
    assert_true(s->devices[0].fail_rate == 0.5);
    assert_true(s->devices[1].queue_ns < 0 && s->devices[1].fail_rate < 0 && s->devices[1].status == NULL);
    assert_int_equal(s->rate_count, 2);
    assert_true(s->rates[0].per_second == 2 && s->rates[0].burst == 3);
    assert_true(s->rates[1].per_second == 0.5 && s->rates[1].burst == 1);
    assert_int_equal(s->event_count, 2);
    assert_int_equal(s->events[1].after_ns, 1000000000);
}

TEST(scenario, knows_the_rates_of_aws_by_name)
{
    KT_OWN(kt_scenario) *s = good("{\"quotas\": \"aws\"}");
    size_t count = 0;
    const kt_scenario_rate *rates = kt_scenario_aws_rates(&count);
    assert_int_equal(s->rate_count, count);
    assert_int_equal(count, 11);
    assert_memory_equal(s->rates, rates, count * sizeof *rates);
}

/* ---- what is wrong ---- */

#define NO "no such member"
#define SECONDS "a number of seconds from 0 to a year is expected"
#define CHANCE "a number from 0 to 1 is expected"
#define IN_FAULT(member) "{\"faults\": [{\"reset\": true}, {\"reset\": true, " member "}]}"
#define IN_ERROR(member) "{\"faults\": [{\"error\": {" member "}}]}"
#define IN_DEVICE(member) "{\"devices\": {\"Garnet\": {" member "}}}"
#define IN_RATE(member) "{\"quotas\": {\"GetJob\": {" member "}}}"
#define IN_EVENT(member) "{\"events\": [{\"after_s\": 1, " member "}]}"

static const struct {
    const char *text, *expect;
} wrong_rows[] = {
    { "[]", "the scenario: an object is expected" },
    { "{\"sed\": 1}", "sed: " NO " (did you mean 'seed'?)" },
    { "{\"zzzzzz\": 1}", "zzzzzz: " NO },
    { "{\"seed\": -1}", "seed: a whole number from 0 to 9007199254740992 is expected" },
    { "{\"seed\": 1.5}", "seed: a whole number" },
    { "{\"seed\": \"1\"}", "seed: a whole number" },
    { "{\"seed\": null}", "seed: a whole number" },
    { "{\"seed\": 9007199254740993}", "seed: a whole number" },
    { "{\"simulator_cancellable_s\": -0.1}", "simulator_cancellable_s: " SECONDS },
    { "{\"token_memory_s\": \"1\"}", "token_memory_s: " SECONDS },
    { "{\"search_stale_s\": 31622401}", "search_stale_s: " SECONDS },
    { "{\"concurrent_tasks\": 1000000001}", "concurrent_tasks: a whole number from 0 to 1000000000 is expected" },
    { "{\"cancel_too_late\": 1}", "cancel_too_late: true or false is expected" },
    { "{\"keep_windows\": \"true\"}", "keep_windows: true or false is expected" },
    { "{\"clock\": 1}", "clock: an object is expected" },
    { "{\"clock\": {\"spee\": 1}}", "clock.spee: " NO " (did you mean 'speed'?)" },
    { "{\"clock\": {\"speed\": -1}}", "clock.speed: a number from 0 to 1000000 is expected" },
    { "{\"clock\": {\"speed\": 1000001}}", "clock.speed: a number from 0 to 1000000 is expected" },
    { "{\"clock\": {\"at\": 1}}", "clock.at: a time such as \"2026-03-14T09:00:00Z\" is expected" },
    { "{\"clock\": {\"at\": \"noon\"}}", "clock.at: a time such as" },
    { "{\"faults\": {}}", "faults: a list of at most 1000 is expected" },
    { "{\"faults\": [1]}", "faults[0]: an object is expected" },
    { "{\"faults\": [{}]}", "faults[0]: says nothing that goes wrong" },
    { "{\"faults\": [{\"latency_s\": 0}]}", "faults[0]: says nothing that goes wrong" },
    { IN_FAULT("\"rat\": 1"), "faults[1].rat: " NO " (did you mean 'rate'?)" },
    { IN_FAULT("\"operation\": 1"), "faults[1].operation: a text is expected" },
    { IN_FAULT("\"rate\": 1.1"), "faults[1].rate: " CHANCE },
    { IN_FAULT("\"rate\": -0.1"), "faults[1].rate: " CHANCE },
    { IN_FAULT("\"rate\": true"), "faults[1].rate: " CHANCE },
    { IN_FAULT("\"skip\": -1"), "faults[1].skip: a whole number" },
    { IN_FAULT("\"times\": 0.5"), "faults[1].times: a whole number" },
    { IN_FAULT("\"from_s\": -1"), "faults[1].from_s: " SECONDS },
    { IN_FAULT("\"until_s\": []"), "faults[1].until_s: " SECONDS },
    { "{\"faults\": [{\"reset\": 0}]}", "faults[0].reset: true or false is expected" },
    { IN_FAULT("\"cut_after_bytes\": -1"), "faults[1].cut_after_bytes: a whole number" },
    { IN_FAULT("\"bytes_per_s\": \"1\""), "faults[1].bytes_per_s: a whole number" },
    { IN_FAULT("\"latency_s\": -1"), "faults[1].latency_s: a number of seconds or [least, most]" },
    { IN_FAULT("\"latency_s\": [2, 1]"), "faults[1].latency_s: a number of seconds or [least, most]" },
    { IN_FAULT("\"latency_s\": [1]"), "faults[1].latency_s: a number of seconds or [least, most]" },
    { IN_FAULT("\"latency_s\": 3601"), "faults[1].latency_s: a number of seconds or [least, most], up to 3600" },
    { IN_FAULT("\"error\": 500"), "faults[1].error: an object is expected" },
    { IN_ERROR("\"status\": 399"), "faults[0].error.status: an HTTP status from 400 to 599 is expected" },
    { IN_ERROR("\"status\": 0"), "faults[0].error.status: an HTTP status from 400 to 599 is expected" },
    { IN_ERROR("\"status\": 600"), "faults[0].error.status: a whole number from 0 to 599 is expected" },
    { IN_ERROR("\"code\": \"\""), "faults[0].error.code: a name of letters" },
    { IN_ERROR("\"code\": \"a b\""), "faults[0].error.code: a name of letters" },
    { IN_ERROR("\"code\": 1"), "faults[0].error.code: a text is expected" },
    { IN_ERROR("\"message\": []"), "faults[0].error.message: a text is expected" },
    { IN_ERROR("\"text\": \"x\""), "faults[0].error.text: " NO },
    { "{\"devices\": []}", "devices: an object with device names is expected" },
    { "{\"devices\": {\"Garnet\": 1}}", "devices[\"Garnet\"]: an object is expected" },
    { IN_DEVICE("\"status\": \"BROKEN\""), "devices[\"Garnet\"].status: ONLINE, OFFLINE or RETIRED is expected" },
    { IN_DEVICE("\"status\": 1"), "devices[\"Garnet\"].status: a text is expected" },
    { IN_DEVICE("\"queue\": 1"), "devices[\"Garnet\"].queue: " NO " (did you mean 'queue_s'?)" },
    { IN_DEVICE("\"queue_s\": -1"), "devices[\"Garnet\"].queue_s: " SECONDS },
    { IN_DEVICE("\"fail_rate\": 2"), "devices[\"Garnet\"].fail_rate: " CHANCE },
    { IN_DEVICE("\"fail_reason\": 2"), "devices[\"Garnet\"].fail_reason: a text is expected" },
    { IN_DEVICE("\"result_file\": null"), "devices[\"Garnet\"].result_file: a text is expected" },
    { "{\"quotas\": \"azure\"}", "quotas: \"aws\" or an object of operations is expected" },
    { "{\"quotas\": 1}", "quotas: \"aws\" or an object of operations is expected" },
    { IN_RATE("\"burst\": 0.5"), "quotas.GetJob.burst: a number from 1 to 1000000000 is expected" },
    { IN_RATE("\"burst\": -1"), "quotas.GetJob.burst: a number from 0 to 1000000000 is expected" },
    { IN_RATE("\"per_second\": \"1\""), "quotas.GetJob.per_second: a number from 0 to 1000000000 is expected" },
    { IN_RATE("\"rate\": 1"), "quotas.GetJob.rate: " NO },
    { "{\"events\": {}}", "events: a list of at most 1000 is expected" },
    { "{\"events\": [{\"after_s\": 1}]}", "events[0].set: an object of scenario members other than events" },
    { IN_EVENT("\"set\": []"), "events[0].set: an object of scenario members other than events" },
    { IN_EVENT("\"set\": {\"events\": []}"), "events[0].set: an object of scenario members other than events" },
    { IN_EVENT("\"set\": {\"seed\": -1}"), "events[0].set: seed: a whole number" },
    { IN_EVENT("\"set\": {}, \"at\": 1"), "events[0].at: " NO },
    { "{\"events\": [{\"after_s\": 2, \"set\": {}}, {\"after_s\": 1, \"set\": {}}]}", "events[1].after_s: a time not" },
};

TEST(scenario, says_what_is_wrong_and_where)
{
    for (size_t i = 0; i < KT_COUNT(wrong_rows); i++) {
        kt_scenario *s = NULL;
        kt_error err = { 0 };
        const int rc = read(wrong_rows[i].text, &s, &err);
        if (rc != KT_E_INVALID)
            fail_msg("%s: %d", wrong_rows[i].text, rc);
        if (strncmp(err.message, wrong_rows[i].expect, strlen(wrong_rows[i].expect)) != 0)
            fail_msg("%s: %s", wrong_rows[i].text, err.message);
        assert_null(s);
    }
}

TEST(scenario, bounds_its_lists)
{
    KT_BUF_OWN text;
    kt_scenario *s = NULL;
    kt_error err = { 0 };
    kt_buf_init(&text, 0);
    kt_buf_adds(&text, "{\"faults\": [{\"reset\": true}");
    for (int i = 1; i <= 1000; i++)
        kt_buf_adds(&text, ", {\"reset\": true}");
    kt_buf_adds(&text, "]}");
    assert_int_equal(read(text.data, &s, &err), KT_E_INVALID);
    assert_string_equal(err.message, "faults: a list of at most 1000 is expected");
}

/* ---- one in place of another ---- */

TEST(scenario, takes_members_of_a_patch_in_place_of_its_own)
{
    KT_OWN(kt_scenario) *s = good("{\"seed\": 1, \"keep_windows\": true, \"devices\": {\"A\": {}, \"B\": {}}}");
    KT_OWN(kt_scenario) *patch = NULL;
    KT_OWN(kt_json) *changes = NULL;
    assert_int_equal(
        kt_json_parse(kt_view_of("{\"seed\": 2, \"keep_windows\": null, \"devices\": {\"C\": {}}}"), &changes, NULL),
        0);
    assert_int_equal(kt_scenario_read(kt_scenario_merge(s->document, changes), &patch, NULL), 0);
    assert_int_equal(patch->seed, 2);
    assert_false(patch->keep_windows);
    assert_int_equal(patch->device_count, 1);
    assert_string_equal(patch->devices[0].device, "C");
    assert_int_equal(s->seed, 1); /* what was merged is as it was */
    assert_int_equal(s->device_count, 2);
}
