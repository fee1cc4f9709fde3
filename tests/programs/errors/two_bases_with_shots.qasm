OPENQASM 3.0;
qubit q;
x q;
#pragma braket result expectation x(q)
#pragma braket result expectation z(q)
