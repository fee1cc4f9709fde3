OPENQASM 3.0;
qubit q;
x q;
#pragma braket noise bit_flip(0.1) q
