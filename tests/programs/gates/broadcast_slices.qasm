OPENQASM 3.0;
qubit[6] q;
x q[0:2:4];
cnot q[0:2:4], q[1:2:5];
x q[{0, 5}];
x q[-2:-1];
