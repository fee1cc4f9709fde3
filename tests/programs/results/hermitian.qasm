OPENQASM 3.0;
qubit q;
ry(0.7) q;
#pragma braket result expectation hermitian([[1, 0.5-1im], [0.5+1im, -2]]) q
#pragma braket result variance hermitian([[1, 0.5-1im], [0.5+1im, -2]]) q
