OPENQASM 3.0;
qubit[60000] q;
x q[59999];
h q[3];
h q[3];
