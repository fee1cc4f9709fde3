OPENQASM 3.0;
array[int[32], 2, 2] m = {{1, 2}, {3}};
