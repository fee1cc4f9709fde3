OPENQASM 3.0;
qubit q;
pi += 2;
tau = measure q;
euler[0] = 1;
