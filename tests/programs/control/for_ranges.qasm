OPENQASM 3.0;
qubit[5] q;
bit[5] b;
int a = 0;
for int i in [0:3] { a += i; }
int s = 0;
for int i in [0:2:7] { s = 10 * s + i; }
int d = 0;
for int i in [3:-1:1] { d = 10 * d + i; }
int e = 0;
for int i in [5:2] { e += 1; }
int n = 0;
for uint[8] i in [2:2] { n += i; }
if (a == 6) { x q[0]; }
if (s == 246) { x q[1]; }
if (d == 321) { x q[2]; }
if (e == 0) { x q[3]; }
if (n == 2) { x q[4]; }
b = measure q;
