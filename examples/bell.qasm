// SPDX-License-Identifier: Apache-2.0
// bell.qasm - two qubits that always agree.
OPENQASM 3.0;
bit[2] b;
qubit[2] q;
h q[0];
cnot q[0], q[1];
b = measure q;
