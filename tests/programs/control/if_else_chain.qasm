OPENQASM 3.0;
qubit[1] q;
bit[1] b;
int a = 2;
int r = 0;
if (a == 1) r = 10;
else if (a == 2) r = 20;
else r = 30;
if (a > 5) { r += 1; } else { r += 2; }
if (r == 22) { x q[0]; }
b = measure q;
