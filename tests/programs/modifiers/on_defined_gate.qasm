OPENQASM 3.0;
gate g(a) t { ry(a) t; rz(0.4) t; }
qubit[2] q;
U(0.8, 0.6, 0) q[0];
U(1.8, -1.1, 0) q[1];
ctrl @ g(0.7) q[0], q[1];
inv @ g(0.7) q[1];
#pragma braket result state_vector
