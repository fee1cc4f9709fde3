OPENQASM 3.0;
qubit[40] q;
h q;
bit b;
b = measure q[0];
if (b) x q[1];
