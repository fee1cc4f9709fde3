OPENQASM 3.0;
qubit q;
#pragma braket unitary([[1, 1], [0, 1]]) q
