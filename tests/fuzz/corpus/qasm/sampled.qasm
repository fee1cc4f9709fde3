OPENQASM 3.0;
qubit[3] q;
h q;
#pragma braket result sample z(q[0])
#pragma braket result expectation h all
