OPENQASM 3.0;
qubit q;
bit b;
x q;
b = measure q;
x q;
