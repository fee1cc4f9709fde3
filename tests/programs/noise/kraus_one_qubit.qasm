OPENQASM 3.0;
qubit[1] q;
U(0.8, 0.6, 0) q[0];
#pragma braket noise kraus([[0.8, 0], [0, 0.8]], [[0, 0.6im], [0.6im, 0]]) q[0]
#pragma braket result density_matrix
