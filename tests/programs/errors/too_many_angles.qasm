OPENQASM 3.0;
qubit q;
rx(0.1, 0.2) q;
