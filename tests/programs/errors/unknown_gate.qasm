OPENQASM 3.0;
qubit[2] q;
cnott q[0], q[1];
