OPENQASM 3.0;
qubit[3] q;
bit[3] b;
x q[0];
b[0] = measure q[0];
b[1] = measure q[1];
if (b[0] && !b[1]) { x q[2]; }
b[2] = measure q[2];
