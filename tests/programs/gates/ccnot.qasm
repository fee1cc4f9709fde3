OPENQASM 3.0;
qubit[3] q;
U(0.8, 0.6, 0) q[0];
U(1.8, -1.1, 0) q[1];
U(2.4, 0.2, 0) q[2];
ccnot q[2], q[1], q[0];
#pragma braket result state_vector
