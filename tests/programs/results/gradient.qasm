OPENQASM 3.0;
input float a;
input float c;
qubit[2] q;
ry(a) q[0];
ry(2 * c) q[1];
#pragma braket result adjoint_gradient expectation(2 * z(q[0]) + -0.5 * x(q[1])) all
