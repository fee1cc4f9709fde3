OPENQASM 3.0;
qubit[2] q;
bit b;
x q[0];
b = measure q[0];
b = measure q[1];
