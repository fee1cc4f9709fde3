OPENQASM 3.0;
input float a;
qubit q;
rx(a) q;
#pragma braket result adjoint_gradient expectation(1 * z(q)) a
