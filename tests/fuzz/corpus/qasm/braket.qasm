OPENQASM 3.0;
input float theta; qubit[2] q;
#pragma braket verbatim
box { rx(theta) $0; }
