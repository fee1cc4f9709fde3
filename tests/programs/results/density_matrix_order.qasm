OPENQASM 3.0;
qubit[2] q;
x q[1];
i q[0];
#pragma braket result density_matrix q[1], q[0]
