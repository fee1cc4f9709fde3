OPENQASM 3.0;
qubit[2] q;
rx(q) q[0];
