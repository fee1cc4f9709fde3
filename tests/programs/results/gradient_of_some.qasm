OPENQASM 3.0;
input float a;
input float c;
qubit q;
ry(a) q;
ry(c) q;
#pragma braket result adjoint_gradient expectation(1 * z(q)) a
