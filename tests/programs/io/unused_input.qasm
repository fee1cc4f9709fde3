OPENQASM 3.0;
input float theta;
qubit q;
x q;
