OPENQASM 3.0;
qubit[2] q;
bit[5] b;
x q[0];
b[3] = measure q[0];
