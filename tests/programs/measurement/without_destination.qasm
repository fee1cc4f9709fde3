OPENQASM 3.0;
qubit[3] q;
x q[2];
measure q[2];
measure q[0];
