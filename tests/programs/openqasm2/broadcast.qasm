OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
qreg r[1];
creg c[3];
x r;
cx r[0],q;
measure q -> c;
