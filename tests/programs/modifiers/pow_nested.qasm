OPENQASM 3.0;
qubit[1] q;
U(0.8, 0.6, 0) q[0];
pow(2) @ pow(0.5) @ ry(0.7) q[0];
pow(-1) @ inv @ rz(0.4) q[0];
#pragma braket result state_vector
