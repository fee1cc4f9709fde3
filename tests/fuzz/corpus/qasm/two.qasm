OPENQASM 2.0;
include "qelib1.inc";
gate foo(a) x1, x2 { u3(a, 0, pi/2) x1; cx x1, x2; barrier x1, x2; }
opaque bar(a) x1;
qreg q[3]; creg c[3];
h q; foo(0.5) q[0], q[1]; measure q -> c; if (c == 3) x q[2]; reset q[0];
