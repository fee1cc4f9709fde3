OPENQASM 3.0;
qubit[2] q;
qubit[3] q;
