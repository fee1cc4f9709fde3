OPENQASM 3.0;
const float theta = 0.7;
gate g t { ry(theta) t; }
qubit[1] q;
U(0.8, 0.6, 0) q[0];
g q[0];
#pragma braket result state_vector
