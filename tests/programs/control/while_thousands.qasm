OPENQASM 3.0;
qubit[1] q;
bit[1] b;
int i = 0;
while (i < 5000) { i += 1; }
if (i == 5000) { x q[0]; }
b = measure q;
