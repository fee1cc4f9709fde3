OPENQASM 3.0;
qubit[2] q;
x q[1];
i q[0];
#pragma braket result sample z(q[1])
#pragma braket result sample z(q[0]) @ z(q[1])
