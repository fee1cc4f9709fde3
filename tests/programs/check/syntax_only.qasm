OPENQASM 3.0;
include "not_there.inc";
#pragma vendor anything
qubit q;
unknown(3) q;
