OPENQASM 3.0;
include "leads_out.inc";
qubit q;
secret q;
