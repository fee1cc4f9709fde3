OPENQASM 3.0;
qubit[3] q;
U(0.8, 0.6, 0) q[0];
U(1.8, -1.1, 0) q[1];
U(2.4, 0.2, 0) q[2];
inv @ ctrl @ pow(2) @ negctrl @ rz(0.7) q[2], q[0], q[1];
#pragma braket result state_vector
