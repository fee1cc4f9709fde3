OPENQASM 3.0;
bit[2] b;
h $3; cnot $3, $7; b[0] = measure $3; b[1] = measure $7;
