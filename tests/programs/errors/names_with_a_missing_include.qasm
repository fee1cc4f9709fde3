OPENQASM 3.0;
include "nowhere.inc";
qubit[2] q;
mine q[0];
x q[2];
