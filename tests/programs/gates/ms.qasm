OPENQASM 3.0;
qubit[2] q;
U(0.8, 0.6, 0) q[0];
U(1.8, -1.1, 0) q[1];
ms(0.7, 0.3, 1.1) q[1], q[0];
#pragma braket result state_vector
