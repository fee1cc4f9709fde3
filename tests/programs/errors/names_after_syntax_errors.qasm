OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q;
int x = ;
bit[2 c;
gate mine(a) b { rx(a) b }
def f(int n -> int { return n; }
h q[0];
x = 3;
c[0] = measure q[0];
mine(0.3) q[1];
foo q[0];
rx(undefined) q[1];
x = f(3) + gg(2);
cnot q[0], other;
