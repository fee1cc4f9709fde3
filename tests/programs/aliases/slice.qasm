OPENQASM 3.0;
qubit[5] q;
let a = q[1:3];
let c = q[{4, 0}];
let d = a[1];
x a[0];
x c[0];
cnot c[0], d;
i q;
