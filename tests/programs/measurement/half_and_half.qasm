OPENQASM 3.0;
qubit[2] q;
rx(2 * pi / 3) q[0];
cnot q[0], q[1];
