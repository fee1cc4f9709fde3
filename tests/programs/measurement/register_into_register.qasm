OPENQASM 3.0;
qubit[2] q;
bit[2] c;
x q[0];
c = measure q;
