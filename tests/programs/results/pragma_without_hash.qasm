OPENQASM 3.0;
qubit q;
x q;
pragma braket result expectation z(q)
#pragma braket result variance z(q)
