OPENQASM 3.0;
qubit[2] q;
x q[0];
measure_ff(3) q[0];
cc_prx(pi, 0, 3) q[1];
bit b;
b = measure q[1];
