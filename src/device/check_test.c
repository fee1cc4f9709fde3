/* SPDX-License-Identifier: Apache-2.0 */
/* check_test.c - which wanted results a device refuses, with the code and the words of the refusal. */
#include "tests/unit.h"

#include "device/check.h"

#include <string.h>

static const char *const states[] = { "01" }, *const letters[] = { "0x" };

TEST(check, refusals_are_those_of_the_reference)
{
    static const struct {
        kt_check check;
        kt_want want;
        int code;
        const char *says; /* NULL: taken */
    } rows[] = {
        { { .shots = 0 }, { .type = KT_RESULT_SAMPLE }, KT_E_INVALID, "sample can only be specified when shots > 0" },
        { { .shots = 5 }, { .type = KT_RESULT_SAMPLE }, 0, NULL },
        { { .shots = 5 }, { .type = KT_RESULT_STATE_VECTOR }, KT_E_INVALID, "not available when shots > 0" },
        { { .shots = 5 }, { .type = KT_RESULT_AMPLITUDE }, KT_E_INVALID, "not available when shots > 0" },
        { { .shots = 5 }, { .type = KT_RESULT_DENSITY_MATRIX }, KT_E_INVALID, "not available when shots > 0" },
        { { .shots = 5 }, { .type = KT_RESULT_ADJOINT_GRADIENT }, KT_E_INVALID, "when shots = 0" },
        { { .shots = 0 }, { .type = KT_RESULT_STATE_VECTOR }, 0, NULL },
        { { .density = true }, { .type = KT_RESULT_STATE_VECTOR }, KT_E_UNSUPPORTED, "not supported by local:dm" },
        { { .density = true }, { .type = KT_RESULT_AMPLITUDE }, KT_E_UNSUPPORTED, "not supported by local:dm" },
        { { .density = true }, { .type = KT_RESULT_ADJOINT_GRADIENT }, KT_E_UNSUPPORTED, "use local:sv" },
        { { .density = true }, { .type = KT_RESULT_DENSITY_MATRIX }, 0, NULL },
        { { .counts_known = true, .qubit_count = 3 },
          { .type = KT_RESULT_AMPLITUDE, .state_count = 1, .states = states },
          KT_E_INVALID,
          "length of state \"01\" for result type amplitude is 2, the number of qubits in the circuit is 3" },
        { { .counts_known = true, .qubit_count = 2 },
          { .type = KT_RESULT_AMPLITUDE, .state_count = 1, .states = states },
          0,
          NULL },
        { { .shots = 0 },
          { .type = KT_RESULT_AMPLITUDE, .state_count = 1, .states = letters },
          KT_E_INVALID,
          "not made of 0 and 1" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_error err = { 0 };
        kt_source at = { 0 };
        kt_want want = rows[i].want;
        want.source = (kt_source){ .line = 7 };
        assert_int_equal(kt_check_wants(&rows[i].check, &want, 1, &at, &err), rows[i].code);
        if (rows[i].says != NULL && strstr(err.message, rows[i].says) == NULL)
            fail_msg("row %zu says: %s", i, err.message);
        assert_int_equal(at.line, rows[i].says == NULL ? 0 : 7);
    }
}

TEST(check, nothing_wanted_needs_shots)
{
    kt_check exact = { .shots = 0 }, counted = { .shots = 1 };
    kt_error err = { 0 };
    assert_int_equal(kt_check_wants(&exact, NULL, 0, NULL, &err), KT_E_INVALID);
    assert_non_null(strstr(err.message, "result types must be specified"));
    assert_int_equal(kt_check_wants(&counted, NULL, 0, NULL, &err), 0);
}

TEST(check, noise_points_at_the_device_that_takes_it)
{
    kt_error err = { 0 };
    assert_int_equal(kt_check_noise(&err), KT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "local:dm"));
}
