/* SPDX-License-Identifier: Apache-2.0 */
/* print_test.c - the canonical form: every program of tests/data/syntax/good.txt parses, prints as the table says, and
 * what is printed parses to the same tree and prints as itself. */
#include "qasm/cases_test.h"
#include "qasm/print_priv.h"
#include "qasm/tree_test.h"

#include "tests/unit.h"

static void print(const tree *t, kt_buf *out)
{
    kt_buf_init(out, 0);
    if (t->ast != NULL)
        kt_ast_print(t->ast, out, NULL);
}

static bool check_good(const syntax_case *one)
{
    KT_BUF_OWN once;
    KT_BUF_OWN twice;
    tree t = tree_parse(one->source);
    print(&t, &once);
    tree again = tree_parse(kt_buf_view(&once));
    print(&again, &twice);
    bool as_told = t.rc == 0 && kt_view_equal(kt_buf_view(&once), one->expect);
    bool stable = again.rc == 0 && kt_view_equal(kt_buf_view(&once), kt_buf_view(&twice));
    bool same = as_told && stable && tree_same(t.ast, again.ast);
    if (!same)
        print_error("%.*s: %s%s%s %s\n%.*s", KT_VIEW_ARG(one->name), as_told ? "" : "not as told ",
                    stable ? "" : "not stable ", same ? "" : "not the same tree", again.err.message,
                    KT_VIEW_ARG(kt_buf_view(&once)));
    tree_free(&t);
    tree_free(&again);
    return same;
}

TEST(print, what_it_prints_is_canonical_and_parses_to_the_same_tree)
{
    assert_int_equal(syntax_cases("good.txt", 40, check_good), 0);
}

TEST(print, tells_different_trees_apart)
{
    static const char *const pairs[][2] = {
        { "x q;", "x r;" },
        { "x q;", "y q;" },
        { "a = 1;", "a = 2;" },
        { "a = b + c;", "a = b - c;" },
        { "int a;", "uint a;" },
        { "int[8] a;", "int[9] a;" },
        { "const int a = 1;", "int a = 1;" },
        { "if (a) x q;", "if (a) { x q; y q; }" },
        { "#pragma braket result probability", "#pragma braket result probability all" },
        { "#pragma braket unitary([[1, 0], [0, 1]]) q", "#pragma braket unitary([[1, 0], [0, 1im]]) q" },
    };
    for (size_t i = 0; i < KT_COUNT(pairs); i++) {
        tree a = tree_parse(kt_view_of(pairs[i][0])), b = tree_parse(kt_view_of(pairs[i][1]));
        assert_int_equal(a.rc + b.rc, 0);
        assert_false(tree_same(a.ast, b.ast));
        tree_free(&a);
        tree_free(&b);
    }
}

TEST(print, gives_expressions_and_types_for_messages)
{
    tree t = tree_parse(kt_view_of("array[complex[float[32]], 2, n] a = f(-(b + 1) ** 2, {1}[0], c[1:2]);"));
    if (t.rc == 0)
        fail();
    tree_free(&t);
    t = tree_parse(kt_view_of("array[complex[float[32]], 2, n] a = f(-(b + 1) ** 2, c[1:3:2]) && !d;"));
    assert_int_equal(t.rc, 0);
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    assert_int_equal(kt_type_print(t.ast->statements->type, &out), 0);
    kt_buf_addc(&out, ' ');
    kt_print_expr(&(kt_printer){ .out = &out, .version = 3 }, t.ast->statements->expr);
    assert_string_equal(out.data, "array[complex[float[32]], 2, n] f(-(b + 1) ** 2, c[1:3:2]) && !d");
    tree_free(&t);
    assert_string_equal(kt_operator_text(KT_OPR_POW), "**");
    assert_string_equal(kt_operator_text((kt_operator)99), "");
}

TEST(print, parentheses_stand_where_a_tree_without_marks_needs_them)
{
    static const char *const rows[] = {
        "(b + c) * d", "b - (c - d)",   "(b ** c) ** d", "b ** c ** d", "-(b + c)", "(-b) ** c",     "(b + c)[0]",
        "!(b == c)",   "(b || c) && d", "b | (c | d)",   "b ** -c",     "-b ** c",  "(a == b) == c", "a == (b == c)",
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char text[64] = "a = ";
        strcat(strcat(text, rows[i]), ";");
        tree t = tree_parse(kt_view_of(text));
        assert_int_equal(t.rc, 0);
        kt_expr *value = t.ast->statements->expr;
        kt_expr *parts[] = { value, value->a, value->b };
        for (size_t k = 0; k < KT_COUNT(parts); k++)
            if (parts[k] != NULL)
                parts[k]->parenthesized = false;
        KT_BUF_OWN out;
        kt_buf_init(&out, 0);
        kt_ast_print(t.ast, &out, NULL);
        tree again = tree_parse(kt_buf_view(&out));
        if (again.rc != 0 || !tree_same(t.ast, again.ast))
            print_error("%s becomes %s", rows[i], out.data);
        assert_true(again.rc == 0 && tree_same(t.ast, again.ast));
        tree_free(&t);
        tree_free(&again);
    }
}

TEST(print, numbers_without_text_get_their_shortest_form)
{
    kt_expr number = { .kind = KT_EXPR_FLOAT, .number = 0.25 }, integer = { .kind = KT_EXPR_INT, .integer = 7 };
    KT_BUF_OWN out;
    kt_buf_init(&out, 0);
    kt_printer printer = { .out = &out, .version = 3 };
    kt_print_expr(&printer, &number);
    kt_buf_addc(&out, ' ');
    kt_print_expr(&printer, &integer);
    assert_string_equal(out.data, "0.25 7");
}

TEST(print, reports_a_buffer_that_is_too_small)
{
    tree t = tree_parse(kt_view_of("qubit[2] q; cx q[0], q[1];"));
    KT_BUF_OWN out;
    kt_buf_init(&out, 8);
    kt_error err = { 0 };
    assert_int_equal(kt_ast_print(t.ast, &out, &err), KT_E_LIMIT);
    assert_int_equal(err.code, KT_E_LIMIT);
    tree_free(&t);
}
