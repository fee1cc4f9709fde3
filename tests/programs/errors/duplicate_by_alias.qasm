OPENQASM 3.0;
qubit[2] q;
let a = q;
cnot q[0], a[0];
