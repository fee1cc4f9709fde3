OPENQASM 3.0;
qubit[4] q;
bit[4] b;
float[32] s = 0.1;
float[64] d = 0.1;
float f = 0.1;
float[32] whole = 16777217;
if (s != d) { x q[0]; }
if (d == f) { x q[1]; }
if ((s - d) ** 2 < 1e-16) { x q[2]; }
if (whole == 16777216.0) { x q[3]; }
b = measure q;
