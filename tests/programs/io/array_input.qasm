OPENQASM 3.0;
input array[float[64], 2] v;
qubit q;
rx(v[0] + v[1]) q;
