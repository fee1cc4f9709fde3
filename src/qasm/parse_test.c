/* SPDX-License-Identifier: Apache-2.0 */
/* parse_test.c - the parser: what it says about wrong programs (tests/data/syntax/bad.txt), the trees it makes, its
 * limits, and that it survives any memory running out. What must parse is in print_test.c. */
#include "qasm/cases_test.h"
#include "qasm/tree_test.h"
#include <ketch/result.h>

#include "tests/unit.h"
#include <stdlib.h>

/* ---- errors ---- */

/* All diagnostics as lines "line:column: message" and "hint: hint". */
static void add_diagnostics(kt_buf *out, const kt_diagnostics *d)
{
    for (size_t i = 0; i < kt_diagnostics_count(d); i++) {
        const kt_diagnostic *one = kt_diagnostics_get(d, i);
        kt_buf_addf(out, "%u:%u: %s\n", one->line, one->column, one->message);
        if (one->hint != NULL)
            kt_buf_addf(out, "hint: %s\n", one->hint);
    }
}

static bool check_bad(const syntax_case *one)
{
    tree t = tree_parse(one->source);
    KT_BUF_OWN found;
    kt_buf_init(&found, 0);
    add_diagnostics(&found, t.diags);
    bool good = t.rc < 0 && kt_view_equal(kt_buf_view(&found), one->expect) && t.err.code == (kt_code)t.rc;
    if (!good)
        print_error("%.*s: rc %d\n%.*s", KT_VIEW_ARG(one->name), t.rc, KT_VIEW_ARG(kt_buf_view(&found)));
    tree_free(&t);
    return good;
}

TEST(parse, says_what_is_wrong_and_where)
{
    assert_int_equal(syntax_cases("bad.txt", 150, check_bad), 0);
}

TEST(parse, gives_the_first_error_as_a_sentence)
{
    tree t = tree_parse(kt_view_of("x q;\ny q q;\nz q q;"));
    assert_int_equal(t.rc, KT_E_SYNTAX);
    assert_string_equal(t.err.message, "t.qasm:2:5: expected ';' after the gate call, found 'q'");
    assert_non_null(t.ast);
    assert_string_equal(t.ast->statements->name.data, "x q;\ny q q;\nz q q;");
    tree_free(&t);
}

TEST(parse, stops_when_enough_errors_were_said)
{
    char text[400] = "";
    for (int i = 0; i < 60; i++)
        strcat(text, "x 1;\n");
    tree t = tree_parse(kt_view_of(text));
    assert_int_equal(t.rc, KT_E_SYNTAX);
    assert_int_equal(kt_diagnostics_count(t.diags), 20);
    tree_free(&t);
}

/* ---- limits ---- */

/* "head" + times * "open" + "middle" + times * "close" + "tail" parses exactly when it should. */
static const struct {
    const char *name, *head, *open, *middle, *close, *tail;
    size_t deep; /* the largest count that parses under a nesting of 32 */
} nestings[] = {
    { "parentheses", "a = ", "(", "1", ")", ";", 31 },
    { "signs", "a = ", "-", "1", "", ";", 31 },
    { "powers", "a = ", "1**", "1", "", ";", 31 },
    { "sums", "a = ", "1+", "1", "", ";", 31 },
    { "sums in parentheses", "a = ", "(1+", "1", ")", ";", 31 },
    { "indexes", "a = b", "[0]", "", "", ";", 31 },
    { "indexes in indexes", "a = b", "[b", "", "]", ";", 31 },
    { "calls", "a = ", "f(", "1", ")", ";", 31 },
    { "casts", "a = ", "int(", "1", ")", ";", 31 },
    { "sets", "array[int, 1] a = ", "{", "1", "}", ";", 31 },
    { "aliases", "let a = ", "b ++ ", "b", "", ";", 31 },
    { "blocks", "", "{", "", "}", "", 16 },
    { "conditions", "", "if (a) ", "x q;", "", "", 31 },
    { "else", "", "if (a) {} else ", "x q;", "", "", 31 },
    { "boxes", "", "box {", "", "}", "", 16 },
    { "switches", "", "switch (a) { default {", "", "}}", "", 10 },
    { "durations", "a = ", "durationof({ a = ", "1", ";})", ";", 15 },
};

static int parse_nested(size_t row, size_t times, uint32_t nesting)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    kt_buf_adds(&text, nestings[row].head);
    kt_buf_fill(&text, nestings[row].open, times);
    kt_buf_adds(&text, nestings[row].middle);
    kt_buf_fill(&text, nestings[row].close, times);
    kt_buf_adds(&text, nestings[row].tail);
    kt_limits limits = tree_limits;
    limits.nesting = nesting;
    tree t = tree_parse_input((kt_parse_input){ .file = { "t.qasm", kt_buf_view(&text) }, .limits = &limits });
    int rc = t.rc;
    tree_free(&t);
    return rc;
}

TEST(parse, refuses_what_is_nested_too_deeply)
{
    for (size_t i = 0; i < KT_COUNT(nestings); i++) {
        size_t deep = 0;
        while (deep < 100 && parse_nested(i, deep + 1, 32) == 0)
            deep++;
        if (deep != nestings[i].deep)
            print_error("%s: parses up to %zu\n", nestings[i].name, deep);
        assert_int_equal(deep, nestings[i].deep);
        assert_int_equal(parse_nested(i, deep + 1, 32), KT_E_LIMIT);
    }
}

TEST(parse, survives_any_depth_however_high_the_limit)
{
    for (size_t i = 0; i < KT_COUNT(nestings); i++)
        assert_int_equal(parse_nested(i, 100000, UINT32_MAX), KT_E_LIMIT);
}

TEST(parse, refuses_a_file_over_the_limit)
{
    kt_limits limits = tree_limits;
    limits.source_bytes = 10;
    tree t =
        tree_parse_input((kt_parse_input){ .file = { "t.qasm", kt_view_of("x q; y q; z q;") }, .limits = &limits });
    assert_int_equal(t.rc, KT_E_LIMIT);
    assert_string_equal(t.err.message, "t.qasm: the file has 14 bytes, the limit `source_bytes` is 10");
    assert_int_equal(kt_diagnostics_count(t.diags), 1);
    assert_null(t.ast);
    tree_free(&t);
}

static bool check_memory(const syntax_case *one)
{
    const kt_parse_input input = { .file = { "t.qasm", one->source }, .limits = &tree_limits };
    int rc = KT_E_NOMEM;
    for (size_t ceiling = 16; rc == KT_E_NOMEM && ceiling < 1u << 16; ceiling += 48) {
        KT_OWN(kt_arena) *arena = kt_arena_new(ceiling);
        KT_OWN(kt_diagnostics) *diags = kt_diagnostics_new(20);
        kt_ast *ast = NULL;
        kt_error err = { 0 };
        rc = kt_ast_parse(arena, &input, diags, &ast, &err);
        if ((rc == KT_E_NOMEM) != kt_arena_failed(arena) || (rc == KT_E_NOMEM && ast != NULL) ||
            err.code != (kt_code)rc)
            return false;
    }
    return rc == 0;
}

TEST(parse, reports_memory_that_runs_out_at_any_point)
{
    assert_int_equal(syntax_cases("good.txt", 40, check_memory), 0);
}

/* ---- trees ---- */

static const kt_stmt *only(const tree *t)
{
    assert_int_equal(t->rc, 0);
    assert_non_null(t->ast->statements);
    return t->ast->statements;
}

TEST(parse, a_gate_call_holds_name_arguments_modifiers_and_operands)
{
    tree t = tree_parse(kt_view_of("ctrl(2) @ pow(-1) @ rx(pi / 2) q[0], $3;"));
    const kt_stmt *call = only(&t);
    assert_int_equal(call->kind, KT_STMT_GATE_CALL);
    assert_true(kt_view_is(call->name, "rx"));
    assert_int_equal(call->name_source.column, 21);
    assert_int_equal(call->modifiers->kind, KT_MOD_CTRL);
    assert_int_equal(call->modifiers->argument->integer, 2);
    assert_int_equal(call->modifiers->next->kind, KT_MOD_POW);
    assert_int_equal(call->arguments->op, KT_OPR_DIV);
    assert_int_equal(call->arguments->length, 6);
    assert_int_equal(call->operands->kind, KT_EXPR_INDEX);
    assert_int_equal(call->operands->length, 4);
    assert_int_equal(call->operands->next->kind, KT_EXPR_PHYSICAL);
    assert_int_equal(call->operands->next->integer, 3);
    assert_int_equal(call->length, 40);
    tree_free(&t);
}

TEST(parse, both_forms_of_measurement_make_the_same_tree)
{
    tree a = tree_parse(kt_view_of("measure q[0] -> b[1];")), b = tree_parse(kt_view_of("b[1] = measure q[0];"));
    assert_int_equal(only(&a)->kind, KT_STMT_ASSIGN);
    assert_true(tree_same(a.ast, b.ast));
    tree_free(&a);
    tree_free(&b);
}

static bool is_whole(kt_expr_kind kind)
{
    return kind == KT_EXPR_INT || kind == KT_EXPR_BOOL;
}

TEST(parse, literals_have_their_values)
{
    static const struct {
        const char *text;
        kt_expr_kind kind;
        uint64_t integer;
        double number;
    } rows[] = {
        { "0x_1", 0, 0, 0 }, /* no literal */
        { "0xfF", KT_EXPR_INT, 255, 0 },
        { "0b1_01", KT_EXPR_INT, 5, 0 },
        { "0o17", KT_EXPR_INT, 15, 0 },
        { "18446744073709551615", KT_EXPR_INT, UINT64_MAX, 0 },
        { "1_0.2_5", KT_EXPR_FLOAT, 0, 10.25 },
        { "0.1", KT_EXPR_FLOAT, 0, 0.1 },
        { "1.e-3", KT_EXPR_FLOAT, 0, 1e-3 },
        { "3.141592653589793238462643383", KT_EXPR_FLOAT, 0, 3.141592653589793238462643383 },
        { "123456789.123456", KT_EXPR_FLOAT, 0, 123456789.123456 },
        { "1e308", KT_EXPR_FLOAT, 0, 1e308 },
        { "2.5im", KT_EXPR_IMAGINARY, 0, 2.5 },
        { "true", KT_EXPR_BOOL, 1, 0 },
        { "false", KT_EXPR_BOOL, 0, 0 },
        { "1.5ms", KT_EXPR_DURATION, 0, 1.5 },
        { "1e999", 0, 0, 0 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        char text[64] = "a = ";
        strcat(strcat(text, rows[i].text), ";");
        tree t = tree_parse(kt_view_of(text));
        assert_int_equal(t.rc == 0, rows[i].kind != 0 || rows[i].integer != 0 || rows[i].number != 0);
        const kt_expr *value = t.rc == 0 ? t.ast->statements->expr : NULL;
        assert_true(value == NULL ||
                    (value->kind == rows[i].kind && !value->integer_overflow &&
                     (is_whole(rows[i].kind) ? value->integer == rows[i].integer : value->number == rows[i].number)));
        tree_free(&t);
    }
    tree t = tree_parse(kt_view_of("a = 18446744073709551616;"));
    assert_true(only(&t)->expr->integer_overflow);
    tree_free(&t);
}

TEST(parse, angles_of_OpenQASM_2_are_real_numbers_but_indexes_are_not)
{
    tree t = tree_parse(kt_view_of("OPENQASM 2.0; rx(1/2) q[1]; if (c == 3) u1(2^f(q[0])) q[0]; qreg q[4];"));
    const kt_stmt *call = only(&t);
    assert_int_equal(t.ast->version, 2);
    assert_int_equal(call->arguments->a->kind, KT_EXPR_FLOAT);
    assert_int_equal(call->operands->b->kind, KT_EXPR_INT);
    assert_int_equal(call->next->expr->b->kind, KT_EXPR_INT);
    assert_int_equal(call->next->body->arguments->op, KT_OPR_POW);
    assert_int_equal(call->next->body->arguments->b->a->b->kind, KT_EXPR_INT);
    assert_true(call->next->next->type->is_old);
    tree_free(&t);
}

TEST(parse, an_included_file_has_the_version_of_its_program)
{
    const kt_file_text file = { "qelib1.inc", kt_view_of("gate g(a) b { rz(a^2) b; }") };
    tree t = tree_parse_input((kt_parse_input){ .file = file, .version = 2, .file_index = 7 });
    const kt_stmt *gate = only(&t);
    assert_int_equal(gate->body->arguments->op, KT_OPR_POW);
    assert_int_equal(gate->source.file, 7);
    tree_free(&t);
    t = tree_parse_input((kt_parse_input){ .file = file, .version = 3 });
    assert_int_equal(only(&t)->body->arguments->op, KT_OPR_BITXOR);
    tree_free(&t);
}

TEST(parse, any_pragma_is_kept_as_text_when_asked)
{
    static const char text[] =
        "#pragma braket noise bit_flip( // x\n#pragma foo 3x\n#pragma\nx q; #pragma braket verbatim";
    tree t = tree_parse_input((kt_parse_input){ .file = { "t", kt_view_of(text) }, .any_pragma = true });
    const kt_stmt *stmt = only(&t);
    assert_int_equal(stmt->pragma->kind, KT_PRAGMA_UNKNOWN);
    assert_true(kt_view_is(stmt->pragma->text, "braket noise bit_flip( // x"));
    assert_true(kt_view_is(stmt->next->pragma->text, "foo 3x"));
    assert_int_equal(stmt->next->next->pragma->text.length, 0);
    assert_int_equal(stmt->next->next->next->comment.length, 0);
    assert_int_equal(stmt->next->next->next->next->pragma->kind, KT_PRAGMA_VERBATIM);
    assert_int_equal(kt_diagnostics_count(t.diags), 0);
    tree_free(&t);
}

TEST(parse, a_pragma_ends_where_the_next_begins_even_without_a_blank)
{
    tree t = tree_parse_input(
        (kt_parse_input){ .file = { "t", kt_view_of("#pragma a#pragma#pragma b") }, .any_pragma = true });
    const kt_stmt *stmt = only(&t);
    assert_true(kt_view_is(stmt->pragma->text, "a"));
    assert_int_equal(stmt->next->pragma->text.length, 0);
    assert_true(kt_view_is(stmt->next->next->pragma->text, "b"));
    tree_free(&t);
}

TEST(parse, a_result_pragma_holds_its_observable)
{
    tree t =
        tree_parse(kt_view_of("#pragma braket result expectation hermitian([[1, 2-3im], [2+3im, -1]]) q[1] @ z($0)"));
    const kt_pragma *pragma = only(&t)->pragma;
    assert_int_equal(pragma->result_type, KT_RESULT_EXPECTATION);
    const kt_ast_factor *factor = pragma->terms->factors;
    assert_int_equal(factor->kind, KT_OBS_HERMITIAN);
    assert_true(factor->matrix->entries[1].re == 2 && factor->matrix->entries[1].im == -3);
    assert_true(factor->matrix->entries[3].re == -1 && factor->matrix->entries[3].im == 0);
    assert_int_equal(factor->source.column, 35);
    assert_int_equal(factor->next->kind, KT_OBS_Z);
    assert_int_equal(factor->next->targets->kind, KT_EXPR_PHYSICAL);
    assert_true(pragma->terms->coefficient == 1);
    tree_free(&t);
}

TEST(parse, an_opaque_gate_has_no_braces_and_no_body)
{
    tree t = tree_parse(kt_view_of("OPENQASM 2.0; opaque g(a) b; gate h a { }"));
    const kt_stmt *gate = only(&t);
    assert_int_equal(gate->kind, KT_STMT_GATE_DEF);
    assert_false(gate->braced);
    assert_true(gate->next->braced && gate->next->body == NULL);
    tree_free(&t);
}

TEST(parse, counts_statements_of_all_levels)
{
    tree t = tree_parse(kt_view_of("qubit q; if (a) { x q; y q; } // end\n gate g a { x a; }"));
    assert_int_equal(t.ast->statement_count, 6);
    tree_free(&t);
}

TEST(parse, every_ending_of_a_program_is_survived)
{
    static const char program[] =
        "OPENQASM 3.0; @a b\nqubit[2] q; if (a[0:1] == 2.5e3) { ctrl(2) @ rx(pi) q[0], $1; } "
        "else { b = measure q; } switch (i) { case 1 { x q; } } array[int, 2] a = {1, 2};\n"
        "def f(readonly array[int, #dim = 1] a) -> bit { return \"01\"; } cal { x { } } /* c */"
        "\n#pragma braket result expectation 2 * hermitian([[1, 1im], [-1im, 1]]) q[0] @ x(q[1])";
    for (size_t length = 0; length < sizeof(program); length++) {
        char *cut = malloc(length + 1); /* so that reading past the end is seen */
        memcpy(cut, program, length);
        tree t = tree_parse((kt_view){ cut, length });
        assert_int_equal(t.rc<0, kt_diagnostics_count(t.diags)> 0);
        tree_free(&t);
        free(cut);
    }
}
