/* SPDX-License-Identifier: Apache-2.0 */
/* target_test.c - devices from GetDevice's answers: facts, windows, names, choice; answers that are odd. */
#include "braket/target.h"

#include "tests/unit.h"
#include <stdlib.h>
#include <string.h>

#define NS INT64_C(1000000000)
#define MONDAY_NOON (INT64_C(1795435200) * NS) /* 2026-11-23T12:00:00Z */

static kt_target *target_of(const char *arn, const char *type, const char *status, const char *capabilities)
{
    kt_target *target = NULL;
    kt_error err = { 0 };
    kt_json *answer = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "deviceArn", arn, "deviceName", "One", "providerName", "P",
                                "deviceType", type, "deviceStatus", status, "deviceCapabilities", capabilities);
    if (kt_target_new(answer, &target, &err) < 0)
        fail_msg("%s", err.message);
    kt_json_free(answer);
    return target;
}

#define QPU "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet"
#define FULL                                                                                                           \
    "{\"service\":{\"shotsRange\":[1,20000],\"deviceCost\":{\"price\":0.00145,\"unit\":\"shot\"},"                     \
    "\"deviceLocation\":\"Espoo\",\"getTaskPollIntervalMillis\":200,\"executionWindows\":["                            \
    "{\"executionDay\":\"Weekdays\",\"windowStartHour\":\"03:15:00\",\"windowEndHour\":\"15:30\"}]},"                  \
    "\"action\":{\"braket.ir.openqasm.program\":{\"supportedOperations\":[\"h\"]},"                                    \
    "\"braket.ir.openqasm.program_set\":{\"maximumExecutables\":100,\"maximumTotalShots\":200000}},"                   \
    "\"paradigm\":{\"qubitCount\":20}}"

TEST(target, reads_what_a_device_says)
{
    KT_OWN(kt_target) *target = target_of(QPU, "QPU", "ONLINE", FULL);
    const kt_target_facts *facts = kt_target_facts_of(target);
    assert_string_equal(facts->region, "eu-north-1");
    assert_int_equal(facts->qubit_count, 20);
    assert_int_equal(facts->shots_most, 20000);
    assert_int_equal(facts->executables_most, 100);
    assert_int_equal(facts->poll_interval_ms, 200);
    assert_true(facts->takes_openqasm && facts->takes_program_sets && facts->has_price);
    assert_false(facts->is_simulator || facts->is_analog);
    assert_string_equal(facts->price_unit, "shot");
}

TEST(target, takes_what_is_missing_or_odd_as_nothing_said)
{
    static const char *const odd[] = { "{}", "{\"service\":7,\"action\":[],\"paradigm\":\"x\"}",
                                       "{\"service\":{\"shotsRange\":[1],\"deviceCost\":{\"price\":\"a\"}}}" };
    for (size_t i = 0; i < KT_COUNT(odd); i++) {
        KT_OWN(kt_target) *target = target_of("arn:x", "SIMULATOR", "ONLINE", odd[i]);
        const kt_target_facts *facts = kt_target_facts_of(target);
        int64_t next = 7;
        assert_int_equal(facts->shots_most, INT64_MAX);
        assert_false(facts->takes_openqasm || facts->has_price);
        assert_false(kt_target_is_open(target, MONDAY_NOON, &next));
        assert_int_equal(next, 0);
    }
}

TEST(target, refuses_capabilities_that_are_no_json)
{
    static const char *const bad[] = { "", "{", "[1]", "7" };
    for (size_t i = 0; i < KT_COUNT(bad); i++) {
        kt_target *target = NULL;
        kt_error err = { 0 };
        kt_json *answer = json_pack("{s:s,s:s}", "deviceArn", QPU, "deviceCapabilities", bad[i]);
        assert_int_equal(kt_target_new(answer, &target, &err), KT_E_INVALID);
        assert_non_null(strstr(err.message, QPU));
        assert_null(target);
        kt_json_free(answer);
    }
}

TEST(target, knows_when_it_opens)
{
    static const struct {
        int64_t at_s, next_s;
        bool is_open;
    } cases[] = {
        { 1795435200, 0, true },                      /* Monday noon */
        { 1795435200 + 4 * 3600, 1795490100, false }, /* 16:00: Tuesday 03:15 */
        { 1795780800 + 4 * 3600, 1796008500, false }, /* Friday 16:00: Monday 03:15 */
    };
    KT_OWN(kt_target) *target = target_of(QPU, "QPU", "ONLINE", FULL);
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        int64_t next_ns = 0;
        assert_int_equal(kt_target_is_open(target, cases[i].at_s * NS, &next_ns), cases[i].is_open);
        assert_int_equal(next_ns / NS, cases[i].is_open ? cases[i].at_s : cases[i].next_s);
    }
}

TEST(names, tell_what_is_meant)
{
    static const struct {
        const char *text;
        int rc;
        kt_name_kind kind;
    } cases[] = {
        { "local", 0, KT_NAME_LOCAL },
        { "local:dm", 0, KT_NAME_LOCAL },
        { "sv1", 0, KT_NAME_SHORT },
        { "arn:aws:braket:::device/quantum-simulator/amazon/sv1", 0, KT_NAME_ARN },
        { "any", 0, KT_NAME_RULE },
        { "any:qubits=20,type=qpu,choose=shortest-queue", 0, KT_NAME_RULE },
        { "any:qubits=0", KT_E_INVALID, KT_NAME_RULE },
        { "any:qubits=x", KT_E_INVALID, KT_NAME_RULE },
        { "any:colour=red", KT_E_INVALID, KT_NAME_RULE },
        { "any:", KT_E_INVALID, KT_NAME_RULE },
        { "any:type=cat", KT_E_INVALID, KT_NAME_RULE },
        { "arn:aws:s3:::bucket", KT_E_INVALID, KT_NAME_ARN },
        { "", KT_E_INVALID, KT_NAME_SHORT },
    };
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        kt_name_kind kind = KT_NAME_LOCAL;
        kt_device_rule rule = { 0 };
        kt_error err = { 0 };
        const int rc = kt_device_name_parse(cases[i].text, &kind, &rule, &err);
        if (rc != cases[i].rc || (rc == 0 && kind != cases[i].kind))
            fail_msg("'%s': %d, kind %d: %s", cases[i].text, rc, (int)kind, err.message);
    }
}

TEST(names, lead_to_a_region)
{
    assert_string_equal(kt_device_arn_region(QPU, "us-east-1"), "eu-north-1");
    assert_string_equal(kt_device_arn_region("arn:aws:braket:::device/quantum-simulator/amazon/sv1", "eu-west-2"),
                        "eu-west-2");
    assert_string_equal(kt_device_arn_region("arn:aws:braket:::device/quantum-simulator/amazon/sv1", "eu-central-1"),
                        "us-east-1");
    assert_string_equal(kt_device_arn_region("nonsense", NULL), "us-east-1");
}

static kt_json *some_devices(void)
{
    return json_pack("[{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s}]", "deviceArn",
                     "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1", "deviceName", "Forte 1", "deviceStatus",
                     "ONLINE", "deviceArn", "arn:aws:braket:eu-north-1::device/qpu/aqt/Ibex-Q1", "deviceName",
                     "IBEX Q1", "deviceStatus", "ONLINE", "deviceArn",
                     "arn:aws:braket:us-west-1::device/qpu/rigetti/Ankaa-3", "deviceName", "Ankaa-3", "deviceStatus",
                     "RETIRED");
}

TEST(names, find_a_device_whatever_its_case_and_hyphens)
{
    static const char *const names[] = { "forte-1", "Forte1", "FORTE 1", "forte_1" };
    KT_OWN(kt_json) *devices = some_devices();
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        const char *arn = NULL;
        assert_int_equal(kt_device_find(devices, names[i], &arn, NULL), 0);
        assert_string_equal(arn, "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1");
    }
}

TEST(names, tell_the_nearest_that_can_be_used)
{
    KT_OWN(kt_json) *devices = some_devices();
    const char *arn = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_device_find(devices, "ibex-q2", &arn, &err), KT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "Ibex-Q1"));
    assert_null(arn);
}

TEST(choice, is_the_cheapest_or_the_shortest_queue_of_those_that_fit)
{
    KT_OWN(kt_target) *dear = target_of(QPU, "QPU", "ONLINE", FULL);
    KT_OWN(kt_target) *cheap =
        target_of("arn:aws:braket:::sv1", "SIMULATOR", "ONLINE",
                  "{\"service\":{\"deviceCost\":{\"price\":0.075,\"unit\":\"minute\"}},\"paradigm\":"
                  "{\"qubitCount\":34},\"action\":{\"braket.ir.openqasm.program\":{}}}");
    KT_OWN(kt_target) *off = target_of(QPU, "QPU", "OFFLINE", FULL);
    const kt_target *targets[] = { dear, cheap, off };
    const int64_t queue[] = { 2, 9, 0 };
    kt_device_rule rule = { .choose = KT_CHOOSE_CHEAPEST };
    size_t chosen = 9;
    assert_int_equal(kt_device_choose(&rule, targets, queue, 3, 100, MONDAY_NOON, &chosen, NULL), 0);
    assert_int_equal(chosen, 1);
    rule.choose = KT_CHOOSE_SHORTEST_QUEUE;
    assert_int_equal(kt_device_choose(&rule, targets, queue, 3, 100, MONDAY_NOON, &chosen, NULL), 0);
    assert_int_equal(chosen, 0);
    rule = (kt_device_rule){ .qubits_least = 21, .type = 'Q' };
    assert_int_equal(kt_device_choose(&rule, targets, queue, 3, 100, MONDAY_NOON, &chosen, NULL), KT_E_NOT_FOUND);
}
