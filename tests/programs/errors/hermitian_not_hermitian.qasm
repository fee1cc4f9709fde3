OPENQASM 3.0;
qubit q;
x q;
#pragma braket result expectation hermitian([[1, 1], [0, 1]]) q
