OPENQASM 3.0;
qubit[5] q;
bit[5] b;
int[8] a = 200;
uint[4] u = 17;
int[8] m = -129;
uint[8] n = -1;
int[4] o = 7;
o = o + 1;
if (a == -56) { x q[0]; }
if (u == 1) { x q[1]; }
if (m == 127) { x q[2]; }
if (n == 255) { x q[3]; }
if (o == -8) { x q[4]; }
b = measure q;
