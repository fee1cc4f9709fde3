OPENQASM 3.0;
qubit[4] q;
bit[4] b;
int a;
uint[8] u;
float f;
bool t;
if (a == 0) { x q[0]; }
if (u == 0) { x q[1]; }
if (f == 0.0) { x q[2]; }
if (!t) { x q[3]; }
b = measure q;
