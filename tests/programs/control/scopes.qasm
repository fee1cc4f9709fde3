OPENQASM 3.0;
qubit[1] q;
bit[1] b;
int a = 0;
for int i in [1:2] { int t = i; a += t; }
for int i in [1:2] { int t = 10 * i; a += t; }
while (a < 40) { int t = 100; a += t; }
if (a == 133) { x q[0]; }
b = measure q;
