OPENQASM 3.0;
include "lib_a.inc";
qubit q;
x q;
