OPENQASM 3.0;
qubit[3] q;
x q[2];
i q[0];
#pragma braket result probability
#pragma braket result probability all
#pragma braket result probability q[2], q[0]
