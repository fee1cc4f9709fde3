OPENQASM 3.0;
input float theta;
input int n;
input bit[3] r;
input bool t;
input angle a;
qubit[5] q;
bit[5] b;
rx(theta) q[0];
if (n == 3) { x q[1]; }
if (r == "110") { x q[2]; }
if (t) { x q[3]; }
rx(a) q[4];
b = measure q;
