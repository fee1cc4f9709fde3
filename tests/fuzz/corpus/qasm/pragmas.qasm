OPENQASM 3.0;
qubit[2] q;
h q[0];
#pragma braket unitary([[0, 1.0], [1.0, 0]]) q[1]
#pragma braket noise bit_flip(0.1) q[0]
#pragma braket noise kraus([[0.8, 0], [0, 0.8]], [[0, 0.6], [0.6, 0]]) q[1]
#pragma braket noise pauli_channel(0.1, 0.2, 0.3) q[0]
#pragma braket result probability q[0]
#pragma braket result expectation z(q[0]) @ x(q[1])
#pragma braket result variance hermitian([[1, 0], [0, -1]]) q[0]
#pragma braket result density_matrix all
