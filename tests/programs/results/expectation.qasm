OPENQASM 3.0;
qubit[2] q;
ry(0.7) q[0];
x q[1];
#pragma braket result expectation z(q[0])
#pragma braket result expectation x(q[0]) @ z(q[1])
#pragma braket result expectation z all
#pragma braket result expectation i(q[1])
