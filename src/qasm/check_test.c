/* SPDX-License-Identifier: Apache-2.0 */
/* check_test.c - what is found wrong before a program runs: where, in what words, with what advice. */
#include "qasm/listing_test.h"

#include <stdlib.h>

static const struct {
    const char *program;
    uint32_t line, column;
    const char *message, *hint;
} wrong[] = {
    /* names */
    { "rx(alhpa) q[0]; float alpha;", 3, 4, "'alhpa' is not declared", NULL },
    { "float alpha; rx(alhpa) q[0];", 3, 17, "'alhpa' is not declared", "did you mean 'alpha'?" },
    { "phaseshfit(1) q[0];", 3, 1, "gate 'phaseshfit' is not defined", "did you mean 'phaseshift'?" },
    { "cx q[0], q[1];", 3, 1, "gate 'cx' is not defined", "include \"stdgates.inc\" defines it" },
    { "def foo(qubit z) { } foo q[0];", 3, 22, "gate 'foo' is not defined", "it is a subroutine: call it as foo(...)" },
    { "def cx(qubit z) { } cx q[0];", 3, 21, "gate 'cx' is not defined", "it is a subroutine: call it as cx(...)" },
    { "sine(0.5);", 3, 1, "subroutine 'sine' is not defined", "did you mean" },
    { "gate g a { g a; }", 3, 12, "gate 'g' is not defined", NULL },
    { "gate g a { h b; }", 3, 14, "'b' is not declared", NULL },
    { "def f() { } int x = f;", 3, 21, "'f' is a subroutine, not a value", "call it with ( )" },
    { "{ int x; } x = 1;", 3, 12, "'x' is not declared", NULL },
    { "for int i in [0:1] { } rx(i) q[0];", 3, 27, "'i' is not declared", NULL },
    { "#pragma braket result probability r\n", 3, 35, "'r' is not declared", NULL },
    { "#pragma braket result adjoint_gradient expectation(z(q[0])) theta\n", 3, 61, "'theta' is not declared", NULL },
    { "input int[8] n;\n#pragma braket result adjoint_gradient expectation(z(q[0])) n\n", 4, 61,
      "a gradient is taken by an input of type float or angle, and 'n' is none", NULL },
    /* declared twice */
    { "int x; float x;", 3, 14, "'x' is declared twice", "first declared in <source>, line 3" },
    { "qubit q;", 3, 7, "'q' is declared twice", "line 2" },
    { "gate g a { } gate g a { }", 3, 19, "gate 'g' is defined twice", "line 3" },
    { "def f() { } def f() { }", 3, 17, "'f' is declared twice", NULL },
    { "extern f() -> int; extern f() -> int;", 3, 27, "'f' is declared twice", NULL },
    { "def f(int a, int a) { }", 3, 18, "'a' is declared twice", NULL },
    { "gate g(a) a { }", 3, 11, "'a' is declared twice", NULL },
    { "let a = q; let a = q;", 3, 16, "'a' is declared twice", NULL },
    /* numbers of things */
    { "rx q[0];", 3, 1, "gate 'rx' takes 1 parameter, found 0", NULL },
    { "h(1) q[0];", 3, 1, "gate 'h' takes 0 parameters, found 1", NULL },
    { "x q[0], q[1];", 3, 1, "gate 'x' acts on 1 qubit, found 2", NULL },
    { "ctrl(2) @ x q[0], q[1];", 3, 11, "gate 'x' acts on 3 qubits with its controls, found 2", NULL },
    { "ctrl(0) @ x q[0];", 3, 6, "a gate has at least 1 control with ctrl, found 0", NULL },
    { "gate g(a) x { } g q[0];", 3, 17, "gate 'g' takes 1 parameter, found 0", NULL },
    { "cnot q[0], q[0];", 3, 12, "gate 'cnot' is given the same qubit twice", NULL },
    { "cnot q, q;", 3, 9, "gate 'cnot' is given the same qubit twice", NULL },
    { "cnot $1, $1;", 3, 10, "gate 'cnot' is given the same qubit twice", NULL },
    { "def f(int a) { } f();", 3, 18, "'f' takes 1 argument, found 0", NULL },
    { "def f(int a) { } f(1, 2);", 3, 18, "'f' takes 1 argument, found 2", NULL },
    { "rx(sin()) q[0];", 3, 4, "sin takes 1 argument, found 0", NULL },
    { "rx(sizeof(q, 1, 2)) q[0];", 3, 4, "sizeof takes 1 or 2 arguments, found 3", NULL },
    /* kinds */
    { "def f(qubit z) { } f(1);", 3, 22, "parameter 'z' of 'f' takes qubits, not a value", NULL },
    { "def f(int z) { } f(q[0]);", 3, 20, "parameter 'z' of 'f' takes a value, not qubits", NULL },
    { "if (q) x q[0];", 3, 5, "a condition cannot be qubits", NULL },
    { "while (q) x q[0];", 3, 8, "a condition cannot be qubits", NULL },
    { "rx(q[0]) q[0];", 3, 4, "a gate's parameter cannot be qubits", NULL },
    { "array[int[8], 2] a; rx(a) q[0];", 3, 24, "a gate's parameter cannot be an array", NULL },
    { "array[int[8], 2] a; int x = a + 1;", 3, 29, "an operator does not take a whole array", NULL },
    { "array[int[8], 2] a; int x = -a;", 3, 30, "an operator does not take a whole array", NULL },
    { "def f() { } int x = f();", 3, 21, "a call without a result is no value for a variable", NULL },
    { "def f() { } int x; x = f();", 3, 24, "this subroutine returns nothing", NULL },
    { "def f() { } int x = f() + 1;", 3, 21, "an operator does not take a call without a result", NULL },
    { "int x; h x;", 3, 10, "a qubit or qubit register is expected here", NULL },
    { "int x; x = q;", 3, 12, "qubits are not a value that can be assigned", "measure them" },
    { "int x = q;", 3, 9, "qubits are no value for a variable", NULL },
    { "q = 1;", 3, 1, "'q' is not a classical variable: qubits are not assigned to", NULL },
    { "int x; x = measure q[0];", 3, 8, "a measurement goes into a bit or bit register, and 'x' is none", NULL },
    { "int x = measure q[0];", 3, 9, "a measurement goes into a bit or bit register", NULL },
    { "let a = 3;", 3, 9, "an alias names qubits or classical bits", "declare a variable" },
    { "int[4] i; let a = i[0:1];", 3, 19, "an alias names qubits or classical bits", NULL },
    { "array[bit, 2] v; let a = v;", 3, 26, "an alias names qubits or classical bits", NULL },
    { "bit b; let a = b ++ q;", 3, 16, "qubits and classical bits cannot be joined", NULL },
    { "const bit[2] b = \"01\"; let a = b[0]; a = 1;", 3, 38, "'a' is const and cannot be changed", NULL },
    { "bit[2] b; let a = b ++ b[0]; a[3] = 1;", 3, 32, "index 3 is out of range for 'a', which has 3 bits", NULL },
    { "let a = nothing;", 3, 9, "'nothing' is not declared", NULL },
    { "complex[float] c; int x = c[0];", 3, 27, "this value has no parts to be indexed", NULL },
    { "pi += 2;", 3, 1, "'pi' is a constant of the language and cannot be changed", "another name" },
    { "tau[0] = measure q[0];", 3, 1, "'tau' is a constant of the language and cannot be changed", NULL },
    { "const int n = 3; n = 4;", 3, 18, "'n' is const and cannot be changed", NULL },
    { "const bit n = measure q[0];", 3, 15, "a const cannot be initialised by a measurement", NULL },
    { "for int i in [0:q] { }", 3, 17, "a bound of a range cannot be qubits", NULL },
    { "for int i in [0:0:5] { }", 3, 17, "a range with step 0 never ends", NULL },
    /* sizes and indexes known now */
    { "h q[3];", 3, 5, "index 3 is out of range for 'q', which has 3 qubits (0 to 2)", NULL },
    { "h q[-4];", 3, 5, "index -4 is out of range for 'q'", NULL },
    { "h q[1:5];", 3, 7, "index 5 is out of range", NULL },
    { "h q[{0, 7}];", 3, 9, "index 7 is out of range", NULL },
    { "const int n = 2; h q[n * 2 - 1];", 3, 22, "index 3 is out of range", NULL },
    { "bit[2] b; b[2] = 1;", 3, 13, "index 2 is out of range for 'b', which has 2 bits", NULL },
    { "bit b; b[1] = 1;", 3, 10, "index 1 is out of range for 'b', which has 1 bit", NULL },
    { "array[int[8], 2, 3] a; a[1, 3] = 1;", 3, 29, "index 3 is out of range for 'a', which has 3 places", NULL },
    { "let a = q[0] ++ q; let b = q; h b[3];", 3, 35, "index 3 is out of range for 'b'", NULL },
    { "qubit[0] r;", 3, 7, "the length of a qubit register must be at least 1, found 0", NULL },
    { "qubit[65536] r;", 3, 7, "the length of a qubit register is 65536, at most 65535 is the limit", NULL },
    { "int[128] n;", 3, 5, "the width of an integer is 128, at most 127 bits are supported", NULL },
    { "array[int[8], 0] a;", 3, 15, "a dimension of an array must be at least 1", NULL },
    { "array[int[8], 1, 1, 1, 1, 1, 1, 1, 1] a;", 3, 1, "an array has at most 7 dimensions, found 8", NULL },
    { "float[20] f;", 3, 7, "a float has 16, 32 or 64 bits, not 20", NULL },
    { "x $4294967295;", 3, 3, "the highest physical qubit is $4294967294", NULL },
    /* places */
    { "break;", 3, 1, "break stands outside a loop", NULL },
    { "if (true) { continue; }", 3, 13, "continue stands outside a loop", NULL },
    { "return 1;", 3, 1, "return stands outside a subroutine", NULL },
    { "def f() { return 1; }", 3, 18, "'f' is declared without a result", NULL },
    { "def f() { qubit r; }", 3, 11, "qubits cannot be declared in a subroutine", NULL },
    { "for int i in [0:1] { qubit r; }", 3, 22, "qubits cannot be declared in a loop", NULL },
    { "if (true) { input float t; }", 3, 13, "an input is declared outside of blocks", NULL },
    { "if (true) { output float t; }", 3, 13, "an output is declared outside of blocks", NULL },
    { "if (true) { gate g a { } }", 3, 13, "a gate is defined outside of blocks", NULL },
    { "if (true) { def f() { } }", 3, 13, "a subroutine is defined outside of blocks", NULL },
    { "if (true) { include \"x.inc\"; }", 3, 13, "include stands inside a block", NULL },
    { "gate g a { measure a; }", 3, 12, "a gate's body holds gates only", NULL },
    { "gate g a { reset a; }", 3, 12, "a gate's body holds gates only", NULL },
    { "gate g a { measure_ff(1) a; }", 3, 12, "a gate's body holds gates only", NULL },
    { "gate g a { bit b; }", 3, 12, "a gate's body holds gates only", NULL },
    { "gate g a { let b = a; }", 3, 12, "a gate's body holds gates only", NULL },
    { "def f() -> int { return 1; } gate g a { rx(f()) a; }", 3, 44, "a gate's body calls no subroutines", NULL },
    { "switch (1) { default { } default { } }", 3, 26, "default", NULL },
    { "#pragma braket verbatim\nh q[0];", 4, 1, "a box statement must follow the pragma 'braket verbatim'", NULL },
    /* includes */
    { "include \"nowhere.inc\";", 3, 1, "a program that does not come from a file includes no files", "built in" },
};

TEST(check, says_what_is_wrong_where_and_what_may_help)
{
    size_t right = 0;
    for (size_t i = 0; i < KT_COUNT(wrong); i++) {
        char room[2000];
        KT_OWN(kt_program) *program = NULL;
        KT_OWN(kt_diagnostics) *diags = NULL;
        kt_error err = { 0 };
        const char *source = whole_program(wrong[i].program, room, sizeof(room));
        const int rc = kt_program_parse(source, strlen(source), NULL, &program, &diags, &err);
        const kt_diagnostic *d = kt_diagnostics_get(diags, 0);
        const char *hint = d == NULL || d->hint == NULL ? "" : d->hint;
        if (rc >= 0 || d == NULL || strstr(d->message, wrong[i].message) == NULL || d->line != wrong[i].line ||
            d->column != wrong[i].column || (wrong[i].hint != NULL && strstr(hint, wrong[i].hint) == NULL))
            print_error("%s\n  found  %u:%u '%s' (%s)\n  wanted %u:%u '%s' (%s)\n", wrong[i].program,
                        d == NULL ? 0 : d->line, d == NULL ? 0 : d->column, d == NULL ? "" : d->message, hint,
                        wrong[i].line, wrong[i].column, wrong[i].message, wrong[i].hint == NULL ? "" : wrong[i].hint);
        else
            right++;
    }
    assert_int_equal(right, KT_COUNT(wrong));
}

TEST(check, says_unknown_names_behind_a_syntax_error_and_nothing_that_follows_from_it)
{
    static const struct {
        const char *source;
        size_t said;
    } rows[] = {
        { "qubit q;\nint x = ;\nfoo q;\nrx(bar) q;\nint y = z();", 4 },
        { "qubit q;\nint x = ;\nx = 3;\nrx(x) q;", 1 },         /* may be declared in what was not read */
        { "qubit[2 q;\nh q[0];", 1 },                           /* even grown together, */
        { "qreg q2];\nh q[0];", 1 },                            /* */
        { "qubit[2;q;\nh q[0];", 1 },                           /* or left over on its line */
        { "qubit q;\nint x = ;\nh q[3];\nint q;\nreturn;", 1 }, /* names only */
        { "qubit q;\nx q\nfoo q;", 2 },                         /* a forgiven ; */
        { "qubit q;\nint x = ;\n}\nfoo q;", 2 },                /* in which block is that? */
        { "qubit q;\nint x = ;\nif (true) {\nfoo q;", 2 },      /* */
        { "include 'gates.inc;\nqubit q;\nfoo q;", 1 },         /* may define anything */
        { "OPENQASM 5;\nqubit q;\nfoo q;", 1 },                 /* who knows its gates */
        { "switch (1) { case 1 { } int foo; }\nqubit q;\nrx(foo) q;\nrx(bar) q;", 2 },
    };
    for (size_t i = 0; i < KT_COUNT(rows); i++) {
        KT_OWN(kt_program) *program = NULL;
        KT_OWN(kt_diagnostics) *diags = NULL;
        kt_error err = { 0 };
        assert_true(kt_program_parse(rows[i].source, strlen(rows[i].source), NULL, &program, &diags, &err) < 0);
        if (kt_diagnostics_count(diags) != rows[i].said)
            fail_msg("%s\n  said %zu times, wanted %zu", rows[i].source, kt_diagnostics_count(diags), rows[i].said);
    }
}

TEST(check, finds_several_errors_in_one_run_up_to_the_limit)
{
    const char *source = "qubit q;\nfoo q;\nrx(bar) q;\nint x = q;\nh q[5];\n";
    for (uint32_t most = 1; most <= 5; most++) {
        const kt_limits limits = { .errors = most };
        const kt_parse_options options = { .limits = &limits };
        KT_OWN(kt_program) *program = NULL;
        KT_OWN(kt_diagnostics) *diags = NULL;
        assert_int_equal(kt_program_parse(source, strlen(source), &options, &program, &diags, NULL), KT_E_INVALID);
        assert_int_equal(kt_diagnostics_count(diags), most < 4 ? most : 4);
    }
}

TEST(check, syntax_only_resolves_no_names_and_cannot_be_run)
{
    const char *source = "include \"nowhere.inc\"; foo q; rx(bar) baz;\n#pragma something else\n";
    const kt_parse_options options = { .syntax_only = 1 };
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_play) *play = NULL;
    KT_OWN(kt_circuit) *circuit = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_program_parse(source, strlen(source), &options, &program, NULL, &err), 0);
    assert_int_equal(kt_play_new(program, NULL, NULL, &play, &err), KT_E_INVALID);
    assert_int_equal(kt_program_circuit(program, NULL, &circuit, NULL, &err), KT_E_INVALID);
}

/* What is right although it looks odd. */
static const char *const accepted[] = {
    "int pi = 3; rx(pi) q[0];",
    "int x = 1; { int x = 2; } if (true) { int x = 3; }",
    "qubit[2] x; x x[0];",
    "if (true) { int z = 1; } float z = 2;",
    "def f(qubit[3] z) { h z; } f(q);",
    "gphase(1) q[0]; ctrl @ gphase(1) q[0];",
    "int n = 2; ctrl(n) @ x q[0], q[1], q[2];",
    "extern f(int[8]) -> int[8]; int x; if (false) { x = f(3); }",
    "cal { anything at all }",
    "@annotation here\nh q[0];",
    "stretch s; duration d = 3ns + s; box[d] { delay[s] q[0]; }",
    "bool go = true; while (go) { int y = 1; go = false; } y = 2;",
    "int y = durationof({ h q[0]; }) > 1ns;",
    "let a = q[0] ++ $7;",
};

TEST(check, takes_what_is_right_although_it_looks_odd)
{
    for (size_t i = 0; i < KT_COUNT(accepted); i++) {
        const played p = play_text(accepted[i], NULL, NULL, NULL);
        if (p.rc != 0)
            fail_msg("%s: %s", accepted[i], p.err.message);
    }
}
