OPENQASM 3.0;
array[float[64], 2] a;
qubit q;
rx(a[1]) q;
