OPENQASM 3.0;
qubit[1] q;
U(0.8, 0.6, 0) q[0];
pow(3) @ t q[0];
pow(-2) @ s q[0];
pow(0) @ x q[0];
#pragma braket result state_vector
