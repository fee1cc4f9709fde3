OPENQASM 3.0;
qubit[5] q;
bit[5] b;
bool t = true;
bool f = false;
if (t & t) { x q[0]; }
if (t | f) { x q[1]; }
if (t ^ f) { x q[2]; }
if (!(t & f)) { x q[3]; }
if (!(t ^ t)) { x q[4]; }
b = measure q;
