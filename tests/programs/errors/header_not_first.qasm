OPENQASM 3.0;
qubit q;
OPENQASM 3.0;
x q;
