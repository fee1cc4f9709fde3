/* SPDX-License-Identifier: Apache-2.0 */
/* action_check_test.c - what is refused before a task is made of it: kinds of action by device, shots, the limits of
 * program sets, device parameters. Single programs: compile_test.c. */
#include "sandbox/runner.h"
#include "sandbox/sample_test.h"

#define OF(kind) "{\"braketSchemaHeader\":{\"name\":\"braket.ir." kind "\",\"version\":\"1\"}"
#define PROGRAM(source) OF("openqasm.program") ",\"source\":\"" source "\"}"
#define BELL "bit[2] b; h $1; cnot $1, $2; b[0] = measure $1; b[1] = measure $2;"
#define TURN "input float a; bit[1] b; rx(a) $1; b[0] = measure $1;"
#define PLAIN "{\"source\":\"" BELL "\"}"
#define SWEPT(values) "{\"source\":\"" TURN "\",\"inputs\":{\"a\":" values "}}"
#define SET(programs) OF("openqasm.program_set") ",\"programs\":[" programs "]}"

typedef struct asked {
    kt_arena *arena;
    kt_action_info info;
    kt_action_refusal refusal;
    int rc;
} asked;

static asked ask(const kt_sandbox_device *device, const char *action, const char *parameters, int64_t shots)
{
    asked a = { .arena = kt_arena_new(0) };
    const kt_action_question question = {
        .device = device, .action = kt_view_of(action), .device_parameters = kt_view_of(parameters), .shots = shots
    };
    a.rc = kt_action_check(&question, a.arena, &a.info, &a.refusal, NULL);
    return a;
}

/* expect NULL: taken. */
static void check(const kt_sandbox_device *device, const char *action, const char *parameters, int64_t shots,
                  const char *expect)
{
    asked a = ask(device, action, parameters, shots);
    const char *message = a.refusal.message == NULL ? "(taken)" : a.refusal.message;
    if (a.rc != (expect == NULL ? 0 : KT_E_INVALID) || (expect != NULL && strstr(message, expect) == NULL))
        fail_msg("%s %s %lld\nexpected: %s\nfound: %d %s", action, parameters, (long long)shots,
                 expect == NULL ? "(taken)" : expect, a.rc, message);
    kt_arena_free(a.arena);
}

TEST(action_check, a_device_takes_its_kinds_of_action)
{
    static const struct {
        const char *arn, *action, *expect;
        int64_t shots;
    } rows[] = {
        { GARNET, PROGRAM(BELL), NULL, 1 },
        { AQUILA, PROGRAM(BELL), "openqasm.program is not supported by the device Aquila", 1 },
        { GARNET, OF("ahs.program") "}", "ahs.program is not supported by the device Garnet", 1 },
        { SV1, OF("ahs.program") "}", "ahs.program is not supported by the device SV1", 1 },
        { SV1, OF("annealing.problem") "}", "annealing.problem is not supported", 1 },
        { SV1, OF("jaqcd.program") ",\"instructions\":[{\"type\":\"x\",\"target\":0}]}", NULL, 1 },
        { GARNET, OF("jaqcd.program") ",\"instructions\":[{\"type\":\"x\",\"target\":0}]}", "not supported", 1 },
        { SV1, OF("jaqcd.program") ",\"instructions\":[{\"type\":\"gpi\",\"target\":0,\"angle\":1}]}",
          "uses a gate: gpi", 1 },
        { FORTE, SET(PLAIN), "openqasm.program_set is not supported by the device Forte-Enterprise-1", 100 },
        { SV1, PROGRAM("qubit[1] q; h q[0];"), "Result types must be specified in the IR when shots=0", 0 },
        { SV1, "nonsense", "the action is no JSON", 1 },
    };
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        check(kt_devices_find(devices, kt_view_of(rows[i].arn)), rows[i].action, "", rows[i].shots, rows[i].expect);
}

TEST(action_check, a_set_keeps_within_the_limits_of_the_device)
{
    static const struct {
        const char *action, *expect;
        int64_t shots;
    } rows[] = {
        { SET(PLAIN), NULL, 100 },
        { SET(PLAIN "," SWEPT("[0, 1, 2]")), NULL, 400 },
        { SET(PLAIN "," SWEPT("[0, 1, 2]")), "Total shots must be divisible by number of executables.", 401 },
        { SET(PLAIN), "Shots must not be zero.", 0 },
        { SET(PLAIN), "asks for 3 shots in all, Row needs 4 or more", 3 },
        { SET(PLAIN), "asks for 4001 shots in all, Row takes 4000", 4001 },
        { SET(SWEPT("[0,1,2,3,4,5,6,7]")), NULL, 8 },
        { SET(SWEPT("[0,1,2,3,4,5,6,7,8]")), "the program set has 9 executables, Row takes 8", 9 },
        { SET(PLAIN ",{\"source\":\"" TURN "\",\"inputs\":{\"a\":[]}}"), "Program set validation failed", 8 },
    };
    kt_arena *arena = kt_arena_new(0);
    const kt_sandbox_device *device = &sample_row(arena, FLAWLESS)->device;
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        check(device, rows[i].action, "", rows[i].shots, rows[i].expect);
    asked a = ask(device, SET(PLAIN "," SWEPT("[0, 1, 2]")), "", 400);
    assert_true(a.info.is_program_set);
    assert_int_equal(a.info.program_count, 2);
    assert_int_equal(a.info.executable_count, 4);
    assert_string_equal(a.info.type, "braket.ir.openqasm.program_set");
    kt_arena_free(a.arena);
    kt_arena_free(arena);
}

TEST(action_check, every_failing_program_of_a_set_is_named_with_its_inputs)
{
    static const char action[] =
        SET("{\"source\":\"h $99;\"}," PLAIN ",{\"source\":\"" TURN "\"}," SWEPT("[0, \"x\", 1]"));
    kt_arena *arena = kt_arena_new(0);
    asked a = ask(&sample_row(arena, FLAWLESS)->device, action, "", 60);
    assert_int_equal(a.rc, KT_E_INVALID);
    static const struct {
        uint32_t program;
        int64_t inputs;
        const char *part;
    } expect[] = { { 0, -1, "Row has no qubit $99" }, { 2, -1, "'a' was given no value" }, { 3, 1, "" } };
    assert_int_equal(a.refusal.failure_count, KT_COUNT(expect));
    for (size_t i = 0; i < KT_COUNT(expect); i++) {
        assert_int_equal(a.refusal.failures[i].program_index, expect[i].program);
        assert_int_equal(a.refusal.failures[i].inputs_index, expect[i].inputs);
        assert_non_null(strstr(a.refusal.failures[i].message, expect[i].part));
    }
    kt_arena_free(a.arena);
    kt_arena_free(arena);
}

TEST(action_check, device_parameters_are_read)
{
#define PARADIGM(rest) "{\"paradigmParameters\":{\"qubitCount\":2" rest "}}"
#define DEBIAS "{\"errorMitigation\":[{\"type\":\"braket.device_schema.error_mitigation.debias.Debias\"}]}"
    static const struct {
        const char *arn, *parameters, *expect;
        int64_t shots;
    } rows[] = {
        { GARNET, "", NULL, 100 },
        { GARNET, "{}", NULL, 100 },
        { GARNET, PARADIGM(""), NULL, 100 },
        { GARNET, PARADIGM(",\"disableQubitRewiring\":true"), NULL, 100 },
        { GARNET, PARADIGM(",\"disableQubitRewiring\":1"), ".disableQubitRewiring must be true or false", 100 },
        { GARNET, "{\"paradigmParameters\":{}}", "qubitCount must be a number, 0 or more", 100 },
        { GARNET, "{\"paradigmParameters\":[]}", "paradigmParameters must be an object", 100 },
        { GARNET, "nonsense", "deviceParameters: JSON, line 1", 100 },
        { GARNET, "[]", "deviceParameters: not a JSON object", 100 },
        { GARNET, DEBIAS, "error mitigation is not supported by the device Garnet", 5000 },
        { FORTE, DEBIAS, NULL, 2500 },
        { FORTE, DEBIAS, "needs at least 2500 shots, the task has 2499", 2499 },
        { FORTE, "{\"errorMitigation\":[{\"type\":\"x\"}]}", "the error mitigation x is not known", 2500 },
        { FORTE, "{\"errorMitigation\":{}}", "errorMitigation must be a list", 2500 },
        { FORTE, "{\"errorMitigation\":null}", NULL, 100 },
    };
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < KT_COUNT(rows); i++)
        check(kt_devices_find(devices, kt_view_of(rows[i].arn)), PROGRAM(BELL), rows[i].parameters, rows[i].shots,
              rows[i].expect);
}
