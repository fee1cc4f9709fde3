OPENQASM 3.0;
qubit[2] q;
h q[0];
cnot q[0], q[1];
reset q[0];
h q[1];
bit[2] b;
b = measure q;
