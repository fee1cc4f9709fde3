OPENQASM 3.0;
qubit[3] q;
bit[1] a;
bit[2] c;
x q[0];
c[1] = measure q[0];
c[0] = measure q[1];
a[0] = measure q[2];
