OPENQASM 3.0;
qubit[2] data;
x dat[0];
