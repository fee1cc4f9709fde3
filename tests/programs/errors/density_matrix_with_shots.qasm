OPENQASM 3.0;
qubit q;
x q;
#pragma braket result density_matrix
