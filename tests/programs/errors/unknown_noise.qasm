OPENQASM 3.0;
qubit q;
x q;
#pragma braket noise bitflip(0.1) q
