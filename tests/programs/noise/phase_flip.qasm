OPENQASM 3.0;
qubit[1] q;
U(0.8, 0.6, 0) q[0];
#pragma braket noise phase_flip(0.2) q[0]
#pragma braket result density_matrix
