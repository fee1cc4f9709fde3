// SPDX-License-Identifier: Apache-2.0
// ghz.qasm - five qubits in a GHZ state, a little noise on each, and what they have in common.
OPENQASM 3.0;
const int n = 5;
bit[n] b;
qubit[n] q;
h q[0];
for int i in [0:n - 2] {
    cnot q[i], q[i + 1];
}
#pragma braket noise bit_flip(0.02) q[0]
#pragma braket noise bit_flip(0.02) q[4]
b = measure q;
