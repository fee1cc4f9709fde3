OPENQASM 3.0;
qubit[11] q;
bit[11] b;
bit[4] r = "1011";
bool t = true;
float f = 2.75;
if (int(t) == 1) { x q[0]; }
if (int[32](f) == 2) { x q[1]; }
if (int[32](-2.75) == -2) { x q[2]; }
if (bool(3)) { x q[3]; }
if (!bool(0)) { x q[4]; }
if (float(3) / 2 == 1.5) { x q[5]; }
if (uint[4](r) == 11) { x q[6]; }
if (int[4](r) == -5) { x q[7]; }
if (bool(r[0])) { x q[8]; }
if (int[8](300) == 44) { x q[9]; }
if (float[64](true) == 1.0) { x q[10]; }
b = measure q;
