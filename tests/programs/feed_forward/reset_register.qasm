OPENQASM 3.0;
qubit[3] q;
h q;
reset q;
x q[1];
