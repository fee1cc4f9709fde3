OPENQASM 3.0;
qubit[2] q;
#pragma braket unitary([[0, 1], [1, 0]]) q[0]
#pragma braket unitary [[0, -1im], [1im, 0]] q[1]
#pragma braket unitary([[0.6, 0.8im], [0.8im, 0.6]]) q[0]
#pragma braket result state_vector
