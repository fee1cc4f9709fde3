OPENQASM 3.0;
qubit q;
bit b;
h q;
b = measure q;
if (b) { x q; }
#pragma braket result probability
