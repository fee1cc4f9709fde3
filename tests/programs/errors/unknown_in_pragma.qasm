OPENQASM 3.0;
qubit[2] q;
x q;
#pragma braket result expectation z(r[0])
