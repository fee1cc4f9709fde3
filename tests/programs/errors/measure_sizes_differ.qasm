OPENQASM 3.0;
qubit[3] q;
bit[2] b;
b = measure q;
