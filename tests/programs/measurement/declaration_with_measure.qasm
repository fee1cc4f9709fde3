OPENQASM 3.0;
qubit[2] q;
x q[1];
bit[2] b = measure q;
