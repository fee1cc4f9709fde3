/* SPDX-License-Identifier: Apache-2.0 */
/* expr_test.c - expressions and texts with expressions, each beside its value or its error and place. */
#include "expr/expr.h"

#include "tests/unit.h"
#include <string.h>

static const char SCOPE[] =
    "{\"n\":3,\"x\":0.5,\"s\":\"abc\",\"yes\":true,\"list\":[1,2,3],\"empty\":[],\"null_value\":null,"
    "\"energy\":[{\"expectation\":-1.5,\"counts\":[1,2]},{\"expectation\":0.25,\"counts\":[3,4]}],"
    "\"params\":{\"theta\":0.1,\"a-b\":7},\"big\":9223372036854775807,\"least\":-9223372036854775808}";

static const kt_json *find(void *ctx, kt_view name)
{
    return json_object_getn(ctx, name.data, name.length);
}

typedef int take(kt_view text, kt_arena *arena, const kt_expr_scope *scope, kt_json **out, size_t *where,
                 kt_error *err);

static int take_expr(kt_view text, kt_arena *arena, const kt_expr_scope *scope, kt_json **out, size_t *where,
                     kt_error *err)
{
    const kt_expr *expr = NULL;
    const int rc = kt_expr_parse(text, arena, &expr, where, err);
    return rc < 0 ? rc : kt_expr_eval(expr, scope, out, where, err);
}

static int take_template(kt_view text, kt_arena *arena, const kt_expr_scope *scope, kt_json **out, size_t *where,
                         kt_error *err)
{
    const kt_template *t = NULL;
    const int rc = kt_template_parse(text, arena, &t, where, err);
    return rc < 0 ? rc : kt_template_eval(t, scope, out, where, err);
}

/* wanted: the value as JSON; or NULL, an error at `at` that says `says`. */
static void check(take *function, const char *text, const char *wanted, size_t at, const char *says)
{
    kt_error err = { 0 };
    size_t where = 9999;
    KT_OWN(kt_json) *names = NULL, *value = NULL;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    assert_int_equal(kt_json_parse(kt_view_of(SCOPE), &names, NULL), 0);
    const kt_expr_scope scope = { .find = find, .ctx = names };
    const int rc = function(kt_view_of(text), arena, &scope, &value, &where, &err);
    if (wanted != NULL) {
        KT_BUF_OWN found;
        kt_jw w;
        kt_buf_init(&found, 0);
        if (rc < 0)
            print_message("%s: %s at %zu\n", text, err.message, where);
        assert_int_equal(rc, 0);
        kt_jw_init(&w, kt_out_buf(&found), 0);
        kt_jw_value(&w, value);
        assert_int_equal(kt_jw_end(&w, NULL), 0);
        assert_string_equal(found.data, wanted);
        return;
    }
    if (rc == 0 || strstr(err.message, says) == NULL || where != at)
        print_message("%s: %s at %zu\n", text, rc == 0 ? "worked" : err.message, where);
    assert_true(rc < 0);
    assert_null(value);
    assert_non_null(strstr(err.message, says));
    assert_int_equal(where, at);
}

typedef struct row {
    const char *text, *wanted, *says;
    size_t at;
} row;

static void check_rows(take *function, const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(function, rows[i].text, rows[i].wanted, rows[i].at, rows[i].says);
}

TEST(expr, literals_stand_for_themselves)
{
    static const row rows[] = {
        { "1", "1", NULL, 0 },
        { " 0.5 ", "0.5", NULL, 0 },
        { "1e-9", "1e-09", NULL, 0 },
        { "2E+3", "2000", NULL, 0 },
        { "'a b'", "\"a b\"", NULL, 0 },
        { "\"x\\n\\\"\"", "\"x\\n\\\"\"", NULL, 0 },
        { "true", "true", NULL, 0 },
        { "null", "null", NULL, 0 },
        { "[1, 'a', [], false]", "[1,\"a\",[],false]", NULL, 0 },
        { "9223372036854775807", "9223372036854775807", NULL, 0 },
    };
    check_rows(take_expr, rows, KT_COUNT(rows));
}

TEST(expr, paths_lead_into_values)
{
    static const row rows[] = {
        { "n", "3", NULL, 0 },
        { "params.theta", "0.1", NULL, 0 },
        { "params['a-b']", "7", NULL, 0 },
        { "list[0]", "1", NULL, 0 },
        { "list[-1]", "3", NULL, 0 },
        { "list[n - 1]", "3", NULL, 0 },
        { "energy[1].counts[0]", "3", NULL, 0 },
        { "energy[*].expectation", "[-1.5,0.25]", NULL, 0 },
        { "energy[*].counts[*]", "[[1,2],[3,4]]", NULL, 0 },
        { "energy[*].counts[1]", "[2,4]", NULL, 0 },
        { "empty[*].x", "[]", NULL, 0 },
        { "list[*]", "[1,2,3]", NULL, 0 },
        { "(energy[*].counts)[1]", "[3,4]", NULL, 0 },
    };
    check_rows(take_expr, rows, KT_COUNT(rows));
}

TEST(expr, operators_bind_as_usual)
{
    static const row rows[] = {
        { "1 + 2 * 3", "7", NULL, 0 },
        { "(1 + 2) * 3", "9", NULL, 0 },
        { "7 - 2 - 1", "4", NULL, 0 },
        { "7 / 2", "3.5", NULL, 0 },
        { "6 / 3", "2", NULL, 0 },
        { "7 % 3", "1", NULL, 0 },
        { "-7 % 3", "2", NULL, 0 },
        { "7 % -3", "-2", NULL, 0 },
        { "-7.5 % 2", "0.5", NULL, 0 },
        { "least % -1", "0", NULL, 0 },
        { "--n", "3", NULL, 0 },
        { "2 - -2", "4", NULL, 0 },
        { "+x", "0.5", NULL, 0 },
        { "'a' + s", "\"aabc\"", NULL, 0 },
        { "list + [4]", "[1,2,3,4]", NULL, 0 },
        { "1 < 2", "true", NULL, 0 },
        { "'b' > 'a'", "true", NULL, 0 },
        { "1 == 1.0", "true", NULL, 0 },
        { "[1, {}] == 1", NULL, "found '{}]", 4 },
        { "[1, [2.0]] == [1.0, [2]]", "true", NULL, 0 },
        { "null == false", "false", NULL, 0 },
        { "big == 9223372036854775807.0", "false", NULL, 0 },
        { "params != params", "false", NULL, 0 },
        { "yes and not false", "true", NULL, 0 },
        { "false and missing", "false", NULL, 0 },
        { "true or missing", "true", NULL, 0 },
        { "not 1 == 2", "true", NULL, 0 },
        { "1 <= 2 and 2 >= 2 or false", "true", NULL, 0 },
        { "notable", NULL, "nothing named 'notable'", 0 },
    };
    check_rows(take_expr, rows, KT_COUNT(rows));
}

TEST(expr, functions)
{
    static const row rows[] = {
        { "len(list)", "3", NULL, 0 },
        { "len('d\xc3\xa9j\xc3\xa0')", "4", NULL, 0 },
        { "len(params)", "2", NULL, 0 },
        { "min(list)", "1", NULL, 0 },
        { "max(1, 2.5, n)", "3", NULL, 0 },
        { "abs(-x)", "0.5", NULL, 0 },
        { "abs(-0.0)", "0", NULL, 0 },
        { "sum(list)", "6", NULL, 0 },
        { "sum(empty)", "0", NULL, 0 },
        { "sum(energy[*].expectation) / len(energy)", "-0.625", NULL, 0 },
        { "min(empty)", NULL, "the list is empty", 0 },
        { "len(1)", NULL, "found a number", 0 },
        { "abs(1, 2)", NULL, "found 2 values, expected one", 0 },
        { "1 + leng(list)", NULL, "did you mean 'len'", 4 },
        { "len()", NULL, "needs something", 0 },
    };
    check_rows(take_expr, rows, KT_COUNT(rows));
}

TEST(expr, errors_say_where_and_what)
{
    static const row rows[] = {
        { "", NULL, "the expression ends here", 0 },
        { "1 +", NULL, "the expression ends here; expected a value", 3 },
        { "1 2", NULL, "found '2', expected an operator", 2 },
        { "1 < 2 < 3", NULL, "expected an operator", 6 },
        { "(1", NULL, "expected ')'", 2 },
        { "[1 2]", NULL, "expected ',' or ']'", 3 },
        { "'abc", NULL, "closing quote", 4 },
        { "'\\q'", NULL, "behind a backslash", 2 },
        { "1x", NULL, "expected a number", 0 },
        { "99999999999999999999", NULL, "expected a number up to", 0 },
        { "and", NULL, "expected a value", 0 },
        { "n.", NULL, "the name of a field", 2 },
        { "n.5", NULL, "the name of a field", 2 },
        { "missing + 1", NULL, "nothing named 'missing'", 0 },
        { "params.thetta", NULL, "did you mean 'theta'", 6 },
        { "n.x", NULL, "found a number, expected an object with the field 'x'", 1 },
        { "list[3]", NULL, "there is no item 3; the list has 3", 4 },
        { "list[-4]", NULL, "there is no item -4", 4 },
        { "list[0.5]", NULL, "expected a whole number", 4 },
        { "n[*]", NULL, "expected a list before [*]", 1 },
        { "energy[*].spin", NULL, "no field 'spin'", 9 },
        { "1 + 'a'", NULL, "found a number + a text", 2 },
        { "1 / 0", NULL, "division by zero", 2 },
        { "1 % 0.0", NULL, "division by zero", 2 },
        { "big + 1", NULL, "64-bit", 4 },
        { "-least", NULL, "64-bit", 0 },
        { "1e308 * 10", NULL, "no finite number", 6 },
        { "1 and true", NULL, "expected true or false beside 'and'", 0 },
        { "not s", NULL, "behind 'not'", 4 },
        { "1 < 'a'", NULL, "expected two numbers or two texts", 2 },
    };
    check_rows(take_expr, rows, KT_COUNT(rows));
}

TEST(expr, depth_and_length_have_limits)
{
    char text[8192];
    memset(text, '(', 100);
    text[100] = '\0';
    check(take_expr, text, NULL, KT_EXPR_DEPTH_MOST, "nested deeper");
    memset(text, '-', 100);
    check(take_expr, text, NULL, KT_EXPR_DEPTH_MOST, "nested deeper");
    for (size_t i = 0; i < 2000; i++)
        memcpy(text + 2 * i, "1+", 3);
    check(take_expr, text, NULL, 999, "more than 1000 parts");
}

TEST(template, one_expression_keeps_its_kind_and_others_become_text)
{
    static const row rows[] = {
        { "", "\"\"", NULL, 0 },
        { "plain", "\"plain\"", NULL, 0 },
        { "${list}", "[1,2,3]", NULL, 0 },
        { "${ n }", "3", NULL, 0 },
        { " ${n}", "\" 3\"", NULL, 0 },
        { "${0.0}|${x}|${1e-9}|${1.0}", "\"0|0.5|1e-09|1\"", NULL, 0 },
        { "${n}${s}", "\"3abc\"", NULL, 0 },
        { "a ${list} b ${yes} ${null_value}", "\"a [1,2,3] b true null\"", NULL, 0 },
        { "$${n}", "\"${n}\"", NULL, 0 },
        { "$$${n}", "\"$${n}\"", NULL, 0 },
        { "$ $$ $a {} }", "\"$ $$ $a {} }\"", NULL, 0 },
        { "${'}'}", "\"}\"", NULL, 0 },
        { "${'\\'}'}", "\"'}\"", NULL, 0 },
        { "ab ${n", NULL, "without its '}'", 3 },
        { "a\xff", NULL, "no UTF-8", 1 },
        { "ab ${n +}", NULL, "the expression ends here", 8 },
        { "ab ${n} ${m}", NULL, "nothing named 'm'", 10 },
    };
    check_rows(take_template, rows, KT_COUNT(rows));
}

static void note(void *ctx, kt_view name, size_t where)
{
    kt_buf *out = ctx;
    kt_buf_addf(out, "%.*s@%zu ", (int)name.length, name.data, where);
}

TEST(template, names_are_told)
{
    const kt_template *t = NULL;
    KT_BUF_OWN names;
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    kt_buf_init(&names, 0);
    assert_int_equal(kt_template_parse(kt_view_of("${a + b[c].d} ${energy[*].e}"), arena, &t, NULL, NULL), 0);
    kt_template_names(t, note, &names);
    assert_string_equal(names.data, "a@2 b@6 c@8 energy@16 ");
    assert_false(kt_template_is_plain(t));
}
