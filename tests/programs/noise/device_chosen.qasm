OPENQASM 3.0;
qubit q;
#pragma braket noise bit_flip(1.0) q
measure q;
