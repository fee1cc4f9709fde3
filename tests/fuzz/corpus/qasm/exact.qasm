OPENQASM 3.0;
qubit[2] q;
h q[0]; cnot q[0], q[1];
#pragma braket result state_vector
#pragma braket result amplitude "00", "11"
#pragma braket result probability
