OPENQASM 3.0;
qubit q;
bit b;
h q;
b = measure q;
if (b) x q;
qubit[40] r;
h r;
