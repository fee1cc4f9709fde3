OPENQASM 3.0;
qubit[4] q;
bit[4] b;
const int n = 2 + 1;
const float half = pi / 2;
const bit[3] mask = "101";
int[n * 8] wide = 70000;
if (n == 3) { x q[0]; }
if (half > 1.57) { x q[1]; }
if (mask[0] == 1) { x q[2]; }
if (wide == 70000) { x q[3]; }
b = measure q;
