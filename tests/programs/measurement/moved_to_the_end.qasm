OPENQASM 3.0;
qubit q;
x q;
measure q;
x q;
