OPENQASM 3.0;
gate g t { h t; s t; }
qubit[1] q;
U(0.8, 0.6, 0) q[0];
pow(-1) @ g q[0];
#pragma braket result state_vector
