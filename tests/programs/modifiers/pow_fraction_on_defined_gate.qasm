OPENQASM 3.0;
gate g t { ry(0.7) t; rz(0.4) t; }
qubit[1] q;
U(0.8, 0.6, 0) q[0];
pow(0.5) @ g q[0];
#pragma braket result state_vector
