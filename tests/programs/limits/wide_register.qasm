OPENQASM 3.0;
qubit[100000] q;
x q[0];
