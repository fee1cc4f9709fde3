OPENQASM 3.0;
input float a; input float b; qubit[2] q;
rx(a) q[0]; ctrl @ ry(2 * b + a) q[0], q[1];
#pragma braket result adjoint_gradient expectation(2.5 * z(q[0]) @ y(q[1]) - x(q[0])) all
