OPENQASM 3.0;
qubit[2] q;
bit b;
rx(pi / 3) q[0];
b = measure q[0];
if (b) { x q; }
i q[1];
#pragma braket result probability
#pragma braket result expectation z(q[1])
