OPENQASM 3.0;
int i = 0;
qubit q;
x q;
while (true) { i = 1 - i; }
