OPENQASM 3.0;
qubit[2] q;
let a = q[1] ++ q[0];
x q[1];
i q[0];
#pragma braket result probability a[0]
