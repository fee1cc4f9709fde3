OPENQASM 3.0;
qubit q;
bit b;
h q;
b = measure q;
if (b == 1) { x q; }
b = measure q;
