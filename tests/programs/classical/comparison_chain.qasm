OPENQASM 3.0;
qubit[3] q;
bit[3] b;
int a = 3;
if (a + 1 > 3 && a < 4) { x q[0]; }
if (a == 0 || a == 3 && a > 2) { x q[1]; }
if (1 + 1 == 2) { x q[2]; }
b = measure q;
