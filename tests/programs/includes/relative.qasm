OPENQASM 3.0;
include "lib/flip.inc";
qubit q;
flip q;
nothing q;
