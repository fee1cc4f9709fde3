OPENQASM 2.0;
include "qelib1.inc";
qreg q[1];
creg c[1];
rx(2*pi^1/2 + sin(0) - ln(1) + cos(pi) + exp(0) + sqrt(0)) q[0];
measure q -> c;
