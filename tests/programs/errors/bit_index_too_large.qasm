OPENQASM 3.0;
qubit[2] q;
bit[1] b;
b[1] = measure q[0];
