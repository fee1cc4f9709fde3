OPENQASM 3.0;
input float a;
qubit q;
rx(a) q;
