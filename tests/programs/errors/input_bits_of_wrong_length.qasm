OPENQASM 3.0;
input bit[3] r;
qubit q;
if (r[0]) { x q; }
