OPENQASM 3.0;
qubit q;
float f = rx;
