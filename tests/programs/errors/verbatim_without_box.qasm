OPENQASM 3.0;
qubit q;
#pragma braket verbatim
x q;
