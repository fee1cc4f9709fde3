OPENQASM 3.0;
qubit[3] a;
qubit[3] c;
qubit d;
x a;
cnot a, c;
cnot c[0], d;
cnot d, a;
