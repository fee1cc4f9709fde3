OPENQASM 3.0;
bit[4000000000] b;
qubit q;
x q;
