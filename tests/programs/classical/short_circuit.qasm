OPENQASM 3.0;
qubit[2] q;
bit[2] b;
int zero = 0;
bool t = true;
if (t || 1 / zero == 1) { x q[0]; }
if (!(zero != 0 && 1 / zero == 1)) { x q[1]; }
b = measure q;
