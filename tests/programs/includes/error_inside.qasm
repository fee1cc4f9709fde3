OPENQASM 3.0;
include "wrong.inc";
qubit q;
fine q;
