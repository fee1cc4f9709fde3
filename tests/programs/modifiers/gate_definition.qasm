OPENQASM 3.0;
gate inner(a) t { rz(2 * a) t; ry(a) t; }
gate outer(a) s, t { inner(a) s; cnot s, t; }
qubit[2] q;
U(0.8, 0.6, 0) q[0];
U(1.8, -1.1, 0) q[1];
outer(0.7) q[1], q[0];
#pragma braket result state_vector
