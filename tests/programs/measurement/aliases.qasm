OPENQASM 3.0;
qubit[2] q;
qubit[2] r;
let a = r ++ q;
x a[0];
bit[4] b;
b = measure a;
