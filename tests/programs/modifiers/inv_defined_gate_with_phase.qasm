OPENQASM 3.0;
gate g t { x t; gphase(0.7); }
qubit[1] q;
U(0.8, 0.6, 0) q[0];
inv @ g q[0];
#pragma braket result state_vector
