OPENQASM 3.0;
qubit[3] q;
let a = q;
x a[1];
i q;
