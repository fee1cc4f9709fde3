OPENQASM 3.0;
qubit a;
qubit[2] c;
x a;
bit[3] b;
b[0] = measure a;
b[1:2] = measure c;
