OPENQASM 3.0;
qubit q;
#pragma braket noise kraus([[0.5, 0], [0, 0.5]]) q
