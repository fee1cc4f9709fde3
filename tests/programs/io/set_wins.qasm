OPENQASM 3.0;
input int n;
qubit q;
if (n == 2) { x q; }
i q;
