OPENQASM 3.0;
qubit[2] q;
qubit[2] r;
let a = r ++ q;
let c = a[1:2] ++ q[1];
x c[0];
x c[2];
i q;
i r;
