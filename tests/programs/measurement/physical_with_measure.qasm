OPENQASM 3.0;
bit[1] b;
x $3;
i $1;
b[0] = measure $3;
