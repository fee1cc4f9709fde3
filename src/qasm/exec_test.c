/* SPDX-License-Identifier: Apache-2.0 */
/* exec_test.c - what programs do: text in, operations out. Three qubits `q` (0 to 2) are there already. */
#include "qasm/listing_test.h"

#include "circuit/circuit.h"
#include <stdlib.h>

typedef struct done_row {
    const char *program, *operations;
} done_row;

static void check_rows(const done_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const played p = play_text(rows[i].program, NULL, NULL, NULL);
        if (p.rc != 0 || strcmp(p.text, rows[i].operations) != 0)
            fail_msg("%s\n  found  '%s' (%s)\n  wanted '%s'", rows[i].program, p.text, p.err.message,
                     rows[i].operations);
    }
}

static const done_row operands[] = {
    { "h q;", "h 0; h 1; h 2" },
    { "qubit[3] r; cnot q, r;", "cnot 0 3; cnot 1 4; cnot 2 5" },
    { "qubit[3] r; cnot q[0], r;", "cnot 0 3; cnot 0 4; cnot 0 5" },
    { "qubit[1] r; cnot r, q;", "cnot 3 0; cnot 3 1; cnot 3 2" },
    { "h q[0:1]; x q[{0, 2}]; y q[-1]; z q[0:2:2]; s q[2:-1:1];", "h 0; h 1; x 0; x 2; y 2; z 0; z 2; s 2; s 1" },
    { "let a = q; h a[1]; let b = q[1:2]; x b; qubit[2] r; let c = q[0] ++ r; cnot c[0], c[2];",
      "h 1; x 1; x 2; cnot 0 4" },
    { "let a = q; let b = a[1:2]; let c = b[1]; x c; let d = c ++ q[0:1]; h d;", "x 2; h 2; h 0; h 1" },
    { "int i = 1; h q[i]; h q[i + 1]; for int k in [0:1] h q[k];", "h 1; h 2; h 0; h 1" },
    { "reset q; barrier q[0], q[2]; barrier; delay[100ns] q[1];",
      "reset 0; reset 1; reset 2; barrier 0 2; barrier 0 1 2; delay(1e-07) 1" },
    { "x $5; cnot $5, $3;", "x 4; cnot 4 3" },
    { "OPENQASM 3.0;\nx $3; i $1; h $7; x $3;", "x 1; i 0; h 2; x 1" },
    { "OPENQASM 3.0;\nx $1; qubit[3] q; x q[1]; h q[2];", "x 0; x 0; h 2" },
    { "x $1; x $0;", "x 1; x 0" },
    { "OPENQASM 3.0;\nqreg a[2]; creg c[2]; qubit b; x a[1]; x b;", "x 1; x 2" },
    { "OPENQASM 3.0;\nqubit[2] h; h h[0]; h h;", "h 0; h 0; h 1" },
    { "box { x q[0]; h q[1]; }", "x 0; h 1" },
    { "box[10ns] { x q[0]; }", "x 0" },
    { "#pragma braket verbatim\nbox { x q[0]; }\nh q[1];", "verbatim{; x 0; }verbatim; h 1" },
    { "x q[0]; end; x q[1];", "x 0" },
    { "if (true) { end; } x q[1];", "" },
    { "def f() { end; } x q[0]; f(); x q[1];", "x 0" },
    { "def f(int n) -> float { while (true) { if (n > 1) { end; } else { break; } } return n; }"
      " for int i in [0:9] { rx(f(i)) q[0]; }",
      "rx(0) 0; rx(1) 0" },
    { "def f() { switch (1) { case 1 { { end; } } } } def g() { x q[0]; f(); x q[1]; } g(); x q[2];", "x 0" },
    { "def f() -> float { end; } gate g(t) a { rx(t) a; } inv @ g(f()) q[0]; x q[1];", "" },
    { "gate g a { h a; end; } g q[0]; x q[1];", "h 0" },
    { "gate g a { h a; end; } inv @ g q[0]; x q[1];", "" },
    { "def f() -> int { end; } int i = 1 + f() * 2; x q[1];", "" },
    { "def f() -> bool { end; } if (true || f()) { x q[0]; } while (f()) { } x q[1];", "x 0" },
    { "def f() { end; }\n#pragma braket verbatim\nbox { x q[0]; f(); x q[1]; } h q[1];", "verbatim{; x 0; }verbatim" },
    { "OPENQASM 3.0;\ndef f(int[8] i) -> int[8] { end; } array[int[8], 2] a = {1, f(1)}; qubit q; x q;", "" },
    { "ms(0.1, 0.2) q[0], q[1]; ms(0.1, 0.2, 0.3) q[0], q[1];", "ms(0.1,0.2,1.5708) 0 1; ms(0.1,0.2,0.3) 0 1" },
};

TEST(exec, operands_become_qubits_in_order_of_declaration)
{
    check_rows(operands, KT_COUNT(operands));
}

/* Aliases of classical bits: rx shows what they hold. */
static const done_row aliases[] = {
    { "bit[4] c = \"0110\"; let d = c[1:2]; rx(uint[2](d)) q[0]; d[0] = 0; rx(uint[4](c)) q[1]; c[1] = 1; rx(d == 3) "
      "q[2];",
      "rx(3) 0; rx(2) 1; rx(1) 2" },
    { "bit[4] c = \"0000\"; let d = c[0:1] ++ c[3]; d = \"101\"; rx(uint[4](c)) q[0]; d[2] = 0; rx(uint[4](c)) q[0];",
      "rx(9) 0; rx(8) 0" },
    { "bit a = 0; bit b = 1; let d = a ++ b; let e = d[{1, 0}]; e[0] = 0; e[1] = 1; rx(a) q[0]; rx(b) q[0];",
      "rx(1) 0; rx(0) 0" },
    { "bit[3] c = \"000\"; let s = c[-1]; s = 1; rx(uint[3](c)) q[0]; if (s) x q[0]; s |= 1; s[0] = 0; if (s) x q[1];",
      "rx(1) 0; x 0" },
    { "bit[2] c = \"10\"; let d = c; let e = d; e = d >> 1; rx(uint[2](c)) q[0]; for bit b in e { rx(b) q[1]; }",
      "rx(1) 0; rx(0) 1; rx(1) 1" },
    { "bit[4] c = \"0011\"; def f(bit[2] p) -> uint[2] { let r = p[1] ++ p[0]; r[0] = 0; return r; }"
      " let d = c[1:2]; rx(f(d)) q[0]; rx(uint[4](c)) q[0]; rx(sizeof(d)) q[1]; rx(popcount(c[0:3])) q[1];",
      "rx(0) 0; rx(3) 0; rx(2) 1; rx(2) 1" },
    { "bit[2] g = \"00\"; let h = g[1]; def f() { h = 1; } f(); rx(uint[2](g)) q[0];", "rx(1) 0" },
    { "for int i in [1:3] { bit[3] c = \"000\"; let d = c[i - 1:2]; d[0] = 1; rx(uint[3](c)) q[0]; }",
      "rx(4) 0; rx(2) 0; rx(1) 0" },
    { "const bit[2] k = \"10\"; let d = k[0]; rx(d) q[0];", "rx(1) 0" },
};

TEST(exec, aliases_of_bits_are_those_bits)
{
    check_rows(aliases, KT_COUNT(aliases));
}

static const done_row gates[] = {
    { "gate g(a) x, y { rx(a) x; cnot x, y; rz(a / 2) y; } g(0.5) q[0], q[1];", "rx(0.5) 0; cnot 0 1; rz(0.25) 1" },
    { "gate g(a) x { rx(a) x; } gate k(b) x, y { g(b * 2) x; h y; g(b) y; } k(0.5) q[2], q[0];",
      "rx(1) 2; h 0; rx(0.5) 0" },
    { "gate g x { for int i in [1:2] { rx(i) x; } } g q[0]; inv @ g q[1];", "rx(1) 0; rx(2) 0; rx(-2) 1; rx(-1) 1" },
    { "gate g(a) x { if (a > 1) { x x; } else { h x; } } g(2) q[0]; g(0) q[1];", "x 0; h 1" },
    { "gate h a { x a; } h q[0];", "x 0" },
    { "const float t = 0.5; gate g x { rx(t) x; } g q[1];", "rx(0.5) 1" },
    { "gate g x, y { x x; barrier x, y; h y; } inv @ g q[0], q[1]; ctrl @ g q[2], q[0], q[1];",
      "h 1; barrier 0 1; x 0; c1 x 2 0; barrier 0 1; c1 h 2 1" },
    /* modifiers of built-in gates */
    { "ctrl @ pow(0.5) @ x q[0], q[1]; negctrl @ inv @ t q[1], q[2]; ctrl(2) @ x q[0], q[1], q[2];",
      "c1 x^0.5 0 1; c0 t^-1 1 2; c11 x 0 1 2" },
    { "ctrl @ negctrl @ ry(0.5) q[2], q[0], q[1]; inv @ inv @ s q[0]; pow(2) @ pow(3) @ s q[0];",
      "c10 ry(0.5) 2 0 1; s 0; s^6 0" },
    { "gphase(0.5); ctrl @ gphase(0.5) q[0]; negctrl @ ctrl @ gphase(0.5) q[1], q[2]; inv @ gphase(0.5);",
      "gphase(0.5); c1 gphase(0.5) 0; c01 gphase(0.5) 1 2; gphase(0.5)^-1" },
    /* and of defined ones */
    { "gate g(a) x, y { rx(a) x; cnot x, y; s y; } inv @ g(0.5) q[0], q[1];", "si 1; cnot 0 1; rx(-0.5) 0" },
    { "gate g(a) x { rx(a) x; t x; } negctrl @ g(0.5) q[0], q[1];", "c0 rx(0.5) 0 1; c0 t 0 1" },
    { "gate g x { t x; h x; } pow(2) @ g q[0];", "t 0; h 0; t 0; h 0" },
    { "gate g x { t x; h x; } pow(-2) @ g q[0];", "h 0; ti 0; h 0; ti 0" },
    { "gate g x { t x; h x; } pow(0) @ g q[0];", "i 0" },
    { "gate g x { t x; } pow(0.5) @ g q[0]; inv @ pow(3) @ g q[0];", "t^0.5 0; t^-3 0" },
    { "gate g x { t x; h x; } pow(0.5) @ g q[0]; ctrl @ pow(100) @ g q[0], q[1];", "unitary 0; c1 unitary 0 1" },
    { "gate g x { } pow(0.5) @ g q[0]; inv @ g q[1];", "" },
    { "gate g x { rx(1) x; gphase(0.5); } ctrl @ g q[1], q[2]; g q[0];",
      "c1 rx(1) 1 2; c1 gphase(0.5) 1; rx(1) 0; gphase(0.5)" },
    { "gate g x { gphase(0.5); } g q[1]; inv @ g q[1];", "gphase(0.5); i 1; gphase(-0.5)" },
    { "gate g x, y { ctrl @ t x, y; } gate k x, y { inv @ g x, y; } ctrl @ k q[0], q[1], q[2];", "c11 ti 0 1 2" },
    { "gate g x { t x; h x; } gate k x { pow(0.5) @ g x; } inv @ k q[0];", "unitary^-1 0" },
    { "gate g x { pow(2) @ t x; } pow(0.5) @ g q[0];", "unitary 0" },
    { "gate g x { t x; h x; } pow(2) @ g q;", "t 0; h 0; t 0; h 0; t 1; h 1; t 1; h 1; t 2; h 2; t 2; h 2" },
};

TEST(exec, gates_and_modifiers_become_operations)
{
    check_rows(gates, KT_COUNT(gates));
}

static const done_row library[] = {
    { "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q; p(0.5) q[0]; id q[0]; sdg q[0]; tdg q[0]; sx q[0]; cx "
      "q[0], q[1];"
      "CX q[0], q[1]; cp(0.5) q[0], q[1]; crx(0.5) q[0], q[1]; ch q[0], q[1]; ccx q[0], q[1], q[2]; cswap q[0], q[1], "
      "q[2];"
      "cu(1, 2, 3, 4) q[0], q[1]; u1(1) q[0]; u2(1, 2) q[0]; u3(1, 2, 3) q[0]; phase(1) q[0]; cphase(1) q[0], q[1];",
      "phaseshift(0.5) 0; i 0; si 0; ti 0; v 0; cnot 0 1; cnot 0 1; cphaseshift(0.5) 0 1; c1 rx(0.5) 0 1; c1 h 0 1; "
      "ccnot 0 1 2; cswap 0 1 2; phaseshift(4) 0; c1 U(1,2,3) 0 1; phaseshift(1) 0; U(1.5708,1,2) 0; U(1,2,3) 0; "
      "phaseshift(1) 0; cphaseshift(1) 0 1" },
    { "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[5]; u(1,2,3) q[0]; sxdg q[0]; cu1(1) q[0],q[1]; cu3(1,2,3) "
      "q[0],q[1];"
      "csx q[0],q[1]; rxx(1) q[0],q[1]; ryy(1) q[0],q[1]; rzz(1) q[0],q[1]; c3x q[0],q[1],q[2],q[3]; u0(1) q[0];"
      "c3sqrtx q[0],q[1],q[2],q[3]; c4x q[0],q[1],q[2],q[3],q[4]; crz(1) q[0],q[1]; cry(1) q[0],q[1];",
      "U(1,2,3) 0; vi 0; cphaseshift(1) 0 1; c1 U(1,2,3) 0 1; cv 0 1; xx(1) 0 1; yy(1) 0 1; zz(1) 0 1; c111 x 0 1 2 3; "
      "i 0; "
      "c111 v 0 1 2 3; c1111 x 0 1 2 3 4; c1 rz(1) 0 1; c1 ry(1) 0 1" },
    { "OPENQASM 2.0;\nqreg q[2]; CX q[0],q[1]; U(1,2,3) q[0]; gate cx a,b { CX a,b; } include \"qelib1.inc\"; cx "
      "q[1],q[0];",
      "cnot 0 1; U(1,2,3) 0; cnot 1 0" },
    { "OPENQASM 3.0;\ninclude \"stdgates.inc\";\ngate cx a, b { h b; cz a, b; h b; }\nqubit[2] q; cx q[0], q[1];",
      "h 1; cz 0 1; h 1" },
};

TEST(exec, libraries_are_built_in_and_may_be_overridden)
{
    check_rows(library, KT_COUNT(library));
}

static const struct {
    const char *program, *outcomes, *operations;
    int rc;
} measurements[] = {
    { "bit[3] b; b = measure q;", NULL, "M0 b0.0; M1 b0.1; M2 b0.2", 0 },
    { "bit[2] b; b[0] = measure q[1]; b[1] = measure q[0];", NULL, "M1 b0.0; M0 b0.1", 0 },
    { "bit[3] b; b[{2, 0}] = measure q[0:1]; measure q[2] -> b[1];", NULL, "M0 b0.2; M1 b0.0; M2 b0.1", 0 },
    { "bit[5] b; b = measure q;", NULL, "M0 b0.0; M1 b0.1; M2 b0.2", 0 },
    { "bit b = measure q[1]; bit c; c = b;", NULL, "M1 b0.0", 0 },
    { "bit b; bit[2] c; c[1] = measure q[0]; b = measure q[1];", NULL, "M0 b1.1; M1 b0.0", 0 },
    { "measure q[2]; x q[2]; measure q[0:1];", NULL, "x 2; M2 a0; M0 a1; M1 a2", 0 },
    { "bit b; b = measure q[0]; x q[0];", NULL, "M0 b0.0; x 0", 0 },
    { "bit b; b = measure q[0]; if (b) x q[1];", "1", "M0 b0.0; x 1", 0 },
    { "bit b; b = measure q[0]; if (b) x q[1]; else h q[1];", "0", "M0 b0.0; h 1", 0 },
    { "bit b; b = measure q[0]; if (b) x q[1];", NULL, "M0 b0.0", KT_E_DYNAMIC },
    { "bit[2] b; b = measure q[0:1]; if (b == \"10\") x q[2]; if (b == 2) h q[2]; if (b[0] + b[1] == 1) y q[2];", "10",
      "M0 b0.0; M1 b0.1; x 2; h 2; y 2", 0 },
    { "bit[2] b; b[0] = measure q[0]; b[1] = 1; int x = b[1]; rx(x) q[0];", NULL, "M0 b0.0; rx(1) 0", 0 },
    { "bit[2] b; b = measure q[0:1]; bit[2] c = b; b[0] = 0; uint[2] n = c;", NULL, "M0 b0.0; M1 b0.1", KT_E_DYNAMIC },
    { "bit b; b = measure q[0]; while (b) { x q[0]; b = measure q[0]; }", "110", "M0 b0.0; x 0; M0 b0.0; x 0; M0 b0.0",
      0 },
    { "bit b; b = measure q[0]; array[int[8], 1] a; a[0] = b;", NULL, "M0 b0.0", KT_E_DYNAMIC },
    /* subroutines: the outcome belongs to the bits that the call is assigned to */
    { "bit[2] c; def f(qubit z) -> bit { return measure z; } c[0] = f(q[0]); c[1] = f(q[2]);", NULL, "M0 b0.0; M2 b0.1",
      0 },
    { "bit[2] c; def f(qubit[2] z) -> bit[2] { return measure z; } c = f(q[1:2]);", NULL, "M1 b0.0; M2 b0.1", 0 },
    { "bit c; def f(qubit z) -> bit { bit b; b = measure z; return b; } c = f(q[0]);", NULL, "M0 b1.0", 0 },
    { "bit c; def f(qubit z) -> bit { return measure z; } def g(qubit z) -> bit { return f(z); } c = g(q[0]);", NULL,
      "M0 b0.0", 0 },
    { "def f(qubit z) -> bit { return measure z; } if (f(q[0])) x q[1];", "1", "M0; x 1", 0 },
    { "def f(qubit z) -> bit { return measure z; } if (f(q[0])) x q[1];", NULL, "M0", KT_E_DYNAMIC },
    { "bit c; def f(qubit z) -> bit { return measure z; } c = f(q[0]) && true;", "1", "M0", 0 },
    /* feedback keys */
    { "measure_ff(3) q[0]; cc_prx(0.5, 0.25, 3) q[1];", "1", "M0; prx(0.5,0.25) 1", 0 },
    { "measure_ff(3) q[0]; cc_prx(0.5, 0.25, 3) q[1]; measure_ff(3) q[1]; cc_prx(1, 1, 3) q[0];", "01",
      "M0; M1; prx(1,1) 0", 0 },
    { "angle[4] c = 0; measure q[0] -> c[0]; c >>= 1; c <<= 0; rx(c) q[1];", "1", "M0; rx(1.5708) 1", 0 },
    { "uint[2] n = 0; n[1] = measure q[0]; rx(n) q[1];", "1", "M0; rx(1) 1", 0 },
    { "uint[2] n = 0; n[1] = measure q[0];", NULL, "M0", KT_E_DYNAMIC },
    { "measure_ff(3) q[0];", NULL, "M0", KT_E_DYNAMIC },
    { "output bit b; b = measure q[0];", "1", "M0 b0.0; b=1", 0 },
    { "output bit[2] b; b[0] = measure q[0];", NULL, "M0 b0.0", KT_E_DYNAMIC },
};

TEST(exec, measurements_name_their_cells_and_decide)
{
    for (size_t i = 0; i < KT_COUNT(measurements); i++) {
        const played p = play_text(measurements[i].program, NULL, measurements[i].outcomes, NULL);
        if (p.rc != measurements[i].rc || strcmp(p.text, measurements[i].operations) != 0)
            fail_msg("%s\n  found  %d '%s' (%s)\n  wanted '%s'", measurements[i].program, p.rc, p.text, p.err.message,
                     measurements[i].operations);
        assert_int_equal(p.diagnostics, 0);
    }
}

static const done_row pragmas[] = {
    { "#pragma braket unitary([[0, 1], [1, 0]]) q[1]\n", "unitary 1" },
    { "#pragma braket unitary([[1,0,0,0],[0,0,1,0],[0,1,0,0],[0,0,0,1]]) q[2], q[0]\n", "unitary 2 0" },
    { "#pragma braket noise bit_flip(0.1) q[0]\n#pragma braket noise pauli_channel(0.1, 0.2, 0.3) q[1]\n",
      "bit_flip(0.1) 0; pauli_channel(0.1,0.2,0.3) 1" },
    { "#pragma braket noise two_qubit_depolarizing(0.1) q[0], q[2]\n", "two_qubit_depolarizing(0.1) 0 2" },
    { "#pragma braket noise depolarizing(0.1) q\n", "depolarizing(0.1) 0; depolarizing(0.1) 1; depolarizing(0.1) 2" },
    { "#pragma braket noise kraus([[1, 0], [0, 0]], [[0, 0], [0, 1]]) q[1]\n", "kraus 1" },
};

TEST(exec, pragmas_are_operations)
{
    check_rows(pragmas, KT_COUNT(pragmas));
}

static const struct {
    const char *program, *inputs, *operations, *message;
} with_inputs[] = {
    { "input float t; rx(t * 2) q[0];", "{\"t\": 0.5}", "rx(1) 0", NULL },
    { "input float t; h q[0];", NULL, "h 0", NULL },
    { "input float t; rx(t) q[0];", NULL, "", "<source>:3:19: input 't' was given no value" },
    { "input int[8] n; rx(n) q[n];", "{\"n\": 2}", "rx(2) 2", NULL },
    { "input int[8] n; rx(n) q[n];", "{\"n\": 2.0, \"other\": 7}", "rx(2) 2", NULL },
    { "input int[8] n; h q[0];", "{\"n\": 2.5}", "", "input 'n' is declared as int[8] and was given 2.5" },
    { "input int[8] n; h q[0];", "{\"n\": \"abc\"}", "", "was given \"abc\"" },
    { "input int[8] n; h q[0];", "{\"n\": [1, 2]}", "", "was given [1,2]" },
    { "input bit[4] b; rx(uint[4](b)) q[0];", "{\"b\": \"0110\"}", "rx(6) 0", NULL },
    { "input bit[4] b; rx(uint[4](b)) q[0];", "{\"b\": [0, 1, 1, 1]}", "rx(7) 0", NULL },
    { "input bit[4] b; rx(uint[4](b)) q[0];", "{\"b\": 5}", "rx(5) 0", NULL },
    { "input bit[4] b;", "{\"b\": [0, 1, 1]}", "", "was given [0,1,1]" },
    { "input bit[4] b;", "{\"b\": [0, 1, 1, 2]}", "", "was given [0,1,1,2]" },
    { "input bit[4] b;", "{\"b\": \"011\"}", "", "3 bits do not fit a bit register of 4" },
    { "input bit[4] b;", "{\"b\": \"01x0\"}", "", "was given \"01x0\"" },
    { "input bit b; if (b) x q[0];", "{\"b\": true}", "x 0", NULL },
    { "input bit b; if (b) x q[0];", "{\"b\": \"1\"}", "x 0", NULL },
    { "input bool b; if (b) x q[0];", "{\"b\": 2}", "", "was given 2" },
    { "input angle a; rx(a) q[0];", "{\"a\": -1}", "rx(5.28319) 0", NULL },
    { "input float t;", "{\"t\": \"01\"}", "", "was given \"01\"" },
    { "input float t;", "{\"t\": null}", "", "was given null" },
    { "input complex[float] c; rx(real(c)) q[0];", "{\"c\": 2}", "rx(2) 0", NULL },
    { "input duration d;", "{\"d\": 2}", "", "input 'd' is declared as duration" },
    { "input array[float, 2, 2] a; rx(a[1, 0]) q[0];", "{\"a\": [[1, 2], [3, 4]]}", "rx(3) 0", NULL },
    { "input array[float, 2] a;", "{\"a\": [1, 2, 3]}", "", "was given [1,2,3]" },
    { "input array[float, 2] a;", "{\"a\": [1, \"x\"]}", "", "was given \"x\"" },
    { "input array[float, 2] a;", "{\"a\": 1}", "", "was given 1" },
    { "input int[8] n; n = n + 1; rx(n) q[0];", "{\"n\": 2}", "rx(3) 0", NULL },
};

TEST(exec, inputs_fit_their_declarations)
{
    for (size_t i = 0; i < KT_COUNT(with_inputs); i++) {
        const played p = play_text(with_inputs[i].program, with_inputs[i].inputs, NULL, NULL);
        const bool right = with_inputs[i].message == NULL
                               ? p.rc == 0
                               : p.rc == KT_E_INVALID && strstr(p.err.message, with_inputs[i].message) != NULL;
        if (!right || strcmp(p.text, with_inputs[i].operations) != 0)
            fail_msg("%s %s\n  found '%s' (%s)", with_inputs[i].program, with_inputs[i].inputs, p.text, p.err.message);
    }
}

/* The angle's derivatives by theta (p0) and phi (p1) are in the listing. */
static const done_row derivatives[] = {
    { "rx(theta) q[0]; rx(2 * theta - phi / 4) q[0];", "rx(0.5+1*p0) 0; rx(0.75+2*p0-0.25*p1) 0" },
    { "rx(theta * phi) q[0]; rx(theta / phi) q[0]; rx(-theta) q[0];",
      "rx(0.5+1*p0+0.5*p1) 0; rx(0.5+1*p0-0.5*p1) 0; rx(-0.5-1*p0) 0" },
    { "rx(theta ** 2) q[0]; rx(2.0 ** theta) q[0]; rx(theta % 0.3) q[0];",
      "rx(0.25+1*p0) 0; rx(1.41421+0.9803*p0) 0; rx(0.2+1*p0) 0" },
    { "rx(sin(theta)) q[0]; rx(cos(theta)) q[0]; rx(exp(theta)) q[0]; rx(sqrt(theta)) q[0]; rx(log(theta)) q[0];",
      "rx(0.479426+0.8776*p0) 0; rx(0.877583-0.4794*p0) 0; rx(1.64872+1.649*p0) 0; rx(0.707107+0.7071*p0) 0; "
      "rx(-0.693147+2*p0) 0" },
    { "rx(arcsin(theta)) q[0]; rx(arccos(theta)) q[0]; rx(arctan(theta)) q[0]; rx(tan(theta)) q[0]; rx(floor(theta)) "
      "q[0];",
      "rx(0.523599+1.155*p0) 0; rx(1.0472-1.155*p0) 0; rx(0.463648+0.8*p0) 0; rx(0.546302+1.298*p0) 0; rx(0) 0" },
    { "float a = theta * 3; a += phi; gate g(x) z { rz(x / 2) z; } g(a) q[1]; inv @ g(a) q[1];",
      "rz(1.25+1.5*p0+0.5*p1) 1; rz(-1.25-1.5*p0-0.5*p1) 1" },
    { "array[float, 2] a = {theta, phi}; array[float, 1] b = a[1:1]; rx(a[0]) q[0]; rx(b[0]) q[0];",
      "rx(0.5+1*p0) 0; rx(1+1*p1) 0" },
    { "def f(float x) -> float { return x * 2; } rx(f(theta)) q[0]; angle v = theta - 1; rx(v) q[0];",
      "rx(1+2*p0) 0; rx(5.78319+1*p0) 0" },
    { "float s = 0; for int i in [1:3] { s += theta * i; } rx(s) q[0]; rx(abs(-theta)) q[0]; rx(float(theta)) q[0];",
      "rx(3+6*p0) 0; rx(0.5+1*p0) 0; rx(0.5+1*p0) 0" },
};

TEST(exec, angles_know_their_derivatives_when_a_gradient_is_wanted)
{
    for (size_t i = 0; i < KT_COUNT(derivatives); i++) {
        char program[1000];
        snprintf(program, sizeof(program),
                 "input float theta; input angle phi; %s\n"
                 "#pragma braket result adjoint_gradient expectation(z(q[0])) all\n",
                 derivatives[i].program);
        const played p = play_text(program, "{\"theta\": 0.5, \"phi\": 1}", NULL, NULL);
        if (p.rc != 0 || strcmp(p.text, derivatives[i].operations) != 0)
            fail_msg("%s\n  found  '%s' (%s)\n  wanted '%s'", derivatives[i].program, p.text, p.err.message,
                     derivatives[i].operations);
    }
}

static const struct {
    const char *program, *message;
    uint32_t column;
} failures[] = {
    { "bit b; if (b) x q[0];", "'b' was never given a value", 12 },
    { "bit[2] b; b[0] = 1; if (b[1]) x q[0];", "this element was never given a value", 25 },
    { "bit[2] b; b[1] = 1; if (b == \"01\") x q[0];", "bit 0 of it was never given a value", 25 },
    { "angle a; rx(a) q[0];", "'a' was never given a value", 13 },
    { "array[int[8], 4] a; rx(a[0]) q[0];", "this element was never given a value", 24 },
    { "int[8] i; i[0] = 1; angle[4] a; a[0] = 1;", "it was never given a value", 40 },
    { "int i = 5; h q[i];", "index 5 is out of range, there are 3 places (0 to 2)", 16 },
    { "int i = -4; h q[i];", "index -4 is out of range", 17 },
    { "int i = 3; h q[0:i];", "index 3 is out of range", 18 },
    { "int i = 3; h q[i:-1:0];", "index 3 is out of range", 16 },
    { "int i = 0; h q[0:i:2];", "a range with step 0 never ends", 18 },
    { "int i = 1; h q[i:0];", "this selects no qubits", 14 },
    { "int i = 1; cnot q[i], q[1];", "operands 1 and 2 are the same qubit", 12 },
    { "int i = 1; h q[i][0][0:i-1][5];", "index 5 is out of range", 29 },
    { "h q[0, 1];", "too many indexes: there is 1 dimension", 8 },
    { "qubit[2] r; cnot q, r;", "registers must all be the same length, found 3 and 2 qubits", 21 },
    { "int n = 2; ctrl(n) @ x q[0], q[1];", "gate 'x' acts on 3 qubits with its controls, found 2", 22 },
    { "int n = 0; ctrl(n) @ x q[0];", "a gate has 1 to 63 controls, found 0", 12 },
    { "int n = 2; gate g a { x a; } ctrl(n) @ g q[0], q[1];", "gate 'g' acts on 3 qubits with its controls, found 2",
      40 },
    { "pow(1s) @ x q[0];", "a power must be a finite number", 5 },
    { "cc_prx(1, 2, 7) q[0];", "cc_prx asks for feedback key 7, and no measure_ff has recorded it", 14 },
    { "measure_ff(0.5) q[0];", "a feedback key must be a whole number", 12 },
    { "cc_prx(1, 2, 0.5) q[0];", "a feedback key must be a whole number", 14 },
    { "inv @ measure_ff(1) q[0];", "'measure_ff' takes no modifiers", 1 },
    { "gate g a, b, c, d, e, f, k { x a; h b; } qubit[9] r; pow(0.5) @ g r[0], r[1], r[2], r[3], r[4], r[5], r[6];",
      "fractional powers go up to 6 qubits", 54 },
    { "bit[2] b; b = measure q;", "3 qubits measured into 2 bits", 11 },
    { "bit[3] b; b[0:1] = measure q;", "3 qubits measured into 2 bits", 11 },
    { "bit[3] b; int i = 7; b[i] = measure q[0];", "index 7 is out of range", 24 },
    { "array[int[8], 4] a = {1, 2, 3};", "3 values for a dimension of 4", 22 },
    { "array[int[8], 2, 2] a = {{1, 2}, {3}};", "1 values for a dimension of 2", 34 },
    { "array[int[8], 2, 2] a = {{1, 2}, 3};", "an int cannot fill a slice of 2 elements; an array is wanted", 34 },
    { "array[int[8], 3] a; array[int[8], 2] b = {1, 2}; a[0:2] = b;", "dimensions do not match: 2 elements into 3",
      59 },
    { "array[int[8], 3] a; a[0:2] = 1;", "an int cannot fill a slice of 3 elements", 30 },
    { "array[int[8], 3] a; a[0, 1] = 1;", "too many indexes", 26 },
    { "array[float, 3] a = {1,2,3}; a[0][1] = 1;", "too many indexes", 40 },
    { "int x = 1; x[0] = 1;", "a number without a width has no bits to be set", 19 },
    { "int x = 1; int y = x[0];", "an int without a width has no places to be indexed", 20 },
    { "float x = 1; bool y = x[0];", "a float has no places to be indexed", 23 },
    { "float x = 1; x[0] = 1;", "'x' has no places to be indexed", 14 },
    { "bit[3] b; b[0][1] = 1;", "'b' has one dimension", 11 },
    { "bit[3] b = \"01\";", "2 bits do not fit a bit register of 3", 12 },
    { "for int i in 5 { }", "a loop goes over a range, a set, an array or a register", 14 },
    { "int n = 0; bit[n] b;", "the length of a bit register must be at least 1, found 0", 16 },
    { "int n = 70000; bit[n] b;", "the length of a bit register is 70000, at most 65535 are supported", 20 },
    { "int n = 200; int[n] b;", "the width of a number is 200, at most 127 are supported", 18 },
    { "int n = 3; float[n] b;", "a float has 16, 32 or 64 bits, not 3", 18 },
    { "array[int[8], 60000, 60000] a;", "an array has more than 16777216 elements", 1 },
    { "def f(int[8] n) -> int[8] { if (n > 0) { return f(n - 1); } } int x = f(2);",
      "'f' ended without returning a value", 49 },
    { "def f(int[8] n) -> int[8] { return f(n + 1); } int x = f(0);", "calls are nested more than 256 deep", 36 },
    { "def f(qubit[2] z) { } f(q);", "3 qubits, parameter 'z' takes 2", 25 },
    { "def f(readonly array[int[8], 2] a) { a[0] = 1; } array[int[8], 2] b = {1, 2}; f(b);",
      "'a' is readonly and cannot be changed", 38 },
    { "def f(readonly array[int[8], 2] a) { } array[int[8], 3] b; f(b);",
      "dimension 0 has 3 places, parameter 'a' wants 2", 62 },
    { "def f(readonly array[int[8], #dim=2] a) { } array[int[8], 3] b; f(b);",
      "an array of 1 dimension, parameter 'a' wants 2", 67 },
    { "def f(readonly array[float, #dim=1] a) { } array[int[8], 3] b; f(b);",
      "not of the type that parameter 'a' wants", 66 },
    { "def f(readonly array[int[8], #dim=1] a) { } f(3);", "parameter 'a' does not take an int", 47 },
    { "bit[2] b; let a = b; if (a == 1) { x q[0]; }", "was never given a value", 26 },
    { "bit b; let a = b; if (a) { x q[0]; }", "'a' was never given a value", 23 },
    { "bit[3] b; let a = b[0:1]; a = measure q;", "3 qubits measured into 2 bits", 27 },
    { "bit[3] b = \"010\"; int i = 5; let a = b[0:1]; a[i] = 1;", "index 5 is out of range, there are 2 places", 48 },
    { "bit[3] b; let a = b[1:3];", "index 3 is out of range", 23 },
    { "if (true) { bit[2] b = \"01\"; let a = b; if (true) { bit c = 0; } } let c = b[0]; c[1] = 1;",
      "index 1 is out of range", 84 },
    { "extern f(int[8]) -> int[8]; int x = f(3);", "'f' is extern: it lives on a device and cannot be called here",
      37 },
    { "def f() { rx(n) q[0]; } f(); int n = 3;", "'n' is used before its declaration", 14 },
    { "def f() { n = 1; } f(); int n = 3;", "'n' is used before its declaration", 11 },
    { "delay[3] q[0];", "a delay takes a duration", 7 },
    { "while (true) { }", "more than 1000 statements were executed", 1 },
    { "def f() { f(); } f();", "calls are nested more than 256 deep", 11 },
    { "switch (\"01\") { case 1.5 { } }", "operator == does not take", 22 },
    { "#pragma braket unitary([[0, 1], [1, 1]]) q[0]\n", "the matrix is not unitary", 24 },
    { "#pragma braket unitary([[0, 1], [1, 0]]) q[0], q[1]\n", "a matrix of 2 x 2 for 2 qubits; 4 x 4 is wanted", 24 },
    { "#pragma braket unitary([[0, 1], [1, 0]]) q[0], q[0]\n", "operands 1 and 2 are the same qubit", 1 },
    { "#pragma braket noise bit_flip(1.5) q[0]\n", "1.5", 1 },
    { "#pragma braket noise two_qubit_dephasing(0.5) q\n", "acts on 2 qubits, found 3", 1 },
    { "#pragma braket noise kraus([[1, 0], [0, 1]], [[1, 0], [0, 1]]) q[0]\n", "are no channel", 1 },
    { "#pragma braket noise kraus([[1, 0], [0, 1]]) q[0], q[1]\n", "a Kraus operator of 2 x 2 for 2 qubits", 28 },
    { "#pragma braket result probability q[0], q[0]\n", "operands 1 and 2 are the same qubit", 1 },
    { "#pragma braket result expectation hermitian([[0, 1], [2, 0]]) q[0]\n", "is not hermitian", 45 },
    { "#pragma braket result expectation hermitian([[0, 1], [1, 0]]) q[0], q[1]\n", "for 2 qubits (at most 6)", 45 },
    { "#pragma braket result expectation z(q) @ x(q[0])\n", "in a product each factor acts on one qubit, found 3", 35 },
};

TEST(exec, what_fails_says_what_and_where)
{
    const kt_limits limits = { .statements = 1000 };
    size_t right = 0;
    for (size_t i = 0; i < KT_COUNT(failures); i++) {
        const played p = play_text(failures[i].program, NULL, NULL, &limits);
        if (p.rc >= 0 || strstr(p.err.message, failures[i].message) == NULL || p.column != failures[i].column)
            print_error("%s\n  found %d '%s' column %u\n  wanted '%s' column %u\n", failures[i].program, p.rc,
                        p.err.message, p.column, failures[i].message, failures[i].column);
        else if (p.diagnostics == 1)
            right++;
    }
    assert_int_equal(right, KT_COUNT(failures));
}

TEST(exec, calibrated_gates_are_parsed_and_refused_when_they_are_executed)
{
    const char *calibration =
        "OPENQASM 3.0;\ndefcalgrammar \"openpulse\";\ncal { port d0; }\ndefcal g $0 { play(d0, x); }\n"
        "defcal x $1 { play(d0, x); }\nqubit q; h q;\n";
    char program[400];
    assert_int_equal(play_text(calibration, NULL, NULL, NULL).rc, 0);
    snprintf(program, sizeof(program), "%sg $0;\n", calibration);
    const played p = play_text(program, NULL, NULL, NULL);
    assert_int_equal(p.rc, KT_E_UNSUPPORTED);
    assert_non_null(strstr(p.err.message, "gate 'g' is calibrated by defcal"));
    snprintf(program, sizeof(program), "%sx q;\n", calibration);
    assert_int_equal(play_text(program, NULL, NULL, NULL).rc, KT_E_UNSUPPORTED);
}

TEST(exec, playing_again_does_the_same_and_counts_on)
{
    const char *source = "qubit[2] q; bit[2] b; int n; measure_ff(1) q[0]; b[0] = measure q[1]; measure q[0];"
                         "if (b[0]) n += 1; rx(n) q[0];\n#pragma braket result probability q[1]\n";
    const kt_limits limits = { .statements = 80 };
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_play) *play = NULL;
    kt_error err = { 0 };
    assert_int_equal(kt_program_parse(source, strlen(source), NULL, &program, NULL, &err), 0);
    assert_int_equal(kt_play_new(program, NULL, &limits, &play, &err), 0);
    int rc = 0, runs = 0;
    for (; rc == 0; runs++) {
        listing l = { .outcomes = "010" };
        size_t wants = 0;
        kt_buf_init(&l.text, 0);
        const kt_sink sink = listing_sink(&l);
        rc = kt_play_run(play, &sink, NULL, &err);
        if (rc == 0) {
            assert_string_equal(l.text.data, "M0; M1 b0.0; rx(1) 0; M0 a0");
            assert_int_equal(kt_play_qubit_count(play), 2);
            assert_int_equal(kt_play_wants(play, &wants)->targets[0], 1);
            assert_int_equal(wants, 1);
        }
        kt_buf_fini(&l.text);
    }
    assert_in_range(runs, 3, 10);
    assert_int_equal(rc, KT_E_LIMIT);
}

TEST(exec, the_sinks_error_comes_back_unchanged)
{
    const char *source = "qubit[2] q; bit b; h q[0]; b = measure q[0]; h q[1];";
    KT_OWN(kt_program) *program = NULL;
    KT_OWN(kt_play) *play = NULL;
    assert_int_equal(kt_program_parse(source, strlen(source), NULL, &program, NULL, NULL), 0);
    assert_int_equal(kt_play_new(program, NULL, NULL, &play, NULL), 0);
    for (int after = 1; after <= 3; after++) {
        listing l = { .fails_after = after };
        kt_error err = { 0 };
        kt_buf_init(&l.text, 0);
        const kt_sink sink = listing_sink(&l);
        assert_int_equal(kt_play_run(play, &sink, NULL, &err), KT_E_FAILED);
        assert_string_equal(err.message, "the sink has had enough");
        kt_buf_fini(&l.text);
    }
}

TEST(exec, deep_recursion_is_an_error_and_no_crash)
{
    KT_BUF_OWN source;
    const kt_limits limits = { .call_depth = 1000000, .nesting = 400 };
    kt_buf_init(&source, 0);
    kt_buf_adds(&source, "OPENQASM 3.0;\nqubit q; def f(int[32] n) -> int[32] { return ");
    kt_buf_fill(&source, "(1 + ", 150);
    kt_buf_adds(&source, "f(n + 1)");
    kt_buf_fill(&source, ")", 150);
    kt_buf_adds(&source, "; } rx(f(0)) q;");
    const played p = play_text(source.data, NULL, NULL, &limits);
    assert_int_equal(p.rc, KT_E_LIMIT);
    assert_non_null(strstr(p.err.message, "nested too deeply"));
}

TEST(exec, memory_has_a_ceiling)
{
    const kt_limits limits = { .memory_bytes = 1 << 20 };
    const played p = play_text("array[int[8], 100000] a;", NULL, NULL, &limits);
    assert_int_equal(p.rc, KT_E_LIMIT);
    assert_non_null(strstr(p.err.message, "need more than 1.0 MiB of memory"));
    assert_int_equal(p.line, 3);
    const played loop = play_text("bit[60000] b = 0; for int i in [0:2000] { b = ~b; bit[60000] c = b; c = c & b; }",
                                  NULL, NULL, &limits);
    assert_int_equal(loop.rc, 0);
    const played wide = play_text("qubit[4000] r; for int i in [0:1000] { barrier; }", NULL, NULL, &limits);
    assert_int_equal(wide.rc, KT_E_LIMIT);
    assert_non_null(strstr(wide.err.message, "the program's operations need more than 1.0 MiB of memory"));
}
