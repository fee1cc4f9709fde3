OPENQASM 3.0;
qubit[5] q;
x q[3];
h q[1];
h q[1];
