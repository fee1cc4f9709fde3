OPENQASM 3.0;
qubit[2] q;
h q;
#pragma braket result amplitude "1"
