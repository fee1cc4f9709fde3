OPENQASM 3.0;
qubit[1] q;
U(0.8, 0.6, 0) q[0];
y q[0];
#pragma braket result state_vector
