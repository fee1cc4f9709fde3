OPENQASM 3.0;
qubit[2] q;
#pragma braket unitary([[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]) q[0]
