OPENQASM 3.0;
qubit q;
for int i in [0:100000] {
    array[int[64], 1000000] a;
    a[0] = i;
}
