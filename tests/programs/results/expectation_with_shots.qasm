OPENQASM 3.0;
qubit[2] q;
h q[0];
x q[1];
#pragma braket result expectation x(q[0])
#pragma braket result variance z(q[1])
