OPENQASM 2.0;
include "qelib1.inc";
opaque magic(a) x;
gate flip(t) a,b { U(t,0,t) a; CX a,b; barrier a,b; }
qreg q[2];
creg c[2];
flip(pi) q[0],q[1];
barrier q;
measure q -> c;
