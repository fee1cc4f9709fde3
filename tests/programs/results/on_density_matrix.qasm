OPENQASM 3.0;
qubit q;
x q;
#pragma braket noise bit_flip(0.25) q
#pragma braket result probability
#pragma braket result expectation z(q)
#pragma braket result variance z(q)
