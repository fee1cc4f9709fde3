OPENQASM 3.0;
qubit[4] q;
bit[4] b;
x q[1];
x q[3];
b[0:1] = measure q[2:3];
b[{3, 2}] = measure q[{0, 1}];
