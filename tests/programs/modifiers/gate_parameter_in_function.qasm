OPENQASM 3.0;
gate g(a) t { ry(sin(a) + a / 2) t; }
qubit[1] q;
U(0.8, 0.6, 0) q[0];
g(0.7) q[0];
#pragma braket result state_vector
