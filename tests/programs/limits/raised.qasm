OPENQASM 3.0;
qubit q;
int i = 0;
while (i < 2000) { i += 1; }
x q;
