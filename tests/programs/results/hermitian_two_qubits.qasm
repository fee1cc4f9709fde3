OPENQASM 3.0;
qubit[3] q;
x q[1];
x q[2];
i q[0];
#pragma braket result expectation hermitian([[0,0,0,0],[0,1,0,0],[0,0,2,0],[0,0,0,3]]) q[1], q[0]
#pragma braket result expectation z(q[2]) @ hermitian([[0,0,0,0],[0,1,0,0],[0,0,2,0],[0,0,0,3]]) q[1], q[0]
