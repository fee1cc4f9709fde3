OPENQASM 3.0;
array[int[32], 3] a = {1, 2, 3};
int n = a[3];
