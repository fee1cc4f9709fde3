OPENQASM 3.0;
include "inside.inc";
qubit q;
flip q;
