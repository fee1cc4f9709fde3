OPENQASM 3.0;
qubit[2] q;
x q;
#pragma braket result expectation hermitian([[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,2]]) q[0], q[1]
#pragma braket result expectation z(q[0])
