OPENQASM 3.0;
qubit[2] q;
x q[0];
barrier q;
barrier q[0], q[1];
barrier;
delay[100ns] q[0];
delay[1us] q;
x q[1];
