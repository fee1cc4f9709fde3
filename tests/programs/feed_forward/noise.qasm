OPENQASM 3.0;
qubit[2] q;
bit[2] b;
x q[0];
b[0] = measure q[0];
if (b[0]) { x q[1]; }
#pragma braket noise bit_flip(1.0) q[1]
b[1] = measure q[1];
