OPENQASM 3.0;
bit[2] r;
qubit q;
if (r[0]) { x q; }
