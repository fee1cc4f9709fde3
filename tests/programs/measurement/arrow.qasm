OPENQASM 3.0;
qubit[2] q;
creg c[2];
x q[0];
measure q[0] -> c[1];
measure q[1] -> c[0];
