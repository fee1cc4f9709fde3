OPENQASM 3.0;
qubit[20] q;
h q;
#pragma braket noise bit_flip(0.1) q[0]
