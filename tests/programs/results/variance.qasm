OPENQASM 3.0;
qubit q;
ry(0.7) q;
#pragma braket result variance z(q)
