OPENQASM 3.0;
qubit[1] q;
bit[1] b;
int a = 0;
for int i in {3, 1, 1} { a = 10 * a + i; }
if (a == 311) { x q[0]; }
b = measure q;
