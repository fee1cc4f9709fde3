/* SPDX-License-Identifier: Apache-2.0 */
/* action_test.c - envelopes of every kind, what is wrong with them by name and place, and inputs by executable. */
#include "sandbox/action.h"
#include "tests/unit.h"

#include <string.h>

#define OF(kind) "{\"braketSchemaHeader\":{\"name\":\"braket.ir." kind "\",\"version\":\"1\"}"
#define PROGRAM(rest) OF("openqasm.program") rest "}"
#define SET(programs) OF("openqasm.program_set") ",\"programs\":" programs "}"

TEST(action, reads_every_kind_that_there_is)
{
    static const struct {
        const char *text;
        kt_action_kind kind;
        size_t programs;
    } rows[] = {
        { PROGRAM(",\"source\":\"OPENQASM 3;\""), KT_ACTION_OPENQASM, 1 },
        { PROGRAM(",\"source\":\"OPENQASM 3;\",\"inputs\":null"), KT_ACTION_OPENQASM, 1 },
        { PROGRAM(",\"source\":\"OPENQASM 3;\",\"inputs\":{\"a\":1}"), KT_ACTION_OPENQASM, 1 },
        { SET("[{\"source\":\"\"},{\"source\":\"\"}]"), KT_ACTION_PROGRAM_SET, 2 },
        { OF("jaqcd.program") ",\"instructions\":[]}", KT_ACTION_JAQCD, 1 },
        { OF("ahs.program") "}", KT_ACTION_AHS, 0 },
        { OF("annealing.problem") "}", KT_ACTION_OTHER, 0 },
        { OF("blackbird.program") "}", KT_ACTION_OTHER, 0 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_action action;
        kt_error err = { 0 };
        if (kt_action_read(kt_view_of(rows[i].text), &action, &err) < 0)
            fail_msg("%s: %s", rows[i].text, err.message);
        assert_int_equal(action.kind, rows[i].kind);
        assert_int_equal(action.program_count, rows[i].programs);
        kt_action_fini(&action);
    }
}

TEST(action, what_is_wrong_is_told_with_its_place)
{
    static const struct {
        const char *text, *expect;
    } rows[] = {
        { "", "the action is no JSON: " },
        { "{\"a\":", "the action is no JSON: " },
        { "[]", "the action has no braketSchemaHeader with a name" },
        { "{}", "the action has no braketSchemaHeader with a name" },
        { "{\"braketSchemaHeader\":{\"name\":3}}", "the action has no braketSchemaHeader with a name" },
        { OF("quil.program") "}", "the action 'braket.ir.quil.program' is not known" },
        { PROGRAM(""), "program 0 has no text 'source'" },
        { PROGRAM(",\"source\":[]"), "program 0 has no text 'source'" },
        { PROGRAM(",\"source\":\"\",\"inputs\":[1]"), "the inputs of program 0 are not an object" },
        { SET("[]"), "a program set needs a list of 1 to 10000 programs" },
        { SET("{}"), "a program set needs a list of 1 to 10000 programs" },
        { SET("[{\"source\":\"\"},{\"inputs\":{}}]"), "program 1 has no text 'source'" },
        { SET("[{\"source\":\"\"},{\"source\":\"\",\"inputs\":7}]"), "the inputs of program 1 are not an object" },
        { OF("jaqcd.program") "}", "the program has no list 'instructions'" },
        { OF("jaqcd.program") ",\"instructions\":[{\"type\":\"h\",\"target\":0},{\"type\":\"h\"}]}",
          "instructions[1]: it names no qubit" },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_action action = { 0 };
        kt_error err = { 0 };
        assert_int_equal(kt_action_read(kt_view_of(rows[i].text), &action, &err), KT_E_INVALID);
        if (strncmp(err.message, rows[i].expect, strlen(rows[i].expect)) != 0)
            assert_string_equal(err.message, rows[i].expect);
        assert_null(action.document);
    }
}

TEST(action, a_source_keeps_every_byte)
{
    kt_action action;
    assert_int_equal(kt_action_read(kt_view_of(PROGRAM(",\"source\":\"// \\u00e4\\u0000x\"")), &action, NULL),
                     KT_E_INVALID); /* no NUL in a program */
    assert_int_equal(kt_action_read(kt_view_of(PROGRAM(",\"source\":\"// \\u00e4\\nh\"")), &action, NULL), 0);
    assert_true(kt_view_is(kt_action_source(&action, 0), "// \xc3\xa4\nh"));
    kt_action_fini(&action);
}

TEST(action, a_program_has_as_many_executables_as_its_inputs_are_long)
{
    static const struct {
        const char *text, *error;
        uint32_t expect;
    } rows[] = {
        { SET("[{\"source\":\"\"}]"), NULL, 1 },
        { SET("[{\"source\":\"\",\"inputs\":null}]"), NULL, 1 },
        { SET("[{\"source\":\"\",\"inputs\":{}}]"), NULL, 1 },
        { SET("[{\"source\":\"\",\"inputs\":{\"a\":[1,2,3]}}]"), NULL, 3 },
        { SET("[{\"source\":\"\",\"inputs\":{\"a\":[1,2],\"b\":[3,4]}}]"), NULL, 2 },
        { SET("[{\"source\":\"\",\"inputs\":{\"a\":[1,2],\"b\":[3]}}]"), "lists of different lengths", 0 },
        { SET("[{\"source\":\"\",\"inputs\":{\"a\":[]}}]"), "input 'a' of program 0 is no list of values", 0 },
        { SET("[{\"source\":\"\",\"inputs\":{\"a\":1}}]"), "input 'a' of program 0 is no list of values", 0 },
        { PROGRAM(",\"source\":\"\",\"inputs\":{\"a\":[1,2,3]}"), NULL, 1 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        kt_action action;
        kt_error err = { 0 };
        uint32_t count = 77;
        assert_int_equal(kt_action_read(kt_view_of(rows[i].text), &action, NULL), 0);
        assert_int_equal(kt_action_executables(&action, 0, &count, &err), rows[i].error != NULL ? KT_E_INVALID : 0);
        assert_int_equal(count, rows[i].error != NULL ? 77 : rows[i].expect);
        if (rows[i].error != NULL && strstr(err.message, rows[i].error) == NULL)
            assert_string_equal(err.message, rows[i].error);
        kt_action_fini(&action);
    }
}

TEST(action, an_executable_has_its_own_values)
{
    kt_action action;
    static const char text[] = SET("[{\"source\":\"\"},{\"source\":\"\",\"inputs\":{\"a\":[1.5,2],\"b\":[3,4]}}]");
    static const char *const expect[] = { "{\"a\":1.5,\"b\":3}", "{\"a\":2,\"b\":4}" };
    assert_int_equal(kt_action_read(kt_view_of(text), &action, NULL), 0);
    for (uint32_t e = 0; e < 2; e++) {
        KT_OWN(kt_inputs) *inputs = NULL;
        KT_BUF_OWN out;
        kt_buf_init(&out, 0);
        kt_jw w;
        kt_jw_init(&w, kt_out_buf(&out), 0);
        assert_int_equal(kt_action_inputs(&action, 1, e, &inputs, NULL), 0);
        kt_inputs_write(inputs, &w);
        assert_int_equal(kt_jw_end(&w, NULL), 0);
        assert_string_equal(out.data, expect[e]);
    }
    kt_action_fini(&action);
}

TEST(action, inputs_of_one_kind_have_one_signature)
{
    kt_action action;
    static const char text[] = SET("[{\"source\":\"\",\"inputs\":{\"a\":[1.5,2.5,2,\"01\",\"10\",\"1\",[1],[1,2]]}}]");
    uint64_t found[8];
    assert_int_equal(kt_action_read(kt_view_of(text), &action, NULL), 0);
    for (uint32_t e = 0; e < KT_COUNT(found); e++)
        found[e] = kt_action_signature(&action, 0, e);
    for (size_t i = 0; i < KT_COUNT(found); i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal(found[i] == found[k], (i == 1 && k == 0) || (i == 4 && k == 3));
    kt_action_fini(&action);
}
