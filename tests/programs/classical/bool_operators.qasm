OPENQASM 3.0;
qubit[8] q;
bit[8] b;
bool t = true;
bool f = false;
if (t && !f) { x q[0]; }
if (t || f) { x q[1]; }
if (!(t && f)) { x q[2]; }
if (t == true) { x q[3]; }
if (t != f) { x q[4]; }
if (f == false) { x q[5]; }
if ((t || f) && t) { x q[6]; }
if (!f) { x q[7]; }
b = measure q;
