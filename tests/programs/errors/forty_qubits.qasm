OPENQASM 3.0;
qubit[40] q;
h q;
