/* SPDX-License-Identifier: Apache-2.0 */
/* analog_test.c - an analog program is held against its form and the device's limits, and answered with a file. */
#include "sandbox/order_test.h"

#include "base/file.h"

#include <unistd.h>

#define SITES "\"sites\":[[\"0\",\"0\"],[\"4e-6\",\"0\"],[\"0\",\"0.000004\"]],\"filling\":[1,0,1]"
#define SERIES(values, times) "{\"time_series\":{\"values\":" values ",\"times\":" times "},\"pattern\":\"uniform\"}"
#define FLAT SERIES("[\"0\",\"0\"]", "[\"0\",\"4e-6\"]")
#define DRIVING(amplitude, phase, detuning)                                                                            \
    "{\"amplitude\":" amplitude ",\"phase\":" phase ",\"detuning\":" detuning "}"
#define AHS(sites, fields, more)                                                                                       \
    OF("ahs.program")                                                                                                  \
    ",\"setup\":{\"ahs_register\":{" sites "}},\"hamiltonian\":{\"drivingFields\":[" fields "]" more "}}"
#define DRIVEN(amplitude, phase, detuning) AHS(SITES, DRIVING(amplitude, phase, detuning), "")
#define RAMP SERIES("[\"0\",\"15800000\",\"0\"]", "[\"0\",\"2e-6\",\"4e-6\"]")
#define PLACED(sites, filling) AHS("\"sites\":" sites ",\"filling\":" filling, DRIVING(FLAT, FLAT, FLAT), "")

TEST(analog, a_program_is_held_against_its_form_and_the_devices_limits)
{
    static const struct {
        const char *action, *expect; /* NULL: nothing is wrong */
    } rows[] = {
        { DRIVEN(RAMP, FLAT, FLAT), NULL },
        { AHS(SITES, "", ""), NULL },
        { AHS(SITES, DRIVING(RAMP, FLAT, FLAT), ",\"localDetuning\":[]"), NULL },
        { OF("ahs.program") "}", "setup.ahs_register needs 'sites' and 'filling' of the same length" },
        { PLACED("[[0,0]]", "[1,1]"), "setup.ahs_register needs 'sites' and 'filling' of the same length" },
        { PLACED("[]", "[]"), "the register has 0 sites, Aquila takes 1 to 256" },
        { PLACED("[[0]]", "[1]"), "site 0 is no pair of coordinates in metres" },
        { PLACED("[[0,\"x\"]]", "[1]"), "site 0 is no pair of coordinates in metres" },
        { PLACED("[[0,0]]", "[2]"), "filling 0 is neither 0 nor 1" },
        { PLACED("[[0,0],[3e-6,0]]", "[1,1]"), "sites 0 and 1 are 3e-06 m apart, the device needs 4e-06 m" },
        { PLACED("[[0,0],[4e-6,3e-6]]", "[1,1]"), "the rows of sites 0 and 1 are 3e-06 m apart" },
        { PLACED("[[0,0],[76e-6,0]]", "[1,1]"), "the register is 7.6e-05 m by 0 m, the device has 7.5e-05 m" },
        { PLACED("[[0,0],[0,76e-6]]", "[1,1]"), NULL },
        { AHS(SITES, "{}", ""), "the time series of 'amplitude' needs as many values as times" },
        { AHS(SITES, DRIVING(FLAT, FLAT, FLAT) "," DRIVING(FLAT, FLAT, FLAT), ""), "a list of at most one field" },
        { DRIVEN(FLAT, SERIES("[0]", "[0]"), FLAT), "the time series of 'phase' needs as many values as times" },
        { DRIVEN(SERIES("[0,1]", "[1e-6,2e-6]"), FLAT, FLAT), "the times of 'amplitude' must rise from 0: point 0" },
        { DRIVEN(SERIES("[0,1,2]", "[0,1e-6,1e-6]"), FLAT, FLAT), "must rise from 0: point 2 does not" },
        { DRIVEN(SERIES("[0,\"x\"]", "[0,4e-6]"), FLAT, FLAT), "point 1 of 'amplitude' is no number" },
        { DRIVEN(SERIES("[0,-1]", "[0,4e-6]"), FLAT, FLAT), "value 1 of 'amplitude' is -1, the device takes 0 to" },
        { DRIVEN(SERIES("[0,1.6e7]", "[0,4e-6]"), FLAT, FLAT), "value 1 of 'amplitude' is 1.6e+07" },
        { DRIVEN(FLAT, SERIES("[0,100]", "[0,4e-6]"), FLAT), "value 1 of 'phase' is 100, the device takes -99 to 99" },
        { DRIVEN(FLAT, FLAT, SERIES("[0,1.3e8]", "[0,4e-6]")), "value 1 of 'detuning' is 1.3e+08" },
        { DRIVEN(SERIES("[0,1,0]", "[0,4e-8,4e-6]"), FLAT, FLAT), "points 0 and 1 of 'amplitude' are 4e-08 s apart" },
        { DRIVEN(SERIES("[0,1.5e7,0]", "[0,5e-8,4e-6]"), FLAT, FLAT), "'amplitude' changes by 1.5e+07 in 5e-08 s" },
        { DRIVEN(FLAT, SERIES("[0,90,0]", "[0,5e-8,4e-6]"), FLAT), NULL }, /* a phase may jump */
        { DRIVEN(SERIES("[0,0]", "[0,5e-6]"), FLAT, FLAT), "'amplitude' lasts 5e-06 s, the device does 4e-06 s" },
        { DRIVEN(SERIES("[0,0]", "[0,3e-6]"), FLAT, FLAT), "ends at 3e-06 s and 'phase' at 4e-06 s" },
        { DRIVEN("{\"time_series\":{\"values\":[0,0],\"times\":[0,4e-6]},\"pattern\":[1]}", FLAT, FLAT),
          "the pattern of 'amplitude' must be \"uniform\"" },
        { AHS(SITES, DRIVING(FLAT, FLAT, FLAT), ",\"localDetuning\":[{}]"), "local detuning is not supported" },
        { AHS(SITES, DRIVING(FLAT, FLAT, FLAT), ",\"shiftingFields\":[{}]"), "local detuning is not supported" },
    };
    KT_OWN(kt_devices) *devices = sample_shipped();
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_arena *arena = kt_arena_new(0);
        kt_action_info info;
        kt_action_refusal refusal;
        kt_action_question question = { .device = kt_devices_find(devices, kt_view_of(AQUILA)),
                                        .action = kt_view_of(rows[i].action),
                                        .shots = 1 };
        /* without a file to answer with, what is well formed is refused too, in other words */
        const char *expect = rows[i].expect != NULL ? rows[i].expect : "well formed, and this sandbox can't run it";
        assert_int_equal(kt_action_check(&question, arena, &info, &refusal, NULL), KT_E_INVALID);
        if (strstr(refusal.message, expect) == NULL)
            fail_msg("%s\nexpected: %s\nfound: %s", rows[i].action, expect, refusal.message);
        question.has_result_file = true;
        assert_int_equal(kt_action_check(&question, arena, &info, &refusal, NULL),
                         rows[i].expect == NULL ? 0 : KT_E_INVALID);
        kt_arena_free(arena);
    }
}

TEST(analog, a_task_is_answered_with_the_file_that_is_named)
{
    char path[] = "/tmp/ketch-analog-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(kt_file_write(path, kt_view_of("{\"measurements\":[7]}"), NULL), 0);
    KT_OWN(kt_devices) *devices = sample_shipped();
    const kt_sandbox_device *aquila = kt_devices_find(devices, kt_view_of(AQUILA));
    outcome o = order_run(aquila, DRIVEN(RAMP, FLAT, FLAT), 12, path);
    assert_null(o.reason);
    assert_int_equal(o.successful_shots, 12);
    assert_int_equal(json_integer_value(json_at(outcome_get(&o, "results.json"), "measurements.0")), 7);
    outcome_fini(&o);
    unlink(path);
    o = order_run(aquila, DRIVEN(RAMP, FLAT, FLAT), 12, path);
    assert_non_null(strstr(o.reason, path));
    outcome_fini(&o);
    o = order_run(aquila, DRIVEN(RAMP, FLAT, FLAT), 12, NULL);
    assert_non_null(strstr(o.reason, "no longer names a result file"));
    assert_int_equal(o.count, 0);
    outcome_fini(&o);
}
