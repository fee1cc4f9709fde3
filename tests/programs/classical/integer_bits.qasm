OPENQASM 3.0;
qubit[3] q;
bit[3] b;
uint[4] u = 5;
u[0] = 1;
if (u == 13) { x q[0]; }
if (u[1] == 1) { x q[1]; }
if (u[2] == 0) { x q[2]; }
b = measure q;
