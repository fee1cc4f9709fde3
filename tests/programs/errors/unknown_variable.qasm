OPENQASM 3.0;
float theta = 0.3;
qubit q;
rx(thetta) q;
