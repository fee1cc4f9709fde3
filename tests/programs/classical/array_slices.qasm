OPENQASM 3.0;
qubit[8] q;
bit[8] b;
array[int[32], 5] a = {1, 2, 3, 4, 5};
array[int[32], 2] c = {8, 9};
a[1:2] = c;
array[int[32], 2] d = {0, 0};
d = a[3:4];
array[int[32], 2, 2] m = {{1, 2}, {3, 4}};
m[0] = c;
if (a[0] == 1) { x q[0]; }
if (a[1] == 8) { x q[1]; }
if (a[2] == 9) { x q[2]; }
if (a[3] == 4) { x q[3]; }
if (d[0] == 4) { x q[4]; }
if (d[1] == 5) { x q[5]; }
if (m[0, 1] == 9) { x q[6]; }
if (m[1, 0] == 3) { x q[7]; }
b = measure q;
