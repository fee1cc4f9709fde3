OPENQASM 3.0;
qubit[2] q;
x q;
#pragma braket noise two_qubit_dephasing(0.1) q[0]
