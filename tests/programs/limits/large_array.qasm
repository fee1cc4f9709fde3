OPENQASM 3.0;
array[float[64], 100000, 100000] a;
qubit q;
x q;
