OPENQASM 3.0;
qubit q;
if (true) {
x q;

