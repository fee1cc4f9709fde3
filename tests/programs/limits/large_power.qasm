OPENQASM 3.0;
int n = 10 ** 1000;
qubit q;
x q;
